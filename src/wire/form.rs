//! `application/x-www-form-urlencoded` payloads.

use serde_json::Value;

use super::percent::strict;
use super::style::scalar;
use crate::contract::MediaType;

/// `name=value` pairs; arrays repeat the name, nested objects are JSON (OpenAPI 3.1, section 4.8.15.1).
pub(crate) fn urlencoded(media: &MediaType, value: &Value) -> Option<Vec<u8>> {
    let mut pairs = Vec::new();
    let mut push = |name: &str, text: &str| pairs.push(format!("{}={text}", strict(name)));
    for (name, member) in value.as_object()? {
        let explode = media.encoding.get(name).and_then(|encoding| encoding.explode).unwrap_or(true);
        match member {
            Value::Array(items) => {
                let texts: Vec<String> = items.iter().map(text).collect::<Option<_>>()?;
                let texts = texts.iter().map(|text| strict(text));
                match explode {
                    true => texts.for_each(|text| push(name, &text)),
                    // Some readers split the array before they decode its items, and some after.
                    false if items.iter().any(|item| scalar(item).is_some_and(|text| text.contains(','))) => {
                        return None;
                    }
                    false => push(name, &texts.collect::<Vec<_>>().join(",")),
                }
            }
            Value::Null => return None,
            _ => push(name, &strict(&text(member)?)),
        }
    }
    Some(pairs.join("&").into_bytes())
}

pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Object(_) | Value::Array(_) => Some(value.to_string()),
        _ => scalar(value),
    }
}
