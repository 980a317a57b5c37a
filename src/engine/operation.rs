//! One operation under test: its held-back results, its counts and its summary.

mod base;
mod give_up;

use std::sync::Arc;
use std::time::Instant;

use super::counts::{Counts, Span};
use super::event::{Event, OperationSummary, Verdict};
use super::gaps::StatusGoals;
use super::gone::Gone;
use super::judge::{Judged, Judges, LateFinding};
use super::listener::{ListenerError, Listeners};
use super::model::{PlannedOperation, TestedContract};
use super::neighbours::Neighbours;
use super::pace::Pace;
use super::scheduler::Completed;
use super::shrinking::FindingsByCause;
use super::status::is_denied;
use super::storm::is_busy;
use super::untestable::{LetIn, Refusals};
use crate::case::{Case, Coverage, Intent};
use crate::check::{Observation, has_no_success};
use crate::contract::{ClauseId, StatusRange};
use crate::execute::{Exchange, Failure};
use crate::finding::Finding;
use crate::rule::{Pins, Severity};

/// After this many valid requests that were turned away at the door, the operation is not testable.
const PATIENCE: usize = 20;
/// After this many valid requests of which none was accepted, what varies them shows nothing.
const VAIN: usize = 40;

/// A case with its exchange and what is wrong with it, as far as no judge was asked.
struct Held {
    case: Arc<Case>,
    exchange: Arc<Exchange>,
    sent_at: Instant,
    findings: Vec<Finding>,
    of_sequence: Vec<Finding>,
    observation: Observation,
}

/// One operation while it is tested.
pub(super) struct OperationRun {
    tested: Arc<TestedContract>,
    planned: Arc<PlannedOperation>,
    strict: bool,
    /// Whether an operation before it was let in, so that the target is the right one.
    is_known_target: bool,
    /// Whether the plan has a valid case at all.
    has_valid: bool,
    /// Cases that wait for the first sign that the operation can be tested; `None` once there was one.
    held: Option<Vec<Held>>,
    /// Whether nothing has shown in the end that the operation can be tested.
    is_closed: bool,
    counts: Counts,
    span: Span,
    refusals: Refusals,
    goals: StatusGoals,
    coverage: Coverage,
    gone: Gone,
    found: FindingsByCause,
    neighbours: Neighbours,
    /// After how many valid requests that were turned away at the door the operation is given up.
    patience: usize,
    /// After how many valid requests of which none was accepted it is no use to vary them.
    vain: usize,
    /// Whether the baseline, which the cases vary, was accepted.
    is_base_accepted: Option<bool>,
    confirming: usize,
    given_up: Option<String>,
    /// When its share of the time is over.
    until: Option<Instant>,
    pace: Arc<Pace>,
}

impl OperationRun {
    pub fn new(
        tested: &Arc<TestedContract>,
        planned: &Arc<PlannedOperation>,
        strict: bool,
        is_known_target: bool,
        until: Option<Instant>,
        pace: &Arc<Pace>,
    ) -> Self {
        Self {
            strict,
            is_known_target,
            has_valid: planned.cases.iter().any(|case| case.intent == Intent::Valid),
            held: Some(Vec::new()),
            is_closed: false,
            counts: Counts::default(),
            span: Span::default(),
            refusals: Refusals::default(),
            goals: StatusGoals::default(),
            coverage: Coverage::new(tested.contract.operations[planned.operation].clauses()),
            gone: Gone::default(),
            found: FindingsByCause::default(),
            neighbours: Neighbours::default(),
            patience: PATIENCE,
            vain: VAIN,
            is_base_accepted: None,
            confirming: 0,
            given_up: None,
            until,
            pace: pace.clone(),
            tested: tested.clone(),
            planned: planned.clone(),
        }
    }

    /// Takes the next case in order. True if the rest of the operation is not worth sending.
    pub fn take(
        &mut self,
        case: Arc<Case>,
        completed: Completed,
        judges: &mut Judges<'_, '_>,
        listeners: &mut Listeners<'_>,
    ) -> Result<bool, ListenerError> {
        let Completed { evaluation, of_sequence, sent_at, responded_at, is_early, .. } = completed;
        self.counts.read += evaluation.read;
        if !is_early {
            self.span.add(sent_at, responded_at);
        }
        let is_sign = self.count(&case, &evaluation.exchange, &evaluation.findings);
        self.neighbours.refuse(&case, evaluation.contested);
        let exchange = Arc::new(evaluation.exchange);
        let (findings, observation) = (evaluation.findings, evaluation.observation);
        let judged = Held { case, exchange, sent_at, findings, of_sequence, observation };
        match &mut self.held {
            Some(held) => {
                held.push(judged);
                if is_sign {
                    self.release(judges, listeners)?;
                }
            }
            None => self.report(judged, judges, listeners)?,
        }
        self.given_up = self.why_give_up();
        Ok(self.given_up.is_some())
    }

    /// Whether so many valid requests were refused that the others would be, and what is invalid for the same reason.
    pub fn is_in_vain(&self) -> bool {
        self.is_base_accepted == Some(false) && self.counts.valid.accepted == 0 && self.counts.valid.sent >= self.vain
    }

