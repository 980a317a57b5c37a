//! Parses XML documents (XML 1.0, fifth edition; Namespaces in XML 1.0).

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{NamespaceResolver, ResolveResult};
use quick_xml::reader::NsReader;

use super::characters::is_character;
use super::tree::{Element, Name, Node};
use crate::contract::is_xml_name;

/// Elements that are nested deeper are not looked at.
const DEEPEST: usize = 200;

/// Why a document was not parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is no XML, for this reason.
    Malformed(String),
    /// It is beyond what is read here: another encoding or version, entities of its own, too deep.
    Beyond,
}

fn malformed<T>(reason: impl Into<String>) -> Result<T, Unread> {
    Err(Unread::Malformed(reason.into()))
}

/// Reads a document; comments and processing instructions are left out.
///
/// # Errors
/// [`Unread`].
pub fn parse(bytes: &[u8]) -> Result<Element, Unread> {
    // UTF-16 begins with a byte order mark or holds zero bytes; another encoding is named by the declaration.
    let is_wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || bytes.contains(&0);
    let declared = bytes.get(..bytes.len().min(200)).map(String::from_utf8_lossy).unwrap_or_default();
    let other = declared.starts_with("<?xml") && {
        let head = declared.split("?>").next().unwrap_or_default().to_ascii_lowercase();
        head.contains("encoding") && !head.contains("utf-8") && !head.contains("us-ascii")
            || head.contains("'1.1'")
            || head.contains("\"1.1\"")
    };
    if is_wide || other {
        return Err(Unread::Beyond);
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return malformed("invalid UTF-8") };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(c) = text.chars().find(|c| !is_character(*c)) {
        return malformed(format!("XML cannot hold the character U+{:04X}", c as u32));
    }
    Parser::default().document(text)
}

#[derive(Default)]
struct Parser {
    /// The elements that are not yet closed, the root first.
    open: Vec<Element>,
    root: Option<Element>,
    has_entities: bool,
}

impl Parser {
    fn document(mut self, text: &str) -> Result<Element, Unread> {
        let mut reader = NsReader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        let mut is_first = true;
        loop {
            let event = match reader.read_event() {
                Ok(event) => event,
                // Well-formed all the same, or more than the reader takes.
                Err(quick_xml::Error::Namespace(_)) => return Err(Unread::Beyond),
                Err(error) => return malformed(error.to_string()),
            };
            match event {
                Event::Start(start) => self.start(&start, reader.resolver())?,
                Event::End(_) => self.end(),
                Event::Text(text) => self.text(&text.xml10_content())?,
                Event::CData(text) => {
                    let text = text.xml10_content();
                    if self.open.is_empty() {
                        return malformed("a CDATA section outside the root element");
                    }
                    self.text(&text)?;
                }
                Event::GeneralRef(reference) => self.reference(&reference)?,
                Event::DocType(declaration) => {
                    if self.root.is_some() || !self.open.is_empty() {
                        return malformed("a document type declaration after the root element");
                    }
                    self.has_entities |= !declaration.is_empty();
                }
                Event::Decl(_) if !is_first => return malformed("an XML declaration that is not at the start"),
                Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
                Event::Empty(_) => {}
                Event::Eof => break,
            }
            is_first = false;
        }
        match (self.open.last(), self.root) {
            (Some(element), _) => malformed(format!("`<{}>` is not closed", element.name.local)),
            (None, Some(root)) => Ok(root),
            (None, None) => malformed("there is no element"),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>, names: &NamespaceResolver) -> Result<(), Unread> {
        if self.open.is_empty() && self.root.is_some() {
            return malformed("a second root element");
        }
        if self.open.len() >= DEEPEST {
            return Err(Unread::Beyond);
        }
        let (namespace, _) = names.resolve_element(start.name());
        let mut element = Element::new(name(start.name().as_ref(), &namespace)?);
        for attribute in start.attributes() {
            let attribute = match attribute {
                Ok(attribute) => attribute,
                Err(error) => return malformed(error.to_string()),
            };
            if attribute.value.contains('<') {
                return malformed("`<` in the value of an attribute");
            }
            let (namespace, _) = names.resolve_attribute(attribute.key);
            let key = name(attribute.key.as_ref(), &namespace)?;
            let value = match attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0) {
                Ok(value) => value.into_owned(),
                Err(_) if self.has_entities => return Err(Unread::Beyond),
                Err(error) => return malformed(error.to_string()),
            };
            if attribute.key.as_namespace_binding().is_none() {
                element.attributes.push((key, value));
            }
        }
        self.open.push(element);
        Ok(())
    }

