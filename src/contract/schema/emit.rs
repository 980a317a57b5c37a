//! Writes schemas as JSON Schema 2020-12.

use serde_json::{Map, Value, json};

use super::arena::Schemas;
use super::model::{Direction, Schema, SchemaId};
use super::types::Types;

/// A schema as a JSON Schema 2020-12 document of its own; the targets of its references are its `$defs`.
pub(crate) fn emit(schemas: &Schemas, root: SchemaId, direction: Direction) -> Value {
    let mut definitions = Map::new();
    let mut queue = Vec::new();
    let mut schema = emit_one(schemas, root, direction, &mut queue);
    while let Some(id) = queue.pop() {
        let key = id.0.to_string();
        if !definitions.contains_key(&key) {
            definitions.insert(key.clone(), Value::Null);
            let definition = emit_one(schemas, id, direction, &mut queue);
            definitions.insert(key, definition);
        }
    }
    if let Value::Object(members) = &mut schema
        && !definitions.is_empty()
    {
        members.insert("$defs".to_owned(), Value::Object(definitions));
    }
    schema
}

fn emit_one(schemas: &Schemas, id: SchemaId, direction: Direction, queue: &mut Vec<SchemaId>) -> Value {
    let schema = schemas.get(id);
    if let Some(truth) = schema.boolean {
        return Value::Bool(truth);
    }
    let mut members = Map::new();
    if let Some(target) = schema.reference {
        members.insert("$ref".to_owned(), json!(format!("#/$defs/{}", target.0)));
        queue.push(target);
    }
    emit_assertions(schemas, schema, direction, &mut members);
    for (steps, child) in schemas.children(id) {
        let child = emit_one(schemas, child, direction, queue);
        match steps.as_slice() {
            [keyword] => {
                members.insert(keyword.clone(), child);
            }
            [keyword, name] if matches!(keyword.as_str(), "prefixItems" | "allOf" | "anyOf" | "oneOf") => {
                let list = members.entry(keyword.clone()).or_insert_with(|| json!([]));
                debug_assert_eq!(list.as_array().map(Vec::len), name.parse().ok());
                if let Value::Array(items) = list {
                    items.push(child);
                }
            }
            [keyword, name] => {
                let map = members.entry(keyword.clone()).or_insert_with(|| json!({}));
                if let Value::Object(map) = map {
                    map.insert(name.clone(), child);
                }
            }
            _ => {}
        }
    }
    Value::Object(members)
}

fn emit_assertions(schemas: &Schemas, schema: &Schema, direction: Direction, members: &mut Map<String, Value>) {
    if !schema.unknown.is_empty() {
        // No keyword to a validator: two schemas that are written alike are alike.
        members.insert("x-unknown".to_owned(), Value::Array(schema.unknown_as_written().collect()));
    }
    let mut put = |keyword: &str, value: Option<Value>| {
        if let Some(value) = value {
            members.insert(keyword.to_owned(), value);
        }
    };
    put("type", schema.types.filter(|types| *types != Types::ANY).map(|types| json!(types.names())));
    put("enum", schema.enum_values.clone().map(Value::Array));
    put("const", schema.const_value.clone());
    for (keyword, number) in schema.bounds() {
        put(keyword, number.cloned().map(Value::Number));
    }
    for (keyword, count) in schema.counts() {
        put(keyword, count.map(Value::from));
    }
    put("pattern", schema.pattern.clone().map(Value::String));
    put("format", schema.format.clone().map(Value::String));
    put("uniqueItems", schema.unique_items.then_some(Value::Bool(true)));
    let required: Vec<&String> = schema
        .required
        .iter()
        .filter(|name| !schema.properties.get(*name).is_some_and(|child| schemas.hidden(*child, direction)))
        .collect();
    put("required", (!required.is_empty()).then(|| json!(required)));
    if !schema.dependent_required.is_empty() {
        let map: Map<String, Value> =
            schema.dependent_required.iter().map(|(name, needed)| (name.clone(), json!(needed))).collect();
        put("dependentRequired", Some(Value::Object(map)));
    }
}
