//! Values near the example of a schema that says little else.

use std::ops::ControlFlow;

use serde_json::{Map, Value, json};

use super::{BoundaryValue, Taker, edge, shown};
use crate::contract::Types;
use crate::generate::generator::Generator;
use crate::generate::shape::MergedSchema;
use crate::spec::Pointer;

impl Generator<'_> {
    /// Where the schema shows an object and says nothing else, only prose in the example is surely free: a text
    /// with blanks in it is no id, no number and no member of a list of values. All else is doubtful.
    pub(super) fn example_edges(&self, shape: &MergedSchema, take: &mut Taker<'_>) -> ControlFlow<()> {
        let about = self.holder_of(shape, "type");
        let open = MergedSchema {
            types: Types::STRING,
            min_length: 1,
            holders: Vec::new(),
            examples: Vec::new(),
            values: None,
            ..shape.clone()
        };
        for example in shape.examples.iter().filter(|example| self.accepts(&shape.holders, example)) {
            for (at, prose) in prose(example) {
                for (label, text) in self.texts.texts(&open, &self.channel).iter() {
                    let mut value = example.clone();
                    if text != prose && !text.trim().is_empty() && at.assign(&mut value, Value::String(text.clone())) {
                        take(BoundaryValue { label: label.clone(), value, at: at.clone(), about, doubtful: false })?;
                    }
                }
            }
            for (label, at, value) in departures(example) {
                take(BoundaryValue { label, value, at, about, doubtful: true })?;
            }
        }
        take(BoundaryValue { doubtful: true, ..edge("an empty object", json!({}), about) })?;
        ControlFlow::Continue(())
    }
}

/// An example with one member missing, of another kind, or too many.
fn departures(example: &Value) -> Vec<(String, Pointer, Value)> {
    let mut found = Vec::new();
    let Value::Object(members) = example else { return found };
    for name in members.keys() {
        let at = Pointer::root().join(name);
        let mut lacking = members.clone();
        lacking.shift_remove(name);
        found.push((format!("without `{name}`"), at.clone(), Value::Object(lacking)));
        for other in [json!(12345), json!(null), json!(""), json!("👋"), json!("other text"), json!([]), json!({})] {
            let mut changed = members.clone();
            let label = format!("{} in place of the example's value", shown(&other));
            changed.insert(name.clone(), other);
            found.push((label, at.clone(), Value::Object(changed)));
        }
    }
    let mut more = members.clone();
    more.insert("additional".to_owned(), json!({"nested": [1, "two", null]}));
    found.push(("a member more than the example".to_owned(), Pointer::root().join("additional"), Value::Object(more)));
    found
}

/// The texts of an example that hold blanks, with their places.
fn prose(example: &Value) -> Vec<(Pointer, &str)> {
    let mut found = Vec::new();
    let mut queue = vec![(Pointer::root(), example)];
    while let Some((at, value)) = queue.pop() {
        match value {
            Value::String(text) if text.trim().contains(char::is_whitespace) => found.push((at, text.as_str())),
            Value::Array(items) => {
                queue.extend(items.iter().enumerate().rev().map(|(index, item)| (at.index(index), item)));
            }
            Value::Object(members) => {
                let members: &Map<String, Value> = members;
                queue.extend(members.iter().rev().map(|(name, value)| (at.join(name), value)));
            }
            _ => {}
        }
    }
    found
}
