//! Makes objects of a shape.

use std::collections::{HashMap, HashSet};

use indexmap::IndexSet;
use serde_json::{Map, Value};

use super::generator::Generator;
use super::shape::{Choices, Conjunction, MergedSchema};
use crate::contract::SchemaId;

/// Rows that have all that is declared.
pub(super) const ALIKE: usize = 2;
/// Properties of an object of which all are there, or vary.
pub(super) const MOST_PROPERTIES: usize = 24;

impl Generator {
    /// The schemas of the property `name`.
    pub(super) fn property(&self, shape: &MergedSchema, name: &str) -> Conjunction {
        let mut known = shape.known_properties.0.borrow_mut();
        if let Some(known) = known.get(name) {
            return known.clone();
        }
        let conjunction = self.find_property(shape, name);
        known.insert(name.to_owned(), conjunction.clone());
        conjunction
    }

    fn find_property(&self, shape: &MergedSchema, name: &str) -> Conjunction {
        let mut conjunction = Conjunction::new();
        let mut evaluated = false;
        for holder in &shape.holders {
            let schema = self.schemas.get(*holder);
            let declared = schema.properties.get(name).map(|child| ("properties", name, child));
            let matching = schema.pattern_properties.iter().filter(|(pattern, _)| self.strings.matches(pattern, name));
            let matching = matching.map(|(pattern, child)| ("patternProperties", pattern.as_str(), child));
            let mut is_named = false;
            for (keyword, subject, child) in declared.into_iter().chain(matching) {
                is_named = true;
                if !shape.may_be_there(*holder, keyword, subject) {
                    conjunction.push(*child);
                }
            }
            evaluated |= is_named;
            if !is_named && !shape.is_exempt(*holder, "additionalProperties") {
                conjunction.extend(schema.additional_properties);
                evaluated |= schema.additional_properties.is_some();
            }
        }
        if !evaluated {
            for holder in &shape.holders {
                if !shape.is_exempt(*holder, "unevaluatedProperties") {
                    conjunction.extend(self.schemas.get(*holder).unevaluated_properties);
                }
            }
        }
        conjunction
    }

    /// An object of a shape with minimal values.
    pub(super) fn minimal_object(&self, shape: &MergedSchema, include: &[String]) -> Option<Value> {
        self.object(shape, include, &mut |_, conjunction| self.minimal_of(conjunction))
    }

    /// An object of a shape with `include` and the choices of a row for what else it declares. The first two have all of it:
    /// flags that are set and lists of two, and neither; the others each property's choices in turn, so that a few rows have
    /// each. `None` where that is more than a server is likely to have thought of together.
    pub(super) fn varied_object(&self, shape: &MergedSchema, include: &[String], row: usize) -> Option<Value> {
        if shape.declared.len() > MOST_PROPERTIES {
            return None;
        }
        if row < ALIKE {
            let all: Vec<String> = shape.declared.iter().chain(include).cloned().collect();
            return self.object(shape, &all, &mut |_, conjunction| self.set_of(conjunction, row == 0));
        }
        let mut there: Vec<String> = include.to_vec();
        let mut chosen: HashMap<&str, Value> = HashMap::new();
        for (at, name) in shape.declared.iter().enumerate().filter(|(_, name)| !include.contains(name)) {
            let choices = self.choices_of(&self.property(shape, name));
            let is_optional = !shape.required.contains(name);
            let turn = (row - ALIKE + at) % (choices.len() + usize::from(is_optional)).max(1);
            if let Some(value) = choices.get(turn) {
                there.push(name.clone());
                chosen.insert(name, value.clone());
            }
        }
        self.object(shape, &there, &mut |name, child| chosen.get(name).cloned().or_else(|| self.minimal_of(child)))
    }

    /// A value of a schema: of a flag, the one that is asked for, of a list, one with two items or with as few as may be.
    fn set_of(&self, conjunction: &Conjunction, is_set: bool) -> Option<Value> {
        let minimal = self.minimal_of(conjunction)?;
        let set = match &minimal {
            Value::Bool(_) => Some(Value::Bool(is_set)),
            Value::Array(_) => {
                let shapes = self.shapes(conjunction, &Choices::new(), None, 1);
                let shape = shapes.first()?;
                let count = if is_set { shape.min_items.max(2) } else { shape.min_items };
                self.array(shape, count)
            }
            _ => None,
        };
        Some(set.filter(|value| self.accepts(conjunction, value)).unwrap_or(minimal))
    }

