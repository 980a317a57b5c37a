//! Reads answers: what a server has written is held to the names, attributes, namespaces and wrappings of its schema.
//!
//! What the document leaves open is read in whatever way it may have been meant: a root that only a component names,
//! namespaces that may be inherited or not, and, where nothing is said of XML, other names and elements around lists.

use serde_json::Value;

use super::misplaced::Misplaced;
use super::read::{Answer, Object, Read, Reader};
use super::site::{Label, Role, Site};
use super::tree::{Element, Name};
use crate::contract::{SchemaId, Schemas, Types, XmlNode};
use crate::spec::Pointer;

/// What a list is without `wrapped`.
const NOT_WRAPPED: &str = "no element around them";

/// The value that an answer stands for, and what of it is written otherwise than its schema says; `None` where that may be
/// read in several ways as a whole. Of one whose root is wrong, nothing else is read.
pub fn read_answer(schemas: &Schemas, root: SchemaId, element: &Element) -> Option<Read> {
    let is_modelled = schemas.reachable(&[root]).iter().any(|id| schemas.get(*id).xml.is_some());
    let site = Site::new(schemas, vec![root]);
    let label = Site::root(schemas, root).ok();
    if let Some(misplaced) = label.as_ref().and_then(|label| misnamed_root(&site, label, element)) {
        return Some(Read { value: Value::Null, doubts: vec![Pointer::root()], misplaced: vec![misplaced] });
    }
    let is_list = site.types().intersects(Types::ARRAY);
    let label = label.or_else(|| (!is_list).then(|| unnamed(element)))?;
    if is_list && label.node != Some(XmlNode::Element) {
        return None;
    }
    let scope = Name { prefix: label.xml.prefix.clone(), ..element.name.clone() };
    Reader::new(scope, Some(Answer { is_modelled })).whole(schemas, root, &label, element)
}

/// The label of a root that nothing names.
fn unnamed(element: &Element) -> Label {
    Label { xml: Default::default(), local: element.name.local.clone(), node: None, is_open: false }
}

/// What is wrong with the name of the root, where one place of the document gives it.
fn misnamed_root(site: &Site<'_>, label: &Label, element: &Element) -> Option<Misplaced> {
    let names = site.all_said(|xml| xml.name.as_ref());
    let namespaces = site.all_said(|xml| xml.namespace.as_ref());
    let wrong = |schema, found, expected| Some(Misplaced { at: Pointer::root(), schema, found, expected });
    match (&names[..], &namespaces[..]) {
        ([(schema, name)], _) if **name == label.local && element.name.local != label.local => {
            wrong(*schema, format!("is `<{}>`", element.name.local), format!("`<{name}>`"))
        }
        ([_], [(schema, namespace)]) if element.name.namespace.as_ref() != Some(namespace) => {
            let found = match &element.name.namespace {
                Some(other) => format!("is in the namespace `{other}`"),
                None => "is in no namespace".to_owned(),
            };
            wrong(*schema, found, format!("the namespace `{namespace}`"))
        }
        _ => None,
    }
}

impl Reader {
    /// Finds the elements and attributes that are those of a property in another form than its schema says.
    pub(super) fn misplace(&mut self, site: &Site<'_>, object: &mut Object<'_>, at: &Pointer) {
        for name in site.declared() {
            let is_there =
                object.properties.get(name).is_some_and(|value| value.as_array().is_none_or(|all| !all.is_empty()));
            let property = site.property(name).filter(|_| !is_there);
            let Some(property) = property else { continue };
            let Ok(label) = property.label(Role::Property(name)) else { continue };
            if !label.is_open && site.surely_declares(name) {
                self.misplace_one(name, &property, &label, (object, site.requires(name)), &at.join(name));
            }
        }
    }

