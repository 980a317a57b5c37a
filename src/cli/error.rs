//! What can be wrong with a command line, or with what it names.

use miette::Diagnostic;
use thiserror::Error;

use super::Exit;
use crate::baseline::BaselineError;
use crate::check::PolicyError;
use crate::fixtures::FixturesError;
#[cfg(feature = "reference")]
use crate::reference::StoreError;
use crate::regression::FolderError;
use crate::snapshot::SnapshotError;
use crate::spec::{OverlayError, SpecError};

/// Why a command could not do its work.
#[derive(Debug, Error, Diagnostic)]
pub enum CliError {
    /// A document cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Spec(Box<SpecError>),
    /// An overlay cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Overlay(#[from] OverlayError),
    /// Fixtures cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Fixtures(Box<FixturesError>),
    /// The target, or whoever knows its users, gives no credential for what the fixtures say.
    #[error(transparent)]
    #[diagnostic(transparent)]
    NoLogin(Box<FixturesError>),
    /// Snapshots cannot be read or written.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Snapshot(#[from] SnapshotError),
    /// Arguments that make no sense together or name what is not there.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        #[help]
        help: String,
    },
    /// The system refused something: a port, a file, sockets.
    #[error("{doing}: {reason}")]
    System {
        /// What was tried, for example "cannot listen on 127.0.0.1:80".
        doing: String,
        /// The system's reason.
        reason: String,
        /// What to do.
        #[help]
        help: Option<String>,
    },
    /// The configuration cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Policy(#[from] PolicyError),
    /// The accepted findings cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Baseline(#[from] BaselineError),
    /// Kept cases cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Regressions(#[from] FolderError),
    /// The reference target's messages cannot be stored.
    #[cfg(feature = "reference")]
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CliError {
    /// How a command ends by it.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::NoLogin(_) => Exit::Untestable,
            _ => Exit::Usage,
        }
    }

    /// Arguments that make no sense together or name what is not there.
    pub fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: help.into() }
    }

    /// The system refused something.
    pub fn system(doing: impl Into<String>, reason: impl std::fmt::Display) -> Self {
        Self::System { doing: doing.into(), reason: reason.to_string(), help: None }
    }
}

impl From<SpecError> for CliError {
    fn from(error: SpecError) -> Self {
        Self::Spec(Box::new(error))
    }
}

impl From<FixturesError> for CliError {
    fn from(error: FixturesError) -> Self {
        Self::Fixtures(Box::new(error))
    }
}
