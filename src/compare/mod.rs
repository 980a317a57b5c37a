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
mod union;
mod values;
mod witness;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::contract::{Contract, Direction, SchemaId, Validators};
use crate::finding::{Finding, OperationName, Place, Related};
use crate::generate::Generator;
use crate::rule::{Rule, Severity};
use crate::spec::SourceLocation;
use crate::wire::Channel;

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
    /// All of them, the worst first.
    pub const ALL: [Self; 3] = [Self::Breaking, Self::Unknown, Self::Compatible];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Unknown => "unknown",
            Self::Compatible => "compatible",
        }
    }

    /// The effect of a change.
    pub fn of(change: &Finding) -> Self {
        match change.severity {
            Severity::Error => Self::Breaking,
            Severity::Warning => Self::Unknown,
            Severity::Note => Self::Compatible,
        }
    }

    /// How severe a change of this effect is.
    fn severity(self) -> Severity {
        match self {
            Self::Breaking => Severity::Error,
            Self::Unknown => Severity::Warning,
            Self::Compatible => Severity::Note,
        }
    }
}

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

/// A document with the validators of its schemas.
#[derive(Debug)]
struct Side<'a> {
    contract: &'a Contract,
    validators: &'a Validators,
    /// What was generated for one operation is of use to the next.
    generators: RefCell<HashMap<(Direction, Channel), Rc<Generator>>>,
    wholes: RefCell<Wholes>,
}

type Wholes = HashMap<(Direction, Channel, SchemaId), Rc<Vec<Value>>>;

impl<'a> Side<'a> {
    fn new(contract: &'a Contract, validators: &'a Validators) -> Self {
        Self { contract, validators, generators: RefCell::default(), wholes: RefCell::default() }
    }

    /// The generator of values that `channel` carries.
    fn generator(&self, direction: Direction, channel: Channel) -> Rc<Generator> {
        let make = |(direction, channel): &(Direction, Channel)| {
            Rc::new(Generator::new(self.validators, *direction, channel.clone()))
        };
        self.generators.borrow_mut().entry((direction, channel)).or_insert_with_key(make).clone()
    }

    /// Values of a schema, into which those of its parts are put.
    fn wholes(&self, direction: Direction, channel: Channel, schema: SchemaId, most: usize) -> Rc<Vec<Value>> {
        let key = (direction, channel, schema);
        if let Some(known) = self.wholes.borrow().get(&key) {
            return known.clone();
        }
        let found = self.generator(direction, key.1.clone()).boundary_values(schema);
        let found: Rc<Vec<Value>> = Rc::new(found.into_iter().take(most).map(|boundary| boundary.value).collect());
        self.wholes.borrow_mut().insert(key, found.clone());
        found
    }
}

#[derive(Debug)]
struct Sides<'a> {
    old: Side<'a>,
    new: Side<'a>,
}

/// Gathers the changes of one operation.
#[derive(Debug)]
struct Changes<'s, 'a> {
    sides: &'s Sides<'a>,
    operation: Option<Arc<OperationName>>,
    /// Whether a part of what is compared cannot be read, so that nothing is proven.
    is_open: bool,
    all: Vec<Finding>,
}

impl Changes<'_, '_> {
    fn push(
        &mut self,
        effect: Effect,
        rule: &'static Rule,
        subject: impl Into<String>,
        (old, new): (&SourceLocation, &SourceLocation),
        message: impl Into<String>,
    ) {
        let subject = subject.into();
        let (effect, message) = match self.is_open {
            true => (Effect::Unknown, format!("{}; yet a part of the request cannot be read", message.into())),
            false => (effect, message.into()),
        };
        let keyword = rule.clauses.first().copied().unwrap_or_default();
        let place = |side: &Side<'_>, at: &SourceLocation| Place::new(&side.contract.document, at.clone(), keyword);
        let manner = format!("{} {subject}", effect.name());
        let before = Related { label: "before", place: place(&self.sides.old, old) };
        self.all.push(Finding {
            severity: effect.severity(),
            subject,
            operation: self.operation.clone(),
            related: vec![before],
            ..Finding::new(rule, place(&self.sides.new, new), message, &manner)
        });
    }
}
