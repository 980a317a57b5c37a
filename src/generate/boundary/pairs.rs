//! Objects in which every two choices meet: whether a property is there, and of what kind its value is.

use std::collections::HashSet;
use std::ops::ControlFlow;

use serde_json::Value;

use super::BoundaryValue;
use super::{Reach, Taker, boundary};
use crate::contract::SchemaId;
use crate::generate::covering::covering;
use crate::generate::generator::Generator;
use crate::generate::shape::MergedSchema;

/// Properties whose choices are combined, and kinds of values of each.
const PROPERTIES: usize = 12;
const KINDS: usize = 5;
/// Objects of that kind at most.
const ROWS: usize = 16;

impl Generator {
    /// Of the whole value alone: a handler takes its decisions by what it reads first.
    pub(super) fn pairs(&self, shape: &MergedSchema, reach: Reach, take: &mut Taker<'_>) -> ControlFlow<()> {
        if reach.depth > 0 || shape.declared.len() < 2 {
            return ControlFlow::Continue(());
        }
        let names = shape.declared.iter().take(PROPERTIES);
        let choices: Vec<(&String, Vec<Option<Value>>)> = names
            .map(|name| {
                let absent = (!shape.required.contains(name)).then_some(None);
                let present = self.kinds(shape, name, reach).into_iter().map(Some);
                (name, absent.into_iter().chain(present).collect())
            })
            .filter(|(_, choices): &(_, Vec<_>)| !choices.is_empty())
            .collect();
        let counts: Vec<usize> = choices.iter().map(|(_, choices)| choices.len()).collect();
        for row in covering(&counts, ROWS) {
            let chosen = |at: usize| choices[at].1[row[at]].as_ref();
            let there: Vec<String> =
                (0..row.len()).filter(|at| chosen(*at).is_some()).map(|at| choices[at].0.clone()).collect();
            let own = |name: &str| choices.iter().position(|(known, _)| *known == name).and_then(chosen).cloned();
            let object = self.object(shape, &there, &mut |name, child| own(name).or_else(|| self.minimal_of(child)));
            if let Some(object) = object.filter(|object| self.accepts(&shape.holders, object)) {
                take(boundary("several choices together", object, None))?;
            }
        }
        ControlFlow::Continue(())
    }

    /// One value of each kind.
    fn kinds(&self, shape: &MergedSchema, name: &str, reach: Reach) -> Vec<Value> {
        match shape.hints.iter().find(|(settled, _)| settled == name) {
            Some((_, value)) => vec![value.clone()],
            None => one_of_each_kind(self.boundary_values_at(&self.property(shape, name), reach.below())),
        }
    }

    /// One value of each kind that a schema has, the plainest first; at most about `most` are looked at.
    pub fn kinds_of(&self, schema: SchemaId, most: usize) -> Vec<Value> {
        one_of_each_kind(self.boundary_values_within(schema, most))
    }
}

fn one_of_each_kind(all: Vec<BoundaryValue>) -> Vec<Value> {
    let mut seen = HashSet::new();
    let mut sure = all.into_iter().filter(|boundary| !boundary.doubtful);
    let new = sure.by_ref().filter(|boundary| seen.insert(kind(boundary)));
    new.map(|boundary| boundary.value).take(KINDS).collect()
}

/// What programs tell apart: type, sign, truth, and whether there are none, one, two or more; each member of an `enum`.
fn kind(boundary: &BoundaryValue) -> String {
    let value = &boundary.value;
    if matches!(boundary.about, Some((_, "enum" | "const"))) {
        return value.to_string();
    }
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => {
            let float = number.as_f64().unwrap_or_default();
            format!("number {} {}", float.total_cmp(&0.0) as i8, float.abs() > 1e6)
        }
        Value::String(text) => format!("text {}", text.chars().count().min(32).next_power_of_two()),
        Value::Array(items) => format!("list {}", items.len().min(3)),
        Value::Object(members) => format!("object {}", members.len().min(2)),
    }
}
