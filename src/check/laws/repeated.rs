//! A PUT that is accepted once is refused the second time.

use super::{Finding, Rule, Severity, Subject, broken, is_success, status};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    // The effect is idempotent; the response need not be.
    severity: Severity::Warning,
    ..Rule::law(
        "put-once",
        "A PUT is accepted, and refused when it is sent again with nothing in between.",
        "RFC 9110, sections 9.2.2 and 9.3.4",
    )
};

/// What is wrong with the second of two equal requests. A refusal for the state that a request names, its version
/// say, is right.
pub fn judge(first: &Subject<'_>, second: &Subject<'_>) -> Option<Finding> {
    let (was, is) = (status(first).filter(|_| is_success(first))?, status(second)?);
    if !matches!(is, 400 | 404 | 405 | 410 | 422) {
        return None;
    }
    let message = format!("A {is} was returned for a PUT that had just been answered with {was}");
    Some(broken(&RULE, second, message, "", format!("{was} again: PUT is idempotent")))
}
