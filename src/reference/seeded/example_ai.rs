//! Faults of the Example AI endpoint.

seeded! { "example-ai";
    SENDER_ID_OPTIONAL: AcceptsInvalid "`sender_id` may be left out"
        => Error "accepted-invalid" at "/components/schemas/SendMessagePayload/required/0";
    SENDER_TYPE_UNLISTED: AcceptsInvalid "`sender_type` may be any text"
        => Error "accepted-invalid" at "/components/schemas/SendMessagePayload/properties/sender_type/enum";
    TEXT_NUMBER: AcceptsInvalid "a number for `text` is turned into text"
        => Error "accepted-invalid" at "/components/schemas/SendMessagePayload/properties/text/type";
    AUTO_REPLY_TRUTHY: AcceptsInvalid "texts and numbers for `auto_reply` are read as truth values"
        => Error "accepted-invalid" at "/components/schemas/SendMessagePayload/properties/auto_reply/type";
    AUTO_REPLY_NULL: AcceptsInvalid "`auto_reply: null` is taken for its default"
        => Error "accepted-invalid" at "/components/schemas/SendMessagePayload/properties/auto_reply/type";
    METADATA_LIST: AcceptsInvalid "`metadata` may be a list"
        => Error "accepted-invalid" at "/components/schemas/SendMessagePayload/properties/metadata/type";
    CONVERSATION_ID_NULL: AcceptsInvalid "`conversation_id: null` makes a new conversation"
        => Error "accepted-invalid" at "/components/schemas/SendMessagePayload/properties/conversation_id/type";
    REPLY_TO_UNCHECKED: AcceptsInvalid "`reply_to_message_id` may be of any type"
        => Error "accepted-invalid" at "/components/schemas/SendMessagePayload/properties/reply_to_message_id/type";
    TEXT_OPTIONAL_AT_FIRST: AcceptsInvalid "`text` is asked for only in conversations that exist"
        => Error "accepted-invalid" at "/components/schemas/SendMessagePayload/required/2";

    AUTO_REPLY_FALSE: RejectsValid "`auto_reply` may not be false"
        => Error "rejected-valid" at "/components/schemas/SendMessagePayload/properties/auto_reply";
    TEXT_EMPTY: RejectsValid "an empty `text` is refused"
        => Error "rejected-valid" at "/components/schemas/SendMessagePayload/properties/text";
    SENDER_TYPE_AGENT_FORGOTTEN: RejectsValid "`agent` is missing in the list of sender types"
        => Error "rejected-valid" at "/components/schemas/SendMessagePayload/properties/sender_type";
    METADATA_FLAT: RejectsValid "`metadata` may hold no objects"
        => Error "rejected-valid" at "/components/schemas/SendMessagePayload/properties/metadata";
    CONVERSATION_NEEDED: RejectsValid "`conversation_id` must be there"
        => Error "rejected-valid" at "requestBody";

    INVALID_IS_422: WrongStatus "what does not validate gets 422 in place of 400"
        => Error "undocumented-status" at "responses";
    MISSING_IS_200: WrongStatus "an unknown conversation is created"
        => Error "missing-resource" at "/components/schemas/SendMessagePayload/properties/conversation_id";
    ERROR_IS_200: WrongStatus "an invalid request gets 200 with the envelope of an error"
        => Error "accepted-invalid" at "/components/schemas/SendMessagePayload";

    STATUS_OK: ResponseShape "`status` is `ok`"
        => Error "response-schema" at "/components/schemas/SendMessageResponse/properties/status/enum";
    MESSAGE_ID_NUMBER: ResponseShape "`id` of the message is a number"
        => Error "response-schema"
            at "/components/schemas/SendMessageResponse/properties/data/properties/message/properties/id/type";
    CREATED_AT_MISSING: ResponseShape "`created_at` of the message is missing"
        => Error "response-schema"
            at "/components/schemas/SendMessageResponse/properties/data/properties/message/required/4";
    METADATA_NULL: ResponseShape "`metadata` is null where none was sent"
        => Error "response-schema"
            at "/components/schemas/SendMessageResponse/properties/data/properties/message/properties/metadata/type";
    ENQUEUED_TEXT: ResponseShape "`auto_reply_enqueued` is a text"
        => Error "response-schema"
            at "/components/schemas/SendMessageResponse/properties/data/properties/auto_reply_enqueued/type";
    DATA_UNWRAPPED: ResponseShape "the members of `data` stand beside `status`"
        => Error "response-schema" at "/components/schemas/SendMessageResponse/required/2";

    DATA_MISSING: Envelope "`data` is left out of 401"
        => Error "error-envelope" at "/components/schemas/ErrorResponse/required/2";
    DATA_EMPTY: Envelope "`data` of 404 is an empty object"
        => Error "error-envelope" at "/components/schemas/ErrorResponse/properties/data/type";
    STATUS_FAIL: Envelope "`status` of 400 is `fail`"
        => Error "error-envelope" at "/components/schemas/ErrorResponse/properties/status/enum";
    MESSAGE_MISSING: Envelope "400 for JSON that cannot be read has no `message`"
        => Error "error-envelope" at "/components/schemas/ErrorResponse/required/1";

    NO_CREDENTIALS: Auth "a request without `Authorization` is let in"
        => Error "auth-ignored" at "/security/0/bearerAuth";
    ANY_TOKEN: Auth "every token is let in"
        => Error "auth-ignored" at "/security/0/bearerAuth";

    OCTET_STREAM: MediaType "`application/octet-stream` is taken for JSON"
        => Error "wrong-media-type" at "requestBody/content";
    ERROR_PAGE: MediaType "404 is a page in HTML"
        => Error "media-type" at "responses/404/content";
    ERROR_CUT: MediaType "the JSON of 401 is not closed"
        => Error "malformed-body" at "responses/401/content/application~1json";

    ALLOW_LOWERED: Headers "`Allow` is written in small letters"
        => Error "response-headers" at "";

    CONVERSATION_ID_ONCE: DataDependent "`conversation_id` is missing in the answer where it was in the request"
        => Error "response-schema" at "/components/schemas/SendMessageResponse/properties/data/required/0";
    TEXT_LOWERED: DataDependent "`text` comes back in small letters"
        => Warning "echo"
            at "/components/schemas/SendMessageResponse/properties/data/properties/message/properties/text";
    TEXT_CR_LF: DataDependent "line breaks in `text` come back as single characters"
        => Warning "echo"
            at "/components/schemas/SendMessageResponse/properties/data/properties/message/properties/text";
    SYSTEM_WITHOUT_REPLY: DataDependent "`sender_type: system` with `auto_reply: false` fails"
        => Error "server-error" at "requestBody";
    METADATA_WITH_NULL: DataDependent "`metadata` with a null in it is refused"
        => Error "rejected-valid" at "/components/schemas/SendMessagePayload/properties/metadata";

    SENDER_ID_OF_255: RareBoundary "a `sender_id` of more than 255 characters is refused"
        => Error "rejected-valid" at "/components/schemas/SendMessagePayload/properties/sender_id";
    TEXT_16_BITS: RareBoundary "a `text` above 10,000 bytes fails in its column"
        => Error "server-error" at "/components/schemas/SendMessagePayload/properties/text";

    TEXT_CONTROL: Crash "a control character in `text` fails in a writer of XML"
        => Error "server-error" at "/components/schemas/SendMessagePayload/properties/text";
    MALFORMED_UNCAUGHT: Crash "JSON that cannot be read is thrown and never caught"
        => Error "server-error" at "requestBody/content";
}
