//! Faults of the Ada endpoint.

seeded! { "ada";
    AUTHOR_OPTIONAL: AcceptsInvalid "`author` may be left out";
    AUTHOR_NULL: AcceptsInvalid "`author` may be null";
    CONTENT_ANYTHING: AcceptsInvalid "`content` may be of any type";
    CONTENT_OPTIONAL: AcceptsInvalid "`content` may be left out";
    NO_BODY: AcceptsInvalid "a request without a body creates an empty message";
    JSON_PREFIX: AcceptsInvalid "what follows the JSON is not looked at";
    SIZE_UNLIMITED: AcceptsInvalid "a body may be of any size";

    SIZE_OF_8_MB: RejectsValid "the limit is 8 MB";
    CHARSET_REFUSED: RejectsValid "a media type with a `charset` is refused";
    JSON_INDENTED: RejectsValid "white space before the JSON is refused";

    INVALID_IS_422: WrongStatus "what does not validate gets 422 in place of 400";
    MISSING_IS_400: WrongStatus "an unknown conversation gets 400 in place of 404";
    MISSING_IS_201: WrongStatus "an unknown conversation is created";
    UNAUTHORIZED_IS_400: WrongStatus "a missing token gets 400";
    TYPE_IS_404: WrongStatus "a wrong media type gets 404";

    ID_NUMBER: ResponseShape "`id` is a number";
    CREATED_AT_WITH_BLANK: ResponseShape "`created_at` has a blank in place of the `T`";
    CREATED_AT_EPOCH: ResponseShape "`created_at` is a number of seconds";
    UPDATED_AT_NULL: ResponseShape "`updated_at` is null until there is a change";
    AUTHOR_ID_ONLY: ResponseShape "`author` comes back as a reference in place of the object";
    BODY_MISSING: ResponseShape "the success has no body";

    BEARER_SHORTER: Auth "the beginning of the right token is enough";
    BEARER_LONGER: Auth "more may follow the right token";
    ANY_SCHEME: Auth "the token is right under any scheme";

    CREATED_TEXT: MediaType "the success is of the type `text/html`";
    XML: MediaType "every type that ends with `xml` is taken for JSON";

    CHALLENGE_MISSING: Headers "401 has no `WWW-Authenticate`";

    AUTHOR_ASCII: DataDependent "an `author` with letters beyond ASCII is refused";
    CONTENT_LOWERED: DataDependent "the text in `content` comes back in small letters";

    SIZE_WITH_HEAD: RareBoundary "the limit is 10 MB less 64 KB, for what surrounds the body";

    AUTHOR_UNEXPECTED: Crash "a missing `author` is not expected";
    CREATED_CUT_OFF: Crash "the answer ends before its body does";
    EMPTY_UNEXPECTED: Crash "an empty body is not expected";
}
