//! Faults of the document itself, each with its place; the rest of the document stays in use.

use serde::Serialize;

use crate::spec::Location;

/// How grave a finding or a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth a look, and no reason to fail.
    Warning,
    /// The target breaks its contract, or the document its specification.
    Error,
}

/// A rule that documents are held to, as data.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct LintRule {
    /// A short, stable name.
    pub name: &'static str,
    /// How grave it is to break it.
    pub severity: Severity,
    /// The rule, in one sentence.
    pub sentence: &'static str,
    /// Where it is written.
    pub source: &'static str,
}

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
    /// A schema that breaks this rule of its dialect.
    Rule(&'static LintRule),
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
            Self::Rule(rule) => rule.name,
        }
    }

    /// How grave it is.
    pub fn severity(self) -> Severity {
        match self {
            Self::Rule(rule) => rule.severity,
            _ => Severity::Error,
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
