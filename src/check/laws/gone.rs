//! What was deleted is still there.

use super::shown::{body, is_same_body};
use super::{Finding, Rule, Severity, Subject, broken, is_success, name, status};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law("not-gone", "What was deleted is still read, unchanged.", "RFC 9110, section 9.3.5")
};

/// What is wrong with what is read after a DELETE. A 202 promises nothing yet; what has changed may be marked as deleted.
/// Where reading is documented to find all that it is asked for, what is deleted may be only out of the way.
pub fn judge(before: &Subject<'_>, delete: &Subject<'_>, after: &Subject<'_>) -> Option<Finding> {
    let (was, is) = (status(delete)?, status(after)?);
    if !matches!(was, 200 | 204) || !is_success(after) || !is_same_body(before, after) || is_pending(delete) {
        return None;
    }
    let message = format!("A {is} was returned for what {} had deleted, with the same body as before", name(delete));
    let may_be_missing = [404, 410].iter().any(|status| after.operation.response(*status).is_some());
    let severity = if may_be_missing { Severity::Error } else { Severity::Warning };
    let finding = broken(
        &RULE,
        delete,
        message,
        "",
        "404 or 410 when it is read, or a body that says that it is deleted".to_owned(),
    );
    Some(finding.with_severity(severity))
}

/// Whether the response to a DELETE says how far it is.
fn is_pending(delete: &Subject<'_>) -> bool {
    let words = ["status", "state", "job", "task", "operation"];
    body(delete).is_some_and(|body| words.iter().any(|word| body.get(*word).is_some()))
}
