//! Tests contracts, and reports events.
//!
//! A contract is tested in `phases`. Each sends cases through the `scheduler`, a bounded number at once, and receives
//! the responses in the order of the cases. The contract's checks evaluate a response when it is received; then the
//! [`Judge`]s and the [`Listener`]s get it, in that order.

mod accepted;
mod access;
mod base;
mod candidates;
mod completed;
mod contract_run;
mod counts;
mod coverage;
mod debt;
mod delivery;
mod diverse;
#[cfg(feature = "cli")]
mod dropped;
mod early;
mod evaluate;
mod event;
mod failing;
mod former;
mod fresh;
mod gaps;
mod gone;
mod habits;
mod health;
mod ids;
mod job;
mod judge;
mod keeper;
mod last_writes;
mod listener;
mod load;
mod looked_for;
mod made;
mod makers;
mod model;
mod neighbours;
mod operation;
mod options;
mod pace;
mod partition;
mod patience;
mod phases;
mod planning;
mod pool;
mod post;
mod promised;
mod put_off;
mod receiver;
mod regression_writer;
mod replay;
mod results;
mod scheduler;
mod selection;
mod selector;
mod sent;
mod share;
mod shrinking;
mod silence;
mod spare;
mod status;
mod storm;
mod task;
#[cfg(test)]
mod testing;
mod transport;
mod tried;
mod untestable;
mod wanted;
mod wants;
mod writes;

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Instant;

#[cfg(feature = "cli")]
pub(crate) use access::{ends_account, ends_session};
pub use coverage::Coverage;
#[cfg(feature = "cli")]
pub(crate) use dropped::dropped;
pub use event::{Event, FindingKey, Leavings, OperationSummary, Outcome, ValidCases, Verdict};
pub use job::Job;
pub use judge::{Judge, Judged, LateFinding, StepFinding};
pub use listener::{Listener, ListenerError, Listeners};
pub use options::RunOptions;
#[cfg(feature = "cli")]
pub(crate) use options::masker;
pub use partition::Partition;
pub use planning::Planner;
pub use receiver::{Listening, Receiver, UNASKED};
pub use regression_writer::RegressionWriter;
pub use replay::{Fate, Replay, Resent, replay};
pub use results::{
    CausePlace, ContractResult, Group, Latency, MediaTypeSeen, OperationResult, Results, RootCause, Totals,
};
pub use selection::{Because, Selection};
pub use selector::Selector;
pub use transport::Transport;

use crate::execute::{Client, Masker};
use crate::plan::plan;
use contract_run::{ContractRun, PlannedContract};
use pace::Pace;

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
            let client = client.with_sessions(options.sessions.clone());
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
    let mut cancel = pin!(cancel);
    let mut interrupted = test_all(jobs, options, observers, &backend, &mut outcome, cancel.as_mut()).await?;
    if let Some(receiver) = options.receiver.as_ref().filter(|_| !interrupted) {
        let grades = (options.policy.as_ref(), options.strict);
        interrupted = receiver.tell(&mut observers.listeners, grades, &mut outcome, cancel).await?;
    }
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
    let pace = Pace::limited(options.concurrency, options.rate, options.wait, &options.rates);
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
        if phases::run(run, plans, cancel.as_mut()).await? {
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
