//! Values in a text that writes a body in its own way: with white space, escapes, or as what its media type does not say.

use std::ops::Range;

use serde_json::Value;

use crate::spec::Pointer;

/// The text with another value at this place of the body that it writes, if it is clear where that stands.
pub(super) fn with(text: &str, body: &Value, place: &Pointer, other: &Value) -> Option<String> {
    let value = body.pointer(place.as_str())?;
    let (mut places, mut found) = (Vec::new(), literals(text, value));
    alike(body, value, &Pointer::root(), &mut places);
    if !value.is_string() || found.len() != places.len() {
        let was = value.to_string();
        return (text.matches(&was).count() == 1).then(|| text.replace(&was, &other.to_string()));
    }
    let Range { start, end } = found.swap_remove(places.iter().position(|at| at == place)?);
    Some(format!("{}{other}{}", &text[..start], &text[end..]))
}

/// The places of a body that have this value, in the order in which they are written.
fn alike(body: &Value, value: &Value, at: &Pointer, found: &mut Vec<Pointer>) {
    match body {
        _ if body == value => found.push(at.clone()),
        Value::Object(members) => members.iter().for_each(|(name, inner)| alike(inner, value, &at.join(name), found)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, inner)| alike(inner, value, &at.index(index), found));
        }
        _ => {}
    }
}

/// Where a text has this string as JSON writes it, names of members aside.
fn literals(text: &str, value: &Value) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(start) = text[at..].find('"').map(|start| at + start) {
        let mut end = start + 1;
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        if end >= bytes.len() {
            break;
        }
        at = end + 1;
        let is_name = text[at..].trim_start().starts_with(':');
        if !is_name && serde_json::from_str::<Value>(&text[start..at]).is_ok_and(|read| read == *value) {
            found.push(start..at);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_value_at_a_place_is_replaced_however_it_is_written() {
        let body = json!({"text": "text", "more": ["text", 9]});
        let at = |pointer: &str, text: &str| with(text, &body, &Pointer::new(pointer), &json!("x"));
        let plain = r#"{"text":"text","more":["text",9]}"#;
        assert_eq!(at("/text", plain).as_deref(), Some(r#"{"text":"x","more":["text",9]}"#));
        assert_eq!(at("/more/0", plain).as_deref(), Some(r#"{"text":"text","more":["x",9]}"#));
        let odd = r#" {"text" : "\u0074ext", "more": ["text", 9] }"#;
        assert_eq!(at("/text", odd).as_deref(), Some(r#" {"text" : "x", "more": ["text", 9] }"#));
        assert_eq!(at("/more/1", odd).as_deref(), Some(r#" {"text" : "\u0074ext", "more": ["text", "x"] }"#));
        assert_eq!(at("/text", "text=text&more=text"), None);
        assert_eq!(at("/text", r#"{"text":"text"}"#), None, "nobody knows which one it is");
    }
}
