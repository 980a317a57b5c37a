//! XML bodies: how values are sent, and what a server may take them for.
//!
//! In XML everything is text, an empty list is no element or an empty one, and so is an empty text. A valid value is
//! sent only if it is valid however a right server reads it, and one at fault only if no reading makes it valid.

use serde_json::{Value, json};

use super::parameter::text_readings;
use crate::contract::{Direction, MediaType, SchemaId, Schemas, Types, Validators, Violation};
use crate::spec::Pointer;
use crate::xml::{self, Leaf, Written};

/// The XML of a value. Without a schema, a text is the XML itself.
pub(super) fn body(schemas: &Schemas, media: &MediaType, value: &Value) -> Option<Vec<u8>> {
    match media.schema {
        Some(schema) => Some(xml::write(schemas, schema, value).ok()?.root.to_xml().into_bytes()),
        None => value.as_str().filter(|text| xml::parse(text.as_bytes()).is_ok()).map(|text| text.as_bytes().to_vec()),
    }
}

/// A media type that a range such as `application/*+xml` holds.
pub(super) fn media_type(name: &str) -> String {
    if name.contains('*') { "application/xml".to_owned() } else { name.to_owned() }
}

/// Whether readers may look for parts of the value under other names.
pub(super) fn is_open(schemas: &Schemas, schema: SchemaId, value: &Value) -> bool {
    xml::write(schemas, schema, value).map_or(true, |written| !written.open.is_empty())
}

/// Whether a value is valid, and stays so in all that a server which knows the schema may read.
pub(crate) fn is_surely_valid(validators: &Validators, schema: SchemaId, value: &Value) -> bool {
    let Ok(written) = xml::write(validators.schemas(), schema, value) else { return false };
    let is_valid = |value: &Value| validators.is_valid(schema, Direction::Request, value);
    if !is_valid(value) || !written.leaves.iter().all(|leaf| is_lexical(leaf, value.pointer(leaf.at.as_str()))) {
        return false;
    }
    let points = points(&written, value, faithful);
    let mut all = value.clone();
    for point in &points {
        let mut one = value.clone();
        for reading in &point.readings {
            one.clone_from(value);
            reading.apply(&mut one, &point.at);
            if !is_valid(&one) {
                return false;
            }
        }
        if let Some(last) = point.readings.last() {
            last.apply(&mut all, &point.at);
        }
    }
    is_valid(&all)
}

/// Whether a number is written as every reader of its type reads it: no fraction of an integer, no exponent.
fn is_lexical(leaf: &Leaf, value: Option<&Value>) -> bool {
    let Some(Value::Number(number)) = value else { return true };
    let text = number.to_string();
    let is_whole = leaf.types.intersects(Types::INTEGER) && !leaf.types.contains(Types::NUMBER);
    !text.contains(['e', 'E']) && !(is_whole && text.contains('.'))
}

/// Whether a server may take what is sent for something valid.
pub(crate) fn may_be_valid(validators: &Validators, schema: SchemaId, direction: Direction, value: &Value) -> bool {
    const MOST: usize = 256;
    let violations = validators.violations(schema, direction, value);
    let Ok(written) = xml::write(validators.schemas(), schema, value) else { return true };
    let mut points = points(&written, value, lenient);
    points.extend(violations.iter().flat_map(|violation| no_items(validators.schemas(), violation, value)));
    // What is neither above nor below what is wrong changes nothing of it.
    points.retain(|point| {
        violations.iter().any(|violation| {
            let is_added = point.readings == [Reading::NoItems];
            let is_below = violation.keyword != "required" && holds(&violation.instance, &point.at);
            holds(&point.at, &violation.instance) || is_below || is_added
        })
    });
    let product = points.iter().try_fold(1usize, |product, point| product.checked_mul(point.readings.len() + 1));
    if let Some(product) = product.filter(|product| *product <= MOST) {
        return (0..product).any(|mut choice| {
            let mut reading = value.clone();
            for point in &points {
                let chosen = choice % (point.readings.len() + 1);
                choice /= point.readings.len() + 1;
                if let Some(chosen) = chosen.checked_sub(1) {
                    point.readings[chosen].apply(&mut reading, &point.at);
                }
            }
            validators.is_valid(schema, direction, &reading)
        });
    }
    // Too many for all of them: one by one, what leaves the least to complain about.
    let complaints = |value: &Value| validators.violations(schema, direction, value).len();
    let mut best = value.clone();
    let mut least = violations.len();
    for point in &points {
        for reading in &point.readings {
            let mut other = best.clone();
            reading.apply(&mut other, &point.at);
            let count = complaints(&other);
            if count < least {
                (best, least) = (other, count);
            }
        }
    }
    least == 0
}

/// The required members that are missing, and may be taken for empty lists: those are no elements at all.
fn no_items(schemas: &Schemas, violation: &Violation, value: &Value) -> Vec<Point> {
    let mut points: Vec<Point> =
        violation.branches.iter().flatten().flat_map(|inner| no_items(schemas, inner, value)).collect();
    if let Some(Value::Object(members)) = value.pointer(violation.instance.as_str()) {
        let missing = schemas.get(violation.schema).required.iter().filter(|name| !members.contains_key(*name));
        let at = missing.map(|name| violation.instance.join(name));
        points.extend(at.map(|at| Point { at, readings: vec![Reading::NoItems] }));
    }
    points
}

