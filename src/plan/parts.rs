//! Multipart bodies with a file of a media type that its `encoding` does not list (OpenAPI 3.1, section 4.8.15).

use serde_json::Value;

use super::case_builder::CaseBuilder;
use super::planner::PlanBuilder;
use crate::case::{Fault, Intent, Mutation, Origin, RequestValues};
use crate::contract::{ClauseTarget, PayloadKind};
use crate::wire::multipart;

pub(super) fn add(planner: &mut PlanBuilder<'_>, baseline: &RequestValues, index: usize) {
    let media = &planner.media()[index];
    if media.kind() != PayloadKind::Multipart {
        return;
    }
    for (name, _) in media.encoding.iter().filter(|(_, encoding)| encoding.is_closed()) {
        let clause = planner.clauses.find("contentType", &ClauseTarget::Request, Some(name));
        if let Some(value) = holding(planner, baseline, index, name) {
            let all = multipart::unlisted_types(media, &value);
            for (_, other, body) in all.into_iter().filter(|(part, ..)| part == name) {
                let mutation = Some(Mutation::Body(body));
                let values = RequestValues { body: Some((index, value.clone())), mutation, ..baseline.clone() };
                let intent = Intent::Invalid(Fault::MediaType);
                let case = CaseBuilder::new(format!("the part `{name}` as `{other}`"), Origin::Protocol, intent);
                planner.add(case.about(clause), values);
            }
        }
        if let Some(clause) = clause {
            planner.explain(clause, "no body with this part is generated");
        }
    }
}

/// A valid body with a part of this name.
fn holding(planner: &mut PlanBuilder<'_>, baseline: &RequestValues, index: usize, name: &str) -> Option<Value> {
    let has = |value: &Value| value.get(name).is_some_and(|part| !part.is_null());
    if let Some((_, value)) = baseline.body.as_ref().filter(|(known, value)| *known == index && has(value)) {
        return Some(value.clone());
    }
    let media = &planner.media()[index];
    let boundaries =
        planner.body_generator(media).boundary_values_within(media.schema?, planner.budget.boundary_values);
    let mut found = boundaries.into_iter().find(|boundary| !boundary.doubtful && has(&boundary.value))?.value;
    planner.pin(&mut found, None);
    Some(found)
}
