//! One operation while it is tested: what is held back, what is counted, and what it comes to.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Listener;
use super::event::{Event, OperationSummary, Verdict};
use super::flight::Landed;
use super::gaps::Aims;
use super::prepare::{Planned, Prepared};
use super::reason::Refusals;
use super::shrinking::Suspects;
use crate::case::{Case, Coverage, Intent};
use crate::check::Across;
use crate::contract::{ClauseId, StatusRange};
use crate::execute::{Exchange, Failure};
use crate::finding::Finding;
use crate::rule::Severity;

/// After this many valid requests that were turned away at the door, the operation is not testable.
const PATIENCE: usize = 20;
/// After this many timeouts the rest of an operation is not worth the wait.
const TIMEOUTS: usize = 20;
/// After this many bytes of answers the rest of an operation is not worth reading.
const MOST_READ: usize = 512 << 20;

/// A case with its exchange and what is wrong with it.
struct Judged {
    case: Arc<Case>,
    exchange: Arc<Exchange>,
    findings: Vec<Finding>,
    /// What it shows together with other exchanges.
    together: Vec<Finding>,
}

/// One operation while it is tested.
pub(super) struct OperationRun<'a> {
    prepared: &'a Prepared,
    planned: &'a Planned,
    strict: bool,
    /// Whether the plan has a valid case at all.
    has_valid: bool,
    /// Cases that wait for the first sign that the operation can be tested; `None` once there was one.
    held: Option<Vec<Judged>>,
    refusals: Refusals,
    /// Valid cases that were sent, were accepted, and were turned away with 401, 403 or 404.
    valid: usize,
    accepted: usize,
    denied: usize,
    sent: usize,
    answered: usize,
    timeouts: usize,
    /// Bytes of answers' bodies.
    read: usize,
    failing: usize,
    throttled: u32,
    aims: Aims,
    coverage: Coverage,
    suspects: Suspects,
    first: Option<Instant>,
    last: Option<Instant>,
    given_up: Option<String>,
    /// Whether no sign came to the end that the operation can be tested.
    is_closed: bool,
}

impl<'a> OperationRun<'a> {
    pub fn new(prepared: &'a Prepared, planned: &'a Planned, strict: bool) -> Self {
        Self {
            prepared,
            planned,
            strict,
            has_valid: planned.cases.iter().any(|case| case.intent == Intent::Valid),
            held: Some(Vec::new()),
            refusals: Refusals::default(),
            valid: 0,
            accepted: 0,
            denied: 0,
            sent: 0,
            answered: 0,
            timeouts: 0,
            read: 0,
            failing: 0,
            throttled: 0,
            aims: Aims::default(),
            coverage: Coverage::new(prepared.contract.operations[planned.operation].clauses()),
            suspects: Suspects::default(),
            first: None,
            last: None,
            given_up: None,
            is_closed: false,
        }
    }

    /// Takes the next case in order. True if the rest of the operation is not worth sending.
    pub fn take(&mut self, case: Arc<Case>, landed: Landed, across: &mut Across, listener: &mut dyn Listener) -> bool {
        let Landed { exchange, findings, mut together, sighting, read, sent_at, answered_at, is_early } = landed;
        self.read += read;
        together.extend(across.take(self.planned.operation, sighting));
        self.prepared.grade(self.planned, &exchange, &mut together);
        if !is_early {
            self.first = Some(self.first.map_or(sent_at, |first| first.min(sent_at)));
            self.last = Some(self.last.map_or(answered_at, |last| last.max(answered_at)));
        }
        let is_sign = self.count(&case, &exchange, &findings);
        let judged = Judged { case, exchange: Arc::new(exchange), findings, together };
        match &mut self.held {
            Some(held) => {
                held.push(judged);
                if is_sign {
                    self.release(listener, |_, _| true);
                }
            }
            None => self.tell(judged, listener),
        }
        if self.held.is_some() && self.denied >= PATIENCE && self.denied == self.valid {
            self.given_up = Some(format!("the first {PATIENCE} valid requests were all turned away"));
        } else if self.timeouts >= TIMEOUTS {
            self.given_up = Some(format!("{TIMEOUTS} requests got no answer in time"));
        } else if self.read > MOST_READ {
            self.given_up = Some(format!("the answers came to more than {} MiB", MOST_READ >> 20));
        }
        self.given_up.is_some()
    }

    /// Counts a case. True if it shows that findings mean something: a valid request got further than the door.
    fn count(&mut self, case: &Case, exchange: &Exchange, findings: &[Finding]) -> bool {
        self.sent += 1;
        self.throttled += exchange.throttled;
        let status = match &exchange.outcome {
            Ok(answer) => Some(answer.status),
            Err(failure) => {
                self.timeouts += usize::from(matches!(failure, Failure::Timeout(_)));
                None
            }
        };
        if let Some(status) = status {
            self.answered += 1;
            let operation = &self.prepared.contract.operations[self.planned.operation];
            self.aims.add(operation, case, status);
            self.coverage.count(operation, case);
        }
        if case.intent != Intent::Valid {
            return status.is_some() && !self.has_valid;
        }
        let has_error = findings.iter().any(|finding| finding.severity == Severity::Error);
        // A redirect counts where the document has it.
        let is_accepted = status.is_some_and(|status| (200..if has_error { 300 } else { 400 }).contains(&status));
        self.valid += 1;
        self.accepted += usize::from(is_accepted);
        self.denied += usize::from(is_denied(exchange));
        if !is_accepted {
            self.refusals.add(&exchange.sent, &exchange.outcome);
        }
        is_accepted || (status.is_some() && has_error && !is_denied(exchange))
    }

