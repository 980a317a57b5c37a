//! What to write instead, where it can be known.

use serde_json::Value;

use super::dialect::Dialects;
use super::form::shorten;
use super::keyword::{Form, Keyword};
use super::node::SchemaNode;
use crate::spec::SourceLocation;

/// What to write instead of a keyword of another dialect, whatever its value is.
const INSTEAD: &[(&str, Dialects, &str)] = &[
    ("$defs", Dialects::OPENAPI30, "keep schemas under `components/schemas`"),
    ("$defs", Dialects::SWAGGER, "keep schemas under `definitions` of the document"),
    ("$recursiveRef", Dialects::OPENAPI31, "write `$dynamicRef`"),
    ("additionalItems", Dialects::OPENAPI31, "write `prefixItems` for the first items and `items` for the others"),
    ("collectionFormat", Dialects::OPENAPI30, "write `style` and `explode` in the parameter"),
    ("const", Dialects::OPENAPI30, "write `enum` with this value alone"),
    ("const", Dialects::SWAGGER, "write `enum` with this value alone"),
    ("const", Dialects::SIMPLE, "write `enum` with this value alone"),
    ("contentEncoding", Dialects::OPENAPI30, "write `format: byte` for base64"),
    ("contentEncoding", Dialects::SWAGGER, "write `format: byte` for base64"),
    ("definitions", Dialects::OPENAPI30, "keep schemas under `components/schemas`"),
    ("definitions", Dialects::SWAGGER, "keep schemas under `definitions` of the document"),
    ("dependencies", Dialects::OPENAPI31, "write `dependentRequired` or `dependentSchemas`"),
    ("example", Dialects::SIMPLE, "write `x-example`"),
    ("examples", Dialects::OPENAPI30, "write `example` with one value"),
    ("examples", Dialects::SWAGGER, "write `example` with one value"),
    ("examples", Dialects::SIMPLE, "write `x-example`"),
    ("nullable", Dialects::SWAGGER, "many tools read `x-nullable`"),
    ("nullable", Dialects::SIMPLE, "many tools read `x-nullable`"),
    ("patternProperties", Dialects::OPENAPI30, "write `additionalProperties`"),
    ("patternProperties", Dialects::SWAGGER, "write `additionalProperties`"),
];

/// What to write instead of a keyword of another dialect, as the end of a sentence.
pub(super) fn instead_of(node: &SchemaNode<'_>, name: &str, value: &Value) -> String {
    if name == "nullable" && node.dialect.set == Dialects::OPENAPI31 {
        return format!("; {}", instead_of_nullable(node, value));
    }
    let found = INSTEAD.iter().find(|(known, set, _)| *known == name && *set == node.dialect.set);
    found.map_or(String::new(), |(_, _, advice)| format!("; {advice}"))
}

fn instead_of_nullable(node: &SchemaNode<'_>, value: &Value) -> String {
    match (value, node.members.get("type")) {
        (Value::Bool(false), _) => "leave it out".to_owned(),
        (_, Some(Value::Array(names))) if names.iter().any(|name| name == "null") => {
            "`type` has \"null\" already".to_owned()
        }
        (_, Some(Value::String(name))) => format!("write `type: [{}, \"null\"]`", shorten(name)),
        (_, Some(Value::Array(_))) => "add \"null\" to `type`".to_owned(),
        _ => "allow null with `anyOf: [.., {type: \"null\"}]`".to_owned(),
    }
}

/// What to write instead of `required: true` or `false`.
pub(super) fn instead_of_flag(at: &SourceLocation, flag: bool) -> String {
    if !flag {
        return "leave it out: what is not listed is not required".to_owned();
    }
    let name = at.pointer.parent().and_then(|(holder, name)| {
        let (_, holder) = holder.parent()?;
        (holder == "properties").then(|| name.into_owned())
    });
    match name {
        Some(name) => format!("list `{}` in the `required` of the object that has this property", shorten(&name)),
        None => "list them".to_owned(),
    }
}

/// What to write instead of a value that does not have the form of its keyword, as the end of a sentence.
pub(super) fn for_value(node: &SchemaNode<'_>, keyword: &Keyword, value: &Value) -> String {
    let advice = match (keyword.name, value) {
        ("exclusiveMinimum", _) => exclusive(node, "exclusiveMinimum", "minimum", value),
        ("exclusiveMaximum", _) => exclusive(node, "exclusiveMaximum", "maximum", value),
        ("items", Value::Array(_)) if node.dialect.set == Dialects::OPENAPI30 => {
            Some("write one schema, with `anyOf` for several".to_owned())
        }
        ("items", Value::Array(_)) if node.dialect.has_boolean_schemas() => {
            Some("write `prefixItems` for a schema an item".to_owned())
        }
        (_, Value::Array(items)) if items.is_empty() => Some("leave it out".to_owned()),
        ("examples", Value::Object(_)) => Some("write an array of values".to_owned()),
        ("discriminator", Value::String(name)) if !name.is_empty() => {
            Some(format!("write `discriminator: {{propertyName: {}}}`", shorten(name)))
        }
        ("discriminator", Value::Object(members)) => members
            .get("propertyName")
            .and_then(Value::as_str)
            .map(|name| format!("write `discriminator: {}`", shorten(name))),
        ("enum", Value::String(_) | Value::Number(_) | Value::Bool(_)) => {
            Some(format!("write `[{}]`", shorten(&value.to_string())))
        }
        _ => unquoted(node, keyword, value),
    };
    advice.map_or(String::new(), |advice| format!("; {advice}"))
}

/// The bounds of numbers: a flag beside the bound until draft 4, a bound of their own since.
fn exclusive(node: &SchemaNode<'_>, name: &str, bound: &str, value: &Value) -> Option<String> {
    match (value, node.members.get(bound)) {
        (Value::Bool(false), _) => Some("leave it out".to_owned()),
        (Value::Bool(true), Some(Value::Number(number))) => {
            Some(format!("write `{name}: {number}` in place of `{bound}: {number}`"))
        }
        (Value::Bool(true), _) => None,
        (Value::Number(number), None) => Some(format!("write `{bound}: {number}` with `{name}: true`")),
        _ => None,
    }
}

/// A string that would be right without its quotes.
fn unquoted(node: &SchemaNode<'_>, keyword: &Keyword, value: &Value) -> Option<String> {
    let bare: Value = serde_json::from_str(value.as_str()?).ok()?;
    let scalar =
        matches!(keyword.form, Form::Boolean | Form::Number | Form::Positive | Form::Count | Form::SchemaOrBoolean);
    (scalar && keyword.form.misfit(&bare, node.dialect).is_none()).then(|| "write it without quotes".to_owned())
}
