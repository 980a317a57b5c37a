//! How a target is spoken to.

use std::time::Duration;

use url::Url;

use super::{Network, RequestIds};
use crate::fixtures::Secret;

/// The target and how it is spoken to.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// The target's address. A path other than `/` replaces the base path of the document's server; user, password,
    /// query and fragment are not sent.
    pub target: Url,
    /// The longest wait for a whole response.
    pub timeout: Duration,
    /// Header fields for every request (`--header`), their values secret.
    ///
    /// One of these comes before a configured credential in the same field, and is left out of a case whose
    /// credentials are meant to be wrong, if it would let that case in.
    pub headers: Vec<(String, Secret)>,
    /// How connections are made.
    pub network: Network,
    /// The `User-Agent` where it is not this program's own name.
    pub user_agent: Option<String>,
    /// The header field with an id of each request, if one is sent.
    pub request_ids: Option<RequestIds>,
}

impl ClientOptions {
    /// A target that is spoken to without more.
    pub fn new(target: Url, timeout: Duration) -> Self {
        Self { target, timeout, headers: Vec::new(), network: Network::default(), user_agent: None, request_ids: None }
    }
}
