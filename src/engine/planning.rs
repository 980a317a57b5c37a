//! Plans operations a few ahead of the one that is tested, in order, away from the threads that send.

use std::collections::VecDeque;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};

use tokio::sync::SetOnce;

use super::model::{PlannedOperation, TestedContract};
use super::spare::thin_out;
use super::task::Task;
use crate::case::{Case, Fault, Intent, Origin, RequestValues, is_safe};
use crate::contract::Contract;
use crate::parallel;
use crate::plan::{Extent, Plan, PlanInput, PlanOptions};
use crate::regression::{Kept, Saved};

/// Makes the plans of operations, each by its position in the contract.
pub trait Planner: Send + Sync + 'static {
    /// The plan of one operation. Where only its start is asked for, more may be given.
    fn plan(&self, input: &PlanInput<'_>, operation: usize) -> Plan;
}

impl<F: Fn(&PlanInput<'_>, usize) -> Plan + Send + Sync + 'static> Planner for F {
    fn plan(&self, input: &PlanInput<'_>, operation: usize) -> Plan {
        self(input, operation)
    }
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
    /// Whether only what reads is sent.
    pub safe: bool,
}

impl Planning {
    /// Plans one operation.
    pub fn plan(&self, operation: usize) -> PlannedOperation {
        self.plan_on(operation, None)
    }

    /// Plans the first valid cases of one operation.
    pub fn start(&self, operation: usize) -> PlannedOperation {
        Self { extent: Extent::Start, ..self.clone() }.plan(operation)
    }

    /// Plans one operation on a base that the target accepts, if one is given.
    pub fn plan_on(&self, operation: usize, base: Option<&RequestValues>) -> PlannedOperation {
        let TestedContract { contract, fixtures, validators, .. } = &*self.tested;
        let input = PlanInput { contract, validators, fixtures, options: self.options, extent: self.extent, base };
        let mut plan = self.planner.plan(&input, operation);
        thin_out(&mut plan, &self.tested);
        put_first(&mut plan, &self.regressions, &self.tested, self.options.destructive);
        if self.safe {
            keep_safe(&mut plan);
        }
        PlannedOperation {
            repeated: repeat(&mut plan, contract),
            operation: plan.operation,
            cases: plan.cases.into_iter().map(Arc::new).collect(),
            baseline: plan.baseline,
            template: plan.template,
            refused: plan.refused,
            unexercised: plan.unexercised,
            broken_before: Vec::new(),
            given_up: SetOnce::new(),
            in_vain: OnceLock::new(),
            late: AtomicUsize::new(0),
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
        while self.ahead.len() < parallel::processors().max(2)
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

/// The case that was kept of an operation in an earlier run.
///
/// # Errors
/// Why the document does not bear it out any more.
pub(super) fn kept_case(tested: &TestedContract, operation: usize, saved: &Saved) -> Result<Case, String> {
    saved.case(&tested.gate(operation), operation)
}

/// Puts the cases of earlier runs before all others. One that the document does not bear out any more is left out, and
/// so is one that may do harm where this run must not.
fn put_first(plan: &mut Plan, kept: &[Kept], tested: &TestedContract, destructive: bool) {
    let operation = &tested.contract.operations[plan.operation];
    let is_own = |saved: &&Saved| saved.contract == tested.contract.name && saved.operation == operation.id;
    let own = kept.iter().map(|kept| &kept.saved).filter(is_own);
    let baseline = plan.baseline.clone();
    // An id that an earlier run has made may be somebody else's by now.
    let is_allowed = |case: &Case| match (&case.values, &baseline) {
        (Some(values), Some(baseline)) => {
            case.intent == Intent::Invalid(Fault::PathParameter) || tested.may_change(plan.operation, values, baseline)
        }
        _ => true,
    };
    let harmless = |case: &Case| destructive || !case.acts_by_another_method() && is_allowed(case);
    let kept = own.filter_map(|saved| kept_case(tested, plan.operation, saved).ok());
    let cases: Vec<Case> = kept.filter(harmless).collect();
    plan.cases.splice(0..0, cases);
    for (index, case) in plan.cases.iter_mut().enumerate() {
        case.index = index;
    }
}

/// Leaves out what is sent by a method that may act, whoever has thought of it.
fn keep_safe(plan: &mut Plan) {
    plan.cases.retain(|case| is_safe(&case.request.method));
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
            is_surrounded: false,
            ..first.clone()
        });
    }
    Some([first.index, next, next + 1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::{Bench, MESSAGES};
    use crate::plan::plan;

    #[test]
    fn the_start_of_a_plan_is_how_the_whole_plan_starts() {
        for document in [MESSAGES.to_owned(), MESSAGES.replace("    post:\n", "    get:\n")] {
            let bench = Bench::of(&document);
            let planned = |extent: Extent| {
                let tested = TestedContract::new(
                    Arc::new(Bench::of(&document).contract),
                    Arc::new(bench.fixtures.clone()),
                    Arc::default(),
                );
                let planning = Planning {
                    tested: Arc::new(tested),
                    planner: Arc::new(plan),
                    options: PlanOptions { seed: 0, cases: Some(10), destructive: false },
                    regressions: Arc::default(),
                    extent,
                    safe: false,
                };
                planning.plan(0)
            };
            let (start, whole) = (planned(Extent::Start), planned(Extent::Whole));
            let repeats = start.repeated.map_or(0, |_| 2);
            let own = &start.cases[..start.cases.len() - repeats];
            assert!(!own.is_empty() && own.len() < whole.cases.len());
            for (ours, theirs) in own.iter().zip(&whole.cases) {
                assert_eq!((&ours.name, &ours.request), (&theirs.name, &theirs.request));
            }
            let first = |planned: &PlannedOperation| planned.repeated.map(|[first, ..]| first);
            assert_eq!(first(&start), first(&whole));
            assert_eq!(first(&start).is_some(), document.contains("    get:\n"));
        }
    }
}
