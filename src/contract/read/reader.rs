//! What reads a document: objects, members and items with their places, references followed.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::contract::diagnostic::Diagnostic;
use crate::contract::rule;
use crate::contract::schema::{Dialect, Reach, SchemaId, SchemaReader, Unknown};
use crate::rule::Rule;
use crate::spec::{Document, SourceLocation, SpecError};

/// A node with its place, references followed.
pub(super) type Node = (SourceLocation, Map<String, Value>);

/// Reads one document.
pub(super) struct Reader {
    pub schemas: SchemaReader,
    pub document: Document,
    pub dialect: Dialect,
    /// What was met of the operation under way that cannot be read.
    pub unknown: Vec<Unknown>,
}

impl Reader {
    pub fn note(&mut self, rule: &'static Rule, location: &SourceLocation, message: impl Into<String>) {
        self.schemas.diagnostics.push(Diagnostic::new(rule, location.clone(), message));
    }

    /// The object at `location`, following references; a diagnostic where there is none.
    pub fn object(&mut self, location: &SourceLocation) -> Option<Node> {
        let mut at = location.clone();
        let mut passed = HashSet::new();
        while passed.insert(at.clone()) {
            let members = match self.document.get(&at) {
                Some(Value::Object(members)) => members,
                Some(_) => {
                    self.note(&rule::PART_TYPE, &at, "an object is expected here; this part is left out");
                    return None;
                }
                None => return None,
            };
            match members.get("$ref").and_then(Value::as_str).map(str::to_owned) {
                None => return Some((at.clone(), members.clone())),
                Some(reference) => match self.document.resolve(at.file, &reference) {
                    Ok(next) => at = next,
                    Err(error) => {
                        let message = format!("{error}; this part is left out");
                        self.note(rule::of_reference(&error), &at.join("$ref"), message);
                        return None;
                    }
                },
            }
        }
        self.note(&rule::REFERENCE_LOOP, location, "this reference leads back to itself; this part is left out");
        None
    }

    /// The members of the object at `at.key`, each with its place; empty where there is none. Extensions are left out where
    /// an object may have some: the names of header fields, media types or properties may start with `x-` as well.
    pub fn members(&mut self, (at, members): &Node, key: &str) -> Vec<(String, SourceLocation)> {
        match members.get(key) {
            Some(Value::Object(inner)) => {
                let at = at.join(key);
                // OpenAPI 3.1, sections 4.8.8 and 4.8.16.
                let has_extensions = matches!(key, "paths" | "responses");
                let names = inner.keys().filter(|name| !(has_extensions && name.starts_with("x-")));
                names.map(|name| (name.clone(), at.join(name))).collect()
            }
            Some(Value::Null) | None => Vec::new(),
            Some(_) => {
                self.note(&rule::PART_TYPE, &at.join(key), format!("`{key}` must be an object; it is left out"));
                Vec::new()
            }
        }
    }

    /// The places of the items of the array at `at.key`.
    pub fn items(&mut self, (at, members): &Node, key: &str) -> Vec<SourceLocation> {
        match members.get(key) {
            Some(Value::Array(items)) => {
                let at = at.join(key);
                (0..items.len()).map(|index| at.index(index)).collect()
            }
            Some(Value::Null) | None => Vec::new(),
            Some(_) => {
                self.note(&rule::PART_TYPE, &at.join(key), format!("`{key}` must be an array; it is left out"));
                Vec::new()
            }
        }
    }

    /// Notes that a part of an operation cannot be read: what a request must have is not known.
    pub fn leave_open(&mut self, keyword: &'static str, location: SourceLocation) {
        let written = self.document.get(&location).cloned().unwrap_or_default();
        self.unknown.push(Unknown { keyword, location, reach: Reach::Values, written });
    }

    /// Whether a part must be there; where that is not said, it is left open.
    pub fn is_required(&mut self, (at, members): &Node) -> bool {
        match members.get("required") {
            Some(Value::Bool(is_required)) => *is_required,
            None => false,
            Some(_) => {
                let at = at.join("required");
                self.note(&rule::PART_TYPE, &at, "`required` must be true or false; no request is called valid here");
                self.leave_open("required", at);
                false
            }
        }
    }

    pub fn schema(&mut self, location: &SourceLocation) -> SchemaId {
        self.schemas.read(&mut self.document, location)
    }

    /// `example` and `examples` of a parameter or media type, with their places.
    pub fn examples(&mut self, node: &Node) -> Vec<(Value, SourceLocation)> {
        let (at, members) = node;
        let mut examples = Vec::new();
        if let Some(value) = members.get("example") {
            examples.push((value.clone(), at.join("example")));
        }
        if members.get("examples").is_some_and(Value::is_object) {
            for (_, location) in self.members(node, "examples") {
                let Some((at, members)) = self.object(&location) else { continue };
                for key in ["value", "dataValue"] {
                    if let Some(value) = members.get(key) {
                        examples.push((value.clone(), at.join(key)));
                    }
                }
            }
        }
        examples
    }
}

/// The error of a document that is no OpenAPI document, because of the node at `at`.
pub(super) fn not_openapi(document: &Document, at: &SourceLocation, message: String, help: &str) -> SpecError {
    let file = document.file(at.file);
    let span = file.key_span(&at.pointer);
    let (start, end) = (file.offset(span.start), file.offset(span.end));
    SpecError::NotOpenApi {
        source_code: std::sync::Arc::new(miette::NamedSource::new(&file.name, file.text.clone())),
        // A mapping that spans the whole file is pointed at by its first character.
        span: (start, if end - start > 200 { 1 } else { end - start }).into(),
        place: document.place(at),
        message,
        help: help.to_owned(),
    }
}
