//! What is counted of an operation while it is tested.

use std::time::{Duration, Instant};

use super::event::ValidCases;

/// What was counted.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub sent: usize,
    pub answered: usize,
    /// Valid cases, and those of them that were turned away with 401, 403 or 404.
    pub valid: ValidCases,
    pub denied: usize,
    /// In a row.
    pub timeouts: usize,
    /// Bytes of responses' bodies.
    pub read: usize,
    /// Findings that fail the operation.
    pub failing: usize,
    pub throttled: u32,
}

/// From the first request to the last response.
#[derive(Debug, Default)]
pub(super) struct Span(Option<(Instant, Instant)>);

impl Span {
    pub fn add(&mut self, sent_at: Instant, responded_at: Instant) {
        let (first, last) = self.0.unwrap_or((sent_at, responded_at));
        self.0 = Some((first.min(sent_at), last.max(responded_at)));
    }

    pub fn elapsed(&self) -> Duration {
        self.0.map_or(Duration::ZERO, |(first, last)| last - first)
    }
}