/// Whether `outer` is `inner` or holds it.
fn holds(outer: &Pointer, inner: &Pointer) -> bool {
    inner.as_str().strip_prefix(outer.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A node of the value that may be read in other ways.
struct Point {
    at: Pointer,
    readings: Vec<Reading>,
}

/// Another way to read a node.
#[derive(Clone, Debug, PartialEq)]
enum Reading {
    /// It is this value.
    As(Value),
    /// There is none.
    Absent,
    /// Of several elements, the first.
    First,
    /// Of several elements, the last.
    Last,
    /// One element is a list of one.
    ListOfOne,
    /// What is not there is an empty list.
    NoItems,
}

impl Reading {
    fn apply(&self, value: &mut Value, at: &Pointer) {
        match self {
            Self::Absent => {
                at.remove(value);
                return;
            }
            Self::NoItems => {
                at.assign(value, json!([]));
                return;
            }
            _ => {}
        }
        let Some(node) = value.pointer_mut(at.as_str()) else { return };
        let known = node.take();
        *node = match (self, known) {
            (Self::As(other), _) => other.clone(),
            (Self::First, Value::Array(mut items)) if !items.is_empty() => items.swap_remove(0),
            (Self::Last, Value::Array(mut items)) if !items.is_empty() => items.swap_remove(items.len() - 1),
            (Self::ListOfOne, known) => Value::Array(vec![known]),
            (_, known) => known,
        };
    }
}

/// The nodes that may be read in other ways, what is within a node before the node itself, the last first.
fn points(written: &Written, value: &Value, readings: fn(&Value, Option<&Leaf>) -> Vec<Reading>) -> Vec<Point> {
    let mut points = Vec::new();
    let mut queue = vec![(Pointer::root(), value)];
    let mut index = 0;
    while let Some((at, value)) = queue.get(index).cloned() {
        match value {
            Value::Array(items) => queue.extend(items.iter().enumerate().map(|(i, item)| (at.index(i), item))),
            Value::Object(members) => queue.extend(members.iter().map(|(name, member)| (at.join(name), member))),
            _ => {}
        }
        let leaf = written.leaves.iter().find(|leaf| leaf.at == at);
        let mut readings = readings(value, leaf);
        if written.open.contains(&at) {
            readings.push(Reading::Absent);
        }
        if at.as_str().is_empty() {
            readings.retain(|reading| *reading != Reading::Absent);
        }
        if !readings.is_empty() {
            points.push(Point { at, readings });
        }
        index += 1;
    }
    points.reverse();
    points
}

/// What a server may read that knows the schema and reads as it should.
fn faithful(value: &Value, leaf: Option<&Leaf>) -> Vec<Reading> {
    let empty = match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    };
    if empty {
        return vec![Reading::Absent];
    }
    let (Some(text), Some(leaf)) = (scalar(value), leaf) else { return Vec::new() };
    let mut readings: Vec<Reading> = Vec::new();
    let types = leaf.types;
    if types.contains(Types::STRING) && types.intersects(Types::NUMBER.or(Types::BOOLEAN)) {
        let others = text_readings(&text).into_iter().filter(|other| other != value);
        readings.extend(others.filter(|other| types.contains(Types::of(other))).map(Reading::As));
    }
    if value.is_string() {
        readings.extend(spaced(&text, leaf.is_attribute).into_iter().map(Reading::As));
    }
    if text.trim().is_empty() {
        readings.push(Reading::Absent);
    }
    readings
}

/// All that some server may read.
fn lenient(value: &Value, leaf: Option<&Leaf>) -> Vec<Reading> {
    match value {
        Value::Object(members) => {
            let mut readings = vec![Reading::ListOfOne, Reading::As(json!("")), Reading::As(json!([]))];
            if members.is_empty() {
                readings.extend([Reading::Absent, Reading::As(Value::Null)]);
            }
            readings
        }
        Value::Array(items) if items.is_empty() => {
            vec![Reading::Absent, Reading::As(Value::Null), Reading::As(json!("")), Reading::As(json!({}))]
        }
        Value::Array(_) => vec![Reading::First, Reading::Last, Reading::As(json!({})), Reading::As(json!(""))],
        _ => {
            let text = scalar(value).unwrap_or_default();
            let mut all = text_readings(&text);
            all.extend(spaced(&text, leaf.is_some_and(|leaf| leaf.is_attribute)));
            let lists: Vec<Value> = all.iter().map(|reading| json!([reading])).collect();
            all.extend(lists);
            if text.trim().contains([' ', ',', '\t', '\n']) {
                let parts = text.split([' ', ',', '\t', '\n']).filter(|part| !part.is_empty());
                all.push(parts.map(Value::from).collect());
            }
            // Where elements are looked for, a text holds none.
            all.extend([json!({}), json!([])]);
            all.retain(|reading| reading != value);
            let mut readings: Vec<Reading> = all.into_iter().map(Reading::As).collect();
            if text.trim().is_empty() {
                readings.extend([Reading::Absent, Reading::As(Value::Null)]);
            }
            readings
        }
    }
}

/// A text as readers have it that take white space away; in an attribute, all of it may become single blanks.
fn spaced(text: &str, is_attribute: bool) -> Vec<Value> {
    let mut readings = vec![text.trim().to_owned()];
    if is_attribute {
        readings.push(text.replace(['\t', '\r', '\n'], " "));
        readings.push(text.split_ascii_whitespace().collect::<Vec<_>>().join(" "));
    }
    readings.push(text.replace("\r\n", "\n").replace('\r', "\n"));
    readings.retain(|reading| reading != text);
    readings.dedup();
    readings.into_iter().map(Value::String).collect()
}

fn scalar(value: &Value) -> Option<String> {
    super::parameter::scalar(value)
}
