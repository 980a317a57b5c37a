//! Values in which a schema holds itself, wherever below the whole value it begins to.

use std::collections::HashSet;
use std::rc::Rc;

use serde_json::Value;

use super::generator::Generator;
use super::invalid_node::{InvalidNode, Key};
use super::invalid_value::InvalidValue;
use super::shape::{Choices, Conjunction, MergedSchema};
use crate::contract::{SchemaId, Types};

/// Shapes of a node that are looked at for a way on.
const SHAPES: usize = 4;
/// Nodes that are looked at for a way back.
const LOOKED_AT: usize = 300;
/// How far below the whole value a schema may begin to hold itself.
const DOWN: usize = 4;
/// Places where one does.
const PLACES: usize = 3;

/// A way back to the schema that it set out from.
struct Turn<'v> {
    to: SchemaId,
    innermost: &'v Value,
    looked_at: usize,
}

impl Generator {
    /// Values that take a schema that holds itself `levels` deep, one for each place where it begins.
    pub(super) fn deep(&self, root: SchemaId, levels: usize) -> Vec<Value> {
        let holding = self.holding_themselves(root);
        let mut looked_at = 0;
        if holding.is_empty() {
            Vec::new()
        } else {
            self.deep_below((&vec![root], &holding), levels, DOWN, &mut looked_at)
        }
    }

    fn deep_below(
        &self,
        (conjunction, holding): (&Conjunction, &HashSet<SchemaId>),
        levels: usize,
        down: usize,
        looked_at: &mut usize,
    ) -> Vec<Value> {
        if self.is_among(conjunction, holding)
            && let Some(value) = self.nested(conjunction, levels, &mut 0)
        {
            return vec![value];
        }
        let mut found = Vec::new();
        for shape in self.shapes(conjunction, &Choices::new(), None, SHAPES).iter().filter(|_| down > 0) {
            for (key, child) in self.openings(shape) {
                *looked_at += 1;
                if found.len() >= PLACES || *looked_at > LOOKED_AT {
                    return found;
                }
                if self.reaches(&child, |id| holding.contains(&id)) {
                    let below = self.deep_below((&child, holding), levels, down - 1, looked_at).into_iter();
                    found.extend(below.filter_map(|value| self.contained(shape, &key, value)));
                }
            }
            if !found.is_empty() {
                break;
            }
        }
        found
    }

    /// A value that takes a recursive schema `levels` deep; `None` where it does not recurse, or the way back is not found
    /// among so many nodes.
    fn nested(&self, conjunction: &Conjunction, levels: usize, looked_at: &mut usize) -> Option<Value> {
        if levels == 0 {
            return self.minimal_of(conjunction);
        }
        for shape in self.shapes(conjunction, &Choices::new(), None, SHAPES).iter() {
            for (key, child) in self.openings(shape) {
                *looked_at += 1;
                if *looked_at > LOOKED_AT {
                    return None;
                }
                if !self.reaches(&child, |id| shape.holders.contains(&id)) {
                    continue;
                }
                if let Some(value) = self.nested(&child, levels - 1, looked_at)
                    && let Some(container) = self.contained(shape, &key, value)
                {
                    return Some(container);
                }
            }
        }
        None
    }

