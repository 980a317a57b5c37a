//! Whether what is sent stays a fault however a server reads it.

use serde_json::Value;

use super::interpret::field_interpretations;
use super::style::scalar;
use super::xml;
use crate::contract::{Direction, MediaType, PayloadKind, SchemaId, Validators};

/// Whether a server may take the fields of a form for something valid: each for whatever suits the schema best.
fn may_be_valid_form(validators: &Validators, schema: SchemaId, value: &Value) -> bool {
    const MOST: usize = 256;
    let Value::Object(members) = value else { return true };
    let fields: Vec<(&String, Vec<Value>)> =
        members.iter().map(|(name, member)| (name, field_interpretations(member))).collect();
    let product = fields.iter().try_fold(1usize, |product, (_, readings)| product.checked_mul(readings.len()));
    if let Some(product) = product.filter(|product| *product <= MOST) {
        return (0..product).any(|mut choice| {
            let reading = fields.iter().map(|(name, readings)| {
                let chosen = readings[choice % readings.len()].clone();
                choice /= readings.len();
                ((*name).clone(), chosen)
            });
            validators.is_valid(schema, Direction::Request, &reading.collect())
        });
    }
    // Too many for all of them: field by field, what leaves the least to complain about.
    let complaints = |value: &Value| validators.violations(schema, Direction::Request, value).len();
    let mut best = value.clone();
    let mut least = complaints(&best);
    for (name, readings) in fields {
        for reading in readings {
            let mut other = best.clone();
            other[name] = reading;
            let count = complaints(&other);
            if count < least {
                (best, least) = (other, count);
            }
        }
    }
    least == 0
}

/// Whether no server can take a body that breaks its schema for a valid one, whatever it reads its texts as.
pub(crate) fn is_surely_invalid(validators: &Validators, media: &MediaType, schema: SchemaId, value: &Value) -> bool {
    match media.kind() {
        PayloadKind::Form | PayloadKind::Multipart => {
            // A list of nothing has no field, and a server may take an empty field for none at all.
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
        // A text or bytes can only be a string.
        PayloadKind::Text | PayloadKind::Binary => value.is_string(),
        PayloadKind::Xml => !xml::may_be_valid(validators, schema, Direction::Request, value),
        PayloadKind::Json => true,
    }
}
