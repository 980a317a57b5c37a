//! Members of one value whose types a target does not look at: that is one bug, the value being read without its schema.

use std::collections::BTreeMap;

use super::super::Group;
use super::unchecked;
use crate::contract::{Clause, ClauseTarget, Operation, Schemas};
use crate::finding::Root;
use crate::rule::Severity;
use crate::spec::{Pointer, SourceLocation};
use crate::text::list::{self, code};

/// Members that are named.
const MOST: usize = 6;

/// A clause of a type that is not looked at, and the group that shows it.
type Shown<'a> = (&'a Clause, &'a Group);

/// A value several of whose members may be of any type.
#[derive(Debug)]
pub(super) struct Untyped {
    /// The groups that show it.
    groups: Vec<*const Group>,
    /// What is wrong.
    pub message: String,
    /// The node of the schema that holds for the value.
    pub location: SourceLocation,
}

impl Untyped {
    pub fn has(&self, group: &Group) -> bool {
        self.groups.contains(&std::ptr::from_ref(group))
    }
}

/// The values of an operation's requests of which that is so, by groups that no wider bug explains. Those of a habit of
/// reading values are of it where one of its other members is read in the same manner.
pub(super) fn values(operation: &Operation, schemas: &Schemas, own: &[&Group], habits: &[&Group]) -> Vec<Untyped> {
    let mut places: BTreeMap<(Severity, bool, usize), Vec<Shown<'_>>> = BTreeMap::new();
    for group in own.iter().copied() {
        let Some(clause) = clause(operation, group) else { continue };
        let (is_in_body, index) = match clause.place {
            ClauseTarget::Parameter(index) => (false, index),
            ClauseTarget::Body(index) => (true, index),
            ClauseTarget::Request | ClauseTarget::Response(_) => continue,
        };
        places.entry((group.finding.severity, is_in_body, index)).or_default().push((clause, group));
    }
    let found = places.into_values().filter_map(|mut all| {
        let is_alone = all.iter().all(|(clause, _)| clause.instance == all[0].0.instance);
        if is_alone {
            return None;
        }
        let (place, severity) = (&all[0].0.place, all[0].1.finding.severity);
        let others = habits.iter().filter_map(|group| Some((clause(operation, group)?, *group)));
        let is_like = |one: &Group| all.iter().any(|(_, other)| one.finding.root == other.finding.root);
        let is_here = |(clause, group): &Shown<'_>| {
            clause.place == *place && group.finding.severity == severity && is_like(group)
        };
        let others: Vec<_> = others.filter(is_here).collect();
        all.extend(others);
        let mut members: Vec<&Pointer> = all.iter().map(|(clause, _)| &clause.instance).collect();
        members.sort_by_key(|member| member.as_str());
        members.dedup();
        let holder = members.iter().skip(1).fold(members[0].clone(), |holder, member| common(&holder, member));
        let message = format!(
            "The types of {} in {} are not checked",
            list::first(code(members.iter().map(|member| member.as_str())), MOST),
            unchecked::name(operation, place)
        );
        let location = unchecked::location(operation, schemas, place, &holder);
        Some(Untyped { groups: all.iter().map(|(_, group)| std::ptr::from_ref(*group)).collect(), message, location })
    });
    found.collect()
}

/// The clause of a group that shows that a type is not looked at.
fn clause<'o>(operation: &'o Operation, group: &Group) -> Option<&'o Clause> {
    let is_of_target = group.finding.rule.tells_unchecked && !group.finding.is_of_document;
    let is_own = matches!(group.finding.root, Root::Node | Root::Reading { .. });
    let clause = operation.clauses().get(group.case.clause.filter(|_| is_of_target && is_own)?);
    let is_of_type = matches!(clause.keyword, "type" | "oneOf" | "anyOf") && !clause.instance.as_str().is_empty();
    is_of_type.then_some(clause)
}

/// The node that holds both.
fn common(one: &Pointer, other: &Pointer) -> Pointer {
    let tokens = one.tokens().zip(other.tokens()).take_while(|(one, other)| one == other);
    tokens.fold(Pointer::root(), |at, (token, _)| at.join(&token))
}
