//! Reads a value out of XML, by the schema that it should keep.

use serde_json::{Map, Number, Value};

use super::misplaced::Misplaced;
use super::site::{Label, Role, Site};
use super::tree::{Element, Name};
use crate::contract::{SchemaId, Schemas, Types, XmlNode};
use crate::spec::Pointer;

/// A value that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The value.
    pub value: Value,
    /// Its parts that may as well be read in another way.
    pub doubts: Vec<Pointer>,
    /// What stands where the schema has no place for it. Only answers are asked for it.
    pub misplaced: Vec<Misplaced>,
}

/// The value that a document stands for; `None` where its root is not the one that the schema names, or where a
/// name of the schema has no place in XML.
///
/// Each string becomes the type that its schema asks for, if it can. Undeclared elements are kept under their own names
/// as strings or objects, and as arrays where there are several.
pub fn read(schemas: &Schemas, root: SchemaId, element: &Element) -> Option<Read> {
    let label = Site::root(schemas, root).ok()?;
    let name = label.name(&[], false).ok()?;
    if !name.is(&element.name) {
        return None;
    }
    Reader::new(name, None).whole(schemas, root, &label, element)
}

/// How an answer is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    /// Whether any of its schemas says how it is written in XML.
    pub is_modelled: bool,
}

pub(super) struct Reader {
    /// The names of the elements around, as the schema has them.
    pub scope: Vec<Name>,
    pub doubts: Vec<Pointer>,
    pub misplaced: Vec<Misplaced>,
    /// How an answer is read.
    pub answer: Option<Answer>,
}

/// An object that is being read.
pub(super) struct Object<'e> {
    pub element: &'e Element,
    pub properties: Map<String, Value>,
    /// What belongs to the properties.
    pub used: Vec<&'e Element>,
    pub used_attributes: Vec<&'e Name>,
}

impl Reader {
    pub fn new(root: Name, answer: Option<Answer>) -> Self {
        Self { scope: vec![root], doubts: Vec::new(), misplaced: Vec::new(), answer }
    }

    /// The value of the root element.
    pub fn whole(mut self, schemas: &Schemas, root: SchemaId, label: &Label, element: &Element) -> Option<Read> {
        let (site, at) = (Site::new(schemas, vec![root]), Pointer::root());
        let value = match label.node == Some(XmlNode::Element) && site.types().intersects(Types::ARRAY) {
            true => self.items(&site, &label.local, element, &at),
            false => self.value(&site, element, &at),
        };
        Some(Read { value: value?, doubts: self.doubts, misplaced: self.misplaced })
    }

    fn value(&mut self, site: &Site<'_>, element: &Element, at: &Pointer) -> Option<Value> {
        let attributes =
            || element.attributes.iter().filter(|(key, _)| self.answer.is_none() || key.namespace.is_none());
        let is_scalar = self.answer.is_some() && site.is_scalar();
        let is_leaf = element.elements().next().is_none() && (is_scalar || attributes().next().is_none());
        if self.answer.is_some() && element.is_nil() {
            self.doubts.push(at.clone());
            return Some(scalar(site.types(), ""));
        }
        let declares_string = || {
            let is_string = |name: &&str| {
                let label = site.property(name).and_then(|property| property.label(Role::Property(name)).ok());
                label.is_some_and(|label| matches!(label.node, Some(XmlNode::Text | XmlNode::CData)))
            };
            site.declared().iter().any(is_string)
        };
        if is_leaf && !declares_string() {
            return Some(scalar(site.types(), &element.text()));
        }
        let mut object = Object { element, properties: Map::new(), used: Vec::new(), used_attributes: Vec::new() };
        for name in site.declared() {
            if let Some(property) = site.property(name) {
                self.property(name, &property, site.requires(name), &mut object, at)?;
            }
        }
        if self.answer.is_some() {
            self.misplace(site, &mut object, at);
        }
        let Object { mut properties, used, used_attributes, .. } = object;
        self.rest(site, element, &used, &mut properties, at)?;
        // An attribute that no schema names is none of an answer's values.
        for (key, text) in element.attributes.iter().filter(|_| self.answer.is_none()) {
            // What is in a namespace of its own, as `xsi:nil`, is none of the value's.
            if key.namespace.is_none() && !used_attributes.contains(&key) && !properties.contains_key(&key.local) {
                properties.insert(key.local.clone(), Value::String(text.clone()));
            }
        }
        Some(Value::Object(properties))
    }

