//! Repeated cases that an earlier phase has sent: their results are reported where their operations come, or at the end of a
//! run that is interrupted before.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::completed::Completed;
use super::model::PlannedOperation;

/// A sent case with its position in a plan.
type Positioned = (usize, Completed);

/// Those of one operation that are not reported yet, with the plan that has them.
struct Sent {
    planned: Arc<PlannedOperation>,
    /// Each with its place among the repeated cases.
    steps: VecDeque<(usize, Completed)>,
}

/// Those of all operations.
#[derive(Clone, Default)]
pub(super) struct Early(Arc<Mutex<BTreeMap<usize, Sent>>>);

impl Early {
    /// Takes the repeated cases of an operation, as far as they were sent.
    pub fn insert(&self, planned: &Arc<PlannedOperation>, steps: Vec<Completed>) {
        if !steps.is_empty() {
            let sent = Sent { planned: planned.clone(), steps: steps.into_iter().enumerate().collect() };
            self.sent().insert(planned.operation, sent);
        }
    }

    /// Whether a case of a plan, by its position, was sent.
    pub fn has(&self, planned: &PlannedOperation, position: usize) -> bool {
        let Some(place) = place(planned, position) else { return false };
        self.sent().get(&planned.operation).is_some_and(|sent| sent.steps.iter().any(|(at, _)| *at == place))
    }

    /// What a case of a plan got, if it was sent; no second time.
    pub fn take(&self, planned: &PlannedOperation, position: usize) -> Option<Completed> {
        let place = place(planned, position)?;
        let mut sent = self.sent();
        let steps = &mut sent.get_mut(&planned.operation)?.steps;
        let at = steps.iter().position(|(at, _)| *at == place)?;
        steps.remove(at).map(|(_, completed)| completed)
    }

    /// What is left of an operation, with the positions in the plan that has it.
    pub fn rest(&self, operation: usize) -> Option<(Arc<PlannedOperation>, Vec<Positioned>)> {
        let Sent { planned, steps } = self.sent().remove(&operation)?;
        let positions = planned.repeated?;
        let steps = steps.into_iter().filter_map(|(at, completed)| Some((*positions.get(at)?, completed))).collect();
        Some((planned, steps))
    }

    fn sent(&self) -> MutexGuard<'_, BTreeMap<usize, Sent>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of a case among those that are repeated.
fn place(planned: &PlannedOperation, position: usize) -> Option<usize> {
    planned.repeated?.iter().position(|at| *at == position)
}
