//! Judges: checks with state.
//!
//! The contract's checks are stateless and judge one exchange, so [`super::evaluate`] runs them on all threads, wherever
//! a response is received. A [`Judge`] has state, be it exchanges, sequences or files. It runs on one thread, in the
//! order of the cases, so that its findings do not depend on the order of the responses.

use std::sync::Arc;

use crate::case::Case;
use crate::check::{CrossExchange, Observation, Policy, Subject, is_lost, judge_lost, judge_repeated};
use crate::contract::{Contract, ResponseSpec, StatusRange};
use crate::execute::Exchange;
use crate::finding::Finding;

/// An exchange to be judged.
#[derive(Debug)]
pub struct Judged<'a> {
    /// The exchange with all that it is judged by.
    pub subject: Subject<'a>,
    /// What the checks have read out of it.
    pub observation: &'a Observation,
    /// Whether the target lets valid requests of the operation in. Where it does not, all responses may be those of a
    /// closed door, and findings are kept only where they are not.
    pub is_let_in: bool,
}

/// What is wrong with one step of a sequence.
#[derive(Clone, Debug)]
pub struct StepFinding {
    /// The step, by its position.
    pub step: usize,
    /// What is wrong.
    pub finding: Finding,
}

/// What a judge finds later, about an exchange that was reported before.
#[derive(Clone, Debug)]
pub struct LateFinding {
    /// What is wrong.
    pub finding: Finding,
    /// The case that shows it best.
    pub case: Arc<Case>,
    /// Its exchange.
    pub exchange: Arc<Exchange>,
}

/// Judges what more than one exchange, or more than the contract, shows. Findings are graded by the policy afterwards.
pub trait Judge {
    /// A contract is about to be tested; `target` is the target's address.
    fn at_start(&mut self, contract: &Contract, target: &str) {
        let _ = (contract, target);
    }

    /// What is wrong with an exchange, known those before it. Asked once for each case, in the order of the cases.
    fn after_response(&mut self, judged: &Judged<'_>) -> Vec<Finding> {
        let _ = judged;
        Vec::new()
    }

    /// What is wrong with exchanges that followed each other with nothing in between.
    fn after_sequence(&mut self, steps: &[Subject<'_>]) -> Vec<StepFinding> {
        let _ = steps;
        Vec::new()
    }

    /// What is wrong with an operation, by its position, once all its cases were judged. It fails the operation.
    fn after_operation(&mut self, contract: &Contract, operation: usize) -> Vec<LateFinding> {
        let _ = (contract, operation);
        Vec::new()
    }

    /// What is wrong with a contract once all its operations are finished. It fails the run, and no single operation.
    fn at_end(&mut self, contract: &Contract) -> Vec<LateFinding> {
        let _ = contract;
        Vec::new()
    }
}

impl Judge for CrossExchange {
    fn after_response(&mut self, judged: &Judged<'_>) -> Vec<Finding> {
        self.take(judged.subject.case.operation, judged.observation);
        Vec::new()
    }
}

/// Judges safe requests that were repeated.
#[derive(Debug)]
struct Repeats;

impl Judge for Repeats {
    fn after_sequence(&mut self, steps: &[Subject<'_>]) -> Vec<StepFinding> {
        let [first, again, last] = steps else { return Vec::new() };
        judge_repeated(first, again, last).map(|finding| StepFinding { step: 1, finding }).into_iter().collect()
    }
}

/// Counts requests that were answered only when they were sent again.
#[derive(Debug, Default)]
struct LostConnections {
    times: usize,
    /// What is found, from the time on at which there is something to find.
    found: Option<LateFinding>,
}

impl Judge for LostConnections {
    fn after_response(&mut self, judged: &Judged<'_>) -> Vec<Finding> {
        let subject = &judged.subject;
        if self.found.is_none() && is_lost(subject) {
            self.times += 1;
            self.found = judge_lost(subject, self.times).map(|finding| LateFinding {
                finding,
                case: Arc::new(subject.case.clone()),
                exchange: Arc::new(subject.exchange.clone()),
            });
        }
        Vec::new()
    }

    fn at_end(&mut self, _: &Contract) -> Vec<LateFinding> {
        self.found.take().into_iter().collect()
    }
}

/// All judges of one contract: those that every run has, and then those of this run.
pub(super) struct Judges<'r, 'o> {
    policy: Arc<Policy>,
    across: CrossExchange,
    repeats: Repeats,
    lost: LostConnections,
    further: &'r mut [&'o mut dyn Judge],
}

impl<'r, 'o> Judges<'r, 'o> {
    pub fn new(policy: Arc<Policy>, further: &'r mut [&'o mut dyn Judge]) -> Self {
        Self { policy, across: CrossExchange::default(), repeats: Repeats, lost: LostConnections::default(), further }
    }

    /// Asks each in turn.
    fn ask<R>(&mut self, mut question: impl FnMut(&mut dyn Judge) -> Vec<R>) -> Vec<R> {
        let mut all = question(&mut self.across);
        all.extend(question(&mut self.repeats));
        all.extend(question(&mut self.lost));
        for judge in &mut *self.further {
            all.extend(question(*judge));
        }
        all
    }

    pub fn at_start(&mut self, contract: &Contract, target: &str) {
        self.ask(|judge| {
            judge.at_start(contract, target);
            Vec::<()>::new()
        });
    }

    pub fn after_response(&mut self, judged: &Judged<'_>) -> Vec<Finding> {
        let mut findings = self.ask(|judge| judge.after_response(judged));
        self.policy.grade(judged.subject.operation, status(judged.subject.exchange), &mut findings);
        findings
    }

    pub fn after_sequence(&mut self, steps: &[Subject<'_>]) -> Vec<StepFinding> {
        let mut findings = self.ask(|judge| judge.after_sequence(steps));
        findings.retain_mut(|StepFinding { step, finding }| {
            let step = steps.get(*step);
            step.is_some_and(|step| self.policy.grades(step.operation, status(step.exchange), finding))
        });
        findings
    }

    pub fn after_operation(&mut self, contract: &Contract, operation: usize) -> Vec<LateFinding> {
        let mut late = self.ask(|judge| judge.after_operation(contract, operation));
        self.grade(contract, &mut late);
        late
    }

    pub fn at_end(&mut self, contract: &Contract) -> Vec<LateFinding> {
        let mut late = self.ask(|judge| judge.at_end(contract));
        self.grade(contract, &mut late);
        late
    }

    fn grade(&self, contract: &Contract, late: &mut Vec<LateFinding>) {
        late.retain_mut(|late| {
            let operation = contract.operations.get(late.case.operation);
            operation.is_some_and(|operation| self.policy.grades(operation, status(&late.exchange), &mut late.finding))
        });
    }

    /// The documented statuses of an operation, and whether each was seen.
    pub fn statuses(&self, operation: usize, responses: &[ResponseSpec]) -> Vec<(StatusRange, bool)> {
        self.across.statuses(operation, responses)
    }
}

fn status(exchange: &Exchange) -> Option<u16> {
    exchange.result.as_ref().ok().map(|response| response.status)
}
