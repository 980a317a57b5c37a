//! The keywords of all dialects: where each is known, and what its value must be. This is the metaschema of each
//! dialect, as data.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::dialect::{Dialect, Dialects, JSON_SCHEMA, SINCE_6, SINCE_7, SINCE_2019, SINCE_2020};

/// What the value of a keyword must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Anything,
    String,
    Boolean,
    Number,
    /// A number greater than 0.
    Positive,
    /// A whole number, 0 or more.
    Count,
    /// The name of a type.
    TypeName,
    /// The name of a type, or an array of them.
    TypeNames,
    Array,
    /// An array of different strings.
    Names,
    /// The same, with at least one.
    SomeNames,
    /// An object whose members are arrays of different strings.
    NamesByName,
    Schema,
    /// A schema, or `true` or `false` in a dialect in which these are none.
    SchemaOrBoolean,
    SchemaOrSchemas,
    /// An array of schemas, with at least one.
    Schemas,
    /// An object whose members are schemas.
    SchemasByName,
    /// An object whose members are schemas or arrays of different strings.
    Dependencies,
    StringsByName,
    BooleansByName,
    /// An object with fields of these forms; others may stand beside them.
    Object(&'static [Field]),
}

/// A field of an object that is no schema.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub name: &'static str,
    pub form: Form,
    pub required: bool,
}

/// A keyword, in some dialects.
#[derive(Debug)]
pub(super) struct Keyword {
    pub name: &'static str,
    pub form: Form,
    dialects: Dialects,
}

const fn keyword(name: &'static str, form: Form, dialects: Dialects) -> Keyword {
    Keyword { name, form, dialects }
}

const fn field(name: &'static str, form: Form) -> Field {
    Field { name, form, required: false }
}

const fn required(name: &'static str, form: Form) -> Field {
    Field { name, form, required: true }
}

const SWAGGER: Dialects = Dialects::SWAGGER;
const SIMPLE: Dialects = Dialects::SIMPLE;
const OPENAPI30: Dialects = Dialects::OPENAPI30;
/// Those that OpenAPI's own keywords are of.
const OPENAPI: Dialects = SWAGGER.or(OPENAPI30).or(Dialects::OPENAPI31);
/// All in which schemas hold schemas.
const EVERY: Dialects = SWAGGER.or(OPENAPI30).or(JSON_SCHEMA);
const ALL: Dialects = EVERY.or(SIMPLE);
/// Those before `exclusiveMinimum` was a number, and in which `required` must not be empty.
const OLD: Dialects = SWAGGER.or(OPENAPI30).or(Dialects::DRAFT4);
const BEFORE_2019: Dialects = Dialects::DRAFT4.or(Dialects::DRAFT6).or(Dialects::DRAFT7);
const BEFORE_2020: Dialects = BEFORE_2019.or(Dialects::DRAFT2019);

const DISCRIMINATOR: Form = Form::Object(&[
    required("propertyName", Form::String),
    field("mapping", Form::StringsByName),
    field("defaultMapping", Form::String),
]);
const XML: Form = Form::Object(&[
    field("name", Form::String),
    field("namespace", Form::String),
    field("prefix", Form::String),
    field("attribute", Form::Boolean),
    field("wrapped", Form::Boolean),
    field("nodeType", Form::String),
]);
const EXTERNAL_DOCS: Form = Form::Object(&[required("url", Form::String), field("description", Form::String)]);

