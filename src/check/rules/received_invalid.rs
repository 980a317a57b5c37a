//! What the target sends by itself breaks the operation that documents it.

use std::collections::HashSet;

use super::{Finding, Rule};
use crate::contract::{ClauseId, ClauseTarget, Contract, Direction, MediaType, Operation, PayloadKind, Validators};
use crate::finding::{OperationName, Place};
use crate::spec::SourceLocation;
use crate::wire::server::{Problem, ProblemKind, Received};

/// The rule, by which [`judge_received`] judges webhooks and callbacks.
pub static RULE: Rule = Rule {
    is_of_one_request: false,
    is_replayable: false,
    clauses: &["content", "required", "type", "enum", "format", "pattern", "additionalProperties"],
    ..Rule::check(
        "received-invalid",
        "A webhook or callback that the target sends breaks the operation that documents it.",
        "OpenAPI 3.1, sections 4.8.1 and 4.8.18",
    )
};

/// The finding of a request that the target has sent, read as one of this operation.
///
/// The target may send what it calls read-only, and leave out what it calls write-only: a body is wrong where it is neither
/// a valid request nor a valid response. Its credentials are between it and whom it sends to, the variables of the path
/// are its own, and of a body that is no JSON only the media type is judged.
pub fn judge_received(
    contract: &Contract,
    validators: &Validators,
    operation: &Operation,
    received: &Received,
) -> Option<Finding> {
    if !operation.unknown.is_empty() {
        return None;
    }
    let Broken { clauses, node, is_media_type } =
        received.problems.iter().find_map(|problem| broken(validators, operation, received, problem))?;
    let clause = clauses.first().map(|id| operation.clauses().get(*id));
    let (location, keyword) = match (clause, &node) {
        (Some(clause), _) => (&clause.location, clause.keyword),
        (None, Some((location, keyword))) => (location, keyword.as_str()),
        (None, None) => (&operation.location, "requestBody"),
    };
    let place = Place::new(&contract.document, location.clone(), keyword);
    let what = clause.map_or_else(|| format!("{keyword} of the body"), |clause| clause.describe(operation));
    let message = format!("What the target has sent as {} breaks {what}", operation.id);
    let body = operation.body.as_ref().filter(|_| is_media_type);
    let expected = body.map_or_else(
        || "a request that the document describes".to_owned(),
        |body| {
            let types: Vec<&str> = body.content.iter().map(|media| media.name.as_str()).collect();
            types.join(" or ")
        },
    );
    let operation = Some(OperationName::of(operation));
    Some(Finding { operation, ..Finding::new(&RULE, place, message, "") }.expecting(expected))
}

/// What is surely broken.
#[derive(Default)]
struct Broken {
    clauses: Vec<ClauseId>,
    /// The keyword, with its node, where requests are held to no such clause: that of what is read-only.
    node: Option<(SourceLocation, String)>,
    is_media_type: bool,
}

/// What a problem surely breaks.
fn broken(validators: &Validators, operation: &Operation, received: &Received, problem: &Problem) -> Option<Broken> {
    let is_json = |media: &MediaType| media.kind() == PayloadKind::Json;
    let body = operation.body.as_ref();
    let clauses = problem.clauses.clone();
    let places: HashSet<&ClauseTarget> = clauses.iter().map(|id| &operation.clauses().get(*id).place).collect();
    match problem.kind {
        ProblemKind::Unauthenticated | ProblemKind::TooLarge => None,
        ProblemKind::MediaType => Some(Broken { clauses, is_media_type: true, ..Broken::default() }),
        ProblemKind::Malformed => body?.content.iter().all(is_json).then(|| Broken { clauses, ..Broken::default() }),
        // Its own path is the target's business.
        ProblemKind::Invalid if places.iter().any(|place| is_of_path(operation, place)) => None,
        ProblemKind::Invalid if places.iter().any(|place| matches!(place, ClauseTarget::Body(_))) => {
            let (index, value) = received.body.as_ref()?;
            let media = &body?.content[*index];
            let schema = media.schema.filter(|_| is_json(media))?;
            let violations = validators.violations(schema, Direction::Response, value);
            let as_response = operation.clauses().all_broken_by(&ClauseTarget::Body(*index), &violations);
            if validators.is_valid(schema, Direction::Response, value) {
                return None;
            }
            let both: Vec<_> = clauses.iter().filter(|id| as_response.contains(id)).copied().collect();
            let node = violations.first().map(|first| (first.location.clone(), first.keyword.to_string()));
            let clauses = if both.is_empty() { as_response } else { both };
            Some(Broken { clauses, node, is_media_type: false })
        }
        ProblemKind::Invalid => Some(Broken { clauses, ..Broken::default() }),
    }
}

fn is_of_path(operation: &Operation, place: &ClauseTarget) -> bool {
    let ClauseTarget::Parameter(index) = place else { return false };
    let parameter = operation.parameters.get(*index);
    parameter.is_some_and(|parameter| parameter.place == crate::contract::ParameterLocation::Path)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;
    use crate::contract::CompileOptions;
    use crate::spec::{Document, LoadOptions};
    use crate::wire::server::read_as;

    const DOCUMENT: &str = "openapi: 3.1.0
info: {title: T, version: '1'}
paths: {}
webhooks:
  made:
    post:
      parameters: [{name: X-Kind, in: header, required: true, schema: {enum: [a, b]}}]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [id, secret, at]
              properties:
                id: {type: integer, readOnly: true}
                secret: {type: string, writeOnly: true}
                at: {type: string, minLength: 2}
      responses: {'204': {description: taken}}
";

    fn found(kind: Option<&str>, media: &str, body: &str) -> Option<String> {
        let document = Document::from_text("t.yaml".as_ref(), DOCUMENT.into(), LoadOptions::default()).expect("YAML");
        let options = CompileOptions { sent: true, ..CompileOptions::default() };
        let contract = Contract::compile_with(document, &options).expect("a contract");
        let validators = Validators::new(contract.schemas.clone());
        let mut request = Request::builder().method("POST").uri("/any").header("content-type", media);
        if let Some(kind) = kind {
            request = request.header("x-kind", kind);
        }
        let request = request.body(body.as_bytes().to_vec()).expect("a request");
        let received = read_as(&contract, &validators, &request, 0);
        judge_received(&contract, &validators, &contract.operations[0], &received).map(|finding| finding.message)
    }

    #[test]
    fn what_is_neither_a_valid_request_nor_a_valid_response_is_wrong() {
        let json = "application/json";
        // With what is read-only and without what is write-only, or the other way round.
        assert_eq!(found(Some("a"), json, r#"{"id": 1, "at": "now"}"#), None);
        assert_eq!(found(Some("b"), json, r#"{"secret": "s", "at": "now", "more": 1}"#), None);
        for (kind, media, body, told) in [
            (Some("a"), json, r#"{"id": 1, "at": "n"}"#, "minLength"),
            (Some("a"), json, r#"{"id": 1}"#, "required"),
            (Some("a"), json, r#"{"id": "1", "at": "now"}"#, "type"),
            (Some("a"), json, "{", "content"),
            (Some("a"), "text/plain", "now", "content"),
            (Some("c"), json, r#"{"id": 1, "at": "now"}"#, "enum"),
            (None, json, r#"{"id": 1, "at": "now"}"#, "required"),
        ] {
            let message = found(kind, media, body).unwrap_or_default();
            assert!(message.contains(told), "{kind:?} {media} {body}: {message}");
        }
    }
}
