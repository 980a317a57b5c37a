//! What can be wrong with `conform.toml`.

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{place}: {message}")]
pub struct PolicyError {
    /// `file:line`.
    pub(super) place: String,
    pub(super) message: String,
    #[help]
    pub(super) help: String,
}
