//! A change that was accepted is not to be seen.

use super::asked::outcomes;
use super::shown::{sent, shown_by};
use super::{Finding, Rule, Subject, brief, broken, name};
use crate::check::support::equality::is_equal;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "lost-update",
        "A change is accepted, and the old value is still there when it is read.",
        "RFC 9110, section 9.3.4; RFC 5789, section 2",
    )
};

/// What is wrong with what is read after `property` was changed.
pub fn judge(before: &Subject<'_>, change: &Subject<'_>, after: &Subject<'_>, property: &str) -> Option<Finding> {
    let (before, asked, now) = (shown_by(before)?, sent(change)?.get(property)?, shown_by(after)?);
    let (was, is) = (before.get(property)?, now.get(property)?);
    let may_stay = outcomes(change, property, was)?.iter().any(|outcome| is_equal(was, outcome));
    if may_stay || !is_equal(was, is) {
        return None;
    }
    let (is, asked) = (brief(&is.to_string()), brief(&asked.to_string()));
    let message = format!("`{property}` is still {is} when it is read, after {} was accepted", name(change));
    Some(broken(&RULE, change, message, property, format!("{asked}, as the accepted request set it")))
}

/// Whether the response to a change says that it has set a property.
pub fn repeats(change: &Subject<'_>, property: &str) -> bool {
    let asked = sent(change).and_then(|sent| sent.get(property));
    let answered = shown_by(change);
    asked.zip(answered.as_ref().and_then(|shown| shown.get(property))).is_some_and(|(asked, is)| is_equal(asked, is))
}
