//! A conjunction of schemas merged into one: `$ref` followed and `allOf` folded, each keyword with its place.

use indexmap::IndexMap;
use serde_json::{Number, Value};

use super::print::print_of;
use crate::contract::{Bound, Direction, Schema, SchemaId, Schemas, Types};
use crate::spec::SourceLocation;

/// Something that a document says, and where.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stated<T> {
    pub value: T,
    pub at: SourceLocation,
}

/// What a property is held to.
#[derive(Clone, Debug, Default)]
pub(super) struct Property {
    /// Its schemas.
    pub schemas: Vec<SchemaId>,
    /// It may not travel in this direction.
    pub hidden: bool,
    /// Where it is documented.
    pub at: SourceLocation,
}

/// Keywords that are no plain conjunction of limits; they are compared as a whole.
#[derive(Clone, Debug)]
pub(super) struct Other {
    pub keyword: &'static str,
    pub holder: SchemaId,
    pub at: SourceLocation,
    /// The keyword alone, as a schema of its own; equal for equal meaning in either document.
    pub print: Value,
}

/// Every limit of a conjunction.
#[derive(Clone, Debug)]
pub(super) struct WithBranches {
    /// The first schema object.
    pub home: SourceLocation,
    /// Every schema object that takes part.
    pub members: Vec<SchemaId>,
    /// Nothing is allowed, and where that is said.
    pub nothing: Option<SourceLocation>,
    /// The types, those that a union's branches leave included.
    pub types: Stated<Types>,
    pub nullability_ambiguous: bool,
    pub values: Option<Stated<Vec<Value>>>,
    pub least: Option<Stated<Bound>>,
    pub most: Option<Stated<Bound>>,
    pub multiple_of: Vec<Stated<Number>>,
    /// Counts by keyword: `minLength`, `maxItems` and their like.
    pub counts: IndexMap<&'static str, Stated<u64>>,
    pub patterns: Vec<Stated<String>>,
    pub formats: Vec<Stated<String>>,
    /// `contentEncoding` and `contentMediaType`.
    pub contents: Vec<Stated<String>>,
    pub unique: Option<SourceLocation>,
    pub items: Vec<SchemaId>,
    pub required: IndexMap<String, SourceLocation>,
    /// The names that are documented, in order.
    pub properties: IndexMap<String, Property>,
    /// What undocumented names are held to, where that is said.
    pub additional: Vec<SchemaId>,
    pub others: Vec<Other>,
    /// `default`.
    pub default: Option<Stated<Value>>,
    /// What cannot be read, as it is written, in an order of its own.
    pub unknown: Vec<String>,
}

/// The lower limits among counts; the rest are upper ones.
pub(super) const LEAST_COUNTS: [&str; 3] = ["minLength", "minItems", "minProperties"];
const MAX_UNIONS: usize = 4;

impl WithBranches {
    /// Merges schemas that hold for the same value; `nowhere` is the place of a value that nothing is said of.
    pub fn of(schemas: &Schemas, ids: &[SchemaId], direction: Direction, nowhere: &SourceLocation) -> Self {
        let members: Vec<SchemaId> = schemas.conjunction(ids).collect();
        let home = ids.first().map_or_else(|| nowhere.clone(), |id| schemas.get(*id).location.clone());
        let mut flat = Self {
            types: Stated { value: Types::ANY, at: home.clone() },
            home,
            nothing: None,
            nullability_ambiguous: false,
            values: None,
            least: None,
            most: None,
            multiple_of: Vec::new(),
            counts: IndexMap::new(),
            patterns: Vec::new(),
            formats: Vec::new(),
            contents: Vec::new(),
            unique: None,
            items: Vec::new(),
            required: IndexMap::new(),
            properties: IndexMap::new(),
            additional: Vec::new(),
            others: Vec::new(),
            default: None,
            unknown: Vec::new(),
            members,
        };
        for id in flat.members.clone() {
            flat.scalars(schemas.get(id));
            flat.containers(schemas, schemas.get(id), direction);
            flat.others(schemas, id, direction);
            flat.unknown.extend(schemas.get(id).unknown_as_written().map(|written| written.to_string()));
        }
        flat.unknown.sort_unstable();
        flat.name_properties(schemas, direction);
        flat.narrow_types(schemas, 0);
        flat
    }

