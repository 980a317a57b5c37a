//! Finds the keyword whose boundary a value tests.

use serde_json::Value;

use crate::contract::{Bound, SchemaId, compare_numbers};
use crate::generate::generator::Generator;
use crate::generate::shape::MergedSchema;

impl Generator {
    /// The holder of a keyword in a shape.
    pub(super) fn holder_of(&self, shape: &MergedSchema, keyword: &'static str) -> Option<(SchemaId, &'static str)> {
        let has = |id: &SchemaId| {
            let schema = self.schemas.get(*id);
            match keyword {
                "type" => schema.types.is_some(),
                "enum" => schema.enum_values.is_some(),
                "const" => schema.const_value.is_some(),
                "minLength" => schema.min_length.is_some(),
                "maxLength" => schema.max_length.is_some(),
                "pattern" => schema.pattern.is_some(),
                "format" => schema.format.is_some(),
                "minItems" => schema.min_items.is_some(),
                "maxItems" => schema.max_items.is_some(),
                "minimum" => schema.minimum.is_some(),
                "exclusiveMinimum" => schema.exclusive_minimum.is_some(),
                "maximum" => schema.maximum.is_some(),
                "exclusiveMaximum" => schema.exclusive_maximum.is_some(),
                "multipleOf" => schema.multiple_of.is_some(),
                "additionalProperties" => schema.additional_properties.is_some(),
                _ => false,
            }
        };
        shape.holders.iter().copied().find(has).map(|id| (id, keyword))
    }

    pub(super) fn about_string(&self, shape: &MergedSchema, string: &str) -> Option<(SchemaId, &'static str)> {
        let length = string.chars().count() as u64;
        let keyword = match length {
            _ if Some(length) == shape.max_length => "maxLength",
            _ if length == shape.min_length && length > 0 => "minLength",
            _ if !shape.patterns.is_empty() => "pattern",
            _ if !shape.formats.is_empty() => "format",
            _ => "type",
        };
        self.holder_of(shape, keyword)
    }

    pub(super) fn about_number(&self, shape: &MergedSchema, value: &Value) -> Option<(SchemaId, &'static str)> {
        let Value::Number(number) = value else { return None };
        let at =
            |bound: &Option<Bound>| bound.as_ref().is_some_and(|bound| compare_numbers(&bound.number, number).is_eq());
        let keywords: &[&'static str] = if at(&shape.lower) {
            &["minimum"]
        } else if at(&shape.upper) {
            &["maximum"]
        } else {
            &["multipleOf", "format", "exclusiveMinimum", "exclusiveMaximum", "type"]
        };
        keywords.iter().find_map(|keyword| self.holder_of(shape, keyword))
    }
}
