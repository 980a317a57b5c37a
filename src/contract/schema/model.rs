//! A schema object, keyword by keyword.

use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;
use serde_json::{Number, Value};

use super::types::Types;
use super::unknown::Unknown;
use super::xml::XmlObject;
use crate::spec::SourceLocation;

/// A schema, by its position in [`Schemas`](super::Schemas).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaId(pub(crate) u32);

/// How OpenAPI's `discriminator` names the branches of a union.
#[derive(Clone, Debug)]
pub struct Discriminator {
    /// The property that holds the name.
    pub property: String,
    /// The names with the schemas they select.
    pub mapping: Vec<(String, SchemaId)>,
}

/// One schema object, keyword by keyword.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Where it stands.
    pub location: SourceLocation,
    /// A boolean schema.
    pub boolean: Option<bool>,
    /// `$ref` (or `$dynamicRef`, read as the static reference that it is without dynamic scope).
    pub reference: Option<SchemaId>,
    /// `type`, with `nullable` counted in.
    pub types: Option<Types>,
    /// The versions and their readers disagree on whether null is allowed here, so nothing is said of it.
    pub nullability_ambiguous: bool,
    /// `enum`.
    pub enum_values: Option<Vec<Value>>,
    /// `const`.
    pub const_value: Option<Value>,
    /// `minimum`.
    pub minimum: Option<Number>,
    /// `exclusiveMinimum` as a number.
    pub exclusive_minimum: Option<Number>,
    /// `maximum`.
    pub maximum: Option<Number>,
    /// `exclusiveMaximum` as a number.
    pub exclusive_maximum: Option<Number>,
    /// `multipleOf`.
    pub multiple_of: Option<Number>,
    /// `minLength`, in Unicode code points.
    pub min_length: Option<u64>,
    /// `maxLength`, in Unicode code points.
    pub max_length: Option<u64>,
    /// `pattern`, an ECMA-262 expression that need not match the whole text.
    pub pattern: Option<String>,
    /// `format`.
    pub format: Option<String>,
    /// `contentEncoding`.
    pub content_encoding: Option<String>,
    /// `contentMediaType`.
    pub content_media_type: Option<String>,
    /// `prefixItems`.
    pub prefix_items: Vec<SchemaId>,
    /// `items`: the schema of the items after `prefix_items`.
    pub items: Option<SchemaId>,
    /// `contains`.
    pub contains: Option<SchemaId>,
    /// `minContains`.
    pub min_contains: Option<u64>,
    /// `maxContains`.
    pub max_contains: Option<u64>,
    /// `minItems`.
    pub min_items: Option<u64>,
    /// `maxItems`.
    pub max_items: Option<u64>,
    /// `uniqueItems`.
    pub unique_items: bool,
    /// `unevaluatedItems`.
    pub unevaluated_items: Option<SchemaId>,
    /// `properties`.
    pub properties: IndexMap<String, SchemaId>,
    /// `patternProperties`.
    pub pattern_properties: Vec<(String, SchemaId)>,
    /// `additionalProperties`.
    pub additional_properties: Option<SchemaId>,
    /// `unevaluatedProperties`.
    pub unevaluated_properties: Option<SchemaId>,
    /// `propertyNames`.
    pub property_names: Option<SchemaId>,
    /// `required`.
    pub required: Vec<String>,
    /// `minProperties`.
    pub min_properties: Option<u64>,
    /// `maxProperties`.
    pub max_properties: Option<u64>,
    /// `dependentRequired`.
    pub dependent_required: Vec<(String, Vec<String>)>,
    /// `dependentSchemas`.
    pub dependent_schemas: Vec<(String, SchemaId)>,
    /// `allOf`.
    pub all_of: Vec<SchemaId>,
    /// `anyOf`.
    pub any_of: Vec<SchemaId>,
    /// `oneOf`.
    pub one_of: Vec<SchemaId>,
    /// `not`.
    pub not: Option<SchemaId>,
    /// `if`.
    pub if_: Option<SchemaId>,
    /// `then`.
    pub then_: Option<SchemaId>,
    /// `else`.
    pub else_: Option<SchemaId>,
    /// `discriminator`.
    pub discriminator: Option<Discriminator>,
    /// `readOnly`: a response may carry it, a request should not.
    pub read_only: bool,
    /// `writeOnly`: a request may carry it, a response should not.
    pub write_only: bool,
    /// `xml`.
    pub xml: Option<XmlObject>,
    /// `example`, `examples` and `default`: values that the author holds for good, with their places.
    pub examples: Vec<(Value, SourceLocation)>,
    /// Words that its `description` quotes as code, the first few: prose names values that no keyword lists.
    pub quoted: Vec<String>,
    /// What of it cannot be read.
    pub unknown: Vec<Unknown>,
    /// Whether something of it or below it is not known.
    pub(in crate::contract) open: bool,
    /// Whether its `discriminator` alone tells branches of its `oneOf` apart.
    pub(in crate::contract) overlaps: bool,
    /// Whether that is so of it or of a schema below it.
    pub(in crate::contract) holds_overlap: bool,
    /// What it asserts of the values of requests, once that was asked for.
    pub(in crate::contract) assertions: OnceLock<Box<[Assertion]>>,
}