    fn scalars(&mut self, schema: &Schema) {
        let at = |keyword: &str| schema.location.join(keyword);
        if schema.boolean == Some(false) {
            self.nothing.get_or_insert_with(|| schema.location.clone());
        }
        self.nullability_ambiguous |= schema.nullability_ambiguous;
        if let Some(types) = schema.types {
            self.types = Stated { value: self.types.value.and(types), at: at("type") };
        }
        let constant = schema.const_value.clone().map(|value| ("const", vec![value]));
        for (keyword, values) in schema.enum_values.clone().map(|values| ("enum", values)).into_iter().chain(constant) {
            let values = match &self.values {
                None => values,
                Some(known) => known.value.iter().filter(|value| values.contains(value)).cloned().collect(),
            };
            self.values = Some(Stated { value: values, at: at(keyword) });
        }
        let bounds = [("minimum", &schema.minimum, false), ("exclusiveMinimum", &schema.exclusive_minimum, true)];
        for (keyword, number, exclusive) in bounds {
            if let Some(number) = number {
                tighten(&mut self.least, Bound { number: number.clone(), exclusive }, at(keyword), true);
            }
        }
        let bounds = [("maximum", &schema.maximum, false), ("exclusiveMaximum", &schema.exclusive_maximum, true)];
        for (keyword, number, exclusive) in bounds {
            if let Some(number) = number {
                tighten(&mut self.most, Bound { number: number.clone(), exclusive }, at(keyword), false);
            }
        }
        let counts = [
            ("minLength", schema.min_length.filter(|n| *n > 0)),
            ("maxLength", schema.max_length),
            ("minItems", schema.min_items.filter(|n| *n > 0)),
            ("maxItems", schema.max_items),
            ("minProperties", schema.min_properties.filter(|n| *n > 0)),
            ("maxProperties", schema.max_properties),
        ];
        for (keyword, count) in counts {
            let Some(count) = count else { continue };
            let tighter = self.counts.get(keyword).is_none_or(|known| {
                if LEAST_COUNTS.contains(&keyword) { count > known.value } else { count < known.value }
            });
            if tighter {
                self.counts.insert(keyword, Stated { value: count, at: at(keyword) });
            }
        }
        let add = |list: &mut Vec<Stated<String>>, keyword: &str, text: &Option<String>| {
            if let Some(text) = text
                && !list.iter().any(|known| known.value == *text)
            {
                list.push(Stated { value: text.clone(), at: at(keyword) });
            }
        };
        add(&mut self.patterns, "pattern", &schema.pattern);
        add(&mut self.formats, "format", &schema.format);
        add(&mut self.contents, "contentEncoding", &schema.content_encoding);
        add(&mut self.contents, "contentMediaType", &schema.content_media_type);
        if let Some(number) = &schema.multiple_of {
            self.multiple_of.push(Stated { value: number.clone(), at: at("multipleOf") });
        }
        if schema.unique_items {
            self.unique.get_or_insert_with(|| at("uniqueItems"));
        }
        let default = schema.examples.iter().find(|(_, place)| *place == at("default"));
        if let (None, Some((value, place))) = (&self.default, default) {
            self.default = Some(Stated { value: value.clone(), at: place.clone() });
        }
    }

    fn containers(&mut self, schemas: &Schemas, schema: &Schema, direction: Direction) {
        self.items.extend(schema.items.filter(|_| schema.prefix_items.is_empty()));
        for (index, name) in schema.required.iter().enumerate() {
            if !schema.properties.get(name).is_some_and(|child| schemas.hidden(*child, direction)) {
                let at = schema.location.join("required").index(index);
                self.required.entry(name.clone()).or_insert(at);
            }
        }
        self.additional.extend(schema.additional_properties);
        for name in schema.properties.keys() {
            self.properties.entry(name.clone()).or_default();
        }
    }

