//! What was made is not there.

use super::{Finding, Rule, Subject, broken, is_missing, name, status};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law("lost-creation", "What a 201 says was made is not there when it is read.", "RFC 9110, section 15.3.2")
};

/// What is wrong with reading what was just made.
pub fn judge(made: &Subject<'_>, read: &Subject<'_>) -> Option<Finding> {
    let is = status(read).filter(|_| status(made) == Some(201) && is_missing(read))?;
    let message = format!("A {is} was returned for what a 201 of {} had just made", name(made));
    Some(broken(&RULE, read, message, "", "a 2xx: it was made and not deleted".to_owned()))
}
