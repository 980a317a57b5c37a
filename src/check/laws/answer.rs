//! The response to a change shows what was before it.

use super::shown::{sent, shown_by};
use super::{Finding, Rule, Severity, Subject, brief, broken, name};
use crate::check::support::equality::{is_equal, is_same};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    // Some operations are documented, in prose, to return what was there before.
    severity: Severity::Warning,
    ..Rule::law(
        "old-answer",
        "The response to a change shows the old value of a property whose new value is there when it is read.",
        "RFC 9110, section 15.3.1",
    )
};

/// What is wrong with the response to a change that is to be seen afterwards.
pub fn judge(before: &Subject<'_>, change: &Subject<'_>, after: &Subject<'_>, property: &str) -> Option<Finding> {
    let asked = sent(change)?.get(property)?;
    let [was, answered, is] =
        [before, change, after].map(|one| shown_by(one).and_then(|all| all.get(property).cloned()));
    let (was, answered) = (was?, answered?);
    if !is_equal(asked, &is?) || is_equal(asked, &answered) || !is_same(&was, &answered) {
        return None;
    }
    let message = format!(
        "The response of {} shows `{property}` as {}, and reading it shows {}",
        name(change),
        brief(&answered.to_string()),
        brief(&asked.to_string())
    );
    Some(broken(&RULE, change, message, property, "the new value".to_owned()))
}
