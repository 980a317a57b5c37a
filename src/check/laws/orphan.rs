//! What stands below a deleted resource is still there.

use serde_json::Value;

use super::shown::{has_id, is_same_body, listed_in, shown_by};
use super::{Finding, Rule, Severity, Subject, broken, is_missing, is_success, name, status};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "orphaned",
        "What stands below a deleted resource is still read below it, unchanged.",
        "RFC 9110, sections 9.3.5 and 15.5.5",
    )
};

/// What is wrong with what is read below a resource that is `gone`, as it was `before`.
pub fn judge(
    before: &Subject<'_>,
    [delete, gone]: [&Subject<'_>; 2],
    after: &Subject<'_>,
    (variable, id): (&str, &Value),
) -> Option<Finding> {
    if !is_success(before) || !is_success(delete) || !is_missing(gone) || !is_success(after) {
        return None;
    }
    let is_listed = || listed_in(after).is_some_and(|items| items.iter().any(|item| has_id(item, variable, id)));
    let is_unchanged = || match (shown_by(before), shown_by(after)) {
        (None, None) => is_same_body(before, after),
        (was, is) => was == is,
    };
    if !is_unchanged() && !is_listed() {
        return None;
    }
    let message = format!(
        "A {} was returned for what stands below a resource that {} has deleted, and that is answered with {}",
        status(after)?,
        name(delete),
        status(gone)?
    );
    let finding = broken(&RULE, after, message, "", "404, as for all that is not there".to_owned());
    let may_be_missing = [404, 410].iter().any(|status| after.operation.response(*status).is_some());
    Some(finding.with_severity(if may_be_missing { Severity::Error } else { Severity::Warning }))
}
