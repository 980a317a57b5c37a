//! A contract under test, with the plans of its current operations.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::{Semaphore, SetOnce};

use super::access::{ends_account, ends_session};
use super::failing::Failures;
use super::last_writes::LastWrites;
use crate::case::{Case, Fault, Gate, Intent, Origin, RequestValues, is_safe};
use crate::check::{Policy, Subject};
use crate::contract::{ClauseId, Contract, Operation, ParameterLocation, Validators};
use crate::execute::Exchange;
use crate::fixtures::Fixtures;
use crate::parallel;
use crate::resource::{Items, Needs};

/// Timeouts of an operation after which its findings are reported as they were found.
const MOST_LATE: usize = 3;

/// A contract with all that its exchanges are evaluated with.
#[derive(Debug)]
pub(super) struct TestedContract {
    pub contract: Arc<Contract>,
    pub fixtures: Arc<Fixtures>,
    /// What holds for the operations that have resources of their own.
    own_fixtures: HashMap<usize, Fixtures>,
    /// Which paths name what a POST makes.
    pub items: Items,
    /// What must be made before what.
    pub needs: Needs,
    pub validators: Validators,
    pub policy: Arc<Policy>,
    pub failures: Failures,
    pub last_writes: LastWrites,
    /// Cases that were answered and only read, with their operations: the target is there as long as one of them is.
    answered: Mutex<Vec<(usize, Case)>>,
    /// For large responses that are being evaluated: as many as leave a processor to the network.
    pub evaluation_slots: Semaphore,
}

impl TestedContract {
    pub fn new(contract: Arc<Contract>, fixtures: Arc<Fixtures>, policy: Arc<Policy>) -> Self {
        let validators = Validators::new(contract.schemas.clone());
        let own = |(index, operation)| match fixtures.of(operation) {
            Cow::Owned(own) => Some((index, own)),
            Cow::Borrowed(_) => None,
        };
        let own_fixtures = contract.operations.iter().enumerate().filter_map(own).collect();
        let items = Items::new(&contract);
        let needs = Needs::new(&contract, &items);
        let evaluation_slots = Semaphore::new(parallel::processors().saturating_sub(1).max(1));
        let failures = Failures::default();
        Self {
            contract,
            fixtures,
            own_fixtures,
            items,
            needs,
            validators,
            policy,
            failures,
            last_writes: LastWrites::default(),
            answered: Mutex::default(),
            evaluation_slots,
        }
    }

    /// What a target that is there answers.
    pub fn answered(&self) -> MutexGuard<'_, Vec<(usize, Case)>> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of the target for an operation.
    pub fn fixtures_of(&self, operation: usize) -> &Fixtures {
        self.own_fixtures.get(&operation).unwrap_or(&self.fixtures)
    }

    /// An exchange with all that it is judged by.
    pub fn subject<'a>(&'a self, operation: usize, case: &'a Case, exchange: &'a Exchange) -> Subject<'a> {
        Subject {
            contract: &self.contract,
            validators: &self.validators,
            operation: &self.contract.operations[operation],
            fixtures: self.fixtures_of(operation),
            case,
            exchange,
            max_response_time: self.policy.max_response_time,
        }
    }

    /// Whether a request only reads, or names in its path what the baseline does or what the fixtures know.
    pub fn may_change(&self, operation: usize, values: &RequestValues, baseline: &RequestValues) -> bool {
        let Operation { method, parameters, .. } = &self.contract.operations[operation];
        let fixtures = self.fixtures_of(operation);
        let mut each = parameters.iter().zip(values.parameters.iter().zip(&baseline.parameters));
        is_safe(method)
            || each.all(|(parameter, (value, plain))| {
                parameter.place != ParameterLocation::Path || value == plain || fixtures.resource(parameter).is_some()
            })
    }

    /// What the requests of an operation must pass.
    pub fn gate(&self, operation: usize) -> Gate<'_> {
        Gate {
            contract: &self.contract,
            operation: &self.contract.operations[operation],
            validators: &self.validators,
            fixtures: self.fixtures_of(operation),
        }
    }
}

