//! `multipart/*` payloads (RFC 7578).

use serde_json::Value;

use super::form::{fields, styled, text};
use super::request::{Body, Payload};
use crate::contract::{Encoding, MediaRange, MediaType};

/// Between the parts of a multipart payload; no generated string contains it.
const BOUNDARY: &str = "conform-7d1f0e2a9b";

/// The same payload with each other media type that a part may have: the name of the part, its media type, the payload.
pub(crate) fn other_types(media: &MediaType, value: &Value) -> Vec<(String, String, Body)> {
    let sent = media.encoding.iter().filter(|(name, _)| value.get(name.as_str()).is_some());
    let others =
        sent.flat_map(|(name, encoding)| encoding.listed().into_iter().skip(1).map(move |other| (name, other)));
    let written = others.filter_map(|(name, other)| {
        let (media_type, bytes) = with_type(media, value, Some((name, other)))?;
        let body = Body { media_type: Some(media_type), payload: Payload::Bytes(bytes) };
        Some((name.clone(), other.to_owned(), body))
    });
    written.collect()
}

/// The same payload with a media type of a file that its `encoding` does not list: the name of the part, the media type, the
/// payload. What lists a range may mean any of it, and what is no file is often read whatever it is called.
pub(crate) fn unlisted_types(media: &MediaType, value: &Value) -> Vec<(String, &'static str, Body)> {
    const NONE_OF_THEM: [&str; 3] = ["text/html", "application/zip", "font/woff"];
    let sent =
        media.encoding.iter().filter(|(name, encoding)| encoding.is_closed() && value.get(name.as_str()).is_some());
    let written = sent.filter_map(|(name, encoding)| {
        let known: Vec<String> =
            encoding.listed().into_iter().map(|name| MediaRange::parse(name).essence().to_owned()).collect();
        let other = NONE_OF_THEM.into_iter().find(|other| !known.iter().any(|known| known == other))?;
        let (media_type, bytes) = with_type(media, value, Some((name, other)))?;
        Some((name.clone(), other, Body { media_type: Some(media_type), payload: Payload::Bytes(bytes) }))
    });
    written.collect()
}

/// Parts, each with the media type of its value (RFC 7578).
pub(super) fn multipart(media: &MediaType, value: &Value) -> Option<(String, Vec<u8>)> {
    with_type(media, value, None)
}

