//! The `Location` of a creation does not lead to what was made.

use serde_json::Value;

use super::shown::are_one;
use super::{Finding, Rule, Subject, broken, is_missing, is_success, name, status};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "wrong-location",
        "The `Location` of a creation names something else than what was made, or nothing.",
        "RFC 9110, sections 10.2.2 and 15.3.2",
    )
};

/// What is wrong with what is read under the id at the end of the `Location`, where the body of the creation names
/// another id, under which what was made is read.
pub fn judge(made: &Subject<'_>, read: &Subject<'_>, there: &Subject<'_>, id: &Value) -> Option<Finding> {
    if status(made) != Some(201) || !is_success(read) {
        return None;
    }
    let what = match (is_missing(there), is_success(there) && !are_one(made, there)) {
        (true, _) => format!("what is answered with {}", status(there)?),
        (_, true) => "another one".to_owned(),
        _ => return None,
    };
    let message = format!("The `Location` of {} leads to {what}; the body names {id}", name(made));
    Some(broken(&RULE, made, message, "", "where what was made is read".to_owned()))
}
