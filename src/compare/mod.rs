//! Compares two documents as contracts: what a client of the old one may still rely on with the new one.
//!
//! A request may widen: the new document must accept all that the old one accepted. A response may narrow: the
//! new document may send only what the old one allowed. Both are questions of containment, which [`schema`]
//! decides keyword by keyword. Neither answer is a guess: a change of a schema is **breaking** where a value was
//! found that one document allows and the other refuses, **compatible** where containment is proven, and
//! **unknown** otherwise.
//!
//! An object that does not say `additionalProperties` tolerates names that it does not document; it promises
//! nothing about their values. So a newly documented, optional property is compatible, whatever its schema.

mod flat;
mod object;
mod operation;
mod parameter;
mod payload;
mod response;
mod rule;
mod schema;
mod security;
mod union;
mod values;
mod witness;

use serde::Serialize;
use serde_json::Value;

use crate::contract::{Contract, Validators};
use crate::rule::Rule;
use crate::spec::Location;

/// What a change does to a client of the old document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Something that the old document allows surely no longer holds.
    Breaking,
    /// Neither is proven.
    Unknown,
    /// Everything that the old document allows surely still holds.
    Compatible,
}

impl Effect {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Unknown => "unknown",
            Self::Compatible => "compatible",
        }
    }
}

/// One difference between the documents.
#[derive(Clone, Debug)]
pub struct Change {
    /// What it does to a client.
    pub effect: Effect,
    /// The operation, as `POST /path`; `None` where the whole document is meant.
    pub operation: Option<String>,
    /// What has changed, for example "request body `/text`".
    pub subject: String,
    /// The rule.
    pub rule: &'static Rule,
    /// One sentence: what has changed, and why it has this effect.
    pub message: String,
    /// Where the old document says it; the nearest node that is there where it says nothing.
    pub old: Location,
    /// Where the new document says it.
    pub new: Location,
    /// A value that one document allows and the other refuses.
    pub evidence: Option<Value>,
}

/// All the differences between two documents.
#[derive(Debug)]
pub struct Comparison<'a> {
    /// The old document.
    pub old: &'a Contract,
    /// The new document.
    pub new: &'a Contract,
    /// The changes, by operation in the order of the old document, breaking ones first.
    pub changes: Vec<Change>,
}

impl Comparison<'_> {
    /// How many changes have this effect.
    pub fn count(&self, effect: Effect) -> usize {
        self.changes.iter().filter(|change| change.effect == effect).count()
    }

    /// The changes by operation, in order.
    pub fn by_operation(&self) -> Vec<(Option<&str>, Vec<&Change>)> {
        let mut groups: Vec<(Option<&str>, Vec<&Change>)> = Vec::new();
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
    let sides = Sides { old: Side::new(old), new: Side::new(new) };
    let mut changes = operation::compare(&sides);
    // What holds for every operation, a server's path say, is told once.
    let mut told = std::collections::HashSet::new();
    changes.retain(|change| change.operation.is_some() || told.insert(change.message.clone()));
    let mut order: Vec<Option<String>> = Vec::new();
    for change in &changes {
        if !order.contains(&change.operation) {
            order.push(change.operation.clone());
        }
    }
    let rank = |operation: &Option<String>| order.iter().position(|known| known == operation);
    changes.sort_by_cached_key(|change| (change.operation.is_some(), rank(&change.operation), change.effect));
    Comparison { old, new, changes }
}

/// A document with the validators of its schemas.
#[derive(Debug)]
struct Side<'a> {
    contract: &'a Contract,
    validators: Validators,
}

impl<'a> Side<'a> {
    fn new(contract: &'a Contract) -> Self {
        Self { contract, validators: Validators::new(contract.schemas.clone()) }
    }
}

#[derive(Debug)]
struct Sides<'a> {
    old: Side<'a>,
    new: Side<'a>,
}

/// Gathers the changes of one operation.
#[derive(Debug)]
struct Changes<'a> {
    sides: &'a Sides<'a>,
    operation: Option<String>,
    all: Vec<Change>,
}

impl Changes<'_> {
    fn push(
        &mut self,
        effect: Effect,
        rule: &'static Rule,
        subject: impl Into<String>,
        (old, new): (&Location, &Location),
        message: impl Into<String>,
    ) {
        self.all.push(Change {
            effect,
            operation: self.operation.clone(),
            subject: subject.into(),
            rule,
            message: message.into(),
            old: old.clone(),
            new: new.clone(),
            evidence: None,
        });
    }
}
