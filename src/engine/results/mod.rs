//! The results of a run so far: findings grouped by cause, in a fixed order, each with its smallest case.

mod accept;
mod accepting;
mod explain;
mod group;
mod latency;
mod media;
mod outright;
mod read_again;
mod root_cause;
mod stored;
mod totals;
mod tried;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use indexmap::IndexMap;

use accepting::Accepting;
pub use group::Group;
pub use latency::Latency;
use media::Media;
pub use media::MediaTypeSeen;
use root_cause::Twins;
pub use root_cause::{CausePlace, RootCause};
use stored::Stored;
pub use totals::Totals;
use tried::Tried;

use super::coverage::Coverage;
use super::event::{Event, FindingKey, Leavings, OperationSummary, Outcome, Verdict};
use super::{Because, Job};
use crate::case::Case;
use crate::contract::{Contract, Operation};
use crate::execute::{Exchange, Masker};
use crate::finding::Finding;
use crate::rule::Severity;

/// The results of a run so far.
#[derive(Debug, Default)]
pub struct Results {
    /// The contracts in the order in which they were tested.
    pub contracts: Vec<ContractResult>,
    /// Wall-clock time of the whole run, once it is over.
    pub elapsed: Option<Duration>,
    /// How the run ended, once it is over.
    pub outcome: Option<Outcome>,
    /// Whether the run was interrupted, so that all of this is partial.
    pub interrupted: bool,
    secrets: Masker,
    accepting: Accepting,
}

/// The results of one contract.
#[derive(Debug)]
pub struct ContractResult {
    /// The contract.
    pub contract: Arc<Contract>,
    /// The document's own faults.
    pub faults: Arc<Vec<Finding>>,
    /// The target's address.
    pub target: String,
    /// The operations that are tested in the document's order, by their position there.
    pub operations: BTreeMap<usize, OperationResult>,
    /// Operations that were chosen and left out all the same, as `METHOD /path`, with the reason.
    pub left_out: Vec<(String, Because)>,
    /// What of the life of each kind of resource was gone through, by the path template of one.
    pub lives: IndexMap<String, Coverage>,
    /// What came of the resources that the run has made.
    pub made: Leavings,
    /// Why it could not be tested, if so.
    pub untestable: Option<String>,
    /// Whether all its operations were gone through; false if the run was interrupted.
    pub finished: bool,
    twins: OnceLock<Twins>,
    stored: Stored,
}

/// The results of one operation.
#[derive(Debug, Default)]
pub struct OperationResult {
    /// Cases that were judged.
    pub judged: usize,
    /// Requests that were sent for them, those that were waited out included.
    pub requests: usize,
    /// Findings by cause, in the order in which the causes were first found.
    groups: IndexMap<FindingKey, Group>,
    /// How the target took the requests that groups speak of.
    tried: Tried,
    media: Media,
    /// How long the responses to its cases took.
    pub latency: Latency,
    /// The engine's own summary, once all cases were judged.
    pub summary: Option<OperationSummary>,
}

impl Results {
    /// No results yet; those to come hold none of these secrets.
    pub fn new(secrets: Masker) -> Self {
        Self { secrets, ..Self::default() }
    }

    /// The verdict of an operation, by its position in the contract, as far as it is known.
    pub(super) fn verdict(&self, contract: &Arc<Contract>, operation: usize) -> Option<Verdict> {
        let result = self.contracts.iter().rev().find(|result| Arc::ptr_eq(&result.contract, contract))?;
        result.operations.get(&operation)?.verdict(false)
    }

    /// What hides secrets.
    pub(super) fn secrets(&self) -> &Masker {
        &self.secrets
    }

