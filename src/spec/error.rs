//! What can be wrong with a document, as a person reads it.

use std::sync::Arc;

use miette::{Diagnostic, NamedSource, SourceSpan};
use thiserror::Error;

/// A document that cannot be used at all.
#[derive(Debug, Error, Diagnostic)]
pub enum SpecError {
    /// The file cannot be read.
    #[error("cannot read {path}: {reason}")]
    #[diagnostic(code(spec::unreadable), help("check the path and its permissions"))]
    Unreadable {
        /// The path as given.
        path: String,
        /// The system's reason.
        reason: String,
    },
    /// The file cannot be had of a revision.
    #[error("cannot read {path}: {reason}")]
    #[diagnostic(
        code(spec::revision),
        help(
            "write REVISION:PATH inside a git repository, the path as seen from its top, such as main:api/openapi.yaml"
        )
    )]
    Unversioned {
        /// The revision and the path.
        path: String,
        /// The reason of git.
        reason: String,
    },
    /// The text is neither YAML nor JSON.
    #[error("{place}: not valid YAML or JSON: {message}")]
    #[diagnostic(code(spec::syntax))]
    Syntax {
        /// The text.
        #[source_code]
        source_code: Arc<NamedSource<String>>,
        /// Where the text stops making sense.
        #[label("here")]
        span: SourceSpan,
        /// `file:line:column`.
        place: String,
        /// The parser's reason.
        message: String,
    },
    /// The text is fine, yet it is no OpenAPI document.
    #[error("{place}: {message}")]
    #[diagnostic(code(spec::not_openapi))]
    NotOpenApi {
        /// The text.
        #[source_code]
        source_code: Arc<NamedSource<String>>,
        /// The place of the fault.
        #[label("here")]
        span: SourceSpan,
        /// `file:line:column`.
        place: String,
        /// What is wrong.
        message: String,
        /// What to do.
        #[help]
        help: String,
    },
}

/// An overlay that cannot be used, or does not fit its document.
#[derive(Debug, Error, Diagnostic)]
#[error("{place}: {message}")]
#[diagnostic(code(spec::overlay))]
pub struct OverlayError {
    place: String,
    message: String,
    #[help]
    help: String,
}

impl OverlayError {
    /// What is wrong at a place of the overlay, and what to do.
    pub(super) fn new(place: &str, message: &str, help: &str) -> Self {
        Self { place: place.to_owned(), message: message.to_owned(), help: help.to_owned() }
    }
}

/// A reference that leads nowhere, and why.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum RefError {
    /// The target file is there, the node is not.
    #[error("`{reference}` points to nothing in {file}")]
    Missing {
        /// The reference as written.
        reference: String,
        /// The file that was searched.
        file: String,
    },
    /// The target file cannot be used.
    #[error("`{reference}` cannot be loaded: {reason}")]
    Unloadable {
        /// The reference as written.
        reference: String,
        /// The reason.
        reason: String,
    },
    /// The target lies outside the document's folder.
    #[error("`{reference}` leads outside the document's folder; allow it with --allow-outside-refs")]
    Outside {
        /// The reference as written.
        reference: String,
    },
    /// The target is on the network.
    #[error("`{reference}` is a remote reference; allow it with --allow-remote-refs")]
    Remote {
        /// The reference as written.
        reference: String,
    },
    /// References that lead back to themselves.
    #[error("`{reference}` refers to itself")]
    Loop {
        /// The reference as written.
        reference: String,
    },
}
