//! What is counted of an operation while it is tested.

use std::time::{Duration, Instant};

use super::event::ValidCases;
use crate::case::Case;
use crate::check::{Sent, says};
use crate::execute::Exchange;

/// What was counted.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub sent: usize,
    pub answered: usize,
    /// Valid cases, and those of them that were turned away with 401, 403 or 404.
    pub valid: ValidCases,
    pub denied: usize,
    pub crashes: Crashes,
    /// In a row.
    pub timeouts: usize,
    /// Cases in a row that met 429 or 503 to the last repetition.
    pub busy: usize,
    /// Bytes of responses' bodies.
    pub read: usize,
    /// Findings that fail the operation.
    pub failing: usize,
    pub throttled: u32,
}

/// Valid cases that failed (5xx) in one and the same way.
#[derive(Debug, Default)]
pub(super) struct Crashes {
    first: Option<(u16, String)>,
    count: usize,
}

impl Crashes {
    /// Takes what came of a valid case.
    pub fn add(&mut self, case: &Case, exchange: &Exchange) {
        let failed = exchange.result.as_ref().ok().filter(|response| response.status >= 500);
        let Some(crash) = failed.map(|response| (response.status, says(&response.body, &Sent::of(case)))) else {
            return;
        };
        self.count += usize::from(*self.first.get_or_insert_with(|| crash.clone()) == crash);
    }

    /// The status of so many cases, where that is what came of each of them.
    pub fn of_all(&self, sent: usize) -> Option<u16> {
        self.first.as_ref().filter(|_| self.count == sent).map(|(status, _)| *status)
    }
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
