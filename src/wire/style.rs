//! How a parameter's value becomes a string, by its style (OpenAPI 3.1, section 4.8.12.2).

use serde_json::{Number, Value};

use super::channel::{Carrier, Channel};
use super::doubt::Doubt;
use super::percent::{decoded, strict};
use super::request::QueryPair;
use crate::contract::{Parameter, ParameterLocation, PayloadKind, Style};

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

/// Whether OpenAPI leaves open how a value is serialised: it holds arrays or objects within another (3.1, section
/// 4.8.12.4: "nested objects and arrays" are undefined), which are written as JSON, as many servers read them; or the
/// style is none for what it is. Of several values in one cookie nobody knows how to encode what separates them, as a
/// comma may not stand in one (RFC 6265, section 4.1.1).
pub(crate) fn is_undefined(parameter: &Parameter, value: &Value) -> bool {
    let is_nested = match value {
        Value::Array(items) => items.iter().any(|item| !is_scalar(item)),
        Value::Object(members) => members.values().any(|member| !is_scalar(member)),
        _ => return false,
    };
    let has_no_style = match parameter.style {
        Style::Content => return false,
        Style::SpaceDelimited | Style::TabDelimited | Style::PipeDelimited => parameter.explode,
        Style::DeepObject => value.is_array(),
        _ => parameter.place == ParameterLocation::Cookie,
    };
    is_nested || has_no_style
}

/// What stands between the items of a list, or the names and values of an object, that travel as one text.
pub(super) fn delimiter(style: Style) -> &'static str {
    match style {
        Style::SpaceDelimited => " ",
        Style::TabDelimited => "\t",
        Style::PipeDelimited => "|",
        _ => ",",
    }
}

/// Whether a value has a form, and OpenAPI says which.
pub(crate) fn sendable(parameter: &Parameter, value: &Value) -> Result<(), Doubt> {
    // A path with nothing in the place of a variable is another path: often that of the collection.
    if parameter.place == ParameterLocation::Path && value.as_str().is_some_and(str::is_empty) {
        return Err(Doubt::Nothing);
    }
    match is_carried(parameter, value) {
        false => Err(Doubt::Unsendable(value.clone())),
        true if is_undefined(parameter, value) => Err(Doubt::Undefined),
        true => Ok(()),
    }
}

/// Whether [`carry`] has a string for a value, which may be long and is not made to see that.
pub(crate) fn is_carried(parameter: &Parameter, value: &Value) -> bool {
    if parameter.style == Style::Content {
        return carry(parameter, value).is_some();
    }
    let have_texts = |items: &[Value]| items.iter().all(|item| !item.is_null());
    let is_spread = parameter.place == ParameterLocation::Query && parameter.style == Style::DeepObject;
    let has_text = match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty() && have_texts(items),
        Value::Object(members) => {
            let is_text = |member: &Value| match member {
                Value::Array(items) if is_spread => have_texts(items),
                other => !other.is_null(),
            };
            let is_something = |member: &Value| !is_spread || member.as_array().is_none_or(|items| !items.is_empty());
            members.values().all(is_text) && members.values().any(is_something)
        }
        Value::String(_) | Value::Number(_) | Value::Bool(_) => true,
    };
    has_text && !is_split(parameter, value)
}

/// Whether what stands between items is in one of them: numbers and names may hold it, too, as `1.5` does in `.1.5.2`.
fn is_split(parameter: &Parameter, value: &Value) -> bool {
    let channel = channel(parameter);
    let splits = |value: &Value| match value {
        Value::String(text) => channel.splits(text),
        other => scalar(other).is_some_and(|text| channel.splits(&text)),
    };
    match value {
        Value::Array(items) => items.iter().any(splits),
        Value::Object(members) => members.iter().any(|(name, value)| channel.splits(name) || splits(value)),
        _ => false,
    }
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::Array(_) | Value::Object(_))
}

/// The value as a string; `None` where it has none: null, an empty array.
pub(crate) fn carry(parameter: &Parameter, value: &Value) -> Option<Carried> {
    let name = parameter.name.as_str();
    if parameter.style == Style::Content {
        let text = match parameter.content_kind() {
            Some(PayloadKind::Json) => value.to_string(),
            Some(PayloadKind::Text) => scalar(value)?,
            _ => return None,
        };
        return Some(single(parameter, text));
    }
    if is_split(parameter, value) {
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

/// A text in place of the parameter's value, percent-encoded as it is to be sent; `None` for a cookie, whose encoding no
/// standard has.
pub(crate) fn as_written(parameter: &Parameter, encoded: &str) -> Option<Carried> {
    let name = parameter.name.clone();
    let plain = decoded(encoded);
    match parameter.place {
        ParameterLocation::Path => Some(Carried::Path { encoded: encoded.to_owned(), plain }),
        ParameterLocation::Query => {
            let encoded = format!("{}={encoded}", strict(&name));
            Some(Carried::Query(vec![QueryPair { name, value: plain, encoded }]))
        }
        ParameterLocation::Header => Some(Carried::Header(name, encoded.to_owned())),
        ParameterLocation::Cookie => None,
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
    let between = match delimiter(parameter.style) {
        "," => ",".to_owned(),
        other => encode(other),
    };
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
                _ => texts.join(&between),
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
                (_, true) => list("=", &between),
                (_, false) => list(&between, &between),
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
    let delimiter = delimiter(parameter.style);
    match value {
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().map(member).collect::<Option<_>>()?;
            if texts.is_empty() {
                return None;
            }
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
                    _ => pairs.push(pair(String::new(), format!("{key}{delimiter}{}", member(child)?), true)),
                }
            }
            if pairs.is_empty() {
                return None;
            }
            if parameter.style != Style::DeepObject && !parameter.explode {
                let list: Vec<String> = pairs.into_iter().map(|pair| pair.value).collect();
                return Some(vec![pair(name.clone(), list.join(delimiter), delimiter == "," || reserved)]);
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
        Value::Number(number) => Some(decimal(number)),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// A number without an exponent, which not every reader of a text takes for part of one.
fn decimal(number: &Number) -> String {
    let text = number.to_string();
    let float = number.as_f64().filter(|_| text.contains(['e', 'E']));
    float.map_or(text, |float| float.to_string())
}

/// The string of a property or item: what is nested deeper is JSON.
pub(super) fn member(value: &Value) -> Option<String> {
    if is_scalar(value) { scalar(value) } else { Some(value.to_string()) }
}

#[cfg(test)]
mod tests;
