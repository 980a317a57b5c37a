//! Whether a value is invalid in every interpretation.

use serde_json::Value;

use super::doubt::Doubt;
use super::form;
use super::interpret::{field_interpretations, interpretations_of, other_readings, text_interpretations};
use super::payload::is_writable;
use super::search::{Measure, combinations};
use super::style::{delimiter, scalar};
use super::xml;
use crate::contract::{Direction, MediaType, PayloadKind, SchemaId, Types, Validators, Violation};

/// That a server cannot take the fields of a form for something valid, each for whatever suits the schema best.
fn no_form_is_valid(validators: &Validators, media: &MediaType, schema: SchemaId, value: &Value) -> Result<(), Doubt> {
    let Value::Object(members) = value else { return Err(Doubt::NoForm) };
    if members.iter().any(|(name, member)| form::is_open(media, name, member)) {
        return Err(Doubt::Undefined);
    }
    let names: Vec<&String> = members.keys().collect();
    let all: Option<Vec<Vec<Value>>> = members.iter().map(|(name, member)| readings(media, name, member)).collect();
    let Some(mut fields) = all else { return Err(Doubt::TooMany) };
    // To look for what matters costs as much as to try a few.
    const FEW: usize = 4;
    let is_much = combinations(fields.iter().map(Vec::len)).is_none_or(|count| count > FEW);
    if is_much && !has_conditions(validators, schema) {
        let violations = validators.breaches(schema, Direction::Request, value);
        for (field, (name, member)) in fields.iter_mut().zip(members) {
            if !violations.iter().any(|violation| matters(name, violation)) {
                *field = vec![member.clone()];
            }
        }
    }
    let measure = Measure { validators, schema, direction: Direction::Request };
    measure.none_is_valid(value, &fields, |read, index, field| read[names[index]] = field.clone())
}

/// Whether another reading of a member may change what is wrong: one of another member cannot, nor one of any member where
/// what counts are their names.
fn matters(name: &str, violation: &Violation) -> bool {
    const OF_NAMES: [&str; 6] =
        ["required", "dependentRequired", "additionalProperties", "propertyNames", "minProperties", "maxProperties"];
    match violation.instance.tokens().next() {
        Some(first) => first == name,
        None => !OF_NAMES.contains(&&*violation.keyword),
    }
}

/// Whether it hangs on one member what is asked of another.
fn has_conditions(validators: &Validators, schema: SchemaId) -> bool {
    let schemas = validators.schemas();
    let mut all = schemas.with_branches(&[schema]).map(|id| schemas.get(id));
    all.any(|schema| schema.if_.is_some() || !schema.dependent_schemas.is_empty())
}

/// All that a server may take a field of a form for, in the style that it has; `None` where that is too much to look at.
fn readings(media: &MediaType, name: &str, member: &Value) -> Option<Vec<Value>> {
    let mut all = field_interpretations(member)?;
    let Some(parameter) = form::as_parameter(media, name) else { return Some(all) };
    match scalar(member) {
        Some(text) => all.push(text.split(delimiter(parameter.style)).map(Value::from).collect()),
        None => all.extend(interpretations_of(&parameter, member, Types::ANY)?),
    }
    Some(all)
}

/// The fields of a form that are surely there, where others are not: a list of nothing has none, and a server may take an
/// empty field for none at all.
fn filled(value: &Value) -> Option<Value> {
    let is_there = |member: &Value| match member {
        Value::Array(items) => !items.is_empty(),
        Value::String(text) => !text.trim().is_empty(),
        _ => true,
    };
    let members = value.as_object().filter(|members| !members.values().all(is_there))?;
    let kept = members.iter().filter(|(_, member)| is_there(member));
    Some(Value::Object(kept.map(|(name, member)| (name.clone(), member.clone())).collect()))
}

/// Whether a body is valid, and stays so in all that a right server may read.
pub(crate) fn is_surely_valid(validators: &Validators, media: &MediaType, schema: SchemaId, value: &Value) -> bool {
    let is_valid = |value: &Value| validators.is_valid(schema, Direction::Request, value);
    match media.kind() {
        PayloadKind::Form | PayloadKind::Multipart => {
            is_valid(value)
                && filled(value).is_none_or(|filled| is_valid(&filled))
                && other_readings(validators.schemas(), &[schema], value).iter().all(is_valid)
        }
        PayloadKind::Xml => xml::is_surely_valid(validators, schema, value),
        PayloadKind::Text => {
            is_valid(value) && other_readings(validators.schemas(), &[schema], value).iter().all(is_valid)
        }
        PayloadKind::Binary | PayloadKind::Json => is_valid(value),
    }
}

/// Whether no server can take a body that breaks its schema for a valid one, whatever it reads its texts as.
///
/// # Errors
/// [`Doubt`]: what a server may take it for.
pub(crate) fn surely_invalid(
    validators: &Validators,
    media: &MediaType,
    schema: SchemaId,
    value: &Value,
) -> Result<(), Doubt> {
    match media.kind() {
        PayloadKind::Form | PayloadKind::Multipart => match surely_invalid_form(validators, media, schema, value) {
            // What cannot be written is not read, either.
            Err(_) if value.is_object() && !is_writable(validators.schemas(), media, value) => {
                Err(Doubt::Unsendable(value.clone()))
            }
            sure => sure,
        },
        // Bytes can only be a string.
        PayloadKind::Binary if value.is_string() => Ok(()),
        // A text is whatever is asked for.
        PayloadKind::Text if scalar(value).is_some() => {
            let readings = scalar(value).map(|text| text_interpretations(&text)).unwrap_or_default();
            let valid = readings.into_iter().find(|read| validators.is_valid(schema, Direction::Request, read));
            valid.map_or(Ok(()), |read| Err(Doubt::ReadAs(read)))
        }
        PayloadKind::Binary | PayloadKind::Text => {
            Err(scalar(value).map_or_else(|| Doubt::Unsendable(value.clone()), |text| Doubt::ReadAs(text.into())))
        }
        PayloadKind::Xml => xml::surely_invalid(validators, schema, Direction::Request, value),
        PayloadKind::Json => Ok(()),
    }
}

fn surely_invalid_form(
    validators: &Validators,
    media: &MediaType,
    schema: SchemaId,
    value: &Value,
) -> Result<(), Doubt> {
    no_form_is_valid(validators, media, schema, value)?;
    // An array of nothing has no field, and a server may take an empty field for none at all.
    let Some(filled) = filled(value) else { return Ok(()) };
    no_form_is_valid(validators, media, schema, &filled).map_err(|doubt| match doubt {
        Doubt::ReadAs(_) => Doubt::Nothing,
        doubt => doubt,
    })
}
