//! Writes a value as XML.

use serde_json::{Map, Value};

use super::characters::is_character;
use super::site::{Label, Role, Site};
use super::tree::{Element, Name, Node};
use super::unwritable::Unwritable;
use crate::contract::{SchemaId, Schemas, Types, XmlNode};
use crate::spec::Pointer;

/// A value as XML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The root element.
    pub root: Element,
    /// The nodes of the value that a reader may well look for under another name.
    pub open: Vec<Pointer>,
    /// The strings, in document order.
    pub leaves: Vec<Leaf>,
}

/// A value that is written as one string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Its place in the value.
    pub at: Pointer,
    /// The types that its schema asks for; none where it does not say.
    pub types: Types,
    /// Whether it is an attribute, whose white space readers change.
    pub is_attribute: bool,
}

/// Writes `value` as a document whose root is named by the schema `root`.
///
/// # Errors
/// [`Unwritable`], where XML or OpenAPI has no form for it: null, names and characters that XML does not know, an array
/// without an element around it where there must be one, properties that cannot be distinguished.
pub fn write(schemas: &Schemas, root: SchemaId, value: &Value) -> Result<Written, Unwritable> {
    let site = Site::new(schemas, vec![root]);
    let label = Site::root(schemas, root)?;
    let mut writer = Writer { open: Vec::new(), leaves: Vec::new(), scope: Vec::new() };
    let name = label.name(&[], false)?;
    let mut element = Element::new(name.clone());
    writer.scope.push(name);
    match value {
        Value::Array(_) if label.node != Some(XmlNode::Element) => {
            return Err(Unwritable::new("an array without an element around it is no XML document"));
        }
        Value::Array(items) => writer.items(&site, Role::Item(&label.local), items, &Pointer::root(), &mut element)?,
        _ => writer.content(&site, value, &Pointer::root(), &mut element)?,
    }
    Ok(Written { root: element, open: writer.open, leaves: writer.leaves })
}

/// A property or item, with the place where it stands.
struct Child<'c> {
    site: &'c Site<'c>,
    role: Role<'c>,
    value: &'c Value,
    at: &'c Pointer,
    is_item: bool,
}

struct Writer {
    open: Vec<Pointer>,
    leaves: Vec<Leaf>,
    /// The names of the elements around, which bind prefixes to namespaces.
    scope: Vec<Name>,
}

impl Writer {
    /// The content of the element of a value that is not an array.
    fn content(&mut self, site: &Site<'_>, value: &Value, at: &Pointer, into: &mut Element) -> Result<(), Unwritable> {
        match value {
            Value::Object(properties) => self.properties(site, properties, at, into),
            _ => {
                let text = self.text(site, value, at, false)?;
                if !text.is_empty() {
                    into.children.push(Node::Text(text));
                }
                Ok(())
            }
        }
    }

    fn properties(
        &mut self,
        site: &Site<'_>,
        properties: &Map<String, Value>,
        at: &Pointer,
        into: &mut Element,
    ) -> Result<(), Unwritable> {
        // Elements often have an order of their own, which is the document's if any.
        let declared = site.declared();
        let first = declared.iter().filter_map(|name| Some((*name, properties.get(*name)?)));
        let rest = properties.iter().map(|(name, value)| (name.as_str(), value));
        let rest: Vec<_> = rest.filter(|(name, _)| !declared.contains(name)).collect();
        let taken = if rest.is_empty() { Vec::new() } else { self.names(site, &declared)? };
        let mut owners: Vec<(&str, Name)> = Vec::new();
        for (name, value) in first.chain(rest.iter().copied()) {
            let (property, role) = match site.property(name) {
                Some(property) => (property, Role::Property(name)),
                None => (site.undeclared(), Role::Undeclared(name)),
            };
            let (elements, attributes) = (into.children.len(), into.attributes.len());
            let at = at.join(name);
            self.place(&Child { site: &property, role, value, at: &at, is_item: false }, into)?;
            let new = into.children[elements..].iter().filter_map(|node| match node {
                Node::Element(element) => Some(&element.name),
                _ => None,
            });
            let new: Vec<Name> =
                new.chain(into.attributes[attributes..].iter().map(|(name, _)| name)).cloned().collect();
            let is_known = !declared.contains(&name);
            for new in new {
                let is_taken = is_known && taken.iter().any(|name| name.local == new.local);
                if is_taken || owners.iter().any(|(owner, known)| *owner != name && known.is(&new)) {
                    return Err(Unwritable::new(format!("two properties are called `{}` in XML", new.local)));
                }
                owners.push((name, new));
            }
        }
        Ok(())
    }

