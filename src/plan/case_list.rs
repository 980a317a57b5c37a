//! The cases of one operation, each request once.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::case::{Case, Intent, Origin, RequestValues};
use crate::contract::ClauseId;
use crate::wire::Request;

/// Cases in the order in which they were added.
#[derive(Debug, Default)]
pub(super) struct CaseList {
    /// The operation, by its position in the contract.
    operation: usize,
    cases: Vec<Case>,
    /// The requests that are planned, with the position of their case.
    seen: HashMap<[u64; 2], usize>,
    /// The minimal request, which is about no clause more than about any other.
    minimal: Option<usize>,
    /// The clauses that some case breaks.
    broken: HashSet<ClauseId>,
    /// How many nodes the values of all cases have.
    nodes: usize,
}

impl CaseList {
    pub fn new(operation: usize) -> Self {
        Self { operation, ..Self::default() }
    }

    /// Adds a case. False where the same request is there already.
    pub fn add(&mut self, case: Case) -> bool {
        let key = fingerprint(&case.request);
        if let Some(index) = self.seen.get(&key).copied() {
            self.merge(index, &case);
            return false;
        }
        self.seen.insert(key, self.cases.len());
        self.force(case);
        true
    }

    /// Adds the minimal request.
    pub fn add_minimal(&mut self, case: Case) {
        if self.add(case) {
            self.minimal = self.cases.len().checked_sub(1);
        }
    }

    /// Adds a case whether or not the same request is there already.
    pub fn force(&mut self, case: Case) {
        if matches!(case.intent, Intent::Invalid(_) | Intent::Unauthenticated) {
            self.broken.extend(case.clause);
        }
        self.nodes += case.values.as_ref().map_or(0, RequestValues::nodes);
        self.cases.push(Case { index: self.cases.len(), operation: self.operation, ..case });
    }

    /// The same request may break a clause that another case was planned for.
    fn merge(&mut self, index: usize, new: &Case) {
        let known = &mut self.cases[index];
        if known.intent == Intent::Valid && known.origin == Origin::Boundary && self.minimal != Some(index) {
            known.clause = known.clause.or(new.clause);
        }
        if let Some(clause) = new.clause
            && known.intent == new.intent
            && known.intent != Intent::Valid
            && known.clause != Some(clause)
        {
            if !known.also_broken.contains(&clause) {
                known.also_broken.push(clause);
            }
            self.broken.insert(clause);
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.cases.len()
    }

    /// How many nodes the values of all cases have.
    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// Whether some case breaks a clause.
    pub fn breaks(&self, clause: ClauseId) -> bool {
        self.broken.contains(&clause)
    }

    pub fn into_cases(self) -> Vec<Case> {
        self.cases
    }
}

/// A hash of a request: requests are too long to be kept twice.
fn fingerprint(request: &Request) -> [u64; 2] {
    [0u8, 1].map(|salt| {
        let mut hasher = DefaultHasher::new();
        (salt, request).hash(&mut hasher);
        hasher.finish()
    })
}
