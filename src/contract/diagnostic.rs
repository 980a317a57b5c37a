//! Faults of the document itself, each with its place; the rest of the document stays in use.

use crate::spec::Location;

/// What a diagnostic is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DiagnosticKind {
    /// A reference that leads nowhere, back to itself, or where it may not.
    Reference,
    /// A schema keyword that is misused.
    Schema,
    /// A pattern that is no regular expression.
    Pattern,
    /// A part of OpenAPI's own structure that is missing or wrong.
    Structure,
    /// Something that `conform` does not support.
    Unsupported,
    /// An example that breaks the schema it illustrates.
    Example,
    /// A schema that no value satisfies.
    Unsatisfiable,
}

impl DiagnosticKind {
    /// A short, stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Schema => "schema",
            Self::Pattern => "pattern",
            Self::Structure => "structure",
            Self::Unsupported => "unsupported",
            Self::Example => "example",
            Self::Unsatisfiable => "unsatisfiable",
        }
    }
}

/// One fault of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What it is about.
    pub kind: DiagnosticKind,
    /// Where it is.
    pub location: Location,
    /// What is wrong and what is made of it.
    pub message: String,
}

impl Diagnostic {
    /// A diagnostic at a place.
    pub fn new(kind: DiagnosticKind, location: Location, message: impl Into<String>) -> Self {
        Self { kind, location, message: message.into() }
    }
}
