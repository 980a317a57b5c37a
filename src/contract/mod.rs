//! Compiles a document into a contract: operations with their parameters, bodies, responses, security
//! and clauses, in one dialect whatever the document's version.

mod clause;
mod diagnostic;
mod dialect;
mod isolation;
mod media_type;
mod model;
mod number;
mod paths;
mod pattern;
mod read;
mod read_body;
mod read_schema;
mod read_security;
mod read_xml;
pub mod rule;
mod schema;
mod size;
mod swagger2;
mod unjudged;
mod validate;
mod xml;
mod xml_name;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

pub use clause::{Branch, Clause, ClauseId, ClausePlace, Clauses, Site, SiteId, Step};
pub use diagnostic::Diagnostic;
pub use dialect::Dialect;
pub use isolation::{Isolation, isolation};
pub use media_type::{MediaRange, PayloadKind, documenting};
pub use model::{
    Encoding, Header, MediaType, Operation, Parameter, ParameterPlace, RequestBody, Response, SchemeKind, SecurityUse,
    SizeLimit, StatusRange, Style,
};
pub(crate) use number::{Bound, compare_numbers, to_float, whole_number};
pub use paths::Route;
pub use schema::{Direction, Discriminator, SameValue, Schema, SchemaId, Schemas, Types, is_integer};
pub use validate::{Validators, Violation};
pub(crate) use validate::{emit, is_base64};
pub use xml::{XmlNode, XmlObject};
pub use xml_name::is_xml_name;

use crate::spec::{Document, LoadOptions, Location, SpecError};

/// What is known of a document beside its text.
#[derive(Clone, Debug, Default)]
pub struct CompileOptions {
    /// The header, query and cookie parameters of these names carry credentials: they are sent with every request, and
    /// left out or falsified to test that they are needed. The case of the names does not matter.
    pub credentials: Vec<String>,
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
    /// Every schema.
    pub schemas: Arc<Schemas>,
    /// The document's own faults, as far as reading finds them.
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
        Self::compile(Document::load(path, options)?)
    }

    /// Compiles a document that is loaded already.
    ///
    /// # Errors
    /// [`SpecError::NotOpenApi`].
    pub fn compile(document: Document) -> Result<Self, SpecError> {
        Self::compile_with(document, &CompileOptions::default())
    }

    /// Compiles a document with what is known of it beside its text.
    ///
    /// # Errors
    /// [`SpecError::NotOpenApi`].
    pub fn compile_with(document: Document, options: &CompileOptions) -> Result<Self, SpecError> {
        read::compile(document, options)
    }

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
    pub fn place(&self, location: &Location) -> String {
        self.document.place(location)
    }
}
