//! A node of a value: the schemas that apply to it, and its name in XML.

use crate::contract::{SchemaId, Schemas, Types, XmlNode, XmlObject, is_xml_name};

use super::tree::Name;
use super::unwritable::Unwritable;

/// The schemas that hold for the value at one place.
#[derive(Clone, Debug)]
pub(super) struct Site<'a> {
    pub schemas: &'a Schemas,
    /// Those that stand at the place itself; several, where branches of a union or parts of an `allOf` know it.
    own: Vec<SchemaId>,
    /// With all that they refer to or are made of.
    all: Vec<SchemaId>,
}

/// What a value is called and what it becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    /// The name without its namespace, prefix and namespace as the schema gives them.
    pub xml: XmlObject,
    pub local: String,
    pub node: Option<XmlNode>,
    /// Whether readers may well look for it under another name: the document names it in two ways, and OpenAPI does not
    /// say which holds.
    pub is_open: bool,
}

/// Where a label stands, which decides what names it if nothing else does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role<'a> {
    /// A property of an object, by its name.
    Property(&'a str),
    /// An item of an array that has this name.
    Item(&'a str),
    /// A property that no schema declares, or an item of one: it has its own name and no other.
    Undeclared(&'a str),
}

impl<'a> Role<'a> {
    /// What it is called if nothing else names it.
    pub fn name(self) -> &'a str {
        let (Self::Property(name) | Self::Item(name) | Self::Undeclared(name)) = self;
        name
    }
}

impl<'a> Site<'a> {
    pub fn new(schemas: &'a Schemas, own: Vec<SchemaId>) -> Self {
        let all = schemas.with_branches(&own).collect();
        Self { schemas, own, all }
    }

    /// The place of a property; `None` where no schema declares it.
    pub fn property(&self, name: &str) -> Option<Self> {
        let own: Vec<SchemaId> =
            self.all.iter().filter_map(|id| self.schemas.get(*id).properties.get(name)).copied().collect();
        (!own.is_empty()).then(|| Self::new(self.schemas, own))
    }

    /// The place of properties that no schema declares.
    pub fn undeclared(&self) -> Self {
        let own = self.all.iter().flat_map(|id| {
            let schema = self.schemas.get(*id);
            schema
                .additional_properties
                .iter()
                .chain(schema.pattern_properties.iter().map(|(_, schema)| schema))
                .copied()
        });
        Self::new(self.schemas, own.collect())
    }

    /// The names of the declared properties, each once, in the document's order.
    pub fn declared(&self) -> Vec<&'a str> {
        let mut names: Vec<&str> = Vec::new();
        for name in self.all.iter().flat_map(|id| self.schemas.get(*id).properties.keys()) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// Whether an object must have a property.
    pub fn requires(&self, name: &str) -> bool {
        self.all.iter().any(|id| self.schemas.get(*id).required.iter().any(|known| known == name))
    }

    /// The place of an item.
    pub fn item(&self, index: usize) -> Self {
        let own = self.all.iter().filter_map(|id| {
            let schema = self.schemas.get(*id);
            schema.prefix_items.get(index).copied().or(schema.items)
        });
        Self::new(self.schemas, own.collect())
    }

    /// The types that the schemas ask for, or that what they say makes sense for.
    pub fn types(&self) -> Types {
        let of = |id: &SchemaId| {
            let schema = self.schemas.get(*id);
            if let Some(types) = schema.types {
                return types;
            }
            let values = schema.enum_values.iter().flatten().chain(&schema.const_value);
            let mut types = values.fold(Types::NONE, |types, value| types.or(Types::of(value)));
            if !schema.properties.is_empty() {
                types = types.or(Types::OBJECT);
            }
            if schema.items.is_some() || !schema.prefix_items.is_empty() {
                types = types.or(Types::ARRAY);
            }
            types
        };
        self.all.iter().map(of).fold(Types::NONE, Types::or)
    }

    /// Whether its values are surely neither objects nor arrays.
    pub fn is_scalar(&self) -> bool {
        let types = self.types();
        types != Types::NONE && !types.intersects(Types::OBJECT.or(Types::ARRAY))
    }

    /// Whether a schema at the place says which namespace its name is in.
    pub fn has_namespace(&self) -> bool {
        self.says(|xml| xml.namespace.is_some() || xml.prefix.is_some()).is_some()
    }

    /// The first schema at the place whose `xml` says something.
    pub fn says(&self, is_said: impl Fn(&XmlObject) -> bool) -> Option<SchemaId> {
        self.all.iter().copied().find(|id| self.schemas.get(*id).xml.as_ref().is_some_and(&is_said))
    }

    /// What the `xml` of schemas at the place says, each answer once.
    pub fn all_said<T: PartialEq>(&self, get: impl Fn(&'a XmlObject) -> Option<T>) -> Vec<(SchemaId, T)> {
        let mut all: Vec<(SchemaId, T)> = Vec::new();
        for id in &self.all {
            let said = self.schemas.get(*id).xml.as_ref().and_then(&get);
            all.extend(said.filter(|said| !all.iter().any(|(_, known)| known == said)).map(|said| (*id, said)));
        }
        all
    }

    /// Whether a property is declared whatever branch of a union is taken.
    pub fn surely_declares(&self, name: &str) -> bool {
        let declares = |id: SchemaId| self.schemas.get(id).properties.contains_key(name);
        self.own.iter().all(|id| self.schemas.conjunction(&[*id]).any(declares))
    }

    /// The schema that stands at the place.
    pub fn first(&self) -> Option<SchemaId> {
        self.own.first().copied()
    }

    /// The label of the root element: `xml.name`, or the name of the component that the schema refers to.
    pub fn root(schemas: &'a Schemas, root: SchemaId) -> Result<Label, Unwritable> {
        let site = Self::new(schemas, vec![root]);
        let mut id = root;
        let mut seen = Vec::new();
        let name = loop {
            seen.push(id);
            let schema = schemas.get(id);
            if let Some(name) = schema.xml.as_ref().and_then(|xml| xml.name.clone()) {
                break Some(name);
            }
            match schema.reference.filter(|next| !seen.contains(next)) {
                Some(next) => id = next,
                None => break schemas.component_name(id),
            }
        };
        let Some(local) = name else {
            let reason = "nothing names the root element of its XML: neither `xml.name` nor a component";
            return Err(Unwritable::new(reason));
        };
        let nearest = |get: fn(&XmlObject) -> Option<&String>| {
            seen.iter().chain(&site.all).find_map(|id| schemas.get(*id).xml.as_ref().and_then(get)).cloned()
        };
        let xml = XmlObject {
            name: Some(local.clone()),
            namespace: nearest(|xml| xml.namespace.as_ref()),
            prefix: nearest(|xml| xml.prefix.as_ref()),
            node: None,
        };
        let node = site.all.iter().find_map(|id| schemas.get(*id).xml.as_ref()?.node);
        Label { xml, local, node, is_open: false }.checked()
    }

    /// The label of what is no root.
    pub fn label(&self, role: Role<'_>) -> Result<Label, Unwritable> {
        let mut labels: Vec<Label> = Vec::new();
        for id in &self.own {
            labels.extend(self.labels_of(*id, role)?);
        }
        let plain = Label { xml: XmlObject::default(), local: role.name().to_owned(), node: None, is_open: false };
        if matches!(role, Role::Undeclared(_)) {
            let is_open = labels.iter().any(|label| *label != plain);
            return Label { is_open, ..plain }.checked();
        }
        let Some(mut label) = labels.first().cloned() else { return plain.checked() };
        label.is_open = labels.iter().any(|other| *other != label);
        label.checked()
    }

    /// What one schema at the place may be called, by the letter of OpenAPI first.
    fn labels_of(&self, id: SchemaId, role: Role<'_>) -> Result<Vec<Label>, Unwritable> {
        let fallback = role.name();
        let schema = self.schemas.get(id);
        let same: Vec<SchemaId> = self.schemas.conjunction(&[id]).collect();
        let own = schema.xml.as_ref();
        let inner = || same[1..].iter().filter_map(|id| self.schemas.get(*id).xml.as_ref());
        let node = own.into_iter().chain(inner()).find_map(|xml| xml.node);
        if self.schemas.components_name_elements
            && schema.reference.is_some()
            && own.is_some_and(|xml| xml.node.is_some())
        {
            return Err(Unwritable::new("an element around that of a component is not written"));
        }
        let label = |xml: XmlObject, name: Option<String>| {
            let local = name.unwrap_or_else(|| fallback.to_owned());
            Label { xml: XmlObject { name: None, node: None, ..xml }, local, node, is_open: false }
        };
        let own = own.cloned().unwrap_or_default();
        if own.name.is_some() {
            let name = own.name.clone();
            return Ok(vec![label(own, name)]);
        }
        // What a component says of itself as a root, tools take for what it is called elsewhere, or do not.
        let found = inner().find(|xml| xml.name.is_some()).or_else(|| inner().next()).cloned();
        let is_item = matches!(role, Role::Item(_));
        let mut labels = Vec::new();
        if let Some(found) = found {
            let name = found.name.clone();
            let merged = XmlObject {
                namespace: own.namespace.clone().or(found.namespace.clone()),
                prefix: own.prefix.clone().or(found.prefix),
                ..XmlObject::default()
            };
            labels.push(label(merged, name));
            if is_item && found.name.is_some() {
                // "When defined within `items`, it will affect the name of the individual XML elements".
                return Ok(labels);
            }
        }
        if self.schemas.components_name_elements
            && let Some(target) = schema.reference
        {
            let component = self.schemas.component_name(target).filter(|_| labels.iter().all(|l| l.local == fallback));
            labels.extend(component.map(|name| label(own.clone(), Some(name))));
        }
        labels.push(label(own, None));
        Ok(labels)
    }

    /// Whether an array is named, and its items are not: without an element around them OpenAPI ignores that name, and
    /// some tools do not.
    pub fn names_only_the_array(&self) -> bool {
        let names = |xml: &XmlObject| xml.name.is_some() || xml.namespace.is_some() || xml.prefix.is_some();
        let is_named = |ids: &[SchemaId]| ids.iter().any(|id| self.schemas.get(*id).xml.as_ref().is_some_and(names));
        is_named(&self.all) && !is_named(&self.item(0).all)
    }
}

impl Label {
    fn checked(self) -> Result<Self, Unwritable> {
        let names = std::iter::once(&self.local).chain(&self.xml.prefix);
        match names.into_iter().find(|name| !is_xml_name(name)) {
            Some(name) => Err(Unwritable::new(format!("`{name}` cannot be a name in XML"))),
            None => Ok(self),
        }
    }

    /// Its name below an element whose default namespace and prefixes are `scope`.
    pub fn name(&self, scope: &[Name], is_attribute: bool) -> Result<Name, Unwritable> {
        let inherited = |prefix: &Option<String>| {
            let bound = scope.iter().rev().find(|name| name.prefix == *prefix);
            bound.and_then(|name| name.namespace.clone())
        };
        let prefix = self.xml.prefix.clone();
        let namespace = match (&self.xml.namespace, &prefix) {
            // Without a prefix, an attribute is in no namespace.
            (_, None) if is_attribute => None,
            (Some(namespace), _) => Some(namespace.clone()),
            (None, _) => inherited(&prefix),
        };
        if let (None, Some(prefix)) = (&namespace, &prefix) {
            return Err(Unwritable::new(format!("the prefix `{prefix}` stands for no namespace")));
        }
        Ok(Name { namespace, prefix, local: self.local.clone() })
    }
}
