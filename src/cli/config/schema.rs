//! The JSON Schema of `conform.toml`, for editors.

use serde_json::{Map, Value, json};

use super::options::{self, Kind, RunOption};
use crate::check;

/// The schema.
pub(super) fn schema() -> Value {
    let options: Map<String, Value> = options::all().iter().map(|option| (option.name.clone(), of(option))).collect();
    let level = json!({"enum": ["error", "warning", "off"]});
    let checks: Map<String, Value> = check::rules()
        .map(|rule| (rule.id.to_owned(), json!({"$ref": "#/$defs/level", "description": rule.sentence})))
        .collect();
    let text = json!({"type": "string"});
    let mut api = options.clone();
    api.insert("name".to_owned(), text.clone());
    let mut top = options.clone();
    for (name, value) in [
        (
            "checks",
            json!({"type": "object", "additionalProperties": false, "properties": checks,
            "description": "Severities by check; `conform checks` lists them"}),
        ),
        (
            "rules",
            json!({"type": "array", "description": "Severities of the findings that a rule selects; the last that fits counts", "items": {
            "type": "object", "additionalProperties": false, "required": ["severity"], "properties": {
                "check": {"enum": check::rules().map(|rule| rule.id).collect::<Vec<_>>()},
                "operation": text, "status": text, "clause": text, "pointer": text, "severity": {"$ref": "#/$defs/level"}}}}),
        ),
        (
            "operations",
            json!({"type": "array", "description": "What is different for one operation", "items": {
            "type": "object", "additionalProperties": false, "required": ["operation"], "properties": {
                "operation": {"type": "string", "description": "An operationId, or METHOD /path"},
                "timeout": {"type": "string", "description": "The longest wait for a whole response"},
                "rate": {"type": ["integer", "string"], "description": "The most requests a second", "minimum": 1, "pattern": "^[1-9][0-9]*(/s)?$"},
                "severity": {"$ref": "#/$defs/level", "description": "What all its findings are"},
                "values": {"type": "object", "description": "What its valid requests have at a place: path.NAME, query.NAME, header.NAME, cookie.NAME or body#/json/pointer",
                    "additionalProperties": {"anyOf": [{"$ref": "#/$defs/value"}, {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/value"}}]}},
                "expect": {"type": "array", "items": text, "description": "Statuses that valid requests may be answered with, whatever the document says"}}}}),
        ),
        (
            "profiles",
            json!({"type": "object", "description": "Options that --profile NAME puts before the others",
            "additionalProperties": {"type": "object", "additionalProperties": false, "properties": options}}),
        ),
        (
            "apis",
            json!({"type": "array", "description": "What is tested by one command, one after the other",
            "items": {"type": "object", "additionalProperties": false, "required": ["name"], "properties": api}}),
        ),
    ] {
        top.insert(name.to_owned(), value);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "conform.toml",
        "type": "object",
        "additionalProperties": false,
        "properties": top,
        "$defs": {"level": level, "value": {"type": ["string", "number", "boolean"]}},
    })
}

fn of(option: &RunOption) -> Value {
    let one = match &option.kind {
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Number => json!({"type": ["integer", "string"]}),
        Kind::Text => json!({"type": ["string", "number"]}),
        Kind::Choice(choices) => json!({"enum": choices}),
    };
    let mut schema =
        if option.is_list { json!({"anyOf": [one.clone(), {"type": "array", "items": one}]}) } else { one };
    schema["description"] = option.help.as_str().into();
    if let Some(default) = &option.default {
        schema["default"] = default.as_str().into();
    }
    schema
}