/// Every keyword. One that differs between dialects has a row for each form.
pub(super) const KEYWORDS: &[Keyword] = &[
    keyword("$anchor", Form::String, SINCE_2019),
    keyword("$comment", Form::String, SINCE_7),
    keyword("$defs", Form::SchemasByName, SINCE_2019),
    keyword("$dynamicAnchor", Form::String, SINCE_2020),
    keyword("$dynamicRef", Form::String, SINCE_2020),
    keyword("$id", Form::String, SINCE_6),
    keyword("$recursiveAnchor", Form::Boolean, Dialects::DRAFT2019),
    keyword("$recursiveRef", Form::String, Dialects::DRAFT2019),
    keyword("$ref", Form::String, EVERY),
    keyword("$schema", Form::String, JSON_SCHEMA),
    keyword("$vocabulary", Form::BooleansByName, SINCE_2019),
    keyword("additionalItems", Form::SchemaOrBoolean, BEFORE_2020),
    keyword("additionalProperties", Form::SchemaOrBoolean, EVERY),
    keyword("allOf", Form::Schemas, EVERY),
    keyword("anyOf", Form::Schemas, OPENAPI30.or(JSON_SCHEMA)),
    keyword("const", Form::Anything, SINCE_6),
    keyword("contains", Form::Schema, SINCE_6),
    keyword("contentEncoding", Form::String, SINCE_7),
    keyword("contentMediaType", Form::String, SINCE_7),
    keyword("contentSchema", Form::Schema, SINCE_2019),
    keyword("default", Form::Anything, ALL),
    keyword("definitions", Form::SchemasByName, JSON_SCHEMA),
    keyword("dependencies", Form::Dependencies, BEFORE_2019),
    keyword("dependentRequired", Form::NamesByName, SINCE_2019),
    keyword("dependentSchemas", Form::SchemasByName, SINCE_2019),
    keyword("deprecated", Form::Boolean, OPENAPI30.or(SINCE_2019)),
    keyword("description", Form::String, EVERY),
    keyword("discriminator", Form::String, SWAGGER),
    keyword("discriminator", DISCRIMINATOR, OPENAPI30.or(Dialects::OPENAPI31)),
    keyword("else", Form::Schema, SINCE_7),
    keyword("enum", Form::Array, ALL),
    keyword("example", Form::Anything, OPENAPI),
    keyword("examples", Form::Array, SINCE_6),
    keyword("exclusiveMaximum", Form::Boolean, OLD.or(SIMPLE)),
    keyword("exclusiveMaximum", Form::Number, SINCE_6),
    keyword("exclusiveMinimum", Form::Boolean, OLD.or(SIMPLE)),
    keyword("exclusiveMinimum", Form::Number, SINCE_6),
    keyword("externalDocs", EXTERNAL_DOCS, OPENAPI),
    keyword("format", Form::String, ALL),
    keyword("id", Form::String, Dialects::DRAFT4),
    keyword("if", Form::Schema, SINCE_7),
    keyword("items", Form::Schema, SIMPLE.or(OPENAPI30).or(SINCE_2020)),
    keyword("items", Form::SchemaOrSchemas, SWAGGER.or(BEFORE_2020)),
    keyword("maxContains", Form::Count, SINCE_2019),
    keyword("maxItems", Form::Count, ALL),
    keyword("maxLength", Form::Count, ALL),
    keyword("maxProperties", Form::Count, EVERY),
    keyword("maximum", Form::Number, ALL),
    keyword("minContains", Form::Count, SINCE_2019),
    keyword("minItems", Form::Count, ALL),
    keyword("minLength", Form::Count, ALL),
    keyword("minProperties", Form::Count, EVERY),
    keyword("minimum", Form::Number, ALL),
    keyword("multipleOf", Form::Positive, ALL),
    keyword("not", Form::Schema, OPENAPI30.or(JSON_SCHEMA)),
    keyword("nullable", Form::Boolean, OPENAPI30),
    keyword("oneOf", Form::Schemas, OPENAPI30.or(JSON_SCHEMA)),
    keyword("pattern", Form::String, ALL),
    keyword("patternProperties", Form::SchemasByName, JSON_SCHEMA),
    keyword("prefixItems", Form::Schemas, SINCE_2020),
    keyword("properties", Form::SchemasByName, EVERY),
    keyword("propertyNames", Form::Schema, SINCE_6),
    keyword("readOnly", Form::Boolean, SWAGGER.or(OPENAPI30).or(SINCE_7)),
    keyword("required", Form::SomeNames, OLD),
    keyword("required", Form::Names, SINCE_6),
    keyword("then", Form::Schema, SINCE_7),
    keyword("title", Form::String, EVERY),
    keyword("type", Form::TypeName, SIMPLE.or(OPENAPI30)),
    keyword("type", Form::TypeNames, SWAGGER.or(JSON_SCHEMA)),
    keyword("unevaluatedItems", Form::Schema, SINCE_2019),
    keyword("unevaluatedProperties", Form::Schema, SINCE_2019),
    keyword("uniqueItems", Form::Boolean, ALL),
    keyword("writeOnly", Form::Boolean, OPENAPI30.or(SINCE_7)),
    keyword("xml", XML, OPENAPI),
];

