//! Values that are read as others of another type: who reads one type laxly reads others so, too, by the same code.

use std::collections::{BTreeMap, BTreeSet};

use super::super::tried::{self, Place};
use super::super::{Group, OperationResult};
use super::rooted::Rooted;
use super::unchecked;
use crate::contract::Operation;
use crate::finding::{Root, habit_key};
use crate::text::list::{self, code};

/// A manner of reading is one of the target's where it is kept to at so many nodes for each that refuses.
const EACH: usize = 2;
/// At so many nodes it is so without another one in the same value.
const LEAST: usize = 2;
/// Members that are named.
const MOST: usize = 6;

/// How often a manner of reading was kept to.
#[derive(Default)]
struct Count {
    taken: usize,
    refused: usize,
}

/// The manners of reading that are one habit, with the nodes of each value that is read so.
#[derive(Default)]
pub(super) struct Coerced<'a> {
    /// By manner, the least that is one with it.
    first: BTreeMap<&'a str, &'a str>,
    nodes: BTreeMap<PlaceOf<'a>, BTreeSet<&'a str>>,
}

/// A parameter or body of the operation of this id.
type PlaceOf<'a> = (&'a str, Place);
/// A manner of reading, with the nodes that are read so.
type Manner<'a> = (&'a str, &'a BTreeSet<String>);

impl<'a> Coerced<'a> {
    /// What the operations of a contract, or one of them, show.
    pub fn of(operations: impl Iterator<Item = (&'a Operation, &'a OperationResult)>) -> Self {
        let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
        let mut values: BTreeMap<PlaceOf<'_>, Vec<Manner<'_>>> = BTreeMap::new();
        for (operation, result) in operations {
            for ((place, manner), read) in result.tried.readings() {
                let count = counts.entry(manner.as_str()).or_default();
                count.taken += read.taken.len();
                count.refused += read.refused.difference(&read.taken).count();
                if !read.taken.is_empty() {
                    let manners = values.entry((operation.id.as_str(), *place)).or_default();
                    manners.push((manner.as_str(), &read.taken));
                }
            }
        }
        let is_habit = |manner: &str| {
            counts.get(manner).is_some_and(|count| count.taken > 0 && count.refused * EACH <= count.taken)
        };
        let frequent = counts.iter().filter(|(manner, count)| is_habit(manner) && count.taken >= LEAST);
        let mut found = Self::default();
        found.join(frequent.map(|(manner, _)| *manner).collect());
        for (value, manners) in values {
            let manners: Vec<_> = manners.into_iter().filter(|(manner, _)| is_habit(manner)).collect();
            found.join(manners.iter().map(|(manner, _)| *manner).collect());
            let nodes = manners.iter().flat_map(|(_, taken)| taken.iter()).map(String::as_str);
            found.nodes.insert(value, nodes.collect());
        }
        found
    }

    /// Makes these manners one.
    fn join(&mut self, manners: Vec<&'a str>) {
        let first = |manner: &&'a str| self.first.get(manner).copied().unwrap_or(*manner);
        let firsts: BTreeSet<&str> = manners.iter().map(first).collect();
        let Some(least) = firsts.first().copied() else { return };
        self.first.values_mut().filter(|first| firsts.contains(**first)).for_each(|first| *first = least);
        self.first.extend(manners.into_iter().map(|manner| (manner, least)));
    }

    /// The key of the habit of which a group is, and what it tells.
    pub fn told(&self, one: &Rooted<'_>) -> Option<(String, Option<String>)> {
        let Root::Reading { manner } = &one.group.finding.root else { return None };
        let is_own = one.key == habit_key(one.group.finding.rule, manner)
            || one.same.contains(&habit_key(one.group.finding.rule, manner));
        let first = self.first.get(manner.as_str()).filter(|_| is_own)?;
        let is_alone = self.first.values().filter(|other| *other == first).count() == 1;
        let message = || {
            let place = place(one.operation, one.group)?;
            let nodes = self.nodes.get(&(one.operation.id.as_str(), place))?;
            let clause = one.operation.clauses().get(one.group.case.clause?);
            let members = code(nodes.iter().copied().filter(|node| !node.is_empty()));
            let name = unchecked::name(one.operation, &clause.place);
            let told =
                || format!("Values of other types are read as those of {} in {name}", list::first(members, MOST));
            (!nodes.contains("")).then(told)
        };
        Some((habit_key(one.group.finding.rule, first), if is_alone { None } else { message() }))
    }
}

/// The parameter or body that a group is about.
fn place(operation: &Operation, group: &Group) -> Option<Place> {
    tried::place(&operation.clauses().get(group.case.clause?).place)
}
