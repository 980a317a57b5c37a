//! After a sequence of requests something is not what they have made of it.

use serde_json::{Map, Value};

use super::shown::{has_id, is_whole, listed_in, says_deleted, sent, shown_by};
use super::{Finding, Rule, Subject, brief, broken, is_missing, is_success, name, status};
use crate::check::support::equality::{is_equal, is_server_made};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "wrong-state",
        "After a sequence of accepted requests a resource is not what they have made of it.",
        "RFC 9110, sections 9.3.1 to 9.3.5",
    )
};

/// What is wrong with a resource that nothing has changed since it was read `before`. Only what a client has `set` is its own:
/// the rest the server may count, or compute. `beside` is what was done to others of its kind since.
pub fn judge(
    before: &Subject<'_>,
    after: &Subject<'_>,
    set: &Map<String, Value>,
    beside: &[Subject<'_>],
) -> Option<Finding> {
    if !is_success(before) {
        return None;
    }
    let expected = "what it was: nothing has changed it since".to_owned();
    if is_missing(after) {
        // What is gone by itself may be documented to be.
        if status(after) == Some(410) && after.operation.response(410).is_some() {
            return None;
        }
        let message = format!("A {} was returned for what was read before, and nothing has deleted it", status(after)?);
        return Some(broken(&RULE, after, message, "gone", expected));
    }
    let (was, is) = (shown_by(before)?, shown_by(after)?);
    let changed = |(property, old): &(&String, &Value)| {
        set.contains_key(*property)
            && !is_server_made(property)
            && is.get(*property).is_some_and(|new| !is_equal(old, new) && !may_follow(property, [old, new], beside))
    };
    let (property, old) = was.iter().find(changed)?;
    let (old, new) = (brief(&old.to_string()), brief(&is[property].to_string()));
    let message = format!("`{property}` is {new}; it was {old} before, and nothing has changed it");
    Some(broken(&RULE, after, message, property, expected))
}

/// Whether a property may have changed with what was done to others: a flag that one alone has is taken over, and what
/// has a position makes room, or closes the gap.
fn may_follow(property: &str, [old, new]: [&Value; 2], beside: &[Subject<'_>]) -> bool {
    let done = || beside.iter().filter(|other| is_success(other));
    let set = |other: &Subject<'_>| sent(other).and_then(|sent| sent.get(property).cloned());
    match (old.as_i64(), new.as_i64()) {
        (Some(was), Some(is)) => {
            let moves = done().filter(|other| other.operation.method == "DELETE" || set(other).is_some());
            let most = u64::try_from(moves.count()).unwrap_or(u64::MAX);
            was.abs_diff(is) <= most
        }
        _ => old == &Value::Bool(true) && new.is_boolean() && done().any(|other| set(other).as_ref() == Some(old)),
    }
}

/// What is wrong with a list, as far as it is whole: `alive` are ids of what was made and not deleted, and can be read.
pub fn judge_list(
    list: &Subject<'_>,
    variable: &str,
    [alive, dead]: [&[Value]; 2],
    delete: Option<&Subject<'_>>,
) -> Option<Finding> {
    let items = listed_in(list)?;
    let is_listed = |id: &&Value| items.iter().any(|item| has_id(item, variable, id));
    let is_shown = |id: &&Value| items.iter().any(|item| has_id(item, variable, id) && !says_deleted(item));
    if let Some(id) = dead.iter().find(is_shown) {
        let by = delete.map_or_else(String::new, |delete| format!(", which {} has deleted", name(delete)));
        let message = format!("The list holds {id}{by}");
        return Some(broken(&RULE, list, message, "listed", "a list without it".to_owned()));
    }
    let lost =
        alive.iter().find(|id| !is_listed(id)).filter(|_| is_whole(list) && alive.iter().any(|id| is_listed(&id)))?;
    let message = format!("The list holds others that were made, and not {lost}, which can be read");
    Some(broken(&RULE, list, message, "not listed", "all of them".to_owned()))
}
