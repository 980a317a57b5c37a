//! The choices that a schema offers, as programs tell values apart: branches, types, listed values, the truth, nothing, none,
//! several, and what is at a limit.

use std::rc::Rc;

use serde_json::Value;

use super::generator::Generator;
use super::number;
use super::object::{ALIKE, MOST_PROPERTIES};
use super::shape::{Choices, Conjunction, MergedSchema};
use crate::contract::{SchemaId, Types, to_float};

/// Choices of one node.
const MOST: usize = 10;
/// Listed values among them.
const LISTED: usize = 8;
/// Branches that are looked at.
const BRANCHES: usize = 6;
/// Longer texts and lists are no part of what is combined.
const LONGEST: usize = 1_000;
const MOST_ITEMS: u64 = 20;
/// Numbers beyond this are not small.
const SMALL: f64 = 1e6;

impl Generator {
    /// One value of each choice of a schema, the plainest first.
    pub fn choices(&self, schema: SchemaId) -> Rc<[Value]> {
        self.choices_of(&vec![schema])
    }

    /// How many choices that property has which has most; to be left out is one.
    pub fn most_choices(&self, schema: SchemaId) -> usize {
        let shapes = self.shapes(&[schema], &Choices::new(), None, BRANCHES).into_iter();
        let of_shape = |shape: Rc<MergedSchema>| {
            let count = |name: &String| {
                self.choices_of(&self.property(&shape, name)).len() + usize::from(!shape.required.contains(name))
            };
            shape.declared.iter().take(MOST_PROPERTIES).map(count).max()
        };
        shapes.filter_map(of_shape).max().unwrap_or(0)
    }

    /// A valid object with the choices of a row, another branch in each.
    pub fn varied(&self, schema: SchemaId, row: usize) -> Option<Value> {
        let root = vec![schema];
        let shapes = self.shapes(&root, &Choices::new(), None, BRANCHES);
        let shape = shapes.get(row % shapes.len().max(1))?;
        let is_object = shape.values.is_none() && shape.types.contains(Types::OBJECT) && !shape.declared.is_empty();
        let varied = self.varied_object(shape, &[], row + ALIKE).filter(|_| is_object)?;
        self.repair(&root, shape, varied).filter(|value| self.accepts(&root, value))
    }

    /// One value of each choice, the plainest first.
    pub(super) fn choices_of(&self, conjunction: &Conjunction) -> Rc<[Value]> {
        if let Some(known) = self.known_choices.borrow().get(conjunction) {
            return known.clone();
        }
        let mut found: Vec<Value> = self.minimal_of(conjunction).into_iter().collect();
        for shape in self.shapes(conjunction, &Choices::new(), None, BRANCHES) {
            for value in self.choices_of_shape(&shape) {
                if found.len() < MOST && !found.contains(&value) && self.accepts(conjunction, &value) {
                    found.push(value);
                }
            }
        }
        let found: Rc<[Value]> = found.into();
        self.known_choices.borrow_mut().insert(conjunction.clone(), found.clone());
        found
    }

    fn choices_of_shape(&self, shape: &MergedSchema) -> Vec<Value> {
        if let Some(values) = &shape.values {
            let carried = |value: &&Value| value.as_str().is_none_or(|text| self.channel.carries(text));
            return self.sound(shape).iter().map(|at| &values[*at]).filter(carried).take(LISTED).cloned().collect();
        }
        if shape.types == Types::ANY {
            return Vec::new();
        }
        // Of what only examples show, nobody knows what else it may hold.
        let is_open = |types: Types| Types::OBJECT.or(Types::ARRAY).contains(types) && self.is_vague(shape);
        let of_types = |types: Types| match types {
            types if is_open(types) => Vec::new(),
            Types::STRING => self.texts(shape),
            Types::INTEGER | Types::NUMBER => numbers(shape),
            Types::BOOLEAN => vec![Value::Bool(true), Value::Bool(false)],
            Types::NULL => vec![Value::Null],
            Types::ARRAY => self.lists(shape),
            _ => [self.minimal_object(shape, &[]), self.varied_object(shape, &[], 0)].into_iter().flatten().collect(),
        };
        let mut all: Vec<Vec<Value>> = self.preferred(shape).into_iter().map(of_types).collect();
        // Nothing is told apart first of all.
        all.sort_by_key(|values| values.first() != Some(&Value::Null));
        all.concat()
    }

    /// A plain text, one at its greatest length, one of nothing, and one with other letters.
    fn texts(&self, shape: &MergedSchema) -> Vec<Value> {
        let all = self.strings.strings(shape, &self.channel);
        let count = |text: &str| text.chars().count();
        let fitting = || all.iter().map(|(_, text)| text.as_str()).filter(|text| text.len() <= LONGEST);
        let longest = fitting().filter(|_| shape.max_length.is_some()).max_by_key(|text| count(text));
        let first = fitting().next();
        let blank = fitting().find(|text| text.is_empty());
        let other = fitting().find(|text| !text.is_ascii());
        [first, longest, blank, other].into_iter().flatten().map(Value::from).collect()
    }

    /// A list of nothing, of one and of two, and one with as many items as it may have.
    fn lists(&self, shape: &MergedSchema) -> Vec<Value> {
        let most = shape.max_items.filter(|most| *most <= MOST_ITEMS);
        let counts = [Some(shape.min_items.max(2)), Some(shape.min_items), most, Some(1)];
        let fits = |count: &u64| {
            (shape.min_items..=shape.max_items.unwrap_or(u64::MAX)).contains(count)
                && (*count > 0 || self.channel.is_payload())
        };
        counts.into_iter().flatten().filter(fits).filter_map(|count| self.array(shape, count)).collect()
    }
}

/// A plain number, those at the bounds, 0, one below it, and a large one.
fn numbers(shape: &MergedSchema) -> Vec<Value> {
    let all: Vec<Value> = number::numbers(shape)
        .into_iter()
        .map(|(_, value)| value)
        .filter(|value| number::is_sure(shape, value) && value.is_number())
        .collect();
    let of = |value: &&Value| value.as_f64().unwrap_or_default();
    let at = |bound: Option<f64>| bound.and_then(|bound| all.iter().find(|value| of(value) == bound));
    let found = [
        all.first(),
        at(shape.upper.as_ref().map(|bound| to_float(&bound.number))),
        at(shape.lower.as_ref().map(|bound| to_float(&bound.number))),
        all.iter().find(|value| of(value) == 0.0),
        all.iter().find(|value| of(value) < 0.0),
        all.iter().find(|value| of(value).abs() > SMALL),
    ];
    found.into_iter().flatten().cloned().collect()
}
