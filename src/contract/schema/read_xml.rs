//! Reads XML objects.

use serde_json::{Map, Value};

use super::dialect::Dialect;
use super::read::SchemaReader;
use super::xml::{XmlNode, XmlObject};
use super::xml_name::is_xml_name;
use crate::contract::rule;
use crate::spec::SourceLocation;

impl SchemaReader {
    /// Reads `xml`. What cannot be a name in XML is reported here, and never sent.
    pub(super) fn xml(&mut self, at: &SourceLocation, members: &Map<String, Value>) -> Option<XmlObject> {
        let at = at.join("xml");
        let xml = match members.get("xml")? {
            Value::Object(xml) => xml,
            _ => {
                self.note(&rule::XML_OBJECT, &at, "`xml` must be an object; it is left out");
                return None;
            }
        };
        let mut text = |key: &str| match xml.get(key) {
            Some(Value::String(text)) => Some(text.clone()).filter(|text| !text.is_empty()),
            Some(Value::Null) | None => None,
            Some(_) => {
                self.note(&rule::XML_OBJECT, &at.join(key), format!("`{key}` must be a string; it is left out"));
                None
            }
        };
        let mut object =
            XmlObject { name: text("name"), namespace: text("namespace"), prefix: text("prefix"), node: None };
        for (key, name) in [("name", &object.name), ("prefix", &object.prefix)] {
            if let Some(name) = name.as_ref().filter(|name| !is_xml_name(name)) {
                let message = format!("`{name}` cannot be a name in XML, so nothing is sent under it");
                self.note(&rule::XML_OBJECT, &at.join(key), message);
            }
        }
        object.node = self.node(&at, members, xml);
        Some(object)
    }

    fn node(&mut self, at: &SourceLocation, members: &Map<String, Value>, xml: &Map<String, Value>) -> Option<XmlNode> {
        let flag = |key: &str| xml.get(key) == Some(&Value::Bool(true));
        if let Some(kind) = xml.get("nodeType").filter(|_| self.dialect == Dialect::OpenApi31) {
            for old in ["attribute", "wrapped"].into_iter().filter(|old| xml.contains_key(*old)) {
                let message = format!("`{old}` must not stand beside `nodeType` (OpenAPI 3.2); it is left out");
                self.note(&rule::XML_OBJECT, &at.join(old), message);
            }
            let known = XmlNode::EACH.iter().find(|(_, name)| kind.as_str() == Some(name)).map(|(node, _)| *node);
            if known.is_none() {
                let message = "`nodeType` is `element`, `attribute`, `text`, `cdata` or `none`; it is left out";
                self.note(&rule::XML_OBJECT, &at.join("nodeType"), message);
            }
            return known;
        }
        let is_array = members.get("type").is_some_and(|types| match types {
            Value::Array(types) => types.iter().any(|name| name == "array"),
            name => name == "array",
        });
        match () {
            () if flag("attribute") => Some(XmlNode::Attribute),
            // It "takes effect only when defined alongside `type` being `array`".
            () if flag("wrapped") && (is_array || members.contains_key("items")) => Some(XmlNode::Element),
            () => None,
        }
    }
}
