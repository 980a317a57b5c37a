//! Reads values out of the texts of parameters and forms. A text stands for several values (`1` is a number and a text):
//! what keeps its schema in one of its readings is meant so.

use serde_json::{Map, Value};

use crate::contract::{Direction, Parameter, ParameterPlace, SchemaId, Style, Validators};

/// What one text may stand for.
fn scalars(text: &str) -> Vec<Value> {
    let parsed = serde_json::from_str::<Value>(text).ok().filter(|value| !value.is_string());
    std::iter::once(Value::String(text.to_owned())).chain(parsed).collect()
}

/// Texts as a list: all of them as texts, and each as what it looks most like.
fn lists(texts: &[&str]) -> Vec<Value> {
    let pick = |last: bool| {
        let item = |text: &&str| {
            let mut readings = scalars(text);
            if last { readings.pop() } else { Some(readings.swap_remove(0)) }
        };
        Value::Array(texts.iter().filter_map(item).collect())
    };
    vec![pick(false), pick(true)]
}

/// What the texts of a parameter may stand for (OpenAPI 3.1, section 4.8.12.2).
pub(super) fn parameter(
    validators: &Validators,
    schema: SchemaId,
    parameter: &Parameter,
    texts: &[(String, String)],
) -> Vec<Value> {
    let Some((_, text)) = texts.first() else { return Vec::new() };
    if parameter.style == Style::Content {
        return serde_json::from_str(text).into_iter().collect();
    }
    let is_spread = texts.iter().any(|(name, _)| *name != parameter.name);
    if is_spread {
        return vec![object(validators, schema, texts, &|_| false)];
    }
    let all: Vec<&str> = texts.iter().map(|(_, text)| text.as_str()).collect();
    let (text, delimiter) = match parameter.style {
        Style::Label => (text.strip_prefix('.').unwrap_or(text), if parameter.explode { "." } else { "," }),
        Style::Matrix if parameter.explode => (text.strip_prefix(';').unwrap_or(text), ";"),
        Style::Matrix => {
            let value = text.strip_prefix(&format!(";{}=", parameter.name));
            (value.unwrap_or(text), ",")
        }
        Style::SpaceDelimited => (text.as_str(), " "),
        Style::TabDelimited => (text.as_str(), "\t"),
        Style::PipeDelimited => (text.as_str(), "|"),
        _ => (text.as_str(), ","),
    };
    let own = format!("{}=", parameter.name);
    let parts: Vec<&str> = text.split(delimiter).map(|part| part.strip_prefix(&own).unwrap_or(part)).collect();
    let mut readings = Vec::new();
    if all.len() == 1 {
        readings.extend(scalars(text.strip_prefix(&own).unwrap_or(text)));
        readings.extend(lists(&parts));
        let equals: Option<Vec<_>> = parts.iter().map(|part| part.split_once('=')).collect();
        let alternate = parts.chunks(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?))).collect();
        let pairs: Vec<(String, String)> =
            equals.unwrap_or(alternate).into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        readings.push(object(validators, schema, &pairs, &|_| false));
    }
    if parameter.place == ParameterPlace::Query && parameter.explode {
        readings.extend(lists(&all));
    }
    readings
}

/// Pairs as an object: each member as the reading that keeps its schema, or as text. A list that `is_joined` is one text.
pub(super) fn object(
    validators: &Validators,
    schema: SchemaId,
    pairs: &[(String, String)],
    is_joined: &dyn Fn(&str) -> bool,
) -> Value {
    let mut members = Map::new();
    for (name, _) in pairs {
        let texts: Vec<&str> = pairs.iter().filter(|(known, _)| known == name).map(|(_, text)| text.as_str()).collect();
        let mut readings = match texts.as_slice() {
            [text] => scalars(text),
            _ => Vec::new(),
        };
        if !is_joined(name) {
            readings.extend(lists(&texts));
        }
        if let [text] = texts.as_slice() {
            readings.extend(lists(&text.split(',').collect::<Vec<_>>()));
        }
        let property = property(validators, schema, name);
        let is_valid = |value: &&Value| property.is_none_or(|id| validators.is_valid(id, Direction::Request, value));
        let reading = readings.iter().find(is_valid).or(readings.first()).cloned();
        members.insert(name.clone(), reading.unwrap_or_default());
    }
    Value::Object(members)
}

/// The schema of a property, declared or not, through references and `allOf`; `None` where the schema has no say.
pub(super) fn property(validators: &Validators, id: SchemaId, name: &str) -> Option<SchemaId> {
    let schemas = validators.schemas();
    schemas.conjunction(&[id]).find_map(|id| {
        let schema = schemas.get(id);
        schema.properties.get(name).copied().or(schema.additional_properties)
    })
}

/// The names and texts of a multipart payload's parts (RFC 7578).
pub(super) fn parts(media_type: &str, body: &[u8]) -> Vec<(String, String)> {
    let Some((_, boundary)) = media_type.split_once("boundary=") else { return Vec::new() };
    let text = String::from_utf8_lossy(body);
    let delimiter = format!("--{}", boundary.trim_matches('"'));
    text.split(&delimiter)
        .filter_map(|part| {
            let (head, content) = part.split_once("\r\n\r\n")?;
            let (_, name) = head.split_once("name=\"")?;
            let (name, _) = name.split_once('"')?;
            Some((name.to_owned(), content.strip_suffix("\r\n").unwrap_or(content).to_owned()))
        })
        .collect()
}
