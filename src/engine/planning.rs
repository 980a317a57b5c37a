//! Plans operations a few ahead of the one that is tested, in order, away from the threads that send.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::SetOnce;

use super::model::{PlannedOperation, TestedContract, processors};
use super::task::Task;
use crate::case::{Case, Intent, Origin};
use crate::check::is_safe;
use crate::contract::{Contract, Validators};
use crate::fixtures::Fixtures;
use crate::plan::{self, Plan, PlanOptions};
use crate::regression::Kept;

/// Makes the plans of operations, each by its position in the contract.
pub trait Planner: Send + Sync + 'static {
    /// The plan of one operation.
    fn plan(
        &self,
        contract: &Contract,
        operation: usize,
        validators: &Validators,
        fixtures: &Fixtures,
        options: PlanOptions,
    ) -> Plan;

    /// The start of that plan: its first valid cases, if it has any.
    fn plan_start(
        &self,
        contract: &Contract,
        operation: usize,
        validators: &Validators,
        fixtures: &Fixtures,
        options: PlanOptions,
    ) -> Plan {
        self.plan(contract, operation, validators, fixtures, options)
    }
}

impl<F> Planner for F
where
    F: Fn(&Contract, usize, &Validators, &Fixtures, PlanOptions) -> Plan + Send + Sync + 'static,
{
    fn plan(
        &self,
        contract: &Contract,
        operation: usize,
        validators: &Validators,
        fixtures: &Fixtures,
        options: PlanOptions,
    ) -> Plan {
        self(contract, operation, validators, fixtures, options)
    }
}

/// The planner of [`crate::plan`].
#[derive(Clone, Copy, Debug)]
pub struct StandardPlanner;

impl Planner for StandardPlanner {
    fn plan(
        &self,
        contract: &Contract,
        operation: usize,
        validators: &Validators,
        fixtures: &Fixtures,
        options: PlanOptions,
    ) -> Plan {
        plan::plan(contract, operation, validators, fixtures, options)
    }

    fn plan_start(
        &self,
        contract: &Contract,
        operation: usize,
        validators: &Validators,
        fixtures: &Fixtures,
        options: PlanOptions,
    ) -> Plan {
        plan::plan_start(contract, operation, validators, fixtures, options)
    }
}

/// How much of each operation is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All its cases.
    Whole,
    /// Its first valid cases.
    Start,
}

/// With what operations are planned.
#[derive(Clone)]
pub(super) struct Planning {
    pub tested: Arc<TestedContract>,
    pub planner: Arc<dyn Planner>,
    pub options: PlanOptions,
    /// Cases that failed in earlier runs.
    pub regressions: Arc<Vec<Kept>>,
    pub extent: Extent,
}

impl Planning {
    fn plan(&self, operation: usize) -> PlannedOperation {
        let TestedContract { contract, fixtures, validators, .. } = &*self.tested;
        let mut plan = match self.extent {
            Extent::Whole => self.planner.plan(contract, operation, validators, fixtures, self.options),
            Extent::Start => self.planner.plan_start(contract, operation, validators, fixtures, self.options),
        };
        put_first(&mut plan, &self.regressions, contract, validators);
        PlannedOperation {
            repeated: repeat(&mut plan, contract),
            operation: plan.operation,
            clauses: plan.clauses,
            cases: plan.cases.into_iter().map(Arc::new).collect(),
            baseline: plan.base,
            unexercised: plan.unexercised,
            given_up: SetOnce::new(),
        }
    }
}

/// Operations in the order in which they are tested. As many as there are processors are planned, or being planned,
/// ahead of the one that is taken; a plan is dropped with its last user.
pub(super) struct PlanQueue {
    planning: Planning,
    ahead: VecDeque<(usize, Task<PlannedOperation>)>,
    rest: VecDeque<usize>,
}

impl PlanQueue {
    /// Starts to plan the first of these operations. Must be called inside a tokio runtime.
    pub fn new(planning: Planning, operations: impl IntoIterator<Item = usize>) -> Self {
        let mut queue = Self { planning, ahead: VecDeque::new(), rest: operations.into_iter().collect() };
        queue.fill();
        queue
    }

    fn fill(&mut self) {
        while self.ahead.len() < processors().max(2)
            && let Some(operation) = self.rest.pop_front()
        {
            let planning = self.planning.clone();
            self.ahead.push_back((operation, Task::spawn_blocking(move || planning.plan(operation))));
        }
    }

    /// The next operation, if there is one.
    pub fn next(&self) -> Option<usize> {
        self.ahead.front().map(|(operation, _)| *operation)
    }

    /// Takes the next operation if it is `wanted`.
    pub async fn take_if(&mut self, wanted: impl Fn(usize) -> bool) -> Option<Arc<PlannedOperation>> {
        self.next().filter(|operation| wanted(*operation))?;
        let (_, plan) = self.ahead.front_mut()?;
        let planned = plan.await;
        self.ahead.pop_front();
        self.fill();
        Some(Arc::new(planned))
    }
}

/// Puts the cases of earlier runs before all others. One that the document does not bear out any more is left out.
fn put_first(plan: &mut Plan, kept: &[Kept], contract: &Contract, validators: &Validators) {
    let operation = &contract.operations[plan.operation];
    let own = kept.iter().map(|kept| &kept.saved);
    let own = own.filter(|saved| saved.contract == contract.name && saved.operation == operation.id);
    let cases: Vec<Case> =
        own.filter_map(|saved| saved.case(contract, plan.operation, &plan.clauses, validators).ok()).collect();
    plan.cases.splice(0..0, cases);
    for (index, case) in plan.cases.iter_mut().enumerate() {
        case.index = index;
    }
}

/// Adds the first sure request of a safe operation twice more, after all other cases; the positions of all three.
fn repeat(plan: &mut Plan, contract: &Contract) -> Option<[usize; 3]> {
    let operation = &contract.operations[plan.operation];
    let is_baseline = |case: &&Case| {
        case.intent == Intent::Valid
            && case.origin != Origin::Regression
            && !case.doubtful
            && case.request.method == operation.method
    };
    let first = plan.cases.iter().find(is_baseline).filter(|_| is_safe(&operation.method))?.clone();
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