    /// Takes the next event.
    pub(super) fn take(&mut self, event: &Event) {
        event.exchange().into_iter().for_each(|exchange| self.secrets.learn(exchange));
        match event {
            Event::ContractStarted { job, target } => self.contracts.push(ContractResult::new(job, target)),
            Event::Progress | Event::OperationPlanned { .. } => {}
            Event::CaseJudged { contract, case, exchange, findings } => {
                let Some(result) = find(&mut self.contracts, contract) else { return };
                result.stored.take(contract, case, exchange, findings);
                let operation = result.operations.entry(case.operation).or_default();
                operation.judged += 1;
                operation.requests += 1 + exchange.attempts.earlier();
                operation.tried.take(contract, case, exchange);
                operation.latency.take(exchange.elapsed);
                if let Some(described) = contract.operations.get(case.operation) {
                    operation.media.take(described, case, exchange);
                }
                for finding in findings {
                    operation.add(finding, case, exchange, &self.secrets);
                }
            }
            Event::FindingShrunk { contract, before, finding, case, exchange, requests } => {
                let Some(result) = find(&mut self.contracts, contract) else { return };
                if let Some(exchange) = exchange {
                    result.stored.take(contract, case, exchange, std::slice::from_ref(finding));
                }
                let operation = result.operations.entry(case.operation).or_default();
                operation.requests += requests;
                operation.replace(before, finding, case, exchange.as_ref(), &self.secrets);
            }
            Event::SentLater { contract, operation, requests, fails, .. } => {
                let Some(result) = find(&mut self.contracts, contract) else { return };
                let operation = result.operations.entry(*operation).or_default();
                operation.read_again(*requests, *fails);
                operation.accept(&self.accepting);
            }
            Event::Lived { contract, item, coverage } => {
                let Some(result) = find(&mut self.contracts, contract) else { return };
                result.lives.insert(item.clone(), coverage.clone());
            }
            Event::FoundLater { contract, finding, case, exchange } => {
                let Some(result) = find(&mut self.contracts, contract) else { return };
                let operation = result.operations.entry(case.operation).or_default();
                operation.add(finding, case, exchange, &self.secrets);
                operation.accept(&self.accepting);
                result.explain(None, self.accepting.strict);
            }
            Event::OperationFinished { contract, summary } => {
                let Some(result) = find(&mut self.contracts, contract) else { return };
                let shown = OperationSummary {
                    untestable: summary.untestable.as_ref().map(|reason| self.secrets.text(reason).into_owned()),
                    given_up: summary.given_up.as_ref().map(|reason| self.secrets.text(reason).into_owned()),
                    ..summary.clone()
                };
                let operation = result.operations.entry(summary.operation).or_default();
                operation.requests += summary.confirming;
                operation.unite();
                operation.summary = Some(shown);
                operation.accept(&self.accepting);
                result.explain(Some(summary.operation), self.accepting.strict);
            }
            Event::ClearedUp { contract, leavings } => {
                let Some(result) = find(&mut self.contracts, contract) else { return };
                result.made = leavings.clone();
            }
            Event::ContractFinished { contract, untestable } => {
                let Some(result) = find(&mut self.contracts, contract) else { return };
                result.untestable = untestable.as_ref().map(|reason| self.secrets.text(reason).into_owned());
                result.finished = true;
            }
            Event::RunFinished { outcome, elapsed, interrupted } => {
                self.outcome = Some(*outcome);
                self.elapsed = Some(*elapsed);
                self.interrupted = *interrupted;
            }
        }
    }

    /// Every group of this severity with the contract and operation that it belongs to.
    pub fn groups(&self, severity: Severity) -> impl Iterator<Item = (&Contract, &Operation, &Group)> {
        self.contracts.iter().flat_map(move |result| {
            result.operations.iter().flat_map(move |(index, operation)| {
                let described = result.contract.operations.get(*index);
                operation
                    .groups_of(severity)
                    .filter_map(move |group| Some((result.contract.as_ref(), described?, group)))
            })
        })
    }
}

