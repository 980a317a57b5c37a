//! Elements of XML, written with indentation.

use std::borrow::Cow;
use std::io;
use std::time::Duration;

use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::writer::Writer;

use crate::text::hidden::{escape, escape_lines};

/// An element with attributes, and either elements or text in it.
#[derive(Debug)]
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    text: String,
    pub children: Vec<Self>,
}

impl Element {
    /// An empty element.
    pub fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), text: String::new(), children: Vec::new() }
    }

    /// The same with an attribute, which is one line.
    pub fn with(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.attributes.push((name, escape(value.as_ref()).into_owned()));
        self
    }

    /// The same with a time, in seconds.
    pub fn lasting(self, time: Duration) -> Self {
        self.with("time", format!("{:.3}", time.as_secs_f64()))
    }

    /// The same with this text in it. XML has no way to write most control characters: they are shown as escapes.
    pub fn holding(self, text: &str) -> Self {
        Self { text: escape_lines(text), ..self }
    }

    /// A document with this element alone.
    pub fn document(&self) -> io::Result<String> {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        self.write(&mut writer)?;
        String::from_utf8(writer.into_inner()).map_err(io::Error::other)
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let mut start = BytesStart::new(self.name);
        for (name, value) in &self.attributes {
            start.push_attribute((*name, value.as_str()));
        }
        if self.text.is_empty() && self.children.is_empty() {
            return writer.write_event(Event::Empty(start));
        }
        writer.write_event(Event::Start(start))?;
        if !self.text.is_empty() {
            writer.write_event(Event::Text(BytesText::from_escaped(text(&self.text))))?;
        }
        self.children.iter().try_for_each(|child| child.write(writer))?;
        writer.write_event(Event::End(BytesEnd::new(self.name)))
    }
}

/// Text as XML has it.
fn text(text: &str) -> Cow<'_, str> {
    quick_xml::escape::escape(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_target_says_is_text() {
        let hostile = "</a>]]><b c=\"&\"> \u{0}\u{1b}\u{fffe}\u{ffff}\r\n'x'";
        let element = Element::new("a").with("b", hostile).holding(hostile);
        insta::assert_snapshot!(element.document().expect("is written"));
    }
}
