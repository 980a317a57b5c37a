//! The shape of a finding, whether a run, `conform lint` or `conform diff` found it.
//!
//! What only an exchange has, a request say, is left out of findings that no exchange shows.

use base64::Engine as _;
use serde::Serialize;
use serde_json::Value;

use crate::case::{Case, Origin};
use crate::compare::Effect;
use crate::contract::{Clause, Contract};
use crate::execute::{Exchange, Response, SentRequest};
use crate::finding::{Finding, Flakiness, OperationName, Place, Related};
use crate::rule::{Family, Severity};
use crate::spec::Span;

/// Of longer bodies only this many bytes are kept.
const LONGEST_BODY: usize = 64 << 10;

/// A finding.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct FindingModel {
    /// The rule's id.
    rule: &'static str,
    family: Family,
    /// The rule's id again, of findings about exchanges.
    #[serde(skip_serializing_if = "Option::is_none")]
    check: Option<&'static str>,
    severity: Severity,
    /// What a change does to a client.
    #[serde(skip_serializing_if = "Option::is_none")]
    effect: Option<Effect>,
    /// The same for the same finding, over runs and machines.
    fingerprint: String,
    /// `null` where the whole document is meant.
    operation: Option<OperationModel>,
    /// What of the operation a change is about.
    #[serde(skip_serializing_if = "String::is_empty")]
    subject: String,
    message: String,
    clause: ClauseModel,
    /// Other nodes that take part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<RelatedModel>,
    /// What would have been acceptable.
    #[serde(skip_serializing_if = "String::is_empty")]
    expected: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    /// A value that shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<Value>,
    /// A unified diff from what was recorded before, where the finding is about that.
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<String>,
    #[serde(flatten)]
    shown: Option<Shown>,
    /// It, as a person reads it: what other reports are made of. The library without its reports for people has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    told: Option<ToldModel>,
}

/// A finding as a person reads it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ToldModel {
    /// The sentence and the document's line.
    excerpt: String,
    /// What stands below it.
    evidence: Vec<RowModel>,
}

/// Lines behind a label.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RowModel {
    label: &'static str,
    lines: Vec<String>,
}

/// An operation.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct OperationModel {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
}

/// A node of the document that takes part.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RelatedModel {
    label: &'static str,
    #[serde(flatten)]
    place: PlaceModel,
}

/// A keyword of the document.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ClauseModel {
    keyword: String,
    #[serde(flatten)]
    place: PlaceModel,
}

/// A node of a document: where its name stands. Lines and columns count from 1, the end is exclusive.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PlaceModel {
    pointer: String,
    file: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