    fn misplace_one(
        &mut self,
        name: &str,
        property: &Site<'_>,
        label: &Label,
        (object, is_required): (&mut Object<'_>, bool),
        at: &Pointer,
    ) {
        let is_free = |child: &&Element| !object.used.iter().any(|used| std::ptr::eq(*used, *child));
        let called = |local: &str| {
            let mut free = object.element.elements().filter(is_free);
            free.find(|child| child.name.local == local && !self.is_foreign(child))
        };
        let is_array = property.types().intersects(Types::ARRAY);
        let item = property.item(0);
        let (child, found, expected) = match label.node {
            Some(XmlNode::Attribute) => {
                (called(&label.local), "is an element".to_owned(), format!("the attribute `{}`", label.local))
            }
            Some(XmlNode::Text | XmlNode::CData) => return,
            Some(XmlNode::Element) if is_array => {
                let Ok(of_item) = item.label(Role::Item(&label.local)) else { return };
                let is_told = !of_item.is_open && of_item.local != label.local && !item.has_namespace();
                let child = called(&of_item.local).filter(|_| is_told);
                (child, "has no element around its items".to_owned(), format!("`<{}>` around them", label.local))
            }
            _ if is_array => {
                let Ok(of_item) = item.label(Role::Item(name)) else { return };
                let is_told = !of_item.is_open && of_item.local != label.local && !property.names_only_the_array();
                let holds_items = |list: &&Element| {
                    let mut items = list.elements().peekable();
                    items.peek().is_some() && items.all(|child| child.name.local == of_item.local)
                };
                let child = called(&label.local).filter(|_| is_told).filter(holds_items);
                (child, format!("has `<{}>` around its items", label.local), NOT_WRAPPED.to_owned())
            }
            _ => {
                let in_other = object.element.elements().filter(is_free).find(|child| child.name.local == label.local);
                let is_modelled = self.answer.is_some_and(|answer| answer.is_modelled);
                let is_it = |key: &Name| key.namespace.is_none() && key.local == label.local;
                let mut free =
                    object.element.attributes.iter().filter(|(key, _)| !object.used_attributes.contains(&key));
                let attribute = free.find(|(key, _)| is_modelled && is_it(key));
                let is_named = label.xml.namespace.is_some();
                match (in_other, attribute) {
                    // It may be what is meant.
                    (Some(_), _) if !is_named => return self.doubts.push(at.clone()),
                    // What is optional may be left out, and another vocabulary's element may be called so.
                    (Some(child), _) if is_required || !self.is_foreign(child) => {
                        let expected = label.xml.namespace.as_deref().unwrap_or_default();
                        let found = match &child.name.namespace {
                            Some(other) => format!("is in the namespace `{other}`"),
                            None => "is in no namespace".to_owned(),
                        };
                        (Some(child), found, format!("the namespace `{expected}`"))
                    }
                    (_, Some((key, _))) => {
                        object.used_attributes.push(key);
                        return self.tell(property, "is an attribute".to_owned(), "an element".to_owned(), at);
                    }
                    _ => return,
                }
            }
        };
        if let Some(child) = child {
            let all: Vec<&Element> = object.element.elements().filter(|other| other.name == child.name).collect();
            object.used.extend(all);
            self.tell(property, found, expected, at);
        }
    }

    /// Whether what should be the element around the items of a list is its items.
    pub(super) fn is_bare(&mut self, property: &Site<'_>, found: &[&Element], at: &Pointer) -> bool {
        let holds_text = |element: &&Element| element.elements().next().is_none() && !element.text().trim().is_empty();
        if !found.is_empty() && found.iter().all(holds_text) && property.item(0).is_scalar() {
            let expected =
                found.first().map_or_else(String::new, |list| format!("`<{}>` around them", list.name.local));
            self.tell(property, "has no element around its items".to_owned(), expected, at);
            return true;
        }
        if found.len() > 1 {
            self.doubts.push(at.clone());
        }
        false
    }

    /// Whether what should be an item of a list is the element around all of them.
    pub(super) fn is_wrapped(&mut self, property: &Site<'_>, item: &Site<'_>, child: &Element, at: &Pointer) -> bool {
        let mut inner = child.elements().map(|inner| inner.name.local.as_str());
        let Some(first) = inner.next() else { return false };
        let is_one = inner.all(|other| other == first) && child.text().trim().is_empty();
        let holds_items = || {
            let mut parts = child.elements().flat_map(Element::elements);
            item.property(first).is_none() && parts.any(|part| item.property(&part.name.local).is_some())
        };
        if !is_one || !(item.is_scalar() || holds_items()) {
            return false;
        }
        match property.says(|_| true).or_else(|| item.says(|_| true)) {
            Some(_) => self.tell(
                property,
                format!("has `<{}>` around its items", child.name.local),
                NOT_WRAPPED.to_owned(),
                at,
            ),
            // Who says nothing of XML may mean either.
            None => self.doubts.push(at.clone()),
        }
        true
    }

    /// An element within that of a list which is none of its items.
    pub(super) fn misnamed_item(&mut self, item: &Site<'_>, label: &Label, child: &Element, at: &Pointer) {
        if self.answer.is_some() && self.is_foreign(child) {
            return;
        }
        let is_told = !label.is_open && item.says(|xml| xml.name.is_some()).is_some() && !item.has_namespace();
        match self.answer.is_some() && is_told {
            true => self.tell(
                item,
                format!("has `<{}>` among its items", child.name.local),
                format!("`<{}>`", label.local),
                at,
            ),
            false => self.doubts.push(at.clone()),
        }
    }

    /// Whether an element is of a namespace that nothing around it is in.
    pub(super) fn is_foreign(&self, child: &Element) -> bool {
        child.name.namespace.is_some() && !self.scope.iter().any(|name| name.namespace == child.name.namespace)
    }

    fn tell(&mut self, site: &Site<'_>, found: String, expected: String, at: &Pointer) {
        self.doubts.push(at.clone());
        let Some(schema) = site.says(|_| true).or_else(|| site.first()) else { return };
        let misplaced = Misplaced { at: at.clone(), schema, found, expected };
        if !self.misplaced.iter().any(|known| (known.schema, &known.found) == (schema, &misplaced.found)) {
            self.misplaced.push(misplaced);
        }
    }
}
