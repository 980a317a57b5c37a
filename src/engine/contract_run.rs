//! Tests one contract, operation by operation.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};

use super::accepted::Accepted;
use super::debt::Debt;
use super::early::Early;
use super::event::{Event, Leavings, OperationSummary, Outcome, Verdict};
use super::former::Former;
use super::fresh::Fresh;
use super::habits::{Habits, LeftOut, Undecided};
use super::health::Health;
use super::judge::{Judge, Judges, LateFinding};
use super::keeper::Keeper;
use super::listener::{ListenerError, Listeners};
use super::made::Made;
use super::makers::Makers;
use super::model::{PlannedOperation, TestedContract, turn};
use super::operation::OperationRun;
use super::pace::Pace;
use super::planning::{PlanQueue, Planner, Planning};
use super::pool::Pool;
use super::put_off::PutOff;
use super::scheduler::Sender;
use super::share::Shares;
use super::untestable::LetIn;
use super::writes::Writes;
use super::{Job, RunOptions, Transport};
use crate::plan::Extent;
use crate::rule::Severity;

/// So often all is looked through: a thing may have been renamed, and be kept by what is kept in turn.
const TURNS: usize = 4;

/// A contract whose first operations are being planned.
pub(super) struct PlannedContract {
    job: Job,
    planning: Planning,
    /// Its operations in the order in which they are tested.
    operations: VecDeque<usize>,
    plans: PlanQueue,
}

impl PlannedContract {
    /// Starts to plan a contract, what takes resources away last, so that the others still find theirs.
    pub fn new(job: &Job, options: &RunOptions, planner: Arc<dyn Planner>) -> Self {
        let Job { contract, fixtures, regressions, .. } = job.clone();
        let safe = job.selection.safe;
        let tested = Arc::new(TestedContract::new(contract, fixtures, options.policy.clone()));
        let mut operations: Vec<usize> = job.operations().collect();
        operations.sort_by_cached_key(|operation| turn(&tested, *operation));
        let planning = Planning { tested, planner, options: options.plan, regressions, extent: Extent::Whole, safe };
        let plans = PlanQueue::new(planning.clone(), operations.iter().copied());
        Self { job: job.clone(), planning, operations: operations.into(), plans }
    }
}

/// One contract while it is tested: what its phases share.
pub(super) struct ContractRun<'r, 'o, T> {
    job: Job,
    pub tested: Arc<TestedContract>,
    pub options: &'r RunOptions,
    pub sender: Sender<T>,
    pub planning: Planning,
    pub judges: Judges<'r, 'o>,
    pub listeners: &'r mut Listeners<'o>,
    pub health: Health,
    pub made: Made,
    pub pool: Pool,
    pub former: Arc<Former>,
    /// Paths of what could not be put back.
    changed: Vec<String>,
    pub let_in: LetIn,
    /// Shared with what sends them again; nothing is added then.
    pub accepted: Arc<Accepted>,
    /// What a life has changed and puts back.
    pub debt: Debt,
    /// How many lives were begun.
    pub lives: usize,
    pub writes: Writes,
    /// What was sent before the operations' turns.
    pub early: Early,
    pub habits: Habits,
    /// Why there is no point in going on, if so.
    pub stopped: Option<String>,
    /// Operations that are not finished, the next first.
    unfinished: VecDeque<usize>,
    shares: Shares,
    makers: Makers,
    /// Operations that wait for what others may make.
    pub put_off: Vec<PutOff>,
    /// What the run comes to so far.
    outcome: &'r mut Outcome,
    tally: Tally,
}

