//! The schemas of a contract in one dialect: every version's keywords as JSON Schema 2020-12 means them.
//!
//! A [`Schema`] is one schema object; its subschemas and references are [`SchemaId`]s into one arena,
//! so recursion is a cycle of ids and every schema still knows the node that it came from.

use std::fmt;

use indexmap::IndexMap;
use serde_json::{Number, Value};

use super::xml::XmlObject;
use crate::spec::Location;

/// A schema, by its position in [`Schemas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaId(pub(crate) u32);

/// A set of JSON types. `integer` is a number without fraction, as in JSON Schema.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Types(u8);

impl Types {
    /// `null`.
    pub const NULL: Self = Self(1);
    /// `boolean`.
    pub const BOOLEAN: Self = Self(2);
    /// `integer`.
    pub const INTEGER: Self = Self(4);
    /// `number`, integers included.
    pub const NUMBER: Self = Self(4 | 8);
    /// `string`.
    pub const STRING: Self = Self(16);
    /// `array`.
    pub const ARRAY: Self = Self(32);
    /// `object`.
    pub const OBJECT: Self = Self(64);
    /// Every type.
    pub const ANY: Self = Self(127);
    /// No type.
    pub const NONE: Self = Self(0);

    /// Every single type with its name, the most telling first.
    pub const EACH: [(Self, &'static str); 7] = [
        (Self::OBJECT, "object"),
        (Self::ARRAY, "array"),
        (Self::STRING, "string"),
        (Self::INTEGER, "integer"),
        (Self::NUMBER, "number"),
        (Self::BOOLEAN, "boolean"),
        (Self::NULL, "null"),
    ];

    /// The type by its name in JSON Schema.
    pub fn named(name: &str) -> Option<Self> {
        Self::EACH.iter().find(|(_, known)| *known == name).map(|(types, _)| *types)
    }

    /// The type of a value.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(number) if is_integer(number) => Self::INTEGER,
            Value::Number(_) => Self(8),
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }

    /// Whether all of `other` is in this set.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether some of `other` is in this set.
    pub fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The types that are in both sets.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The types that are in either set.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// This set without the types of `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The names, as a schema writes them.
    pub fn names(self) -> Vec<&'static str> {
        let whole_number = self.contains(Self::NUMBER);
        Self::EACH
            .iter()
            .filter(|(types, name)| self.contains(*types) && !(whole_number && *name == "integer"))
            .map(|(_, name)| *name)
            .collect()
    }
}

impl fmt::Debug for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().join("|"))
    }
}

/// Whether a number has no fraction (JSON Schema 2020-12, section 6.1.1).
pub fn is_integer(number: &Number) -> bool {
    number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|float| float.fract() == 0.0)
}

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
    pub location: Location,
    /// A boolean schema.
    pub constant_truth: Option<bool>,
    /// `$ref` (or `$dynamicRef`, read as the static reference that it is without dynamic scope).
    pub reference: Option<SchemaId>,
    /// `type`, with `nullable` counted in.
    pub types: Option<Types>,
    /// The versions and their readers disagree on whether null is allowed here, so nothing is said of it.
    pub null_is_open: bool,
    /// `enum`.
    pub enumeration: Option<Vec<Value>>,
    /// `const`.
    pub constant: Option<Value>,
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
    /// A `pattern`, or one of `patternProperties`, was left out: it is no ECMA-262 expression.
    pub unjudged: bool,
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
    pub condition: Option<SchemaId>,
    /// `then`.
    pub consequence: Option<SchemaId>,
    /// `else`.
    pub alternative: Option<SchemaId>,
    /// `discriminator`.
    pub discriminator: Option<Discriminator>,
    /// `readOnly`: a response may carry it, a request should not.
    pub read_only: bool,
    /// `writeOnly`: a request may carry it, a response should not.
    pub write_only: bool,
    /// `xml`.
    pub xml: Option<XmlObject>,
    /// `example`, `examples` and `default`: values that the author holds for good, with their places.
    pub examples: Vec<(Value, Location)>,
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
            || self.condition.is_some();
        let lists_values = self.constant_truth.is_some() || self.enumeration.is_some() || self.constant.is_some();
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

