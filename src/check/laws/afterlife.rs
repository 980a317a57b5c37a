//! A request about what was deleted is accepted.

use super::{Finding, Rule, Severity, Subject, broken, is_missing, is_success, name, status};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "acts-on-deleted",
        "A request that acts on what was deleted is accepted.",
        "RFC 9110, sections 9.3.5 and 15.5.5",
    )
};

/// What is wrong with a request about a resource that is gone: `gone` was read before it, and `still` after it. What a PUT
/// makes anew is there then, and a 202 promises nothing.
pub fn judge(delete: &Subject<'_>, gone: &Subject<'_>, act: &Subject<'_>, still: &Subject<'_>) -> Option<Finding> {
    let is = status(act).filter(|is| is_success(act) && *is != 202)?;
    if !is_success(delete) || !is_missing(gone) || !is_missing(still) || act.operation.method == "DELETE" {
        return None;
    }
    let message = format!(
        "A {is} was returned for {} of what {} had deleted, and what is answered with {} when it is read",
        name(act),
        name(delete),
        status(gone)?
    );
    let finding = broken(&RULE, act, message, "", "404 or 410: it is not there".to_owned());
    let may_be_missing = [404, 410].iter().any(|status| act.operation.response(*status).is_some());
    Some(finding.with_severity(if may_be_missing { Severity::Error } else { Severity::Warning }))
}
