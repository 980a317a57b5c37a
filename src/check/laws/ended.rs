//! An action is accepted in a state for which the document says that it is refused.

use serde_json::{Map, Value};

use super::phrase::{denied, predicates, states, words_of};
use super::shown::{choices, says_deleted, shown_by};
use super::update::is_passing;
use super::{Finding, Rule, Severity, Subject, brief, broken, is_success, name, said_of_conflict, spaced, status};
use crate::check::support::equality::says_state;
use crate::contract::{Contract, Operation};
use crate::text::words;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "acts-in-state",
        "A request is accepted in a state in which its documented 409 says that it is refused.",
        "RFC 9110, section 15.5.10",
    )
};

/// Words behind a state by which what has it is refused.
const REFUSED: [&str; 6] = ["cannot", "can not", "can't", "may not be", "must not be", "is not allowed"];

/// Whether a 409 of an operation is documented with words from which it may follow in which state that is.
pub fn may_refuse(contract: &Contract, operation: &Operation) -> bool {
    let said = said_of_conflict(contract, operation);
    said.iter().any(|said| said.contains("already") || REFUSED.iter().any(|words| said.contains(words)))
}

/// What is wrong with an action on what another one has brought into another state: `former` was read before that, and
/// `present` between the two.
pub fn judge(former: &Subject<'_>, present: &Subject<'_>, act: &Subject<'_>) -> Option<Finding> {
    let is = status(act).filter(|is| is_success(act) && *is != 202)?;
    let (was, now) = (shown_by(former)?, shown_by(present)?);
    let said = said_of_conflict(act.contract, act.operation);
    let (property, value) = now.iter().find(|(property, value)| {
        let has_changed = was.get(*property).is_some_and(|was| was != *value);
        let state = state(property, value).filter(|_| has_changed);
        state.is_some_and(|state| said.iter().any(|said| refuses(said, &state)))
    })?;
    let value = brief(&value.to_string());
    let message = format!("A {is} was returned for {} while `{property}` is {value}", name(act));
    Some(broken(&RULE, act, message, property, "409, as documented".to_owned()))
}

/// The word for a state: a short text, or the name of a flag that is set.
fn state(property: &str, value: &Value) -> Option<String> {
    let said = match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => property.to_owned(),
        _ => return None,
    };
    let mut said = words::of(&said);
    if matches!(value, Value::Bool(_)) && said.len() > 1 {
        said.retain(|word| word != "is" && word != "has");
    }
    let said = said.join(" ");
    let is_word =
        (3..=24).contains(&said.len()) && said.chars().all(|letter| letter.is_ascii_alphabetic() || letter == ' ');
    is_word.then_some(said)
}

/// Whether a sentence says that what is in a state is refused: that it is so already, or that such a thing cannot be acted on.
fn refuses(sentence: &str, state: &str) -> bool {
    let sentence = spaced(sentence);
    let negations = [" not ", " isn't ", " unless ", " only ", " never ", " no ", " until ", " if "];
    let Some(at) = sentence.find(&format!(" {state} ")) else { return false };
    let (before, after) = (&sentence[..=at], &sentence[at + 1 + state.len()..]);
    // What is said of something else.
    let others =
        [" another ", " other ", " different ", " parent ", " which ", " whose ", " of a ", " of an ", " of the "];
    if negations.iter().chain(&others).any(|word| before.contains(word)) {
        return false;
    }
    let is_already = before.ends_with(" already ") || before.ends_with(" already been ");
    let is_plain = !negations.iter().any(|word| *word != " not " && after.contains(word));
    is_already || is_plain && REFUSED.iter().any(|words| after.contains(&format!(" {words} ")))
}

/// Whether a resource is in another state than before.
pub fn has_another_state(former: &Subject<'_>, present: &Subject<'_>) -> bool {
    let (Some(was), Some(now)) = (shown_by(former), shown_by(present)) else { return false };
    let states = |all: &Map<String, Value>| -> Vec<(String, Option<String>)> {
        all.iter().map(|(property, value)| (property.clone(), state(property, value))).collect()
    };
    states(&was) != states(&now)
}

/// What a resource is when its documented 409 says that a request is refused.
struct Refusal {
    /// The property that says so; none for what was never deleted.
    property: Option<String>,
    state: String,
    /// Whether the words leave no doubt that it is refused whatever it asks for.
    is_sure: bool,
}

/// Whether the documented 409 of a request about what has one of these names, or below it, names any state of it.
pub fn may_name_a_state(contract: &Contract, act: &Operation, names: &[&str]) -> bool {
    let said = said_of_conflict(contract, act);
    said.iter().any(|said| !predicates(said, names).is_empty()) || is_change(act) && may_refuse(contract, act)
}

/// Whether the documented 409 of a request says that it is refused for what a resource is now.
pub fn is_refused_now(contract: &Contract, act: &Operation, names: &[&str], present: &Subject<'_>) -> bool {
    refusal(contract, act, names, present).is_some()
}

