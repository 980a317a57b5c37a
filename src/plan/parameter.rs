//! How a parameter's value becomes text, and what a server may read out of that text.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Number, Value};

use super::case::QueryPair;
use crate::contract::{Parameter, ParameterPlace, Style, Types};
use crate::generate::{Carrier, Charset};

/// All but the unreserved characters (RFC 3986, section 2.3).
pub(super) const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A parameter's value as it travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Carried {
    /// The text of a path segment, percent-encoded, and as it is.
    Path { encoded: String, plain: String },
    /// Pairs of the query string.
    Query(Vec<QueryPair>),
    /// A header field.
    Header(String, String),
    /// A cookie.
    Cookie(String, String),
}

/// The texts that can be sent as values of this parameter.
pub(crate) fn charset(parameter: &Parameter) -> Charset {
    let carrier = match parameter.place {
        ParameterPlace::Path => Carrier::Path,
        ParameterPlace::Query => Carrier::Query,
        ParameterPlace::Header => Carrier::Header,
        ParameterPlace::Cookie => Carrier::Cookie,
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
    Charset::new(carrier, delimiters)
}

/// Whether OpenAPI leaves open how a value becomes text: it holds lists or objects within another (3.1, section
/// 4.8.12.4: "nested objects and arrays" are undefined). They are written as JSON, as many servers read them.
pub(super) fn is_undefined(parameter: &Parameter, value: &Value) -> bool {
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

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::Array(_) | Value::Object(_))
}

/// The value as text; `None` where it has none: null, an empty list.
pub(super) fn carry(parameter: &Parameter, value: &Value) -> Option<Carried> {
    let name = parameter.name.as_str();
    if parameter.style == Style::Content {
        return Some(single(parameter, value.to_string()));
    }
    // Numbers and names may hold what stands between items, as `1.5` does in `.1.5.2`.
    let charset = charset(parameter);
    let splits = |value: &Value| scalar(value).is_some_and(|text| charset.splits(&text));
    let is_split = match value {
        Value::Array(items) => items.iter().any(splits),
        Value::Object(members) => members.iter().any(|(name, value)| charset.splits(name) || splits(value)),
        _ => false,
    };
    if is_split {
        return None;
    }
    match parameter.place {
        ParameterPlace::Query => query(parameter, value).map(Carried::Query),
        ParameterPlace::Path => {
            let encoded = joined(parameter, value, &|text| utf8_percent_encode(text, ENCODED).to_string())?;
            let plain = joined(parameter, value, &str::to_owned)?;
            Some(Carried::Path { encoded, plain })
        }
        ParameterPlace::Header => Some(Carried::Header(name.to_owned(), joined(parameter, value, &str::to_owned)?)),
        ParameterPlace::Cookie => Some(Carried::Cookie(name.to_owned(), joined(parameter, value, &str::to_owned)?)),
    }
}

fn single(parameter: &Parameter, text: String) -> Carried {
    let name = parameter.name.clone();
    match parameter.place {
        ParameterPlace::Path => Carried::Path { encoded: utf8_percent_encode(&text, ENCODED).to_string(), plain: text },
        ParameterPlace::Query => Carried::Query(vec![QueryPair { name, value: text, reserved: false }]),
        ParameterPlace::Header => Carried::Header(name, text),
        ParameterPlace::Cookie => Carried::Cookie(name, text),
    }
}

