//! Tests contracts, and reports events.
//!
//! A contract is tested in `phases`. Each sends cases through the `scheduler`, a bounded number at once, and receives
//! the responses in the order of the cases. The contract's checks evaluate a response when it is received; then the
//! [`Judge`]s and the [`Listener`]s get it, in that order.

mod access;
mod base;
mod contract_run;
mod counts;
mod evaluate;
mod event;
mod failing;
mod gaps;
mod gone;
mod habits;
mod health;
mod ids;
mod items;
mod job;
mod judge;
mod keeper;
mod listener;
mod made;
mod makers;
mod model;
mod neighbours;
mod operation;
mod pace;
mod patience;
mod phases;
mod planning;
mod regression_writer;
mod replay;
mod results;
mod scheduler;
mod sent;
mod shrinking;
mod storm;
mod task;
#[cfg(test)]
mod testing;
mod untestable;

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::{Duration, Instant};

use url::Url;

pub use event::{Event, FindingKey, Leavings, OperationSummary, Outcome, ValidCases, Verdict};
pub use job::{Job, Selection};
pub use judge::{Judge, Judged, LateFinding, StepFinding};
pub use listener::{Listener, ListenerError, Listeners};
pub use planning::Planner;
pub use regression_writer::RegressionWriter;
pub use replay::{Fate, Replay, Resent, replay};
pub use results::{CausePlace, ContractResult, Group, OperationResult, Results, RootCause, Totals};

use crate::case::Case;
use crate::check::Policy;
use crate::contract::Operation;
use crate::execute::{Client, ClientOptions, Exchange, Masker};
use crate::fixtures::{Fixtures, Secret};
use crate::plan::{PlanOptions, plan};
use contract_run::{ContractRun, PlannedContract};
use pace::Pace;

/// How a run is done.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The target and how it is spoken to.
    pub client: ClientOptions,
    /// How many cases, and from which seed.
    pub plan: PlanOptions,
    /// The most requests in flight at once, at least 1. There are two at first, and more as long as the target keeps up.
    pub concurrency: usize,
    /// The most requests a second, if there is a limit.
    pub rate: Option<u32>,
    /// How long a target that accepts no connections is waited for, at the start and after it was there.
    pub wait: Duration,
    /// Warnings count as errors, and so do the documents' own faults.
    pub strict: bool,
    /// What the team makes of each check.
    pub policy: Arc<Policy>,
    /// Requests that are spent on making one finding small; 0 reports findings as they were found.
    pub max_shrinks: usize,
}

impl RunOptions {
    /// The most requests in flight by default.
    pub const CONCURRENCY: u16 = 8;
    /// How many requests may be spent on making one finding small by default.
    pub const MAX_SHRINKS: usize = 60;
    /// How long a whole response may take by default.
    pub const TIMEOUT: Duration = Duration::from_secs(10);

    /// What a run does by default, with seed 0.
    pub fn new(target: Url) -> Self {
        Self {
            client: ClientOptions { target, timeout: Self::TIMEOUT, headers: Vec::new() },
            plan: PlanOptions { seed: 0, cases: None, destructive: false },
            concurrency: Self::CONCURRENCY.into(),
            rate: None,
            wait: Duration::ZERO,
            strict: false,
            policy: Arc::default(),
            max_shrinks: Self::MAX_SHRINKS,
        }
    }

    /// What takes the secrets of these jobs and of the client out of what is shown.
    pub fn masker(&self, jobs: &[Job]) -> Masker {
        masker(jobs, &self.client.headers)
    }
}

/// What takes the secrets of these jobs and of header fields out of what is shown.
pub(crate) fn masker(jobs: &[Job], headers: &[(String, Secret)]) -> Masker {
    let fixtures = jobs.iter().flat_map(|job| job.fixtures.all_secrets());
    Masker::new(fixtures.chain(headers.iter().map(|(_, secret)| secret)))
}

/// Sends cases to a target.
pub trait Transport: Send + Sync + 'static {
    /// Sends one case and waits for its response.
    fn send(&self, operation: &Operation, case: &Case, fixtures: &Fixtures) -> impl Future<Output = Exchange> + Send;
}

impl Transport for Client {
    async fn send(&self, operation: &Operation, case: &Case, fixtures: &Fixtures) -> Exchange {
        Self::send(self, operation, case, fixtures).await
    }
}

