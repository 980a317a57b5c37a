//! A resource is to be seen below a parent that it does not belong to.

use serde_json::Value;

use super::shown::{has_id, listed_in, shown_by};
use super::{Finding, Rule, Subject, broken, is_success, status};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["parameter"],
    ..Rule::law(
        "wrong-parent",
        "A resource is read or listed below a parent that it does not belong to.",
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
