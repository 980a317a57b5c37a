//! What the faults of the Respondent endpoint break.

expectations! { respondent;
    BODY_OPTIONAL: Error accepted_invalid at "/components/schemas/CreateConversationMessageDto/required/0";
    BODY_NULL: Error accepted_invalid at "/components/schemas/CreateConversationMessageDto/properties/body/type";
    BODY_COERCED: Error accepted_invalid at "/components/schemas/CreateConversationMessageDto/properties/body/type";
    BODY_LIST: Error accepted_invalid at "/components/schemas/CreateConversationMessageDto/properties/body/type";
    DTO_LIST: Error accepted_invalid at "/components/schemas/CreateConversationMessageDto/type";

    BODY_EMPTY: Error rejected_valid at "/components/schemas/CreateConversationMessageDto/properties/body";
    BODY_BLANK: Error rejected_valid at "/components/schemas/CreateConversationMessageDto/properties/body";
    UNKNOWN_MEMBERS: Error rejected_valid at "requestBody";
    BODY_MARKUP: Error rejected_valid at "/components/schemas/CreateConversationMessageDto/properties/body";

    OK: Error undocumented_status at "responses";
    MISSING_IS_201: Error missing_resource at "parameters/2";

    UID_NUMBER: Error response_schema at "/components/schemas/Message/properties/uid/type";
    CREATED_AT_MISSING: Error response_schema at "/components/schemas/Message/required/0";
    CONVERSATION_UID_ONLY: Error response_schema at "/components/schemas/MinimalConversation/type";
    SENDER_MISSING: Error response_schema at "/components/schemas/Message/required/4";
    LAST_NAME_MISSING: Error response_schema at "/components/schemas/ConversationParticipant/required/2";
    PARTICIPANTS_NULL: Error response_schema at "/components/schemas/MinimalConversation/properties/participants/type";
    DELETED_NUMBER: Error response_schema at "/components/schemas/ConversationParticipant/properties/deleted/type";
    LOCKED_TEXT: Error response_schema at "/components/schemas/MinimalConversation/properties/locked/type";
    PROJECT_ID_NULL: Error response_schema at "/components/schemas/ConversationMetadata/properties/projectId/type";
    CREATED_WRAPPED: Error response_schema at "/components/schemas/Message/required/0";

    SECRET_OPTIONAL: Error auth_ignored at "parameters/1";
    KEY_OR_SECRET: Error auth_ignored at "parameters/0";
    KEY_EMPTY: Error auth_ignored at "parameters/0";
    SECRET_LENGTH: Error auth_ignored at "parameters/1";

    FORM: Error wrong_media_type at "requestBody/content";
    LATIN_1: Warning media_type at "responses/201/content/application~1json";

    ALLOW_EMPTY: Error response_headers at "";

    BODY_ESCAPED: Warning echo at "/components/schemas/Message/properties/body";
    BODY_TRIMMED: Warning echo at "/components/schemas/Message/properties/body";
    BODY_AS_NUMBER: Error response_schema at "/components/schemas/Message/properties/body/type";

    BODY_CUT: Warning echo at "/components/schemas/Message/properties/body";
    BODY_LIMIT: Warning rejected_valid at "/components/schemas/CreateConversationMessageDto/properties/body";

    BODY_EMOJI: Error server_error at "/components/schemas/CreateConversationMessageDto/properties/body";
    BODY_DIRECTION: Error server_error at "/components/schemas/CreateConversationMessageDto/properties/body";
    NULL_UNEXPECTED: Error server_error at "/components/schemas/CreateConversationMessageDto/type";
    MISSING_UNEXPECTED: Error server_error at "parameters/2";
}