/// One text for the whole value (OpenAPI 3.1, section 4.8.12.4, the table of styles).
fn joined(parameter: &Parameter, value: &Value, encode: &dyn Fn(&str) -> String) -> Option<String> {
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

fn query(parameter: &Parameter, value: &Value) -> Option<Vec<QueryPair>> {
    let name = &parameter.name;
    let reserved = parameter.allow_reserved;
    let pair = |name: String, value: String, reserved: bool| QueryPair { name, value, reserved };
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

/// The one text that the value travels as, if it is one.
pub(super) fn text(parameter: &Parameter, value: &Value) -> Option<String> {
    match (parameter.place, value) {
        (_, Value::String(_) | Value::Number(_) | Value::Bool(_)) => scalar(value),
        (ParameterPlace::Query, _) => None,
        _ => joined(parameter, value, &str::to_owned),
    }
}

/// The text of a scalar; null has none.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// The text of a member or item: what is nested deeper is JSON.
fn member(value: &Value) -> Option<String> {
    if is_scalar(value) { scalar(value) } else { Some(value.to_string()) }
}

/// All that a server may take the value of a parameter for, the single text of a list or an object included.
pub(super) fn readings_of(parameter: &Parameter, value: &Value, expected: Types) -> Option<Vec<Value>> {
    let mut all = readings(value, expected)?;
    if matches!(value, Value::Array(_) | Value::Object(_)) {
        let texts = match parameter.place {
            ParameterPlace::Query => {
                query(parameter, value).into_iter().flatten().map(|pair| pair.value).collect::<Vec<_>>()
            }
            _ => joined(parameter, value, &str::to_owned).into_iter().collect(),
        };
        all.extend(texts.iter().flat_map(|text| text_readings(text)));
        // A delimiter of another style is part of the text, which is then a list of one.
        if expected.intersects(Types::ARRAY) {
            all.extend(texts.iter().map(|text| Value::Array(vec![Value::String(text.clone())])));
        }
    }
    let pieces = pieces(parameter, value);
    if expected.intersects(Types::ARRAY) && !value.is_array() {
        all.extend(both(|read| Value::Array(pieces.iter().map(|piece| read(piece)).collect())));
    }
    if expected.intersects(Types::OBJECT) && !value.is_object() {
        let member = |pair: &[String], read: &dyn Fn(&str) -> Value| {
            (pair[0].clone(), read(pair.get(1).map_or("", String::as_str)))
        };
        all.extend(both(|read| Value::Object(pieces.chunks(2).map(|pair| member(pair, read)).collect())));
        let named = |piece: &String| piece.split_once('=').map(|(name, text)| [name.to_owned(), text.to_owned()]);
        let named: Vec<[String; 2]> = pieces.iter().filter_map(named).collect();
        all.extend(both(|read| Value::Object(named.iter().map(|pair| member(pair, read)).collect())));
    }
    Some(all)
}

/// The texts between the delimiters of what is sent: one that is read as another type is taken apart like it.
fn pieces(parameter: &Parameter, value: &Value) -> Vec<String> {
    let texts = |values: &mut dyn Iterator<Item = &Value>| values.filter_map(member).collect::<Vec<_>>();
    match value {
        Value::Array(items) => texts(&mut items.iter()),
        Value::Object(members) => {
            let each = members.iter().filter_map(|(name, child)| Some((name.clone(), member(child)?)));
            match parameter.explode {
                true => each.map(|(name, text)| format!("{name}={text}")).collect(),
                false => each.flat_map(|(name, text)| [name, text]).collect(),
            }
        }
        _ => {
            let text = scalar(value).unwrap_or_default();
            text.split([',', '|', ' ', ';', '.', '\t']).map(str::to_owned).collect()
        }
    }
}

/// A reading in which all are texts, and one in which each is what it looks most like.
fn both(build: impl Fn(&dyn Fn(&str) -> Value) -> Value) -> [Value; 2] {
    let likely = |text: &str| {
        let mut readings = text_readings(text);
        readings.swap_remove(readings.len().min(2) - 1)
    };
    [build(&|text| Value::String(text.to_owned())), build(&likely)]
}

/// All that a server may take what is sent for, each text on its own; `None` where that is too much to look at. A
/// value is surely invalid only if all of these are.
pub(crate) fn readings(value: &Value, expected: Types) -> Option<Vec<Value>> {
    let mut all = alternatives(value)?;
    if let Some(text) = scalar(value)
        && expected.intersects(Types::ARRAY)
    {
        // One text is a list of one item, or of several where it holds a delimiter.
        let single: Vec<Value> = all.iter().map(|reading| Value::Array(vec![reading.clone()])).collect();
        let split: Vec<Value> = text.split([',', '|', ' ']).map(|part| Value::String(part.to_owned())).collect();
        all.extend(single);
        all.push(Value::Array(split));
    }
    Some(all)
}

/// Whether a server that knows the schema reads `value` back out of its text.
pub(super) fn is_readable(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(is_readable),
        Value::Object(members) => members.values().all(is_readable),
        Value::Null => true,
        _ => scalar(value).is_some_and(|text| text_readings(&text).contains(value)),
    }
}

/// All that a server may take a field of a form for: repeated fields for a list or for the last of them, one field for
/// a list of one, nested values for JSON or for its text.
pub(super) fn field_readings(value: &Value) -> Vec<Value> {
    let mut all = alternatives(value).unwrap_or_else(|| vec![value.clone()]);
    match value {
        Value::Array(items) => {
            for item in [items.first(), items.last()].into_iter().flatten() {
                all.extend(alternatives(item).into_iter().flatten());
            }
            let texts: Vec<String> = items.iter().filter_map(member).collect();
            all.extend([Value::String(texts.join(",")), Value::String(value.to_string())]);
            // What is no scalar is written as its JSON, which is a text to whoever expects one.
            all.push(texts.into_iter().map(Value::String).collect());
        }
        _ => {
            let text = scalar(value).unwrap_or_else(|| value.to_string());
            all.push(Value::String(text.clone()));
            let lists: Vec<Value> = all.iter().map(|reading| Value::Array(vec![reading.clone()])).collect();
            all.extend(lists);
            if text.contains(',') {
                all.push(text.split(',').map(Value::from).collect());
            }
        }
    }
    let mut distinct: Vec<Value> = Vec::new();
    for reading in all {
        if !distinct.contains(&reading) {
            distinct.push(reading);
        }
    }
    distinct
}

/// Every combination of what each text may be taken for.
fn alternatives(value: &Value) -> Option<Vec<Value>> {
    const MOST: usize = 1_024;
    let extend = |known: Vec<Vec<Value>>, next: Vec<Value>| {
        let pairs = known.len().saturating_mul(next.len()) <= MOST;
        let longer = |list: &Vec<Value>, last: &Value| list.iter().chain([last]).cloned().collect();
        pairs.then(|| known.iter().flat_map(|list| next.iter().map(move |last| longer(list, last))).collect())
    };
    Some(match value {
        Value::Array(items) => {
            let lists = items.iter().try_fold(vec![Vec::new()], |lists, item| extend(lists, alternatives(item)?))?;
            lists.into_iter().map(Value::Array).collect()
        }
        Value::Object(members) => {
            let lists =
                members.values().try_fold(vec![Vec::new()], |lists, item| extend(lists, alternatives(item)?))?;
            lists.into_iter().map(|list| members.keys().cloned().zip(list).collect()).collect()
        }
        _ => scalar(value).map_or_else(|| vec![value.clone()], |text| text_readings(&text)),
    })
}

pub(super) fn text_readings(text: &str) -> Vec<Value> {
    let mut readings = vec![Value::String(text.to_owned())];
    let trimmed = text.trim();
    if let Ok(number) = trimmed.parse::<i64>() {
        readings.push(number.into());
    } else if let Some(number) = trimmed.parse::<f64>().ok().and_then(Number::from_f64) {
        readings.push(Value::Number(number));
    }
    match trimmed.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => readings.push(true.into()),
        "false" | "no" | "off" | "0" => readings.push(false.into()),
        "null" | "" => readings.push(Value::Null),
        _ => {}
    }
    readings
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_field_of_a_form_may_be_a_list_of_its_text_whatever_that_says() {
        for (sent, read) in [
            (json!([{}, 1]), json!(["{}", "1"])),
            (json!({}), json!(["{}"])),
            (json!({}), json!("{}")),
            (json!("a,b"), json!(["a", "b"])),
        ] {
            assert!(field_readings(&sent).contains(&read), "{sent} as {read}");
        }
    }
}
