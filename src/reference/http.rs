//! What the five providers share of HTTP itself: reading a request whole, judging its media type and its credentials,
//! and writing JSON answers. No provider's rule is in here.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::header::{
    ALLOW, AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::seeded::{Seed, ada, asapp, example_ai, respondent, telnyx};

/// The largest accepted request body in bytes.
///
/// Ada states "The maximum request size is 10MB", read here as 10 MiB, the kinder reading. ASAPP documents 413 without a
/// number and the others say nothing: one limit serves all five.
pub(super) const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// How much of an oversized body is still read, and thrown away, before the answer.
///
/// A server that answers and closes with unread data in its socket sends a reset, which can destroy the 413 before the
/// client has read it (RFC 9112 §9.6). Reading on has to end somewhere.
const DRAIN_LIMIT: usize = 64 * 1024 * 1024;

/// How long the next part of a body may take to arrive. Short, so that a client that announced more than it sends gets an
/// answer before it gives up.
const IDLE_LIMIT: Duration = Duration::from_secs(5);

/// A request that has arrived in full, with nothing judged yet.
///
/// The body is read before the credentials are judged, although they are judged first: every answer then leaves the
/// connection clean for the next request.
pub(super) struct Received {
    pub method: Method,
    pub headers: HeaderMap,
    content: Result<Vec<u8>, ContentFault>,
    seeded: Seed,
}

/// Why the content of a request is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ContentFault {
    /// More than [`BODY_LIMIT`] bytes.
    TooLarge,
    /// The client broke off, or stopped sending for [`IDLE_LIMIT`].
    Incomplete,
}

impl<S: Sync> FromRequest<S> for Received
where
    Seed: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request(request: Request, state: &S) -> Result<Self, Infallible> {
        let seeded = Seed::from_ref(state);
        let (head, body) = request.into_parts();
        let announced = declared_length(&head.headers);
        let content = read(body, announced, limit(seeded)).await;
        Ok(Received { method: head.method, headers: head.headers, content, seeded })
    }
}

impl Received {
    /// The whole content, at most [`BODY_LIMIT`] bytes.
    pub fn content(&self) -> Result<&[u8], ContentFault> {
        self.content.as_deref().map_err(|fault| *fault)
    }

    /// How many bytes of content there are to work on.
    pub fn length(&self) -> usize {
        self.content.as_ref().map_or(0, Vec::len)
    }

