//! Where requests have what a document leaves open.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::Value;

use crate::case::RequestValues;
use crate::contract::{ClauseTarget, Contract, Operation, Schema, Types};
use crate::spec::{Pointer, SourceLocation, children};

/// Values below one node of a request that are looked at.
const MOST: usize = 32;

/// A way in which a valid request may differ from what a target expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::engine) enum Variation {
    /// A text without characters.
    Empty,
    /// A text of nothing but white space, which many servers take off before they look.
    Blank,
    /// A property that is not declared.
    Undeclared,
    /// An optional parameter or property that is left out.
    Missing,
    /// What a least bound would rule out.
    Least(Least),
    /// What a target takes less of than it may be.
    Narrowed,
}

/// The least of its type, where no bound is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::engine) enum Least {
    /// A text of one character.
    Character,
    /// A negative number.
    Negative,
    /// A list of no items.
    NoItem,
    /// An object of no properties.
    NoProperty,
}

impl Least {
    /// What a value is, by the schemas that hold there.
    pub fn of(value: &Value, schemas: &[&Schema]) -> Option<Self> {
        let all = |is_open: fn(&Schema) -> bool| schemas.iter().all(|schema| is_open(schema));
        let is_bounded = |schema: &Schema| schema.minimum.is_some() || schema.exclusive_minimum.is_some();
        match value {
            Value::String(text) if text.chars().count() == 1 => all(leaves_text_open).then_some(Self::Character),
            Value::Number(number) if number.as_f64().is_some_and(|number| number < 0.0) => {
                let is_listed = |schema: &&Schema| schema.enum_values.is_some() || schema.const_value.is_some();
                let is_ruled_out = schemas.iter().any(|schema| is_bounded(schema) || is_listed(schema));
                (!is_ruled_out).then_some(Self::Negative)
            }
            Value::Array(items) if items.is_empty() => all(|schema| schema.min_items.is_none()).then_some(Self::NoItem),
            Value::Object(members) if members.is_empty() => {
                all(|schema| schema.min_properties.is_none()).then_some(Self::NoProperty)
            }
            _ => None,
        }
    }

    /// The keyword that would rule it out.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Character => "minLength",
            Self::Negative => "minimum",
            Self::NoItem => "minItems",
            Self::NoProperty => "minProperties",
        }
    }
}

/// Where a variation is tried: a node of the document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::engine) struct Spot {
    pub variation: Variation,
    /// Servers read bodies by other means than parameters.
    pub is_in_body: bool,
    /// The schema; for what is missing that of its object.
    pub location: SourceLocation,
    /// The name of the parameter or property; none of an object.
    pub name: String,
}

impl Spot {
    /// Where these valid requests of an operation have a variation.
    pub fn all_of(contract: &Contract, operation: &Operation, requests: &[&RequestValues]) -> BTreeSet<Self> {
        let mut found = BTreeSet::new();
        for (index, parameter) in operation.parameters.iter().enumerate() {
            let is_missing = |values: &&RequestValues| values.parameters.get(index).is_some_and(Option::is_none);
            if !parameter.required && !operation.carries_credential(parameter) && requests.iter().any(is_missing) {
                found.insert(Self::at(Variation::Missing, &parameter.location, false, &parameter.name));
            }
        }
        let mut nodes: IndexMap<(&ClauseTarget, &Pointer), Vec<&Schema>> = IndexMap::new();
        for site in &operation.clauses().sites {
            nodes.entry((&site.place, &site.instance)).or_default().push(contract.schemas.get(site.schema));
        }
        for ((place, at), schemas) in nodes {
            let name = match place {
                ClauseTarget::Parameter(index) if at.as_str().is_empty() => operation.parameters[*index].name.clone(),
                _ => at.member().unwrap_or_default(),
            };
            let is_in_body = matches!(place, ClauseTarget::Body(_));
            let node = Node { is_in_body, is_patch: is_in_body && operation.method == "PATCH", name, schemas };
            for value in requests.iter().filter_map(|values| held(place, values)).flat_map(|value| all_at(value, at)) {
                node.add(value, &mut found);
            }
        }
        found
    }

