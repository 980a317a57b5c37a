//! How a target is spoken to.

use std::collections::HashMap;
use std::time::Duration;

use url::Url;

use super::log::ExchangeLog;
use super::{Hook, Network, RequestIds};
use crate::fixtures::Secret;

/// The target and how it is spoken to.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// The target's address. A path other than `/` replaces the base path of the document's server; user, password,
    /// query and fragment are not sent.
    pub target: Url,
    /// The longest wait for a whole response.
    pub timeout: Duration,
    /// Operations that are waited for longer, or less long, by their ids.
    pub timeouts: HashMap<String, Duration>,
    /// Header fields for every request (`--header`), their values secret.
    ///
    /// One of these comes before a configured credential in the same field, and is left out of a case whose
    /// credentials are meant to be wrong, if it would let that case in.
    pub headers: Vec<(String, Secret)>,
    /// How connections are made.
    pub network: Network,
    /// How often a connection that is refused is tried again.
    pub retries: u32,
    /// The `User-Agent` where it is not this program's own name.
    pub user_agent: Option<String>,
    /// The header field with an id of each request, if one is sent.
    pub request_ids: Option<RequestIds>,
    /// What may change each request.
    pub hook: Option<Hook>,
    /// Where every exchange is noted, if anywhere.
    pub exchanges: Option<ExchangeLog>,
}

impl ClientOptions {
    /// A target that is spoken to without more.
    pub fn new(target: Url, timeout: Duration) -> Self {
        Self {
            target,
            timeout,
            timeouts: HashMap::new(),
            headers: Vec::new(),
            network: Network::default(),
            retries: 0,
            user_agent: None,
            request_ids: None,
            hook: None,
            exchanges: None,
        }
    }
}
