//! What a request names is not there.

use super::exchange::said_of;
use super::shown::{sent, shown_by};
use super::{Finding, Rule, Subject, brief, broken, is_missing, is_success, name, spaced, status};
use crate::check::support::equality::is_equal;
use crate::contract::{Contract, Operation};
use crate::resource::{Noun, stem};
use crate::text::words;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "unknown-reference",
        "A request that names something by an id that nobody has is accepted, though its document has a refusal for that.",
        "RFC 9110, sections 15.5.5, 15.5.10 and 15.5.21",
    )
};

/// Statuses by which it is refused.
const REFUSALS: [u16; 4] = [422, 404, 409, 400];
/// Words that say that something is not there.
const ABSENT: [&str; 13] = [
    "no such",
    "unknown",
    "not found",
    "not exist",
    "doesn't exist",
    "don't exist",
    "there is no",
    "nonexistent",
    "non existent",
    "non existing",
    "isn't there",
    "is not there",
    "not known",
];

/// The status by which an operation is documented to refuse a `property` that names what is not there.
pub fn refuses_unknown(contract: &Contract, operation: &Operation, property: &str) -> Option<u16> {
    let noun = Noun::of(property).endings().collect::<Vec<_>>();
    // What its path names may be missing as well.
    let is_of = |segment: &str| noun.contains(&Noun::of(segment).text());
    let segments: Vec<&str> = operation.path.split('/').collect();
    let is_variable = |segment: &str| segment.starts_with('{');
    let is_above = segments.iter().any(|segment| is_variable(segment) && is_of(segment))
        || segments.windows(2).any(|pair| is_variable(pair[1]) && is_of(pair[0]));
    let says = |status: &u16| said_of(contract, operation, *status).iter().any(|said| says_absent(said, &noun));
    REFUSALS.into_iter().find(says).filter(|_| !is_above)
}

/// Whether a sentence says that what has one of these names is not there.
fn says_absent(sentence: &str, nouns: &[String]) -> bool {
    let said = spaced(sentence);
    let has = |all: &[&str]| all.iter().any(|words| said.contains(&format!(" {words} ")));
    let stems: Vec<String> = words::of(sentence).iter().map(|word| stem(word)).collect();
    let names = |noun: &String| (1..=3).any(|many| stems.windows(many).any(|some| some.concat() == *noun));
    nouns.iter().any(names) && has(&ABSENT) && !has(&["unless", "may", "can"])
}

/// What is wrong with a request whose `property` names what reading finds nowhere, where another one names what is there, and
/// that has been stored, as `shown` shows.
pub fn judge([missing, request, shown]: [&Subject<'_>; 3], property: &str) -> Option<Finding> {
    let is = status(request).filter(|is| is_success(request) && *is != 202 && is_missing(missing))?;
    let refusal = refuses_unknown(request.contract, request.operation, property)?;
    let asked = sent(request)?.get(property)?;
    // Who stores nothing of it has not taken it.
    shown_by(shown)?.get(property).filter(|is| is_equal(asked, is))?;
    let message = format!(
        "A {is} was returned for {}, whose `{property}` {} names what is answered with {} when it is read",
        name(request),
        brief(&asked.to_string()),
        status(missing)?
    );
    Some(broken(&RULE, request, message, property, format!("{refusal}, as documented")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_is_not_there() {
        let says =
            |sentence: &str, property: &str| says_absent(sentence, &Noun::of(property).endings().collect::<Vec<_>>());
        for sentence in ["no such category", "the category does not exist", "unknown category", "category not found"] {
            assert!(says(sentence, "category_id") && says(sentence, "parentCategoryId"), "{sentence}");
        }
        for sentence in ["the order does not exist", "an invalid category", "no such category unless it is archived"] {
            assert!(!says(sentence, "category_id"), "{sentence}");
        }
    }
}
