//! Sends safe requests that were answered well before anything was written once more, after it was: a list may fail since
//! an odd value is in it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use percent_encoding::percent_decode;

use crate::case::{Case, Intent, Mutation, is_safe};
use crate::check::{after_writes, family};
use crate::contract::Operation;
use crate::engine::Transport;
use crate::engine::contract_run::ContractRun;
use crate::engine::event::Event;
use crate::engine::judge::LateFinding;
use crate::engine::listener::ListenerError;
use crate::engine::model::PlannedOperation;
use crate::engine::scheduler::{Completed, Sender};
use crate::execute::Exchange;
use crate::rule::Severity;

/// Writes that a finding names.
const MOST: usize = 2;

/// What was written since safe requests were last sent.
#[derive(Debug, Default)]
pub(in crate::engine) struct Writes {
    /// By what their routes are about.
    taken: BTreeMap<String, Written>,
    /// Whether the target has taken what is invalid, or what a right server need not take. It may well not be able to show
    /// that, which is no fault of its own.
    any_invalid: bool,
}

/// What was written on the routes about one thing.
#[derive(Debug, Default)]
struct Written {
    count: usize,
    /// The likeliest to break something, with how likely that is.
    oddest: Vec<(u8, String)>,
}

impl Writes {
    /// Takes the next exchange.
    pub fn take(&mut self, operation: &Operation, case: &Case, exchange: &Exchange) {
        let is_taken = exchange.result.as_ref().is_ok_and(|response| (200..300).contains(&response.status));
        if is_taken && !is_safe(&case.request.method) {
            let Written { count, oddest } = self.taken.entry(family(operation).to_owned()).or_default();
            *count += 1;
            oddest.push((oddity(case), format!("{} {} ({})", case.request.method, operation.path, case.name)));
            oddest.sort_by_key(|(oddity, _)| Reverse(*oddity));
            oddest.truncate(MOST);
            self.any_invalid |= match case.intent {
                Intent::Valid | Intent::Unauthenticated => false,
                Intent::Robustness => holds_odd_text(case),
                _ => true,
            };
        }
    }
}

/// How likely it is that what a case stores breaks something.
fn oddity(case: &Case) -> u8 {
    let body = case.request.body.as_ref().map_or_else(Vec::new, |body| body.payload.bytes());
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n') && !matches!(byte, b'\\' | b'%');
    match case.intent {
        Intent::Robustness if holds_odd_text(case) => 3,
        Intent::Robustness | Intent::Valid | Intent::Unauthenticated => u8::from(!body.iter().all(is_plain)),
        _ => 2,
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

impl Written {
    /// For a message.
    fn since(&self) -> String {
        let names: Vec<&str> = self.oddest.iter().map(|(_, name)| name.as_str()).collect();
        match self.count - names.len() {
            0 => format!(": {}", names.join(", ")),
            more => format!(": {} and {more} more, the oddest first", names.join(", ")),
        }
    }
}

async fn send<T: Transport>(sender: &Sender<T>, read: Read) -> (Read, Completed) {
    let planned = Arc::new(PlannedOperation::empty(read.operation));
    let completed = sender.send(&planned, &read.case).await;
    (read, completed)
}