impl<'r, 'o, T: Transport> ContractRun<'r, 'o, T> {
    pub fn new(
        prepared: (PlannedContract, Arc<T>, Arc<Pace>),
        options: &'r RunOptions,
        judges: &'r mut [&'o mut dyn Judge],
        listeners: &'r mut Listeners<'o>,
        outcome: &'r mut Outcome,
    ) -> (Self, PlanQueue) {
        let (PlannedContract { job, planning, operations, plans }, transport, pace) = prepared;
        let tested = planning.tested.clone();
        let keeper = Some(Arc::new(Keeper::new(&job, &planning, options.keep)));
        let fresh = Some(Arc::new(Fresh::new(&planning, job.operations())));
        let run = Self {
            job,
            sender: Sender { tested: tested.clone(), transport, pace, keeper, trims: true, fresh },
            judges: Judges::new(options.policy.clone(), judges),
            health: Health::new(target(options)),
            made: Made::default(),
            pool: Pool::default(),
            former: Arc::default(),
            changed: Vec::new(),
            let_in: LetIn::default(),
            accepted: Arc::default(),
            debt: Debt::default(),
            lives: 0,
            writes: Writes::default(),
            early: Early::default(),
            habits: Habits::default(),
            stopped: None,
            makers: Makers::new(&tested, operations.iter().copied()),
            put_off: Vec::new(),
            shares: Shares::new(options.until, operations.len()),
            unfinished: operations,
            outcome,
            tally: Tally::default(),
            tested,
            options,
            planning,
            listeners,
        };
        (run, plans)
    }

    /// Reads what was there before and would be changed.
    pub async fn read_former(&mut self) {
        let operations: Vec<usize> = self.operations().collect();
        let sender = Sender { fresh: None, keeper: None, ..self.sender.clone() };
        self.former = Arc::new(Former::read(&sender, &self.planning, &operations).await);
    }

    /// Puts back what was there before.
    pub async fn put_back(&mut self) {
        let operations: Vec<usize> = self.operations().collect();
        let sender = Sender { fresh: None, keeper: None, ..self.sender.clone() };
        self.changed = self.former.put_back(&sender, &self.planning, &operations).await;
    }

    /// Puts back what was there before, and deletes what the run has made and can delete, the deepest first.
    pub async fn clear_up(&mut self) {
        if let Some((planned, case)) = self.debt.take() {
            self.sender.send(&planned, &case).await;
        }
        if self.stopped.is_some() {
            return;
        }
        self.put_back().await;
        let Some(keeper) = self.sender.keeper.clone() else { return };
        // What is not there any more may have another name since.
        for turn in 0..TURNS {
            let deleted = keeper.deleted();
            for set in keeper.rest() {
                let deletions = stream::iter(set).map(|made| self.sender.delete(made));
                deletions.buffer_unordered(self.options.concurrency.max(1)).collect::<()>().await;
            }
            // A target that hangs must not keep what is known from being deleted.
            if turn == 0 {
                keeper.arrivals().await;
            }
            // What was refused may have been for what is gone by now.
            let may_be_free = keeper.deleted() > deleted && keeper.has_refused();
            if !keeper.has_grown() && !may_be_free {
                break;
            }
        }
    }

    pub fn tell_made(&mut self) -> Result<(), ListenerError> {
        let leavings = self.sender.keeper.as_ref().map(|keeper| keeper.leavings()).unwrap_or_default();
        let leavings = Leavings { changed: std::mem::take(&mut self.changed), ..leavings };
        self.listeners.on(&Event::ClearedUp { contract: self.tested.contract.clone(), leavings })
    }
}

/// The target's address.
fn target(options: &RunOptions) -> String {
    options.client.target.as_str().trim_end_matches('/').to_owned()
}

impl<T> ContractRun<'_, '_, T> {
    /// Begins the contract.
    pub fn start(&mut self) -> Result<(), ListenerError> {
        let target = target(self.options);
        self.judges.at_start(&self.tested.contract, &target);
        self.listeners.on(&Event::ContractStarted { job: self.job.clone(), target })
    }

    /// The operations that are tested, by their positions in the contract.
    pub fn operations(&self) -> impl Iterator<Item = usize> {
        self.job.operations()
    }

    /// Those that are not finished.
    pub fn unfinished(&self) -> Vec<usize> {
        self.unfinished.iter().copied().collect()
    }

    /// An operation that is about to be tested.
    pub fn operation(&mut self, planned: &Arc<PlannedOperation>) -> OperationRun {
        let until = self.shares.next();
        let is_known_target = !self.tally.none_testable;
        OperationRun::new(&self.tested, planned, self.options.strict, is_known_target, until, &self.sender.pace)
    }

    /// How much was made, and how many operations were accepted: what was refused before may be accepted once that is more.
    pub fn progress(&self) -> usize {
        self.made.total() + self.sender.fresh.as_ref().map_or(0, |fresh| fresh.accepted())
    }

