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
        PayloadKind::Text => (concrete(&media.name), Payload::Bytes(scalar(value)?.into_bytes())),
        PayloadKind::Binary => (concrete(&media.name), Payload::Bytes(value.as_str()?.as_bytes().to_vec())),
        PayloadKind::Xml => (xml::media_type(&media.name), Payload::Bytes(xml::body(schemas, media, value)?)),
    };
    Some(Body { media_type: Some(media_type), payload })
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