    /// An object of a shape; `child` makes the properties' values.
    pub(super) fn object(
        &self,
        shape: &MergedSchema,
        include: &[String],
        child: &mut dyn FnMut(&str, &Conjunction) -> Option<Value>,
    ) -> Option<Value> {
        let declared = &shape.declared;
        let required: HashSet<&String> = shape.required.iter().collect();
        let asked_for: HashSet<&String> = include.iter().collect();
        let mut wanted: IndexSet<&String> = IndexSet::new();
        wanted.extend(declared.iter().filter(|name| required.contains(name) || asked_for.contains(name)));
        wanted.extend(shape.required.iter().chain(include));
        wanted.retain(|name| !shape.absent.contains(name));
        let mut grown: Vec<&String> = wanted.iter().copied().collect();
        for name in &wanted {
            for (trigger, needed) in &shape.dependent_required {
                if trigger == *name {
                    grown.extend(needed.iter().filter(|name| !shape.absent.contains(name)));
                }
            }
        }
        self.add_work(grown.len());
        let mut properties = Map::new();
        for name in grown {
            if !properties.contains_key(name) {
                properties.insert(name.clone(), self.property_value(shape, name, child)?);
            }
        }
        let least = shape.min_properties as usize;
        for name in declared {
            if properties.len() >= least {
                break;
            }
            if !properties.contains_key(name)
                && let Some(value) = self.property_value(shape, name, child)
            {
                properties.insert(name.clone(), value);
            }
        }
        let spare = if properties.len() < least { self.spare_names(shape) } else { Vec::new() };
        for name in spare {
            if properties.len() >= least {
                break;
            }
            if !properties.contains_key(&name)
                && let Some(value) = self.property_value(shape, &name, child)
            {
                properties.insert(name, value);
            }
        }
        let too_many = shape.max_properties.is_some_and(|max| properties.len() as u64 > max);
        (properties.len() >= least && !too_many).then_some(Value::Object(properties))
    }

    fn property_value(
        &self,
        shape: &MergedSchema,
        name: &str,
        child: &mut dyn FnMut(&str, &Conjunction) -> Option<Value>,
    ) -> Option<Value> {
        let conjunction = self.property(shape, name);
        if let Some((_, value)) = shape.hints.iter().find(|(property, _)| property == name)
            && self.accepts(&conjunction, value)
        {
            return Some(value.clone());
        }
        let value = child(name, &conjunction)?;
        let later = super::format::later(name, &value).filter(|later| self.accepts(&conjunction, later));
        Some(later.unwrap_or(value))
    }

    /// Names of properties that `properties` does not declare.
    pub(super) fn spare_names(&self, shape: &MergedSchema) -> Vec<String> {
        let least = (shape.min_properties as usize).min(64) + 2;
        let mut names = Vec::new();
        for holder in &shape.holders {
            let schema = self.schemas.get(*holder);
            for (pattern, _) in &schema.pattern_properties {
                if let Some(made) = super::pattern::Pattern::parse(pattern) {
                    names.extend([1, 3, 5, 8].map(|length| made.sized(length)));
                    let start = made.sized(1);
                    let further = suffixes(least).map(|suffix| format!("{start}{suffix}"));
                    names.extend(further.filter(|name| self.strings.matches(pattern, name)));
                }
            }
            if let Some(child) = schema.property_names {
                names.extend(self.names_of(child));
            }
        }
        names.retain(|name| !shape.absent.contains(name));
        names.extend(suffixes(least).map(|suffix| format!("key{suffix}")));
        let of_names: Vec<SchemaId> =
            shape.holders.iter().filter_map(|holder| self.schemas.get(*holder).property_names).collect();
        names.retain(|name| self.accepts(&of_names, &Value::from(name.as_str())));
        names
    }

    /// Names that the schema of names allows.
    fn names_of(&self, id: SchemaId) -> Vec<String> {
        let all = vec![id];
        let boundaries = self.nested_boundary_values(&all, 1).into_iter();
        let mut names: Vec<String> =
            boundaries.filter_map(|boundary| boundary.value.as_str().map(str::to_owned)).collect();
        // A schema of names need not say that it is of strings.
        for shape in self.shapes(&all, &Choices::new(), None, 1) {
            let texts = self.strings.strings(&shape, &self.channel);
            names.extend(texts.iter().map(|(_, text)| text.clone()));
        }
        names.retain(|name| self.accepts(&all, &Value::from(name.as_str())));
        names
    }
}

/// What makes more names of one: numbers, and letters where names have none.
fn suffixes(least: usize) -> impl Iterator<Item = String> {
    (1..=least).map(|index| index.to_string()).chain(('a'..='z').take(least).map(String::from))
}
