//! The XML object: how the values of a schema are written in XML (OpenAPI 3.1, section 4.8.26).

/// The `xml` of a schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct XmlObject {
    /// `name`, of the element or attribute.
    pub name: Option<String>,
    /// `namespace`, the one that the name is in.
    pub namespace: Option<String>,
    /// `prefix`.
    pub prefix: Option<String>,
    /// `nodeType` of OpenAPI 3.2, which `attribute` and `wrapped` of earlier versions come down to.
    pub node: Option<XmlNode>,
}

/// What a value becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XmlNode {
    /// An element; of a list, one around those of its items.
    Element,
    /// An attribute of the element that stands for the object.
    Attribute,
    /// The text of the element that stands for the object.
    Text,
    /// The same, as a CDATA section.
    CData,
    /// Nothing of its own: what is in the value stands in the element around it.
    None,
}

impl XmlNode {
    /// Every kind of node with its name in `nodeType`.
    pub(super) const EACH: [(Self, &'static str); 5] = [
        (Self::Element, "element"),
        (Self::Attribute, "attribute"),
        (Self::Text, "text"),
        (Self::CData, "cdata"),
        (Self::None, "none"),
    ];
}
