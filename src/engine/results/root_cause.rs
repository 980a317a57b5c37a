//! Root causes: groups of one contract that are one bug, over operations and parameters.

mod bare;
mod coerced;
mod dead;
mod ignored;
mod inlined;
mod joined;
mod kin;
mod listed;
mod mistyped;
mod rooted;
mod twins;
mod unchecked;
mod unguarded;
mod untyped;

use std::cmp::Reverse;
use std::collections::HashSet;

use indexmap::IndexMap;

use super::{ContractResult, Group, Results};
use crate::contract::{Contract, Operation};
use crate::finding::{Finding, Root};
use crate::rule::Severity;
use coerced::Coerced;
use dead::Dead;
use ignored::Ignored;
use joined::Joined;
use listed::Listed;
use mistyped::Mistyped;
use rooted::{Rooted, Told};
pub(super) use twins::Twins;
use unguarded::Unguarded;

/// Findings of one contract that are one bug.
#[derive(Debug)]
pub struct RootCause<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// How severe it is.
    pub severity: Severity,
    /// Where it shows; first the place with the best example, then the others in the order of the document.
    pub places: Vec<CausePlace<'a>>,
    /// The finding of the first place as it tells of all of them, where it says more than its own.
    told: Option<Finding>,
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
    pub fn example(&self) -> &Finding {
        self.told.as_ref().unwrap_or(&self.places[0].group.finding)
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

    /// How many root causes of this severity touch an operation, by its position in the contract.
    pub fn root_causes_of(&self, operation: usize, severity: Severity) -> usize {
        let (Some(described), Some(result)) =
            (self.contract.operations.get(operation), self.operations.get(&operation))
        else {
            return 0;
        };
        let mut rooted = result.rooted(&self.contract, described);
        let coerced = Coerced::of(std::iter::once((described, result)));
        rooted.iter_mut().for_each(|one| one.tell(coerced.told(one)));
        let joined = Joined::new(self.twins(), &rooted);
        let causes: HashSet<_> = rooted.iter().map(|one| joined.cause(one)).collect();
        causes.iter().filter(|(of, _)| *of == severity).count()
    }

    fn twins(&self) -> &Twins {
        self.twins.get_or_init(|| Twins::of(&self.contract))
    }

    fn unranked(&self) -> impl Iterator<Item = RootCause<'_>> {
        let operations = || {
            self.operations.iter().filter_map(|(index, result)| Some((self.contract.operations.get(*index)?, result)))
        };
        let mut rooted: Vec<_> =
            operations().flat_map(|(operation, result)| result.rooted(&self.contract, operation)).collect();
        let dead = Dead::of(operations(), &rooted);
        rooted.iter_mut().for_each(|one| one.same.extend(dead.key(one)));
        let listed = Listed::of(operations(), &rooted, self.twins());
        let mistyped = Mistyped::of(&self.contract, &rooted, self.twins());
        let coerced = Coerced::of(operations());
        let unguarded = Unguarded::of(operations());
        let ignored = Ignored::of(&self.contract.schemas, operations(), self.twins());
        for one in &mut rooted {
            one.tell(unguarded.told(one));
            one.tell(ignored.told(&self.contract.schemas, one));
            one.tell(listed.told(one));
            one.tell(mistyped.told(&self.contract, one));
            one.tell(coerced.told(one));
        }
        let joined = Joined::new(self.twins(), &rooted);
        let mut causes: IndexMap<(Severity, String), RootCause<'_>> = IndexMap::new();
        let mut told: IndexMap<*const Group, Told> = IndexMap::new();
        for one in rooted {
            let (severity, key) = joined.cause(&one);
            let Rooted { operation, group, told: tells, .. } = one;
            let contract = &*self.contract;
            let cause = || RootCause { contract, severity, places: Vec::new(), told: None, key: key.clone() };
            causes.entry((severity, key.clone())).or_insert_with(cause).places.push(CausePlace { operation, group });
            told.extend(tells.map(|tells| (std::ptr::from_ref(group), tells)));
        }
        // Notes are what a team has accepted.
        causes.into_values().filter(|cause| cause.severity > Severity::Note).map(move |mut cause| {
            // What another finding explains shows the bug at second hand.
            let rank = |group: &Group| (matches!(group.finding.root, Root::Known(_)), group.rank());
            let best = (0..cause.places.len()).min_by_key(|at| rank(cause.places[*at].group)).unwrap_or_default();
            cause.places[..=best].rotate_right(1);
            let shown = cause.places[0].group;
            cause.told = told.get(&std::ptr::from_ref(shown)).map(|told| told.of(&shown.finding));
            cause
        })
    }
}

fn ranked(mut causes: Vec<RootCause<'_>>) -> Vec<RootCause<'_>> {
    causes.sort_by_cached_key(|cause| (Reverse(cause.severity), Reverse(cause.operations()), Reverse(cause.cases())));
    causes
}

#[cfg(test)]
mod tests;
