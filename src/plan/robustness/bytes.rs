//! Bodies of text with bytes that are no UTF-8. JSON must be UTF-8 (RFC 8259, section 8.1), and so must what says that it
//! is, and yet many right servers put U+FFFD in place of what is not, or read another character set.

use crate::plan::case_builder::CaseBuilder;
use serde_json::Value;

use crate::case::{Mutation, RequestValues};
use crate::contract::{ClauseTarget, MediaType, PayloadKind};
use crate::plan::planner::PlanBuilder;
use crate::wire::{self, Body, Payload};

/// A character that no schema and no document has a use for; it stands where the bytes are to be.
const MARK: &str = "\u{f8ff}";
const ENCODED_MARK: &[u8] = b"%EF%A3%BF";

/// What it is, what it stands in place of, and its bytes.
type Replacement = (&'static str, &'static [u8], &'static [u8]);

const IN_TEXT: [Replacement; 2] = [
    ("a byte that is no UTF-8", MARK.as_bytes(), b"\xff"),
    ("half a surrogate pair", MARK.as_bytes(), b"\xed\xa0\x80"),
];
const IN_FORM: [Replacement; 2] = [
    ("a percent-encoded byte that is no UTF-8", ENCODED_MARK, b"%FF"),
    ("a byte that is no UTF-8", ENCODED_MARK, b"\xff"),
];

pub(super) fn add(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    let Some((index, value)) = &baseline.body else { return };
    let media = &planner.media()[*index];
    let replacements = match media.kind() {
        PayloadKind::Json | PayloadKind::Xml | PayloadKind::Text => &IN_TEXT[..],
        // Who decodes one of its fields decodes them all.
        PayloadKind::Multipart => &IN_TEXT[..1],
        PayloadKind::Form => &IN_FORM[..],
        PayloadKind::Binary => return,
    };
    let Some(marked) = marked(media, value) else { return };
    let Some(body) = wire::write(&planner.contract.schemas, media, &marked) else { return };
    let content = planner.clauses.find("content", &ClauseTarget::Request, None);
    let bytes = body.payload.bytes();
    for (what, mark, replacement) in replacements {
        let Some(bytes) = replaced(&bytes, mark, replacement) else { continue };
        let body = Body { media_type: body.media_type.clone(), payload: Payload::Bytes(bytes) };
        let values = RequestValues { mutation: Some(Mutation::Body(body)), ..baseline.clone() };
        planner.add(CaseBuilder::odd(format!("a body with {what}")).about(content), values);
    }
}

/// The value with a mark in its first text; an object without any gets one more. Of several parts, it is one that is
/// neither a file nor of a media type of its own.
fn marked(media: &MediaType, value: &Value) -> Option<Value> {
    let mut marked = value.clone();
    let text = match &mut marked {
        Value::Object(members) if media.kind() == PayloadKind::Multipart => {
            members.iter_mut().find_map(|(name, member)| {
                let is_of_text = media.encoding.get(name).is_none_or(|own| !own.file && own.content_type.is_none());
                first_text(member).filter(|_| is_of_text)
            })
        }
        other => first_text(other),
    };
    if let Some(text) = text {
        text.push_str(MARK);
    } else {
        marked.as_object_mut()?.insert("text".to_owned(), MARK.into());
    }
    Some(marked)
}

fn first_text(value: &mut Value) -> Option<&mut String> {
    match value {
        Value::String(text) => Some(text),
        Value::Array(items) => items.iter_mut().find_map(first_text),
        Value::Object(members) => members.values_mut().find_map(first_text),
        _ => None,
    }
}

fn replaced(bytes: &[u8], mark: &[u8], replacement: &[u8]) -> Option<Vec<u8>> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some([&bytes[..at], replacement, &bytes[at + mark.len()..]].concat())
}
