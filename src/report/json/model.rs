//! The shape of the document. Every field is always there; what is not known is `null`.

use std::time::Duration;

use base64::Engine as _;
use jiff::Timestamp;
use serde::Serialize;

use super::SCHEMA_VERSION;
use crate::check::Severity;
use crate::contract::{Clause, Clauses, Contract, Operation};
use crate::engine::Verdict;
use crate::execute::{Exchange, Sent};
use crate::plan::Origin;
use crate::report::{Collector, ContractResult, Group, OperationResult, Setting, Totals};
use crate::spec::Location;

/// Of longer bodies only this many bytes are kept.
const LONGEST_BODY: usize = 64 << 10;

#[derive(Serialize)]
pub(super) struct Run {
    schema_version: u32,
    tool: Tool,
    seed: u64,
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
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct TotalsModel {
    passed: usize,
    failed: usize,
    untestable: usize,
    unfinished: usize,
    findings: usize,
    warnings: usize,
    requests: usize,
}

#[derive(Serialize)]
struct ContractModel {
    name: String,
    title: String,
    /// The document's file.
    file: String,
    /// The OpenAPI version.
    version: String,
    target: String,
    /// Why it could not be tested.
    untestable: Option<String>,
    /// Faults of the document itself.
    diagnostics: Vec<DiagnosticModel>,
    operations: Vec<OperationModel>,
}

#[derive(Serialize)]
struct DiagnosticModel {
    kind: &'static str,
    #[serde(flatten)]
    place: Place,
    message: String,
}

/// A node of a document; line and column count from 1.
#[derive(Serialize)]
struct Place {
    pointer: String,
    file: String,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct OperationModel {
    id: String,
    method: String,
    path: String,
    /// `null` where the run was interrupted before the operation's end.
    verdict: Option<Verdict>,
    /// Why nothing can be said, where the verdict is `untestable`.
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
    findings: Vec<FindingModel>,
    elapsed_ms: u64,
}

#[derive(Serialize)]
struct ValidCases {
    sent: usize,
    accepted: usize,
}

#[derive(Serialize)]
struct StatusModel {
    /// A code, a class such as `2XX`, or `default`.
    status: String,
    seen: bool,
}

#[derive(Serialize)]
struct Coverage {
    total: usize,
    exercised: usize,
    unexercised: Vec<Unexercised>,
}

#[derive(Serialize)]
struct Unexercised {
    clause: ClauseModel,
    /// What the clause speaks of, in words.
    description: String,
    reason: String,
}

#[derive(Serialize)]
struct ClauseModel {
    keyword: String,
    #[serde(flatten)]
    place: Place,
}

/// Findings with the same cause; the case is the smallest of them.
#[derive(Serialize)]
struct FindingModel {
    check: &'static str,
    severity: Severity,
    clause: ClauseModel,
    message: String,
    acceptable: String,
    /// A unified diff from what was recorded before, where the finding is about that.
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<String>,
    /// How many cases have this finding.
    count: usize,
    /// Where it did not show each time: how often it did, in how many tries.
    flaky: Option<FlakyModel>,
    case: CaseModel,
    request: RequestModel,
    /// `null` where no whole response came.
    response: Option<ResponseModel>,
    /// Why no whole response came.
    failure: Option<String>,
    /// A command that repeats the request; `null` where the body is too long to be kept.
    curl: Option<String>,
}

#[derive(Serialize)]
struct FlakyModel {
    shown: usize,
    tries: usize,
}

#[derive(Serialize)]
struct CaseModel {
    index: usize,
    name: String,
    intent: &'static str,
    origin: Origin,
    written_at: Option<String>,
}

#[derive(Serialize)]
struct RequestModel {
    method: String,
    url: String,
    headers: Vec<Field>,
    body: Option<BodyModel>,
}

#[derive(Serialize)]
struct ResponseModel {
    status: u16,
    headers: Vec<Field>,
    body: BodyModel,
}

#[derive(Serialize)]
struct Field {
    name: String,
    value: String,
}

#[derive(Serialize)]
struct BodyModel {
    /// Bytes, those that were not kept included.
    size: usize,
    truncated: bool,
    /// The body, or its start, where that is UTF-8.
    text: Option<String>,
    /// The body, or its start, in base64 where it is not.
    base64: Option<String>,
}

impl Run {
    pub(super) fn of(results: &Collector, setting: &Setting, started_at: Timestamp) -> Self {
        let Totals { passed, failed, untestable, unfinished, errors, warnings, requests, .. } = results.totals();
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: "conform", version: env!("CARGO_PKG_VERSION") },
            seed: setting.seed,
            started_at: started_at.to_string(),
            elapsed_ms: milliseconds(results.elapsed.unwrap_or_default()),
            verdict: match (failed, unfinished, untestable, passed) {
                (1.., ..) => "fails",
                _ if results.is_faulty(setting) => "fails",
                _ if results.interrupted => "unfinished",
                (0, 1.., ..) => "unfinished",
                // Where nothing was tested, nothing is known to conform.
                (0, 0, 1.., _) | (0, 0, 0, 0) => "untestable",
                (0, 0, 0, 1..) => "conforms",
            },
            interrupted: results.interrupted,
            totals: TotalsModel { passed, failed, untestable, unfinished, findings: errors, warnings, requests },
            contracts: results.contracts.iter().map(ContractModel::of).collect(),
        }
    }
}

