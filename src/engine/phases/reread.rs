//! Sends safe requests that were answered well before anything was written once more, after it was: a list may fail since
//! an odd value is in it.

use std::pin::pin;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use percent_encoding::percent_decode;

use crate::case::{Case, Intent, Mutation, is_safe};
use crate::check::after_writes;
use crate::engine::Transport;
use crate::engine::contract_run::ContractRun;
use crate::engine::event::Event;
use crate::engine::judge::LateFinding;
use crate::engine::listener::ListenerError;
use crate::engine::model::PlannedOperation;
use crate::engine::scheduler::{Completed, Sender};
use crate::execute::Exchange;
use crate::rule::Severity;

/// What was written since safe requests were last sent.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::engine) struct Writes {
    any: bool,
    /// Whether the target has taken what is invalid, or what a right server need not take. It may well not be able to show
    /// that, which is no fault of its own.
    any_invalid: bool,
}

impl Writes {
    /// Takes the next exchange.
    pub fn take(&mut self, case: &Case, exchange: &Exchange) {
        let is_taken = exchange.result.as_ref().is_ok_and(|response| (200..300).contains(&response.status));
        if is_taken && !is_safe(&case.request.method) {
            self.any = true;
            self.any_invalid |= match case.intent {
                Intent::Valid | Intent::Unauthenticated => false,
                Intent::Robustness => holds_odd_text(case),
                _ => true,
            };
        }
    }
}

/// Whether it is a text of an odd request that is odd, and not how it says what its body is.
fn holds_odd_text(case: &Case) -> bool {
    let body = case.request.body.as_ref().map_or_else(Vec::new, |body| body.payload.bytes());
    let mutation = case.values.as_ref().and_then(|values| values.mutation.as_ref());
    !matches!(mutation, Some(Mutation::Body(_))) || percent_decode(&body).decode_utf8().is_err()
}

/// A safe request that was answered well.
#[derive(Clone, Debug)]
pub(super) struct Read {
    operation: usize,
    case: Arc<Case>,
    /// With which status.
    status: u16,
}

impl Read {
    /// The request that was repeated in these steps, if it was answered well each time.
    pub fn of(planned: &PlannedOperation, steps: &[Completed]) -> Option<Self> {
        let [first, ..] = planned.repeated?;
        let findings = steps.iter().flat_map(|step| step.evaluation.findings.iter().chain(&step.of_sequence));
        let is_wrong = findings.into_iter().any(|finding| finding.severity == Severity::Error);
        let mut statuses =
            steps.iter().map(|step| step.evaluation.exchange.result.as_ref().ok().map(|response| response.status));
        let status = statuses.next()??;
        let is_success = (200..300).contains(&status) && statuses.all(|other| other == Some(status));
        (is_success && !is_wrong).then(|| Self {
            operation: planned.operation,
            case: planned.cases[first].clone(),
            status,
        })
    }
}

/// Sends them again if anything was written, and keeps those that are still answered well.
pub(super) async fn run<T: Transport>(
    run: &mut ContractRun<'_, '_, T>,
    reads: &mut Vec<Read>,
) -> Result<(), ListenerError> {
    let any_invalid = run.writes.any_invalid;
    if run.stopped.is_some() || !std::mem::take(&mut run.writes.any) {
        return Ok(());
    }
    let sender = run.sender.clone();
    let sent = stream::iter(std::mem::take(reads)).map(|read| send(&sender, read));
    let mut sent = pin!(sent.buffered(run.options.concurrency.max(1)));
    while let Some((read, completed)) = sent.next().await {
        let contract = run.tested.contract.clone();
        let exchange = completed.evaluation.exchange;
        run.stopped = run.health.take(read.operation, &read.case, &exchange, &run.sender.pace);
        let found = after_writes(completed.evaluation.findings, read.status, any_invalid);
        let (operation, requests) = (read.operation, 1 + exchange.attempts.earlier());
        let fails = found.iter().any(|finding| run.options.strict || finding.severity == Severity::Error);
        run.listeners.on(&Event::ReadAgain { contract, operation, requests, fails })?;
        let exchange = Arc::new(exchange);
        if found.is_empty() {
            reads.push(read);
            continue;
        }
        for finding in found {
            run.found_later(LateFinding { finding, case: read.case.clone(), exchange: exchange.clone() })?;
        }
        if run.stopped.is_some() {
            break;
        }
    }
    Ok(())
}

async fn send<T: Transport>(sender: &Sender<T>, read: Read) -> (Read, Completed) {
    let planned = Arc::new(PlannedOperation::empty(read.operation));
    let completed = sender.send(&planned, &read.case).await;
    (read, completed)
}
