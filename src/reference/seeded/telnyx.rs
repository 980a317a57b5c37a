//! Faults of the Telnyx endpoint.

seeded! { "telnyx";
    ROLE_OPTIONAL: AcceptsInvalid "`role` may be left out"
        => Error "accepted-invalid" at "/components/schemas/CreateMsgReq/required/0";
    ROLE_NULL: AcceptsInvalid "`role: null` is taken for an empty text"
        => Error "accepted-invalid" at "/components/schemas/CreateMsgReq/properties/role/type";
    ROLE_COERCED: AcceptsInvalid "a number or boolean for `role` is turned into text"
        => Error "accepted-invalid" at "/components/schemas/CreateMsgReq/properties/role/type";
    CONTENT_NULL: AcceptsInvalid "`content: null` is taken for its default"
        => Error "accepted-invalid" at "/components/schemas/CreateMsgReq/properties/content/type";
    TOOL_CHOICE_LIST: AcceptsInvalid "`tool_choice` may be a list"
        => Error "accepted-invalid" at "/components/schemas/CreateMsgReq/properties/tool_choice/anyOf";
    TOOL_CALLS_SINGLE: AcceptsInvalid "one object for `tool_calls` is taken for a list of one"
        => Error "accepted-invalid" at "/components/schemas/CreateMsgReq/properties/tool_calls/type";
    TOOL_CALLS_FIRST_ONLY: AcceptsInvalid "only the first item of `tool_calls` is checked"
        => Error "accepted-invalid" at "/components/schemas/CreateMsgReq/properties/tool_calls/items/type";
    SENT_AT_ANY_TEXT: AcceptsInvalid "`sent_at` may be any text"
        => Error "accepted-invalid" at "/components/schemas/CreateMsgReq/properties/sent_at/format";
    SENT_AT_EMPTY: AcceptsInvalid "an empty `sent_at` counts as none"
        => Error "accepted-invalid" at "/components/schemas/CreateMsgReq/properties/sent_at/format";
    SENT_AT_EPOCH: AcceptsInvalid "a number for `sent_at` is taken for seconds since 1970"
        => Error "accepted-invalid" at "/components/schemas/CreateMsgReq/properties/sent_at/type";
    METADATA_NESTED: AcceptsInvalid "`metadata` may hold objects"
        => Error "accepted-invalid" at "/components/schemas/CreateMsgReq/properties/metadata/additionalProperties/anyOf";
    METADATA_FRACTION: AcceptsInvalid "`metadata` may hold numbers with a fraction"
        => Error "accepted-invalid" at "/components/schemas/CreateMsgReq/properties/metadata/additionalProperties/anyOf";
    METADATA_LIST_UNCHECKED: AcceptsInvalid "lists in `metadata` may hold anything"
        => Error "accepted-invalid"
            at "/components/schemas/CreateMsgReq/properties/metadata/additionalProperties/anyOf/3/items/anyOf";
    CONVERSATION_ID_TRIMMED: AcceptsInvalid "blanks around the conversation's id are cut off before it is looked at"
        => Error "accepted-invalid" at "parameters/0/schema/format"
        unseen "a text that some readers take for the format is no sure fault: only what nobody could read as one is sent";

    CONVERSATION_ID_UNHYPHENATED: AcceptsInvalid "the conversation's id may be written without its hyphens"
        => Error "accepted-invalid" at "parameters/0/schema/format"
        unseen "a text that some readers take for the format is no sure fault: only what nobody could read as one is sent";
    SENT_AT_DATE: AcceptsInvalid "`sent_at` may be a date without a time"
        => Error "accepted-invalid" at "/components/schemas/CreateMsgReq/properties/sent_at/format"
        unseen "a text that some readers take for the format is no sure fault: only what nobody could read as one is sent";

    SENT_AT_OFFSET: RejectsValid "`sent_at` must be in UTC"
        => Error "rejected-valid" at "/components/schemas/CreateMsgReq/properties/sent_at";
    SENT_AT_FRACTION: RejectsValid "`sent_at` may have no fraction of a second"
        => Error "rejected-valid" at "/components/schemas/CreateMsgReq/properties/sent_at";
    TOOL_CHOICE_OBJECT: RejectsValid "`tool_choice` may be no object"
        => Error "rejected-valid" at "/components/schemas/CreateMsgReq/properties/tool_choice";
    METADATA_INTEGER: RejectsValid "`metadata` may hold no numbers"
        => Error "rejected-valid" at "/components/schemas/CreateMsgReq/properties/metadata";
    METADATA_LIST: RejectsValid "`metadata` may hold no lists"
        => Error "rejected-valid" at "/components/schemas/CreateMsgReq/properties/metadata";
    CONTENT_EMPTY: RejectsValid "an empty `content` counts as missing"
        => Error "rejected-valid" at "/components/schemas/CreateMsgReq/properties/content";

    CREATED: WrongStatus "the success is 201 in place of 200"
        => Error "undocumented-status" at "responses";
    INVALID_IS_400: WrongStatus "what does not validate gets 400 in place of 422"
        => Error "undocumented-status" at "responses";
    UNAUTHORIZED_IS_422: WrongStatus "a missing `Authorization` is told as a field that does not validate"
        => Error "wrong-refusal" at "/security/0/bearerAuth";

    DETAIL_TEXT: Envelope "`detail` is a text where the JSON cannot be read"
        => Error "error-envelope" at "/components/schemas/HTTPValidationError/properties/detail/type";
    LOC_DOTTED: Envelope "`loc` is one dotted text"
        => Error "error-envelope" at "/components/schemas/ValidationError/properties/loc/type";
    MSG_MISSING: Envelope "details about missing members have no `msg`"
        => Error "error-envelope" at "/components/schemas/ValidationError/required/1";
    TRACE_LEAKED: Envelope "422 carries the stack trace of the validator"
        => Warning "leak" at "";
    DETAILS_BARE: Envelope "the list of details stands without the object around it"
        => Error "error-envelope" at "/components/schemas/HTTPValidationError/type";

    BEARER_EMPTY: Auth "`Bearer` without a token is let in"
        => Error "auth-ignored" at "/security/0/bearerAuth";
    BEARER_ANY_CASE: Auth "the token is compared without regard to case"
        => Error "auth-ignored" at "/security/0/bearerAuth";

    TEXT_PLAIN: MediaType "`text/plain` is taken for JSON"
        => Error "wrong-media-type" at "requestBody/content";
    ERROR_IS_PROBLEM: MediaType "errors are of the type `application/problem+json`"
        => Error "media-type" at "responses/422/content";

    ALLOW_MISSING: Headers "405 has no `Allow`"
        => Error "response-headers" at "";

    METADATA_INTEGER_32: DataDependent "integers of more than 32 bits in `metadata` are refused"
        => Error "rejected-valid" at "/components/schemas/CreateMsgReq/properties/metadata";
    CONTENT_BESIDE_CALLS: DataDependent "`content` and `tool_calls` may not both be there"
        => Error "rejected-valid" at "requestBody";
    METADATA_DUNDER: DataDependent "a member of `metadata` whose name begins with `__` is refused"
        => Error "rejected-valid" at "/components/schemas/CreateMsgReq/properties/metadata";

    METADATA_OF_17: RareBoundary "`metadata` may have 16 members at most"
        => Error "rejected-valid" at "/components/schemas/CreateMsgReq/properties/metadata";
    METADATA_VALUE_OF_513: RareBoundary "a text in `metadata` may have 512 characters at most"
        => Error "rejected-valid" at "/components/schemas/CreateMsgReq/properties/metadata";
    METADATA_NAME_OF_65: RareBoundary "a name in `metadata` may have 64 characters at most"
        => Error "rejected-valid" at "/components/schemas/CreateMsgReq/properties/metadata";
    CONTENT_LONG: RareBoundary "a `content` above 10,000 characters is refused"
        => Error "rejected-valid" at "/components/schemas/CreateMsgReq/properties/content";
    NAME_OF_64: RareBoundary "a `name` of exactly 64 characters is one too many for its column"
        => Error "rejected-valid" at "/components/schemas/CreateMsgReq/properties/name";

    CONTENT_EMOJI: Crash "a `content` beyond the basic plane fails in a column of three-byte characters"
        => Error "server-error" at "/components/schemas/CreateMsgReq/properties/content";
    NAME_NUL: Crash "a NUL in `name` fails in the database"
        => Error "server-error" at "/components/schemas/CreateMsgReq/properties/name";
    TOOL_CALLS_EMPTY: Crash "the first of no `tool_calls` is looked at"
        => Error "server-error" at "/components/schemas/CreateMsgReq/properties/tool_calls";
}