    /// Counts a case. True if it shows that findings mean something: a valid request got further than the door.
    fn count(&mut self, case: &Arc<Case>, exchange: &Exchange, findings: &[Finding]) -> bool {
        let counts = &mut self.counts;
        counts.sent += 1;
        counts.throttled += exchange.attempts.throttled;
        let status = match &exchange.result {
            Ok(response) => Some(response.status),
            Err(_) => None,
        };
        counts.timeouts = match &exchange.result {
            Err(Failure::Timeout(_)) => counts.timeouts + 1,
            _ => 0,
        };
        let is_busy = exchange.result.as_ref().is_ok_and(|response| is_busy(case, response));
        counts.busy = if is_busy { counts.busy + 1 } else { 0 };
        if let Some(status) = status {
            counts.answered += 1;
            let operation = &self.tested.contract.operations[self.planned.operation];
            self.goals.add(operation, case, status);
            if !self.gone.take(operation, case, exchange) {
                self.coverage.count(operation, case);
            }
        }
        if case.intent != Intent::Valid {
            return status.is_some() && !self.has_valid;
        }
        let has_error = findings.iter().any(|finding| finding.severity == Severity::Error);
        // A redirect counts where the document has it.
        let is_success = status.is_some_and(|status| (200..if has_error { 300 } else { 400 }).contains(&status));
        // What never succeeds is tested by the refusal that the document has.
        let operation = &self.tested.contract.operations[self.planned.operation];
        let is_as_documented = !has_error
            && has_no_success(operation)
            && status.is_some_and(|status| operation.response(status).is_some());
        let is_accepted = is_success || is_as_documented;
        counts.valid.sent += 1;
        counts.valid.accepted += usize::from(is_accepted);
        counts.denied += usize::from(is_denied(exchange));
        counts.crashes.add(case, exchange);
        if case.is_plainest || case.values.is_some() && case.values == self.planned.baseline {
            self.is_base_accepted = Some(is_accepted || self.is_base_accepted == Some(true));
        }
        if is_accepted {
            self.neighbours.accept(case);
        } else {
            self.refusals.add(&exchange.request, &exchange.result);
        }
        is_accepted || (status.is_some() && has_error && !is_denied(exchange))
    }

    /// Hands out the valid cases, to see which refusals hold; nothing a second time.
    pub fn neighbours(&mut self) -> Neighbours {
        std::mem::take(&mut self.neighbours)
    }

    /// Reports the refusals that hold, after this many requests.
    pub fn confirmed(
        &mut self,
        found: Vec<LateFinding>,
        requests: usize,
        listeners: &mut Listeners<'_>,
    ) -> Result<(), ListenerError> {
        self.confirming += requests;
        found.into_iter().try_for_each(|late| self.found_later(late, listeners))
    }

    /// Reports what was held back to the end, and hands out what can be made small; nothing a second time.
    pub fn close(
        &mut self,
        judges: &mut Judges<'_, '_>,
        listeners: &mut Listeners<'_>,
    ) -> Result<FindingsByCause, ListenerError> {
        self.is_closed |= self.held.is_some();
        self.release(judges, listeners)?;
        Ok(match self.is_closed {
            true => FindingsByCause::default(),
            false => std::mem::take(&mut self.found),
        })
    }

    /// What the operation comes to. `stopped` is why the whole contract cannot be tested any further, if so. Says, too,
    /// whether anything got further than the door.
    pub fn finish(
        mut self,
        stopped: Option<&str>,
        let_in: &LetIn,
        judges: &mut Judges<'_, '_>,
        listeners: &mut Listeners<'_>,
    ) -> Result<(OperationSummary, bool), ListenerError> {
        let contract = self.tested.contract.clone();
        for late in judges.after_operation(&contract, self.planned.operation) {
            self.found_later(late, listeners)?;
        }
        let operation = &contract.operations[self.planned.operation];
        let gone = self.gone.count(operation, &mut self.coverage);
        let untestable = self.untestable(stopped, let_in);
        let is_let_in = untestable.is_none();
        let untestable = untestable.or_else(|| self.never_accepted(let_in));
        if untestable.is_some() {
            // Who refuses all that is valid may refuse all that is invalid for the same reason.
            self.coverage = Coverage::new(operation.clauses());
        }
        let known = [&self.planned.unexercised[..], &gone].concat();
        let sum = self.coverage.sum(operation.clauses(), &known);
        let statuses = judges.statuses(self.planned.operation, &operation.responses);
        let gaps = if untestable.is_none() { self.gaps(&sum.unexercised, &known, &statuses) } else { Vec::new() };
        let verdict = match untestable {
            _ if self.counts.failing > 0 || (self.strict && !gaps.is_empty()) => Verdict::Fails,
            Some(_) => Verdict::Untestable,
            None => Verdict::Conforms,
        };
        let summary = OperationSummary {
            operation: self.planned.operation,
            verdict,
            cases: self.counts.sent,
            clauses: sum.clauses,
            exercised: sum.exercised,
            unexercised: sum.unexercised,
            valid: self.counts.valid,
            confirming: self.confirming,
            untestable,
            given_up: self.given_up,
            gaps,
            statuses,
            throttled: self.counts.throttled,
            elapsed: self.span.elapsed(),
        };
        Ok((summary, is_let_in))
    }

