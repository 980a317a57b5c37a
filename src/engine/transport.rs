//! What sends the cases of a run.

use crate::case::Case;
use crate::contract::Operation;
use crate::execute::{Client, Exchange};
use crate::fixtures::Fixtures;

/// Sends cases to a target.
pub trait Transport: Send + Sync + 'static {
    /// Sends one case and waits for its response.
    fn send(&self, operation: &Operation, case: &Case, fixtures: &Fixtures) -> impl Future<Output = Exchange> + Send;
}

impl Transport for Client {
    async fn send(&self, operation: &Operation, case: &Case, fixtures: &Fixtures) -> Exchange {
        Self::send(self, operation, case, fixtures).await
    }
}
