//! `application/x-www-form-urlencoded` payloads.

use serde_json::Value;

use super::percent::strict;
use super::request::QueryPair;
use super::style::{Carried, carry, is_carried, is_undefined, scalar};
use crate::contract::{MediaType, Parameter, ParameterLocation, Style};

/// `name=value` pairs; arrays repeat the name, nested objects are JSON, unless the `encoding` of the property has a style
/// (OpenAPI 3.1, section 4.8.15.1).
pub(crate) fn urlencoded(media: &MediaType, value: &Value) -> Option<Vec<u8>> {
    let mut pairs = Vec::new();
    for (name, member) in value.as_object()? {
        if let Some(parameter) = styled(media, name, member) {
            pairs.extend(fields(&parameter, member)?.into_iter().map(|field| field.encoded));
            continue;
        }
        let items = match member {
            Value::Array(items) => items.as_slice(),
            other => std::slice::from_ref(other),
        };
        for item in items {
            pairs.push(format!("{}={}", strict(name), strict(&text(item)?)));
        }
    }
    Some(pairs.join("&").into_bytes())
}

/// Whether a value has such pairs, which are long and not made to see that.
pub(super) fn is_writable(media: &MediaType, value: &Value) -> bool {
    let is_written = |(name, member): (&String, &Value)| match (styled(media, name, member), member) {
        (Some(parameter), _) => is_carried(&parameter, member) || member.as_array().is_some_and(Vec::is_empty),
        (None, Value::Array(items)) => !items.iter().any(Value::is_null),
        (None, member) => !member.is_null(),
    };
    value.as_object().is_some_and(|members| members.iter().all(is_written))
}

pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Object(_) | Value::Array(_) => Some(value.to_string()),
        _ => scalar(value),
    }
}

/// The property of a form as a query parameter of the same name, where its `encoding` says how it becomes text.
pub(super) fn as_parameter(media: &MediaType, name: &str) -> Option<Parameter> {
    let encoding = media.encoding.get(name).filter(|encoding| !encoding.file)?;
    if encoding.style.is_none() && encoding.explode.is_none() {
        return None;
    }
    let style = encoding.style.unwrap_or(Style::Form);
    Some(Parameter {
        name: name.to_owned(),
        place: ParameterLocation::Query,
        required: false,
        style,
        media_type: None,
        explode: encoding.explode.unwrap_or(style == Style::Form),
        allow_reserved: false,
        allow_empty: false,
        description: None,
        schema: None,
        examples: Vec::new(),
        location: media.location.clone(),
    })
}

/// The parameter that a list or an object is written as, if it is in a style.
pub(super) fn styled(media: &MediaType, name: &str, member: &Value) -> Option<Parameter> {
    let has_style = || media.encoding.get(name).is_some_and(|encoding| encoding.style.is_some());
    as_parameter(media, name).filter(|_| member.is_array() || member.is_object() && has_style())
}

/// The fields of a list or an object in its style. A list of nothing has none.
pub(super) fn fields(parameter: &Parameter, member: &Value) -> Option<Vec<QueryPair>> {
    match carry(parameter, member) {
        Some(Carried::Query(pairs)) => Some(pairs),
        _ => member.as_array().is_some_and(Vec::is_empty).then(Vec::new),
    }
}

/// Whether it is open how a property of a form becomes text: its style is none for its value, or spreads the members of
/// an object among the other fields.
pub(crate) fn is_open(media: &MediaType, name: &str, member: &Value) -> bool {
    let Some(parameter) = as_parameter(media, name) else { return false };
    let has_style = media.encoding.get(name).is_some_and(|encoding| encoding.style.is_some());
    let is_open_style = match parameter.style {
        Style::Simple | Style::Label | Style::Matrix | Style::Content => true,
        Style::DeepObject => !member.is_object(),
        Style::Form => member.is_object() && (parameter.explode || !has_style),
        _ => false,
    };
    is_open_style || is_undefined(&parameter, member)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Encoding;
    use crate::spec::SourceLocation;
    use crate::wire::multipart::{multipart, parts};
    use serde_json::json;

    /// A form whose property `p` has this encoding.
    fn media(name: &str, style: Option<Style>, explode: Option<bool>) -> MediaType {
        let encoding = Encoding { content_type: None, style, explode, file: false };
        MediaType {
            name: name.to_owned(),
            schema: None,
            examples: Vec::new(),
            encoding: [("p".to_owned(), encoding)].into_iter().collect(),
            location: SourceLocation::default(),
        }
    }

    #[test]
    fn fields_are_written_in_the_style_of_their_encoding() {
        let (list, object) = (json!(["a", "b c"]), json!({"k": "a", "l": "b"}));
        for (style, explode, of_array, of_object) in [
            (None, None, "p=a&p=b%20c", "p=%7B%22k%22%3A%22a%22%2C%22l%22%3A%22b%22%7D"),
            (Some(Style::Form), None, "p=a&p=b%20c", "k=a&l=b"),
            (Some(Style::Form), Some(false), "p=a,b%20c", "p=k,a,l,b"),
            (Some(Style::PipeDelimited), None, "p=a%7Cb%20c", "p=k%7Ca%7Cl%7Cb"),
            (Some(Style::TabDelimited), Some(false), "p=a%09b%20c", "p=k%09a%09l%09b"),
            (Some(Style::DeepObject), Some(true), "p=a&p=b%20c", "p%5Bk%5D=a&p%5Bl%5D=b"),
        ] {
            let media = media("application/x-www-form-urlencoded", style, explode);
            for (value, text) in [(&list, of_array), (&object, of_object)] {
                let sent = urlencoded(&media, &json!({"p": value})).expect("a form");
                assert_eq!(String::from_utf8_lossy(&sent), text, "{style:?} {explode:?}");
            }
            assert_eq!(urlencoded(&media, &json!({"p": []})), Some(Vec::new()));
            for value in [json!({"p": [null]}), json!({"p": null}), json!({"p": [[1]]}), json!({"p": []}), json!([])] {
                assert_eq!(is_writable(&media, &value), urlencoded(&media, &value).is_some(), "{value}");
            }
        }
    }

    #[test]
    fn parts_are_written_in_the_style_of_their_encoding() {
        let list = json!({"p": ["a", "b"]});
        for (style, explode, read) in [
            (None, None, vec![("p", "a"), ("p", "b")]),
            (Some(Style::Form), Some(true), vec![("p", "a"), ("p", "b")]),
            (Some(Style::Form), Some(false), vec![("p", "a,b")]),
            (Some(Style::PipeDelimited), Some(false), vec![("p", "a|b")]),
        ] {
            let (name, body) = multipart(&media("multipart/form-data", style, explode), &list).expect("a form");
            let read = read.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
            assert_eq!(parts(&name, &body), Some(read), "{style:?} {explode:?}");
        }
    }

    #[test]
    fn what_has_no_style_of_its_own_is_open() {
        let open = |style, explode, value: &Value| is_open(&media("multipart/form-data", style, explode), "p", value);
        let (list, object, text) = (json!(["a"]), json!({"a": 1}), json!("a"));
        assert!(!open(None, None, &object) && !open(None, Some(false), &list) && open(None, Some(false), &object));
        assert!(open(Some(Style::Form), None, &object) && !open(Some(Style::Form), Some(false), &object));
        let deep = Some(Style::DeepObject);
        assert!(!open(deep, None, &object) && open(deep, None, &list) && open(deep, None, &text));
        assert!(open(deep, None, &json!({"a": [1]})) && open(Some(Style::Form), None, &json!([[1]])));
    }
}