    /// Whether an operation that is not finished may make what this one names.
    pub fn may_be_helped(&self, operation: usize) -> bool {
        self.makers.may_help(&self.tested.items, &self.tested.contract.operations[operation])
    }

    /// Ends an operation.
    pub fn finish_operation(&mut self, operation: OperationRun) -> Result<(), ListenerError> {
        self.finish_but_for(operation, Vec::new())
    }

    /// Ends an operation but for what the document may have left out, which is decided when all are tested.
    pub fn finish_but_for(&mut self, mut operation: OperationRun, left_out: Vec<LeftOut>) -> Result<(), ListenerError> {
        operation.close(&mut self.judges, self.listeners)?;
        let (summary, is_let_in) =
            operation.finish(self.stopped.as_deref(), &self.let_in, &mut self.judges, self.listeners)?;
        self.tally.add(&summary, is_let_in);
        self.makers.finish(&self.tested.items, &self.tested.contract.operations[summary.operation]);
        self.unfinished.retain(|operation| *operation != summary.operation);
        if left_out.is_empty() {
            return self.finished(summary);
        }
        self.habits.put_off(Undecided { summary, left_out });
        Ok(())
    }

    fn finished(&mut self, summary: OperationSummary) -> Result<(), ListenerError> {
        let (operation, verdict) = (summary.operation, summary.verdict);
        let contract = self.tested.contract.clone();
        self.listeners.on(&Event::OperationFinished { contract: contract.clone(), summary })?;
        // What is accepted is known where findings are grouped.
        let verdict = self.listeners.results().verdict(&contract, operation).unwrap_or(verdict);
        *self.outcome = self.outcome.and(verdict.into());
        Ok(())
    }

    /// Says whose fault the refusals are that the document may have left out, once nothing more will show it.
    pub fn decide(&mut self) -> Result<(), ListenerError> {
        for (mut summary, found) in self.habits.decide(&self.tested.contract, &self.options.policy) {
            for late in found {
                if self.options.strict || late.finding.severity == Severity::Error {
                    summary.verdict = Verdict::Fails;
                }
                self.listeners.found_later(&self.tested.contract, late)?;
            }
            self.finished(summary)?;
        }
        Ok(())
    }

    /// Reports what was found after its operation was finished.
    pub fn found_later(&mut self, late: LateFinding) -> Result<(), ListenerError> {
        let is_failing = self.options.strict || late.finding.severity == Severity::Error;
        if is_failing && !self.listeners.results().accepts(&late.finding) {
            *self.outcome = Outcome::Fails;
        }
        self.listeners.found_later(&self.tested.contract, late)
    }

    /// Ends the contract, and with it the operations that nobody got to.
    pub fn finish(mut self) -> Result<(), ListenerError> {
        let contract = self.tested.contract.clone();
        while let Some(operation) = self.unfinished.front() {
            let planned = Arc::new(PlannedOperation::empty(*operation));
            let operation = self.operation(&planned);
            self.finish_operation(operation)?;
        }
        for late in self.judges.at_end(&contract) {
            self.found_later(late)?;
        }
        if self.operations().next().is_none() {
            *self.outcome = self.outcome.and(Outcome::Untestable);
        }
        let untestable = self.stopped.or_else(|| self.tally.untestable());
        self.listeners.on(&Event::ContractFinished { contract, untestable })
    }
}

/// Whether any operation of a contract could be tested.
struct Tally {
    /// Whether no operation could be tested, and why the first could not.
    none_testable: bool,
    reason: Option<String>,
}

impl Default for Tally {
    fn default() -> Self {
        Self { none_testable: true, reason: None }
    }
}

impl Tally {
    fn add(&mut self, summary: &OperationSummary, is_let_in: bool) {
        self.none_testable &= !is_let_in;
        self.reason = self.reason.take().or_else(|| summary.untestable.clone());
    }

    /// Why the contract as a whole could not be tested, if so.
    fn untestable(self) -> Option<String> {
        let nothing = "the document has no operations".to_owned();
        self.none_testable.then(|| self.reason.unwrap_or(nothing))
    }
}
