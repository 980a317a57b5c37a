//! Sends safe requests that were answered well before anything was written once more, after it was: a list may fail since
//! an odd value is in it.

use std::pin::pin;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};

use crate::case::Case;
use crate::check::{after_writes, family};
use crate::engine::Transport;
use crate::engine::contract_run::ContractRun;
use crate::engine::event::Event;
use crate::engine::judge::LateFinding;
use crate::engine::listener::ListenerError;
use crate::engine::model::PlannedOperation;
use crate::engine::scheduler::{Completed, Sender};
use crate::engine::writes::Written;
use crate::rule::Severity;

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
    if run.stopped.is_some() || run.writes.taken.is_empty() {
        return Ok(());
    }
    let written = std::mem::take(&mut run.writes.taken);
    let sender = run.sender.clone();
    let sent = stream::iter(std::mem::take(reads)).map(|read| send(&sender, read));
    let mut sent = pin!(sent.buffered(run.options.concurrency.max(1)));
    while let Some((read, completed)) = sent.next().await {
        let contract = run.tested.contract.clone();
        let exchange = completed.evaluation.exchange;
        run.stopped = run.health.take(read.operation, &read.case, &exchange, &run.sender.pace);
        let since = written.get(family(&run.tested.contract.operations[read.operation])).map(Written::since);
        let found = after_writes(completed.evaluation.findings, read.status, any_invalid, &since.unwrap_or_default());
        let (operation, requests) = (read.operation, 1 + exchange.attempts.earlier());
        let fails = found.iter().any(|finding| run.options.strict || finding.severity == Severity::Error);
        if fails {
            run.habits.fail(operation);
        }
        run.listeners.on(&Event::SentLater {
            contract,
            operation,
            requests,
            fails,
            when: "once others had written",
        })?;
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
