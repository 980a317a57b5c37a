//! Faults of the ASAPP endpoint.

seeded! { "asapp";
    TEXT_OPTIONAL: AcceptsInvalid "`text` may be left out";
    TEXT_EMPTY: AcceptsInvalid "`text` may be empty";
    ROLE_UNLISTED: AcceptsInvalid "`sender.role` may be any text";
    ROLE_ANY_CASE: AcceptsInvalid "`sender.role` is compared without regard to case";
    ROLE_TRIMMED: AcceptsInvalid "blanks around `sender.role` are cut off before it is compared";
    ROLE_PREFIX: AcceptsInvalid "`sender.role` need only begin like one of the list";
    EXTERNAL_ID_NUMBER: AcceptsInvalid "`sender.externalId` may be a number, as in the document's example";
    EXTERNAL_ID_FOR_CUSTOMERS: AcceptsInvalid "`sender.externalId` is asked for only where the sender is a customer";
    TIMESTAMP_OPTIONAL: AcceptsInvalid "`timestamp` may be left out";
    TIMESTAMP_NO_CALENDAR: AcceptsInvalid "`timestamp` is checked by its form, whether or not there is such a day";
    CONVERSATION_ID_ANY_CASE: AcceptsInvalid "the conversation's id is put into capitals before it is looked at";
    CONVERSATION_ID_LINE_BREAK: AcceptsInvalid "the pattern's `$` lets a line break at the end pass";
    JSON_TRAILING_COMMA: AcceptsInvalid "a comma after the last property is taken for JSON";

    TEXT_OFF_BY_ONE: RejectsValid "`text` must have more than one character";
    TEXT_TRIMMED: RejectsValid "blanks around `text` are cut off before its length is checked";
    ROLE_SYSTEM_FORGOTTEN: RejectsValid "`system` is missing in the list of roles";
    TIMESTAMP_OFFSET: RejectsValid "`timestamp` must end with `Z`";
    UNKNOWN_MEMBERS: RejectsValid "properties that the document does not name are refused";

    MISSING_IS_400: WrongStatus "an unknown conversation gets 400 in place of 404";
    MISSING_IS_200: WrongStatus "a message to an unknown conversation is thrown away with 200";
    UNAUTHORIZED_IS_404: WrongStatus "a wrong key gets 404";
    ANY_METHOD: WrongStatus "every method creates a message";

    ID_NUMBER: ResponseShape "`id` is a number";
    CREATED_LISTED: ResponseShape "the answer is a list of one";

    REQUEST_ID_MISSING: Envelope "404 alone has no `requestId`";
    CODE_NUMBER: Envelope "`code` is the status as a number";
    ERROR_TEXT: Envelope "`error` is a text in 401";
    ENVELOPE_MISSING: Envelope "401 has no body";
    MESSAGE_LIST: Envelope "`message` of 400 is a list of messages";

    SECRET_IGNORED: Auth "the second of the two keys is not looked at";
    ID_IGNORED: Auth "any `asapp-api-id` will do beside the right secret";
    SECRET_PREFIX: Auth "the secret need only begin like the right one";
    ID_ANY_CASE: Auth "`asapp-api-id` is compared without regard to case";

    CREATED_UNTYPED: MediaType "the success has no `Content-Type`";
    ANY_APPLICATION: MediaType "every type that begins with `application/` is taken for JSON";

    ALLOW_WITHOUT_POST: Headers "`Allow` names the methods that only read";

    TEXT_QUOTE: DataDependent "a `'` in `text` is refused as an attack";
    TIMESTAMP_BEFORE_1970: DataDependent "a `timestamp` before 1970 is refused";
    EXTERNAL_ID_DIGITS: DataDependent "a `sender.externalId` of digits alone is read as a number and refused";

    TIMESTAMP_NANOSECONDS: RareBoundary "a fraction of more than six digits in `timestamp` is refused";
    TEXT_COUNTED_IN_BYTES: RareBoundary "a `text` above 4,096 bytes is refused";

    TEXT_TEMPLATE: Crash "a `%` in `text` is read as a directive of a format";
    ROLE_UNCAUGHT: Crash "an unknown `sender.role` is thrown and never caught";
}