/// The plan of one operation.
#[derive(Debug)]
pub(super) struct PlannedOperation {
    /// The operation, by its position in the contract.
    pub operation: usize,
    pub cases: Vec<Arc<Case>>,
    /// The values of the baseline request.
    pub baseline: Option<RequestValues>,
    /// What a request is like whose path cannot but name something; it is not to be sent.
    pub template: Option<RequestValues>,
    /// A safe request that is sent three times in a row, by the positions of its cases.
    pub repeated: Option<[usize; 3]>,
    /// Why there is no case, if there is none.
    pub refused: Option<String>,
    pub unexercised: Vec<(ClauseId, String)>,
    /// Clauses whose faults were sent with an earlier base: the fault is all in which the bases differ.
    pub broken_before: Vec<ClauseId>,
    /// Set once the rest of the cases is not worth sending.
    pub given_up: SetOnce<()>,
    /// Set once those are not that vary a request which the target refuses.
    pub in_vain: OnceLock<()>,
    /// Timeouts of what was sent to show findings again.
    pub late: AtomicUsize,
}

impl PlannedOperation {
    /// Whether to look further into its findings costs one timeout after the other.
    pub fn is_too_late(&self) -> bool {
        self.late.load(Ordering::Relaxed) >= MOST_LATE
    }

    /// Whether a case is not worth sending: it varies a request which the target refuses however it is varied.
    pub fn is_in_vain(&self, case: &Case) -> bool {
        let is_made_up = matches!(case.origin, Origin::Boundary | Origin::Fault | Origin::Random);
        let is_of_values =
            matches!(case.intent, Intent::Valid | Intent::Invalid(Fault::Validation | Fault::PathParameter));
        self.in_vain.get().is_some() && is_made_up && is_of_values && !case.is_plainest
    }

    /// What its requests are like.
    pub fn like(&self) -> Option<&RequestValues> {
        self.baseline.as_ref().or(self.template.as_ref())
    }

    /// An operation without cases.
    pub fn empty(operation: usize) -> Self {
        Self {
            operation,
            cases: Vec::new(),
            baseline: None,
            template: None,
            repeated: None,
            refused: None,
            unexercised: Vec::new(),
            broken_before: Vec::new(),
            given_up: SetOnce::new(),
            in_vain: OnceLock::new(),
            late: AtomicUsize::new(0),
        }
    }
}

/// Whether the operation's valid requests take away what other requests need.
pub(super) fn is_destructive(operation: &Operation) -> bool {
    operation.method == "DELETE"
}

/// When an operation is tested; of two equal ones the document decides. What makes resources comes before all else,
/// what others must name first, and parents before their children; what takes away comes last: children before their
/// parents, items before the collection that they are in.
pub(super) fn turn(tested: &TestedContract, operation: usize) -> impl Ord + use<> {
    let described = &tested.contract.operations[operation];
    let depth = described.path.split('/').filter(|segment| !segment.is_empty()).count();
    if ends_account(described) {
        return (2, 1, 0, false);
    }
    if is_destructive(described) {
        return (2, 0, usize::MAX - depth, !described.path.trim_end_matches('/').ends_with('}'));
    }
    if is_last(tested, described) {
        return (3, 0, 0, !ends_session(described));
    }
    match is_maker(tested, described) {
        true => (0, tested.needs.of(operation), depth, false),
        false => (1, 0, 0, false),
    }
}

/// Whether the operation may shut the run out: it ends a session, or it is one that the run has logged in by, whose wrong
/// requests may have the account locked.
pub(super) fn is_last(tested: &TestedContract, operation: &Operation) -> bool {
    let is_entrance = || tested.fixtures.entrances.contains(&operation.id) && !is_maker(tested, operation);
    ends_session(operation) || is_entrance()
}

/// Whether the operation makes resources that other operations name.
pub(super) fn is_maker(tested: &TestedContract, operation: &Operation) -> bool {
    tested.needs.makes(&tested.items, operation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::contract_of;

    #[test]
    fn children_are_taken_away_before_their_parents() {
        let paths = ["/a", "/a/{a}", "/a/all", "/b/{b}/c/{c}", "/b/{b}/c", "/b/{b}"];
        let contract = contract_of(&paths);
        let tested = TestedContract::new(Arc::new(contract), Arc::default(), Arc::default());
        let mut operations: Vec<usize> = (0..tested.contract.operations.len()).collect();
        operations.sort_by_key(|operation| turn(&tested, *operation));
        let operations: Vec<&Operation> =
            operations.into_iter().map(|operation| &tested.contract.operations[operation]).collect();
        let ids: Vec<&str> = operations[6..].iter().map(|operation| operation.path.as_str()).collect();
        assert_eq!(ids, ["/b/{b}/c/{c}", "/b/{b}/c", "/a/{a}", "/b/{b}", "/a/all", "/a"]);
        assert!(operations[..6].iter().all(|operation| operation.method == "GET"));
    }
}
