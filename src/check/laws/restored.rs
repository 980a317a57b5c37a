//! What was deleted and is restored is not what it was.

use serde_json::{Map, Value};

use super::shown::{sent, shown_by};
use super::{Finding, Rule, Subject, brief, broken, is_missing, is_success, name};
use crate::check::support::equality::{is_equal, is_server_made, says_state};
use crate::text::words;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "restored-otherwise",
        "What was deleted and is restored has another value than before.",
        "RFC 9110, sections 9.3.1 and 9.3.3",
    )
};

/// Words for an action that undoes a deletion.
const RESTORES: [&str; 5] = ["restore", "undelete", "recover", "unarchive", "revive"];

/// What is wrong with a resource that was read `before` its deletion, was `gone` after it, and is read `after` an action that
/// restores it: only what a client has `set` is compared.
pub fn judge(
    [before, gone]: [&Subject<'_>; 2],
    restore: &Subject<'_>,
    after: &Subject<'_>,
    set: &Map<String, Value>,
) -> Option<Finding> {
    let action = restore.operation.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let is_restore = words::of(action).iter().any(|word| RESTORES.contains(&word.as_str()));
    if !is_restore || !is_success(restore) || !is_missing(gone) || !is_success(after) {
        return None;
    }
    let (was, now) = (shown_by(before)?, shown_by(after)?);
    let set_anew = sent(restore);
    let (property, old) = was.iter().find(|(property, old)| {
        // What is restored may begin anew: a text that was published comes back as a draft.
        let is_set_anew = set_anew.is_some_and(|sent| sent.contains_key(*property));
        let is_own = set.get(*property).is_some_and(|set| is_equal(set, old))
            && !is_server_made(property)
            && !says_state(property)
            && !is_set_anew;
        is_own && !now.get(*property).is_some_and(|new| is_equal(old, new))
    })?;
    let is = now.get(property).map_or_else(|| "not there".to_owned(), |new| brief(&new.to_string()));
    let message = format!(
        "`{property}` is {is} after {}; it was {} before it was deleted",
        name(restore),
        brief(&old.to_string())
    );
    Some(broken(&RULE, restore, message, property, "what it was before it was deleted".to_owned()))
}