/// The same, where one part has another media type than the first that its `encoding` lists.
fn with_type(media: &MediaType, value: &Value, other: Option<(&str, &str)>) -> Option<(String, Vec<u8>)> {
    let mut body = Vec::new();
    for (name, member) in value.as_object()? {
        let parts: Vec<(String, Value)> = match (styled(media, name, member), member) {
            (Some(parameter), _) => {
                let fields = fields(&parameter, member)?.into_iter();
                fields.map(|field| (field.name, Value::String(field.value))).collect()
            }
            (None, Value::Array(items)) => items.iter().map(|item| (name.clone(), item.clone())).collect(),
            (None, other) => vec![(name.clone(), other.clone())],
        };
        for (field, part) in &parts {
            let encoding = media.encoding.get(name);
            let all = encoding.map(Encoding::listed).unwrap_or_default();
            // What has members is written as JSON.
            let json = all.iter().find(|name| name.ends_with("json")).filter(|_| part.is_object() || part.is_array());
            let first = json.or(all.first()).copied();
            let declared = other.filter(|(part, _)| part == name).map(|(_, other)| other).or(first);
            let is_file = encoding.is_some_and(|encoding| encoding.file);
            let content_type = match (declared, part) {
                (Some(name), _) => name.to_owned(),
                (_, Value::Object(_) | Value::Array(_)) => "application/json".to_owned(),
                _ if is_file => "application/octet-stream".to_owned(),
                _ => "text/plain; charset=utf-8".to_owned(),
            };
            // Only this distinguishes files from fields.
            let file_name = if is_file { "; filename=\"file.bin\"" } else { "" };
            let quoted = field.replace('\\', "%5C").replace('"', "%22").replace(['\r', '\n'], " ");
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{quoted}\"{file_name}\r\nContent-Type: {content_type}\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            // In JSON, there is a null.
            let is_json = encoding.is_some() && content_type.ends_with("json");
            let text = if part.is_null() && is_json { "null".to_owned() } else { text(part)? };
            body.extend_from_slice(text.as_bytes());
            body.extend_from_slice(b"\r\n");
        }
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    let range = MediaRange::parse(&media.name);
    let essence = range.essence();
    let essence = if essence.ends_with("/*") { "multipart/form-data" } else { essence };
    Some((format!("{essence}; boundary={BOUNDARY}"), body))
}

/// What is between the parts; `None` where it is no multipart payload.
fn delimiter(media_type: &str) -> Option<String> {
    let range = MediaRange::parse(media_type);
    let boundary = range.parameter("boundary")?;
    Some(format!("--{boundary}"))
}

/// Whether the first byte that is no UTF-8, if there is one, is in a part that says that it is UTF-8. A file may hold any.
pub(crate) fn has_broken_text(media_type: &str, body: &[u8]) -> bool {
    let Some((delimiter, error)) = delimiter(media_type).zip(std::str::from_utf8(body).err()) else { return false };
    let before = String::from_utf8_lossy(&body[..error.valid_up_to()]);
    let part = before.rsplit_once(&delimiter).and_then(|(_, part)| part.split_once("\r\n\r\n"));
    part.is_some_and(|(head, _)| head.to_ascii_lowercase().contains("charset=utf-8"))
}

/// The names and strings of the parts; `None` where it is no multipart payload.
pub(super) fn parts(media_type: &str, body: &[u8]) -> Option<Vec<(String, String)>> {
    let delimiter = delimiter(media_type)?;
    let string = String::from_utf8_lossy(body);
    let parts = string.split(&delimiter).filter_map(|part| {
        let (head, content) = part.split_once("\r\n\r\n")?;
        let (_, name) = head.split_once("name=\"")?;
        let (name, _) = name.split_once('"')?;
        let name = name.replace("%22", "\"").replace("%5C", "\\");
        Some((name, content.strip_suffix("\r\n").unwrap_or(content).to_owned()))
    });
    Some(parts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::SourceLocation;
    use serde_json::json;

    #[test]
    fn a_part_has_each_of_the_media_types_that_are_listed() {
        let media = |content_type: &str| MediaType {
            name: "multipart/form-data".to_owned(),
            schema: None,
            examples: Vec::new(),
            encoding: [(
                "p".to_owned(),
                Encoding { content_type: Some(content_type.to_owned()), style: None, explode: None, file: true },
            )]
            .into_iter()
            .collect(),
            location: SourceLocation::default(),
        };
        let value = json!({"p": "a"});
        let sent = |content_type: &str| {
            let (_, bytes) = multipart(&media(content_type), &value).expect("a form");
            let text = String::from_utf8_lossy(&bytes).into_owned();
            text.split_once("Content-Type: ").and_then(|(_, rest)| rest.split_once('\r')).expect("a type").0.to_owned()
        };
        for (listed, first, others) in [
            ("image/png, image/jpeg", "image/png", vec!["image/jpeg"]),
            ("image/png", "image/png", vec![]),
            ("image/*", "application/octet-stream", vec![]),
            ("image/*, image/gif", "image/gif", vec![]),
        ] {
            assert_eq!(sent(listed), first, "{listed}");
            let varied: Vec<String> =
                other_types(&media(listed), &value).into_iter().map(|(_, other, _)| other).collect();
            assert_eq!(varied, others, "{listed}");
        }
        let [(_, _, body)] = &other_types(&media("image/png, image/jpeg"), &value)[..] else { panic!("one") };
        assert!(String::from_utf8_lossy(&body.payload.bytes()).contains("\r\nContent-Type: image/jpeg\r\n"));
        assert!(other_types(&media("image/png, image/jpeg"), &json!({"q": "a"})).is_empty(), "there is no such part");
    }

    #[test]
    fn a_text_is_broken_and_a_file_is_not() {
        let name = "multipart/form-data; boundary=b";
        let part = |head: &str, bytes: &[u8]| {
            let head = format!("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n{head}\r\n\r\n");
            [head.as_bytes(), bytes, b"\r\n--b--\r\n"].concat()
        };
        let text = "Content-Type: text/plain; charset=utf-8";
        assert!(has_broken_text(name, &part(text, b"one\r\n\r\ntwo\xff")));
        assert!(!has_broken_text(name, &part(text, "é".as_bytes())));
        assert!(!has_broken_text(name, &part("Content-Type: image/png", b"\xff")));
        assert!(!has_broken_text(name, &part("", b"\xff")), "it does not say what it is");
        assert!(!has_broken_text("multipart/form-data", &part(text, b"\xff")));
    }
}