    fn found_later(&mut self, late: LateFinding, listeners: &mut Listeners<'_>) -> Result<(), ListenerError> {
        self.counts.failing += usize::from(self.is_failing(&late.finding));
        listeners.found_later(&self.tested.contract, late)
    }

    /// Why nothing can be said, if so.
    fn untestable(&self, stopped: Option<&str>, let_in: &LetIn) -> Option<String> {
        let Counts { valid, failing, .. } = self.counts;
        match stopped {
            Some(reason) => Some(reason.to_owned()).filter(|_| self.is_closed || failing == 0),
            None if self.planned.cases.is_empty() => {
                let reason =
                    self.planned.refused.as_deref().unwrap_or("what is written in the fixtures or kept is none");
                Some(format!("no case could be planned: {reason}"))
            }
            None if valid.accepted > 0 || (failing > 0 && !self.is_closed) => None,
            None if valid.sent == 0 && failing > 0 => None,
            None if valid.sent == 0 => Some("no valid request could be made".to_owned()),
            None => self.never_accepted(let_in),
        }
    }

    /// Why no valid request was accepted, where some were sent and none was.
    fn never_accepted(&self, let_in: &LetIn) -> Option<String> {
        let operation = &self.tested.contract.operations[self.planned.operation];
        let is_untested = self.counts.valid.sent > 0 && self.counts.valid.accepted == 0;
        is_untested.then(|| {
            self.refusals.reason(
                &self.tested.contract,
                operation,
                self.tested.fixtures_of(self.planned.operation),
                let_in,
            )
        })
    }

    /// What was meant to be seen and was not.
    fn gaps(
        &self,
        unexercised: &[(ClauseId, String)],
        known: &[(ClauseId, String)],
        statuses: &[(StatusRange, bool)],
    ) -> Vec<String> {
        let operation = &self.tested.contract.operations[self.planned.operation];
        let is_planned = |id: &ClauseId| !known.iter().any(|(known, _)| known == id);
        let planned: Vec<_> = unexercised.iter().filter(|(id, _)| is_planned(id)).cloned().collect();
        self.goals.gaps(operation, &planned, statuses)
    }

    /// Reports all that was held back.
    fn release(&mut self, judges: &mut Judges<'_, '_>, listeners: &mut Listeners<'_>) -> Result<(), ListenerError> {
        for held in self.held.take().into_iter().flatten() {
            self.report(held, judges, listeners)?;
        }
        Ok(())
    }

    fn report(
        &mut self,
        held: Held,
        judges: &mut Judges<'_, '_>,
        listeners: &mut Listeners<'_>,
    ) -> Result<(), ListenerError> {
        let Held { case, exchange, sent_at, mut findings, mut of_sequence, observation } = held;
        let subject = self.tested.subject(self.planned.operation, &case, &exchange);
        let judged = Judged { subject, observation: &observation, is_let_in: !self.is_closed };
        of_sequence.extend(judges.after_response(&judged));
        if !self.is_meaningful(&exchange) {
            findings.retain(|finding| self.is_of_refusal(finding, &exchange));
            of_sequence.clear();
        }
        if self.is_base_accepted == Some(false) || self.gone.explains(&case, &exchange) {
            findings.retain(|finding| !finding.rule.needs_base);
        }
        // Only what a single request shows can be made small.
        self.found.take(&case, &exchange, sent_at, &findings);
        findings.extend(of_sequence);
        self.counts.failing += findings.iter().filter(|finding| self.is_failing(finding)).count();
        listeners.on(&Event::CaseJudged { contract: self.tested.contract.clone(), case, exchange, findings })
    }

    /// Whether an exchange says something of the operation. Behind a closed door a response of the door does not, and
    /// where nobody is there, no failure.
    fn is_meaningful(&self, exchange: &Exchange) -> bool {
        let is_there = self.is_known_target || self.pace.silence(|silence| silence.has_answered());
        let was_never_answered = !is_there && self.counts.sent > 0 && self.counts.answered == 0;
        !self.is_closed || !(is_denied(exchange) || was_never_answered && exchange.result.is_err())
    }

    /// Whether a finding is about what the document says of a refusal at the door. A 404 may come from another server
    /// altogether as long as none of its operations has let a request in.
    fn is_of_refusal(&self, finding: &Finding, exchange: &Exchange) -> bool {
        let operation = &self.tested.contract.operations[self.planned.operation];
        let is_documented =
            |status| operation.responses.iter().any(|response| response.status == StatusRange::Code(status));
        finding.rule.pins == Pins::Other
            && exchange.result.as_ref().is_ok_and(|response| match response.status {
                404 => self.is_known_target && is_documented(404),
                status => is_documented(status),
            })
    }

    fn is_failing(&self, finding: &Finding) -> bool {
        self.strict || finding.severity == Severity::Error
    }
}
