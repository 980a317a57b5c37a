//! What can be wrong with a baseline.

/// A baseline that cannot be used.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{place}: {message}")]
pub struct BaselineError {
    /// `file:line:column`, as far as it is known.
    pub(super) place: String,
    pub(super) message: String,
    #[help]
    pub(super) help: String,
}
