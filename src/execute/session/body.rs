//! Bodies of the requests that obtain credentials.

use http::header::{CONTENT_TYPE, HeaderValue};
use url::form_urlencoded;

pub(super) const FORM: &str = "application/x-www-form-urlencoded";
pub(super) const JSON: &str = "application/json";

/// Names and values as a form.
pub(super) fn form(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Gives a request this body.
pub(super) fn put(request: &mut reqwest::Request, media_type: &'static str, body: String) {
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    *request.body_mut() = Some(body.into());
}