    /// Tells what was held back to the end, and hands out what can be made small.
    pub fn close(&mut self, listener: &mut dyn Listener) -> Suspects {
        let was_never_answered = self.sent > 0 && self.answered == 0;
        self.is_closed = self.held.is_some();
        // Behind a closed door an answer of the door tells nothing of what is inside.
        self.release(listener, |exchange, _| !(is_denied(exchange) || was_never_answered && exchange.outcome.is_err()));
        match self.is_closed {
            true => Suspects::default(),
            false => std::mem::take(&mut self.suspects),
        }
    }

    /// Ends the operation. `stopped` is why the whole contract cannot be tested any further, if so.
    pub fn finish(self, across: &Across, stopped: Option<&str>, listener: &mut dyn Listener) -> OperationSummary {
        let operation = &self.prepared.contract.operations[self.planned.operation];
        let is_closed = self.is_closed;
        let untestable = match stopped {
            Some(reason) => Some(reason.to_owned()).filter(|_| is_closed || self.failing == 0),
            None if self.planned.cases.is_empty() => Some("no case could be planned".to_owned()),
            None if self.accepted > 0 || (self.failing > 0 && !is_closed) => None,
            None if self.valid == 0 && self.failing > 0 => None,
            None if self.valid == 0 => Some("no valid request could be made".to_owned()),
            None => Some(self.refusals.reason(operation, &self.prepared.fixtures)),
        };
        let (clauses, exercised, unexercised) = self.coverage.sum(operation.clauses(), &self.planned.unexercised);
        let statuses = across.statuses(self.planned.operation, &operation.responses);
        let gaps = if untestable.is_none() { self.gaps(&unexercised, &statuses) } else { Vec::new() };
        let verdict = match untestable {
            Some(_) => Verdict::Untestable,
            None if self.failing > 0 || (self.strict && !gaps.is_empty()) => Verdict::Fails,
            None => Verdict::Conforms,
        };
        let elapsed = self.first.zip(self.last).map_or(Duration::ZERO, |(first, last)| last - first);
        let summary = OperationSummary {
            operation: self.planned.operation,
            verdict,
            cases: self.sent,
            clauses,
            exercised,
            unexercised,
            accepted: (self.valid, self.accepted),
            untestable,
            given_up: self.given_up,
            gaps,
            statuses,
            throttled: self.throttled,
            elapsed,
        };
        let contract = self.prepared.contract.clone();
        listener.on(&Event::OperationFinished { contract, summary: summary.clone() });
        summary
    }

    /// What was meant to be seen and was not.
    fn gaps(&self, unexercised: &[(ClauseId, String)], statuses: &[(StatusRange, bool)]) -> Vec<String> {
        let operation = &self.prepared.contract.operations[self.planned.operation];
        let is_planned = |id: &ClauseId| !self.planned.unexercised.iter().any(|(known, _)| known == id);
        let planned: Vec<_> = unexercised.iter().filter(|(id, _)| is_planned(id)).cloned().collect();
        self.aims.gaps(operation, &planned, statuses)
    }

    /// Tells all that was held back, with the findings that `keep` lets through.
    fn release(&mut self, listener: &mut dyn Listener, keep: impl Fn(&Exchange, &Finding) -> bool) {
        for mut judged in self.held.take().into_iter().flatten() {
            judged.findings.retain(|finding| keep(&judged.exchange, finding));
            judged.together.retain(|finding| keep(&judged.exchange, finding));
            self.tell(judged, listener);
        }
    }

    fn tell(&mut self, Judged { case, exchange, mut findings, together }: Judged, listener: &mut dyn Listener) {
        // Only what a single request shows can be made small.
        self.suspects.take(&case, &exchange, &findings);
        findings.extend(together);
        if !self.is_closed {
            let Prepared { contract, fixtures, .. } = self.prepared;
            let mut further = listener.further(contract, fixtures, &case, &exchange);
            self.prepared.grade(self.planned, &exchange, &mut further);
            findings.extend(further);
        }
        let counts = |finding: &&Finding| self.strict || finding.severity == Severity::Error;
        self.failing += findings.iter().filter(counts).count();
        let contract = self.prepared.contract.clone();
        listener.on(&Event::CaseJudged { contract, case, exchange, findings });
    }
}

/// Whether a request was turned away before it was looked at.
fn is_denied(exchange: &Exchange) -> bool {
    exchange.outcome.as_ref().is_ok_and(|answer| matches!(answer.status, 401 | 403 | 404))
}