    fn end(&mut self) {
        let Some(element) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            None => self.root = Some(element),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), Unread> {
        let blank = |c| matches!(c, ' ' | '\t' | '\r' | '\n');
        match self.open.last_mut() {
            Some(element) => {
                if let Some(Node::Text(known)) = element.children.last_mut() {
                    known.push_str(text);
                } else if !text.is_empty() {
                    element.children.push(Node::Text(text.to_owned()));
                }
                Ok(())
            }
            None if text.chars().all(blank) => Ok(()),
            None => malformed("text outside the root element"),
        }
    }

    fn reference(&mut self, reference: &quick_xml::events::BytesRef<'_>) -> Result<(), Unread> {
        if self.open.is_empty() {
            return malformed("a reference outside the root element");
        }
        match reference.resolve_char_ref() {
            Ok(Some(c)) if is_character(c) => self.text(c.encode_utf8(&mut [0; 4])),
            Ok(Some(c)) => malformed(format!("XML cannot hold the character U+{:04X}", c as u32)),
            Err(error) => malformed(error.to_string()),
            Ok(None) => match quick_xml::escape::resolve_predefined_entity(reference) {
                Some(text) => self.text(text),
                None if self.has_entities => Err(Unread::Beyond),
                None => malformed(format!("the entity `&{};` is not declared", &**reference)),
            },
        }
    }
}

/// A qualified name. One with a prefix that is bound to nothing keeps it: it is well-formed, if no name of a namespace.
fn name(text: &str, namespace: &ResolveResult<'_>) -> Result<Name, Unread> {
    let (prefix, local) = match text.split_once(':') {
        Some((prefix, local)) => (Some(prefix), local),
        None => (None, text),
    };
    if !is_xml_name(local) || prefix.is_some_and(|prefix| !is_xml_name(prefix)) {
        return malformed(format!("`{text}` is no name"));
    }
    Ok(match namespace {
        ResolveResult::Bound(namespace) => Name {
            namespace: Some(namespace.as_ref().to_owned()).filter(|namespace| !namespace.is_empty()),
            prefix: prefix.map(str::to_owned),
            local: local.to_owned(),
        },
        ResolveResult::Unbound => Name { local: local.to_owned(), ..Name::default() },
        ResolveResult::Unknown(_) => Name { local: text.to_owned(), ..Name::default() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_xml_is_told() {
        for text in [
            "",
            " ",
            "<",
            "a",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>x",
            "x<a/>",
            "<a b=1/>",
            "<a b='1' b='2'/>",
            "<a>&nbsp;</a>",
            "<a>&#1;</a>",
            "<a>\u{1}</a>",
            "<a b='<'/>",
            "<1/>",
            "<a b/>",
            " <?xml version='1.0'?><a/>",
            "<a>& b</a>",
            "<a><b></a></b>",
            "</a>",
            "<a",
            "<a></a",
            "{}",
        ] {
            assert!(
                matches!(parse(text.as_bytes()), Err(Unread::Malformed(_))),
                "{text}: {:?}",
                parse(text.as_bytes())
            );
        }
        assert!(matches!(parse(b"<a>\xff</a>"), Err(Unread::Malformed(_))));
    }

    #[test]
    fn what_is_beyond_the_reader_is_not_called_malformed() {
        assert_eq!(parse("<a>".repeat(100_000).as_bytes()), Err(Unread::Beyond));
        assert_eq!(parse(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), Err(Unread::Beyond));
        assert_eq!(parse(b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xff</a>"), Err(Unread::Beyond));
        assert_eq!(parse(b"\xff\xfe<\0a\0/\0>\0"), Err(Unread::Beyond));
    }

    #[test]
    fn texts_names_and_namespaces_are_read() {
        let text = "\u{feff}<?xml version='1.0' encoding='utf-8'?>\n<!-- a -->\n<a xmlns='urn:a' xmlns:p='urn:p' p:b=' 1&#10;' c='&lt;'>\
                    x &amp; <![CDATA[<y>]]>&#xe9;<?pi?><p:d/></a>\n<!-- z -->";
        let root = parse(text.as_bytes()).expect("XML");
        let name = |namespace: &str, prefix: Option<&str>, local: &str| Name {
            namespace: Some(namespace.to_owned()).filter(|n| !n.is_empty()),
            prefix: prefix.map(str::to_owned),
            local: local.to_owned(),
        };
        assert_eq!(root.name, name("urn:a", None, "a"));
        assert_eq!(
            root.attributes,
            [(name("urn:p", Some("p"), "b"), " 1\n".to_owned()), (name("", None, "c"), "<".to_owned())]
        );
        assert_eq!(root.text(), "x & <y>é");
        assert_eq!(root.elements().map(|child| &child.name).collect::<Vec<_>>(), [&name("urn:p", Some("p"), "d")]);
        assert_eq!(parse(root.to_xml().as_bytes()), Ok(root));
    }
}
