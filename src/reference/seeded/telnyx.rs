//! Faults of the Telnyx endpoint.

seeded! { "telnyx";
    ROLE_OPTIONAL: AcceptsInvalid "`role` may be left out";
    ROLE_NULL: AcceptsInvalid "`role: null` is taken for an empty text";
    ROLE_COERCED: AcceptsInvalid "a number or boolean for `role` is turned into text";
    CONTENT_NULL: AcceptsInvalid "`content: null` is taken for its default";
    TOOL_CHOICE_LIST: AcceptsInvalid "`tool_choice` may be an array";
    TOOL_CALLS_SINGLE: AcceptsInvalid "one object for `tool_calls` is taken for an array of one";
    TOOL_CALLS_FIRST_ONLY: AcceptsInvalid "only the first item of `tool_calls` is checked";
    SENT_AT_ANY_TEXT: AcceptsInvalid "`sent_at` may be any text";
    SENT_AT_EMPTY: AcceptsInvalid "an empty `sent_at` counts as none";
    SENT_AT_EPOCH: AcceptsInvalid "a number for `sent_at` is taken for seconds since 1970";
    METADATA_NESTED: AcceptsInvalid "`metadata` may hold objects";
    METADATA_FRACTION: AcceptsInvalid "`metadata` may hold numbers with a fraction";
    METADATA_LIST_UNCHECKED: AcceptsInvalid "lists in `metadata` may hold anything";
    CONVERSATION_ID_TRIMMED: AcceptsInvalid "blanks around the conversation's id are cut off before it is looked at";
    CONVERSATION_ID_UNHYPHENATED: AcceptsInvalid "the conversation's id may be written without its hyphens";
    SENT_AT_DATE: AcceptsInvalid "`sent_at` may be a date without a time";

    SENT_AT_OFFSET: RejectsValid "`sent_at` must be in UTC";
    SENT_AT_FRACTION: RejectsValid "`sent_at` may have no fraction of a second";
    TOOL_CHOICE_OBJECT: RejectsValid "`tool_choice` may be no object";
    METADATA_INTEGER: RejectsValid "`metadata` may hold no numbers";
    METADATA_LIST: RejectsValid "`metadata` may hold no lists";
    CONTENT_EMPTY: RejectsValid "an empty `content` counts as missing";

    CREATED: WrongStatus "the success is 201 in place of 200";
    INVALID_IS_400: WrongStatus "what does not validate gets 400 in place of 422";
    UNAUTHORIZED_IS_422: WrongStatus "a missing `Authorization` is told as a field that does not validate";

    DETAIL_TEXT: Envelope "`detail` is a string where the JSON cannot be read";
    LOC_DOTTED: Envelope "`loc` is one dotted text";
    MSG_MISSING: Envelope "details about missing properties have no `msg`";
    TRACE_LEAKED: Envelope "422 carries the stack trace of the validator";
    DETAILS_BARE: Envelope "the list of details stands without the object around it";

    BEARER_EMPTY: Auth "`Bearer` without a token is let in";
    BEARER_ANY_CASE: Auth "the token is compared without regard to case";

    TEXT_PLAIN: MediaType "`text/plain` is taken for JSON";
    ERROR_IS_PROBLEM: MediaType "errors are of the type `application/problem+json`";

    ALLOW_MISSING: Headers "405 has no `Allow`";

    METADATA_INTEGER_16: DataDependent "integers of more than 16 bits in `metadata` are refused";
    CONTENT_BESIDE_CALLS: DataDependent "`content` and `tool_calls` may not both be there";
    METADATA_BLANK: DataDependent "a property of `metadata` whose name has a blank is refused";

    METADATA_OF_17: RareBoundary "`metadata` may have 16 properties at most";
    METADATA_VALUE_OF_513: RareBoundary "a string in `metadata` may have 512 characters at most";
    METADATA_NAME_OF_65: RareBoundary "a name in `metadata` may have 64 characters at most";
    CONTENT_LONG: RareBoundary "a `content` above 10,000 characters is refused";
    NAME_OF_64: RareBoundary "a `name` of exactly 64 characters is one too many for its column";

    CONTENT_EMOJI: Crash "a `content` beyond the basic plane fails in a column of three-byte characters";
    NAME_NUL: Crash "a NUL in `name` fails in the database";
    TOOL_CALLS_EMPTY: Crash "the first of no `tool_calls` is looked at";
}
