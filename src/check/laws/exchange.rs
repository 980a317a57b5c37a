//! What laws ask of an exchange, and how they tell of it.

use serde_json::Value;

use crate::check::Subject;
use crate::check::support::anchor;
use crate::check::support::response_view::finding;
use crate::contract::{Contract, MediaRange, Operation, SchemaId, StatusRange};
use crate::finding::Finding;
use crate::rule::Rule;
use crate::spec::{Pointer, SourceLocation};

/// The status of a response, if there is one.
pub(super) fn status(subject: &Subject<'_>) -> Option<u16> {
    subject.exchange.status()
}

pub(super) fn is_success(subject: &Subject<'_>) -> bool {
    subject.exchange.is_success()
}

/// Whether it is not there, or not any more (RFC 9110, sections 15.5.5 and 15.5.11).
pub(super) fn is_missing(subject: &Subject<'_>) -> bool {
    matches!(status(subject), Some(404 | 410))
}

/// A finding about the response of an operation; `manner` distinguishes causes.
pub(super) fn broken(
    rule: &'static Rule,
    subject: &Subject<'_>,
    message: String,
    manner: &str,
    expected: String,
) -> Finding {
    finding(subject, rule, &anchor::operation(subject), message, manner).expecting(expected)
}

/// How messages name an operation.
pub(super) fn name(subject: &Subject<'_>) -> String {
    format!("`{} {}`", subject.operation.method, subject.operation.path)
}

/// What the document says of the 409 of an operation, in lower case: its sentences.
pub(super) fn said_of_conflict(contract: &Contract, operation: &Operation) -> Vec<String> {
    said_of(contract, operation, 409)
}

/// What the document says of a status of an operation, in lower case: its sentences.
pub(super) fn said_of(contract: &Contract, operation: &Operation, status: u16) -> Vec<String> {
    let response = operation.responses.iter().find(|known| known.status == StatusRange::Code(status));
    let text = response.and_then(|known| description(contract, &known.location));
    let text = text.unwrap_or_default().to_lowercase().replace('’', "'");
    // A line break within a paragraph is a blank.
    let text = text.replace("\r\n", "\n").replace("\n\n", ". ").replace('\n', " ");
    text.split(['.', ';']).map(str::to_owned).filter(|sentence| !sentence.trim().is_empty()).collect()
}

/// The description of a response, or of the shared one in the same file that it refers to.
fn description<'a>(contract: &'a Contract, at: &SourceLocation) -> Option<&'a str> {
    let node = contract.document.get(at)?;
    let shared = || {
        let pointer = node.get("$ref")?.as_str()?.strip_prefix('#')?;
        let at = SourceLocation { file: at.file, pointer: Pointer::new(pointer) };
        contract.document.get(&at)?.get("description")?.as_str()
    };
    node.get("description").and_then(Value::as_str).or_else(shared)
}

/// What the document says of a value of a schema.
pub fn said_of_schema(contract: &Contract, schema: SchemaId) -> Option<&str> {
    let mut all = contract.schemas.conjunction(&[schema]);
    all.find_map(|id| contract.document.get(&contract.schemas.get(id).location.join("description"))?.as_str())
}

/// A text as words between single spaces, with one at each end.
pub(super) fn spaced(text: &str) -> String {
    let letters: String =
        text.chars().map(|letter| if letter.is_alphanumeric() || letter == '\'' { letter } else { ' ' }).collect();
    format!(" {} ", letters.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A media type without its parameters.
pub(super) fn type_of(text: &str) -> String {
    MediaRange::parse(text).essence().to_owned()
}
