//! Snapshots: readable files that show, as a diff, what a change of a document or of a provider's behaviour means.
//!
//! Below a directory (`snapshots/`) there are, for each contract:
//!
//! - `contract/<contract>/<operation>.snap`: what the document obliges a server to, without any target;
//! - `behaviour/<contract>/<operation>.<case>.snap`: the exchange of each written case, and of one case for every
//!   clause of the request, with placeholders for what varies and for the wording of errors;
//! - `exact/<contract>/<operation>.<case>.snap`: the same with the wording, where a run is asked for it.
//!
//! All of them are files of [insta](https://insta.rs), read, compared and written by that library, so that
//! `cargo insta review` and editors work on them. What a run finds different it writes beside the snapshot as `*.snap.new`.

mod choice;
mod contract;
mod error;
mod exchange;
mod known;
mod name;
mod placeholder;
mod recorder;
mod schema;
mod settle;
mod store;

pub use choice::{folder, planned};
pub use contract::contracts;
pub use error::SnapshotError;
pub use recorder::{Recorder, RecorderOptions};
pub use store::{Pending, Record, Store};

/// How much of an exchange a snapshot of behaviour keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// All but the wording of errors, which is no part of a contract.
    Shape,
    /// The wording, too.
    Exact,
}

impl Mode {
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
    /// It is written as `.snap.new`, to be reviewed.
    New,
    /// It is written as the snapshot.
    All,
    /// Nothing is written.
    No,
}

/// The unified diff from one text to another; from nothing, where `old` is empty.
pub fn diff(old: &str, new: &str) -> String {
    let lines = |text: &str| if text.is_empty() { String::new() } else { format!("{}\n", text.trim_end()) };
    let (old, new) = (lines(old), lines(new));
    similar::TextDiff::from_lines(&old, &new).unified_diff().context_radius(3).to_string()
}
