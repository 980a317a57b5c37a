//! What one identity has made is within the reach of another.

use serde_json::Value;

use super::shown::{has_id, listed_in, shown_by};
use super::{Finding, Rule, Subject, broken, is_missing, is_success, name, status};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["security"],
    ..Rule::law(
        "foreign-access",
        "What one identity has made is read, listed, changed or deleted by another one.",
        "RFC 9110, section 15.5.4; OWASP API Security Top 10, API1:2023",
    )
};

/// What is wrong with what another identity reads: the owner's resource, as the owner sees it.
pub fn judge_read(own: &Subject<'_>, foreign: &Subject<'_>) -> Option<Finding> {
    let is = status(foreign).filter(|_| is_success(own) && is_success(foreign))?;
    if shown_by(own)? != shown_by(foreign)? {
        return None;
    }
    let message = format!("A {is} was returned for what another identity has made, with all that its owner sees");
    Some(told(foreign, message, "read"))
}

/// What is wrong with a list that another identity gets.
pub fn judge_listed(foreign: &Subject<'_>, variable: &str, id: &Value) -> Option<Finding> {
    let is_it = listed_in(foreign)?.iter().any(|item| item.is_object() && has_id(item, variable, id));
    let message = "The list holds what another identity has made".to_owned();
    is_it.then(|| told(foreign, message, "listed"))
}

/// What is wrong with a change by another identity, which the owner sees before and after it.
pub fn judge_changed(before: &Subject<'_>, change: &Subject<'_>, after: &Subject<'_>) -> Option<Finding> {
    let is = status(change).filter(|_| is_success(before) && is_success(change))?;
    let what = match is_missing(after) {
        true => "is gone",
        false if shown_by(before)? != shown_by(after)? => "is another one",
        false => return None,
    };
    let message =
        format!("{} of what another identity has made was answered with {is}, and its owner's {what}", name(change));
    Some(told(change, message, "changed"))
}

fn told(subject: &Subject<'_>, message: String, manner: &str) -> Finding {
    let expected = "403 or 404; or the fixtures say that it is `shared`".to_owned();
    broken(&RULE, subject, message, manner, expected)
}
