//! Where a target takes less than a document, which says nothing of the matter: up to a limit that the target names, or
//! nearly nothing of all that may be.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::mem::{Discriminant, discriminant};

use serde_json::Value;

use super::cause::Refusal;
use super::evidence::distinct;
use super::node::Node;
use super::open::is_any_text;
use super::stated::Stated;
use crate::case::RequestValues;
use crate::contract::{Schema, SchemaId};
use crate::engine::habits::{Omission, Variation, leaves_text_open};
use crate::spec::{Pointer, SourceLocation};
use crate::text::words;

/// So many different texts that are all refused are no chance.
const MANY: usize = 3;
/// For each text that is taken, so many that are not: it is one of a few words, or of a few forms.
const EACH: usize = 4;
/// Who refuses values of several types at a place has one of its own in mind.
const SEVERAL: usize = 2;

/// Names of what is written in a language of its own.
const LANGUAGES: [&str; 17] = [
    "filter",
    "regex",
    "regexp",
    "pattern",
    "expression",
    "expr",
    "where",
    "sort",
    "select",
    "fields",
    "expand",
    "cron",
    "schedule",
    "timezone",
    "locale",
    "currency",
    "matcher",
];
/// Words that say so of a parameter.
const SAID: [&str; 6] = ["regex", "regexp", "expression", "expressions", "syntax", "cron"];

impl Refusal<'_> {
    /// A limit that the document does not have, where the target names one.
    pub fn bound(&self, node: &Node, said: &Stated) -> Option<Omission> {
        let own = node.get(self.own)?;
        let others = self.evidence.accepted().filter_map(|values| node.get(values));
        let others: Vec<&Value> = others.filter(|other| discriminant(*other) == discriminant(own)).collect();
        // Some count bytes, and call them characters.
        let side = side(own, &others, size).or_else(|| self::side(own, &others, bytes))?;
        if !said.has_limit() {
            return None;
        }
        let schemas = self.schemas_of(node);
        let keyword = bound_of(own, side);
        let is_left_open = schemas.iter().all(|schema| leaves_open(schema, own, side));
        let typed = schemas.iter().find(|schema| schema.types.is_some())?;
        is_left_open.then(|| self.meant(node, &typed.location, keyword, format!("add `{keyword}`")))
    }

    /// An object whose properties nobody names, of which none was ever taken but an empty one, whatever is in it.
    pub fn map(&self, node: &Node) -> Option<Omission> {
        let holder = self.map_of(node)?;
        let location = self.schemas(&holder).next()?.location.clone();
        let map = Node::Body(holder);
        let is_filled = |value: &Value| value.as_object().is_some_and(|members| !members.is_empty());
        if self.evidence.accepted().filter_map(|values| map.get(values)).any(is_filled) {
            return None;
        }
        let refused = distinct(self.evidence.refused().filter_map(|values| map.get(values)));
        let add = || "say by `properties` and `required` what it must have".to_owned();
        (refused.len() >= MANY).then(|| self.meant(&map, &location, "properties", add()))
    }

    /// The object that holds a node, where its name is a free one.
    pub fn map_of(&self, node: &Node) -> Option<Pointer> {
        let Node::Body(at) = node else { return None };
        let (holder, _) = at.parent()?;
        Node::Body(holder.clone()).get(self.own)?.as_object()?;
        let schemas: Vec<&Schema> = self.schemas(&holder).collect();
        let is_any = |id: SchemaId| says_nothing(self.contract.schemas.get(id));
        let is_free = |schema: &&Schema| {
            schema.properties.is_empty()
                && schema.pattern_properties.is_empty()
                && schema.property_names.is_none()
                && schema.additional_properties.is_none_or(is_any)
                && schema.unevaluated_properties.is_none_or(is_any)
        };
        (!schemas.is_empty() && schemas.iter().all(is_free)).then_some(holder)
    }

    /// A place of which the document says nothing, or no more than that there is a text, and where little of that is taken.
    pub fn narrowed(&self, node: &Node) -> Option<Omission> {
        let own = node.get(self.own)?;
        let schemas = self.schemas_of(node);
        let first = schemas.first()?;
        if schemas.iter().all(|schema| says_nothing(schema)) {
            let kinds = |all: Vec<&Value>| all.into_iter().map(discriminant).collect::<HashSet<Discriminant<Value>>>();
            let accepted = kinds(self.evidence.accepted().flat_map(|values| self.alike(node, values)).collect());
            let refused = kinds(self.evidence.refused().flat_map(|values| self.alike(node, values)).collect());
            let is_typed = !accepted.is_empty() && refused.difference(&accepted).count() >= SEVERAL;
            let add = || "say which types it may have".to_owned();
            return is_typed.then(|| self.meant(node, &first.location, "type", add()));
        }
        if !self.is_free_text(node, own, &schemas) {
            return None;
        }
        let accepted = distinct(self.evidence.accepted().filter_map(|values| node.get(values)));
        let mut refused = distinct(self.evidence.refused().filter_map(|values| node.get(values)));
        refused.retain(|value| !accepted.contains(value));
        let taken = accepted.iter().filter(|value| !is_empty(value)).count();
        // At its greatest length it is the length that is refused.
        let is_longest =
            schemas.iter().any(|schema| schema.max_length.is_some_and(|most| size(own) == Some(most as f64)));
        let is_of_grammar = !is_longest && self.has_grammar(node);
        let is_word = refused.len() >= MANY && taken * EACH <= refused.len() || is_of_grammar;
        let add = || "say by `pattern`, `format` or `enum` which texts it may be".to_owned();
        (is_word && !accepted.is_empty()).then(|| self.meant(node, &first.location, "pattern", add()))
    }

    /// Whether its name, or what is said of a parameter, tells that a text there is of a language of its own.
    fn has_grammar(&self, node: &Node) -> bool {
        let names = words::of(&node.name(self.operation()));
        let described = match node {
            Node::Parameter(index) => self.operation().parameters.get(*index).and_then(|it| it.description.as_deref()),
            Node::Body(_) => None,
        };
        let said = words::of(described.unwrap_or_default());
        let is_order = matches!(node, Node::Parameter(_)) && names.iter().any(|word| word == "order");
        is_order
            || names.last().is_some_and(|word| LANGUAGES.contains(&word.as_str()))
            || said.iter().any(|word| SAID.contains(&word.as_str()))
    }

    fn meant(&self, node: &Node, location: &SourceLocation, keyword: &'static str, add: String) -> Omission {
        let spot = self.spot(Variation::Narrowed, node, location);
        Omission { spot, keyword, location: location.clone(), add, is_meant: true }
    }

    /// What a request has at a node; where its name is a free one, at all that are.
    fn alike<'v>(&self, node: &Node, values: &'v RequestValues) -> Vec<&'v Value> {
        let free = || {
            let Node::Body(at) = node else { return None };
            let (holder, own) = at.parent()?;
            let is_declared = |name: &str| self.schemas(&holder).any(|schema| schema.properties.contains_key(name));
            let members = Node::Body(holder.clone()).get(values)?.as_object()?;
            let all = members.iter().filter(|(name, _)| !is_declared(name)).map(|(_, value)| value);
            (!is_declared(&own)).then(|| all.collect())
        };
        free().unwrap_or_else(|| node.get(values).into_iter().collect())
    }

    /// Whether nothing is said of the texts there.
    fn is_free_text(&self, node: &Node, own: &Value, schemas: &[&Schema]) -> bool {
        match node {
            Node::Parameter(index) => {
                let schema: Option<SchemaId> =
                    self.operation().parameters.get(*index).and_then(|parameter| parameter.schema);
                schema.is_some_and(|schema| is_any_text(&self.contract.schemas, schema))
            }
            Node::Body(_) => {
                own.is_string() && schemas.iter().all(|schema| leaves_text_open(schema) && schema.format.is_none())
            }
        }
    }
}

