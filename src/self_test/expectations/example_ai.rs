//! What the faults of the Example AI endpoint break.

expectations! { example_ai;
    SENDER_ID_OPTIONAL: Error accepted_invalid at "/components/schemas/SendMessagePayload/required/0";
    SENDER_TYPE_UNLISTED: Error accepted_invalid
        at "/components/schemas/SendMessagePayload/properties/sender_type/enum";
    TEXT_NUMBER: Error accepted_invalid at "/components/schemas/SendMessagePayload/properties/text/type";
    AUTO_REPLY_TRUTHY: Error accepted_invalid at "/components/schemas/SendMessagePayload/properties/auto_reply/type";
    AUTO_REPLY_NULL: Error accepted_invalid at "/components/schemas/SendMessagePayload/properties/auto_reply/type";
    METADATA_LIST: Error accepted_invalid at "/components/schemas/SendMessagePayload/properties/metadata/type";
    CONVERSATION_ID_NULL: Error accepted_invalid
        at "/components/schemas/SendMessagePayload/properties/conversation_id/type";
    REPLY_TO_UNCHECKED: Error accepted_invalid
        at "/components/schemas/SendMessagePayload/properties/reply_to_message_id/type";
    TEXT_OPTIONAL_AT_FIRST: Error accepted_invalid at "/components/schemas/SendMessagePayload/required/2";

    AUTO_REPLY_FALSE: Error rejected_valid at "/components/schemas/SendMessagePayload/properties/auto_reply";
    TEXT_EMPTY: Error rejected_valid at "/components/schemas/SendMessagePayload/properties/text";
    SENDER_TYPE_AGENT_FORGOTTEN: Error rejected_valid
        at "/components/schemas/SendMessagePayload/properties/sender_type";
    METADATA_FLAT: Error rejected_valid at "/components/schemas/SendMessagePayload/properties/metadata";
    CONVERSATION_NEEDED: Error rejected_valid at "requestBody";

    INVALID_IS_422: Error undocumented_status at "responses";
    MISSING_IS_200: Error missing_resource at "/components/schemas/SendMessagePayload/properties/conversation_id";
    ERROR_IS_200: Error accepted_invalid at "/components/schemas/SendMessagePayload";

    STATUS_OK: Error response_schema at "/components/schemas/SendMessageResponse/properties/status/enum";
    MESSAGE_ID_NUMBER: Error response_schema
        at "/components/schemas/SendMessageResponse/properties/data/properties/message/properties/id/type";
    CREATED_AT_MISSING: Error response_schema
        at "/components/schemas/SendMessageResponse/properties/data/properties/message/required/4";
    METADATA_NULL: Error response_schema
        at "/components/schemas/SendMessageResponse/properties/data/properties/message/properties/metadata/type";
    ENQUEUED_TEXT: Error response_schema
        at "/components/schemas/SendMessageResponse/properties/data/properties/auto_reply_enqueued/type";
    DATA_UNWRAPPED: Error response_schema at "/components/schemas/SendMessageResponse/required/2";

    DATA_MISSING: Error error_envelope at "/components/schemas/ErrorResponse/required/2";
    DATA_EMPTY: Error error_envelope at "/components/schemas/ErrorResponse/properties/data/type";
    STATUS_FAIL: Error error_envelope at "/components/schemas/ErrorResponse/properties/status/enum";
    MESSAGE_MISSING: Error error_envelope at "/components/schemas/ErrorResponse/required/1";

    NO_CREDENTIALS: Error auth_ignored at "/security/0/bearerAuth";
    ANY_TOKEN: Error auth_ignored at "/security/0/bearerAuth";

    OCTET_STREAM: Error wrong_media_type at "requestBody/content";
    ERROR_PAGE: Error media_type at "responses/404/content";
    ERROR_CUT: Error malformed_body at "responses/401/content/application~1json";

    ALLOW_LOWERED: Error response_headers at "";

    CONVERSATION_ID_ONCE: Error response_schema at "/components/schemas/SendMessageResponse/properties/data/required/0";
    TEXT_LOWERED: Warning echo
        at "/components/schemas/SendMessageResponse/properties/data/properties/message/properties/text";
    TEXT_CR_LF: Warning echo
        at "/components/schemas/SendMessageResponse/properties/data/properties/message/properties/text";
    SYSTEM_WITHOUT_REPLY: Error server_error at "requestBody";
    METADATA_WITH_NULL: Error rejected_valid at "/components/schemas/SendMessagePayload/properties/metadata";

    SENDER_ID_OF_255: Error rejected_valid at "/components/schemas/SendMessagePayload/properties/sender_id";
    TEXT_16_BITS: Error server_error at "/components/schemas/SendMessagePayload/properties/text";

    TEXT_CONTROL: Error server_error at "/components/schemas/SendMessagePayload/properties/text";
    MALFORMED_UNCAUGHT: Error server_error at "requestBody/content";
}
