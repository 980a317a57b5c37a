//! The other interpretations of the XML of a value.

use serde_json::{Value, json};

use super::{Leaf, Written};
use crate::contract::{Schemas, Types, Violation};
use crate::spec::Pointer;
use crate::wire::interpret::text_interpretations;
use crate::wire::style::scalar;

/// Whether another interpretation of a node may change what is wrong: what is neither above nor below it cannot.
pub(super) fn matters(at: &Pointer, violation: &Violation) -> bool {
    let is_below = || &*violation.keyword != "required" && holds(&violation.instance, at);
    holds(at, &violation.instance) || is_below()
}

/// The missing required properties that may be taken for empty arrays, since those have no elements.
pub(super) fn no_items(schemas: &Schemas, violation: &Violation, value: &Value) -> Vec<Point> {
    let mut points: Vec<Point> =
        violation.branches.iter().flatten().flat_map(|inner| no_items(schemas, inner, value)).collect();
    if let Some(Value::Object(properties)) = value.pointer(violation.instance.as_str()) {
        let missing = schemas.get(violation.schema).required.iter().filter(|name| !properties.contains_key(*name));
        let at = missing.map(|name| violation.instance.join(name));
        points.extend(at.map(|at| Point { at, is_holder: false, interpretations: vec![Interpretation::NoItems] }));
    }
    points
}

/// Whether `outer` is `inner` or holds it.
fn holds(outer: &Pointer, inner: &Pointer) -> bool {
    inner.as_str().strip_prefix(outer.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A node with several interpretations.
pub(super) struct Point {
    pub at: Pointer,
    /// Whether it is an object or array with something in it.
    pub is_holder: bool,
    pub interpretations: Vec<Interpretation>,
}

/// Another way to read a node.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Interpretation {
    /// It is this value.
    As(Value),
    /// There is none.
    Absent,
    /// Of several elements, the first.
    First,
    /// Of several elements, the last.
    Last,
    /// One element is an array of one.
    ListOfOne,
    /// A missing element is an empty array.
    NoItems,
}

impl Interpretation {
    pub fn apply(&self, value: &mut Value, at: &Pointer) {
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
            // One element is not taken for an array of its own and for the whole array at once.
            (Self::First, Value::Array(mut items)) if items.first().is_some_and(|item| !item.is_array()) => {
                items.swap_remove(0)
            }
            (Self::Last, Value::Array(mut items)) if items.last().is_some_and(|item| !item.is_array()) => {
                items.pop().unwrap_or_default()
            }
            (Self::ListOfOne, known) if !known.is_array() => Value::Array(vec![known]),
            (_, known) => known,
        };
    }
}

/// The nodes with several interpretations: children before their parents, the last sibling first. Nodes that do not
/// matter are left out with their children.
pub(super) fn points(
    written: &Written,
    value: &Value,
    matters: impl Fn(&Pointer) -> bool,
    interpretations: fn(&Value, Option<&Leaf>) -> Vec<Interpretation>,
) -> Vec<Point> {
    let mut points = Vec::new();
    let mut queue = vec![(Pointer::root(), value)];
    let mut index = 0;
    while let Some((at, value)) = queue.get(index).cloned() {
        index += 1;
        if !matters(&at) {
            continue;
        }
        match value {
            Value::Array(items) => queue.extend(items.iter().enumerate().map(|(i, item)| (at.index(i), item))),
            Value::Object(properties) => {
                queue.extend(properties.iter().map(|(name, property)| (at.join(name), property)))
            }
            _ => {}
        }
        let leaf = match value {
            Value::Array(_) | Value::Object(_) => None,
            _ => written.leaves.iter().find(|leaf| leaf.at == at),
        };
        let mut interpretations = interpretations(value, leaf);
        if written.open.contains(&at) {
            interpretations.push(Interpretation::Absent);
        }
        if at.as_str().is_empty() {
            interpretations.retain(|interpretation| *interpretation != Interpretation::Absent);
        }
        if !interpretations.is_empty() {
            let is_holder = match value {
                Value::Array(items) => !items.is_empty(),
                Value::Object(properties) => !properties.is_empty(),
                _ => false,
            };
            points.push(Point { at, is_holder, interpretations });
        }
    }
    points.reverse();
    points
}

