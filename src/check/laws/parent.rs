//! A resource is to be seen below a parent that it does not belong to.

use serde_json::Value;

use super::shown::{has_id, listed_in, sent, shown_by};
use super::{Finding, Rule, Subject, broken, is_missing, is_success, status};
use crate::check::support::equality::is_equal;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["parameter"],
    ..Rule::law(
        "wrong-parent",
        "A resource is read, listed, changed or deleted below a parent that it does not belong to.",
        "RFC 9110, section 15.5.5; OWASP API Security Top 10, API1:2023",
    )
};

/// What is wrong with reading a resource below another parent (`foreign`) as below its own.
pub fn judge(own: &Subject<'_>, foreign: &Subject<'_>) -> Option<Finding> {
    if !is_success(own) || !is_success(foreign) {
        return None;
    }
    let (is, foreign_body) = (status(foreign)?, shown_by(foreign)?);
    if shown_by(own)? != foreign_body {
        return None;
    }
    let message = format!("A {is} was returned for a resource below a parent that it was not made for");
    Some(broken(&RULE, foreign, message, "", "404, as for what does not exist there".to_owned()))
}

/// What is wrong with the list below a parent that a resource does not belong to.
pub fn judge_list(list: &Subject<'_>, variable: &str, id: &Value) -> Option<Finding> {
    let is_listed = listed_in(list)?.iter().any(|item| item.is_object() && has_id(item, variable, id));
    let message = "The list below a parent holds what was made below another one".to_owned();
    is_listed.then(|| broken(&RULE, list, message, "listed", "what was made below this parent".to_owned()))
}

/// What is wrong with a change below another parent, under which reading finds nothing (`foreign`): below its own the resource
/// was read `before` it and `after` it.
pub fn judge_change(
    [foreign, change]: [&Subject<'_>; 2],
    [before, after]: [&Subject<'_>; 2],
    property: &str,
) -> Option<Finding> {
    let is = status(change).filter(|_| is_success(change) && is_missing(foreign))?;
    let (was, now, asked) = (shown_by(before)?, shown_by(after)?, sent(change)?.get(property)?);
    if is_equal(asked, was.get(property)?) || !is_equal(asked, now.get(property)?) {
        return None;
    }
    let message = format!(
        "A {is} was returned for a change below a parent that it was not made for, and `{property}` is the new one"
    );
    Some(broken(&RULE, change, message, "changed", "404, as for what does not exist there".to_owned()))
}

/// What is wrong with a DELETE below another parent, under which reading finds nothing: `gone` was read below its own after
/// it.
pub fn judge_end(foreign: &Subject<'_>, delete: &Subject<'_>, gone: &Subject<'_>) -> Option<Finding> {
    let is = status(delete).filter(|_| is_success(delete) && is_missing(foreign) && is_missing(gone))?;
    let message = format!("A {is} was returned for a DELETE below a parent that it was not made for, and it is gone");
    Some(broken(&RULE, delete, message, "deleted", "404, as for what does not exist there".to_owned()))
}