    /// Whether the content is `application/json` (RFC 9110 §8.3.1: case-insensitive, any parameters).
    ///
    /// A `charset` parameter is ignored, as RFC 8259 §11 says. A coding such as gzip is an unsupported media type too
    /// (RFC 9110 §8.4). A request with neither content nor `Content-Type` has no media type to refuse: what is wrong
    /// with it is that its body is missing, and the JSON rule says so.
    pub fn is_json(&self) -> bool {
        let codings = self.headers.get_all(CONTENT_ENCODING);
        if codings.iter().any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
            return false;
        }
        let mut types = self.headers.get_all(CONTENT_TYPE).iter();
        match (types.next(), types.next()) {
            (None, _) => self.content.as_ref().is_ok_and(Vec::is_empty),
            (Some(only), None) => {
                let mut parts = only.as_bytes().split(|byte| *byte == b';');
                let essence = parts.next().unwrap_or_default().trim_ascii().to_ascii_lowercase();
                if self.seeded.has(&ada::CHARSET_REFUSED) && parts.next().is_some() {
                    return false;
                }
                essence == b"application/json" || self.takes_for_json(&essence)
            }
            (Some(_), Some(_)) => false,
        }
    }

    /// Types that are no JSON, and that the seeded fault takes for it.
    fn takes_for_json(&self, essence: &[u8]) -> bool {
        let seeded = self.seeded;
        seeded.has(&telnyx::TEXT_PLAIN) && essence == b"text/plain"
            || seeded.has(&asapp::ANY_APPLICATION) && essence.starts_with(b"application/")
            || seeded.has(&ada::XML) && essence.ends_with(b"xml")
            || seeded.has(&respondent::FORM) && essence == b"application/x-www-form-urlencoded"
            || seeded.has(&example_ai::OCTET_STREAM) && essence == b"application/octet-stream"
    }

    /// Whether the one `Authorization` header is `Bearer <key>`, the scheme in any case (RFC 9110 §11.1).
    pub fn has_bearer(&self, key: &str) -> bool {
        let Some(value) = self.single(&AUTHORIZATION) else {
            return self.seeded.has(&example_ai::NO_CREDENTIALS);
        };
        if self.seeded.has(&ada::ANY_SCHEME) {
            return value.rsplit(|byte| *byte == b' ').next() == Some(key.as_bytes());
        }
        let Some((scheme, token)) = value.split_at_checked("bearer ".len()) else {
            return self.seeded.has(&telnyx::BEARER_EMPTY) && value.trim_ascii().eq_ignore_ascii_case(b"bearer");
        };
        scheme.eq_ignore_ascii_case(b"bearer ") && self.is_token(token.trim_ascii_start(), key.as_bytes())
    }

    fn is_token(&self, token: &[u8], key: &[u8]) -> bool {
        is_same(token, key)
            || self.seeded.has(&telnyx::BEARER_ANY_CASE) && token.eq_ignore_ascii_case(key)
            || self.seeded.has(&ada::BEARER_SHORTER) && key.starts_with(token)
            || self.seeded.has(&ada::BEARER_LONGER) && token.starts_with(key)
            || self.seeded.has(&example_ai::ANY_TOKEN)
    }

    /// Whether the header `name` is there exactly once, with exactly the value `secret`.
    pub fn has_secret(&self, name: &HeaderName, secret: &str) -> bool {
        self.single(name).is_some_and(|value| is_same(value, secret.as_bytes()))
    }

    /// The value of a header that occurs once. Two credentials are nobody's: which one counts would be a guess.
    pub fn single(&self, name: &HeaderName) -> Option<&[u8]> {
        let mut values = self.headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => Some(value.as_bytes()),
            _ => None,
        }
    }
}

/// A response of `status` with `body` as `application/json`.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => {
            let media_type = HeaderValue::from_static("application/json");
            (status, [(CONTENT_TYPE, media_type)], bytes).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// An error response, with the header that its status requires: `WWW-Authenticate: challenge` on 401
/// (RFC 9110 §11.6.1), and `Allow` on 405 (RFC 9110 §15.5.6).
pub(super) fn error(status: StatusCode, envelope: &impl Serialize, challenge: &'static str, seeded: Seed) -> Response {
    let mut response = json(status, envelope);
    if seeded.has(&example_ai::ERROR_CUT) && status == StatusCode::UNAUTHORIZED {
        *response.body_mut() = Body::from("{\"status\":\"error\",\"message\":\"Invalid or expired token.\",");
    }
    let headers = response.headers_mut();
    if seeded.has(&telnyx::ERROR_IS_PROBLEM) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    }
    if seeded.has(&example_ai::ERROR_PAGE) && status == StatusCode::NOT_FOUND {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        *response.body_mut() = Body::from("<!doctype html><title>404</title><h1>Not Found</h1>");
        return response;
    }
    if status == StatusCode::UNAUTHORIZED && !seeded.has(&ada::CHALLENGE_MISSING) {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    if status == StatusCode::METHOD_NOT_ALLOWED
        && let Some(methods) = allowed(seeded)
    {
        headers.insert(ALLOW, HeaderValue::from_static(methods));
    }
    response
}

/// What `Allow` says.
fn allowed(seeded: Seed) -> Option<&'static str> {
    match () {
        () if seeded.has(&telnyx::ALLOW_MISSING) => None,
        () if seeded.has(&asapp::ALLOW_WITHOUT_POST) => Some("GET, HEAD"),
        () if seeded.has(&respondent::ALLOW_EMPTY) => Some(""),
        () if seeded.has(&example_ai::ALLOW_LOWERED) => Some("post"),
        () => Some("POST"),
    }
}

