//! What is at a URL: a document, say, before anything is tested.

use std::time::Duration;

use http::header::{ACCEPT, HeaderName, HeaderValue, USER_AGENT};
use url::Url;

use super::request;
use super::transport::Transport;
use super::{Failure, Network, Response, decoded};
use crate::fixtures::Secret;

/// Gets what is at a URL, with these header fields beside the usual ones. A redirect is not followed: it might lead them
/// to somebody else.
///
/// # Errors
/// There is no whole response.
pub async fn fetch(
    url: &Url,
    headers: &[(String, Secret)],
    network: &Network,
    timeout: Duration,
) -> Result<Response, Failure> {
    let mut asked = reqwest::Request::new(http::Method::GET, url.clone());
    let fields = asked.headers_mut();
    fields.insert(ACCEPT, HeaderValue::from_static("application/json, application/yaml, */*;q=0.5"));
    fields.insert(USER_AGENT, HeaderValue::from_static(request::USER_AGENT));
    for (name, secret) in headers {
        let no_field = || Failure::Unsendable(format!("`{name}` is no header field"));
        let name = HeaderName::try_from(name.as_str()).map_err(|_| no_field())?;
        fields.insert(name, HeaderValue::try_from(secret.value.as_str()).map_err(|_| no_field())?);
    }
    let transport = Transport::new(url, timeout, network).map_err(|error| Failure::Unsendable(error.to_string()))?;
    decoded(transport.send(&asked).await.0, &transport.rooms).await
}
