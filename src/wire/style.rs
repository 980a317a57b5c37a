//! How a parameter's value becomes a string, by its style (OpenAPI 3.1, section 4.8.12.2).

use serde_json::Value;

use super::channel::{Carrier, Channel};
use super::percent::strict;
use super::request::QueryPair;
use super::sure::Doubt;
use crate::contract::{Parameter, ParameterLocation, Style};

/// A parameter's value as it travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Carried {
    /// The string of a path segment, percent-encoded, and as it is.
    Path { encoded: String, plain: String },
    /// Pairs of the query string.
    Query(Vec<QueryPair>),
    /// A header field.
    Header(String, String),
    /// A cookie.
    Cookie(String, String),
}

/// The strings that can be sent as values of this parameter.
pub(crate) fn channel(parameter: &Parameter) -> Channel {
    let carrier = match parameter.place {
        ParameterLocation::Path => Carrier::Path,
        ParameterLocation::Query => Carrier::Query,
        ParameterLocation::Header => Carrier::Header,
        ParameterLocation::Cookie => Carrier::Cookie,
    };
    let delimiters = match (parameter.style, parameter.explode) {
        (Style::Simple, false) | (Style::Matrix, false) | (Style::Form, false) => ",",
        (Style::Simple, true) => ",=",
        (Style::Label, _) => ".=,",
        (Style::Matrix, true) => ";=,",
        (Style::SpaceDelimited, false) => " ",
        (Style::TabDelimited, _) => "\t",
        (Style::PipeDelimited, false) => "|",
        (Style::DeepObject, _) => "[]",
        _ => "",
    };
    Channel::new(carrier, delimiters)
}

/// Whether OpenAPI leaves open how a value is serialised: it contains nested arrays or objects (3.1, section
/// 4.8.12.4: "nested objects and arrays" are undefined). They are written as JSON, as many servers read them.
pub(crate) fn is_undefined(parameter: &Parameter, value: &Value) -> bool {
    let nested = |member: &Value| match member {
        Value::Array(items) => parameter.style != Style::DeepObject || items.iter().any(|item| !is_scalar(item)),
        Value::Object(_) => true,
        _ => false,
    };
    parameter.style != Style::Content
        && match value {
            Value::Array(items) => items.iter().any(|item| !is_scalar(item)),
            Value::Object(members) => members.values().any(nested),
            _ => false,
        }
}

/// Whether a value has a form, and OpenAPI says which.
pub(crate) fn sendable(parameter: &Parameter, value: &Value) -> Result<(), Doubt> {
    match carry(parameter, value) {
        None => Err(Doubt::Unsendable(value.clone())),
        Some(_) if is_undefined(parameter, value) => Err(Doubt::Undefined),
        Some(_) => Ok(()),
    }
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::Array(_) | Value::Object(_))
}

/// The value as a string; `None` where it has none: null, an empty array.
pub(crate) fn carry(parameter: &Parameter, value: &Value) -> Option<Carried> {
    let name = parameter.name.as_str();
    if parameter.style == Style::Content {
        return Some(single(parameter, value.to_string()));
    }
    // Numbers and names may hold what stands between items, as `1.5` does in `.1.5.2`.
    let channel = channel(parameter);
    let splits = |value: &Value| scalar(value).is_some_and(|text| channel.splits(&text));
    let is_split = match value {
        Value::Array(items) => items.iter().any(splits),
        Value::Object(members) => members.iter().any(|(name, value)| channel.splits(name) || splits(value)),
        _ => false,
    };
    if is_split {
        return None;
    }
    match parameter.place {
        ParameterLocation::Query => query(parameter, value).map(Carried::Query),
        ParameterLocation::Path => {
            let encoded = joined(parameter, value, &strict)?;
            let plain = joined(parameter, value, &str::to_owned)?;
            Some(Carried::Path { encoded, plain })
        }
        ParameterLocation::Header => Some(Carried::Header(name.to_owned(), joined(parameter, value, &str::to_owned)?)),
        ParameterLocation::Cookie => Some(Carried::Cookie(name.to_owned(), joined(parameter, value, &str::to_owned)?)),
    }
}

fn single(parameter: &Parameter, text: String) -> Carried {
    let name = parameter.name.clone();
    match parameter.place {
        ParameterLocation::Path => Carried::Path { encoded: strict(&text), plain: text },
        ParameterLocation::Query => Carried::Query(vec![QueryPair::new(name, text, false)]),
        ParameterLocation::Header => Carried::Header(name, text),
        ParameterLocation::Cookie => Carried::Cookie(name, text),
    }
}

