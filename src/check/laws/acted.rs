//! An action that changes a state changes something else as well.

use serde_json::{Map, Value};

use super::ended::changed_states;
use super::shown::{are_one, has_an_id, sent, shown_by};
use super::telling::{is_empty, tells};
use super::update::is_passing;
use super::{Finding, Rule, Severity, Subject, brief, broken, is_missing, is_success, name, others, spaced, status};
use crate::check::support::equality::{is_equal, is_server_made, says_state};
use crate::text::words;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "action-erases",
        "An action that changes the state of a resource takes it away, or a value that a client has set.",
        "RFC 9110, sections 9.3.1 and 9.3.3",
    )
};

/// Words for actions that change a state.
const OF_STATE: [&str; 46] = [
    "accept",
    "acknowledge",
    "activate",
    "approve",
    "block",
    "cancel",
    "close",
    "complete",
    "confirm",
    "deactivate",
    "decline",
    "deliver",
    "disable",
    "dispatch",
    "enable",
    "finish",
    "fulfil",
    "fulfill",
    "hold",
    "lock",
    "open",
    "pause",
    "pay",
    "publish",
    "reactivate",
    "receive",
    "refund",
    "reject",
    "release",
    "reopen",
    "resolve",
    "resume",
    "seal",
    "send",
    "ship",
    "start",
    "stop",
    "submit",
    "suspend",
    "unblock",
    "unlock",
    "unpublish",
    "unsuspend",
    "verify",
    "void",
    "withdraw",
];
/// Those after which a resource may be hidden, or say less of somebody.
const HIDING: [&str; 17] = [
    "accept",
    "block",
    "cancel",
    "close",
    "complete",
    "deactivate",
    "decline",
    "disable",
    "finish",
    "receive",
    "reject",
    "release",
    "send",
    "submit",
    "unpublish",
    "void",
    "withdraw",
];
/// Beginnings of words that say of an action that it does more.
const MORE: [&str; 21] = [
    "all ",
    "anonym",
    "archiv",
    "becom",
    "clear",
    "consum",
    "convert",
    "delet",
    "discard",
    "eras",
    "every",
    "expir",
    "hid",
    "invisib",
    "mov",
    "no longer",
    "remov",
    "replac",
    "reset",
    "used up",
    "wip",
];

/// The verb of an action that changes a state, where the document does not say that it does more.
fn verb(action: &Subject<'_>) -> Option<String> {
    let last = action.operation.path.trim_end_matches('/').rsplit('/').next()?;
    let [verb] = &words::of(last)[..] else { return None };
    let said = said(action);
    let is_plain = !MORE.iter().any(|word| said.contains(&format!(" {word}")));
    (OF_STATE.contains(&verb.as_str()) && is_plain).then(|| verb.clone())
}

/// What the document says of an operation, as words.
fn said(action: &Subject<'_>) -> String {
    spaced(&action.operation.description.as_deref().unwrap_or_default().to_lowercase())
}

/// What is wrong with a resource that is read after an action, and of which clients have `set` this.
pub fn judge(set: &Map<String, Value>, [before, action, after]: [&Subject<'_>; 3]) -> Option<Finding> {
    let is = status(action).filter(|is| is_success(action) && *is != 202)?;
    let verb = verb(action)?;
    if is_missing(after) {
        let is_shown = shown_by(action).is_some_and(|shown| has_an_id(&shown)) && are_one(before, action);
        let message = format!("A {} was returned for what {} had answered with {is}", status(after)?, name(action));
        let finding = broken(&RULE, action, message, "gone", "a resource in another state".to_owned());
        let is_sure = is_shown && !HIDING.contains(&verb.as_str());
        return Some(finding.with_severity(if is_sure { Severity::Error } else { Severity::Warning }));
    }
    let (was, is, said) = (shown_by(before)?, shown_by(after)?, said(action));
    let is_named = |property: &str| {
        let own = words::of(property);
        let is_of_body = sent(action).is_some_and(|sent| sent.contains_key(property));
        is_of_body || own.contains(&verb) || said.contains(&format!(" {} ", own.join(" ")))
    };
    let is_free = |property: &&String| !is_server_made(property) && !says_state(property) && !is_named(property);
    let (property, old, new) = set.keys().filter(is_free).find_map(|property| {
        let old = was.get(property)?;
        let new = is.get(property).unwrap_or(&Value::Null);
        is_lost(property, old, new).then_some((property, old, new))
    })?;
    let message = format!(
        "`{property}` is {} after {}; it was {} before",
        if is.contains_key(property) { brief(&new.to_string()) } else { "gone".to_owned() },
        name(action),
        brief(&old.to_string())
    );
    let finding = broken(&RULE, action, message, property, "what it was: the action changes a state alone".to_owned());
    let is_sure = tells(property) && !HIDING.contains(&verb.as_str());
    Some(finding.with_severity(if is_sure { Severity::Error } else { Severity::Warning }))
}

/// Whether a value is lost: emptied, another text, or a list that lacks what it had. What is counted, switched or dated, and
/// what names something else, may follow from a state.
fn is_lost(property: &str, old: &Value, new: &Value) -> bool {
    const FOLLOWING: [&str; 12] =
        ["at", "on", "by", "to", "for", "until", "date", "time", "id", "ids", "reason", "assignee"];
    if words::of(property).iter().any(|word| FOLLOWING.contains(&word.as_str())) || is_empty(old) {
        return false;
    }
    match (old, new) {
        (Value::Bool(_) | Value::Number(_), _) => false,
        (_, new) if is_empty(new) => true,
        (Value::String(old), Value::String(new)) => old != new && tells(property),
        (Value::Array(old), Value::Array(new)) => {
            let is_plain = old.iter().all(|item| !item.is_object() && !item.is_array());
            is_plain && !old.iter().all(|item| new.iter().any(|other| is_equal(item, other)))
        }
        _ => false,
    }
}

/// What is wrong with another resource of the same kind, read before and after an action on one: it is gone, or in the state
/// into which the action has brought that one.
pub fn judge_others(
    [before, action, after]: [&Subject<'_>; 3],
    [other_before, other_after]: [&Subject<'_>; 2],
) -> Option<Finding> {
    verb(action).filter(|_| is_success(action) && status(action) != Some(202) && is_success(other_before))?;
    if is_missing(other_after) {
        let message = format!("A {} was returned for another one after {} of one", status(other_after)?, name(action));
        return Some(broken(&others::RULE, action, message, "deleted", "the other one stays as it is".to_owned()));
    }
    let moved = changed_states(before, after);
    let moved_too = changed_states(other_before, other_after);
    // Of several only one may be open, or accepted: a flag of the others may follow.
    let is_it = |one: &(String, String, String)| moved_too.contains(one) && says_state(&one.0) && !is_passing(&one.1);
    let (property, was, is) = moved.into_iter().find(is_it)?;
    let message =
        format!("{} of one resource has set `{property}` of another one from `{was}` to `{is}`", name(action));
    Some(broken(&others::RULE, action, message, &property, "the other one stays as it is".to_owned()))
}