/// Notes to people and names for other places: nothing is lost where a dialect does not have them.
const NOTES: [&str; 10] = [
    "$anchor",
    "$comment",
    "$id",
    "$schema",
    "$vocabulary",
    "deprecated",
    "description",
    "externalDocs",
    "id",
    "title",
];

/// What stands in a parameter or header of Swagger 2.0 beside the keywords of its schema.
const BESIDE: [&str; 7] = ["allowEmptyValue", "collectionFormat", "description", "in", "name", "required", "schema"];

static BY_NAME: LazyLock<HashMap<&str, Vec<&Keyword>>> = LazyLock::new(|| {
    let mut by_name: HashMap<&str, Vec<&Keyword>> = HashMap::new();
    for keyword in KEYWORDS {
        by_name.entry(keyword.name).or_default().push(keyword);
    }
    by_name
});

/// What a name in a schema is.
pub(super) enum Named {
    /// A keyword of the schema's dialect.
    Keyword(&'static Keyword),
    /// A keyword of another dialect alone.
    Foreign,
    /// A keyword of some dialects, of which nothing need be said here.
    Quiet,
    /// No keyword of any.
    Unknown,
}

impl Named {
    /// Looks up the name of a member of a schema.
    pub fn of(name: &str, value: &Value, dialect: Dialect) -> Self {
        match BY_NAME.get(name) {
            Some(rows) => match rows.iter().find(|row| row.dialects.contains(dialect.set)) {
                Some(keyword) => Self::Keyword(keyword),
                None if dialect == Dialect::SIMPLE && BESIDE.contains(&name) => Self::Quiet,
                None if NOTES.contains(&name) => {
                    // Where `properties` was forgotten, `id` is a property.
                    let is_note = rows.iter().any(|row| row.form.misfit(value, dialect).is_none());
                    if is_note { Self::Quiet } else { Self::Unknown }
                }
                None if !dialect.is_openapi() => Self::Quiet,
                None => Self::Foreign,
            },
            None if dialect == Dialect::SIMPLE && BESIDE.contains(&name) => Self::Quiet,
            None => Self::Unknown,
        }
    }
}

/// The keywords of a dialect.
pub(super) fn of(dialect: Dialect) -> impl Iterator<Item = &'static Keyword> {
    KEYWORDS.iter().filter(move |keyword| keyword.dialects.contains(dialect.set))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_dialect_has_one_form_for_a_keyword() {
        let versions = ["2.0", "3.0.3", "3.1.0", "3.2.0"].into_iter().filter_map(Dialect::of_version);
        let drafts = ["draft-04", "draft-06", "draft-07", "draft/2019-09", "draft/2020-12"];
        let drafts = drafts.map(|draft| Dialect::of_uri(&format!("https://json-schema.org/{draft}/schema")));
        for dialect in versions.chain(drafts).chain([Dialect::SIMPLE]) {
            let mut seen = HashSet::new();
            for keyword in of(dialect) {
                assert!(seen.insert(keyword.name), "{} twice in {}", keyword.name, dialect.name);
            }
            assert!(seen.contains("type"), "{}", dialect.name);
        }
    }
}
