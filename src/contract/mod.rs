//! Compiles a document into a contract: operations with their parameters, bodies, responses, security
//! and clauses, in one dialect whatever the document's version.

mod clause;
mod diagnostic;
mod dialect;
mod model;
mod paths;
mod read;
mod read_body;
mod read_schema;
mod read_security;
mod schema;
mod size;
mod swagger2;
mod unjudged;
mod validate;
mod xml;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

pub use clause::{Branch, Clause, ClauseId, ClausePlace, Clauses, Site, SiteId, Step};
pub use diagnostic::{Diagnostic, DiagnosticKind, LintRule, Severity};
pub use dialect::Dialect;
pub use model::{
    Encoding, Header, MediaType, Operation, Parameter, ParameterPlace, PayloadKind, RequestBody, Response, SchemeKind,
    SecurityUse, SizeLimit, StatusRange, Style, payload_kind,
};
pub use schema::{Direction, Discriminator, Schema, SchemaId, Schemas, Types, is_integer};
pub use validate::{Validators, Violation};
pub(crate) use validate::{emit, is_base64};
pub use xml::{XmlNode, XmlObject};

use crate::spec::{Document, LoadOptions, Location, SpecError};

/// A document, compiled once.
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
    /// Every schema.
    pub schemas: Arc<Schemas>,
    /// The document's own faults.
    pub diagnostics: Vec<Diagnostic>,
    /// The text it was compiled from.
    pub document: Document,
    paths: paths::Paths,
}

impl Contract {
    /// Loads and compiles the document at `path`.
    ///
    /// # Errors
    /// [`SpecError`] when it cannot be read, parsed, or is no OpenAPI document. Faults of single parts
    /// are [`Contract::diagnostics`] instead.
    pub fn load(path: &Path, options: LoadOptions) -> Result<Self, SpecError> {
        read::compile(Document::load(path, options)?)
    }

    /// Compiles a document that is loaded already.
    ///
    /// # Errors
    /// [`SpecError::NotOpenApi`].
    pub fn compile(document: Document) -> Result<Self, SpecError> {
        read::compile(document)
    }

    /// The methods that the document has on any path whose template `path` matches.
    pub fn methods_on(&self, path: &str) -> HashSet<&str> {
        let found = self.paths.matching(path).flat_map(|operation| &self.operations[operation].methods_on_path);
        found.map(String::as_str).collect()
    }

    /// Takes the header, query and cookie parameters of these names for credentials: they are sent with
    /// every request, and left out or falsified to test that they are needed.
    pub fn adopt_credentials(&mut self, names: &[&str]) {
        for operation in &mut self.operations {
            read_security::adopt(operation, names);
        }
    }

    /// `file:line:column` of a node.
    pub fn place(&self, location: &Location) -> String {
        self.document.place(location)
    }
}