impl ContractModel {
    fn of(result: &ContractResult) -> Self {
        let contract = &*result.contract;
        let diagnostics = contract.diagnostics.iter().map(|fault| DiagnosticModel {
            kind: fault.kind.name(),
            place: Place::of(contract, &fault.location),
            message: fault.message.clone(),
        });
        let operations = result.operations.iter().filter_map(|(index, operation)| {
            let described = contract.operations.get(*index)?;
            Some(OperationModel::of(contract, described, operation, result.finished))
        });
        Self {
            name: contract.name.clone(),
            title: contract.title.clone(),
            file: contract.document.file(contract.document.root().file).name.clone(),
            version: contract.version.clone(),
            target: result.target.clone(),
            untestable: result.untestable.clone(),
            diagnostics: diagnostics.collect(),
            operations: operations.collect(),
        }
    }
}

impl OperationModel {
    fn of(contract: &Contract, operation: &Operation, result: &OperationResult, contract_finished: bool) -> Self {
        let clauses = Clauses::of(operation, &contract.schemas);
        let summary = result.summary.as_ref();
        let unexercised = summary.iter().flat_map(|summary| &summary.unexercised).filter_map(|(id, reason)| {
            let clause = clauses.all.get(id.0 as usize)?;
            Some(Unexercised {
                clause: ClauseModel::of(contract, clause),
                description: clause.describe(operation),
                reason: reason.clone(),
            })
        });
        let findings = result.groups_of(Severity::Error).chain(result.groups_of(Severity::Warning));
        let (sent, accepted) = summary.map_or((0, 0), |summary| summary.accepted);
        Self {
            id: operation.id.clone(),
            method: operation.method.clone(),
            path: operation.path.clone(),
            verdict: result.verdict(contract_finished),
            untestable: summary.and_then(|summary| summary.untestable.clone()),
            given_up: summary.and_then(|summary| summary.given_up.clone()),
            cases: result.judged,
            requests: result.requests,
            throttled: summary.map_or(0, |summary| summary.throttled),
            valid_cases: ValidCases { sent, accepted },
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
            findings: findings.map(|group| FindingModel::of(contract, group)).collect(),
            elapsed_ms: summary.map_or(0, |summary| milliseconds(summary.elapsed)),
        }
    }
}

impl FindingModel {
    fn of(contract: &Contract, group: &Group) -> Self {
        let Group { finding, case, exchange, .. } = group;
        let Exchange { sent, outcome, .. } = &**exchange;
        Self {
            check: finding.check,
            severity: finding.severity,
            clause: ClauseModel { keyword: finding.keyword.clone(), place: Place::of(contract, &finding.location) },
            message: finding.message.clone(),
            acceptable: finding.acceptable.clone(),
            diff: finding.diff.clone(),
            count: group.count,
            flaky: finding.flaky.map(|(shown, tries)| FlakyModel { shown, tries }),
            case: CaseModel {
                index: case.index,
                name: case.name.clone(),
                intent: case.intent.name(),
                origin: case.origin,
                written_at: case.written_at.clone(),
            },
            request: RequestModel::of(sent),
            response: outcome.as_ref().ok().map(|answer| ResponseModel {
                status: answer.status,
                headers: fields(&answer.headers),
                body: BodyModel::of(&answer.body),
            }),
            failure: outcome.as_ref().err().map(ToString::to_string),
            curl: sent.body.as_ref().is_none_or(|body| body.len() <= LONGEST_BODY).then(|| sent.curl()),
        }
    }
}

impl RequestModel {
    fn of(sent: &Sent) -> Self {
        Self {
            method: sent.method.clone(),
            url: sent.url.clone(),
            headers: fields(&sent.headers),
            body: sent.body.as_deref().map(BodyModel::of),
        }
    }
}

impl ClauseModel {
    fn of(contract: &Contract, clause: &Clause) -> Self {
        Self { keyword: clause.keyword.to_owned(), place: Place::of(contract, &clause.location) }
    }
}

impl Place {
    fn of(contract: &Contract, location: &Location) -> Self {
        let position = contract.document.position(location);
        Self {
            pointer: location.pointer.to_string(),
            file: contract.document.file(location.file).name.clone(),
            line: position.line,
            column: position.column,
        }
    }
}

impl BodyModel {
    fn of(body: &[u8]) -> Self {
        let truncated = body.len() > LONGEST_BODY;
        let kept = &body[..body.len().min(LONGEST_BODY)];
        let text = match std::str::from_utf8(kept) {
            Ok(text) => Some(text),
            // The cut may have gone through a character.
            Err(error) if truncated && error.error_len().is_none() => {
                std::str::from_utf8(&kept[..error.valid_up_to()]).ok()
            }
            Err(_) => None,
        };
        Self {
            size: body.len(),
            truncated,
            base64: text.is_none().then(|| base64::engine::general_purpose::STANDARD.encode(kept)),
            text: text.map(str::to_owned),
        }
    }
}

fn fields(headers: &[(String, String)]) -> Vec<Field> {
    headers.iter().map(|(name, value)| Field { name: name.clone(), value: value.clone() }).collect()
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_body_is_cut_between_characters() {
        let body = "é".repeat(LONGEST_BODY);
        let odd = format!("x{body}");
        for text in [&body, &odd] {
            let model = BodyModel::of(text.as_bytes());
            assert!(model.truncated && model.base64.is_none());
            assert!(model.text.is_some_and(|kept| text.starts_with(&kept)));
        }
        let binary = BodyModel::of(b"\xff\x00");
        assert_eq!((binary.text, binary.base64.as_deref()), (None, Some("/wA=")));
    }
}
