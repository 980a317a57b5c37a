//! A list still holds what was deleted.

use serde_json::Value;

use super::shown::{has_id, listed_in, says_deleted};
use super::{Finding, Rule, Subject, broken, is_missing, is_success, name, status};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "still-listed",
        "A list shows what was deleted, and what reading it says is gone.",
        "RFC 9110, section 9.3.5",
    )
};

/// What is wrong with a list after a DELETE, where reading the item shows that it is `gone`.
pub fn judge(
    delete: &Subject<'_>,
    gone: &Subject<'_>,
    list: &Subject<'_>,
    (variable, id): (&str, &Value),
) -> Option<Finding> {
    // A list for synchronisation says what was deleted.
    let is_it = |item: &Value| has_id(item, variable, id) && !says_deleted(item);
    if !is_success(delete) || !is_missing(gone) || !listed_in(list)?.iter().any(is_it) {
        return None;
    }
    let message = format!(
        "The list holds what {} has deleted, and what is answered with {} when it is read",
        name(delete),
        status(gone)?
    );
    Some(broken(&RULE, list, message, "", "a list without it".to_owned()))
}
