//! The shape of the document. Every field is always there; what is not known is `null`.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::finding::{ClauseModel, FindingModel};
use super::root_cause::RootCauseModel;
use super::source::SourceModel;
use crate::contract::Contract;
use crate::engine::{
    ContractResult, Coverage as LifeCoverage, Leavings, MediaTypeSeen, OperationResult, Outcome, Results, Totals,
    Verdict,
};
use crate::report::untested::{self, Untested};
use crate::report::{Setting, verdict};
use crate::rule::Severity;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Run {
    schema_version: u32,
    tool: Tool,
    seed: u64,
    /// Which part of the operations was tested, as `hash:1/4`, if not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    partition: Option<String>,
    started_at: String,
    elapsed_ms: u64,
    /// `conforms`, `fails`, `untestable`, or `unfinished` for a run that was interrupted.
    verdict: &'static str,
    /// Whether the run was interrupted: the document holds what was found until then.
    interrupted: bool,
    totals: TotalsModel,
    contracts: Vec<ContractModel>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TotalsModel {
    passed: usize,
    failed: usize,
    untestable: usize,
    /// Those of the failed ones of which no valid request was accepted.
    failed_untested: usize,
    unfinished: usize,
    /// Errors, by root cause.
    findings: usize,
    /// Operations with an error.
    failing_operations: usize,
    /// Warnings of the target, by root cause.
    warnings: usize,
    /// Warnings for which the document is to be changed, by root cause.
    omissions: usize,
    requests: usize,
}

/// What of the life of one kind of resource was gone through.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct LifeModel {
    /// The path template of one.
    resource: String,
    exercised: Vec<&'static str>,
    unexercised: Vec<NotLived>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct NotLived {
    part: &'static str,
    reason: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ContractModel {
    name: String,
    title: String,
    /// The document's file.
    file: String,
    /// The OpenAPI version.
    version: String,
    target: String,
    /// Whether its operations are what the target sends: webhooks and callbacks.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    sent: bool,
    /// Why it could not be tested.
    untestable: Option<String>,
    /// Operations that were chosen and not tested, for the harm that they may do or since more was asked to be left out, as `METHOD /path`.
    left_out: Vec<String>,
    /// Operations of which nothing is said, those that were left out among them.
    untested: Vec<UntestedModel>,
    /// Resources that the run has made, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    made: Option<MadeModel>,
    /// What of the life of each kind of resource was gone through.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lives: Vec<LifeModel>,
    /// Findings about the document itself.
    diagnostics: Vec<FindingModel>,
    /// Findings of the operations by root cause, the worst first.
    root_causes: Vec<RootCauseModel>,
    operations: Vec<OperationModel>,
    /// The document's files, with what was exercised and broken of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sources: Vec<SourceModel>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct UntestedModel {
    /// `METHOD /path`.
    operation: String,
    reason: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MadeModel {
    deleted: usize,
    left: usize,
    /// The paths of what was changed and could not be put back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changed: Vec<String>,
    /// The paths of the first ones that are left.
    left_at: Vec<String>,
    /// The paths of the first ones that may have been left behind.
    may_be_left: Vec<String>,
}

impl MadeModel {
    fn of(leavings: &Leavings) -> Self {
        let first = |paths: &[String]| paths.iter().take(MOST_LEFT).cloned().collect();
        let (left_at, may_be_left) = (first(&leavings.left_at), first(&leavings.may_be_left));
        Self { deleted: leavings.deleted, left: leavings.left, changed: leavings.changed.clone(), left_at, may_be_left }
    }
}

/// So many paths are named.
const MOST_LEFT: usize = 50;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct OperationModel {
    /// Its position in the document, from 0.
    position: usize,
    id: String,
    method: String,
    path: String,
    /// `null` where the run was interrupted before the operation's end.
    verdict: Option<Verdict>,
    /// Why nothing can be said but of refusals: none of its clauses counts as exercised.
    untestable: Option<String>,
    /// Why the rest of the cases was not sent, if so.
    given_up: Option<String>,
    cases: usize,
    requests: usize,
    /// Answers of 429 and 503 that were waited out.
    throttled: u32,
    valid_cases: ValidCases,
    clauses: Coverage,
    /// What was meant to be seen and was not.
    gaps: Vec<String>,
    /// The documented statuses.
    statuses: Vec<StatusModel>,
    /// The documented media types: of the request, accepted with a valid one; of responses, received.
    media_types: Vec<MediaTypeModel>,
    findings: Vec<FindingModel>,
    /// Findings that a baseline accepts: they fail nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accepted: Vec<FindingModel>,
    elapsed_ms: u64,
    /// How long responses took, the fastest first.
    latency: Vec<LatencyModel>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct LatencyModel {
    /// In milliseconds; `null` of the slowest ones, which took longer than any bound.
    below_ms: Option<u64>,
    responses: usize,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ValidCases {
    sent: usize,
    accepted: usize,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct StatusModel {
    /// A code, a class such as `2XX`, or `default`.
    status: String,
    seen: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MediaTypeModel {
    /// `request`, or the status of the response as it is documented.
    at: String,
    media_type: String,
    seen: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Coverage {
    total: usize,
    exercised: usize,
    unexercised: Vec<Unexercised>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Unexercised {
    clause: ClauseModel,
    /// What the clause speaks of, in words.
    description: String,
    reason: String,
}

impl Run {
    pub(super) fn of(results: &Results, outcome: Outcome, setting: &Setting, started_at: Timestamp) -> Self {
        let totals = results.totals();
        let Totals { passed, failed, untestable, unfinished, warnings, requests, .. } = totals;
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: "conform", version: env!("CARGO_PKG_VERSION") },
            seed: setting.seed,
            partition: setting.partition.map(|partition| partition.to_string()),
            started_at: started_at.to_string(),
            elapsed_ms: milliseconds(results.elapsed.unwrap_or_default()),
            verdict: verdict(results, outcome),
            interrupted: results.interrupted,
            totals: TotalsModel {
                passed,
                failed,
                untestable,
                failed_untested: totals.failed_untested,
                unfinished,
                findings: totals.errors,
                failing_operations: totals.error_operations,
                warnings,
                omissions: totals.document,
                requests,
            },
            contracts: results.contracts.iter().map(ContractModel::of).collect(),
        }
    }
}

impl ContractModel {
    fn of(result: &ContractResult) -> Self {
        let contract = &*result.contract;
        let diagnostics = &result.faults;
        let operations = result.operations.iter().filter_map(|(index, operation)| {
            contract.operations.get(*index)?;
            Some(OperationModel::of(contract, *index, operation, result.finished))
        });
        Self {
            name: contract.name.clone(),
            title: contract.title.clone(),
            file: contract.document.file(contract.document.root().file).name.clone(),
            version: contract.version.clone(),
            target: result.target.clone(),
            sent: contract.is_sent,
            untestable: result.untestable.clone(),
            left_out: result.left_out.iter().map(|(operation, _)| operation.clone()).collect(),
            untested: untested::of(result).into_iter().map(UntestedModel::of).collect(),
            made: (result.made != Leavings::default()).then(|| MadeModel::of(&result.made)),
            lives: result.lives.iter().map(|(item, coverage)| LifeModel::of(item, coverage)).collect(),
            diagnostics: diagnostics.iter().map(FindingModel::of).collect(),
            root_causes: result
                .root_causes()
                .iter()
                .filter(|cause| cause.severity > Severity::Note)
                .map(RootCauseModel::of)
                .collect(),
            operations: operations.collect(),
            sources: SourceModel::all(result),
        }
    }
}

impl UntestedModel {
    fn of(untested: Untested<'_>) -> Self {
        Self { operation: untested.operation, reason: untested.reason.to_owned() }
    }
}

impl LifeModel {
    fn of(item: &str, coverage: &LifeCoverage) -> Self {
        let not = coverage.unexercised().map(|(part, reason)| NotLived { part, reason });
        Self { resource: item.to_owned(), exercised: coverage.exercised().collect(), unexercised: not.collect() }
    }
}

impl OperationModel {
    fn of(contract: &Contract, position: usize, result: &OperationResult, contract_finished: bool) -> Self {
        let operation = &contract.operations[position];
        let summary = result.summary.as_ref();
        let unexercised = summary.iter().flat_map(|summary| &summary.unexercised).filter_map(|(id, reason)| {
            let clause = operation.clauses().all.get(id.0 as usize)?;
            Some(Unexercised {
                clause: ClauseModel::of(contract, clause),
                description: clause.describe(operation),
                reason: reason.clone(),
            })
        });
        let findings = result.groups_of(Severity::Error).chain(result.groups_of(Severity::Warning));
        let valid = summary.map(|summary| summary.valid).unwrap_or_default();
        Self {
            position,
            id: operation.id.clone(),
            method: operation.method.clone(),
            path: operation.path.clone(),
            verdict: result.verdict(contract_finished),
            untestable: summary.and_then(|summary| summary.untestable.clone()),
            given_up: summary.and_then(|summary| summary.given_up.clone()),
            cases: result.judged,
            requests: result.requests,
            throttled: summary.map_or(0, |summary| summary.throttled),
            valid_cases: ValidCases { sent: valid.sent, accepted: valid.accepted },
            clauses: Coverage {
                total: summary.map_or(0, |summary| summary.clauses),
                exercised: summary.map_or(0, |summary| summary.exercised),
                unexercised: unexercised.collect(),
            },
            gaps: summary.map(|summary| summary.gaps.clone()).unwrap_or_default(),
            statuses: summary
                .iter()
                .flat_map(|summary| &summary.statuses)
                .map(|(status, seen)| StatusModel { status: status.to_string(), seen: *seen })
                .collect(),
            media_types: result
                .media_types(operation)
                .into_iter()
                .map(|MediaTypeSeen { at, name, seen }| MediaTypeModel { at, media_type: name, seen })
                .collect(),
            findings: findings.map(|group| FindingModel::whole(&group.finding)).collect(),
            accepted: result.groups_of(Severity::Note).map(|group| FindingModel::whole(&group.finding)).collect(),
            elapsed_ms: summary.map_or(0, |summary| milliseconds(summary.elapsed)),
            latency: result
                .latency
                .counts()
                .map(|(below_ms, responses)| LatencyModel { below_ms, responses })
                .collect(),
        }
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The version of the document's shape.
pub const SCHEMA_VERSION: u32 = 3;
