//! The one place that knows how the versions' schema dialects differ.

use serde_json::Value;

use super::keywords::Keywords;
use super::model::Schema;
use super::types::Types;

/// The dialect of a document's schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Swagger 2.0: a subset of draft 4; `x-nullable` by convention.
    Swagger2,
    /// OpenAPI 3.0: draft 5 with `nullable` and boolean exclusive bounds.
    OpenApi30,
    /// OpenAPI 3.1 and 3.2: JSON Schema 2020-12.
    OpenApi31,
}

impl Dialect {
    /// Whether members beside `$ref` count (OpenAPI 3.1: yes; before: "any sibling elements are ignored").
    pub fn keeps_ref_siblings(self) -> bool {
        self == Self::OpenApi31
    }

    /// Whether a request breaks the contract by a value that is not of this format.
    ///
    /// Before 3.1, a format that the table of data types does not define "may be used even though undefined by this
    /// specification" (OpenAPI 3.0.3, section 4.4; Swagger 2.0, "Data Types"), and is a hint. In 3.1, `format` "is treated as a
    /// non-validating annotation by default" (OpenAPI 3.1.1, section 4.4.2), and the dialect's metaschema has the vocabulary
    /// `format-annotation`. Dates are held to in 3.1 as well: the tables before it define them, and who takes what nobody can
    /// read as a date takes it for no date.
    pub fn asserts_format(self, format: &str) -> bool {
        match format {
            "date" | "date-time" | "int32" | "int64" => true,
            "byte" => self != Self::OpenApi31,
            _ => false,
        }
    }

    /// Reads `type` and `nullable`.
    pub(super) fn read_types(self, keywords: &mut Keywords<'_>, schema: &mut Schema) {
        let mut types = keywords.get("type").and_then(|value| self.types(value));
        if types.is_none() && keywords.has("type") {
            keywords.refuse("type", "the name of a type");
        }
        let mut flag = |name: &'static str| keywords.optional_flag(name);
        let nullable = match self {
            Self::Swagger2 => flag("x-nullable").or(flag("nullable")),
            Self::OpenApi30 => flag("nullable").or(flag("x-nullable")),
            // `nullable` is gone from 3.1; documents that were lifted from 3.0 often still mean it.
            Self::OpenApi31 => flag("nullable").filter(|_| types.is_none_or(|types| !types.contains(Types::NULL))),
        };
        if nullable == Some(true) {
            let official = self == Self::OpenApi30 && keywords.has("nullable");
            match &mut types {
                Some(types) => *types = types.or(Types::NULL),
                // Without `type` in the same object, `nullable` has no effect (3.0.3), yet authors mean it.
                None => schema.nullability_ambiguous = true,
            }
            let enum_without_null =
                keywords.get("enum").and_then(Value::as_array).is_some_and(|values| !values.contains(&Value::Null));
            schema.nullability_ambiguous |= !official || enum_without_null || has_combinator(keywords);
        }
        schema.types = types;
    }

    /// The types that the value of `type` names; `None` where one of them is none.
    fn types(self, value: &Value) -> Option<Types> {
        match value {
            Value::Array(names) if !names.is_empty() => {
                names.iter().try_fold(Types::NONE, |types, name| Some(types.or(Types::named(name.as_str()?)?)))
            }
            // Swagger 2.0's `file` is a payload of bytes.
            Value::String(name) if name == "file" && self == Self::Swagger2 => Some(Types::STRING),
            value => Types::named(value.as_str()?),
        }
    }

    /// Reads the bounds of numbers: before 3.1, `exclusiveMinimum` is a flag on `minimum`.
    pub(super) fn read_bounds(self, keywords: &mut Keywords<'_>, schema: &mut Schema) {
        let (exclusive_minimum, is_above) = keywords.bound_or_flag("exclusiveMinimum");
        let (exclusive_maximum, is_below) = keywords.bound_or_flag("exclusiveMaximum");
        schema.exclusive_minimum = exclusive_minimum;
        schema.exclusive_maximum = exclusive_maximum;
        schema.minimum = keywords.number("minimum");
        schema.maximum = keywords.number("maximum");
        if is_above {
            schema.exclusive_minimum = schema.minimum.take();
        }
        if is_below {
            schema.exclusive_maximum = schema.maximum.take();
        }
    }
}

fn has_combinator(keywords: &Keywords<'_>) -> bool {
    ["allOf", "anyOf", "oneOf", "not"].iter().any(|name| keywords.has(name))
}