impl ContractResult {
    fn new(job: &Job, target: &str) -> Self {
        Self {
            contract: job.contract.clone(),
            faults: job.faults.clone(),
            target: target.to_owned(),
            operations: job.operations().map(|index| (index, OperationResult::default())).collect(),
            left_out: job
                .left_out()
                .map(|(operation, because)| (format!("{} {}", operation.method, operation.path), because))
                .collect(),
            lives: IndexMap::new(),
            made: Leavings::default(),
            untestable: None,
            finished: false,
            twins: OnceLock::new(),
            stored: Stored::default(),
        }
    }

    /// The operations that were gone through, with their summaries.
    pub fn summaries(&self) -> impl Iterator<Item = (&Operation, &OperationSummary)> {
        self.operations.values().filter_map(|operation| {
            let summary = operation.summary.as_ref()?;
            Some((self.contract.operations.get(summary.operation)?, summary))
        })
    }
}

impl OperationResult {
    /// The verdict; none if the run did not get to the operation's end.
    pub fn verdict(&self, contract_finished: bool) -> Option<Verdict> {
        match &self.summary {
            Some(summary) => Some(summary.verdict),
            None => contract_finished.then_some(Verdict::Untestable),
        }
    }

    /// The media types that the operation documents, and whether each was met.
    pub fn media_types(&self, operation: &Operation) -> Vec<MediaTypeSeen> {
        self.media.of(operation)
    }

    /// Groups of this severity, in the order in which their causes were first found.
    pub fn groups_of(&self, severity: Severity) -> impl Iterator<Item = &Group> {
        self.groups.values().filter(move |group| group.finding.severity == severity)
    }

    /// Puts the small form of a finding in place of the group that it stood for, or adds that group to
    /// another with the same cause.
    fn replace(
        &mut self,
        before: &FindingKey,
        finding: &Finding,
        case: &Arc<Case>,
        exchange: Option<&Arc<Exchange>>,
        secrets: &Masker,
    ) {
        let Some(index) = self.groups.get_index_of(before) else { return };
        let Some(exchange) = exchange else {
            if let Some((_, group)) = self.groups.get_index_mut(index) {
                group.finding.flaky = finding.flaky;
            }
            return;
        };
        let key = FindingKey::of(finding);
        if key == *before {
            self.groups[index].show(finding, case, exchange, secrets);
            return;
        }
        // The order of the causes is that in which they were first found.
        let Some((_, mut group)) = self.groups.shift_remove_index(index) else { return };
        group.show(finding, case, exchange, secrets);
        match self.groups.entry(key) {
            indexmap::map::Entry::Occupied(mut entry) => entry.get_mut().merge(group),
            indexmap::map::Entry::Vacant(entry) => {
                entry.shift_insert(index, group);
            }
        }
    }

    /// Makes one of the findings of a rule that one request shows: it is one fault, whichever of the clauses that the
    /// request breaks a case was planned for.
    fn unite(&mut self) {
        let mut index = 0;
        while let Some((_, group)) = self.groups.get_index(index) {
            let same = self.groups.values().take(index).position(|earlier| earlier.is_shown_by_same_request(group));
            match same {
                Some(earlier) => {
                    let Some((_, group)) = self.groups.shift_remove_index(index) else { return };
                    self.groups[earlier].unite(group);
                }
                None => index += 1,
            }
        }
    }

    fn add(&mut self, finding: &Finding, case: &Arc<Case>, exchange: &Arc<Exchange>, secrets: &Masker) {
        match self.groups.entry(FindingKey::of(finding)) {
            indexmap::map::Entry::Vacant(entry) => {
                entry.insert(Group::new(finding, case, exchange, secrets));
            }
            indexmap::map::Entry::Occupied(mut entry) => entry.get_mut().add(finding, case, exchange, secrets),
        }
    }
}

fn find<'a>(results: &'a mut [ContractResult], contract: &Arc<Contract>) -> Option<&'a mut ContractResult> {
    results.iter_mut().rev().find(|result| Arc::ptr_eq(&result.contract, contract))
}

#[cfg(test)]
mod tests;
