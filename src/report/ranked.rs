//! The root causes of a run as reports show them.

use std::cmp::Reverse;

use crate::engine::{Results, RootCause};

/// The root causes of all contracts: errors first, what weighs most first, then by how many operations and cases show them.
pub(super) fn ranked(results: &Results) -> Vec<RootCause<'_>> {
    let mut causes = results.root_causes();
    causes.sort_by_key(|cause| (Reverse(cause.severity), cause.example().rule.weight));
    causes
}
