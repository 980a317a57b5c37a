//! What the bodies of actions have given to a resource is not stored, or taken away by another action.

use serde_json::{Map, Value};

use super::default::{documented, schemas_of};
use super::shown::shown_by;
use super::telling::{is_empty, tells};
use super::{Finding, Severity, Subject, acted, brief, broken, is_success, name, spaced, status, update};
use crate::check::support::equality::{is_equal, is_secret, is_server_made, says_state};
use crate::text::words;

/// The properties of the body of an action.
fn given<'a>(action: &Subject<'a>) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let body = action.case.values.as_ref().and_then(|values| values.body.as_ref());
    body.and_then(|(_, body)| body.as_object()).into_iter().flatten()
}

/// What the document says of an operation, as words.
fn said(action: &Subject<'_>) -> String {
    spaced(&action.operation.description.as_deref().unwrap_or_default().to_lowercase())
}

fn names(said: &str, property: &str) -> bool {
    said.contains(&format!(" {} ", words::of(property).join(" ")))
}

/// The last word of the path of an action.
fn verb<'a>(action: &Subject<'a>) -> &'a str {
    action.operation.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

fn is_done(action: &Subject<'_>) -> bool {
    is_success(action) && status(action) != Some(202)
}

/// What of the body of an action a resource shows after it, as it was given.
pub fn kept(action: &Subject<'_>, after: &Subject<'_>) -> Map<String, Value> {
    let shown = shown_by(after).filter(|_| is_done(action)).unwrap_or_default();
    let is_kept = |(property, value): &(&String, &Value)| {
        !is_empty(value) && shown.get(*property).is_some_and(|is| is_equal(value, is))
    };
    given(action).filter(is_kept).map(|(property, value)| (property.clone(), value.clone())).collect()
}

/// What is wrong with a resource in which a property is empty before an action and after it, though the body of the action
/// gives it: by the same name, or by its last word after that of the action (`reason` of `cancel` is `cancel_reason`).
pub fn judge_stored([before, action, after]: [&Subject<'_>; 3]) -> Option<Finding> {
    let (was, is) = (shown_by(before)?, shown_by(after).filter(|_| is_done(action) && is_success(after))?);
    let said = said(action);
    let is_lost = |property: &String| [&was, &is].into_iter().all(|shown| shown.get(property).is_some_and(is_empty));
    let (property, value) = given(action).filter(|(_, value)| !is_empty(value)).find_map(|(property, value)| {
        let whole = [words::of(verb(action)), words::of(property)].concat();
        let is_it = |shown: &&String| *shown == property || words::of(shown) == whole;
        let shown = is.keys().find(|shown| is_it(shown) && !is_secret(shown) && is_lost(shown))?;
        Some((shown, value))
    })?;
    let message = format!("`{property}` is still empty when it is read, after {} was accepted", name(action));
    let value = brief(&value.to_string());
    let finding = broken(&update::RULE, action, message, property, format!("{value}, as the accepted request gave it"));
    // What nobody says is stored may go elsewhere.
    let is_stored = [" sets ", " stores ", " stored ", " keeps ", " kept ", " records ", " recorded ", " shown "];
    let is_said = names(&said, property) && is_stored.iter().any(|word| said.contains(word));
    Some(finding.with_severity(if is_said { Severity::Error } else { Severity::Warning }))
}

/// Words of what may follow from any state, or end with it.
const FOLLOWING: [&str; 14] = [
    "assignee",
    "until",
    "scheduled",
    "reserved",
    "reservation",
    "expires",
    "position",
    "queue",
    "reason",
    "by",
    "to",
    "for",
    "next",
    "lock",
];

/// Actions that may take back what earlier ones have given.
const UNDOING: [&str; 9] = ["cancel", "reject", "release", "reopen", "reset", "restore", "revoke", "void", "withdraw"];

/// What is wrong with a resource that has lost what clients have `given` to it, when it was `made` or by another action, after an
/// action whose description says what that sets, and does not name it: it is empty, or has its default again.
pub fn judge_taken_away(
    given: &Map<String, Value>,
    made: &Subject<'_>,
    [before, action, after]: [&Subject<'_>; 3],
) -> Option<Finding> {
    let (was, is) = (shown_by(before)?, shown_by(after).filter(|_| is_done(action) && is_success(after))?);
    let said = said(action);
    if !said.starts_with(" sets ") {
        return None;
    }
    let schemas = &made.contract.schemas;
    let is_default = |property: &str, value: &Value| {
        let own = schemas_of(made, property);
        own.into_iter().any(|id| documented(schemas, id).is_some_and(|default| is_equal(&default, value)))
    };
    let (property, old, new) = given.iter().find_map(|(property, value)| {
        let is_free = !is_server_made(property) && !says_state(property) && !names(&said, property);
        let is_named_here = self::given(action).any(|(own, _)| own == property);
        let (was, new) = (was.get(property)?, is.get(property)?);
        let is_lost = is_empty(new) || is_default(property, new);
        let is_lost = is_lost && !is_empty(was) && is_equal(value, was) && !is_equal(was, new);
        (is_free && !is_named_here && is_lost).then_some((property, value, new))
    })?;
    let (old, new) = (brief(&old.to_string()), brief(&new.to_string()));
    let message = format!("`{property}` is {new} after {}; it was {old} before", name(action));
    let expected = "what it was: the action sets nothing else".to_owned();
    let finding = broken(&acted::RULE, action, message, property, expected);
    // What goes with a state may rightly go with its end, where the document does not list what is set.
    let description = action.operation.description.as_deref().unwrap_or_default();
    let is_listed = description.trim_start().to_lowercase().starts_with("sets `");
    let follows = words::of(property).iter().any(|word| FOLLOWING.contains(&word.as_str()));
    let is_undone = UNDOING.contains(&verb(action)) || verb(action).starts_with("un");
    let is_sure = tells(property) || is_listed && !follows && !is_undone;
    Some(finding.with_severity(if is_sure { Severity::Error } else { Severity::Warning }))
}
