//! Sends cases over HTTP.

mod exchange;

pub use exchange::{Answer, Exchange, Failure, Sent};

/// x
pub fn http_client(timeout: std::time::Duration) -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder().timeout(timeout).build()
}
