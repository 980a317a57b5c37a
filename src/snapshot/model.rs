//! The data of snapshots.

use std::path::PathBuf;

/// How much of an exchange a snapshot of behaviour keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// All but the wording of errors, which is no part of a contract.
    Shape,
    /// The wording, too.
    Exact,
}

impl Mode {
    /// Both.
    pub const EACH: [Self; 2] = [Self::Shape, Self::Exact];

    /// The directory of snapshots of this mode.
    pub fn directory(self) -> &'static str {
        match self {
            Self::Shape => "behaviour",
            Self::Exact => "exact",
        }
    }
}

/// What is done with an exchange that has no snapshot, or another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// It is written to the `.snap.new`, to be reviewed.
    New,
    /// It is written to the snapshot.
    All,
    /// Nothing is written.
    No,
}

/// A snapshot file that is to be: its text, and what a reviewer sees beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The file's name below the store's directory.
    pub name: PathBuf,
    /// The document that it is about.
    pub source: String,
    /// What it shows, in a few words.
    pub description: String,
    /// The node of the document that it is about, for example `specs/asapp.yaml#/paths/…/post`.
    pub node: String,
    /// The text.
    pub text: String,
}

/// One case of an operation's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// A name that no seed, clock or port changes: letters, digits, `_` and `-`.
    pub name: String,
    /// What the case shows, in a few words.
    pub description: String,
    /// The node of the document that it is about, relative to the file's own node if it is within it; `None` where it is
    /// that node.
    pub node: Option<String>,
    /// The fixtures that a person wrote it in.
    pub source: Option<String>,
    /// The exchange. The rest is beside it, and changes of it are no difference.
    pub text: String,
}

/// A difference that waits for review: a section of a file, or a whole file without sections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The name of the snapshot file, without `.new`.
    pub name: PathBuf,
    /// The section.
    pub section: Option<String>,
    /// The text as it is; `None` where there is no such snapshot yet.
    pub old: Option<String>,
    /// The text as it would be.
    pub new: String,
    /// What it shows.
    pub description: Option<String>,
    /// The node of the document that it is about.
    pub node: Option<String>,
    /// The record that it would be; `None` where it waits as a file.
    pub record: Option<Record>,
}

/// What no case makes any more: a section of a file, or a whole file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Orphan {
    /// The name of the snapshot file, without `.new`.
    pub name: PathBuf,
    /// The section.
    pub section: Option<String>,
}
