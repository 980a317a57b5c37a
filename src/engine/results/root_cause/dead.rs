//! Resources of which every operation fails for the plainest request, without a word of why: one bug is enough for that. So
//! it is for most operations below a variable: nothing is there by the name that is asked for.

use std::collections::BTreeMap;

use super::super::{Group, OperationResult};
use super::rooted::Rooted;
use crate::contract::Operation;
use crate::finding::Root;

/// So many operations fail below a variable by no chance.
const MANY: usize = 3;

/// Where paths begin, each with how all operations fail that are tested there.
#[derive(Debug, Default)]
pub(super) struct Dead(BTreeMap<String, String>);

impl Dead {
    /// What of these operations, with their bugs, is dead.
    pub fn of<'a>(
        operations: impl Iterator<Item = (&'a Operation, &'a OperationResult)>,
        rooted: &[Rooted<'_>],
    ) -> Self {
        let fails = |operation: &Operation| {
            let mut own = rooted.iter().filter(|one| std::ptr::eq(one.operation, operation));
            own.find_map(|one| kind(one.group))
        };
        let mut all: BTreeMap<String, Vec<Option<&str>>> = BTreeMap::new();
        for (operation, _) in operations.filter(|(_, result)| result.tried.has_valid()) {
            for start in starts(&operation.path) {
                all.entry(start).or_default().push(fails(operation));
            }
        }
        let dead = all.into_iter().filter_map(|(start, kinds)| Some((dead(&start, &kinds)?.to_owned(), start)));
        Self(dead.map(|(kind, start)| (start, kind)).collect())
    }

    /// The key of the bug of which one is with the others of the widest resource that is dead, if one is.
    pub fn key(&self, one: &Rooted<'_>) -> Option<String> {
        let kind = kind(one.group)?;
        let is_dead = |start: &String| self.0.get(start).is_some_and(|dead| dead == kind);
        let start = starts(&one.operation.path).into_iter().find(is_dead)?;
        Some(format!("{} {kind} for all of {start}", one.group.finding.rule))
    }
}

/// How the operations that begin alike fail, if it is so that one bug is enough.
fn dead<'k>(start: &str, kinds: &[Option<&'k str>]) -> Option<&'k str> {
    if kinds.len() > 1 && kinds.iter().all(|kind| *kind == kinds[0]) {
        return kinds[0];
    }
    let is_below_variable = start.ends_with('}');
    let count = |wanted: &str| kinds.iter().filter(|kind| **kind == Some(wanted)).count();
    let mut failing = kinds.iter().flatten().copied();
    failing.find(|kind| is_below_variable && count(kind) >= MANY && count(kind) * 2 > kinds.len())
}

/// How the plainest request fails, if a group is of that and nothing is said.
fn kind(group: &Group) -> Option<&str> {
    let Root::Crash { symptom, .. } = &group.finding.root else { return None };
    let says_nothing = symptom.words.as_ref().is_some_and(String::is_empty);
    (group.case.is_plainest && says_nothing).then_some(symptom.kind.as_str())
}

/// What a path begins with, up to each of its names and variables.
fn starts(path: &str) -> Vec<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let parts_of = (0..parts.len()).filter(|at| !parts[*at].is_empty());
    parts_of.map(|at| parts[..=at].join("/")).collect()
}