/// How the cases of a run are made and sent.
pub struct Backend<T> {
    /// What sends them.
    pub transport: Arc<T>,
    /// What makes them.
    pub planner: Arc<dyn Planner>,
}

/// Who takes part in a run beside the engine.
pub struct Observers<'o> {
    /// Who judges beside the contract's checks.
    pub judges: Vec<&'o mut dyn Judge>,
    /// Who hears of what happens.
    pub listeners: Listeners<'o>,
}

impl<'o> Observers<'o> {
    /// Listeners alone. The results that they are handed hold no secret that `masker` knows.
    pub fn listening(masker: Masker, listeners: Vec<&'o mut dyn Listener>) -> Self {
        Self { judges: Vec::new(), listeners: Listeners::new(masker, listeners) }
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finished {
    /// What it comes to.
    pub outcome: Outcome,
    /// Whether it was cancelled before it was done.
    pub interrupted: bool,
}

/// Tests every job against the target, one contract after the other, until `cancel` is ready. What the run has made is
/// deleted again then, too, as far as a few seconds allow.
///
/// Must be called inside a tokio runtime; requests are sent and evaluated on all of its threads.
///
/// # Errors
/// [`ListenerError`] where a listener cannot go on.
pub async fn run(
    jobs: &[Job],
    options: &RunOptions,
    observers: &mut Observers<'_>,
    cancel: impl Future<Output = ()>,
) -> Result<Finished, ListenerError> {
    let started = Instant::now();
    match Client::new(options.client.clone()) {
        Ok(client) => {
            let backend = Backend { transport: Arc::new(client), planner: Arc::new(plan) };
            run_with(jobs, options, observers, backend, cancel).await
        }
        Err(error) => {
            let target = options.client.target.as_str().trim_end_matches('/').to_owned();
            for job in jobs {
                observers.listeners.on(&Event::ContractStarted { job: job.clone(), target: target.clone() })?;
                let contract = job.contract.clone();
                let untestable = Some(format!("no HTTP client can be set up: {error}"));
                observers.listeners.on(&Event::ContractFinished { contract, untestable })?;
            }
            finish(Finished { outcome: Outcome::Untestable, interrupted: false }, started, observers)
        }
    }
}

/// Does what [`run`] does, with another backend.
///
/// # Errors
/// [`ListenerError`] where a listener cannot go on.
pub async fn run_with<T: Transport>(
    jobs: &[Job],
    options: &RunOptions,
    observers: &mut Observers<'_>,
    backend: Backend<T>,
    cancel: impl Future<Output = ()>,
) -> Result<Finished, ListenerError> {
    let started = Instant::now();
    // The documents' own faults are none of the target's, unless nothing is to be overlooked.
    let is_faulty = options.strict && jobs.iter().any(|job| crate::lint::counted(&job.faults) > 0);
    let mut outcome = if is_faulty { Outcome::Fails } else { Outcome::Conforms };
    let interrupted = test_all(jobs, options, observers, &backend, &mut outcome, pin!(cancel)).await?;
    finish(Finished { outcome, interrupted }, started, observers)
}

/// Tests one contract after the other, until `cancel` is ready: whether it was. `outcome` is at any time that of what is
/// finished.
async fn test_all<T: Transport>(
    jobs: &[Job],
    options: &RunOptions,
    observers: &mut Observers<'_>,
    backend: &Backend<T>,
    outcome: &mut Outcome,
    mut cancel: Pin<&mut impl Future<Output = ()>>,
) -> Result<bool, ListenerError> {
    let pace = Pace::new(options.concurrency, options.rate, options.wait);
    let prepare = |job: &Job| PlannedContract::new(job, options, backend.planner.clone());
    let mut next = jobs.first().map(prepare);
    let mut rest = jobs.iter().skip(1);
    while let Some(current) = next.take() {
        // The next contract is planned while this one's requests are on their way.
        next = rest.next().map(prepare);
        let Observers { judges, listeners } = observers;
        let transport = backend.transport.clone();
        let prepared = (current, transport, pace.clone());
        let (run, plans) = ContractRun::new(prepared, options, judges, listeners, outcome);
        if run.run(plans, cancel.as_mut()).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn finish(finished: Finished, started: Instant, observers: &mut Observers<'_>) -> Result<Finished, ListenerError> {
    let Finished { outcome, interrupted } = finished;
    observers.listeners.on(&Event::RunFinished { outcome, interrupted, elapsed: started.elapsed() })?;
    Ok(finished)
}

#[cfg(test)]
mod tests;
