//! Forms: `application/x-www-form-urlencoded` and `multipart/*` payloads.

use percent_encoding::utf8_percent_encode;
use serde_json::Value;

use super::parameter::{ENCODED, scalar};
use crate::contract::{MediaRange, MediaType};

/// Between the parts of a multipart payload; no generated text holds it.
const BOUNDARY: &str = "conform-7d1f0e2a9b";

/// `name=value` pairs; lists repeat the name, nested objects are JSON (OpenAPI 3.1, section 4.8.15.1).
pub(super) fn urlencoded(media: &MediaType, value: &Value) -> Option<Vec<u8>> {
    let mut pairs = Vec::new();
    let encoded = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
    let mut push = |name: &str, text: &str| pairs.push(format!("{}={text}", encoded(name)));
    for (name, member) in value.as_object()? {
        let explode = media.encoding.get(name).and_then(|encoding| encoding.explode).unwrap_or(true);
        match member {
            Value::Array(items) => {
                let texts: Vec<String> = items.iter().map(text).collect::<Option<_>>()?;
                let texts = texts.iter().map(|text| encoded(text));
                match explode {
                    true => texts.for_each(|text| push(name, &text)),
                    // Some readers take the list apart before they decode its items, and some after.
                    false if items.iter().any(|item| scalar(item).is_some_and(|text| text.contains(','))) => {
                        return None;
                    }
                    false => push(name, &texts.collect::<Vec<_>>().join(",")),
                }
            }
            Value::Null => return None,
            _ => push(name, &encoded(&text(member)?)),
        }
    }
    Some(pairs.join("&").into_bytes())
}

/// Parts, each with the media type of its value (RFC 7578).
pub(super) fn multipart(media: &MediaType, value: &Value) -> Option<(String, Vec<u8>)> {
    let mut body = Vec::new();
    for (name, member) in value.as_object()? {
        let parts = match member {
            Value::Array(items) => items.iter().collect(),
            Value::Null => return None,
            other => vec![other],
        };
        for part in parts {
            let encoding = media.encoding.get(name);
            let declared = encoding.and_then(|encoding| encoding.content_type.clone());
            let is_file = encoding.is_some_and(|encoding| encoding.file);
            let content_type = match (declared, part) {
                (Some(name), _) if !name.contains(['*', ',']) => name,
                (_, Value::Object(_) | Value::Array(_)) => "application/json".to_owned(),
                _ if is_file => "application/octet-stream".to_owned(),
                _ => "text/plain; charset=utf-8".to_owned(),
            };
            // Readers tell files from fields by this alone.
            let file_name = if is_file { "; filename=\"file.bin\"" } else { "" };
            let quoted = name.replace('\\', "%5C").replace('"', "%22").replace(['\r', '\n'], " ");
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{quoted}\"{file_name}\r\nContent-Type: {content_type}\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(text(part)?.as_bytes());
            body.extend_from_slice(b"\r\n");
        }
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    let range = MediaRange::parse(&media.name);
    let essence = range.essence();
    let essence = if essence.ends_with("/*") { "multipart/form-data" } else { essence };
    Some((format!("{essence}; boundary={BOUNDARY}"), body))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Object(_) | Value::Array(_) => Some(value.to_string()),
        _ => scalar(value),
    }
}
