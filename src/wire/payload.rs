//! A value as the payload of a media type.

use serde_json::Value;

use super::request::{Body, Payload};
use super::style::scalar;
use super::{form, multipart, xml};
use crate::contract::{MediaRange, MediaType, PayloadKind, Schemas};

/// A value as the payload of a media type; `None` where the media type cannot carry it.
pub(crate) fn write(schemas: &Schemas, media: &MediaType, value: &Value) -> Option<Body> {
    let (media_type, payload) = match media.kind() {
        PayloadKind::Json => (concrete(&media.name), Payload::Json(value.clone())),
        PayloadKind::Form => (media.name.clone(), Payload::Bytes(form::urlencoded(media, value)?)),
        PayloadKind::Multipart => {
            multipart::multipart(media, value).map(|(name, bytes)| (name, Payload::Bytes(bytes)))?
        }
        PayloadKind::Text => text(concrete(&media.name), scalar(value)?)?,
        PayloadKind::Binary => (concrete(&media.name), Payload::Bytes(value.as_str()?.as_bytes().to_vec())),
        PayloadKind::Xml => (xml::media_type(&media.name), Payload::Bytes(xml::body(schemas, media, value)?)),
    };
    Some(Body { media_type: Some(media_type), payload })
}

/// Whether [`write`] makes something of a value.
pub(crate) fn is_writable(schemas: &Schemas, media: &MediaType, value: &Value) -> bool {
    match media.kind() {
        PayloadKind::Json => true,
        PayloadKind::Form => form::is_writable(media, value),
        _ => write(schemas, media, value).is_some(),
    }
}

/// A text, with its character set where readers may otherwise take another (RFC 6657, section 4: US-ASCII is the default
/// of `text/plain`); `None` where the media type names a set that may not hold it.
fn text(media_type: String, text: String) -> Option<(String, Payload)> {
    let name = match MediaRange::parse(&media_type).charset() {
        _ if text.is_ascii() => media_type,
        None => format!("{media_type}; charset=utf-8"),
        Some(charset) if charset == "utf-8" => media_type,
        Some(_) => return None,
    };
    Some((name, Payload::Bytes(text.into_bytes())))
}

/// A media type that a range such as `text/*` holds.
fn concrete(name: &str) -> String {
    match MediaRange::parse(name).essence() {
        "*/*" | "application/*" => "application/json".to_owned(),
        "text/*" => "text/plain".to_owned(),
        range if range.ends_with("/*") => "application/octet-stream".to_owned(),
        _ => name.to_owned(),
    }
}

/// Whether a documented media type, perhaps a range, holds another.
pub(crate) fn covers(documented: &str, media_type: &str) -> bool {
    MediaRange::parse(documented).covers(&MediaRange::parse(media_type))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_no_ascii_names_its_character_set() {
        let name = |media_type: &str, value: &str| text(media_type.to_owned(), value.to_owned()).map(|(name, _)| name);
        assert_eq!(name("text/plain", "a").as_deref(), Some("text/plain"));
        assert_eq!(name("text/plain", "é").as_deref(), Some("text/plain; charset=utf-8"));
        assert_eq!(name("text/csv; charset=\"UTF-8\"", "é").as_deref(), Some("text/csv; charset=\"UTF-8\""));
        assert_eq!(name("text/plain; charset=us-ascii", "a").as_deref(), Some("text/plain; charset=us-ascii"));
        assert_eq!(name("text/plain; charset=us-ascii", "é"), None);
    }
}