    /// An invalid value within right ones, one, two and more turns below the first schema on the way to it that holds itself.
    pub(super) fn below(&self, root: SchemaId, invalid: &InvalidNode) -> Vec<InvalidValue> {
        const LEVELS: [usize; 4] = [1, 2, 4, 8];
        let holding = self.holding_themselves(root);
        let count = if holding.is_empty() { 0 } else { invalid.containers.len() + 1 };
        for depth in 0..count {
            let (inner, outer) = invalid.containers.split_at(invalid.containers.len() - depth);
            let from = outer.first().map_or_else(|| vec![root], |container| container.inner.clone());
            if !self.is_among(&from, &holding) {
                continue;
            }
            let part = |node: Value, containers: &[_]| {
                let label = format!("{}, deeply nested", invalid.label);
                InvalidNode { label, node, containers: containers.to_vec() }.assemble()
            };
            let Some(innermost) = part(invalid.node.clone(), inner) else { continue };
            let nested = LEVELS.iter().filter_map(|levels| {
                let mut turn = Turn { to: self.target(&from)?, innermost: &innermost.value, looked_at: 0 };
                part(self.turned(&from, *levels, &mut turn)?, outer)
            });
            let found: Vec<InvalidValue> = nested.collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// A value that comes back to its own schema so many times.
    fn turned(&self, conjunction: &Conjunction, left: usize, turn: &mut Turn<'_>) -> Option<Value> {
        if left == 0 {
            return Some(turn.innermost.clone());
        }
        for shape in self.shapes(conjunction, &Choices::new(), None, SHAPES) {
            for (key, child) in self.openings(&shape) {
                turn.looked_at += 1;
                if turn.looked_at > LOOKED_AT {
                    return None;
                }
                let to = turn.to;
                if !self.reaches(&child, |id| id == to) {
                    continue;
                }
                let is_back = self.schemas.conjunction(&child).any(|id| id == to);
                if let Some(value) = self.turned(&child, left - usize::from(is_back), turn)
                    && let Some(container) = self.contained(&shape, &key, value)
                {
                    return Some(container);
                }
            }
        }
        None
    }

    /// The properties and items that a shape may have, with their schemas.
    fn openings(&self, shape: &MergedSchema) -> Vec<(Key, Conjunction)> {
        let holders = || shape.holders.iter().map(|id| self.schemas.get(*id));
        let is_map = holders().any(|schema| schema.additional_properties.is_some());
        let other = if is_map { self.spare_names(shape).into_iter().next() } else { None };
        let names = shape.declared.iter().cloned().chain(other);
        let mut all: Vec<(Key, Conjunction)> =
            names.map(|name| (Key::Property(name.clone()), self.property(shape, &name))).collect();
        if shape.types.contains(Types::ARRAY) && holders().any(|schema| schema.items.is_some()) {
            all.push((Key::Item(0), shape.item(&self.schemas, 0)));
        }
        all
    }

    /// A minimal value of a shape with another one in it.
    fn contained(&self, shape: &MergedSchema, key: &Key, value: Value) -> Option<Value> {
        let mut container = match key {
            Key::Property(name) => self.minimal_object(shape, std::slice::from_ref(name))?,
            Key::Item(_) => self.array(shape, shape.min_items.max(1))?,
        };
        match (&mut container, key) {
            (Value::Object(members), Key::Property(name)) => drop(members.insert(name.clone(), value)),
            (Value::Array(items), Key::Item(index)) => *items.get_mut(*index)? = value,
            _ => return None,
        }
        Some(container)
    }

    fn reaches(&self, conjunction: &[SchemaId], is_it: impl Fn(SchemaId) -> bool) -> bool {
        let reached = self.schemas.reachable(conjunction);
        self.add_work(reached.len());
        reached.into_iter().any(is_it)
    }

    fn is_among(&self, conjunction: &[SchemaId], known: &HashSet<SchemaId>) -> bool {
        self.schemas.conjunction(conjunction).any(|id| known.contains(&id))
    }

    /// What the first schema of a conjunction refers to in the end.
    fn target(&self, conjunction: &[SchemaId]) -> Option<SchemaId> {
        let mut id = *conjunction.first()?;
        let mut seen = HashSet::new();
        while let Some(next) = self.schemas.get(id).reference.filter(|_| seen.insert(id)) {
            id = next;
        }
        Some(id)
    }

    /// The schemas that are reached again from themselves, each the first of its round that is met from the root.
    fn holding_themselves(&self, root: SchemaId) -> Rc<HashSet<SchemaId>> {
        if let Some(known) = self.known_recursion.borrow().get(&root) {
            return known.clone();
        }
        let mut found = HashSet::new();
        let (mut open, mut done) = (HashSet::new(), HashSet::new());
        let mut stack = vec![(root, false)];
        while let Some((id, is_left)) = stack.pop() {
            if is_left {
                open.remove(&id);
                done.insert(id);
                continue;
            }
            if open.contains(&id) {
                found.insert(id);
                continue;
            }
            if done.contains(&id) {
                continue;
            }
            open.insert(id);
            stack.push((id, true));
            let children = self.schemas.children(id).into_iter().map(|(_, child)| child);
            stack.extend(children.chain(self.schemas.get(id).reference).map(|child| (child, false)));
        }
        self.add_work(done.len());
        let found = Rc::new(found);
        self.known_recursion.borrow_mut().insert(root, found.clone());
        found
    }
}