    /// The schema there, by the name of the node; for what is missing the schema of its object.
    pub fn at(variation: Variation, location: &SourceLocation, is_in_body: bool, name: &str) -> Self {
        Self { variation, is_in_body, location: location.clone(), name: name.to_owned() }
    }
}

/// A node of a request with the schemas that hold, or may hold, there.
struct Node<'s> {
    is_in_body: bool,
    is_patch: bool,
    name: String,
    schemas: Vec<&'s Schema>,
}

impl Node<'_> {
    /// The schema of a text of which nothing is said.
    fn text(&self) -> Option<&Schema> {
        let typed = self.schemas.iter().find(|schema| schema.types.is_some())?;
        self.schemas.iter().all(|schema| leaves_text_open(schema)).then_some(typed)
    }

    fn add(&self, value: &Value, found: &mut BTreeSet<Spot>) {
        let spot =
            |variation, schema: &Schema, name: &str| Spot::at(variation, &schema.location, self.is_in_body, name);
        let typed = self.schemas.iter().find(|schema| schema.types.is_some());
        if let Some((least, schema)) = Least::of(value, &self.schemas).zip(typed) {
            found.insert(spot(Variation::Least(least), schema, &self.name));
        }
        match value {
            Value::String(text) if text.is_empty() => {
                found.extend(self.text().map(|schema| spot(Variation::Empty, schema, &self.name)));
            }
            Value::String(text) if is_blank(text) => {
                let schema = typed.filter(|_| self.schemas.iter().all(|schema| leaves_characters_open(schema)));
                found.extend(schema.map(|schema| spot(Variation::Blank, schema, &self.name)));
            }
            Value::Object(members) => {
                for schema in &self.schemas {
                    let is_left_out = |name: &&String| {
                        let is_required = self.schemas.iter().any(|schema| schema.required.contains(name));
                        !is_required && !members.contains_key(*name)
                    };
                    // A PATCH leaves out what is to stay as it is.
                    let left_out = schema.properties.keys().filter(|_| !self.is_patch).filter(is_left_out);
                    found.extend(left_out.map(|name| spot(Variation::Missing, schema, name)));
                }
                let is_undeclared =
                    |name: &String| !self.schemas.iter().any(|schema| schema.properties.contains_key(name));
                let holder = self.schemas.iter().find(|schema| !schema.properties.is_empty());
                let is_open = self.schemas.iter().all(|schema| is_open(schema));
                if let Some(schema) = holder.filter(|_| is_open && members.keys().any(is_undeclared)) {
                    found.insert(spot(Variation::Undeclared, schema, ""));
                }
            }
            _ => {}
        }
    }
}

/// Whether a schema says nothing of a text that may be one, but how long it is at most.
pub(in crate::engine) fn leaves_text_open(schema: &Schema) -> bool {
    leaves_characters_open(schema) && schema.min_length.is_none()
}

/// Whether a schema says nothing of the characters of a text that may be one, but how many they are.
pub(in crate::engine) fn leaves_characters_open(schema: &Schema) -> bool {
    schema.types.is_none_or(|types| types.contains(Types::STRING))
        && schema.pattern.is_none()
        && schema.enum_values.is_none()
        && schema.const_value.is_none()
}

/// Whether a text is of nothing but white space, and of some.
pub(in crate::engine) fn is_blank(text: &str) -> bool {
    !text.is_empty() && text.trim().is_empty()
}

/// Whether an object of a schema may have properties of which it says nothing.
pub(in crate::engine) fn is_open(schema: &Schema) -> bool {
    schema.additional_properties.is_none()
        && schema.unevaluated_properties.is_none()
        && schema.pattern_properties.is_empty()
}

/// What a request holds in a place.
fn held<'v>(place: &ClauseTarget, values: &'v RequestValues) -> Option<&'v Value> {
    match place {
        ClauseTarget::Parameter(index) => values.parameters.get(*index)?.as_ref(),
        ClauseTarget::Body(media) => values.body.as_ref().filter(|(index, _)| index == media).map(|(_, value)| value),
        _ => None,
    }
}

/// The values of a node, a few where it is any item or property.
fn all_at<'v>(value: &'v Value, at: &Pointer) -> Vec<&'v Value> {
    let mut all = vec![value];
    for token in at.tokens() {
        all = all.into_iter().flat_map(|value| children(value, &token)).take(MOST).collect();
    }
    all
}
