//! Snapshots: text files that show changes of a document or of a provider's behaviour as a diff.
//!
//! Below a directory (`snapshots/`) there is, for each operation of a contract:
//!
//! - `contract/<contract>/<operation>.snap`: what the document requires of a server, without any target;
//! - `behaviour/<contract>/<operation>.snap`: the exchange of each written case, and of one case for every clause of the
//!   request, a section each, with placeholders for what varies and for the wording of errors;
//! - `exact/<contract>/<operation>.snap`: the same with the wording, where a run is asked for it.
//!
//! All of them are files of [insta](https://insta.rs), read, compared and written by that library, so that
//! `cargo insta review` and editors work on them. A run writes what differs beside the snapshot, as `*.snap.new`.

mod brief;
mod comparison;
mod contract;
mod error;
mod exchange_text;
mod model;
mod name;
mod options;
mod outline;
mod pending;
mod placeholder;
mod recorder;
mod redactor;
mod same;
mod sections;
mod selection;
mod sent_values;
mod store;

pub use contract::contracts;
pub use error::SnapshotError;
pub use model::{Mode, Orphan, Pending, Record, Section, Update};
pub use options::RecorderOptions;
pub use recorder::Recorder;
#[cfg(feature = "cli")]
pub(crate) use same::is_same;
pub use selection::folder;
pub use store::Store;

/// The unified diff from one text to another; from nothing, where `old` is empty.
pub fn diff(old: &str, new: &str) -> String {
    let lines = |text: &str| if text.is_empty() { String::new() } else { format!("{}\n", text.trim_end()) };
    let (old, new) = (lines(old), lines(new));
    similar::TextDiff::from_lines(&old, &new).unified_diff().context_radius(3).to_string()
}
