//! Evaluates responses by the contract's checks, the large ones away from the threads that receive others.

use std::sync::Arc;

use super::model::{PlannedOperation, TestedContract};
use crate::case::{Case, Intent, is_safe};
use crate::check::{Observation, examine, under_load};
use crate::execute::{Exchange, Failure, Room};
use crate::finding::Finding;

/// Responses up to this many bytes are evaluated where they arrive, in well under a millisecond. To evaluate a larger
/// one takes long enough that responses which arrive in the meantime would be taken for late.
const SMALL: usize = 64 << 10;
/// Of a body only this many bytes are kept once it was evaluated: a run holds hundreds of exchanges.
const KEPT: usize = 1 << 20;

/// An exchange with what is wrong with it.
#[derive(Debug)]
pub(super) struct Evaluation {
    /// Its body cut to what is kept.
    pub exchange: Exchange,
    /// Bytes of the body that were received.
    pub read: usize,
    /// What the checks find, graded by the policy.
    pub findings: Vec<Finding>,
    /// Findings that hold only if neighbours of the request are accepted. All others are made as if they did not.
    pub contested: Vec<Finding>,
    /// What it adds to the whole.
    pub observation: Observation,
}

/// Whether to evaluate it takes a while.
pub(super) fn is_large(exchange: &Exchange) -> bool {
    size(exchange) > SMALL
}

/// Evaluates an exchange of a case of this operation. Of large ones, no more at once than there are slots.
pub(super) async fn evaluate(
    tested: &Arc<TestedContract>,
    planned: &Arc<PlannedOperation>,
    case: &Case,
    exchange: Exchange,
) -> Evaluation {
    if !is_large(&exchange) {
        return evaluate_here(tested, planned, case, exchange);
    }
    let _slot = tested.evaluation_slots.acquire().await;
    let (tested, planned, case) = (tested.clone(), planned.clone(), case.clone());
    let evaluated = tokio::task::spawn_blocking(move || evaluate_here(&tested, &planned, &case, exchange)).await;
    // A check that panics is a fault of this program.
    evaluated.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

fn evaluate_here(
    tested: &TestedContract,
    planned: &PlannedOperation,
    case: &Case,
    mut exchange: Exchange,
) -> Evaluation {
    let amended = exchange.request.is_amended.then(|| amended(case));
    let case = amended.as_ref().unwrap_or(case);
    let subject = tested.subject(planned.operation, case, &exchange);
    let (mut findings, mut observation) = examine(&subject);
    let mut contested: Vec<Finding> = Vec::new();
    // What a person wrote down needs no proof.
    if case.expected.is_none() && findings.iter().any(|finding| finding.rule.needs_neighbour) {
        contested.extend(findings.into_iter().filter(|finding| finding.rule.needs_neighbour));
        let doubtful = Case { doubtful: true, ..case.clone() };
        (findings, observation) = examine(&tested.subject(planned.operation, &doubtful, &exchange));
    }
    let status = exchange.result.as_ref().ok().map(|response| response.status);
    for graded in [&mut findings, &mut contested] {
        tested.policy.grade(subject.operation, status, graded);
        if says_nothing(case, &exchange) {
            graded.clear();
        }
    }
    let mut passed = under_load(&subject);
    tested.policy.grade(subject.operation, status, &mut passed);
    findings.extend(passed);
    let read = size(&exchange);
    if let Ok(response) = &mut exchange.result {
        response.body.truncate(KEPT);
        response.body.shrink_to_fit();
        response.room = Room::default();
    }
    Evaluation { exchange, read, findings, contested, observation }
}

/// What is left of a case whose request a hook has amended: one that is to be answered.
fn amended(case: &Case) -> Case {
    let intent = if case.intent == Intent::Valid { Intent::Valid } else { Intent::Robustness };
    Case { doubtful: true, intent, expected: None, ..case.clone() }
}

/// Whether a result may be the load's doing and not the case's: nothing came, while others were in flight; or a refusal
/// came, after an attempt that got nothing, or a failure, may have made what the repetition ran into.
fn says_nothing(case: &Case, exchange: &Exchange) -> bool {
    let attempts = exchange.attempts;
    match &exchange.result {
        Err(Failure::Timeout(_) | Failure::Closed(_) | Failure::Unreachable(_)) => !attempts.alone,
        Err(_) => false,
        Ok(response) => {
            let is_again = attempts.lost > 0 || attempts.failed.is_some();
            is_again && !is_safe(&case.request.method) && (400..500).contains(&response.status)
        }
    }
}

fn size(exchange: &Exchange) -> usize {
    exchange.result.as_ref().map_or(0, |response| response.body.len())
}
