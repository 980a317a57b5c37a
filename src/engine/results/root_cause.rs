//! Root causes: groups of one contract that are one bug, over operations and parameters.

use std::cmp::Reverse;
use std::collections::HashSet;

use indexmap::IndexMap;

use super::{ContractResult, Group, OperationResult, Results};
use crate::contract::{Contract, Operation};
use crate::finding::{Finding, Root};
use crate::rule::Severity;

/// Findings of one contract that are one bug.
#[derive(Debug)]
pub struct RootCause<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// How severe it is.
    pub severity: Severity,
    /// Where it shows; first the place with the best example, then the others in the order of the document.
    pub places: Vec<CausePlace<'a>>,
    key: String,
}

/// A place where a root cause shows.
#[derive(Clone, Copy, Debug)]
pub struct CausePlace<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// Its findings of one cause.
    pub group: &'a Group,
}

impl<'a> RootCause<'a> {
    /// The finding that shows it best.
    pub fn example(&self) -> &'a Finding {
        &self.places[0].group.finding
    }

    /// The same in every run and on every machine, however many operations show it.
    pub fn fingerprint(&self) -> String {
        self.example().root_fingerprint(&self.key)
    }

    /// How many operations show it.
    pub fn operations(&self) -> usize {
        self.places.iter().map(|place| std::ptr::from_ref(place.operation)).collect::<HashSet<_>>().len()
    }

    /// How many cases show it.
    pub fn cases(&self) -> usize {
        self.places.iter().map(|place| place.group.finding.cases).sum()
    }

    /// Whether the document is to be changed, and not the target. What a team has made an error counts against both.
    pub fn is_of_document(&self) -> bool {
        self.example().is_of_document && self.severity < Severity::Error
    }
}

impl Results {
    /// The root causes of all contracts: errors first, then by how many operations and cases show them.
    pub fn root_causes(&self) -> Vec<RootCause<'_>> {
        ranked(self.contracts.iter().flat_map(ContractResult::unranked).collect())
    }
}

impl ContractResult {
    /// The root causes of this contract, as [`Results::root_causes`].
    pub fn root_causes(&self) -> Vec<RootCause<'_>> {
        ranked(self.unranked().collect())
    }

    fn unranked(&self) -> impl Iterator<Item = RootCause<'_>> {
        let mut causes: IndexMap<(Severity, String), RootCause<'_>> = IndexMap::new();
        for (index, result) in &self.operations {
            let Some(operation) = self.contract.operations.get(*index) else { continue };
            for (severity, key, group) in result.by_root() {
                let place = CausePlace { operation, group };
                let contract = &*self.contract;
                let cause = || RootCause { contract, severity, places: Vec::new(), key: key.clone() };
                causes.entry((severity, key.clone())).or_insert_with(cause).places.push(place);
            }
        }
        causes.into_values().map(|mut cause| {
            // What another finding explains shows the bug at second hand.
            let rank = |group: &Group| (matches!(group.finding.root, Root::Known(_)), group.rank());
            let best = (0..cause.places.len()).min_by_key(|at| rank(cause.places[*at].group)).unwrap_or_default();
            cause.places[..=best].rotate_right(1);
            cause
        })
    }
}

impl OperationResult {
    /// How many root causes of this severity touch the operation.
    pub fn root_causes(&self, severity: Severity) -> usize {
        let keys = self.by_root().filter(|(of, ..)| *of == severity).map(|(_, key, _)| key);
        keys.collect::<HashSet<_>>().len()
    }

    /// Each group with the key of its root cause: that of a wider one, where the operation shows it.
    fn by_root(&self) -> impl Iterator<Item = (Severity, String, &Group)> {
        let own = |group: &Group| (group.finding.severity, group.finding.root_key());
        let shown: HashSet<(Severity, String)> = self.groups.values().map(own).collect();
        self.groups.values().map(move |group| {
            let (severity, key) = own(group);
            let mut wider = group.finding.wider_root_keys().into_iter();
            let key = wider.find(|wider| shown.contains(&(severity, wider.clone()))).unwrap_or(key);
            (severity, key, group)
        })
    }
}

fn ranked(mut causes: Vec<RootCause<'_>>) -> Vec<RootCause<'_>> {
    causes.sort_by_cached_key(|cause| (Reverse(cause.severity), Reverse(cause.operations()), Reverse(cause.cases())));
    causes
}

#[cfg(test)]
mod tests;
