//! Valid requests that are tried where the target refuses the baseline.

use std::sync::Arc;

use super::Transport;
use super::model::{PlannedOperation, TestedContract};
use super::scheduler::{Completed, Sender};
use super::status::{is_accepted, is_denied, is_moved};
use crate::case::{Case, Intent, Origin, RequestValues};
use crate::contract::Operation;

/// What comes of a request that is tried.
pub(super) enum Tried {
    Accepted(RequestValues),
    /// It got further than the door.
    Inside(RequestValues),
    Denied,
    Dead,
}

pub(super) fn judged(operation: &Operation, case: &Case, completed: &Completed) -> Tried {
    let exchange = &completed.evaluation.exchange;
    match (&exchange.result, &case.values) {
        (Ok(_), _) if is_moved(operation, exchange) => Tried::Denied,
        (Ok(_), Some(values)) if is_accepted(exchange) => Tried::Accepted(values.clone()),
        (Ok(_), Some(values)) if !is_denied(exchange) => Tried::Inside(values.clone()),
        (Ok(_), _) => Tried::Denied,
        (Err(_), _) => Tried::Dead,
    }
}

/// A request that is tried, if it surely is valid.
pub(super) fn case(tested: &TestedContract, planned: &PlannedOperation, values: RequestValues) -> Option<Case> {
    let confirmed = tested.gate(planned.operation).confirm(values, Intent::Valid, None).ok()?;
    let like = planned.cases.iter().find(|case| case.intent == Intent::Valid);
    let step = Case::step(planned.operation, "a resource that is there", confirmed);
    let doubtful = step.doubtful || like.is_some_and(|like| like.doubtful);
    Some(Case { index: planned.cases.len(), origin: Origin::Boundary, doubtful, ..step })
}

/// Sends it: as it was sent, and what came of it.
pub(super) async fn send<T: Transport>(
    sender: &Sender<T>,
    planned: &Arc<PlannedOperation>,
    case: Case,
) -> (Arc<Case>, Completed) {
    let completed = sender.send(planned, &case).await;
    (completed.case.clone().unwrap_or_else(|| Arc::new(case)), completed)
}
