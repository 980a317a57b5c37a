//! What is done to one resource is done to another as well.

use super::shown::{sent, shown_by};
use super::{Finding, Rule, Subject, brief, broken, is_missing, is_success, name, status};
use crate::check::support::equality::{is_equal, is_same};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "other-changed",
        "A request that changes or deletes one resource changes or deletes another one, too.",
        "RFC 9110, sections 9.3.4 and 9.3.5; RFC 5789, section 2",
    )
};

/// What is wrong with another resource of the same kind, read before and after `change`.
pub fn judge(before: &Subject<'_>, change: &Subject<'_>, after: &Subject<'_>) -> Option<Finding> {
    if !is_success(before) || !is_success(change) {
        return None;
    }
    let expected = "the other one stays as it is".to_owned();
    if is_missing(after) {
        let message = format!(
            "{} of one resource has deleted another one: a {} was returned for it",
            name(change),
            status(after)?
        );
        return Some(broken(&RULE, change, message, "deleted", expected));
    }
    let (was, now, set) = (shown_by(before)?, shown_by(after)?, sent(change)?);
    let wrong = set.iter().find_map(|(property, asked)| {
        let (was, is) = (was.get(property)?, now.get(property)?);
        (!is_equal(was, asked) && is_same(is, asked)).then_some((property, was, is))
    });
    let (property, was, is) = wrong?;
    let (was, is) = (brief(&was.to_string()), brief(&is.to_string()));
    let message = format!("{} of one resource has set `{property}` of another one from {was} to {is}", name(change));
    Some(broken(&RULE, change, message, property, expected))
}

/// What is wrong with what a deleted resource stood below, and which was there before.
pub fn judge_parent_kept(delete: &Subject<'_>, after: &Subject<'_>) -> Option<Finding> {
    let is = status(after).filter(|_| is_success(delete) && is_missing(after))?;
    let message =
        format!("{} has deleted what the resource stands below as well: a {is} was returned for it", name(delete));
    Some(broken(&RULE, delete, message, "parent", "what is above it stays as it is".to_owned()))
}
