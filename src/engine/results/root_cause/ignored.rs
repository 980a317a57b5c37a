//! Keywords that a target does not heed anywhere: who has no check of formats has none of any schema.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Group, OperationResult};
use super::Twins;
use super::rooted::Rooted;
use crate::contract::{Clause, Operation, Schemas};
use crate::finding::Root;

/// Schemas in which one is not heeded.
const LEAST: usize = 3;
/// So many are enough where as many operations as that have them.
const LEAST_OF_SEVERAL: usize = 2;

/// The keywords of which no schema is heeded, with the number of schemas.
pub(super) struct Ignored(BTreeMap<String, usize>);

impl Ignored {
    pub fn of<'a>(
        schemas: &Schemas,
        operations: impl Iterator<Item = (&'a Operation, &'a OperationResult)>,
        twins: &Twins,
    ) -> Self {
        let mut ignored: BTreeMap<String, (BTreeSet<String>, BTreeSet<&str>)> = BTreeMap::new();
        let mut heeded: BTreeSet<String> = BTreeSet::new();
        for (operation, result) in operations {
            for (id, clause) in operation.clauses().iter() {
                let Some(name) = name(schemas, operation, clause) else { continue };
                let Some(taken) = result.tried.taken(id) else { continue };
                if taken.is_refused() {
                    heeded.insert(name);
                } else {
                    let node = twins.key(&format!("at #{}", clause.location.pointer));
                    let (nodes, operations) = ignored.entry(name).or_default();
                    nodes.insert(node);
                    operations.insert(&operation.id);
                }
            }
        }
        let is_habit =
            |nodes: usize, operations: usize| nodes >= LEAST || nodes >= LEAST_OF_SEVERAL && operations >= LEAST;
        let all = ignored.into_iter().map(|(name, (nodes, operations))| (name, nodes.len(), operations.len()));
        let all = all.filter(|(name, nodes, operations)| is_habit(*nodes, *operations) && !heeded.contains(name));
        Self(all.map(|(name, nodes, _)| (name, nodes)).collect())
    }

    /// The key of the habit that a group shows, and what it tells.
    pub fn told(&self, schemas: &Schemas, one: &Rooted<'_>) -> Option<(String, Option<String>)> {
        // What shows that nothing is looked at shows nothing of a keyword.
        let is_own = one.key == one.group.finding.root_key();
        let name = named(schemas, one.operation, one.group).filter(|_| is_own)?;
        let count = self.0.get(&name)?;
        let message = format!("{name} is heeded in none of {count} schemas");
        Some((format!("{} {name} anywhere", one.group.finding.rule), Some(message)))
    }
}

/// The keyword whose neglect a group shows, where that is all that it shows.
fn named(schemas: &Schemas, operation: &Operation, group: &Group) -> Option<String> {
    let is_own =
        group.finding.rule.tells_unchecked && !group.finding.is_of_document && matches!(group.finding.root, Root::Node);
    name(schemas, operation, operation.clauses().get(group.case.clause.filter(|_| is_own)?))
}

/// A keyword that is heeded by one piece of code, as messages name it.
fn name(schemas: &Schemas, operation: &Operation, clause: &Clause) -> Option<String> {
    match clause.keyword {
        "format" => {
            let schema = schemas.get(operation.clauses().site(clause.site?).schema);
            schema.format.as_ref().map(|format| format!("`format: {format}`"))
        }
        keyword @ ("additionalProperties" | "unevaluatedProperties") => Some(format!("`{keyword}`")),
        _ => None,
    }
}
