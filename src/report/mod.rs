//! Turns the events of a run into text: each output is a listener, and the engine knows none of them.
//!
//! What the events come to is in [`Results`](crate::engine::Results), which every listener is handed; an output shows
//! them. To add one, write a file beside [`json`] that makes a text of the results, and name it in `format`.

#[cfg(feature = "cli")]
mod allure;
#[cfg(feature = "cli")]
mod at_end;
#[cfg(feature = "cli")]
mod body;
mod count;
#[cfg(feature = "cli")]
mod coverage;
#[cfg(feature = "cli")]
mod format;
#[cfg(feature = "cli")]
mod github;
#[cfg(feature = "cli")]
mod gitlab;
#[cfg(feature = "cli")]
mod har;
#[cfg(feature = "cli")]
mod html;
pub mod json;
#[cfg(feature = "cli")]
mod junit;
#[cfg(feature = "cli")]
mod line_breaks;
#[cfg(feature = "cli")]
pub(crate) mod markdown;
#[cfg(feature = "cli")]
mod ndjson;
mod output;
mod paint;
#[cfg(feature = "cli")]
mod progress;
#[cfg(feature = "cli")]
mod ranked;
#[cfg(feature = "cli")]
pub(crate) mod sarif;
#[cfg(feature = "cli")]
mod sequence;
#[cfg(feature = "cli")]
mod snippet;
#[cfg(feature = "cli")]
pub mod terminal;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(feature = "cli")]
mod totals;
mod untested;
mod verdict;
#[cfg(feature = "cli")]
mod view;
#[cfg(feature = "cli")]
mod words;

pub use crate::text::hidden::{escape, escape_lines};
#[cfg(feature = "cli")]
pub use allure::{Allure, Open};
pub use count::count;
#[cfg(feature = "cli")]
pub use coverage::{Coverage, Kind};
#[cfg(feature = "cli")]
pub use format::Format;
#[cfg(feature = "cli")]
pub use github::Github;
pub use json::{Json, printable};
#[cfg(feature = "cli")]
pub use line_breaks::wrap;
pub use output::Output;
pub use paint::Paint;
#[cfg(feature = "cli")]
pub use progress::Progress;
#[cfg(feature = "cli")]
pub use snippet::Snippet;
#[cfg(feature = "cli")]
pub use terminal::Terminal;
#[cfg(feature = "cli")]
pub use terminal::finding::{full, short};
#[cfg(feature = "cli")]
pub use view::View;

use crate::engine::Partition;
use crate::execute::{ExchangeLog, Masker};
use verdict::verdict;

/// What an output needs to know of a run beside its events.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// The seed that repeats the run.
    pub seed: u64,
    /// What may come back from the target and must not be shown.
    pub secrets: Masker,
    /// What to try when a contract could not be tested, beyond the engine's own reason.
    pub hint: Option<String>,
    /// The documents' own faults count, too.
    pub strict: bool,
    /// Which part of the operations is tested, if not all.
    pub partition: Option<Partition>,
    /// Where the client of the run notes its exchanges ([`ClientOptions::exchanges`](crate::execute::ClientOptions)): HAR
    /// has no others.
    pub exchanges: ExchangeLog,
}
