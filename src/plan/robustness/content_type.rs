//! A `Content-Type` that is none, or that does not say how the body is to be read.

use crate::case::{Mutation, RequestValues};
use crate::contract::{ClauseTarget, MediaRange};
use crate::plan::case_builder::CaseBuilder;
use crate::plan::planner::PlanBuilder;
use crate::wire::{Body, Payload};

const MULTIPART: &str = "multipart/form-data";

/// Adds a case for each, also where no body is documented: a framework looks at the field before anybody looks at the
/// operation.
pub(super) fn add(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    let Some(request) = baseline.request(planner.operation, &planner.contract.schemas) else { return };
    let content = planner.clauses.find("content", &ClauseTarget::Request, None);
    let types = match request.body.as_ref().and_then(|body| body.media_type.as_deref()) {
        Some(sent) => of_a_body(MediaRange::parse(sent).essence()),
        None => of_no_body(),
    };
    let payload = request.body.map_or(Payload::Bytes(Vec::new()), |body| body.payload);
    for (what, media_type) in types {
        let body = Body { media_type: Some(media_type), payload: payload.clone() };
        let values = RequestValues { mutation: Some(Mutation::Body(body)), ..baseline.clone() };
        planner.add(CaseBuilder::odd(format!("`Content-Type` {what}")).about(content), values);
    }
}

fn of_a_body(essence: &str) -> Vec<(&'static str, String)> {
    vec![
        ("of parts, without a boundary", MULTIPART.to_owned()),
        ("with an unknown charset", format!("{essence}; charset=klingon")),
        ("with two media types", format!("{essence}, text/plain")),
        ("with a parameter without a value", format!("{essence}; charset")),
        ("that is no media type", "nonsense".to_owned()),
        ("that is empty", String::new()),
    ]
}

fn of_no_body() -> Vec<(&'static str, String)> {
    vec![
        ("of parts, without a boundary", MULTIPART.to_owned()),
        ("with an unknown charset", "application/json; charset=klingon".to_owned()),
        ("that is no media type", "nonsense".to_owned()),
    ]
}
