//! What the faults of the Ada endpoint break.

expectations! { ada;
    AUTHOR_OPTIONAL: Error accepted_invalid at "/components/schemas/CreateMessageRequest/required/0";
    AUTHOR_NULL: Error accepted_invalid at "/components/schemas/Author/type";
    CONTENT_ANYTHING: Error accepted_invalid at "/components/schemas/Content/type";
    CONTENT_OPTIONAL: Error accepted_invalid at "/components/schemas/CreateMessageRequest/required/1";
    NO_BODY: Error accepted_invalid at "requestBody/required";
    JSON_PREFIX: Error accepted_invalid at "requestBody/content";
    SIZE_UNLIMITED: Error accepted_invalid at "requestBody/x-max-request-size";

    SIZE_OF_8_MB: Error rejected_valid at "requestBody/x-max-request-size";
    CHARSET_REFUSED: Error rejected_valid at "requestBody/content";
    JSON_INDENTED: Error rejected_valid at "requestBody/content";

    INVALID_IS_422: Error undocumented_status at "responses";
    MISSING_IS_400: Error wrong_refusal at "parameters/0";
    MISSING_IS_201: Error missing_resource at "parameters/0";
    UNAUTHORIZED_IS_400: Error wrong_refusal at "/security/0/bearerAuth";
    TYPE_IS_404: Error wrong_refusal at "requestBody/content";

    ID_NUMBER: Error response_schema at "/components/schemas/Message/properties/id/type";
    CREATED_AT_WITH_BLANK: Error response_schema at "/components/schemas/Message/properties/created_at/format";
    CREATED_AT_EPOCH: Error response_schema at "/components/schemas/Message/properties/created_at/type";
    UPDATED_AT_NULL: Error response_schema at "/components/schemas/Message/properties/updated_at/type";
    AUTHOR_ID_ONLY: Error response_schema at "/components/schemas/Author/type";
    BODY_MISSING: Error response_schema at "responses/2XX/content";

    BEARER_SHORTER: Error auth_ignored at "/security/0/bearerAuth";
    BEARER_LONGER: Error auth_ignored at "/security/0/bearerAuth";
    ANY_SCHEME: Error auth_ignored at "/security/0/bearerAuth";

    CREATED_TEXT: Error media_type at "responses/2XX/content";
    XML: Error wrong_media_type at "requestBody/content";

    CHALLENGE_MISSING: Warning response_headers at "/security/0/bearerAuth";

    AUTHOR_ASCII: Error rejected_valid at "requestBody";
    CONTENT_LOWERED: Warning echo at "/components/schemas/Message/properties/content";

    SIZE_WITH_HEAD: Error rejected_valid at "requestBody/x-max-request-size";

    AUTHOR_UNEXPECTED: Error server_error at "/components/schemas/CreateMessageRequest/required/0";
    CREATED_CUT_OFF: Error no_response at "requestBody";
    EMPTY_UNEXPECTED: Error server_error at "requestBody/content";
}
