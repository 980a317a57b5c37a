//! Cases with methods that the path does not have.

use super::case_builder::CaseBuilder;
use super::planner::PlanBuilder;
use crate::case::{Intent, MADE_UP_METHOD, Mutation, Origin, RequestValues};

/// Methods that act, where a server knows them though the document does not.
const ACTING: [&str; 4] = ["POST", "PUT", "PATCH", "DELETE"];

/// Adds a case for each method: one that nobody knows, those that only read, and those that act where they may.
pub(super) fn add(planner: &mut PlanBuilder<'_>, baseline: &RequestValues, destructive: bool) {
    let Some(request) = baseline.request(planner.operation, &planner.contract.schemas) else { return };
    // Another path template may match the same path and have the method.
    let known = planner.contract.methods_on(&request.path);
    let acting = ACTING.into_iter().filter(|_| destructive);
    // HEAD comes with GET (RFC 9110, section 9.3.2), or is refused: either way it is answered.
    let head = ["HEAD"].into_iter().filter(|_| planner.operation.method == "GET");
    for method in ["GET"].into_iter().chain(acting).chain([MADE_UP_METHOD, "OPTIONS"]).chain(head) {
        if known.contains(method) {
            continue;
        }
        let values = RequestValues { mutation: Some(Mutation::Method(method.to_owned())), ..baseline.clone() };
        let case = CaseBuilder::new(format!("the method {method}"), Origin::Protocol, Intent::WrongMethod);
        planner.add(case, values);
    }
}
