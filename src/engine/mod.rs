//! Runs the pipeline and tells what happens.

mod contract_run;
mod event;
mod flight;
mod gaps;
mod job;
mod judging;
mod operation_run;
mod prepare;
mod quiet;
mod reason;
mod shrinking;
#[cfg(test)]
mod testing;

use std::sync::Arc;
use std::time::Instant;

pub use event::{Event, OperationSummary, Verdict};
pub use job::{Job, Selection};
pub use prepare::Planner;

use crate::case::Case;
use crate::check::Policy;
use crate::contract::{Contract, Operation};
use crate::execute::{Client, ClientOptions, Exchange};
use crate::finding::Finding;
use crate::fixtures::Fixtures;
use crate::plan::{self, PlanOptions};

/// How a run is done.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The target and how it is spoken to.
    pub client: ClientOptions,
    /// How many cases, and from which seed.
    pub plan: PlanOptions,
    /// Requests in flight at once, at least 1.
    pub concurrency: usize,
    /// Warnings count as errors, and so do the documents' own faults.
    pub strict: bool,
    /// What the team makes of each check.
    pub policy: Arc<Policy>,
    /// Requests that are spent on making one finding small; 0 tells findings as they came.
    pub max_shrinks: usize,
}

/// Receives the events of a run.
pub trait Listener {
    /// Takes the next event.
    fn on(&mut self, event: &Event);

    /// What else is wrong with an exchange, by what is known beside the contract.
    ///
    /// Asked once for each case of a target that lets requests in, in the order of the cases, just before
    /// [`Event::CaseJudged`] tells its findings.
    fn further(&mut self, contract: &Contract, fixtures: &Fixtures, case: &Case, exchange: &Exchange) -> Vec<Finding> {
        let _ = (contract, fixtures, case, exchange);
        Vec::new()
    }
}

/// Sends cases to a target.
pub trait Transport: Send + Sync + 'static {
    /// Sends one case and waits for its answer.
    fn send(&self, operation: &Operation, case: &Case, fixtures: &Fixtures) -> impl Future<Output = Exchange> + Send;
}

impl Transport for Client {
    async fn send(&self, operation: &Operation, case: &Case, fixtures: &Fixtures) -> Exchange {
        Self::send(self, operation, case, fixtures).await
    }
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

impl Outcome {
    /// The outcome of both: an error anywhere is an error, and what could not be tested is not conforming.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fails, _) | (_, Self::Fails) => Self::Fails,
            (Self::Untestable, _) | (_, Self::Untestable) => Self::Untestable,
            _ => Self::Conforms,
        }
    }
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Conforms => Self::Conforms,
            Verdict::Fails => Self::Fails,
            Verdict::Untestable => Self::Untestable,
        }
    }
}

/// Tests every job against the target, one contract after the other.
///
/// Must be called inside a tokio runtime; requests are sent and judged on all of its threads.
pub async fn run(jobs: &[Job], options: &RunOptions, listener: &mut dyn Listener) -> Outcome {
    match Client::new(options.client.clone()) {
        Ok(client) => run_with(jobs, options, listener, Arc::new(client), Arc::new(plan::plan)).await,
        Err(error) => {
            let started = Instant::now();
            let target = options.client.target.as_str().trim_end_matches('/').to_owned();
            for job in jobs {
                listener.on(&Event::ContractStarted { job: job.clone(), target: target.clone(), cases: 0 });
                let contract = job.contract.clone();
                let untestable = Some(format!("no HTTP client can be set up: {error}"));
                listener.on(&Event::ContractFinished { contract, untestable });
            }
            listener.on(&Event::RunFinished { elapsed: started.elapsed(), interrupted: false });
            Outcome::Untestable
        }
    }
}

/// Tests every job through this transport, with the cases of this planner.
pub async fn run_with<T: Transport>(
    jobs: &[Job],
    options: &RunOptions,
    listener: &mut dyn Listener,
    transport: Arc<T>,
    planner: Arc<Planner>,
) -> Outcome {
    let started = Instant::now();
    let mut outcome = Outcome::Conforms;
    let prepare = |job: &Job| prepare::start(job.clone(), options.plan, options.policy.clone(), planner.clone());
    let mut ahead = jobs.first().map(prepare);
    let mut rest = jobs.iter().skip(1);
    while let Some(current) = ahead.take() {
        let prepared = current.wait().await;
        // The next contract is planned while this one's requests are on their way.
        ahead = rest.next().map(prepare);
        outcome = outcome.and(contract_run::run(prepared, options, listener, transport.clone()).await);
    }
    // The documents' own faults are none of the target's, unless nothing is to be overlooked.
    if options.strict && jobs.iter().any(|job| crate::lint::counted(&job.faults) > 0) {
        outcome = outcome.and(Outcome::Fails);
    }
    listener.on(&Event::RunFinished { elapsed: started.elapsed(), interrupted: false });
    outcome
}

#[cfg(test)]
mod tests;
