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
    if has_text(parameter, value) {
        return Ok(());
    }
    match carry(parameter, value) {
        None => Err(Doubt::Unsendable(value.clone())),
        Some(_) if is_undefined(parameter, value) => Err(Doubt::Undefined),
        Some(_) => Ok(()),
    }
}

/// Whether [`carry`] has a string for a value.
pub(crate) fn is_carried(parameter: &Parameter, value: &Value) -> bool {
    has_text(parameter, value) || carry(parameter, value).is_some()
}

/// Whether a value surely has a text, which may be long: it is not made to see that.
fn has_text(parameter: &Parameter, value: &Value) -> bool {
    parameter.style != Style::Content && matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_))
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
mod tests {
    use super::*;
    use crate::spec::SourceLocation;
    use serde_json::json;

    fn parameter(place: ParameterLocation, style: Style, explode: bool) -> Parameter {
        Parameter {
            name: "p".to_owned(),
            place,
            required: true,
            style,
            media_type: None,
            explode,
            allow_reserved: false,
            allow_empty: false,
            description: None,
            schema: None,
            examples: Vec::new(),
            location: SourceLocation::default(),
        }
    }

    #[test]
    fn what_separates_items_is_that_of_the_style_in_every_place() {
        use ParameterLocation::{Header, Path, Query};
        let (list, object) = (json!(["a", "b"]), json!({"k": "a", "l": "b"}));
        for (place, style, of_array, of_object) in [
            (Query, Style::Form, "p=a,b", "p=k,a,l,b"),
            (Query, Style::PipeDelimited, "p=a%7Cb", "p=k%7Ca%7Cl%7Cb"),
            (Query, Style::SpaceDelimited, "p=a%20b", "p=k%20a%20l%20b"),
            (Path, Style::Simple, "a,b", "k,a,l,b"),
            (Path, Style::PipeDelimited, "a%7Cb", "k%7Ca%7Cl%7Cb"),
            (Path, Style::SpaceDelimited, "a%20b", "k%20a%20l%20b"),
            (Header, Style::Simple, "a,b", "k,a,l,b"),
            (Header, Style::PipeDelimited, "a|b", "k|a|l|b"),
            (Header, Style::TabDelimited, "a\tb", "k\ta\tl\tb"),
        ] {
            for (value, text) in [(&list, of_array), (&object, of_object)] {
                let sent = match carry(&parameter(place, style, false), value) {
                    Some(Carried::Path { encoded, .. }) => encoded,
                    Some(Carried::Query(pairs)) => pairs.iter().map(|pair| pair.encoded.as_str()).collect(),
                    Some(Carried::Header(_, text) | Carried::Cookie(_, text)) => text,
                    None => String::new(),
                };
                assert_eq!(sent, text, "{place} {style:?}");
            }
        }
    }

    #[test]
    fn a_number_is_written_without_an_exponent() {
        for (number, text) in [
            (json!(1e-7), "0.0000001"),
            (json!(-2.5e-9), "-0.0000000025"),
            (json!(1e21), "1000000000000000000000"),
            (json!(1.5), "1.5"),
            (json!(12), "12"),
        ] {
            assert_eq!(scalar(&number).as_deref(), Some(text));
            assert_eq!(text.parse().ok(), number.as_f64());
        }
    }

    #[test]
    fn what_openapi_leaves_open_is_undefined() {
        use ParameterLocation::{Cookie, Query};
        let deep = parameter(Query, Style::DeepObject, true);
        assert!(!is_undefined(&deep, &json!({"a": 1, "b": "c"})));
        for value in [json!({"a": [1]}), json!({"a": {"b": 1}}), json!(["a"])] {
            assert!(is_undefined(&deep, &value), "{value}");
        }
        let (list, object) = (json!(["a"]), json!({"a": 1}));
        for explode in [false, true] {
            let cookie = parameter(Cookie, Style::Form, explode);
            assert!(
                is_undefined(&cookie, &list) && is_undefined(&cookie, &object) && !is_undefined(&cookie, &json!("a"))
            );
            let form = parameter(Query, Style::Form, explode);
            assert!(!is_undefined(&form, &list) && !is_undefined(&form, &object));
            assert_eq!(is_undefined(&parameter(Query, Style::PipeDelimited, explode), &list), explode);
        }
    }

    #[test]
    fn a_value_with_a_media_type_is_written_as_that() {
        let text = |media_type: &str, value: &Value| {
            let media_type = Some(media_type.to_owned());
            let parameter = Parameter { media_type, ..parameter(ParameterLocation::Header, Style::Content, false) };
            match carry(&parameter, value) {
                Some(Carried::Header(_, text)) => Some(text),
                _ => None,
            }
        };
        assert_eq!(text("application/json", &json!("a")).as_deref(), Some("\"a\""));
        assert_eq!(text("application/problem+json", &json!([1])).as_deref(), Some("[1]"));
        assert_eq!(text("text/plain", &json!("a")).as_deref(), Some("a"));
        assert_eq!(text("text/plain", &json!(1.5)).as_deref(), Some("1.5"));
        for (media_type, value) in
            [("text/plain", json!(["a"])), ("application/xml", json!("a")), ("image/png", json!("a"))]
        {
            assert_eq!(text(media_type, &value), None, "{media_type}");
        }
    }
}
