//! Plans the cases of a contract, away from the threads that send.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use super::Job;
use crate::check::{Finding, Policy, Sighting, Subject, examine, is_safe};
use crate::contract::{ClauseId, Contract, Operation, Validators};
use crate::execute::Exchange;
use crate::fixtures::Fixtures;
use crate::plan::{Case, Draft, Intent, Origin, Plan, PlanOptions};
use crate::regression::Saved;

/// Makes the plan of one operation.
pub type Planner = dyn Fn(&Contract, usize, &Validators, &Fixtures, PlanOptions) -> Plan + Send + Sync;

/// A contract that is ready to be tested.
#[derive(Debug)]
pub(super) struct Prepared {
    pub job: Job,
    pub contract: Arc<Contract>,
    pub fixtures: Arc<Fixtures>,
    pub validators: Validators,
    pub policy: Arc<Policy>,
    /// In the order of the contract's operations.
    pub plans: Vec<Planned>,
    /// For large answers that are being judged.
    pub turns: Semaphore,
}

impl Prepared {
    /// What is wrong with an exchange, by the team's policy, and what it adds to the whole.
    pub fn examine(&self, planned: &Planned, case: &Case, exchange: &Exchange) -> (Vec<Finding>, Sighting) {
        let (mut findings, sighting) = examine(&self.subject(planned, case, exchange));
        self.grade(planned, exchange, &mut findings);
        (findings, sighting)
    }

    /// An exchange with all that it is judged by.
    pub fn subject<'a>(&'a self, planned: &'a Planned, case: &'a Case, exchange: &'a Exchange) -> Subject<'a> {
        Subject {
            contract: &self.contract,
            validators: &self.validators,
            operation: &self.contract.operations[planned.operation],
            fixtures: &self.fixtures,
            case,
            exchange,
            max_response_time: self.policy.max_response_time,
        }
    }

    /// Grades findings about an exchange by the team's policy.
    pub fn grade(&self, planned: &Planned, exchange: &Exchange, findings: &mut Vec<Finding>) {
        let status = exchange.outcome.as_ref().ok().map(|answer| answer.status);
        self.policy.grade(&self.contract.operations[planned.operation], status, findings);
    }
}

/// The plan of one operation.
#[derive(Debug)]
pub(super) struct Planned {
    pub operation: usize,
    pub cases: Vec<Arc<Case>>,
    pub base: Option<Draft>,
    /// A safe request that is sent three times in a row, by the positions of its cases.
    pub repeated: Option<[usize; 3]>,
    pub unexercised: Vec<(ClauseId, String)>,
}

/// A contract that is being planned.
pub(super) struct Preparing(tokio::task::JoinHandle<Prepared>);

impl Preparing {
    /// Waits for the plan.
    pub async fn wait(self) -> Prepared {
        self.0.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }
}

/// Starts to plan a contract.
pub(super) fn start(job: Job, options: PlanOptions, policy: Arc<Policy>, planner: Arc<Planner>) -> Preparing {
    Preparing(tokio::task::spawn_blocking(move || prepare(job, options, policy, &*planner)))
}

/// Plans all operations, as many at once as there are processors.
fn prepare(job: Job, options: PlanOptions, policy: Arc<Policy>, planner: &Planner) -> Prepared {
    let Job { contract, fixtures, regressions, .. } = job.clone();
    let validators = Validators::new(contract.schemas.clone());
    let operations: Vec<usize> = job.operations().collect();
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(operations.len()));
    let work = || {
        while let Some(operation) = operations.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut plan = planner(&contract, *operation, &validators, &fixtures, options);
            put_first(&mut plan, &regressions, &contract, &validators);
            done.lock().unwrap_or_else(PoisonError::into_inner).push(plan);
        }
    };
    let threads = processors().min(operations.len());
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    let mut plans: Vec<Plan> = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    // What takes resources away comes last, so that the others still find theirs.
    plans.sort_by_key(|plan| (is_destructive(&contract.operations[plan.operation]), plan.operation));
    let plans = plans.into_iter().map(|mut plan| Planned {
        repeated: repeat(&mut plan, &contract),
        operation: plan.operation,
        cases: plan.cases.into_iter().map(Arc::new).collect(),
        base: plan.base,
        unexercised: plan.unexercised,
    });
    let plans = plans.collect();
    let turns = Semaphore::new(processors().saturating_sub(1).max(1));
    Prepared { job, contract, fixtures, validators, policy, plans, turns }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Whether the operation's valid requests take away what other requests need.
pub(super) fn is_destructive(operation: &Operation) -> bool {
    operation.method == "DELETE"
}

/// Puts the cases of earlier runs before all others. One that the document does not bear out any more is left out.
fn put_first(plan: &mut Plan, saved: &[(String, Saved)], contract: &Contract, validators: &Validators) {
    let operation = &contract.operations[plan.operation];
    let own = saved.iter().filter(|(_, saved)| saved.contract == contract.name && saved.operation == operation.id);
    let cases: Vec<Case> = own.filter_map(|(_, saved)| saved.case(contract, plan.operation, validators).ok()).collect();
    plan.cases.splice(0..0, cases);
    for (index, case) in plan.cases.iter_mut().enumerate() {
        case.index = index;
    }
}

/// Adds the first sure request of a safe operation twice more, after all other cases; the positions of all three.
fn repeat(plan: &mut Plan, contract: &Contract) -> Option<[usize; 3]> {
    let operation = &contract.operations[plan.operation];
    let is_plain = |case: &&Case| {
        case.intent == Intent::Valid
            && case.origin != Origin::Regression
            && !case.doubtful
            && case.request.method == operation.method
    };
    let first = plan.cases.iter().find(is_plain).filter(|_| is_safe(&operation.method))?.clone();
    let next = plan.cases.len();
    for (offset, order) in ["second", "third"].into_iter().enumerate() {
        plan.cases.push(Case {
            index: next + offset,
            name: format!("{}, for the {order} time in a row", first.name),
            // What a person wrote down for a case is compared once.
            origin: Origin::Protocol,
            expected: None,
            written_at: None,
            ..first.clone()
        });
    }
    Some([first.index, next, next + 1])
}
