//! Which operations of contracts are tested.

use std::collections::BTreeSet;

use super::access::{Places, ends_access, ends_account, ends_session};
use super::partition::Partition;
use super::selector::Selector;
use crate::case::is_safe;
use crate::contract::{Contract, Operation};

/// A choice among the operations of contracts. The default one is all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The ids of those that are tested, whatever harm they may do; all where nothing is named here or in `included`.
    pub named: BTreeSet<String>,
    /// What names more that are tested.
    pub included: Vec<Selector>,
    /// What names some that are not.
    pub excluded: Vec<Selector>,
    /// Whether those that the document calls deprecated are left out.
    pub without_deprecated: bool,
    /// Whether those are left out that end or change what the run is logged in by, or change or destroy what no id in
    /// their path names.
    pub harmless: bool,
    /// The ids of those that others are left out beside, without a word; all where there is no such list.
    pub among: Option<BTreeSet<String>>,
    /// The schemes whose credentials are obtained by a login, so that what ends a session harms nobody.
    pub renewed: BTreeSet<String>,
    /// Those of them whose logins each make an account, so that what deletes one harms nobody either.
    pub registered: BTreeSet<String>,
    /// Whether nothing is sent by a method that is not safe (RFC 9110, section 9.2.1).
    pub safe: bool,
    /// The part of them that is tested; all without it.
    pub partition: Option<Partition>,
}

/// Why an operation that was chosen is not tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// It may end what the run is logged in by, or change or destroy what it did not make.
    MayHarm,
    /// Its method is not safe.
    Acts,
    /// It was excluded by name.
    Excluded,
    /// The document calls it deprecated.
    Deprecated,
}

impl Because {
    /// The reason, and what tests such an operation all the same.
    pub fn help(self) -> &'static str {
        match self {
            Self::MayHarm => {
                "they may end what the run is logged in by, or change or destroy what it did not make; --operation NAME or --destructive tests them"
            }
            Self::Acts => "their methods may act, and --safe sends only what reads; without it they are tested",
            Self::Excluded => "--exclude names them",
            Self::Deprecated => "the document calls them deprecated; without --exclude-deprecated they are tested",
        }
    }
}

impl Selection {
    /// Whether it chooses none before others.
    pub fn is_whole(&self) -> bool {
        let is_all = self.named.is_empty() && self.included.is_empty() && self.excluded.is_empty();
        is_all && self.partition.is_none() && self.among.is_none()
    }

    /// What is done with each operation of a contract, by its position there: whether it is chosen at all, and why it is left out all the same.
    pub(super) fn verdicts<'a>(
        &'a self,
        contract: &'a Contract,
    ) -> impl Fn(usize, &Operation) -> Option<Option<Because>> + 'a {
        let places = self.harmless.then(|| Places::new(contract));
        let part = self.partition.map(|partition| partition.operations(contract));
        move |index, operation| {
            if part.as_ref().is_some_and(|part| !part.contains(&index)) {
                return None;
            }
            let names = |selectors: &[Selector]| selectors.iter().any(|one| one.names(contract, operation));
            if self.among.as_ref().is_some_and(|among| !among.contains(&operation.id)) {
                return None;
            }
            let is_named = self.named.contains(&operation.id);
            let is_every = self.named.is_empty() && self.included.is_empty();
            if !is_named && !is_every && !names(&self.included) {
                return None;
            }
            let is_by = |schemes: &BTreeSet<String>| {
                operation.security.iter().any(|used| used.iter().all(|used| schemes.contains(&used.scheme)))
            };
            let is_renewed =
                ends_session(operation) && is_by(&self.renewed) || ends_account(operation) && is_by(&self.registered);
            let may_harm = |places: &Places<'_>| {
                !is_named && !is_renewed && (ends_access(operation) || places.destroys_unnamed(operation))
            };
            Some(if names(&self.excluded) {
                Some(Because::Excluded)
            } else if self.without_deprecated && is_deprecated(contract, operation) {
                Some(Because::Deprecated)
            } else if self.safe && !is_safe(&operation.method) {
                Some(Because::Acts)
            } else {
                places.as_ref().is_some_and(may_harm).then_some(Because::MayHarm)
            })
        }
    }
}

fn is_deprecated(contract: &Contract, operation: &Operation) -> bool {
    let flag = contract.document.get(&operation.location.join("deprecated"));
    flag.and_then(|flag| flag.as_bool()).unwrap_or_default()
}
