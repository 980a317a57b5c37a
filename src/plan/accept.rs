//! Cases of content negotiation: each media type that a success has is asked for, and one that it has not (RFC 9110,
//! section 12.5.1).

use std::collections::BTreeSet;

use super::case_builder::CaseBuilder;
use super::planner::PlanBuilder;
use crate::case::{Fault, Intent, Mutation, Origin, RequestValues};
use crate::contract::{MediaRange, PayloadKind, StatusRange};
use crate::wire::accept;

/// A media type that no operation has.
const UNKNOWN: &str = "application/x-conform-unknown";

pub(super) fn add(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    let operation = planner.operation;
    let successes = operation.responses.iter().filter(|response| response.status.is_success());
    let content = successes.flat_map(|response| response.content.iter().flatten());
    let meant = content.filter(|media| accept::is_meant(&planner.contract.schemas, media));
    let names: Vec<&str> = meant.map(|media| media.name.as_str()).filter(|name| !name.contains('*')).collect();
    let several = names.iter().collect::<BTreeSet<_>>().len() > 1;
    let mut asked = BTreeSet::new();
    let has_parameters = |name: &str| name.contains(';');
    for name in names.iter().filter(|name| (several || has_parameters(name)) && asked.insert(**name)) {
        add_one(planner, baseline, name, Intent::Valid);
    }
    if let (true, [first, .., last]) = (several, names.as_slice()) {
        add_one(planner, baseline, &format!("{last};q=0.9, {first};q=0.2"), Intent::Valid);
        let of_its_kind = last.split('/').next().unwrap_or_default();
        add_one(planner, baseline, &format!("{of_its_kind}/*, */*;q=0.1"), Intent::Valid);
        if first != last {
            add_one(planner, baseline, &format!("{first};q=0, {last}"), Intent::Valid);
        }
    }
    if let (false, Some(only)) = (several, names.first()) {
        // What writes leaves something behind.
        let most = if matches!(operation.method.as_str(), "GET" | "HEAD") { usize::MAX } else { 1 };
        for accept in alike(only).into_iter().take(most) {
            add_one(planner, baseline, &accept, Intent::Valid);
        }
    }
    let refuses = operation.responses.iter().any(|response| response.status == StatusRange::Code(406));
    if refuses && !names.is_empty() {
        add_one(planner, baseline, UNKNOWN, Intent::Invalid(Fault::NotAcceptable));
    }
    if !names.is_empty() {
        add_one(planner, baseline, "application/json;q=high, */", Intent::Robustness);
    }
}

/// What accepts a media type as well as its name does: among others, with a weight, within a range. What has a parameter that
/// the document does not name is beside what accepts all, since it may be taken for another representation.
fn alike(name: &str) -> Vec<String> {
    let of_its_kind = name.split('/').next().unwrap_or_default();
    let charset = match MediaRange::parse(name).kind() {
        PayloadKind::Json | PayloadKind::Text | PayloadKind::Xml if !name.contains(';') => ";charset=utf-8",
        _ => "",
    };
    vec![
        format!("{name}{charset};q=0.9, */*;q=0.1"),
        format!("{of_its_kind}/*"),
        // What others would have first, as browsers do for what a page shows.
        "image/webp, image/apng, */*;q=0.8".to_owned(),
    ]
}

fn add_one(planner: &mut PlanBuilder<'_>, baseline: &RequestValues, accept: &str, intent: Intent) {
    let values = RequestValues { mutation: Some(Mutation::Accept(accept.to_owned())), ..baseline.clone() };
    let mut case = CaseBuilder::new(format!("accepting {accept}"), Origin::Protocol, intent);
    // Swagger 2.0 lists the types of all responses together, those of errors among them.
    case.doubtful = planner.contract.version.starts_with("2.");
    planner.add(case, values);
}
