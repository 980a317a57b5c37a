//! Sends cases over HTTP.

mod exchange;

use std::time::Duration;

use url::Url;

pub use exchange::{Answer, Exchange, Failure, Sent};

use crate::contract::Operation;
use crate::fixtures::{Fixtures, Secret};
use crate::plan::Case;

/// The target and how it is spoken to.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// The target's address. A path other than `/` replaces the base path of the document's server.
    pub target: Url,
    /// The longest wait for a whole response.
    pub timeout: Duration,
    /// Header fields for every request (`--header`), their values secret.
    pub headers: Vec<(String, Secret)>,
}

/// Speaks to one target.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    options: ClientOptions,
}

impl Client {
    /// A client for one target.
    ///
    /// # Errors
    /// When the system gives no sockets or no randomness.
    pub fn new(options: ClientOptions) -> Result<Self, reqwest::Error> {
        Ok(Self { http: http_client(options.timeout)?, options })
    }

    /// Sends one case, waiting out documented 429 and 503.
    pub async fn send(&self, operation: &Operation, case: &Case, fixtures: &Fixtures) -> Exchange {
        let _ = (&self.http, operation, case, fixtures);
        todo!("{:?}", self.options)
    }

    /// The request as it is shown, each secret as the variable that holds it.
    pub fn show(&self, operation: &Operation, case: &Case, fixtures: &Fixtures) -> Sent {
        let _ = (operation, case, fixtures);
        todo!()
    }
}

/// A client without redirects, proxies or cookies.
pub fn http_client(timeout: Duration) -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder().timeout(timeout).build()
}