    /// What each documented name is held to: by every member, one that does not name it by its
    /// `additionalProperties` (JSON Schema 2020-12, core, section 10.3.2.3).
    fn name_properties(&mut self, schemas: &Schemas, direction: Direction) {
        for (name, property) in &mut self.properties {
            let mut named = None;
            for schema in self.members.iter().map(|id| schemas.get(*id)) {
                let child = schema.properties.get(name).copied();
                if let Some(child) = child {
                    named.get_or_insert_with(|| schema.location.join("properties").join(name));
                    property.hidden |= schemas.hidden(child, direction);
                }
                property.schemas.extend(child.or(schema.additional_properties));
            }
            property.at = named.unwrap_or_else(|| self.home.clone());
        }
    }

    fn others(&mut self, schemas: &Schemas, id: SchemaId, direction: Direction) {
        let schema = schemas.get(id);
        let tuple = !schema.prefix_items.is_empty();
        let list = [
            ("prefixItems", tuple),
            ("contains", schema.contains.is_some()),
            ("unevaluatedItems", schema.unevaluated_items.is_some()),
            ("unevaluatedProperties", schema.unevaluated_properties.is_some()),
            ("patternProperties", !schema.pattern_properties.is_empty()),
            ("propertyNames", schema.property_names.is_some()),
            ("dependentRequired", !schema.dependent_required.is_empty()),
            ("dependentSchemas", !schema.dependent_schemas.is_empty()),
            ("anyOf", !schema.any_of.is_empty()),
            ("oneOf", !schema.one_of.is_empty()),
            ("not", schema.not.is_some()),
            ("if", schema.if_.is_some()),
        ];
        for (keyword, _) in list.iter().filter(|(_, present)| *present) {
            let print = print_of(schemas, id, keyword, direction);
            self.others.push(Other { keyword, holder: id, at: schema.location.join(keyword), print });
        }
    }

    /// Takes the types that no branch of a union allows out of the types.
    fn narrow_types(&mut self, schemas: &Schemas, depth: usize) {
        if depth >= MAX_UNIONS {
            return;
        }
        for other in &self.others {
            let schema = schemas.get(other.holder);
            let branches = match other.keyword {
                "anyOf" => &schema.any_of,
                "oneOf" => &schema.one_of,
                _ => continue,
            };
            let of_branches =
                branches.iter().fold(Types::NONE, |types, branch| types.or(types_of(schemas, *branch, depth)));
            if !of_branches.contains(self.types.value) {
                self.types = Stated { value: self.types.value.and(of_branches), at: other.at.clone() };
            }
        }
    }

    /// Whether one of these keywords takes part, so that objects or arrays are no plain conjunction.
    pub fn has(&self, keywords: &[&str]) -> bool {
        self.others.iter().any(|other| keywords.contains(&other.keyword))
    }
}

fn types_of(schemas: &Schemas, id: SchemaId, depth: usize) -> Types {
    let mut types = Types::ANY;
    for member in schemas.conjunction(&[id]) {
        let schema = schemas.get(member);
        if schema.boolean == Some(false) {
            return Types::NONE;
        }
        types = types.and(schema.types.unwrap_or(Types::ANY));
        for branches in [&schema.any_of, &schema.one_of] {
            if !branches.is_empty() && depth < MAX_UNIONS {
                let of = |types: Types, branch: &SchemaId| types.or(types_of(schemas, *branch, depth + 1));
                types = types.and(branches.iter().fold(Types::NONE, of));
            }
        }
    }
    types
}

fn tighten(known: &mut Option<Stated<Bound>>, bound: Bound, at: SourceLocation, least: bool) {
    let tighter = known.as_ref().is_none_or(|known| bound.is_tighter(&known.value, least));
    if tighter {
        *known = Some(Stated { value: bound, at });
    }
}