/// What a server may read that knows the schema and reads as it should.
pub(super) fn strict(value: &Value, leaf: Option<&Leaf>) -> Vec<Interpretation> {
    let empty = match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(properties) => properties.is_empty(),
        _ => false,
    };
    if empty {
        return vec![Interpretation::Absent];
    }
    let (Some(text), Some(leaf)) = (scalar(value), leaf) else { return Vec::new() };
    let mut interpretations: Vec<Interpretation> = Vec::new();
    let types = leaf.types;
    if types.contains(Types::STRING) && types.intersects(Types::NUMBER.or(Types::BOOLEAN)) {
        let others = text_interpretations(&text).into_iter().filter(|other| other != value);
        interpretations.extend(others.filter(|other| types.contains(Types::of(other))).map(Interpretation::As));
    }
    if value.is_string() && text.contains(char::is_whitespace) {
        interpretations.extend(spaced(&text, leaf.is_attribute).into_iter().map(Interpretation::As));
    }
    if text.trim().is_empty() {
        interpretations.push(Interpretation::Absent);
    }
    interpretations
}

/// All that some server may read.
pub(super) fn lenient(value: &Value, leaf: Option<&Leaf>) -> Vec<Interpretation> {
    match value {
        Value::Object(properties) => {
            // Where text is expected, elements are none.
            let texts = [json!(""), json!([]), json!([""])];
            let mut interpretations: Vec<Interpretation> = texts.into_iter().map(Interpretation::As).collect();
            interpretations.push(Interpretation::ListOfOne);
            if properties.is_empty() {
                interpretations.extend([
                    Interpretation::Absent,
                    Interpretation::As(Value::Null),
                    Interpretation::As(json!([null])),
                ]);
            }
            interpretations
        }
        Value::Array(items) if items.is_empty() => {
            vec![
                Interpretation::Absent,
                Interpretation::As(Value::Null),
                Interpretation::As(json!("")),
                Interpretation::As(json!({})),
            ]
        }
        Value::Array(_) => vec![
            Interpretation::First,
            Interpretation::Last,
            Interpretation::As(json!({})),
            Interpretation::As(json!("")),
        ],
        _ => {
            let text = scalar(value).unwrap_or_default();
            let mut all = text_interpretations(&text);
            all.extend(spaced(&text, leaf.is_some_and(|leaf| leaf.is_attribute)));
            let lists: Vec<Value> = all.iter().map(|interpretation| json!([interpretation])).collect();
            all.extend(lists);
            if text.trim().contains([' ', ',', '\t', '\n']) {
                let parts = text.split([' ', ',', '\t', '\n']).filter(|part| !part.is_empty());
                all.push(parts.map(Value::from).collect());
            }
            // Where elements are expected, text holds none.
            all.extend([json!({}), json!([]), json!([{}])]);
            all.retain(|interpretation| interpretation != value);
            let mut interpretations: Vec<Interpretation> = all.into_iter().map(Interpretation::As).collect();
            if text.trim().is_empty() {
                interpretations.extend([Interpretation::Absent, Interpretation::As(Value::Null)]);
            }
            interpretations
        }
    }
}

/// A string as parsers that strip white space read it; in an attribute, each run of it may become a single blank.
fn spaced(text: &str, is_attribute: bool) -> Vec<Value> {
    let mut interpretations = vec![text.trim().to_owned()];
    if is_attribute {
        interpretations.push(text.replace(['\t', '\r', '\n'], " "));
        interpretations.push(text.split_ascii_whitespace().collect::<Vec<_>>().join(" "));
    }
    interpretations.push(text.replace("\r\n", "\n").replace('\r', "\n"));
    interpretations.retain(|interpretation| interpretation != text);
    interpretations.dedup();
    interpretations.into_iter().map(Value::String).collect()
}
