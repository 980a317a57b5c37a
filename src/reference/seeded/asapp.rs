//! Faults of the ASAPP endpoint.

seeded! { "asapp";
    TEXT_OPTIONAL: AcceptsInvalid "`text` may be left out"
        => Error "accepted-invalid" at "requestBody/content/application~1json/schema/required/0";
    TEXT_EMPTY: AcceptsInvalid "`text` may be empty"
        => Error "accepted-invalid" at "requestBody/content/application~1json/schema/properties/text/minLength";
    ROLE_UNLISTED: AcceptsInvalid "`sender.role` may be any text"
        => Error "accepted-invalid"
            at "requestBody/content/application~1json/schema/properties/sender/properties/role/enum";
    ROLE_ANY_CASE: AcceptsInvalid "`sender.role` is compared without regard to case"
        => Error "accepted-invalid"
            at "requestBody/content/application~1json/schema/properties/sender/properties/role/enum";
    ROLE_TRIMMED: AcceptsInvalid "blanks around `sender.role` are cut off before it is compared"
        => Error "accepted-invalid"
            at "requestBody/content/application~1json/schema/properties/sender/properties/role/enum";
    ROLE_PREFIX: AcceptsInvalid "`sender.role` need only begin like one of the list"
        => Error "accepted-invalid"
            at "requestBody/content/application~1json/schema/properties/sender/properties/role/enum";
    EXTERNAL_ID_NUMBER: AcceptsInvalid "`sender.externalId` may be a number, as in the document's example"
        => Error "accepted-invalid"
            at "requestBody/content/application~1json/schema/properties/sender/properties/externalId/type";
    EXTERNAL_ID_FOR_CUSTOMERS: AcceptsInvalid "`sender.externalId` is asked for only where the sender is a customer"
        => Error "accepted-invalid" at "requestBody/content/application~1json/schema/properties/sender/required/1";
    TIMESTAMP_OPTIONAL: AcceptsInvalid "`timestamp` may be left out"
        => Error "accepted-invalid" at "requestBody/content/application~1json/schema/required/2";
    TIMESTAMP_NO_CALENDAR: AcceptsInvalid "`timestamp` is checked by its form, whether or not there is such a day"
        => Error "accepted-invalid" at "requestBody/content/application~1json/schema/properties/timestamp/format";
    CONVERSATION_ID_ANY_CASE: AcceptsInvalid "the conversation's id is put into capitals before it is looked at"
        => Error "accepted-invalid" at "/paths/~1conversation~1v1~1conversations~1{conversationId}~1messages/parameters/0/schema/pattern";
    CONVERSATION_ID_LINE_BREAK: AcceptsInvalid "the pattern's `$` lets a line break at the end pass"
        => Error "accepted-invalid" at "/paths/~1conversation~1v1~1conversations~1{conversationId}~1messages/parameters/0/schema/pattern";
    JSON_TRAILING_COMMA: AcceptsInvalid "a comma after the last member is taken for JSON"
        => Error "accepted-invalid" at "requestBody/content";

    TEXT_OFF_BY_ONE: RejectsValid "`text` must have more than one character"
        => Error "rejected-valid" at "requestBody/content/application~1json/schema/properties/text";
    TEXT_TRIMMED: RejectsValid "blanks around `text` are cut off before its length is checked"
        => Error "rejected-valid" at "requestBody/content/application~1json/schema/properties/text";
    ROLE_SYSTEM_FORGOTTEN: RejectsValid "`system` is missing in the list of roles"
        => Error "rejected-valid" at "requestBody/content/application~1json/schema/properties/sender/properties/role";
    TIMESTAMP_OFFSET: RejectsValid "`timestamp` must end with `Z`"
        => Error "rejected-valid" at "requestBody/content/application~1json/schema/properties/timestamp";
    UNKNOWN_MEMBERS: RejectsValid "members that the document does not name are refused"
        => Error "rejected-valid" at "requestBody";

    MISSING_IS_400: WrongStatus "an unknown conversation gets 400 in place of 404"
        => Error "wrong-refusal" at "/paths/~1conversation~1v1~1conversations~1{conversationId}~1messages/parameters/0";
    MISSING_IS_200: WrongStatus "a message to an unknown conversation is thrown away with 200"
        => Error "missing-resource" at "/paths/~1conversation~1v1~1conversations~1{conversationId}~1messages/parameters/0";
    UNAUTHORIZED_IS_404: WrongStatus "a wrong key gets 404"
        => Error "wrong-refusal" at "/security/0/API-ID";
    ANY_METHOD: WrongStatus "every method creates a message"
        => Error "wrong-method" at "";

    ID_NUMBER: ResponseShape "`id` is a number"
        => Error "response-schema" at "responses/200/content/application~1json/schema/properties/id/type";
    CREATED_LISTED: ResponseShape "the answer is a list of one"
        => Error "response-schema" at "responses/200/content/application~1json/schema/type";

    REQUEST_ID_MISSING: Envelope "404 alone has no `requestId`"
        => Error "error-envelope" at "/components/schemas/ErrorEnvelope/properties/error/required/0";
    CODE_NUMBER: Envelope "`code` is the status as a number"
        => Error "error-envelope" at "/components/schemas/ErrorEnvelope/properties/error/properties/code/type";
    ERROR_TEXT: Envelope "`error` is a text in 401"
        => Error "error-envelope" at "/components/schemas/ErrorEnvelope/properties/error/type";
    ENVELOPE_MISSING: Envelope "401 has no body"
        => Error "error-envelope" at "responses/401/content";
    MESSAGE_LIST: Envelope "`message` of 400 is a list of messages"
        => Error "error-envelope" at "/components/schemas/ErrorEnvelope/properties/error/properties/message/type";

    SECRET_IGNORED: Auth "the second of the two keys is not looked at"
        => Error "auth-ignored" at "/security/0/API-Secret";
    ID_IGNORED: Auth "any `asapp-api-id` will do beside the right secret"
        => Error "auth-ignored" at "/security/0/API-ID";
    SECRET_PREFIX: Auth "the secret need only begin like the right one"
        => Error "auth-ignored" at "/security/0/API-Secret";
    ID_ANY_CASE: Auth "`asapp-api-id` is compared without regard to case"
        => Error "auth-ignored" at "/security/0/API-ID";

    CREATED_UNTYPED: MediaType "the success has no `Content-Type`"
        => Error "media-type" at "responses/200/content";
    ANY_APPLICATION: MediaType "every type that begins with `application/` is taken for JSON"
        => Error "wrong-media-type" at "requestBody/content";

    ALLOW_WITHOUT_POST: Headers "`Allow` names the methods that only read"
        => Error "response-headers" at "";

    TEXT_QUOTE: DataDependent "a `'` in `text` is refused as an attack"
        => Error "rejected-valid" at "requestBody/content/application~1json/schema/properties/text";
    TIMESTAMP_BEFORE_1970: DataDependent "a `timestamp` before 1970 is refused"
        => Error "rejected-valid" at "requestBody/content/application~1json/schema/properties/timestamp";
    EXTERNAL_ID_DIGITS: DataDependent "a `sender.externalId` of digits alone is read as a number and refused"
        => Error "rejected-valid"
            at "requestBody/content/application~1json/schema/properties/sender/properties/externalId";

    TIMESTAMP_NANOSECONDS: RareBoundary "a fraction of more than six digits in `timestamp` is refused"
        => Error "rejected-valid" at "requestBody/content/application~1json/schema/properties/timestamp";
    TEXT_COUNTED_IN_BYTES: RareBoundary "a `text` above 4,096 bytes is refused"
        => Error "rejected-valid" at "requestBody/content/application~1json/schema/properties/text";

    TEXT_TEMPLATE: Crash "a `%` in `text` is read as a directive of a format"
        => Error "server-error" at "requestBody/content/application~1json/schema/properties/text";
    ROLE_UNCAUGHT: Crash "an unknown `sender.role` is thrown and never caught"
        => Error "server-error"
            at "requestBody/content/application~1json/schema/properties/sender/properties/role/enum";
}
