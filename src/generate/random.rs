//! Random values, valid and invalid.

use proptest::prelude::Rng;
use proptest::test_runner::TestRng;
use serde_json::{Map, Value, json};

use super::embed::{Context, InvalidNode};
use super::generator::Generator;
use super::invalid_value::InvalidValue;
use super::number;
use super::shape::{Choices, Conjunction, MergedSchema};
use crate::contract::{Clause, Clauses, SchemaId, Types};

/// Tries before a minimal value is taken instead.
const TRIES: usize = 6;
/// Deeper than this only what is required is made.
const DEEP: usize = 5;
/// Past so many nodes only what is required is made: a node that may hold twelve of its kind has thousands.
const LARGE: usize = 2_000;

impl Generator<'_> {
    /// A random valid value.
    pub fn random(&self, schema: SchemaId, rng: &mut TestRng) -> Option<Value> {
        let root = vec![schema];
        for _ in 0..TRIES {
            self.room.set(LARGE);
            if let Some(value) = self.random_of(&root, rng, 0)
                && self.accepts(&root, &value)
            {
                return Some(value);
            }
        }
        self.minimal_of(&root)
    }

    /// Values that are meant to violate `clause` alone, in random containers and starting at a random one.
    pub fn random_faults(
        &self,
        clauses: &Clauses,
        clause: &Clause,
        root: SchemaId,
        rng: &mut TestRng,
    ) -> impl Iterator<Item = InvalidValue> + use<> {
        self.room.set(LARGE);
        let mut found = self.faults_in(Context::Random(rng), clauses, clause, root);
        let first = dice(rng, found.len().max(1) as u64) as usize;
        found.rotate_left(first);
        found.into_iter().filter_map(InvalidNode::assemble)
    }

    /// An object with what is required of it, `include` and whatever else.
    pub(super) fn random_container(
        &self,
        shape: &MergedSchema,
        include: &[String],
        rng: &mut TestRng,
    ) -> Option<Value> {
        let mut wanted = include.to_vec();
        wanted.extend(shape.declared.iter().filter(|_| dice(rng, 2) == 0).cloned());
        self.object(shape, &wanted, &mut |_, conjunction| self.random_of(conjunction, rng, 1))
    }

    fn random_of(&self, conjunction: &Conjunction, rng: &mut TestRng, depth: usize) -> Option<Value> {
        let room = self.room.get();
        if depth > DEEP || room == 0 {
            return self.minimal_of(conjunction);
        }
        self.room.set(room - 1);
        for _ in 0..TRIES {
            let mut choices = Choices::new();
            let Some(mut shape) = self.shape(conjunction, &choices, None) else { return self.minimal_of(conjunction) };
            // Unions come to light branch by branch.
            for _ in 0..8 {
                let open: Vec<_> =
                    shape.unions.iter().filter(|(union, _)| !choices.contains_key(union)).copied().collect();
                if open.is_empty() {
                    break;
                }
                for (union, branches) in open {
                    choices.insert(union, dice(rng, branches as u64) as usize);
                }
                match self.shape(conjunction, &choices, None) {
                    Some(next) => shape = next,
                    None => break,
                }
            }
            if let Some(value) = self.random_value(&shape, rng, depth)
                && (!shape.needs_validation || self.accepts(conjunction, &value))
            {
                return Some(value);
            }
        }
        self.minimal_of(conjunction)
    }

    fn random_value(&self, shape: &MergedSchema, rng: &mut TestRng, depth: usize) -> Option<Value> {
        if let Some(values) = &shape.values {
            return pick(self.sound(shape), rng).map(|index| values[*index].clone());
        }
        if self.is_vague(shape) {
            let boundaries = self.boundary_values_of(&shape.holders, depth.max(2));
            return pick(&boundaries, rng).map(|boundary| boundary.value.clone()).or_else(|| self.build(shape, &[]));
        }
        let types = self.preferred(shape);
        let speaks = types.first().copied();
        let types = if shape.types == Types::ANY && dice(rng, 2) == 0 { speaks } else { pick(&types, rng).copied() };
        match types? {
            Types::OBJECT => self.random_object(shape, rng, depth),
            Types::ARRAY => self.random_array(shape, rng, depth),
            Types::STRING => {
                self.strings.random(shape, &self.channel, &mut |sides| dice(rng, sides)).map(Value::String)
            }
            Types::INTEGER | Types::NUMBER => number::random(shape, |sides| dice(rng, sides)),
            Types::BOOLEAN => Some(Value::Bool(dice(rng, 2) == 0)),
            _ => Some(Value::Null),
        }
    }

    fn random_object(&self, shape: &MergedSchema, rng: &mut TestRng, depth: usize) -> Option<Value> {
        let mut include: Vec<String> = shape.declared.iter().filter(|_| dice(rng, 2) == 0).cloned().collect();
        if include.is_empty() || dice(rng, 8) == 0 {
            let spare = self.spare_names(shape);
            let is_map = shape.declared.is_empty();
            let count = if is_map { dice(rng, 3) as usize } else { 0 };
            include.extend(spare.into_iter().take(count));
        }
        if let Some(max) = shape.max_properties {
            include.truncate((max as usize).saturating_sub(shape.required.len()));
        }
        self.object(shape, &include, &mut |_, conjunction| match conjunction.is_empty() {
            true => Some(anything(rng, 0)),
            false => self.random_of(conjunction, rng, depth + 1),
        })
    }

    fn random_array(&self, shape: &MergedSchema, rng: &mut TestRng, depth: usize) -> Option<Value> {
        if !shape.contains.is_empty() || shape.unique {
            return self.array(shape, shape.min_items);
        }
        let most = shape.max_items.unwrap_or(u64::MAX).min(shape.min_items.saturating_add(4));
        let more = dice(rng, most.saturating_sub(shape.min_items) + 1);
        let count = shape.min_items.saturating_add(more).min(200);
        let items: Option<Vec<Value>> =
            (0..count as usize).map(|index| self.random_of(&shape.item(self.schemas, index), rng, depth + 1)).collect();
        items.map(Value::Array)
    }
}

/// A number from 0 up to, but not including, `sides`.
pub(super) fn dice(rng: &mut TestRng, sides: u64) -> u64 {
    if sides < 2 { 0 } else { rng.next_u64() % sides }
}

fn pick<'v, T>(values: &'v [T], rng: &mut TestRng) -> Option<&'v T> {
    values.get(dice(rng, values.len() as u64) as usize)
}

/// A small JSON value of any kind.
fn anything(rng: &mut TestRng, depth: usize) -> Value {
    match dice(rng, if depth > 2 { 5 } else { 7 }) {
        0 => Value::Null,
        1 => Value::Bool(dice(rng, 2) == 0),
        2 => json!(dice(rng, 1_000_000)),
        3 => json!(dice(rng, 1000) as f64 / 8.0),
        4 => json!(format!("text {}", dice(rng, 1000))),
        5 => Value::Array((0..dice(rng, 3)).map(|_| anything(rng, depth + 1)).collect()),
        _ => {
            let properties: Map<String, Value> =
                (0..dice(rng, 3)).map(|index| (format!("key{index}"), anything(rng, depth + 1))).collect();
            Value::Object(properties)
        }
    }
}