    /// Reads a property that the schema names.
    fn property<'e>(
        &mut self,
        name: &str,
        property: &Site<'_>,
        is_required: bool,
        object: &mut Object<'e>,
        at: &Pointer,
    ) -> Option<()> {
        let label = property.label(Role::Property(name)).ok()?;
        let here = at.join(name);
        let is_array = property.types().intersects(Types::ARRAY);
        let is_bare = is_array && label.node != Some(XmlNode::Element);
        if label.is_open || is_bare && property.names_only_the_array() {
            self.doubts.push(here.clone());
        }
        let element = object.element;
        let value = match label.node {
            Some(XmlNode::Attribute) => {
                let own = label.name(&self.scope, true).ok()?;
                element.attributes.iter().find(|(key, _)| key.is(&own)).map(|(key, text)| {
                    object.used_attributes.push(key);
                    scalar(property.types(), text)
                })
            }
            Some(XmlNode::Text | XmlNode::CData) => {
                let text = element.text();
                (!text.is_empty()).then(|| scalar(property.types(), &text))
            }
            Some(XmlNode::None) if !is_array => return None,
            Some(XmlNode::Element) if is_array => {
                let (own, found) = self.take(&label, property, object)?;
                if self.answer.is_some() && self.is_bare(property, &found, &here) {
                    found.first().map(|_| Value::Array(Vec::new()))
                } else {
                    match found.first() {
                        Some(list) => {
                            Some(self.within(own, |reader| reader.items(property, &label.local, list, &here))?)
                        }
                        None => None,
                    }
                }
            }
            _ if is_array => {
                let items = self.bare_items(name, property, object, &here)?;
                // Where an array is required, no element is an empty one.
                (!items.is_empty() || is_required).then_some(Value::Array(items))
            }
            _ => {
                let (own, found) = self.take(&label, property, object)?;
                let mut values = Vec::new();
                for child in found {
                    values.push(self.within(own.clone(), |reader| reader.value(property, child, &here))?);
                }
                if values.len() > 1 { Some(Value::Array(values)) } else { values.pop() }
            }
        };
        object.properties.extend(value.map(|value| (name.to_owned(), value)));
        Some(())
    }

    /// The elements of a property, with their name.
    fn take<'e>(
        &self,
        label: &Label,
        property: &Site<'_>,
        object: &mut Object<'e>,
    ) -> Option<(Name, Vec<&'e Element>)> {
        let own = label.name(&self.scope, false).ok()?;
        let found: Vec<&Element> = object.element.elements().filter(|child| self.is(child, &own, property)).collect();
        object.used.extend(&found);
        Some((own, found))
    }

    /// Whether an element has the name that a schema gives it. OpenAPI does not say whether a namespace is inherited, so that
    /// an answer may have either where the schema gives none.
    pub fn is(&self, element: &Element, own: &Name, site: &Site<'_>) -> bool {
        let is_loosely = || element.name.local == own.local && !site.has_namespace() && !self.is_foreign(element);
        element.name.is(own) || self.answer.is_some() && is_loosely()
    }

    /// The items of an array without an element around them.
    fn bare_items(
        &mut self,
        name: &str,
        property: &Site<'_>,
        object: &mut Object<'_>,
        at: &Pointer,
    ) -> Option<Vec<Value>> {
        let mut items = Vec::new();
        for child in object.element.elements() {
            let item = property.item(items.len());
            let label = item.label(Role::Item(name)).ok()?;
            if label.is_open {
                self.doubts.push(at.clone());
            }
            let own = label.name(&self.scope, false).ok()?;
            if self.is(child, &own, &item) {
                object.used.push(child);
                if self.answer.is_some() && self.is_wrapped(property, &item, child, at) {
                    continue;
                }
                let here = at.index(items.len());
                items.push(self.within(own, |reader| reader.value(&item, child, &here))?);
            }
        }
        Some(items)
    }

    /// The elements that the schema does not name.
    fn rest(
        &mut self,
        site: &Site<'_>,
        element: &Element,
        used: &[&Element],
        properties: &mut Map<String, Value>,
        at: &Pointer,
    ) -> Option<()> {
        let other = site.undeclared();
        let mut own: Vec<&str> = Vec::new();
        let rest = element.elements().filter(|child| !used.iter().any(|used| std::ptr::eq(*used, *child)));
        let rest: Vec<&Element> = rest.filter(|child| self.answer.is_none() || !self.is_foreign(child)).collect();
        for child in rest {
            let name = child.name.local.as_str();
            let here = at.join(name);
            let value = self.within(child.name.clone(), |reader| reader.value(&other, child, &here))?;
            let is_array = other.types() == Types::ARRAY;
            match properties.get_mut(name) {
                None => {
                    let value = if is_array { Value::Array(vec![value]) } else { value };
                    properties.insert(name.to_owned(), value);
                    own.push(name);
                    continue;
                }
                Some(Value::Array(items)) if own.contains(&name) => items.push(value),
                Some(known) if own.contains(&name) => *known = Value::Array(vec![known.take(), value]),
                Some(_) => {}
            }
            self.doubts.push(here);
        }
        let has_attributes = || element.attributes.iter().any(|(key, _)| key.namespace.is_none());
        if self.answer.is_some_and(|answer| !answer.is_modelled) && (!own.is_empty() || has_attributes()) {
            // Who says nothing of XML may call a property otherwise there.
            let absent = site.declared().into_iter().filter(|name| !properties.contains_key(*name));
            self.doubts.extend(absent.map(|name| at.join(name)));
        }
        Some(())
    }

    fn items(&mut self, site: &Site<'_>, name: &str, element: &Element, at: &Pointer) -> Option<Value> {
        let mut items = Vec::new();
        for child in element.elements() {
            let item = site.item(items.len());
            let label = item.label(Role::Item(name)).ok()?;
            let own = label.name(&self.scope, false).ok()?;
            if label.is_open {
                self.doubts.push(at.clone());
            }
            if !self.is(child, &own, &item) {
                self.misnamed_item(&item, &label, child, at);
                continue;
            }
            let is_array = label.node == Some(XmlNode::Element) && item.types().intersects(Types::ARRAY);
            let here = at.index(items.len());
            items.push(self.within(own, |reader| match is_array {
                true => reader.items(&item, &label.local, child, &here),
                false => reader.value(&item, child, &here),
            })?);
        }
        Some(Value::Array(items))
    }

    fn within<T>(&mut self, name: Name, read: impl FnOnce(&mut Self) -> T) -> T {
        self.scope.push(name);
        let read = read(self);
        self.scope.pop();
        read
    }
}

/// A string as one of the expected types, if it can be read as one; a string where that is allowed.
fn scalar(types: Types, text: &str) -> Value {
    let trimmed = text.trim();
    if types.intersects(Types::STRING) {
        return Value::String(text.to_owned());
    }
    if types.intersects(Types::NUMBER)
        && let Some(number) = number(trimmed)
    {
        return Value::Number(number);
    }
    if types.intersects(Types::BOOLEAN) {
        match trimmed {
            "true" => return Value::Bool(true),
            "false" => return Value::Bool(false),
            _ => {}
        }
    }
    match trimmed.is_empty() {
        true if types.intersects(Types::OBJECT) => Value::Object(Map::new()),
        true if types.intersects(Types::ARRAY) => Value::Array(Vec::new()),
        _ => Value::String(text.to_owned()),
    }
}

fn number(text: &str) -> Option<Number> {
    serde_json::from_str(text).ok().or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64))
}
