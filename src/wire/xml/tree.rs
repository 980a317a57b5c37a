//! Elements, and how they are written.

use std::io;

use quick_xml::events::{BytesCData, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::writer::Writer;

/// The name of an element or attribute (Namespaces in XML 1.0).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// The namespace that it is in.
    pub namespace: Option<String>,
    /// The prefix that stands for the namespace.
    pub prefix: Option<String>,
    /// The name within its namespace.
    pub local: String,
}

impl Name {
    /// Whether two names are the same to a reader: prefixes do not matter.
    pub fn is(&self, other: &Self) -> bool {
        self.local == other.local && self.namespace == other.namespace
    }

    fn text(&self) -> String {
        match &self.prefix {
            Some(prefix) => format!("{prefix}:{}", self.local),
            None => self.local.clone(),
        }
    }
}

/// An element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: Name,
    /// Its attributes, declarations of namespaces aside.
    pub attributes: Vec<(Name, String)>,
    /// What is in it.
    pub children: Vec<Node>,
}

/// What stands in an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// An element.
    Element(Element),
    /// Text.
    Text(String),
    /// Text that is written as a CDATA section.
    CData(String),
}

impl Element {
    /// An element with nothing in it.
    pub fn new(name: Name) -> Self {
        Self { name, ..Self::default() }
    }

    /// The elements in it.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            _ => None,
        })
    }

    /// The text directly in it, as one string.
    pub fn text(&self) -> String {
        self.children
            .iter()
            .filter_map(|node| match node {
                Node::Text(text) | Node::CData(text) => Some(text.as_str()),
                Node::Element(_) => None,
            })
            .collect()
    }

    /// Whether it says that there is no value: `xsi:nil` (XML Schema 1.0, part 1, section 2.6.2).
    pub fn is_nil(&self) -> bool {
        let is_set = |(key, text): &(Name, String)| {
            key.local == "nil" && key.namespace.is_some() && matches!(text.trim(), "true" | "1")
        };
        self.attributes.iter().any(is_set)
    }

    /// The XML, with a declaration of each namespace where it is first used.
    pub fn to_xml(&self) -> String {
        let mut writer = Writer::new(Vec::new());
        // Writing to memory does not fail.
        let _ = self.write(&mut writer, &mut Vec::new());
        String::from_utf8(writer.into_inner()).unwrap_or_default()
    }

    fn write(&self, to: &mut Writer<Vec<u8>>, known: &mut Vec<Name>) -> io::Result<()> {
        let scope = known.len();
        let tag = self.name.text();
        let mut start = BytesStart::new(tag.as_str());
        let attributes = self.attributes.iter().map(|(name, _)| (name, true));
        for (name, is_attribute) in std::iter::once((&self.name, false)).chain(attributes) {
            let bound = known.iter().rev().find(|other| other.prefix == name.prefix);
            let is_bound = bound.map_or(name.namespace.is_none(), |bound| bound.namespace == name.namespace);
            // An attribute without a prefix is in no namespace, whatever the default is.
            if is_bound || (is_attribute && name.prefix.is_none()) {
                continue;
            }
            let key = name.prefix.as_ref().map_or_else(|| "xmlns".to_owned(), |prefix| format!("xmlns:{prefix}"));
            start.push_attribute((key.as_str(), name.namespace.as_deref().unwrap_or_default()));
            known.push(name.clone());
        }
        for (name, value) in &self.attributes {
            start.push_attribute((name.text().as_str(), value.as_str()));
        }
        if self.children.is_empty() {
            to.write_event(Event::Empty(start))?;
        } else {
            to.write_event(Event::Start(start))?;
            for child in &self.children {
                match child {
                    Node::Element(element) => element.write(to, known)?,
                    Node::Text(text) => to.write_event(Event::Text(BytesText::new(text)))?,
                    Node::CData(text) => {
                        for part in BytesCData::escaped(text) {
                            to.write_event(Event::CData(part))?;
                        }
                    }
                }
            }
            to.write_event(Event::End(BytesEnd::new(tag.as_str())))?;
        }
        known.truncate(scope);
        Ok(())
    }
}
