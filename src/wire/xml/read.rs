//! Reads a value out of XML, by the schema that it should keep.

use serde_json::{Map, Number, Value};

use super::site::{Role, Site};
use super::tree::{Element, Name};
use crate::contract::{SchemaId, Schemas, Types, XmlNode};

/// A value that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The value.
    pub value: Value,
    /// Whether there is one way to read it: the schema names every element and attribute that is there, and none of
    /// its names may as well be another.
    pub is_clear: bool,
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
    let site = Site::new(schemas, vec![root]);
    let mut reader = Reader { scope: vec![name], is_clear: true };
    let value = match label.node == Some(XmlNode::Element) && site.types().intersects(Types::ARRAY) {
        true => reader.items(&site, &label.local, element),
        false => reader.value(&site, element),
    };
    Some(Read { value: value?, is_clear: reader.is_clear })
}

struct Reader {
    /// The names of the elements around, as the schema has them.
    scope: Vec<Name>,
    is_clear: bool,
}

/// An object that is being read.
struct Object<'e> {
    element: &'e Element,
    properties: Map<String, Value>,
    /// What belongs to the properties.
    used: Vec<&'e Element>,
    used_attributes: Vec<&'e Name>,
}

impl<'e> Object<'e> {
    /// The elements of a name.
    fn take(&mut self, name: &Name) -> Vec<&'e Element> {
        let found: Vec<&Element> = self.element.elements().filter(|child| child.name.is(name)).collect();
        self.used.extend(&found);
        found
    }
}

impl Reader {
    fn value(&mut self, site: &Site<'_>, element: &Element) -> Option<Value> {
        let is_leaf = element.elements().next().is_none() && element.attributes.is_empty();
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
                self.property(name, &property, site.requires(name), &mut object)?;
            }
        }
        let Object { mut properties, used, used_attributes, .. } = object;
        self.rest(site, element, &used, &mut properties)?;
        for (key, text) in &element.attributes {
            // What is in a namespace of its own, as `xsi:nil`, is none of the value's.
            if key.namespace.is_none() && !used_attributes.contains(&key) && !properties.contains_key(&key.local) {
                properties.insert(key.local.clone(), Value::String(text.clone()));
            }
            self.is_clear &= used_attributes.contains(&key);
        }
        self.is_clear &= declares_string() || element.text().trim().is_empty();
        Some(Value::Object(properties))
    }

    /// Reads a property that the schema names.
    fn property<'e>(
        &mut self,
        name: &str,
        property: &Site<'_>,
        is_required: bool,
        object: &mut Object<'e>,
    ) -> Option<()> {
        let label = property.label(Role::Property(name)).ok()?;
        let is_array = property.types().intersects(Types::ARRAY);
        let is_bare = is_array && label.node != Some(XmlNode::Element);
        self.is_clear &= !(label.is_open || is_bare && property.names_only_the_array());
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
                let own = label.name(&self.scope, false).ok()?;
                let found = object.take(&own);
                self.is_clear &= found.len() < 2;
                match found.first() {
                    Some(wrapper) => Some(self.within(own, |reader| reader.items(property, &label.local, wrapper))?),
                    None => None,
                }
            }
            _ if is_array => {
                let items = self.bare_items(name, property, object)?;
                // Where an array is required, no element is an empty one.
                (!items.is_empty() || is_required).then_some(Value::Array(items))
            }
            _ => {
                let own = label.name(&self.scope, false).ok()?;
                let mut values = Vec::new();
                for child in object.take(&own) {
                    values.push(self.within(own.clone(), |reader| reader.value(property, child))?);
                }
                if values.len() > 1 { Some(Value::Array(values)) } else { values.pop() }
            }
        };
        object.properties.extend(value.map(|value| (name.to_owned(), value)));
        Some(())
    }

    /// The items of an array without an element around them.
    fn bare_items(&mut self, name: &str, property: &Site<'_>, object: &mut Object<'_>) -> Option<Vec<Value>> {
        let mut items = Vec::new();
        for child in object.element.elements() {
            let item = property.item(items.len());
            let label = item.label(Role::Item(name)).ok()?;
            self.is_clear &= !label.is_open;
            let own = label.name(&self.scope, false).ok()?;
            if child.name.is(&own) {
                items.push(self.within(own, |reader| reader.value(&item, child))?);
                object.used.push(child);
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
    ) -> Option<()> {
        let other = site.undeclared();
        let mut own: Vec<&str> = Vec::new();
        for child in element.elements().filter(|child| !used.iter().any(|used| std::ptr::eq(*used, *child))) {
            self.is_clear = false;
            let value = self.within(child.name.clone(), |reader| reader.value(&other, child))?;
            let name = child.name.local.as_str();
            let is_array = other.types() == Types::ARRAY;
            match properties.get_mut(name) {
                None => {
                    let value = if is_array { Value::Array(vec![value]) } else { value };
                    properties.insert(name.to_owned(), value);
                    own.push(name);
                }
                Some(Value::Array(items)) if own.contains(&name) => items.push(value),
                Some(known) if own.contains(&name) => *known = Value::Array(vec![known.take(), value]),
                Some(_) => {}
            }
        }
        Some(())
    }

    fn items(&mut self, site: &Site<'_>, name: &str, element: &Element) -> Option<Value> {
        let mut items = Vec::new();
        for child in element.elements() {
            let item = site.item(items.len());
            let label = item.label(Role::Item(name)).ok()?;
            let own = label.name(&self.scope, false).ok()?;
            self.is_clear &= !label.is_open;
            if !child.name.is(&own) {
                self.is_clear = false;
                continue;
            }
            let is_array = label.node == Some(XmlNode::Element) && item.types().intersects(Types::ARRAY);
            items.push(self.within(own, |reader| match is_array {
                true => reader.items(&item, &label.local, child),
                false => reader.value(&item, child),
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
