//! Compares two documents as contracts: what a client of the old one may still rely on with the new one.
//!
//! A request may widen: the new document must accept all that the old one accepted. A response may narrow: the
//! new document may send only what the old one allowed. Both are questions of containment, which `schema`
//! decides keyword by keyword. Neither answer is a guess: a change of a schema is **breaking** where a value was
//! found that one document allows and the other refuses, **compatible** where containment is proven, and
//! **unknown** otherwise.
//!
//! An object that does not say `additionalProperties` tolerates names that it does not document; it promises
//! nothing about their values. So a newly documented, optional property is compatible, whatever its schema.

mod effect;
mod flat;
mod object;
mod operation;
mod parameter;
mod payload;
mod print;
mod response;
mod rule;
mod schema;
mod security;
mod sides;
mod union;
mod values;
mod witness;

use std::sync::Arc;

pub use effect::Effect;
use sides::{Changes, Side, Sides};

use crate::contract::{Contract, Validators};
use crate::finding::{Finding, OperationName};
use crate::rule::Rule;

/// All the differences between two documents.
#[derive(Debug)]
pub struct Comparison<'a> {
    /// The old document.
    pub old: &'a Contract,
    /// The new document.
    pub new: &'a Contract,
    /// The changes, by operation in the order of the old document, breaking ones first. Each is at a node of the new
    /// document, with that of the old one beside it, and [`Effect::of`] says what it does to a client.
    pub changes: Vec<Finding>,
}

impl Comparison<'_> {
    /// How many changes have this effect.
    pub fn count(&self, effect: Effect) -> usize {
        self.changes.iter().filter(|change| Effect::of(change) == effect).count()
    }

    /// The changes by operation, in order; `None` holds those of the whole document.
    pub fn by_operation(&self) -> Vec<(Option<&OperationName>, Vec<&Finding>)> {
        let mut groups: Vec<(Option<&OperationName>, Vec<&Finding>)> = Vec::new();
        for change in &self.changes {
            let operation = change.operation.as_deref();
            match groups.iter_mut().find(|(known, _)| *known == operation) {
                Some((_, changes)) => changes.push(change),
                None => groups.push((operation, vec![change])),
            }
        }
        groups
    }
}

/// The rules of changes.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    rule::ALL.iter().copied()
}

/// Compares two documents.
pub fn compare<'a>(old: &'a Contract, new: &'a Contract) -> Comparison<'a> {
    let validators = [old, new].map(|contract| Validators::new(contract.schemas.clone()));
    let sides = Sides { old: Side::new(old, &validators[0]), new: Side::new(new, &validators[1]) };
    let mut changes = operation::compare(&sides);
    // What holds for every operation, a server's path say, is reported once.
    let mut reported = std::collections::HashSet::new();
    changes.retain(|change| change.operation.is_some() || reported.insert(change.message.clone()));
    let mut order: Vec<Option<Arc<OperationName>>> = Vec::new();
    for change in &changes {
        if !order.contains(&change.operation) {
            order.push(change.operation.clone());
        }
    }
    let rank = |operation: &Option<Arc<OperationName>>| order.iter().position(|known| known == operation);
    changes.sort_by_cached_key(|change| (change.operation.is_some(), rank(&change.operation), Effect::of(change)));
    Comparison { old, new, changes }
}
