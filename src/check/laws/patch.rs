//! A partial change takes away what it does not name.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::asked::is_merge_patch;
use super::default::schemas_of;
use super::shown::{sent, shown_by};
use super::telling::{is_empty, tells};
use super::update::is_passing;
use super::{Finding, Rule, Severity, Subject, brief, broken, name};
use crate::check::support::equality::{is_equal, is_server_made};
use crate::contract::{Operation, SchemaId};
use crate::text::words;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "patch-erases",
        "A PATCH takes away the value of a property that it does not name, or sets it to another one.",
        "RFC 5789, section 2; RFC 7396, section 1",
    )
};

/// What is wrong with what is read after a PATCH: of what `made` has set, all that the PATCH does not name is still there.
pub fn judge(
    made: &Map<String, Value>,
    before: &Subject<'_>,
    patch: &Subject<'_>,
    after: &Subject<'_>,
) -> Option<Finding> {
    erased(made, before, patch, after).map(|(_, finding)| finding)
}

/// What is wrong with what is read after a PATCH of `property`: as [`judge`], though what goes with a change may follow from it,
/// unless both only tell of the resource.
pub fn judge_beside(
    made: &Map<String, Value>,
    [before, patch, after]: [&Subject<'_>; 3],
    property: &str,
) -> Option<Finding> {
    let (erased, finding) = erased(made, before, patch, after)?;
    let is_sure = tells(&erased) && tells(property) && sent(patch)?.len() == 1;
    Some(finding.with_severity(if is_sure { Severity::Error } else { Severity::Warning }))
}

/// The first property that is erased, with what is wrong.
fn erased(
    made: &Map<String, Value>,
    before: &Subject<'_>,
    patch: &Subject<'_>,
    after: &Subject<'_>,
) -> Option<(String, Finding)> {
    let (before, named, now) = (shown_by(before)?, sent(patch)?, shown_by(after)?);
    let mut others = made.keys().filter(|property| !named.contains_key(*property) && !is_server_made(property));
    let wrong = others.find_map(|property| {
        let was = before.get(property).filter(|was| !is_empty(was) && is_equal(was, &made[property]))?;
        let is = now.get(property).unwrap_or(&Value::Null);
        is_empty(is).then_some((property, was, is))
    });
    let (property, was, is) = wrong?;
    let message = format!(
        "`{property}` is {} after {}, which does not name it, was accepted; it was {} before",
        if now.contains_key(property) { brief(&is.to_string()) } else { "gone".to_owned() },
        name(patch),
        brief(&was.to_string()),
    );
    let expected = "what a PATCH does not name stays as it is".to_owned();
    Some((property.clone(), broken(&RULE, patch, message, property, expected)))
}

/// Words of properties that a request may set, and that a server moves with each change, or time by itself.
const MOVING: [&str; 24] = [
    "updated",
    "modified",
    "changed",
    "touched",
    "edited",
    "version",
    "revision",
    "time",
    "timestamp",
    "ttl",
    "remaining",
    "left",
    "age",
    "elapsed",
    "progress",
    "uptime",
    "count",
    "counter",
    "views",
    "reads",
    "seconds",
    "expires",
    "expiry",
    "expiration",
];

/// Whether a property may move though nobody sets it: by its name, or from or to a state that passes.
fn may_move(property: &str, values: [&Value; 2]) -> bool {
    words::of(property).iter().any(|word| MOVING.contains(&word.as_str()))
        || values.into_iter().any(|value| value.as_str().is_some_and(is_passing))
}

/// What is wrong with what is read after a PATCH that gives all that it names the value that it has: nothing can follow from
/// it, and of what clients `set` all stays.
pub fn judge_unchanged<'n>(
    set: impl Iterator<Item = &'n String>,
    before: &Subject<'_>,
    patch: &Subject<'_>,
    after: &Subject<'_>,
) -> Option<Finding> {
    let (before, named, now) = (shown_by(before)?, sent(patch)?, shown_by(after)?);
    if !named.iter().all(|(property, value)| before.get(property) == Some(value)) {
        return None;
    }
    let mut others = set.filter(|property| !named.contains_key(*property) && !is_server_made(property));
    let (property, was, is) = others.find_map(|property| {
        let (was, is) = (before.get(property)?, now.get(property)?);
        let is_set = !is_equal(was, is) && !is_empty(was) && !may_move(property, [was, is]);
        is_set.then_some((property, was, is))
    })?;
    let message = format!(
        "`{property}` is {} after {}, which names neither it nor anything new, was accepted; it was {} before",
        brief(&is.to_string()),
        name(patch),
        brief(&was.to_string()),
    );
    Some(broken(&RULE, patch, message, property, "what a PATCH does not name stays as it is".to_owned()))
}

/// What is wrong with what is read after a merge patch of a `property` that is an object: of its members, those stay that the
/// patch does not name. A PATCH that lets a member be left out which it has to have in what `whole` sends is one as well.
pub fn judge_within(whole: &Operation, [before, patch, after]: [&Subject<'_>; 3], property: &str) -> Option<Finding> {
    let is_merge = is_merge_patch(patch);
    let needed = if is_merge { BTreeSet::new() } else { needed_within(patch, whole, property) };
    let (before, after) = (shown_by(before)?, shown_by(after)?);
    let [was, named, is] = [before.get(property)?, sent(patch)?.get(property)?, after.get(property)?];
    let (was, named, is) = (was.as_object()?, named.as_object()?, is.as_object()?);
    let is_lost = |member: &&String| is_empty(is.get(*member).unwrap_or(&Value::Null));
    let may_be_lost = |member: &String| !is_merge && !needed.contains(member);
    let others = was.iter().filter(|(member, value)| !named.contains_key(*member) && !is_empty(value));
    let mut others = others.filter(|(member, _)| !may_be_lost(member));
    let (member, value) = others.find(|(member, _)| is_lost(member))?;
    let message = format!(
        "`{member}` of `{property}` is gone after {}, which does not name it, was accepted; it was {} before",
        name(patch),
        brief(&value.to_string()),
    );
    Some(broken(&RULE, patch, message, property, "what a merge patch does not name stays as it is".to_owned()))
}

/// The members that an object must have where `whole` sends it, and need not have in a PATCH.
fn needed_within(patch: &Subject<'_>, whole: &Operation, property: &str) -> BTreeSet<String> {
    let schemas = &patch.contract.schemas;
    let bodies = whole.body.iter().flat_map(|body| &body.content).filter_map(|media| media.schema);
    let holders: Vec<SchemaId> = schemas.conjunction(&Vec::from_iter(bodies)).collect();
    let own: Vec<SchemaId> =
        holders.iter().filter_map(|id| schemas.get(*id).properties.get(property).copied()).collect();
    let mut needed: BTreeSet<String> =
        schemas.conjunction(&own).flat_map(|id| schemas.get(id).required.iter().cloned()).collect();
    for id in schemas.with_branches(&schemas_of(patch, property)) {
        needed.retain(|member| !schemas.get(id).required.contains(member));
    }
    needed
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_passes_or_counts_by_itself_may_move() {
        assert!(may_move("stage", [&json!("queued"), &json!("done")]));
        assert!(may_move("stage", [&json!("draft"), &json!("running")]));
        assert!(may_move("ttlSeconds", [&json!(60), &json!(59)]) && may_move("page_views", [&json!(1), &json!(2)]));
        assert!(!may_move("title", [&json!("draft"), &json!("open")]) && !may_move("size", [&json!(1), &json!(2)]));
    }
}
