//! Faults of the Respondent endpoint.

seeded! { "respondent";
    BODY_OPTIONAL: AcceptsInvalid "`body` may be left out"
        => Error "accepted-invalid" at "/components/schemas/CreateConversationMessageDto/required/0";
    BODY_NULL: AcceptsInvalid "`body` may be null"
        => Error "accepted-invalid" at "/components/schemas/CreateConversationMessageDto/properties/body/type";
    BODY_COERCED: AcceptsInvalid "a number or boolean for `body` is turned into text"
        => Error "accepted-invalid" at "/components/schemas/CreateConversationMessageDto/properties/body/type";
    BODY_LIST: AcceptsInvalid "a list for `body` is turned into text"
        => Error "accepted-invalid" at "/components/schemas/CreateConversationMessageDto/properties/body/type";
    DTO_LIST: AcceptsInvalid "a list of objects is taken, and the first of them used"
        => Error "accepted-invalid" at "/components/schemas/CreateConversationMessageDto/type";

    BODY_EMPTY: RejectsValid "an empty `body` counts as missing"
        => Error "rejected-valid" at "/components/schemas/CreateConversationMessageDto/properties/body";
    BODY_BLANK: RejectsValid "a `body` of blanks counts as empty"
        => Error "rejected-valid" at "/components/schemas/CreateConversationMessageDto/properties/body";
    UNKNOWN_MEMBERS: RejectsValid "members that the document does not name are refused"
        => Error "rejected-valid" at "requestBody";
    BODY_MARKUP: RejectsValid "a `<` in `body` is refused as an attack"
        => Error "rejected-valid" at "/components/schemas/CreateConversationMessageDto/properties/body";

    OK: WrongStatus "the success is 200 in place of 201"
        => Error "undocumented-status" at "responses";
    MISSING_IS_201: WrongStatus "a message to an unknown conversation is thrown away with 201"
        => Error "missing-resource" at "parameters/2";

    UID_NUMBER: ResponseShape "`uid` is a number"
        => Error "response-schema" at "/components/schemas/Message/properties/uid/type";
    CREATED_AT_MISSING: ResponseShape "`createdAt` is written in snake case"
        => Error "response-schema" at "/components/schemas/Message/required/0";
    CONVERSATION_UID_ONLY: ResponseShape "`conversation` is the uid in place of the object"
        => Error "response-schema" at "/components/schemas/MinimalConversation/type";
    SENDER_MISSING: ResponseShape "`sender` is missing"
        => Error "response-schema" at "/components/schemas/Message/required/4";
    LAST_NAME_MISSING: ResponseShape "the last name of the second participant is missing"
        => Error "response-schema" at "/components/schemas/ConversationParticipant/required/2";
    PARTICIPANTS_NULL: ResponseShape "`participants` is null"
        => Error "response-schema" at "/components/schemas/MinimalConversation/properties/participants/type";
    DELETED_NUMBER: ResponseShape "`deleted` of the participants is 0 or 1"
        => Error "response-schema" at "/components/schemas/ConversationParticipant/properties/deleted/type";
    LOCKED_TEXT: ResponseShape "`locked` is the text \"false\""
        => Error "response-schema" at "/components/schemas/MinimalConversation/properties/locked/type";
    PROJECT_ID_NULL: ResponseShape "`projectId` is null where there is no project"
        => Error "response-schema" at "/components/schemas/ConversationMetadata/properties/projectId/type";
    CREATED_WRAPPED: ResponseShape "the message is wrapped in `data`"
        => Error "response-schema" at "/components/schemas/Message/required/0";

    SECRET_OPTIONAL: Auth "`x-api-secret` is checked only where it is there"
        => Error "auth-ignored" at "parameters/1";
    KEY_OR_SECRET: Auth "one of the two keys is enough"
        => Error "auth-ignored" at "parameters/0";
    KEY_EMPTY: Auth "an empty `x-api-key` is let in"
        => Error "auth-ignored" at "parameters/0";
    SECRET_LENGTH: Auth "the secret is compared by its length alone"
        => Error "auth-ignored" at "parameters/1";

    FORM: MediaType "forms are taken for JSON"
        => Error "wrong-media-type" at "requestBody/content";
    LATIN_1: MediaType "the success says that it is in ISO 8859-1"
        => Warning "media-type" at "responses/201/content/application~1json";

    ALLOW_EMPTY: Headers "`Allow` is empty"
        => Error "response-headers" at "";

    BODY_ESCAPED: DataDependent "`<` and `&` come back as entities"
        => Warning "echo" at "/components/schemas/Message/properties/body";
    BODY_TRIMMED: DataDependent "blanks around `body` are lost"
        => Warning "echo" at "/components/schemas/Message/properties/body";
    BODY_AS_NUMBER: DataDependent "a `body` of digits comes back as a number"
        => Error "response-schema" at "/components/schemas/Message/properties/body/type";

    BODY_CUT: RareBoundary "a `body` above 1,000 characters is cut"
        => Warning "echo" at "/components/schemas/Message/properties/body";
    BODY_LIMIT: RareBoundary "a `body` above 10,000 characters is refused"
        => Error "rejected-valid" at "/components/schemas/CreateConversationMessageDto/properties/body";

    BODY_EMOJI: Crash "a `body` beyond the basic plane fails in a column of three-byte characters"
        => Error "server-error" at "/components/schemas/CreateConversationMessageDto/properties/body";
    BODY_DIRECTION: Crash "an invisible direction mark in `body` fails in a filter"
        => Error "server-error" at "/components/schemas/CreateConversationMessageDto/properties/body";
    NULL_UNEXPECTED: Crash "the members of `null` are looked at"
        => Error "server-error" at "/components/schemas/CreateConversationMessageDto/type";
    MISSING_UNEXPECTED: Crash "an unknown conversation is not expected"
        => Error "server-error" at "parameters/2";
}
