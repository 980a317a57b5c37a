//! What `type` may name, and what was meant where it names something else.

use serde_json::Value;

use super::dialect::Dialects;
use super::form::{found, shorten};
use super::node::SchemaNode;

/// The types of every dialect but Swagger 2.0's parameters, which have no `object`. `null` is apart.
pub(super) const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// What other languages call the types, and how it is written here.
const ELSEWHERE: &[(&[&str], &str)] = &[
    (&["any", "mixed", "unknown", "*"], "leave `type` out to allow any value"),
    (&["array[string]", "string[]"], "write `type: array` with `items: {type: string}`"),
    (&["binary", "blob", "bytes"], "write `type: string` with `format: binary`"),
    (&["bool"], "write `boolean`"),
    (&["byte"], "write `type: string` with `format: byte`"),
    (&["char", "str", "text", "varchar"], "write `string`"),
    (&["date"], "write `type: string` with `format: date`"),
    (&["datetime", "date-time", "timestamp"], "write `type: string` with `format: date-time`"),
    (&["decimal", "numeric"], "write `number`"),
    (&["dict", "dictionary", "hash", "json", "map", "struct"], "write `object`"),
    (&["double"], "write `type: number` with `format: double`"),
    (&["email"], "write `type: string` with `format: email`"),
    (&["enum"], "write the type of the values of `enum`, such as `string`"),
    (&["float"], "write `type: number` with `format: float`"),
    (&["guid", "uuid"], "write `type: string` with `format: uuid`"),
    (&["int"], "write `integer`"),
    (&["int32"], "write `type: integer` with `format: int32`"),
    (&["int64", "long"], "write `type: integer` with `format: int64`"),
    (&["list", "set", "tuple"], "write `array`"),
    (&["password"], "write `type: string` with `format: password`"),
    (&["uri", "url"], "write `type: string` with `format: uri`"),
];

/// Whether the dialect has the type.
pub(super) fn is_type(name: &str, node: &SchemaNode<'_>) -> bool {
    match name {
        "null" => node.dialect.set != Dialects::OPENAPI30 && node.dialect.set != Dialects::SIMPLE,
        "object" => node.dialect.set != Dialects::SIMPLE,
        "file" => node.may_be_file,
        name => TYPES.contains(&name),
    }
}

/// What is wrong with a name that is none of a type.
pub(super) fn message(name: &str, node: &SchemaNode<'_>) -> String {
    let dialect = node.dialect.name;
    format!("`{}` is no type of {dialect}; {}", shorten(name), advice(name, node))
}

/// What is wrong with a value of `type` that is no name.
pub(super) fn not_a_name(value: &Value, node: &SchemaNode<'_>) -> String {
    let dialect = node.dialect.name;
    match value {
        Value::Array(_) => {
            format!("`type` names one type in {dialect}, not several; {}", instead_of_several(value, node))
        }
        Value::Null if node.dialect.set == Dialects::OPENAPI30 => {
            format!("`type` must be the name of a type in {dialect}, not null; write `nullable: true` beside the type")
        }
        Value::Null => format!("`type` must be the name of a type in {dialect}, not null; quote it: `type: \"null\"`"),
        other => format!("`type` must be the name of a type in {dialect}, not {}", found(other)),
    }
}

fn instead_of_several(value: &Value, node: &SchemaNode<'_>) -> String {
    let names: Vec<&str> = value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let others: Vec<&str> = names.iter().copied().filter(|name| *name != "null").collect();
    let has_null = others.len() < names.len();
    match others.as_slice() {
        [one] if has_null && node.dialect.set == Dialects::OPENAPI30 => {
            format!("write `type: {}` with `nullable: true`", shorten(one))
        }
        [one] => format!("write `type: {}`", shorten(one)),
        _ if node.dialect.set == Dialects::OPENAPI30 => "write a schema for each in `anyOf`".to_owned(),
        _ => "choose one, or leave `type` out".to_owned(),
    }
}

fn advice(name: &str, node: &SchemaNode<'_>) -> String {
    let small = name.to_ascii_lowercase();
    let set = node.dialect.set;
    if small == "null" && set == Dialects::OPENAPI30 {
        return "write `nullable: true` beside the type".to_owned();
    }
    if small == "file" {
        return match set {
            Dialects::SWAGGER | Dialects::SIMPLE => {
                "it is one of parameters `in: formData` and of the schema of a response alone".to_owned()
            }
            Dialects::OPENAPI30 => "write `type: string` with `format: binary`".to_owned(),
            _ => "write `contentMediaType` without `type` for bytes".to_owned(),
        };
    }
    let names: Vec<&str> = TYPES.into_iter().chain(["null"]).filter(|known| is_type(known, node)).collect();
    if let Some(known) = names.iter().find(|known| **known == small) {
        return format!("write `{known}`");
    }
    if let Some((_, advice)) = ELSEWHERE.iter().find(|(names, _)| names.contains(&small.as_str())) {
        return (*advice).to_owned();
    }
    if let Some(component) = component(name, node) {
        return format!("did you mean `$ref: '{component}'`?");
    }
    let distance = |known: &&&str| strsim::damerau_levenshtein(&small, known);
    match names.iter().min_by_key(distance).filter(|known| distance(known) <= 2) {
        Some(known) => format!("did you mean `{known}`?"),
        None => format!("the types are {}", names.join(", ")),
    }
}

/// The reference to the document's schema of this name.
fn component(name: &str, node: &SchemaNode<'_>) -> Option<String> {
    let root = &node.document.files()[0].value;
    ["components/schemas", "definitions"].into_iter().find_map(|holder| {
        root.pointer(&format!("/{holder}"))?.get(name)?;
        Some(format!("#/{holder}/{name}"))
    })
}
