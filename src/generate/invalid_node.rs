//! An invalid node and the containers that it is embedded in.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value;

use super::invalid_value::InvalidValue;
use super::shape::{Choices, Conjunction, MergedSchema};
use crate::contract::Step;

/// An invalid node with its containers. Wide values are costly to copy, so only those that are asked for are assembled.
#[derive(Clone)]
pub(super) struct InvalidNode {
    pub label: String,
    pub node: Value,
    /// From the innermost to the outermost.
    pub containers: Vec<Rc<Container>>,
}

/// A value that a node is embedded in.
#[derive(Debug)]
pub(super) struct Container {
    pub value: Value,
    pub key: Key,
    /// The schemas of the node.
    pub inner: Conjunction,
}

/// The place of a node in its container.
#[derive(Clone, Debug)]
pub(super) enum Key {
    Property(String),
    Item(usize),
}

impl InvalidNode {
    pub fn assemble(self) -> Option<InvalidValue> {
        let value = self.containers.iter().try_fold(self.node, |node, container| {
            let mut whole = container.value.clone();
            match (&mut whole, &container.key) {
                (Value::Object(properties), Key::Property(name)) => {
                    properties.insert(name.clone(), node);
                }
                (Value::Array(items), Key::Item(index)) => *items.get_mut(*index)? = node,
                _ => return None,
            }
            Some(whole)
        })?;
        Some(InvalidValue { label: self.label, value })
    }
}

/// The node that a step leads to in one shape.
#[derive(Debug)]
pub(super) struct StepTarget {
    pub child: Conjunction,
    pub container: Rc<Container>,
    /// Arrays in which another item is the invalid one: a server that validates only the first item, only the ends, or only
    /// so many, accepts it.
    pub elsewhere: Vec<Rc<Container>>,
}

/// The shapes in which a step can be taken, each with its target once that is known.
pub(super) type Steps = Rc<[(Rc<MergedSchema>, OnceCell<Option<Rc<StepTarget>>>)]>;

/// Steps with minimal containers. A wide schema has hundreds of clauses, most of which share their first steps.
pub(super) type KnownSteps = HashMap<(Conjunction, Choices, Step, Option<usize>), Steps>;
