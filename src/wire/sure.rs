//! Whether a value is invalid in every interpretation.

use serde_json::Value;

use super::interpret::field_interpretations;
use super::search::Measure;
use super::style::scalar;
use super::xml;
use crate::contract::{Direction, MediaType, PayloadKind, SchemaId, Validators};

/// Whether a server may take the fields of a form for something valid: each for whatever suits the schema best.
fn may_be_valid_form(validators: &Validators, schema: SchemaId, value: &Value) -> bool {
    let Value::Object(members) = value else { return true };
    let names: Vec<&String> = members.keys().collect();
    let fields: Vec<Vec<Value>> = members.values().map(field_interpretations).collect();
    let measure = Measure { validators, schema, direction: Direction::Request };
    measure.some_is_valid(value, &fields, |read, index, field| read[names[index]] = field.clone())
}

/// Whether a body that violates its schema is invalid in every interpretation of its strings.
pub(crate) fn is_surely_invalid(validators: &Validators, media: &MediaType, schema: SchemaId, value: &Value) -> bool {
    match media.kind() {
        PayloadKind::Form | PayloadKind::Multipart => {
            // An empty array has no field, and a server may take an empty field for none at all.
            let filled = value.as_object().map(|members| {
                let mut filled = members.clone();
                filled.retain(|_, member| match member {
                    Value::Array(items) => !items.is_empty(),
                    _ => scalar(member).is_none_or(|text| !text.trim().is_empty()),
                });
                Value::Object(filled)
            });
            [Some(value), filled.as_ref()]
                .into_iter()
                .flatten()
                .all(|value| !may_be_valid_form(validators, schema, value))
        }
        // Plain text or bytes can only be a string.
        PayloadKind::Text | PayloadKind::Binary => value.is_string(),
        PayloadKind::Xml => !xml::may_be_valid(validators, schema, Direction::Request, value),
        PayloadKind::Json => true,
    }
}
