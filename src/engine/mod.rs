//! Runs the pipeline and tells what happens.

mod event;

pub use event::{Event, OperationSummary, Verdict};