fn is_change(act: &Operation) -> bool {
    matches!(act.method.as_str(), "PUT" | "PATCH") && act.path.ends_with('}')
}

fn refusal(contract: &Contract, act: &Operation, names: &[&str], present: &Subject<'_>) -> Option<Refusal> {
    let shown = shown_by(present).filter(|_| is_success(present))?;
    let said = said_of_conflict(contract, act);
    let named: Vec<String> = said.iter().flat_map(|said| predicates(said, names)).collect();
    let denied: Vec<&str> = named.iter().filter_map(|named| denied(named)).collect();
    let parts = || said.iter().flat_map(|said| said.split(':'));
    for (property, state) in states(&shown).into_iter().filter(|(_, state)| !is_passing(state)) {
        let is_forbidden = is_change(act) && parts().any(|part| forbids_change(part, &state));
        // One that it may be in and is not, if that is all that it must be in.
        let is_another = || matches!(denied[..], [only] if only != state && choices(present, &property).contains(only));
        if is_forbidden || named.contains(&state) || is_another() {
            // Some changes may be allowed all the same.
            return Some(Refusal { property: Some(property), state, is_sure: is_forbidden || !is_change(act) });
        }
    }
    let is_there = named.iter().any(|named| named == "not deleted") && !says_deleted(&Value::Object(shown));
    is_there.then(|| Refusal { property: None, state: "not deleted".to_owned(), is_sure: true })
}

/// Whether a sentence says that what is in a state cannot be changed at all.
fn forbids_change(sentence: &str, state: &str) -> bool {
    const CHANGED: [&str; 7] = ["changed", "edited", "updated", "modified", "altered", "replaced", "patched"];
    let words = words_of(sentence);
    let end = words.iter().rposition(|word| !["any", "more", "anymore", "longer"].contains(&word.as_str()));
    end.is_some_and(|end| CHANGED.contains(&words[end].as_str())) && refuses(sentence, state)
}

/// What is wrong with a request about what was read as it is now, or for something below it.
pub fn judge_now(present: &Subject<'_>, act: &Subject<'_>, names: &[&str]) -> Option<Finding> {
    let is = status(act).filter(|is| is_success(act) && *is != 202)?;
    let Refusal { property, state, is_sure } = refusal(act.contract, act.operation, names, present)?;
    let manner = property.unwrap_or_default();
    let message = match &*manner {
        "" => format!("A {is} was returned for {} of what is {state}", name(act)),
        property => format!("A {is} was returned for {} while `{property}` says {state}", name(act)),
    };
    let finding = broken(&RULE, act, message, &manner, "409, as documented".to_owned());
    Some(finding.with_severity(if is_sure { Severity::Error } else { Severity::Warning }))
}

/// The properties that say a state, and flags, that have another value than before: their names, with both values.
pub(super) fn changed_states(former: &Subject<'_>, present: &Subject<'_>) -> Vec<(String, String, String)> {
    let (Some(was), Some(now)) = (shown_by(former), shown_by(present)) else { return Vec::new() };
    let said = |property: &str, value: &Value| match value {
        Value::Bool(is) => Some(is.to_string()),
        Value::String(text) if says_state(property) => Some(text.clone()),
        _ => None,
    };
    let pair = |(property, old): (&String, &Value)| {
        Some((property.clone(), said(property, old)?, said(property, now.get(property)?)?))
    };
    was.iter().filter_map(pair).filter(|(_, was, is)| was != is).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_refused_where_the_words_say_so_of_it() {
        for said in ["the order is already shipped", "already been shipped", "a shipped order cannot be cancelled"] {
            assert!(refuses(said, "shipped"), "{said}");
        }
        for said in [
            "the order is not already shipped",
            "the order is not shipped",
            "only shipped orders can be returned",
            "unless it is shipped it cannot be returned",
            "a name that already exists",
            "an order that is not shipped cannot be returned",
            "the order cannot be shipped",
        ] {
            assert!(!refuses(said, "shipped"), "{said}");
        }
    }

    #[test]
    fn a_change_is_forbidden_as_a_whole() {
        assert!(forbids_change(" an archived article cannot be changed any more", "archived"));
        for said in ["a published article cannot be renamed", "an archived article cannot be changed by a guest"] {
            assert!(!forbids_change(said, "archived") && !forbids_change(said, "published"), "{said}");
        }
    }

    #[test]
    fn states_are_words_and_flags_that_are_set() {
        assert_eq!(state("status", &Value::from("IN_TRANSIT")), Some("in transit".to_owned()));
        assert_eq!(state("is_paid", &Value::from(true)), Some("paid".to_owned()));
        assert_eq!(state("paid", &Value::from(false)), None);
        assert_eq!(state("at", &Value::from("2026-01-01T00:00:00Z")), None);
    }
}
