//! Puts what comes of what was stored to the bug of having stored it.

use std::collections::HashMap;

use super::stored::Bugs;
use super::{ContractResult, Group};
use crate::finding::Finding;
use crate::rule::Pins;

impl ContractResult {
    /// Puts findings about what invalid requests have stored to those of the requests. Where an operation is only just
    /// `finished`, and nobody knows its verdict yet, they are no worse than those.
    pub(super) fn explain(&mut self, finished: Option<usize>, strict: bool) {
        let Self { operations, stored, .. } = self;
        let all = || operations.values().flat_map(|operation| operation.groups.values());
        if !all().any(Group::is_known_by_values) {
            return;
        }
        let of_requests = all().map(|group| &group.finding).filter(|finding| finding.rule.pins == Pins::Request);
        // One cause may fail in other words for other values.
        let by_both = |finding: &Finding| {
            [finding.root_key(), finding.cause.clone()].map(|by| (by, (finding.root_key(), finding.severity)))
        };
        let mut known: Bugs = HashMap::new();
        for (by, (key, severity)) in of_requests.flat_map(by_both) {
            let bug = known.entry(by).or_insert((key, severity));
            bug.1 = bug.1.max(severity);
        }
        for (index, operation) in operations.iter_mut() {
            let is_finished = finished == Some(*index);
            let mut is_eased = false;
            for group in operation.groups.values_mut() {
                is_eased |= group.explain(stored, &known, is_finished);
            }
            if is_eased {
                operation.acquit(strict);
            }
        }
    }
}