/// All schemas of a contract.
#[derive(Debug, Default)]
pub struct Schemas {
    pub(super) all: Vec<Schema>,
    /// Whether a component names the XML elements of those that refer to it, as OpenAPI 3.2 has it.
    pub components_name_elements: bool,
    /// Whether any schema is [`Schema::unjudged`].
    pub(super) leaves_out: bool,
}

impl Schemas {
    /// One schema.
    pub fn get(&self, id: SchemaId) -> &Schema {
        &self.all[id.0 as usize]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The name of a schema among the document's components (`definitions` in Swagger 2.0).
    pub fn component_name(&self, id: SchemaId) -> Option<String> {
        let tokens: Vec<_> = self.get(id).location.pointer.tokens().collect();
        match tokens.iter().map(AsRef::as_ref).collect::<Vec<&str>>()[..] {
            ["components", "schemas", name] | ["definitions", name] => Some(name.to_owned()),
            _ => None,
        }
    }

    /// Whether a property may not travel in this direction.
    pub fn hidden(&self, id: SchemaId, direction: Direction) -> bool {
        self.conjunction(&[id]).any(|id| {
            let schema = self.get(id);
            match direction {
                Direction::Request => schema.read_only,
                Direction::Response => schema.write_only,
            }
        })
    }

    /// The schemas that hold for one value together with these: references and `allOf` followed, each once, the nearest
    /// first. Branches of unions are not among them: which of them hold depends on the value.
    pub fn conjunction(&self, roots: &[SchemaId]) -> SameValue<'_> {
        SameValue { schemas: self, found: roots.to_vec(), next: 0, with_branches: false }
    }

    /// These schemas with all that may hold for the same value, branches of unions included, each once, the nearest
    /// first.
    pub fn with_branches(&self, roots: &[SchemaId]) -> SameValue<'_> {
        SameValue { schemas: self, found: roots.to_vec(), next: 0, with_branches: true }
    }

    /// Every schema that is reached from `roots`, each once, in a stable order.
    pub fn reachable(&self, roots: &[SchemaId]) -> Vec<SchemaId> {
        let mut seen = vec![false; self.all.len()];
        let mut order = Vec::new();
        let mut queue: Vec<SchemaId> = roots.iter().rev().copied().collect();
        while let Some(id) = queue.pop() {
            if std::mem::replace(&mut seen[id.0 as usize], true) {
                continue;
            }
            order.push(id);
            let mut children: Vec<SchemaId> = self.children(id).into_iter().map(|(_, child)| child).collect();
            children.extend(self.get(id).reference);
            queue.extend(children.into_iter().rev());
        }
        order
    }

    /// The child that the first of `steps` lead to, with their number; the same steps as [`Self::children`] names.
    pub fn child(&self, id: SchemaId, steps: &[String]) -> Option<(usize, SchemaId)> {
        let schema = self.get(id);
        let (keyword, rest) = steps.split_first()?;
        let one = |child: Option<SchemaId>| Some((1, child?));
        let of_list = |list: &[SchemaId]| Some((2, *list.get(rest.first()?.parse::<usize>().ok()?)?));
        let of_pairs = |pairs: &[(String, SchemaId)]| {
            let name = rest.first()?;
            pairs.iter().find(|(known, _)| known == name).map(|(_, child)| (2, *child))
        };
        match keyword.as_str() {
            "items" => one(schema.items),
            "contains" => one(schema.contains),
            "unevaluatedItems" => one(schema.unevaluated_items),
            "additionalProperties" => one(schema.additional_properties),
            "unevaluatedProperties" => one(schema.unevaluated_properties),
            "propertyNames" => one(schema.property_names),
            "not" => one(schema.not),
            "if" => one(schema.condition),
            "then" => one(schema.consequence),
            "else" => one(schema.alternative),
            "prefixItems" => of_list(&schema.prefix_items),
            "allOf" => of_list(&schema.all_of),
            "anyOf" => of_list(&schema.any_of),
            "oneOf" => of_list(&schema.one_of),
            "properties" => schema.properties.get(rest.first()?).map(|child| (2, *child)),
            "patternProperties" => of_pairs(&schema.pattern_properties),
            "dependentSchemas" => of_pairs(&schema.dependent_schemas),
            _ => None,
        }
    }

    /// The direct subschemas (references aside), each with the path that a 2020-12 validator gives it.
    pub fn children(&self, id: SchemaId) -> Vec<(Vec<String>, SchemaId)> {
        let schema = self.get(id);
        let mut children = Vec::new();
        let mut one = |keyword: &str, child: Option<SchemaId>| {
            if let Some(child) = child {
                children.push((vec![keyword.to_owned()], child));
            }
        };
        one("items", schema.items);
        one("contains", schema.contains);
        one("unevaluatedItems", schema.unevaluated_items);
        one("additionalProperties", schema.additional_properties);
        one("unevaluatedProperties", schema.unevaluated_properties);
        one("propertyNames", schema.property_names);
        one("not", schema.not);
        one("if", schema.condition);
        one("then", schema.consequence);
        one("else", schema.alternative);
        let lists = [
            ("prefixItems", &schema.prefix_items),
            ("allOf", &schema.all_of),
            ("anyOf", &schema.any_of),
            ("oneOf", &schema.one_of),
        ];
        for (keyword, list) in lists {
            let named = list.iter().enumerate();
            children.extend(named.map(|(index, child)| (vec![keyword.to_owned(), index.to_string()], *child)));
        }
        for (name, child) in &schema.properties {
            children.push((vec!["properties".to_owned(), name.clone()], *child));
        }
        for (keyword, list) in
            [("patternProperties", &schema.pattern_properties), ("dependentSchemas", &schema.dependent_schemas)]
        {
            for (name, child) in list {
                children.push((vec![keyword.to_owned(), name.clone()], *child));
            }
        }
        children
    }

    /// The place of a keyword of a schema.
    pub fn keyword_location(&self, id: SchemaId, keyword: &str) -> Location {
        self.get(id).location.join(keyword)
    }
}

