//! Faults of the Example AI endpoint.

seeded! { "example-ai";
    SENDER_ID_OPTIONAL: AcceptsInvalid "`sender_id` may be left out";
    SENDER_TYPE_UNLISTED: AcceptsInvalid "`sender_type` may be any text";
    TEXT_NUMBER: AcceptsInvalid "a number for `text` is turned into text";
    AUTO_REPLY_TRUTHY: AcceptsInvalid "texts and numbers for `auto_reply` are read as truth values";
    AUTO_REPLY_NULL: AcceptsInvalid "`auto_reply: null` is taken for its default";
    METADATA_LIST: AcceptsInvalid "`metadata` may be an array";
    CONVERSATION_ID_NULL: AcceptsInvalid "`conversation_id: null` makes a new conversation";
    REPLY_TO_UNCHECKED: AcceptsInvalid "`reply_to_message_id` may be of any type";
    TEXT_OPTIONAL_AT_FIRST: AcceptsInvalid "`text` is asked for only in conversations that exist";

    AUTO_REPLY_FALSE: RejectsValid "`auto_reply` may not be false";
    TEXT_EMPTY: RejectsValid "an empty `text` is refused";
    SENDER_TYPE_AGENT_FORGOTTEN: RejectsValid "`agent` is missing in the list of sender types";
    METADATA_FLAT: RejectsValid "`metadata` may hold no objects";
    CONVERSATION_NEEDED: RejectsValid "`conversation_id` must be there";

    INVALID_IS_422: WrongStatus "what does not validate gets 422 in place of 400";
    MISSING_IS_200: WrongStatus "an unknown conversation is created";
    ERROR_IS_200: WrongStatus "an invalid request gets 200 with the envelope of an error";

    STATUS_OK: ResponseShape "`status` is `ok`";
    MESSAGE_ID_NUMBER: ResponseShape "`id` of the message is a number";
    CREATED_AT_MISSING: ResponseShape "`created_at` of the message is missing";
    METADATA_NULL: ResponseShape "`metadata` is null where none was sent";
    ENQUEUED_TEXT: ResponseShape "`auto_reply_enqueued` is a string";
    DATA_UNWRAPPED: ResponseShape "the properties of `data` stand beside `status`";

    DATA_MISSING: Envelope "`data` is left out of 401";
    DATA_EMPTY: Envelope "`data` of 404 is an empty object";
    STATUS_FAIL: Envelope "`status` of 400 is `fail`";
    MESSAGE_MISSING: Envelope "400 for JSON that cannot be read has no `message`";

    NO_CREDENTIALS: Auth "a request without `Authorization` is let in";
    ANY_TOKEN: Auth "every token is let in";

    OCTET_STREAM: MediaType "`application/octet-stream` is taken for JSON";
    ERROR_PAGE: MediaType "404 is a page in HTML";
    ERROR_CUT: MediaType "the JSON of 401 is not closed";

    ALLOW_LOWERED: Headers "`Allow` is written in small letters";

    CONVERSATION_ID_ONCE: DataDependent "`conversation_id` is missing in the answer where it was in the request";
    TEXT_LOWERED: DataDependent "`text` comes back in small letters";
    TEXT_CR_LF: DataDependent "line breaks in `text` come back as single characters";
    SYSTEM_WITHOUT_REPLY: DataDependent "`sender_type: system` with `auto_reply: false` fails";
    METADATA_WITH_NULL: DataDependent "`metadata` with a null in it is refused";

    SENDER_ID_OF_255: RareBoundary "a `sender_id` of more than 255 characters is refused";
    TEXT_16_BITS: RareBoundary "a `text` above 10,000 bytes fails in its column";

    TEXT_CONTROL: Crash "a control character in `text` fails in a writer of XML";
    MALFORMED_UNCAUGHT: Crash "JSON that cannot be read is thrown and never caught";
}
