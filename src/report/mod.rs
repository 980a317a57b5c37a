//! Turns the events of a run into text: each output is a listener, and the engine knows none of them.
//!
//! [`Collector`] gathers events into results; an output shows them. To add one, write a file beside
//! [`json`] that implements [`Report`], and name it in `cli::run`.

#[cfg(feature = "cli")]
mod body;
mod collect;
mod group;
pub mod json;
mod keeper;
mod output;
mod paint;
#[cfg(feature = "cli")]
mod progress;
#[cfg(feature = "cli")]
mod snippet;
#[cfg(feature = "cli")]
pub mod terminal;
#[cfg(test)]
mod testing;
mod text;
#[cfg(feature = "cli")]
mod words;

pub use collect::{Collector, ContractResult, OperationResult, Totals};
pub use group::Group;
pub use json::Json;
pub use keeper::Keeper;
pub use output::Output;
pub use paint::Paint;
#[cfg(feature = "cli")]
pub use progress::Progress;
#[cfg(feature = "cli")]
pub use snippet::Snippet;
#[cfg(feature = "cli")]
pub use terminal::Terminal;
pub use text::{count, escape, escape_lines};

use crate::engine::Listener;
use crate::execute::Masker;

/// What an output needs to know of a run that no event tells.
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

/// An output.
pub trait Report: Listener {
    /// Writes what is left.
    ///
    /// # Errors
    /// When the output could not be written. A closed pipe is no error.
    fn finish(&mut self) -> std::io::Result<()>;
}
