//! Confirms that a request is odd: that right servers differ over what to make of it.

use std::str;

use percent_encoding::percent_decode_str;

use super::{Gate, Unsure};
use crate::case::Mutation;
use crate::contract::{MediaRange, Parameter, ParameterLocation, PayloadKind, is_media_type};
use crate::wire::{self, Body};

impl Gate<'_> {
    /// Whether what is sent instead of a part of the request is odd, and still can be sent.
    pub(super) fn is_odd(&self, mutation: &Mutation) -> Result<(), Unsure> {
        let is_odd = match mutation {
            Mutation::Method(_) => false,
            Mutation::Accept(accept) => accept.split(',').any(|range| !is_media_type(range.trim())),
            Mutation::Body(body) => self.operation.body.is_none() || is_odd_body(body),
            Mutation::Text { place, name, encoded } => {
                let parameter = self.operation.parameter(*place, name);
                let parameter = parameter.ok_or(Unsure::Unwritable)?;
                if !is_sendable(*place, encoded) {
                    return Err(Unsure::Unwritable);
                }
                is_odd_text(parameter, encoded)
            }
        };
        if is_odd { Ok(()) } else { Err(Unsure::NoFault("nothing of it is odd".to_owned())) }
    }
}

/// Whether the media type is none, or lacks what its bytes are read by, or the bytes are no text where they should be one.
fn is_odd_body(body: &Body) -> bool {
    let Some(name) = body.media_type.as_deref() else { return false };
    let media = MediaRange::parse(name);
    let is_unreadable = || {
        let bytes = body.payload.bytes();
        match media.kind() {
            PayloadKind::Json | PayloadKind::Xml | PayloadKind::Text => str::from_utf8(&bytes).is_err(),
            PayloadKind::Form => {
                let decoded = percent_encoding::percent_decode(&bytes).decode_utf8();
                str::from_utf8(&bytes).is_err() || decoded.is_err()
            }
            PayloadKind::Multipart => wire::has_broken_text(name, &bytes),
            PayloadKind::Binary => false,
        }
    };
    !is_media_type(name)
        || media.kind() == PayloadKind::Multipart && media.parameter("boundary").is_none()
        || media.charset().is_some_and(|charset| !matches!(charset.as_str(), "utf-8" | "us-ascii"))
        || is_unreadable()
}

/// Whether a text stands for itself where it is sent: nothing in it ends a segment, a pair or a field.
fn is_sendable(place: ParameterLocation, encoded: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~%".contains(c);
    match place {
        ParameterLocation::Path => encoded.chars().all(is_plain) && encoded.chars().any(|c| c != '.'),
        ParameterLocation::Query => encoded.chars().all(is_plain),
        // RFC 9110, section 5.5.
        ParameterLocation::Header => encoded.chars().all(|c| c == '\t' || !c.is_control()),
        ParameterLocation::Cookie => false,
    }
}

/// Whether no value is written as this text: it is no UTF-8 or holds what does not arrive everywhere, or there is nothing.
fn is_odd_text(parameter: &Parameter, encoded: &str) -> bool {
    match percent_decode_str(encoded).decode_utf8() {
        Ok(text) => text.is_empty() || !wire::channel(parameter).carries(&text),
        Err(_) => true,
    }
}
