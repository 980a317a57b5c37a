//! What the faults of the Telnyx endpoint break.

const READ_BY_SOME: &str =
    "a text that some readers take for the format is no sure fault: only what nobody could read as one is sent";

expectations! { telnyx;
    ROLE_OPTIONAL: Error accepted_invalid at "/components/schemas/CreateMsgReq/required/0";
    ROLE_NULL: Error accepted_invalid at "/components/schemas/CreateMsgReq/properties/role/type";
    ROLE_COERCED: Error accepted_invalid at "/components/schemas/CreateMsgReq/properties/role/type";
    CONTENT_NULL: Error accepted_invalid at "/components/schemas/CreateMsgReq/properties/content/type";
    TOOL_CHOICE_LIST: Error accepted_invalid at "/components/schemas/CreateMsgReq/properties/tool_choice/anyOf";
    TOOL_CALLS_SINGLE: Error accepted_invalid at "/components/schemas/CreateMsgReq/properties/tool_calls/type";
    TOOL_CALLS_FIRST_ONLY: Error accepted_invalid
        at "/components/schemas/CreateMsgReq/properties/tool_calls/items/type";
    SENT_AT_ANY_TEXT: Error accepted_invalid at "/components/schemas/CreateMsgReq/properties/sent_at/format";
    SENT_AT_EMPTY: Error accepted_invalid at "/components/schemas/CreateMsgReq/properties/sent_at/format";
    SENT_AT_EPOCH: Error accepted_invalid at "/components/schemas/CreateMsgReq/properties/sent_at/type";
    METADATA_NESTED: Error accepted_invalid
        at "/components/schemas/CreateMsgReq/properties/metadata/additionalProperties/anyOf";
    METADATA_FRACTION: Error accepted_invalid
        at "/components/schemas/CreateMsgReq/properties/metadata/additionalProperties/anyOf";
    METADATA_LIST_UNCHECKED: Error accepted_invalid
        at "/components/schemas/CreateMsgReq/properties/metadata/additionalProperties/anyOf/3/items/anyOf";
    CONVERSATION_ID_TRIMMED: Error accepted_invalid at "parameters/0/schema/format" unseen READ_BY_SOME;
    CONVERSATION_ID_UNHYPHENATED: Error accepted_invalid at "parameters/0/schema/format" unseen READ_BY_SOME;
    SENT_AT_DATE: Error accepted_invalid
        at "/components/schemas/CreateMsgReq/properties/sent_at/format" unseen READ_BY_SOME;

    SENT_AT_OFFSET: Error rejected_valid at "/components/schemas/CreateMsgReq/properties/sent_at";
    SENT_AT_FRACTION: Error rejected_valid at "/components/schemas/CreateMsgReq/properties/sent_at";
    TOOL_CHOICE_OBJECT: Error rejected_valid at "/components/schemas/CreateMsgReq/properties/tool_choice";
    METADATA_INTEGER: Error rejected_valid at "/components/schemas/CreateMsgReq/properties/metadata";
    METADATA_LIST: Error rejected_valid at "/components/schemas/CreateMsgReq/properties/metadata";
    CONTENT_EMPTY: Error rejected_valid at "/components/schemas/CreateMsgReq/properties/content";

    CREATED: Error undocumented_status at "responses";
    INVALID_IS_400: Error undocumented_status at "responses";
    UNAUTHORIZED_IS_422: Error wrong_refusal at "/security/0/bearerAuth";

    DETAIL_TEXT: Error error_envelope at "/components/schemas/HTTPValidationError/properties/detail/type";
    LOC_DOTTED: Error error_envelope at "/components/schemas/ValidationError/properties/loc/type";
    MSG_MISSING: Error error_envelope at "/components/schemas/ValidationError/required/1";
    TRACE_LEAKED: Warning leak at "";
    DETAILS_BARE: Error error_envelope at "/components/schemas/HTTPValidationError/type";

    BEARER_EMPTY: Error auth_ignored at "/security/0/bearerAuth";
    BEARER_ANY_CASE: Error auth_ignored at "/security/0/bearerAuth";

    TEXT_PLAIN: Error wrong_media_type at "requestBody/content";
    ERROR_IS_PROBLEM: Error media_type at "responses/422/content";

    ALLOW_MISSING: Error response_headers at "";

    METADATA_INTEGER_16: Error rejected_valid at "/components/schemas/CreateMsgReq/properties/metadata";
    CONTENT_BESIDE_CALLS: Error rejected_valid at "requestBody";
    METADATA_BLANK: Error rejected_valid at "/components/schemas/CreateMsgReq/properties/metadata";

    METADATA_OF_17: Error rejected_valid at "/components/schemas/CreateMsgReq/properties/metadata";
    METADATA_VALUE_OF_513: Warning rejected_valid at "/components/schemas/CreateMsgReq/properties/metadata";
    METADATA_NAME_OF_65: Error rejected_valid at "/components/schemas/CreateMsgReq/properties/metadata";
    CONTENT_LONG: Warning rejected_valid at "/components/schemas/CreateMsgReq/properties/content";
    NAME_OF_64: Error rejected_valid at "/components/schemas/CreateMsgReq/properties/name";

    CONTENT_EMOJI: Error server_error at "/components/schemas/CreateMsgReq/properties/content";
    NAME_NUL: Error server_error at "/components/schemas/CreateMsgReq/properties/name";
    TOOL_CALLS_EMPTY: Error server_error at "/components/schemas/CreateMsgReq/properties/tool_calls";
}
