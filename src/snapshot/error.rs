//! Why a snapshot cannot be read or written.

use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

/// A snapshot, or a directory of them, that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error, Diagnostic)]
pub enum SnapshotError {
    /// A file or directory cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    #[diagnostic(help("snapshots are files in directories that can be read; `--snapshots off` does without them"))]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// A file cannot be written or removed. What was there before is still there.
    #[error("cannot write {}: {reason}", path.display())]
    #[diagnostic(help("no snapshot was changed by this; `--update-snapshots no` writes none"))]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// A merge was not finished.
    #[error("{}:{line}: conflict markers of a merge", path.display())]
    #[diagnostic(help("resolve the conflict, or remove the file and record it anew"))]
    Conflict {
        /// The file.
        path: PathBuf,
        /// The line of the first marker.
        line: usize,
    },
    /// The file is no snapshot of insta, or its text is none of sections.
    #[error("{} is no insta snapshot: {reason}", path.display())]
    #[diagnostic(help("remove the file and record it anew"))]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl SnapshotError {
    pub(super) fn unreadable(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::Unreadable { path: path.to_owned(), reason: reason.to_string() }
    }

    pub(super) fn unwritable(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::Unwritable { path: path.to_owned(), reason: reason.to_string() }
    }

    pub(super) fn broken(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::Broken { path: path.to_owned(), reason: reason.to_string() }
    }
}
