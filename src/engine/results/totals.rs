//! What a run comes to, in numbers.

use super::Results;
use crate::engine::event::Verdict;
use crate::rule::Severity;

/// The totals of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Operations that conform.
    pub passed: usize,
    /// Operations that fail.
    pub failed: usize,
    /// Operations that could not be tested.
    pub untestable: usize,
    /// Those of the failed ones of which no valid request was accepted: what fails is what their refusals show.
    pub failed_untested: usize,
    /// Operations that the run did not get to the end of.
    pub unfinished: usize,
    /// Errors, those with the same root cause as one.
    pub errors: usize,
    /// Operations with an error.
    pub error_operations: usize,
    /// Warnings of the target, those with the same root cause as one.
    pub warnings: usize,
    /// Warnings for which the document is to be changed, those with the same root cause as one.
    pub document: usize,
    /// Requests that were sent.
    pub requests: usize,
}

impl Results {
    /// The totals so far.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for contract in &self.contracts {
            for operation in contract.operations.values() {
                let is_tested = operation.summary.as_ref().is_none_or(|summary| summary.untestable.is_none());
                match operation.verdict(contract.finished) {
                    Some(Verdict::Conforms) => totals.passed += 1,
                    Some(Verdict::Fails) => {
                        totals.failed += 1;
                        totals.failed_untested += usize::from(!is_tested);
                    }
                    Some(Verdict::Untestable) => totals.untestable += 1,
                    None => totals.unfinished += 1,
                }
                totals.requests += operation.requests;
                totals.error_operations += usize::from(operation.groups_of(Severity::Error).next().is_some());
            }
        }
        for cause in self.root_causes() {
            match cause.severity {
                Severity::Error => totals.errors += 1,
                Severity::Warning if cause.is_of_document() => totals.document += 1,
                Severity::Warning => totals.warnings += 1,
                Severity::Note => {}
            }
        }
        totals
    }
}
