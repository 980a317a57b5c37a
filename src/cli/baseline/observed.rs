//! What a run has shown of the findings of a baseline.

use std::collections::HashSet;

use crate::baseline::Accepted;
use crate::engine::{Event, Listener, ListenerError, Results, Verdict};
use crate::rule::Severity;

/// Hears of all findings, and of the operations that could show more.
#[derive(Debug, Default)]
pub(in crate::cli) struct Observed {
    strict: bool,
    /// Findings that fail the run, or would if they were not accepted.
    pub failing: Vec<Accepted>,
    /// Operations that were tested to their end: the document's name, and `METHOD /path`.
    pub tested: HashSet<(String, String)>,
    pub interrupted: bool,
}

impl Observed {
    /// With `strict`, warnings fail a run, too.
    pub fn new(strict: bool) -> Self {
        Self { strict, ..Self::default() }
    }

    /// Whether a finding would have shown again if it were still there.
    pub fn would_show(&self, accepted: &Accepted) -> bool {
        self.tested.contains(&(accepted.document.clone(), accepted.operation.clone()))
    }
}

impl Listener for Observed {
    fn on(&mut self, event: &Event, results: &Results) -> Result<(), ListenerError> {
        let Event::RunFinished { interrupted, .. } = event else { return Ok(()) };
        self.interrupted = *interrupted;
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            for (_, _, group) in results.groups(severity) {
                // Notes of a run are what the baseline accepts.
                if severity != Severity::Warning || self.strict {
                    self.failing.push(Accepted::of(&group.finding));
                }
            }
        }
        for contract in &results.contracts {
            for (operation, summary) in contract.summaries() {
                if summary.verdict != Verdict::Untestable && summary.given_up.is_none() {
                    let name = format!("{} {}", operation.method, operation.path);
                    self.tested.insert((contract.contract.name.clone(), name));
                }
            }
        }
        Ok(())
    }
}
