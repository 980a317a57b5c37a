//! Faults of the Respondent endpoint.

seeded! { "respondent";
    BODY_OPTIONAL: AcceptsInvalid "`body` may be left out";
    BODY_NULL: AcceptsInvalid "`body` may be null";
    BODY_COERCED: AcceptsInvalid "a number or boolean for `body` is turned into text";
    BODY_LIST: AcceptsInvalid "an array for `body` is turned into text";
    DTO_LIST: AcceptsInvalid "an array of objects is taken, and the first of them used";

    BODY_EMPTY: RejectsValid "an empty `body` counts as missing";
    BODY_BLANK: RejectsValid "a `body` of blanks counts as empty";
    UNKNOWN_MEMBERS: RejectsValid "properties that the document does not name are refused";
    BODY_MARKUP: RejectsValid "a `<` in `body` is refused as an attack";

    OK: WrongStatus "the success is 200 in place of 201";
    MISSING_IS_201: WrongStatus "a message to an unknown conversation is thrown away with 201";

    UID_NUMBER: ResponseShape "`uid` is a number";
    CREATED_AT_MISSING: ResponseShape "`createdAt` is written in snake case";
    CONVERSATION_UID_ONLY: ResponseShape "`conversation` is the uid in place of the object";
    SENDER_MISSING: ResponseShape "`sender` is missing";
    LAST_NAME_MISSING: ResponseShape "the last name of the second participant is missing";
    PARTICIPANTS_NULL: ResponseShape "`participants` is null";
    DELETED_NUMBER: ResponseShape "`deleted` of the participants is 0 or 1";
    LOCKED_TEXT: ResponseShape "`locked` is the text \"false\"";
    PROJECT_ID_NULL: ResponseShape "`projectId` is null where there is no project";
    CREATED_WRAPPED: ResponseShape "the message is wrapped in `data`";

    SECRET_OPTIONAL: Auth "`x-api-secret` is checked only where it is there";
    KEY_OR_SECRET: Auth "one of the two keys is enough";
    KEY_EMPTY: Auth "an empty `x-api-key` is let in";
    SECRET_LENGTH: Auth "the secret is compared by its length alone";

    FORM: MediaType "forms are taken for JSON";
    LATIN_1: MediaType "the success says that it is in ISO 8859-1";

    ALLOW_EMPTY: Headers "`Allow` is empty";

    BODY_ESCAPED: DataDependent "`<` and `&` come back as entities";
    BODY_TRIMMED: DataDependent "blanks around `body` are lost";
    BODY_AS_NUMBER: DataDependent "a `body` of digits comes back as a number";

    BODY_CUT: RareBoundary "a `body` above 1,000 characters is cut";
    BODY_LIMIT: RareBoundary "a `body` above 10,000 characters is refused";

    BODY_EMOJI: Crash "a `body` beyond the basic plane fails in a column of three-byte characters";
    BODY_DIRECTION: Crash "an invisible direction mark in `body` fails in a filter";
    NULL_UNEXPECTED: Crash "the properties of `null` are looked at";
    MISSING_UNEXPECTED: Crash "an unknown conversation is not expected";
}
