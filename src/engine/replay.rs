//! Replays one kept case, and returns whether its finding still holds.

use std::sync::Arc;

use super::evaluate::Evaluation;
use super::model::{PlannedOperation, TestedContract, is_destructive};
use super::pace::Pace;
use super::planning::{Planning, kept_case};
use super::scheduler::Sender;
use super::status::is_denied;
use super::untestable::{self, LetIn, Refusals};
use super::{Backend, Job, RunOptions, Transport};
use crate::case::{Case, Fault, Intent, Origin};
use crate::check::examine;
use crate::execute::{Exchange, Failure};
use crate::finding::Finding;
use crate::plan::Extent;
use crate::regression::Saved;
use crate::rule::Severity;

/// The fate of a kept finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The exchange still shows a finding of its rule.
    StillFails,
    /// It shows none, and would show it.
    Fixed,
    /// It shows one, which the policy does not count.
    Tolerated,
    /// Nothing can be said of it, for this reason.
    NotReached(String),
}

/// The result of sending a kept case again.
#[derive(Debug)]
pub struct Replay {
    /// What became of the kept finding.
    pub fate: Fate,
    /// What was sent; `None` where the case does not fit the document any more.
    pub sent: Option<Resent>,
}

/// A kept case that was sent again.
#[derive(Debug)]
pub struct Resent {
    /// The case.
    pub case: Arc<Case>,
    /// Its exchange.
    pub exchange: Arc<Exchange>,
    /// Findings of the kept rule.
    pub kept: Vec<Finding>,
    /// All other findings.
    pub others: Vec<Finding>,
}

/// Sends a kept case of this operation again, and judges it as a run does, by the policy of `options`.
///
/// Where the target turns the request away at the door, its baseline request shows whether it does so with all of them;
/// that is not sent where it would destroy something.
pub async fn replay<T: Transport>(
    job: &Job,
    operation: usize,
    saved: &Saved,
    options: &RunOptions,
    backend: &Backend<T>,
) -> Replay {
    let tested = Arc::new(TestedContract::new(job.contract.clone(), job.fixtures.clone(), options.policy.clone()));
    let planned = Arc::new(PlannedOperation::empty(operation));
    let case = match kept_case(&tested, operation, saved) {
        Ok(case) => Arc::new(case),
        Err(reason) => {
            let reason = format!("the case does not fit the document any more: {reason}");
            return Replay { fate: Fate::NotReached(reason), sent: None };
        }
    };
    let replayer = Replayer {
        sender: Sender {
            tested,
            transport: backend.transport.clone(),
            pace: Pace::new(1, options.rate, options.wait),
            keeper: None,
            trims: false,
            fresh: None,
        },
        planned,
        saved,
        strict: options.strict,
        target: options.client.target.as_str().trim_end_matches('/').to_owned(),
    };
    let planning = Planning {
        tested: replayer.sender.tested.clone(),
        planner: backend.planner.clone(),
        options: options.plan,
        regressions: Arc::default(),
        extent: Extent::Start,
        safe: job.selection.safe,
    };
    replayer.replay(case, planning).await
}

struct Replayer<'a, T> {
    sender: Sender<T>,
    planned: Arc<PlannedOperation>,
    saved: &'a Saved,
    strict: bool,
    target: String,
}

impl<T: Transport> Replayer<'_, T> {
    async fn replay(&self, case: Arc<Case>, planning: Planning) -> Replay {
        let Evaluation { exchange, findings, contested, .. } = self.sender.send(&self.planned, &case).await.evaluation;
        let (kept, others): (Vec<_>, Vec<_>) =
            findings.into_iter().chain(contested).partition(|finding| finding.rule.id == self.saved.check);
        let fate = match self.obstacle(&case, &exchange, &kept, planning).await {
            Some(reason) => Fate::NotReached(reason),
            None => self.fate(&case, &exchange, &kept),
        };
        Replay { fate, sent: Some(Resent { case, exchange: Arc::new(exchange), kept, others }) }
    }

    fn fate(&self, case: &Case, exchange: &Exchange, kept: &[Finding]) -> Fate {
        if kept.iter().any(|finding| self.strict || finding.severity == Severity::Error) {
            return Fate::StillFails;
        }
        let (findings, _) = examine(&self.sender.tested.subject(self.planned.operation, case, exchange));
        match findings.iter().any(|finding| finding.rule.id == self.saved.check) {
            true => Fate::Tolerated,
            false => Fate::Fixed,
        }
    }

    /// Why the exchange says nothing of the kept finding, if so.
    async fn obstacle(&self, case: &Case, exchange: &Exchange, kept: &[Finding], planning: Planning) -> Option<String> {
        match &exchange.result {
            Err(failure @ (Failure::Unreachable(_) | Failure::Insecure(_) | Failure::Unsendable(_))) => {
                Some(untestable::unreachable(&self.target, failure))
            }
            Err(failure) => kept.is_empty().then(|| untestable::unreachable(&self.target, failure)),
            Ok(response) if is_turned_away(case, response.status) => self.closed_door(exchange, planning).await,
            Ok(response) if kept.is_empty() && matches!(response.status, 429 | 503) => Some(self.refusal(exchange)),
            Ok(_) => None,
        }
    }

    /// Why the target lets no valid request in, if so.
    async fn closed_door(&self, exchange: &Exchange, planning: Planning) -> Option<String> {
        let operation = &self.sender.tested.contract.operations[self.planned.operation];
        if is_destructive(operation) {
            return Some(self.refusal(exchange));
        }
        let planned = Arc::new(planning.plan(self.planned.operation));
        let is_baseline = |case: &&Arc<Case>| case.intent == Intent::Valid && case.origin != Origin::Regression;
        let Some(baseline) = planned.cases.iter().find(is_baseline) else { return Some(self.refusal(exchange)) };
        let control = self.sender.send(&planned, baseline).await.evaluation.exchange;
        let is_let_in = control.result.is_ok() && !is_denied(&control);
        (!is_let_in).then(|| self.refusal(&control))
    }

    /// What turned a request away, and what to do about it.
    fn refusal(&self, exchange: &Exchange) -> String {
        let tested = &self.sender.tested;
        let mut refusals = Refusals::default();
        refusals.add(&exchange.request, &exchange.result);
        refusals.reason(
            &tested.contract,
            &tested.contract.operations[self.planned.operation],
            &tested.fixtures,
            &LetIn::default(),
        )
    }
}

/// Whether a status may come from the door, so that the request was not looked at.
fn is_turned_away(case: &Case, status: u16) -> bool {
    match (status, case.intent) {
        (401 | 403, intent) => intent != Intent::Unauthenticated,
        (404, Intent::Invalid(fault)) => fault != Fault::PathParameter,
        (404, intent) => intent == Intent::Valid,
        _ => false,
    }
}
