//! A change that was accepted is not to be seen.

use serde_json::Value;

use super::asked::{is_merge_patch, merged, outcomes};
use super::default::{is_set, schemas_of};
use super::merged::is_replacement;
use super::shown::{are_one, has_an_id, may_show, sent, shown_by};
use super::{Finding, Rule, Severity, Subject, brief, broken, name};
use crate::check::support::equality::{is_equal, is_same, is_server_made};
use crate::text::words;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "lost-update",
        "A change is accepted, and the old value is still there when it is read.",
        "RFC 9110, section 9.3.4; RFC 5789, section 2",
    )
};

/// States that pass by themselves, beside those that end in `ing`.
const PASSING: [&str; 7] = ["queued", "accepted", "requested", "scheduled", "submitted", "started", "progress"];

/// What is wrong with what is read after `property` was changed.
pub fn judge(before: &Subject<'_>, change: &Subject<'_>, after: &Subject<'_>, property: &str) -> Option<Finding> {
    let (before, asked, now) = (shown_by(before)?, sent(change)?.get(property)?, shown_by(after)?);
    let (was, is) = (before.get(property)?, now.get(property)?);
    let own = schemas_of(change, property);
    let outcomes = outcomes(change, property, was)?;
    let is_one = |value: &Value| outcomes.iter().any(|outcome| is_set(&change.contract.schemas, &own, outcome, value));
    // A PUT that leaves out some of it is another matter.
    let is_less = change.operation.method == "PUT" && was.is_object() && merged(was, asked) == *was;
    // Many store an empty text as none.
    let is_none = was.is_null() && asked.as_str().is_some_and(str::is_empty);
    // What is taken away is not shown.
    let is_removed = asked.is_null() && is_merge_patch(change);
    if is_one(was)
        || is_none
        || is_less
        || is_same(asked, is)
        || !is_same(was, is)
        || !is_removed && !may_show(after, property, asked)
    {
        return None;
    }
    let (is, asked) = (brief(&is.to_string()), brief(&asked.to_string()));
    let message = format!("`{property}` is still {is} when it is read, after {} was accepted", name(change));
    Some(broken(&RULE, change, message, property, format!("{asked}, as the accepted request set it")))
}

/// What is wrong with what is read after a change of members of the object `property`: some of them are as it asks, and
/// another one is as it was. One that cannot be changed may be left so, as long as nothing says otherwise: that the response
/// shows it, or that it is to be replaced and was taken when it was `made`.
pub fn judge_member(
    made: Option<&Subject<'_>>,
    [before, change, after]: [&Subject<'_>; 3],
    property: &str,
) -> Option<Finding> {
    let [was, is] = [before, after].map(|read| shown_by(read).and_then(|mut shown| shown.remove(property)));
    let (was, is) = (was?, is?);
    let (was, asked, is) = (was.as_object()?, sent(change)?.get(property)?.as_object()?, is.as_object()?);
    let named = || {
        let all = asked.iter().filter(|(member, asked)| !asked.is_null() && !is_server_made(member));
        all.filter_map(|(member, asked)| Some((member, asked, was.get(member)?, is.get(member)?)))
            .filter(|(_, asked, was, _)| !is_equal(asked, was))
    };
    let is_settable = named().any(|(_, asked, _, is)| is_equal(asked, is));
    let lost = named().find(|(_, asked, was, is)| is_same(was, is) && !is_equal(asked, is));
    let (member, asked, _, is) = lost.filter(|_| is_settable)?;
    let (now, wanted) = (brief(&is.to_string()), brief(&asked.to_string()));
    let message = format!("`{property}.{member}` is still {now} when it is read, after {} was accepted", name(change));
    let manner = format!("{property}/{member}");
    let finding = broken(&RULE, change, message, &manner, format!("{wanted}, as the accepted request set it"));
    let answered = shown_by(change).and_then(|shown| Some(shown.get(property)?.get(member)?.clone()));
    let is_taken = |made: &Subject<'_>| {
        let shown = shown_by(made).and_then(|shown| Some(shown.get(property)?.get(member)?.clone()));
        let asked = sent(made).and_then(|sent| sent.get(property)?.get(member));
        asked.zip(shown).is_some_and(|(asked, shown)| is_equal(asked, &shown))
    };
    let is_sure = answered.is_some_and(|answered| is_equal(asked, &answered))
        || change.operation.method == "PUT" && is_replacement(change.operation) && made.is_some_and(is_taken);
    Some(finding.with_severity(if is_sure { Severity::Error } else { Severity::Warning }))
}

/// What is wrong with what is read after an action, where the response to it says that a property has another value than
/// before: a text or a flag, as states are.
pub fn judge_action(before: &Subject<'_>, action: &Subject<'_>, after: &Subject<'_>) -> Option<Finding> {
    let [was, answered, is] = [shown_by(before)?, shown_by(action)?, shown_by(after)?];
    // The response may tell of something else.
    let is_of_it = has_an_id(&answered) && are_one(action, after);
    if !is_of_it || !answered.keys().all(|property| is.contains_key(property)) {
        return None;
    }
    // What changes with each response.
    let is_a_mark = |name: &str| {
        let last = words::of(name).pop().unwrap_or_default();
        ["at", "time", "date", "etag", "version", "revision", "token", "url"].contains(&&*last)
    };
    let is_state = |value: &Value| value.is_boolean() || value.as_str().is_some_and(|text| !is_passing(text));
    let is_lost = |(property, answered): &(&String, &Value)| {
        let (was, is) = (was.get(*property), is.get(*property));
        is_state(answered) && !is_a_mark(property) && was.is_some() && was == is && was != Some(*answered)
    };
    let (property, answered) = answered.iter().find(is_lost)?;
    let is = brief(&is.get(property)?.to_string());
    let answered = brief(&answered.to_string());
    let message =
        format!("`{property}` is still {is} when it is read, though the response of {} says {answered}", name(action));
    Some(broken(&RULE, action, message, property, answered))
}

/// Whether a state is called as one that passes by itself: what was before may be there again when it is read.
pub(super) fn is_passing(state: &str) -> bool {
    let words = words::of(state);
    words.iter().any(|word| word.ends_with("ing") || PASSING.contains(&word.as_str()))
}

/// Whether the response to a change says that it has set a property.
pub fn repeats(change: &Subject<'_>, property: &str) -> bool {
    let asked = sent(change).and_then(|sent| sent.get(property));
    let answered = shown_by(change);
    asked.zip(answered.as_ref().and_then(|shown| shown.get(property))).is_some_and(|(asked, is)| is_equal(asked, is))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_by_itself_is_no_state_that_stays() {
        assert!(["restarting", "PENDING", "in_progress", "queued"].into_iter().all(is_passing));
        assert!(!["published", "closed", "draft", "active"].into_iter().any(is_passing));
    }
}
