//! What the faults of the ASAPP endpoint break.

expectations! { asapp;
    TEXT_OPTIONAL: Error accepted_invalid at "requestBody/content/application~1json/schema/required/0";
    TEXT_EMPTY: Error accepted_invalid at "requestBody/content/application~1json/schema/properties/text/minLength";
    ROLE_UNLISTED: Error accepted_invalid
        at "requestBody/content/application~1json/schema/properties/sender/properties/role/enum";
    ROLE_ANY_CASE: Error accepted_invalid
        at "requestBody/content/application~1json/schema/properties/sender/properties/role/enum";
    ROLE_TRIMMED: Error accepted_invalid
        at "requestBody/content/application~1json/schema/properties/sender/properties/role/enum";
    ROLE_PREFIX: Error accepted_invalid
        at "requestBody/content/application~1json/schema/properties/sender/properties/role/enum";
    EXTERNAL_ID_NUMBER: Error accepted_invalid
        at "requestBody/content/application~1json/schema/properties/sender/properties/externalId/type";
    EXTERNAL_ID_FOR_CUSTOMERS: Error accepted_invalid
        at "requestBody/content/application~1json/schema/properties/sender/required/1";
    TIMESTAMP_OPTIONAL: Error accepted_invalid at "requestBody/content/application~1json/schema/required/2";
    TIMESTAMP_NO_CALENDAR: Error accepted_invalid
        at "requestBody/content/application~1json/schema/properties/timestamp/format";
    CONVERSATION_ID_ANY_CASE: Error accepted_invalid
        at "/paths/~1conversation~1v1~1conversations~1{conversationId}~1messages/parameters/0/schema/pattern";
    CONVERSATION_ID_LINE_BREAK: Error accepted_invalid
        at "/paths/~1conversation~1v1~1conversations~1{conversationId}~1messages/parameters/0/schema/pattern";
    JSON_TRAILING_COMMA: Error accepted_invalid at "requestBody/content";

    TEXT_OFF_BY_ONE: Error rejected_valid at "requestBody/content/application~1json/schema/properties/text";
    TEXT_TRIMMED: Error rejected_valid at "requestBody/content/application~1json/schema/properties/text";
    ROLE_SYSTEM_FORGOTTEN: Error rejected_valid
        at "requestBody/content/application~1json/schema/properties/sender/properties/role";
    TIMESTAMP_OFFSET: Error rejected_valid at "requestBody/content/application~1json/schema/properties/timestamp";
    UNKNOWN_MEMBERS: Error rejected_valid at "requestBody";

    MISSING_IS_400: Error wrong_refusal
        at "/paths/~1conversation~1v1~1conversations~1{conversationId}~1messages/parameters/0";
    MISSING_IS_200: Error missing_resource
        at "/paths/~1conversation~1v1~1conversations~1{conversationId}~1messages/parameters/0";
    UNAUTHORIZED_IS_404: Error wrong_refusal at "/security/0/API-ID";
    ANY_METHOD: Error wrong_method at "";

    ID_NUMBER: Error response_schema at "responses/200/content/application~1json/schema/properties/id/type";
    CREATED_LISTED: Error response_schema at "responses/200/content/application~1json/schema/type";

    REQUEST_ID_MISSING: Error error_envelope at "/components/schemas/ErrorEnvelope/properties/error/required/0";
    CODE_NUMBER: Error error_envelope at "/components/schemas/ErrorEnvelope/properties/error/properties/code/type";
    ERROR_TEXT: Error error_envelope at "/components/schemas/ErrorEnvelope/properties/error/type";
    ENVELOPE_MISSING: Error error_envelope at "responses/401/content";
    MESSAGE_LIST: Error error_envelope at "/components/schemas/ErrorEnvelope/properties/error/properties/message/type";

    SECRET_IGNORED: Error auth_ignored at "/security/0/API-Secret";
    ID_IGNORED: Error auth_ignored at "/security/0/API-ID";
    SECRET_PREFIX: Error auth_ignored at "/security/0/API-Secret";
    ID_ANY_CASE: Error auth_ignored at "/security/0/API-ID";

    CREATED_UNTYPED: Error media_type at "responses/200/content";
    ANY_APPLICATION: Error wrong_media_type at "requestBody/content";

    ALLOW_WITHOUT_POST: Error response_headers at "";

    TEXT_QUOTE: Error rejected_valid at "requestBody/content/application~1json/schema/properties/text";
    TIMESTAMP_BEFORE_1970: Error rejected_valid at "requestBody/content/application~1json/schema/properties/timestamp";
    EXTERNAL_ID_DIGITS: Error rejected_valid
        at "requestBody/content/application~1json/schema/properties/sender/properties/externalId";

    TIMESTAMP_NANOSECONDS: Error rejected_valid at "requestBody/content/application~1json/schema/properties/timestamp";
    TEXT_COUNTED_IN_BYTES: Warning rejected_valid at "requestBody/content/application~1json/schema/properties/text";

    TEXT_TEMPLATE: Error server_error at "requestBody/content/application~1json/schema/properties/text";
    ROLE_UNCAUGHT: Error server_error
        at "requestBody/content/application~1json/schema/properties/sender/properties/role/enum";
}