/// Schemas that hold, or may hold, for one value. They are looked for as they are asked for.
#[derive(Clone, Debug)]
pub struct SameValue<'a> {
    schemas: &'a Schemas,
    found: Vec<SchemaId>,
    next: usize,
    with_branches: bool,
}

impl Iterator for SameValue<'_> {
    type Item = SchemaId;

    fn next(&mut self) -> Option<SchemaId> {
        let id = *self.found.get(self.next)?;
        self.next += 1;
        let schema = self.schemas.get(id);
        let branches = schema.any_of.iter().chain(&schema.one_of).filter(|_| self.with_branches);
        for child in schema.reference.iter().chain(&schema.all_of).chain(branches) {
            if !self.found.contains(child) {
                self.found.push(*child);
            }
        }
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_number_without_fraction_is_an_integer() {
        assert_eq!(Types::of(&json!(1.0)), Types::INTEGER);
        assert!(!Types::INTEGER.contains(Types::of(&json!(1.5))));
        assert!(Types::NUMBER.contains(Types::of(&json!(1))));
        assert_eq!(Types::NUMBER.names(), ["number"]);
    }

    /// `a` is `b` and `c`, or `d`; `c` refers back to `a`, and `b` may not be sent.
    fn schemas() -> Schemas {
        let [a, b, c, d] = [0, 1, 2, 3].map(SchemaId);
        Schemas {
            all: vec![
                Schema { all_of: vec![b, c], any_of: vec![d], ..Schema::default() },
                Schema { read_only: true, ..Schema::default() },
                Schema { reference: Some(a), ..Schema::default() },
                Schema { write_only: true, ..Schema::default() },
            ],
            ..Schemas::default()
        }
    }

    #[test]
    fn references_and_conjunctions_hold_for_one_value_and_branches_only_may() {
        let schemas = schemas();
        let ids = |found: SameValue<'_>| found.map(|id| id.0).collect::<Vec<_>>();
        assert_eq!(ids(schemas.conjunction(&[SchemaId(0)])), [0, 1, 2]);
        assert_eq!(ids(schemas.conjunction(&[SchemaId(2)])), [2, 0, 1]);
        assert_eq!(ids(schemas.with_branches(&[SchemaId(0)])), [0, 1, 2, 3]);
        assert_eq!(ids(schemas.conjunction(&[])), [0; 0]);
    }

    #[test]
    fn what_a_branch_hides_is_not_hidden() {
        let schemas = schemas();
        assert!(schemas.hidden(SchemaId(2), Direction::Request) && !schemas.hidden(SchemaId(3), Direction::Request));
        assert!(!schemas.hidden(SchemaId(0), Direction::Response) && schemas.hidden(SchemaId(3), Direction::Response));
    }
}
