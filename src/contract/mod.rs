//! Compiles a document into a contract: operations with their parameters, bodies, responses, security
//! and clauses, in one dialect whatever the document's version.

mod clause;
mod clauses;
mod compiled;
mod describe;
mod diagnostic;
mod isolation;
mod media_type;
mod model;
mod number;
mod paths;
mod read;
pub mod rule;
mod schema;
mod status;
mod template;

pub use clause::{Branch, Clause, ClauseId, ClauseTarget, Clauses, Site, SiteId, Step};
pub use compiled::{Callback, CompileOptions, Contract};
pub use diagnostic::Diagnostic;
pub use isolation::{Isolation, isolation};
pub use media_type::{MediaRange, PayloadKind, is_media_type};
pub use model::{
    Encoding, Header, MediaType, Operation, Parameter, ParameterLocation, RequestBody, ResponseSpec, SchemeKind,
    SchemeRequirement, SizeLimit, Style,
};
pub(crate) use number::{Bound, compare_numbers, to_float, whole_number};
pub use paths::Route;
pub use schema::{
    Dialect, Direction, Discriminator, PatternReading, Reach, SameValue, Schema, SchemaId, Schemas, Types, Unknown,
    Validators, Violation, XmlNode, XmlObject, is_integer, is_xml_name,
};
pub(crate) use schema::{emit, is_base64, quoted};
pub use status::StatusRange;
pub(crate) use template::{template_shape, template_variables};

use std::path::Path;

use crate::spec::{Document, LoadOptions, SpecError};

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
}
