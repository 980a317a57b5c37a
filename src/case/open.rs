//! Objects and lists that a document leaves open, so that an example alone shows what is in them.

use serde_json::Value;

use crate::contract::{MediaType, SchemaId, Schemas};

/// Whether some object or list in a value is one of which an example alone says what is in it, and differs from it by more
/// than its prose. The server that the example is of knows more of it than the contract says, and may refuse the value.
pub(super) fn departs_from_example(schemas: &Schemas, media: &MediaType, value: &Value) -> bool {
    if media.examples.is_empty() && !schemas.has_examples() {
        return false;
    }
    let examples = media.examples.iter().map(|(example, _)| example).collect();
    media.schema.is_some_and(|schema| departs(schemas, schema, examples, value))
}

/// `above` are the examples of this node within those of the nodes around it.
fn departs<'a>(schemas: &'a Schemas, id: SchemaId, above: Vec<&'a Value>, value: &Value) -> bool {
    let all: Vec<SchemaId> = schemas.with_branches(&[id]).collect();
    let own = all.iter().flat_map(|id| &schemas.get(*id).examples).map(|(example, _)| example);
    let examples: Vec<&Value> = above.into_iter().chain(own).collect();
    let is_open = all.iter().all(|id| {
        let schema = schemas.get(*id);
        schema.properties.is_empty()
            && schema.pattern_properties.is_empty()
            && schema.additional_properties.is_none()
            && schema.items.is_none()
            && schema.prefix_items.is_empty()
            && schema.enum_values.is_none()
            && schema.const_value.is_none()
    });
    let below = |find: &dyn Fn(&'a Value) -> Option<&'a Value>| examples.iter().copied().filter_map(find).collect();
    match value {
        Value::Object(_) | Value::Array(_) if is_open => {
            let mut telling = examples.iter().filter(|example| is_telling(example)).peekable();
            telling.peek().is_some() && !telling.any(|example| is_alike(example, value))
        }
        Value::Object(members) => members.iter().any(|(name, member)| {
            let mut declared = all.iter().filter_map(|id| schemas.get(*id).properties.get(name));
            declared.any(|child| departs(schemas, *child, below(&|example| example.get(name)), member))
        }),
        Value::Array(items) => items.iter().enumerate().any(|(index, item)| {
            let child = |id: &SchemaId| {
                let schema = schemas.get(*id);
                schema.prefix_items.get(index).copied().or(schema.items)
            };
            all.iter().filter_map(child).any(|child| departs(schemas, child, Vec::new(), item))
        }),
        _ => false,
    }
}

fn is_telling(example: &Value) -> bool {
    match example {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

/// Whether a value is an example but for its prose: a text with blanks is neither an id nor a number nor one of a few
/// allowed values.
fn is_alike(example: &Value, value: &Value) -> bool {
    match (example, value) {
        (Value::Object(known), Value::Object(members)) => {
            known.len() == members.len()
                && known.iter().all(|(name, known)| members.get(name).is_some_and(|value| is_alike(known, value)))
        }
        (Value::Array(known), Value::Array(items)) => {
            known.len() == items.len() && known.iter().zip(items).all(|(known, value)| is_alike(known, value))
        }
        (Value::String(known), Value::String(text)) => {
            known == text || known.trim().contains(char::is_whitespace) && !text.trim().is_empty()
        }
        (known, value) => known == value,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;
    use crate::contract::Contract;
    use crate::spec::{Document, LoadOptions};

    fn is_unlike(media: &Value, value: &Value) -> bool {
        let document = json!({
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {"/a": {"post": {"requestBody": {"content": {"application/json": media}}, "responses": {}}}},
        });
        let document = Document::from_text(Path::new("t.json"), document.to_string(), LoadOptions::default());
        let contract = Contract::compile(document.expect("JSON")).expect("a contract");
        let body = contract.operations[0].body.as_ref().expect("a body");
        departs_from_example(&contract.schemas, &body.content[0], value)
    }

    #[test]
    fn only_prose_may_take_the_place_of_prose() {
        let example = json!({"id": "a1", "name": "Ada Lovelace", "tags": ["x"]});
        let own = json!({"schema": {"type": "object", "examples": [example]}});
        let outer = json!({"schema": {"type": "object"}, "example": example});
        for media in [own, outer] {
            for (value, expected) in [
                (json!({"id": "a1", "name": "Zoë", "tags": ["x"]}), false),
                (json!({"id": "a1", "name": " ", "tags": ["x"]}), true),
                (json!({"id": "a2", "name": "Ada Lovelace", "tags": ["x"]}), true),
                (json!({"id": "a1", "name": 7, "tags": ["x"]}), true),
                (json!({"id": "a1", "name": "Zoë", "tags": []}), true),
                (json!({"id": "a1", "name": "Zoë"}), true),
                (json!({}), true),
            ] {
                assert_eq!(is_unlike(&media, &value), expected, "{media}: {value}");
            }
        }
    }

    #[test]
    fn what_a_schema_describes_or_no_example_does_is_free() {
        let author = json!({"name": "Ada"});
        let within = |author: Value| json!({"schema": {"type": "object", "properties": {"author": author}}, "example": {"author": {"name": "Ada"}}});
        let other = json!({"author": {"name": 7}});
        assert!(is_unlike(&within(json!({"type": "object"})), &other));
        assert!(!is_unlike(&within(json!({"type": "object", "additionalProperties": true})), &other));
        assert!(!is_unlike(
            &within(json!({"type": "object", "properties": {"name": {}}, "examples": [author]})),
            &other
        ));
        let bare = json!({"schema": {"type": "object", "properties": {"author": {"type": "object"}}}});
        assert!(!is_unlike(&bare, &other));
        let list = json!({"schema": {"type": "array", "items": {"type": "object", "examples": [author]}}});
        assert!(is_unlike(&list, &json!([author, {"name": 7}])));
        assert!(!is_unlike(&list, &json!([author, author])));
    }
}
