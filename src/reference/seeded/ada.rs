//! Faults of the Ada endpoint.

seeded! { "ada";
    AUTHOR_OPTIONAL: AcceptsInvalid "`author` may be left out"
        => Error "accepted-invalid" at "/components/schemas/CreateMessageRequest/required/0";
    AUTHOR_NULL: AcceptsInvalid "`author` may be null"
        => Error "accepted-invalid" at "/components/schemas/Author/type";
    CONTENT_ANYTHING: AcceptsInvalid "`content` may be of any type"
        => Error "accepted-invalid" at "/components/schemas/Content/type";
    CONTENT_OPTIONAL: AcceptsInvalid "`content` may be left out"
        => Error "accepted-invalid" at "/components/schemas/CreateMessageRequest/required/1";
    NO_BODY: AcceptsInvalid "a request without a body creates an empty message"
        => Error "accepted-invalid" at "requestBody/required";
    JSON_PREFIX: AcceptsInvalid "what follows the JSON is not looked at"
        => Error "accepted-invalid" at "requestBody/content";
    SIZE_UNLIMITED: AcceptsInvalid "a body may be of any size"
        => Error "accepted-invalid" at "requestBody/x-max-request-size";

    SIZE_OF_8_MB: RejectsValid "the limit is 8 MB"
        => Error "rejected-valid" at "requestBody/x-max-request-size";
    CHARSET_REFUSED: RejectsValid "a media type with a `charset` is refused"
        => Error "rejected-valid" at "requestBody/content";
    JSON_INDENTED: RejectsValid "white space before the JSON is refused"
        => Error "rejected-valid" at "requestBody/content";

    INVALID_IS_422: WrongStatus "what does not validate gets 422 in place of 400"
        => Error "undocumented-status" at "responses";
    MISSING_IS_400: WrongStatus "an unknown conversation gets 400 in place of 404"
        => Error "wrong-refusal" at "parameters/0";
    MISSING_IS_201: WrongStatus "an unknown conversation is created"
        => Error "missing-resource" at "parameters/0";
    UNAUTHORIZED_IS_400: WrongStatus "a missing token gets 400"
        => Error "wrong-refusal" at "/security/0/bearerAuth";
    TYPE_IS_404: WrongStatus "a wrong media type gets 404"
        => Error "wrong-refusal" at "requestBody/content";

    ID_NUMBER: ResponseShape "`id` is a number"
        => Error "response-schema" at "/components/schemas/Message/properties/id/type";
    CREATED_AT_WITH_BLANK: ResponseShape "`created_at` has a blank in place of the `T`"
        => Error "response-schema" at "/components/schemas/Message/properties/created_at/format";
    CREATED_AT_EPOCH: ResponseShape "`created_at` is a number of seconds"
        => Error "response-schema" at "/components/schemas/Message/properties/created_at/type";
    UPDATED_AT_NULL: ResponseShape "`updated_at` is null until there is a change"
        => Error "response-schema" at "/components/schemas/Message/properties/updated_at/type";
    AUTHOR_ID_ONLY: ResponseShape "`author` comes back as a reference in place of the object"
        => Error "response-schema" at "/components/schemas/Author/type";
    BODY_MISSING: ResponseShape "the success has no body"
        => Error "response-schema" at "responses/2XX/content";

    BEARER_SHORTER: Auth "the beginning of the right token is enough"
        => Error "auth-ignored" at "/security/0/bearerAuth";
    BEARER_LONGER: Auth "more may follow the right token"
        => Error "auth-ignored" at "/security/0/bearerAuth";
    ANY_SCHEME: Auth "the token is right under any scheme"
        => Error "auth-ignored" at "/security/0/bearerAuth";

    CREATED_TEXT: MediaType "the success is of the type `text/html`"
        => Error "media-type" at "responses/2XX/content";
    XML: MediaType "every type that ends with `xml` is taken for JSON"
        => Error "wrong-media-type" at "requestBody/content";

    CHALLENGE_MISSING: Headers "401 has no `WWW-Authenticate`"
        => Warning "response-headers" at "/security/0/bearerAuth";

    AUTHOR_ASCII: DataDependent "an `author` with letters beyond ASCII is refused"
        => Error "rejected-valid" at "requestBody";
    CONTENT_LOWERED: DataDependent "the text in `content` comes back in small letters"
        => Warning "echo" at "/components/schemas/Message/properties/content";

    SIZE_WITH_HEAD: RareBoundary "the limit is 10 MB less 64 KB, for what surrounds the body"
        => Error "rejected-valid" at "requestBody/x-max-request-size";

    AUTHOR_UNEXPECTED: Crash "a missing `author` is not expected"
        => Error "server-error" at "/components/schemas/CreateMessageRequest/required/0";
    CREATED_CUT_OFF: Crash "the answer ends before its body does"
        => Error "no-response" at "requestBody";
    EMPTY_UNEXPECTED: Crash "an empty body is not expected"
        => Error "server-error" at "requestBody/content";
}