/// The exchange that shows a finding, the smallest of those with the same cause.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Shown {
    /// How many cases have this finding.
    count: usize,
    /// Where it did not show each time: how often it did, in how many tries.
    flaky: Option<Flakiness>,
    case: Option<CaseModel>,
    request: RequestModel,
    /// `null` where no complete response was received.
    response: Option<ResponseModel>,
    /// Why no complete response was received.
    failure: Option<String>,
    /// The exchanges that show it together, in their order; absent where the one above shows it alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<StepModel>,
    /// A command that repeats the request; `null` where the body is too long to be kept.
    curl: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct StepModel {
    request: RequestModel,
    /// `null` where no complete response was received.
    response: Option<ResponseModel>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CaseModel {
    index: usize,
    name: String,
    intent: &'static str,
    origin: Origin,
    written_at: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RequestModel {
    method: String,
    url: String,
    headers: Vec<Field>,
    body: Option<BodyModel>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ResponseModel {
    status: u16,
    headers: Vec<Field>,
    body: BodyModel,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Field {
    name: String,
    value: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct BodyModel {
    /// Bytes, those that were not kept included.
    size: usize,
    truncated: bool,
    /// The body, or its start, where that is UTF-8.
    text: Option<String>,
    /// The body, or its start, in base64 where it is not.
    base64: Option<String>,
}

impl FindingModel {
    /// A finding as JSON has it.
    pub(crate) fn of(finding: &Finding) -> Self {
        let Finding { rule, severity, evidence, .. } = finding;
        Self {
            rule: rule.id,
            family: rule.family,
            check: (rule.family == Family::Check).then_some(rule.id),
            severity: *severity,
            effect: (rule.family == Family::Diff).then(|| Effect::of(finding)),
            fingerprint: finding.fingerprint(),
            operation: finding.operation.as_deref().map(OperationModel::of),
            subject: finding.subject.clone(),
            message: finding.message.clone(),
            clause: ClauseModel::at(&finding.place),
            related: finding.related.iter().map(RelatedModel::of).collect(),
            expected: finding.expected.clone(),
            help: finding.help.clone(),
            witness: evidence.witness.clone(),
            diff: evidence.difference.clone(),
            shown: evidence.exchange.as_ref().map(|exchange| Shown::of(finding, exchange)),
            told: None,
        }
    }

    /// The same with what is told of it: what other reports are made of.
    pub(super) fn whole(finding: &Finding) -> Self {
        Self { told: ToldModel::of(finding), ..Self::of(finding) }
    }
}

impl ToldModel {
    #[cfg(feature = "cli")]
    fn of(finding: &Finding) -> Option<Self> {
        use crate::report::Paint;
        use crate::report::terminal::finding::{evidence, excerpt};

        let rows = evidence(Paint::Plain, finding).into_iter().map(|(label, lines)| RowModel { label, lines });
        Some(Self { excerpt: excerpt(finding), evidence: rows.collect() })
    }

    #[cfg(not(feature = "cli"))]
    fn of(_: &Finding) -> Option<Self> {
        None
    }
}

impl OperationModel {
    fn of(operation: &OperationName) -> Self {
        Self { id: operation.id.clone(), method: operation.method.clone(), path: operation.path.clone() }
    }
}

impl RelatedModel {
    fn of(related: &Related) -> Self {
        Self { label: related.label, place: PlaceModel::of(&related.place) }
    }
}

impl ClauseModel {
    /// A clause of a contract.
    pub(crate) fn of(contract: &Contract, clause: &Clause) -> Self {
        Self::at(&Place::new(&contract.document, clause.location.clone(), clause.keyword))
    }

    pub(super) fn at(place: &Place) -> Self {
        Self { keyword: place.keyword.clone(), place: PlaceModel::of(place) }
    }
}

impl PlaceModel {
    fn of(place: &Place) -> Self {
        let Span { start, end } = place.file().key_span(&place.location.pointer);
        let end = end.max(start);
        Self {
            pointer: place.location.pointer.to_string(),
            file: place.file().name.clone(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

impl Shown {
    fn of(finding: &Finding, exchange: &Exchange) -> Self {
        let Exchange { request, result, .. } = exchange;
        Self {
            count: finding.cases,
            flaky: finding.flaky,
            case: finding.evidence.case.as_deref().map(CaseModel::of),
            request: RequestModel::of(request),
            response: result.as_ref().ok().map(ResponseModel::of),
            steps: finding.evidence.sequence.iter().map(|exchange| StepModel::of(exchange)).collect(),
            failure: result.as_ref().err().map(ToString::to_string),
            curl: request.body.as_ref().is_none_or(|body| body.len() <= LONGEST_BODY).then(|| request.curl()),
        }
    }
}

impl StepModel {
    fn of(exchange: &Exchange) -> Self {
        let response = exchange.result.as_ref().ok().map(ResponseModel::of);
        Self { request: RequestModel::of(&exchange.request), response }
    }
}

impl ResponseModel {
    fn of(response: &Response) -> Self {
        let Response { status, headers, body, .. } = response;
        Self { status: *status, headers: fields(headers), body: BodyModel::of(body) }
    }
}

impl CaseModel {
    fn of(case: &Case) -> Self {
        Self {
            index: case.index,
            name: case.name.clone(),
            intent: case.intent.name(),
            origin: case.origin,
            written_at: case.written_at.clone(),
        }
    }
}

impl RequestModel {
    fn of(request: &SentRequest) -> Self {
        Self {
            method: request.method.clone(),
            url: request.url.clone(),
            headers: fields(&request.headers),
            body: request.body.as_deref().map(BodyModel::of),
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
