//! Requests that are sent for an operation once it is finished.

use super::OperationResult;
use crate::engine::event::Verdict;

impl OperationResult {
    /// Counts requests that came after the operation's end, and may have shown that it fails after all.
    pub(super) fn read_again(&mut self, requests: usize, fails: bool) {
        self.requests += requests;
        if let Some(summary) = self.summary.as_mut().filter(|_| fails) {
            summary.verdict = Verdict::Fails;
        }
    }
}
