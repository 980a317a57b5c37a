//! One contract while it is tested.

use std::sync::Arc;

use super::flight::{Flight, Next};
use super::operation_run::OperationRun;
use super::prepare::Prepared;
use super::{Event, Listener, OperationSummary, Outcome, RunOptions, Transport, Verdict, quiet, reason};
use crate::check::Across;
use crate::execute::{Exchange, Failure};

/// Tests one contract.
pub(super) async fn run<T: Transport>(
    prepared: Prepared,
    options: &RunOptions,
    listener: &mut dyn Listener,
    transport: Arc<T>,
) -> Outcome {
    let prepared = Arc::new(prepared);
    let contract = prepared.contract.clone();
    let target = options.client.target.as_str().trim_end_matches('/').to_owned();
    let cases = prepared.plans.iter().map(|plan| plan.cases.len()).sum();
    listener.on(&Event::ContractStarted { job: prepared.job.clone(), target: target.clone(), cases });

    let early =
        quiet::ask_repeatedly(&prepared, &*transport, options.concurrency, || listener.on(&Event::Progress)).await;
    let mut flight = Flight::new(prepared.clone(), transport.clone(), options.concurrency, early);
    let mut health = Health::new(target, options.concurrency);
    let mut across = Across::default();
    let mut tally = Tally::default();
    let mut stopped = None;
    let start = |plan: usize| prepared.plans.get(plan).map(|plan| OperationRun::new(&prepared, plan, options.strict));
    let mut at = 0;
    let mut current = start(at);
    loop {
        let next = flight.next().await;
        let until = match &next {
            Next::Arrival => {
                listener.on(&Event::Progress);
                continue;
            }
            Next::Case(plan, ..) => *plan,
            Next::End => flight.gate(),
        };
        while at < until {
            if let Some(mut done) = current.take() {
                let suspects = done.close(listener);
                if options.max_shrinks > 0 {
                    let limits = (options.concurrency, options.max_shrinks);
                    suspects.shrink(&prepared, at, &transport, limits, listener).await;
                }
                tally.add(&done.finish(&across, None, listener));
            }
            at += 1;
            current = start(at);
        }
        if matches!(next, Next::End) && flight.open_gate(at) {
            continue;
        }
        let (Next::Case(plan, case, landed), Some(operation)) = (next, &mut current) else { break };
        stopped = health.take(&landed.exchange);
        let case = prepared.plans[plan].cases[case].clone();
        if operation.take(case, *landed, &mut across, listener) {
            flight.give_up(plan);
        }
        if stopped.is_some() {
            break;
        }
    }
    // Requests still on their way to a target that is given up are dropped with the flight.
    drop(flight);
    while let Some(mut rest) = current.take() {
        rest.close(listener);
        tally.add(&rest.finish(&across, stopped.as_deref(), listener));
        at += 1;
        current = start(at);
    }
    let outcome = if prepared.plans.is_empty() { Outcome::Untestable } else { tally.outcome };
    let untestable = stopped.or_else(|| tally.untestable());
    listener.on(&Event::ContractFinished { contract, untestable });
    outcome
}

/// What the operations of a contract come to.
struct Tally {
    outcome: Outcome,
    /// Whether no operation could be tested, and why the first could not.
    none_testable: bool,
    reason: Option<String>,
}

impl Default for Tally {
    fn default() -> Self {
        Self { outcome: Outcome::Conforms, none_testable: true, reason: None }
    }
}

impl Tally {
    fn add(&mut self, summary: &OperationSummary) {
        self.outcome = self.outcome.and(summary.verdict.into());
        self.none_testable &= summary.verdict == Verdict::Untestable;
        self.reason = self.reason.take().or_else(|| summary.untestable.clone());
    }

    /// Why the contract as a whole could not be tested, if so.
    fn untestable(self) -> Option<String> {
        let nothing = "the document has no operations".to_owned();
        self.none_testable.then(|| self.reason.unwrap_or(nothing))
    }
}

/// After this many failures in a row, a target that did answer before has stopped to.
const SILENCE: usize = 60;

/// Whether the target is worth sending more to.
struct Health {
    target: String,
    /// Failures in a row that are taken for the end.
    patience: usize,
    answered: bool,
    failures: usize,
}

impl Health {
    /// A silent target costs one timeout for each `concurrency` requests, so with few at once fewer are tried.
    fn new(target: String, concurrency: usize) -> Self {
        Self { target, patience: concurrency.clamp(3, 8), answered: false, failures: 0 }
    }

    /// Takes the next exchange in order; why there is no point in going on, if so.
    fn take(&mut self, exchange: &Exchange) -> Option<String> {
        let failure = match &exchange.outcome {
            Ok(_) => {
                self.answered = true;
                self.failures = 0;
                return None;
            }
            // It never left, which is nothing that the target did.
            Err(Failure::Unsendable(_)) => return None,
            Err(failure) => failure,
        };
        self.failures += 1;
        match failure {
            Failure::Unreachable(_) | Failure::Insecure(_) if !self.answered => {
                Some(reason::unreachable(&self.target, failure))
            }
            _ if !self.answered && self.failures >= self.patience => Some(reason::unreachable(&self.target, failure)),
            Failure::Unreachable(_) if self.failures >= self.patience => {
                Some(format!("{} went away during the run: {failure}", self.target))
            }
            _ if self.failures >= SILENCE => {
                Some(format!("{} stopped answering during the run: {failure}", self.target))
            }
            _ => None,
        }
    }
}
