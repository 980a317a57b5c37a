//! Resources of which every operation fails for the plainest request, without a word of why: one bug is enough for that.

use std::collections::BTreeMap;

use super::super::{Group, OperationResult};
use super::rooted::Rooted;
use crate::contract::Operation;
use crate::finding::Root;

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
        let is_dead = |kinds: &[Option<&str>]| kinds.len() > 1 && kinds.iter().all(|kind| *kind == kinds[0]);
        let dead = all.into_iter().filter(|(_, kinds)| is_dead(kinds));
        Self(dead.filter_map(|(start, kinds)| Some((start, kinds.first().copied()??.to_owned()))).collect())
    }

    /// The key of the bug of which one is with the others of the widest resource that is dead, if one is.
    pub fn key(&self, one: &Rooted<'_>) -> Option<String> {
        let kind = kind(one.group)?;
        let start = starts(&one.operation.path).into_iter().find(|start| self.0.contains_key(start))?;
        Some(format!("{} {kind} for all of {start}", one.group.finding.rule))
    }
}

/// How the plainest request fails, if a group is of that and nothing is said.
fn kind(group: &Group) -> Option<&str> {
    let Root::Crash { symptom, .. } = &group.finding.root else { return None };
    let says_nothing = symptom.words.as_ref().is_some_and(String::is_empty);
    (group.case.is_plainest && says_nothing).then_some(symptom.kind.as_str())
}

/// What a path begins with, up to each of its names.
fn starts(path: &str) -> Vec<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let names = (0..parts.len()).filter(|at| !parts[*at].is_empty() && !parts[*at].contains('{'));
    names.map(|at| parts[..=at].join("/")).collect()
}
