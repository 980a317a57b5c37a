//! How a target is spoken to.

use std::time::Duration;

use url::Url;

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
}
