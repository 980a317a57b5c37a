//! Variations of the example of a schema that has few other keywords.

use std::ops::ControlFlow;

use serde_json::{Map, Value, json};

use super::{BoundaryValue, Taker, boundary, shown};
use crate::contract::Types;
use crate::generate::generator::Generator;
use crate::generate::shape::MergedSchema;
use crate::spec::Pointer;

impl Generator {
    /// Where an example is all that the schema says of an object, only its prose may surely be replaced: a string with
    /// blanks is neither an id nor a number nor one of a few allowed values. All other changes are doubtful.
    pub(super) fn example_boundaries(&self, shape: &MergedSchema, take: &mut Taker<'_>) -> ControlFlow<()> {
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
                for (label, string) in self.strings.strings(&open, &self.channel).iter() {
                    let mut value = example.clone();
                    if string != prose
                        && !string.trim().is_empty()
                        && at.assign(&mut value, Value::String(string.clone()))
                    {
                        take(BoundaryValue { label: label.clone(), value, at: at.clone(), about, doubtful: false })?;
                    }
                }
            }
            for (label, at, value) in departures(example) {
                take(BoundaryValue { label, value, at, about, doubtful: true })?;
            }
        }
        take(BoundaryValue { doubtful: true, ..boundary("an empty object", json!({}), about) })?;
        ControlFlow::Continue(())
    }
}

/// An example with one property missing, of another kind, or too many.
fn departures(example: &Value) -> Vec<(String, Pointer, Value)> {
    let mut found = Vec::new();
    let Value::Object(properties) = example else { return found };
    for name in properties.keys() {
        let at = Pointer::root().join(name);
        let mut lacking = properties.clone();
        lacking.shift_remove(name);
        found.push((format!("without `{name}`"), at.clone(), Value::Object(lacking)));
        for other in [json!(12345), json!(null), json!(""), json!("👋"), json!("other text"), json!([]), json!({})] {
            let mut changed = properties.clone();
            let label = format!("{} in place of the example's value", shown(&other));
            changed.insert(name.clone(), other);
            found.push((label, at.clone(), Value::Object(changed)));
        }
    }
    let mut more = properties.clone();
    more.insert("additional".to_owned(), json!({"nested": [1, "two", null]}));
    found.push((
        "a property more than the example".to_owned(),
        Pointer::root().join("additional"),
        Value::Object(more),
    ));
    found
}

/// The strings of an example that hold blanks, with their places.
fn prose(example: &Value) -> Vec<(Pointer, &str)> {
    let mut found = Vec::new();
    let mut queue = vec![(Pointer::root(), example)];
    while let Some((at, value)) = queue.pop() {
        match value {
            Value::String(string) if string.trim().contains(char::is_whitespace) => found.push((at, string.as_str())),
            Value::Array(items) => {
                queue.extend(items.iter().enumerate().rev().map(|(index, item)| (at.index(index), item)));
            }
            Value::Object(properties) => {
                let properties: &Map<String, Value> = properties;
                queue.extend(properties.iter().rev().map(|(name, value)| (at.join(name), value)));
            }
            _ => {}
        }
    }
    found
}
