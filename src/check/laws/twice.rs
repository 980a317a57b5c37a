//! A creation takes the place of an earlier one.

use serde_json::Value;

use super::exchange::said_of;
use super::shown::{sent, shown_by};
use super::{Finding, Rule, Severity, Subject, brief, broken, is_success, name, said_of_conflict, spaced, status};
use crate::check::support::equality::{is_equal, is_same};
use crate::contract::{Contract, Operation, StatusRange};
use crate::text::words::{self, plain};

/// The rule for ids.
pub static SAME_ID: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "same-id",
        "Two creations of different content answer with one id, and the second has taken the place of the first.",
        "RFC 9110, sections 9.3.3 and 15.3.2",
    )
};

/// The rule for what there can be only once.
pub static TAKEN: Rule = Rule {
    clauses: &["operation"],
    // A 409 may be documented for other reasons.
    severity: Severity::Warning,
    ..Rule::law(
        "duplicate-taken",
        "The same creation is accepted twice, though the document has a 409 for it and names that are unique elsewhere.",
        "RFC 9110, section 15.5.10",
    )
};

/// The rule for what there can be only once, and a change sets.
pub static SET_TWICE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "duplicate-set",
        "A change gives a resource the value of another one, for which creations are refused.",
        "RFC 9110, section 15.5.10",
    )
};

/// Names of properties of which each value is one thing's alone.
const UNIQUE: [&str; 5] = ["email", "username", "slug", "sku", "code"];

/// Whether a property is called like what each value of is one thing's alone.
pub fn is_called_unique(name: &str) -> bool {
    UNIQUE.contains(&&*plain(name))
}

/// Whether an operation is documented to refuse a value of a property that is another one's: by a 409, or by another status
/// whose description says so.
pub fn refuses_taken(contract: &Contract, operation: &Operation, property: &str) -> bool {
    let says = |status: u16| said_of(contract, operation, status).iter().any(|said| says_unique(said, property));
    documents(operation, 409) || says(422) || says(400)
}

fn documents(operation: &Operation, status: u16) -> bool {
    operation.responses.iter().any(|known| known.status == StatusRange::Code(status))
}

/// What is wrong with a second creation, where reading the one id of both shows what the second has sent.
pub fn judge_same(first: &Subject<'_>, second: &Subject<'_>, read: &Subject<'_>) -> Option<Finding> {
    if status(first) != Some(201) || status(second) != Some(201) || !is_success(read) {
        return None;
    }
    let (one, two, now) = (sent(first)?, sent(second)?, shown_by(read)?);
    let (property, is) = one.iter().find_map(|(property, was)| {
        let (asked, is) = (two.get(property)?, now.get(property)?);
        (!is_equal(was, asked) && is_same(asked, is)).then_some((property, is))
    })?;
    let message = format!(
        "A 201 of {} names an id that an earlier 201 has named, and `{property}` is {} there now",
        name(second),
        brief(&is.to_string())
    );
    Some(broken(&SAME_ID, second, message, "", "an id of its own for what is created".to_owned()))
}

/// What is wrong with two equal creations that were both accepted.
pub fn judge_taken(first: &Subject<'_>, second: &Subject<'_>) -> Option<Finding> {
    if status(first) != Some(201) || status(second) != Some(201) {
        return None;
    }
    let (one, two) = (sent(first)?, sent(second)?);
    let sentences = said_of_conflict(second.contract, second.operation);
    let mut refusal = 409;
    let is_named = |(name, value): &(&String, &Value)| {
        let is_said = |status: &u16| {
            said_of(second.contract, second.operation, *status).iter().any(|said| says_unique(said, name))
        };
        let named = [409, 422, 400].into_iter().find(is_said).filter(|_| value.is_string() || value.is_number());
        refusal = named.unwrap_or(refusal);
        named.is_some()
    };
    let is_documented = documents(second.operation, 409);
    // What is said to be for another reason is not for this one, and what stands below something may be for its state.
    let is_below = second.operation.path.contains('{');
    let may_be_for_it =
        sentences.is_empty() && !is_below || sentences.iter().any(|said| may_say_unique(said, is_below));
    let unique =
        |(name, value): &(&String, &Value)| may_be_for_it && is_called_unique(name) && two.get(*name) == Some(*value);
    let named = one.iter().find(is_named);
    let (property, value) =
        named.or_else(|| one.iter().filter(|_| is_documented).find(unique)).filter(|_| one == two)?;
    let message = format!(
        "A second 201 was returned for {}, with the same `{property}` {}",
        name(second),
        brief(&value.to_string())
    );
    let finding = broken(&TAKEN, second, message, property, format!("{refusal}, as documented"));
    // What the refusal is for, the document says.
    Some(finding.with_severity(if named.is_some() { Severity::Error } else { Severity::Warning }))
}

/// Whether a sentence of a 409 may speak of what is there already: it says so, or no more than that there is a conflict.
fn may_say_unique(sentence: &str, is_below: bool) -> bool {
    let words: Vec<String> = sentence.split_whitespace().flat_map(words::of).collect();
    let says = |known: &[&str]| words.iter().any(|word| known.iter().any(|start| word.starts_with(start)));
    words.len() <= 1 && !is_below
        || says(&["already", "exist", "taken", "use", "uniq", "duplicat", "conflict", "twice", "same"])
}

/// Whether a sentence of a 409 says that each value of a property is one thing's alone.
fn says_unique(sentence: &str, property: &str) -> bool {
    let sentence = spaced(sentence);
    let has = |all: &[&str]| all.iter().any(|words| sentence.contains(&format!(" {words} ")));
    has(&[&words::of(property).join(" ")])
        && has(&[
            "already exists",
            "already exist",
            "already taken",
            "already in use",
            "is taken",
            "must be unique",
            "duplicate",
        ])
        && !has(&["if", "unless", "when", "within", "may", "not"])
}

/// What is wrong with a change of `property` to the value of another resource, which `theirs` still shows: `refused` is a
/// creation with it that differs from one that was accepted in nothing else.
pub fn judge_by_change(
    refused: &Subject<'_>,
    [before, change, after]: [&Subject<'_>; 3],
    theirs: &Subject<'_>,
    property: &str,
) -> Option<Finding> {
    let refusal = status(refused).filter(|refusal| matches!(refusal, 400 | 409 | 422))?;
    let is = status(change).filter(|_| is_success(change))?;
    let asked = sent(change)?.get(property)?;
    let [was, now, other] = [before, after, theirs].map(|one| shown_by(one).and_then(|all| all.get(property).cloned()));
    if is_equal(&was?, asked) || !is_equal(&now?, asked) || !is_same(&other?, asked) {
        return None;
    }
    let message = format!(
        "A {is} was returned for {}, which sets `{property}` to {} as another one has it; {} with it is answered with {refusal}",
        name(change),
        brief(&asked.to_string()),
        name(refused)
    );
    Some(broken(&SET_TWICE, change, message, property, format!("{refusal}, as documented")))
}
