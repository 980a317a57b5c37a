//! Puts what comes of what was stored to the bug of having stored it.

use std::collections::HashMap;

use super::{ContractResult, Group};
use crate::finding::Finding;
use crate::rule::Pins;

impl ContractResult {
    /// Puts findings about what invalid requests have stored to those of the requests.
    pub(super) fn explain(&mut self) {
        let Self { operations, stored, .. } = self;
        let all = || operations.values().flat_map(|operation| operation.groups.values());
        if !all().any(Group::is_known_by_values) {
            return;
        }
        let of_requests = all().map(|group| &group.finding).filter(|finding| finding.rule.pins == Pins::Request);
        // One cause may fail in other words for other values.
        let by_both =
            |finding: &Finding| [finding.root_key(), finding.cause.clone()].map(|by| (by, finding.root_key()));
        let known: HashMap<String, String> = of_requests.flat_map(by_both).collect();
        for group in operations.values_mut().flat_map(|operation| operation.groups.values_mut()) {
            group.explain(stored, &known);
        }
    }
}
