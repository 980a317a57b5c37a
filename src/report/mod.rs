//! Turns the events of a run into text: each output is a listener, and the engine knows none of them.
//!
//! What the events come to is in [`Results`](crate::engine::Results), which every listener is handed; an output shows
//! them. To add one, write a file beside [`json`] that implements [`Listener`](crate::engine::Listener), and name it in
//! `cli::run`.

#[cfg(feature = "cli")]
mod body;
mod count;
pub mod json;
#[cfg(feature = "cli")]
mod line_breaks;
mod output;
mod paint;
#[cfg(feature = "cli")]
mod progress;
#[cfg(feature = "cli")]
mod sequence;
#[cfg(feature = "cli")]
mod snippet;
#[cfg(feature = "cli")]
pub mod terminal;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(feature = "cli")]
mod words;

pub use crate::text::hidden::{escape, escape_lines};
pub use count::count;
pub use json::Json;
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

use crate::execute::Masker;

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
}
