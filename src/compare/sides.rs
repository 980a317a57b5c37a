//! The two documents, and the changes between them as they are gathered.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use super::Effect;
use crate::contract::{Contract, Direction, SchemaId, Validators};
use crate::finding::{Finding, OperationName, Place, Related};
use crate::generate::Generator;
use crate::rule::Rule;
use crate::spec::SourceLocation;
use crate::wire::Channel;

/// A document with the validators of its schemas.
#[derive(Debug)]
pub(super) struct Side<'a> {
    pub(super) contract: &'a Contract,
    pub(super) validators: &'a Validators,
    /// What was generated for one operation is of use to the next.
    generators: RefCell<HashMap<(Direction, Channel), Rc<Generator>>>,
    wholes: RefCell<Wholes>,
}

type Wholes = HashMap<(Direction, Channel, SchemaId), Rc<Vec<Value>>>;

impl<'a> Side<'a> {
    pub(super) fn new(contract: &'a Contract, validators: &'a Validators) -> Self {
        Self { contract, validators, generators: RefCell::default(), wholes: RefCell::default() }
    }

    /// The generator of values that `channel` carries.
    pub(super) fn generator(&self, direction: Direction, channel: Channel) -> Rc<Generator> {
        let make = |(direction, channel): &(Direction, Channel)| {
            Rc::new(Generator::new(self.validators, *direction, channel.clone()))
        };
        self.generators.borrow_mut().entry((direction, channel)).or_insert_with_key(make).clone()
    }

    /// Values of a schema, into which those of its parts are put.
    pub(super) fn wholes(
        &self,
        direction: Direction,
        channel: Channel,
        schema: SchemaId,
        most: usize,
    ) -> Rc<Vec<Value>> {
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
pub(super) struct Sides<'a> {
    pub(super) old: Side<'a>,
    pub(super) new: Side<'a>,
}

/// Gathers the changes of one operation.
#[derive(Debug)]
pub(super) struct Changes<'s, 'a> {
    pub(super) sides: &'s Sides<'a>,
    pub(super) operation: Option<Arc<OperationName>>,
    /// Whether a part of what is compared cannot be read, so that nothing is proven.
    pub(super) is_open: bool,
    pub(super) all: Vec<Finding>,
}

impl Changes<'_, '_> {
    pub(super) fn push(
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