/// One string for the whole value (OpenAPI 3.1, section 4.8.12.4, the table of styles).
pub(super) fn joined(parameter: &Parameter, value: &Value, encode: &dyn Fn(&str) -> String) -> Option<String> {
    let name = &parameter.name;
    let explode = parameter.explode;
    match value {
        Value::Array(items) => {
            let texts: Vec<String> =
                items.iter().map(|item| member(item).map(|text| encode(&text))).collect::<Option<_>>()?;
            if texts.is_empty() {
                return None;
            }
            Some(match parameter.style {
                Style::Label => format!(".{}", texts.join(if explode { "." } else { "," })),
                Style::Matrix if explode => {
                    texts.iter().map(|text| format!(";{name}={text}")).collect::<Vec<_>>().concat()
                }
                Style::Matrix => format!(";{name}={}", texts.join(",")),
                _ => texts.join(","),
            })
        }
        Value::Object(members) => {
            let mut pairs = Vec::new();
            for (key, child) in members {
                pairs.push((encode(key), encode(&member(child)?)));
            }
            if pairs.is_empty() {
                return None;
            }
            let list = |equals: &str, between: &str| {
                pairs.iter().map(|(key, text)| format!("{key}{equals}{text}")).collect::<Vec<_>>().join(between)
            };
            Some(match (parameter.style, explode) {
                (Style::Label, true) => format!(".{}", list("=", ".")),
                (Style::Label, false) => format!(".{}", list(",", ",")),
                (Style::Matrix, true) => format!(";{}", list("=", ";")),
                (Style::Matrix, false) => format!(";{name}={}", list(",", ",")),
                (_, true) => list("=", ","),
                (_, false) => list(",", ","),
            })
        }
        _ => {
            let text = encode(&scalar(value)?);
            Some(match parameter.style {
                Style::Label => format!(".{text}"),
                Style::Matrix => format!(";{name}={text}"),
                _ => text,
            })
        }
    }
}

pub(super) fn query(parameter: &Parameter, value: &Value) -> Option<Vec<QueryPair>> {
    let name = &parameter.name;
    let reserved = parameter.allow_reserved;
    let pair = |name: String, value: String, reserved: bool| QueryPair::new(name, value, reserved);
    match value {
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().map(member).collect::<Option<_>>()?;
            if texts.is_empty() {
                return None;
            }
            let delimiter = match parameter.style {
                Style::SpaceDelimited => " ",
                Style::TabDelimited => "\t",
                Style::PipeDelimited => "|",
                _ => ",",
            };
            if parameter.explode {
                return Some(texts.into_iter().map(|text| pair(name.clone(), text, reserved)).collect());
            }
            // The delimiter itself stays as it is; no item holds one.
            Some(vec![pair(name.clone(), texts.join(delimiter), delimiter == "," || reserved)])
        }
        Value::Object(members) => {
            let mut pairs = Vec::new();
            for (key, child) in members {
                match (parameter.style, child) {
                    (Style::DeepObject, Value::Array(items)) => {
                        for item in items {
                            pairs.push(pair(format!("{name}[{key}]"), member(item)?, reserved));
                        }
                    }
                    (Style::DeepObject, _) => pairs.push(pair(format!("{name}[{key}]"), member(child)?, reserved)),
                    (_, _) if parameter.explode => pairs.push(pair(key.clone(), member(child)?, reserved)),
                    _ => pairs.push(pair(String::new(), format!("{key},{}", member(child)?), true)),
                }
            }
            if pairs.is_empty() {
                return None;
            }
            if parameter.style != Style::DeepObject && !parameter.explode {
                let list: Vec<String> = pairs.into_iter().map(|pair| pair.value).collect();
                return Some(vec![pair(name.clone(), list.join(","), true)]);
            }
            Some(pairs)
        }
        _ => Some(vec![pair(name.clone(), scalar(value)?, reserved)]),
    }
}

/// The single string that the value is serialised to, if it is one.
pub(crate) fn text(parameter: &Parameter, value: &Value) -> Option<String> {
    match (parameter.place, value) {
        (_, Value::String(_) | Value::Number(_) | Value::Bool(_)) => scalar(value),
        (ParameterLocation::Query, _) => None,
        _ => joined(parameter, value, &str::to_owned),
    }
}

/// The string of a scalar; null has none.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// The string of a property or item: what is nested deeper is JSON.
pub(super) fn member(value: &Value) -> Option<String> {
    if is_scalar(value) { scalar(value) } else { Some(value.to_string()) }
}
