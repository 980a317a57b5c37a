//! Parameters of listed values whose lists a target does not look at, of all its operations: that is one habit, where hardly
//! a list is looked at.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Group, OperationResult};
use super::Twins;
use super::rooted::Rooted;
use crate::contract::{ClauseTarget, Operation};
use crate::finding::Root;
use crate::rule::Severity;
use crate::text::list::{self, code};

/// So many lists that are not looked at are no chance, and so many for each that is.
const LEAST: (usize, usize) = (3, 2);
/// Parameters that are named.
const MOST: usize = 6;

/// The habits, by severity and by where the parameters are.
pub(super) struct Listed(BTreeMap<(Severity, String), Unchecked>);

/// The parameters of one place.
#[derive(Default)]
struct Unchecked {
    /// Their bugs, one for each node.
    keys: BTreeSet<String>,
    names: BTreeSet<String>,
}

impl Listed {
    pub fn of<'a>(
        operations: impl Iterator<Item = (&'a Operation, &'a OperationResult)>,
        rooted: &[Rooted<'_>],
        twins: &Twins,
    ) -> Self {
        let mut all: BTreeMap<(Severity, String), Unchecked> = BTreeMap::new();
        for one in rooted {
            let Some((place, name)) = parameter(one.operation, one.group) else { continue };
            let unchecked = all.entry((one.severity, place)).or_default();
            unchecked.keys.insert(twins.key(&one.key));
            unchecked.names.insert(name);
        }
        let mut checked: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (operation, result) in operations {
            for (id, clause) in operation.clauses().iter().filter(|(_, clause)| clause.keyword == "enum") {
                let ClauseTarget::Parameter(index) = clause.place else { continue };
                if result.tried.taken(id).is_some_and(|taken| !taken.is_accepted()) {
                    let place = operation.parameters[index].place.to_string();
                    checked.entry(place).or_default().insert(twins.key(&format!("at #{}", clause.location.pointer)));
                }
            }
        }
        let is_habit = |place: &str, unchecked: &Unchecked| {
            let (least, each) = LEAST;
            let checked = checked.get(place).map_or(0, BTreeSet::len);
            unchecked.keys.len() >= least && checked * each <= unchecked.keys.len()
        };
        all.retain(|(_, place), unchecked| is_habit(place, unchecked));
        Self(all)
    }

    /// The key of the habit that a group shows, and what it tells.
    pub fn told(&self, one: &Rooted<'_>) -> Option<(String, Option<String>)> {
        let (place, _) = parameter(one.operation, one.group)?;
        let habit = self.0.get(&(one.severity, place.clone()))?;
        let names = list::first(code(&habit.names), MOST);
        let key = format!("{} lists in {place}", one.group.finding.rule);
        Some((key, Some(format!("The lists of {place} parameters are not checked: of {names}"))))
    }
}

/// Where the parameter is whose list a group shows not to be looked at, and its name.
fn parameter(operation: &Operation, group: &Group) -> Option<(String, String)> {
    let is_of_target = group.finding.rule.tells_unchecked && !group.finding.is_of_document;
    let clause = operation.clauses().get(group.case.clause.filter(|_| is_of_target)?);
    let ClauseTarget::Parameter(index) = clause.place else { return None };
    let is_it = clause.keyword == "enum" && matches!(group.finding.root, Root::Node);
    let parameter = operation.parameters.get(index).filter(|_| is_it)?;
    Some((parameter.place.to_string(), parameter.name.clone()))
}