/// On which side of all others a value is, by its size.
fn side(own: &Value, others: &[&Value], size: fn(&Value) -> Option<f64>) -> Option<Ordering> {
    let own = size(own)?;
    let mut sides = others.iter().map(|other| own.partial_cmp(&size(other)?));
    let first = sides.next()?.filter(|side| side.is_ne())?;
    sides.all(|side| side == Some(first)).then_some(first)
}

/// The length of a text in bytes.
fn bytes(value: &Value) -> Option<f64> {
    value.as_str().map(|text| text.len() as f64)
}

/// What a bound is about: a number, or how much of it there is.
fn size(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => Some(text.chars().count() as f64),
        Value::Array(items) => Some(items.len() as f64),
        Value::Object(members) => Some(members.len() as f64),
        Value::Null | Value::Bool(_) => None,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().all(is_empty),
        _ => false,
    }
}

/// The keyword that would rule out a value on this side of all others.
fn bound_of(value: &Value, side: Ordering) -> &'static str {
    let (least, most) = match value {
        Value::Number(_) => ("minimum", "maximum"),
        Value::Array(_) => ("minItems", "maxItems"),
        Value::Object(_) => ("minProperties", "maxProperties"),
        _ => ("minLength", "maxLength"),
    };
    if side == Ordering::Less { least } else { most }
}

/// Whether a schema says nothing of how little, or how much, a value may be.
fn leaves_open(schema: &Schema, value: &Value, side: Ordering) -> bool {
    let is_less = side == Ordering::Less;
    let is_listed = schema.enum_values.is_some() || schema.const_value.is_some();
    let is_bounded = match value {
        Value::Number(_) => {
            let (bound, exclusive) = match is_less {
                true => (&schema.minimum, &schema.exclusive_minimum),
                false => (&schema.maximum, &schema.exclusive_maximum),
            };
            // `int64` is a range.
            bound.is_some() || exclusive.is_some() || schema.format.is_some()
        }
        Value::Array(_) => if is_less { schema.min_items } else { schema.max_items }.is_some(),
        Value::Object(_) => if is_less { schema.min_properties } else { schema.max_properties }.is_some(),
        _ => if is_less { schema.min_length } else { schema.max_length }.is_some() || schema.pattern.is_some(),
    };
    !is_listed && !is_bounded
}

/// Whether a schema asserts nothing by itself.
fn says_nothing(schema: &Schema) -> bool {
    schema.boolean != Some(false)
        && schema.types.is_none()
        && schema.enum_values.is_none()
        && schema.const_value.is_none()
        && schema.properties.is_empty()
        && schema.required.is_empty()
        && schema.additional_properties.is_none()
        && schema.items.is_none()
        && schema.not.is_none()
}
