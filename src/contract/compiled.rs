//! A contract as a whole: what is compiled from one document.

use std::collections::HashSet;
use std::sync::Arc;

use super::diagnostic::Diagnostic;
use super::model::Operation;
use super::paths::{Paths, Route};
use super::schema::{Dialect, Schemas};
use crate::spec::{Document, SourceLocation};

/// What is known of a document beside its text.
#[derive(Clone, Debug, Default)]
pub struct CompileOptions {
    /// The header, query and cookie parameters of these names carry credentials: they are sent with every request, and
    /// left out or falsified to test that they are needed. The case of the names does not matter.
    pub credentials: Vec<String>,
    /// What the target sends is read in place of what it takes: webhooks and callbacks are the operations.
    pub sent: bool,
}

/// A callback: an operation that the target sends to where a request has said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// The operation, by its position among those that the target sends.
    pub operation: usize,
    /// The operation whose request says where, by its method and path.
    pub of: (String, String),
    /// Where: a runtime expression within a URL (OpenAPI 3.1, section 4.8.18.2).
    pub expression: String,
    /// What the path of the operation begins with: where the request is to say that the callbacks of this place go.
    pub base: String,
}

/// A document, compiled once and never amended.
#[derive(Debug)]
pub struct Contract {
    /// A short name: the document's file name without its ending.
    pub name: String,
    /// `info.title`.
    pub title: String,
    /// The version as the document states it, for example `3.1.0`.
    pub version: String,
    /// The dialect of its schemas.
    pub dialect: Dialect,
    /// The operations in the document's order.
    pub operations: Vec<Operation>,
    /// Those of them that are callbacks; none where they are what the target takes.
    pub callbacks: Vec<Callback>,
    /// Whether the target is who calls its operations.
    pub is_sent: bool,
    /// Every schema.
    pub schemas: Arc<Schemas>,
    /// The document's own faults, as far as reading finds them.
    pub diagnostics: Vec<Diagnostic>,
    /// The text it was compiled from.
    pub document: Document,
    pub(super) paths: Paths,
}

impl Contract {
    /// The methods that the document has on any path whose template `path` matches.
    pub fn methods_on(&self, path: &str) -> HashSet<&str> {
        let found = self.paths.matching(path).flat_map(|operation| &self.operations[operation].methods_on_path);
        found.map(String::as_str).collect()
    }

    /// Where a request belongs, by its method and the segments of its path: what is before each slash, from the empty one
    /// before the first on, percent-decoded.
    pub fn route(&self, method: &str, segments: &[String]) -> Route {
        self.paths.route(&self.operations, method, segments)
    }

    /// `file:line:column` of a node.
    pub fn place(&self, location: &SourceLocation) -> String {
        self.document.place(location)
    }
}
