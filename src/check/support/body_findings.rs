//! The body of a response against its schema, whatever it is written in.

use serde_json::Value;

use crate::contract::{MediaType, PayloadKind, Types, Violation};
use crate::finding::Finding;
use crate::rule::Rule;
use crate::text::list::{code, one_of};
use crate::wire;

use super::anchor::Anchor;
use super::partial;
use super::payload::ResponseBody;
use super::response_view::ResponseView;
use super::schema_violations::{finding_of, violations};
use super::xml_answer;

/// What is wrong with the body by the schema of its documented media type, one finding a clause.
pub fn body_findings(rule: &'static Rule, view: &ResponseView<'_>) -> Vec<Finding> {
    let Some(media) = view.media else { return missing_body(rule, view) };
    let text;
    // What is of another kind than documented, is broken or is not read is for other rules.
    let value = match (&view.payload, media.kind()) {
        (ResponseBody::Empty, _) => return missing_body(rule, view),
        (ResponseBody::Xml(root, _), PayloadKind::Xml) => return xml_answer::findings(rule, view, root),
        (ResponseBody::Json { value, .. }, PayloadKind::Json) => value,
        (ResponseBody::Text(whole), PayloadKind::Text) => match as_text(view, media, whole) {
            Some(value) => {
                text = value;
                &text
            }
            None => return Vec::new(),
        },
        (
            ResponseBody::Json { .. }
            | ResponseBody::Xml(..)
            | ResponseBody::Text(_)
            | ResponseBody::Broken(..)
            | ResponseBody::Miscoded(..)
            | ResponseBody::Opaque,
            PayloadKind::Json
            | PayloadKind::Xml
            | PayloadKind::Text
            | PayloadKind::Form
            | PayloadKind::Multipart
            | PayloadKind::Binary,
        ) => return Vec::new(),
    };
    let Some(schema) = media.schema else { return Vec::new() };
    let found = violations(view.subject.validators, schema, value);
    let is_part = view.response.is_success() && partial::is_asked_for(view.subject);
    let tell = |violation: &Violation| {
        let finding = finding_of(rule, view, (schema, value), violation);
        if is_part && &*violation.keyword == "required" { partial::of_document(finding) } else { finding }
    };
    found.iter().map(tell).collect()
}

/// The value that a text is held to: a string, or the scalar that it writes where the schema has that. `None` where the schema
/// speaks of what is in the text, such as the rows of a CSV: Swagger 2.0 has one schema for all media types.
fn as_text(view: &ResponseView<'_>, media: &MediaType, text: &str) -> Option<Value> {
    let types = wire::expected_types(&view.subject.contract.schemas, media.schema?);
    if !types.intersects(Types::STRING.or(Types::NUMBER).or(Types::INTEGER).or(Types::BOOLEAN).or(Types::NULL)) {
        return None;
    }
    let scalar = || serde_json::from_str::<Value>(text.trim()).ok().filter(|value| types.intersects(Types::of(value)));
    let string = Value::String(text.to_owned());
    Some(if types.contains(Types::STRING) { string } else { scalar().unwrap_or(string) })
}

/// JSON, XML and multipart are never empty: where they are documented, an empty body is none of them.
fn missing_body(rule: &'static Rule, view: &ResponseView<'_>) -> Vec<Finding> {
    let Some(response) = view.documented else { return Vec::new() };
    let content = response.content.as_deref().unwrap_or_default();
    let never_empty = |media: &MediaType| {
        matches!(media.kind(), PayloadKind::Json | PayloadKind::Xml | PayloadKind::Multipart)
            && !media.name.contains('*')
    };
    let is_missing = matches!(view.payload, ResponseBody::Empty) && view.response.body.is_empty();
    if !is_missing || view.has_no_body() || content.is_empty() || !content.iter().all(never_empty) {
        return Vec::new();
    }
    let anchor = Anchor::new(response.location.join("content"), "content", "");
    let message = format!("The {} has no body, where one is documented", view.response.status);
    let finding = view.finding(rule, &anchor, message, "empty");
    let finding = finding.expecting(one_of(code(content.iter().map(|media| &media.name))));
    let status = view.response.status;
    let is_inline = anchor.location.is_inside(&view.subject.operation.location);
    vec![if status >= 400 && is_inline { finding.of_habit(format!("{status} empty")) } else { finding }]
}