    /// The names of the declared properties.
    fn names(&self, site: &Site<'_>, declared: &[&str]) -> Result<Vec<Label>, Unwritable> {
        let mut names = Vec::new();
        for name in declared {
            let Some(property) = site.property(name) else { continue };
            names.push(property.label(Role::Property(name))?);
            names.push(property.item(0).label(Role::Item(name))?);
        }
        Ok(names)
    }

    /// Puts a property or item into the element around it.
    fn place(&mut self, child: &Child<'_>, into: &mut Element) -> Result<(), Unwritable> {
        let Child { site, role, value, at, is_item } = *child;
        let label = site.label(role)?;
        let is_array = value.is_array();
        let types = site.types();
        if is_array && label.node != Some(XmlNode::Element) {
            if is_item {
                return Err(Unwritable::new("an array within an array has no element of its own"));
            }
            if label.node.is_some_and(|node| node != XmlNode::None) {
                return Err(Unwritable::new("an array is no attribute or text"));
            }
            let items = value.as_array().map_or(&[][..], Vec::as_slice);
            // Where one element is looked for, there are several of the same name.
            if types != Types::NONE && !types.intersects(Types::ARRAY) {
                let mut each = items.iter().enumerate();
                return each.try_for_each(|(index, item)| {
                    self.place(&Child { site, role, value: item, at: &at.index(index), is_item: true }, into)
                });
            }
            if site.names_only_the_array() {
                self.open.push(at.clone());
            }
            let role = if matches!(role, Role::Undeclared(_)) { role } else { Role::Item(role.name()) };
            return self.items(site, role, items, at, into);
        }
        if !is_array && label.node.is_none() && types.intersects(Types::ARRAY) && matches!(role, Role::Property(_)) {
            // Where the elements of items are looked for, there is one.
            if types == Types::ARRAY {
                if site.names_only_the_array() {
                    self.open.push(at.clone());
                }
                let item = site.item(0);
                return self
                    .place(&Child { site: &item, role: Role::Item(role.name()), value, at, is_item: true }, into);
            }
            if site.item(0).label(Role::Item(role.name()))?.local != label.local {
                self.open.push(at.clone());
            }
        }
        if label.is_open {
            self.open.push(at.clone());
        }
        match label.node {
            None | Some(XmlNode::Element) => {
                let name = label.name(&self.scope, false)?;
                let mut element = Element::new(name.clone());
                self.scope.push(name);
                let written = match value {
                    Value::Array(items) => self.items(site, Role::Item(&label.local), items, at, &mut element),
                    _ => self.content(site, value, at, &mut element),
                };
                self.scope.pop();
                written?;
                into.children.push(Node::Element(element));
            }
            Some(XmlNode::Attribute) => {
                let name = label.name(&self.scope, true)?;
                // The namespace is given, and nothing stands for it.
                if label.xml.namespace.is_some() && name.namespace.is_none() {
                    self.open.push(at.clone());
                }
                let others = std::iter::once(&into.name).chain(into.attributes.iter().map(|(name, _)| name));
                if others
                    .into_iter()
                    .any(|o| name.prefix.is_some() && o.prefix == name.prefix && o.namespace != name.namespace)
                {
                    return Err(Unwritable::new("a prefix stands for two namespaces in one element"));
                }
                into.attributes.push((name, self.text(site, value, at, true)?));
            }
            Some(XmlNode::Text) => into.children.push(Node::Text(self.text(site, value, at, false)?)),
            Some(XmlNode::CData) => into.children.push(Node::CData(self.text(site, value, at, false)?)),
            Some(XmlNode::None) => {
                return Err(Unwritable::new("a value without a node of its own is written only if it is an array"));
            }
        }
        Ok(())
    }

    fn items(
        &mut self,
        site: &Site<'_>,
        role: Role<'_>,
        items: &[Value],
        at: &Pointer,
        into: &mut Element,
    ) -> Result<(), Unwritable> {
        for (index, item) in items.iter().enumerate() {
            let (site, at) = (site.item(index), at.index(index));
            self.place(&Child { site: &site, role, value: item, at: &at, is_item: true }, into)?;
        }
        Ok(())
    }

    fn text(&mut self, site: &Site<'_>, value: &Value, at: &Pointer, is_attribute: bool) -> Result<String, Unwritable> {
        self.leaves.push(Leaf { at: at.clone(), types: site.types(), is_attribute });
        text(value)
    }
}

/// The string of a scalar.
fn text(value: &Value) -> Result<String, Unwritable> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Null => return Err(Unwritable::new("OpenAPI does not say what null is in XML")),
        Value::Array(_) | Value::Object(_) => {
            return Err(Unwritable::new("an attribute or a string holds no properties and no items"));
        }
    };
    match text.chars().find(|c| !is_character(*c)) {
        Some(c) => Err(Unwritable::new(format!("XML cannot hold the character U+{:04X}", c as u32))),
        None => Ok(text),
    }
}
