//! Schemas in a form that does not depend on the document: equal for equal meaning in either.

use serde_json::{Map, Value, json};

use crate::contract::{Direction, SchemaId, Schemas};

/// One keyword with the schemas below it, in a form that does not depend on the document.
pub(super) fn print_of(schemas: &Schemas, id: SchemaId, keyword: &str, direction: Direction) -> Value {
    let whole = crate::contract::emit(schemas, id, direction);
    let along: &[&str] = match keyword {
        "if" => &["if", "then", "else"],
        "contains" => &["contains", "minContains", "maxContains"],
        "prefixItems" => &["prefixItems", "items"],
        "patternProperties" => &["patternProperties", "additionalProperties"],
        // What is left over depends on everything beside it.
        "unevaluatedItems" | "unevaluatedProperties" => return normal(&whole),
        _ => std::slice::from_ref(&keyword),
    };
    let mut part: Map<String, Value> =
        along.iter().filter_map(|name| Some(((*name).to_owned(), whole.get(*name)?.clone()))).collect();
    if let Some(definitions) = whole.get("$defs") {
        part.insert("$defs".into(), definitions.clone());
    }
    normal(&Value::Object(part))
}

/// Whole schemas in a form that does not depend on the document.
pub(super) fn print(schemas: &Schemas, ids: &[SchemaId], direction: Direction) -> Value {
    normal(&emit_all(schemas, ids, direction))
}

/// Schemas that hold together as one JSON Schema document.
pub(super) fn emit_all(schemas: &Schemas, ids: &[SchemaId], direction: Direction) -> Value {
    if let [id] = ids {
        return crate::contract::emit(schemas, *id, direction);
    }
    let mut definitions = Map::new();
    let mut all = Vec::new();
    for id in ids {
        let mut schema = crate::contract::emit(schemas, *id, direction);
        if let Some(Value::Object(own)) = schema.as_object_mut().and_then(|members| members.shift_remove("$defs")) {
            definitions.extend(own);
        }
        all.push(schema);
    }
    match all.is_empty() {
        true => Value::Bool(true),
        false => json!({"allOf": all, "$defs": definitions}),
    }
}

/// Numbers the definitions in the order in which they are met, and leaves out what is never met.
fn normal(schema: &Value) -> Value {
    let none = Map::new();
    let definitions = schema.get("$defs").and_then(Value::as_object).unwrap_or(&none);
    let mut order: Vec<String> = Vec::new();
    let mut root = schema.clone();
    if let Some(members) = root.as_object_mut() {
        members.shift_remove("$defs");
    }
    rename(&mut root, &mut order);
    let mut met = Vec::new();
    while met.len() < order.len() {
        let mut definition = definitions.get(&order[met.len()]).cloned().unwrap_or(Value::Null);
        rename(&mut definition, &mut order);
        met.push(definition);
    }
    json!([root, met])
}

fn rename(value: &mut Value, order: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            // The order of a schema's members says nothing.
            members.sort_keys();
            for (key, child) in members.iter_mut() {
                let target = child.as_str().filter(|_| key == "$ref").and_then(|text| text.strip_prefix("#/$defs/"));
                if let Some(target) = target.map(str::to_owned) {
                    let index = order.iter().position(|known| *known == target).unwrap_or(order.len());
                    if index == order.len() {
                        order.push(target);
                    }
                    *child = Value::from(index);
                } else {
                    if matches!(key.as_str(), "required" | "enum" | "type")
                        && let Value::Array(items) = child
                    {
                        items.sort_by_cached_key(ToString::to_string);
                    }
                    rename(child, order);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, order)),
        _ => {}
    }
}