/// Whether two secrets are the same, in a time that does not depend on where they differ.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

/// The length that the client announced, if it did; a chunked body announces none.
fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The largest accepted body.
fn limit(seeded: Seed) -> usize {
    match () {
        () if seeded.has(&ada::SIZE_UNLIMITED) => DRAIN_LIMIT,
        () if seeded.has(&ada::SIZE_OF_8_MB) => 8_000_000,
        () if seeded.has(&ada::SIZE_WITH_HEAD) => 10_000_000 - 64 * 1024,
        () => BODY_LIMIT,
    }
}

/// Reads a body to its end, keeping no more than `limit` bytes of it.
async fn read(mut body: Body, announced: Option<usize>, limit: usize) -> Result<Vec<u8>, ContentFault> {
    let announced = announced.unwrap_or(0);
    if announced > DRAIN_LIMIT {
        return Err(ContentFault::TooLarge);
    }
    let mut content = Vec::with_capacity(announced.min(64 * 1024));
    let mut length = 0;
    let complete = loop {
        let next = poll_fn(|context| Pin::new(&mut body).poll_frame(context));
        let frame = match tokio::time::timeout(IDLE_LIMIT, next).await {
            Ok(Some(Ok(frame))) => frame,
            Ok(None) => break true,
            Ok(Some(Err(_))) | Err(_) => break false,
        };
        let Some(data) = frame.data_ref() else {
            continue; // trailers
        };
        length += data.len();
        if length <= limit {
            content.extend_from_slice(data);
        } else {
            content = Vec::new();
        }
        if length > DRAIN_LIMIT {
            break false;
        }
    };
    if length.max(announced) > limit {
        return Err(ContentFault::TooLarge);
    }
    if complete { Ok(content) } else { Err(ContentFault::Incomplete) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(headers: &[(HeaderName, &'static str)], content: &[u8]) -> Received {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, HeaderValue::from_static(value));
        }
        let seeded = Seed::default();
        Received { method: Method::POST, headers: map, content: Ok(content.to_vec()), seeded }
    }

    #[test]
    fn the_media_type_is_read_as_rfc_9110_says() {
        for (value, expected) in [
            ("application/json", true),
            ("application/json; charset=utf-8", true),
            ("APPLICATION/Json ;charset=\"utf-8\"", true),
            ("application/jsonx", false),
            ("application/json garbage", false),
            ("application/problem+json", false),
            ("text/plain", false),
            ("", false),
        ] {
            assert_eq!(received(&[(CONTENT_TYPE, value)], b"{}").is_json(), expected, "{value}");
        }
        assert!(!received(&[], b"{}").is_json(), "content without a type");
        assert!(received(&[], b"").is_json(), "nothing to refuse");
        let twice = [(CONTENT_TYPE, "application/json"), (CONTENT_TYPE, "text/plain")];
        assert!(!received(&twice, b"{}").is_json());
        let coded = [(CONTENT_TYPE, "application/json"), (CONTENT_ENCODING, "gzip")];
        assert!(!received(&coded, b"{}").is_json());
    }

    #[test]
    fn bearer_scheme_is_case_insensitive_and_the_token_is_not() {
        for (value, expected) in [
            ("Bearer Key", true),
            ("bEARER Key", true),
            ("Bearer  Key", true),
            ("Bearer key", false),
            ("BearerKey", false),
            ("Bearer", false),
            ("Bearer Key Key", false),
            ("Basic Key", false),
            ("Key", false),
        ] {
            let request = received(&[(AUTHORIZATION, value)], b"");
            assert_eq!(request.has_bearer("Key"), expected, "{value}");
        }
        let twice = [(AUTHORIZATION, "Bearer Key"), (AUTHORIZATION, "Bearer Key")];
        assert!(!received(&twice, b"").has_bearer("Key"));
    }
}