/// One assertion of a schema.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// The keyword.
    pub keyword: &'static str,
    /// The keyword's value, or the item of it that is meant.
    pub location: SourceLocation,
    /// The property that it names, if any.
    pub subject: Option<Arc<str>>,
    /// Whether it cannot be said what breaks it.
    pub is_unknown: bool,
}

impl Schema {
    /// The keywords that bound numbers, each with its value.
    pub fn bounds(&self) -> [(&'static str, Option<&Number>); 5] {
        [
            ("minimum", self.minimum.as_ref()),
            ("exclusiveMinimum", self.exclusive_minimum.as_ref()),
            ("maximum", self.maximum.as_ref()),
            ("exclusiveMaximum", self.exclusive_maximum.as_ref()),
            ("multipleOf", self.multiple_of.as_ref()),
        ]
    }

    /// Whether it says of a value no more than its type.
    pub fn is_bare(&self) -> bool {
        let names_schemas = self.reference.is_some()
            || !(self.all_of.is_empty() && self.any_of.is_empty() && self.one_of.is_empty())
            || self.not.is_some()
            || self.if_.is_some();
        let lists_values = self.boolean.is_some() || self.enum_values.is_some() || self.const_value.is_some();
        let speaks_of_items = !self.prefix_items.is_empty()
            || [self.items, self.contains, self.unevaluated_items].iter().any(Option::is_some)
            || self.unique_items;
        let speaks_of_members = !self.properties.is_empty()
            || !self.pattern_properties.is_empty()
            || [self.additional_properties, self.unevaluated_properties, self.property_names]
                .iter()
                .any(Option::is_some)
            || !self.required.is_empty()
            || !self.dependent_required.is_empty()
            || !self.dependent_schemas.is_empty();
        let speaks_of_texts = self.pattern.is_some() || self.format.is_some();
        let has_limits = self.bounds().iter().any(|(_, bound)| bound.is_some())
            || self.counts().iter().any(|(_, count)| count.is_some());
        !(names_schemas
            || lists_values
            || speaks_of_items
            || speaks_of_members
            || speaks_of_texts
            || has_limits
            || self.discriminator.is_some())
    }

    /// The keywords that count characters, items and properties, each with its value.
    pub fn counts(&self) -> [(&'static str, Option<u64>); 8] {
        [
            ("minLength", self.min_length),
            ("maxLength", self.max_length),
            ("minItems", self.min_items),
            ("maxItems", self.max_items),
            ("minContains", self.min_contains),
            ("maxContains", self.max_contains),
            ("minProperties", self.min_properties),
            ("maxProperties", self.max_properties),
        ]
    }
}

/// Which way a value travels; it decides what `readOnly` and `writeOnly` mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the harness to the target.
    Request,
    /// From the target to the harness.
    Response,
}
