//! Findings that a team has accepted: they are kept apart, and fail nothing.

use std::sync::Arc;

use super::accepting::Accepting;
use super::{OperationResult, Results};
use crate::baseline::Baseline;
use crate::engine::event::Verdict;
use crate::rule::Severity;

impl Results {
    /// The same, where the findings of this baseline are accepted; with `strict`, warnings and gaps fail what is not.
    #[must_use]
    pub(in crate::engine) fn accepting(self, baseline: Arc<Baseline>, strict: bool) -> Self {
        Self { accepting: Accepting { baseline, strict }, ..self }
    }

    /// Whether a finding is accepted.
    pub(in crate::engine) fn accepts(&self, finding: &crate::finding::Finding) -> bool {
        self.accepting.baseline.accepts(finding)
    }
}

impl OperationResult {
    /// Makes notes of what is accepted, and amends the verdict where nothing else fails the operation.
    pub(super) fn accept(&mut self, accepting: &Accepting) {
        let Accepting { baseline, strict } = accepting;
        if baseline.is_empty() {
            return;
        }
        for group in self.groups.values_mut() {
            if group.finding.severity > Severity::Note && baseline.accepts(&group.finding) {
                group.finding.severity = Severity::Note;
            }
        }
        if self.groups_of(Severity::Note).next().is_some() {
            self.acquit(*strict);
        }
    }

    /// Amends the verdict where nothing fails the operation any more.
    pub(super) fn acquit(&mut self, strict: bool) {
        let least = if strict { Severity::Warning } else { Severity::Error };
        let is_failing = self.groups.values().any(|group| group.finding.severity >= least);
        if let Some(summary) = self.summary.as_mut().filter(|summary| summary.verdict == Verdict::Fails)
            && !is_failing
            && (!strict || summary.gaps.is_empty())
        {
            summary.verdict = if summary.untestable.is_some() { Verdict::Untestable } else { Verdict::Conforms };
        }
    }
}
