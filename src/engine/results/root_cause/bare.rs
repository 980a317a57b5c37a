//! Schemas as far as they say something of values.

use std::collections::HashMap;

use serde_json::Value;

/// What says nothing of values.
const ANNOTATIONS: [&str; 6] = ["title", "description", "example", "examples", "$comment", "deprecated"];
/// What holds schemas by names of the author's own.
const NAMED: [&str; 5] = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
/// What holds values.
const VALUES: [&str; 3] = ["enum", "const", "default"];

/// A schema without annotations, each reference to a twin as one to the first.
pub(super) fn bare(schema: &Value, twins: &HashMap<String, String>) -> Value {
    match schema {
        Value::Object(members) => {
            let is_kept = |(name, _): &(&String, &Value)| !ANNOTATIONS.contains(&name.as_str());
            let keyword = |(name, value): (&String, &Value)| {
                let value = match (name.as_str(), value) {
                    ("$ref", Value::String(text)) => {
                        twins.get(text).map_or_else(|| value.clone(), |first| Value::from(first.as_str()))
                    }
                    (name, _) if VALUES.contains(&name) => value.clone(),
                    (name, Value::Object(schemas)) if NAMED.contains(&name) => {
                        schemas.iter().map(|(name, schema)| (name.clone(), bare(schema, twins))).collect()
                    }
                    _ => bare(value, twins),
                };
                (name.clone(), value)
            };
            let mut kept: Vec<_> = members.iter().filter(is_kept).map(keyword).collect();
            kept.sort_by(|(one, _), (other, _)| one.cmp(other));
            kept.into_iter().collect()
        }
        Value::Array(items) => items.iter().map(|item| bare(item, twins)).collect(),
        other => other.clone(),
    }
}
