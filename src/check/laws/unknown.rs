//! What a request names is not there.

use serde_json::{Map, Value};

use super::exchange::said_of;
use super::shown::{sent, shown_by};
use super::{Finding, Rule, Subject, brief, broken, is_missing, is_success, name, spaced, status};
use crate::check::support::equality::is_equal;
use crate::contract::{Contract, Operation, StatusRange};
use crate::resource::{Noun, stem};
use crate::spec::Pointer;
use crate::text::words;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "unknown-reference",
        "A request that names something by an id that nobody has, or of what is deleted, is accepted, though its document has a refusal for that.",
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
/// Words that say that something is deleted.
const DELETED: [&str; 4] = ["is deleted", "was deleted", "has been deleted", "is gone"];
/// Words of a place that say that what it names has to be there.
const PRESENT: [&str; 5] = ["exist", "exists", "existing", "not deleted", "must be known"];

/// What a place of a request names.
#[derive(Clone, Copy)]
pub struct Reference<'a> {
    pub at: &'a Pointer,
    /// What the place is called.
    pub name: &'a str,
    /// The collection of what is named.
    pub collection: &'a str,
    /// What the document says of the place.
    pub said: &'a str,
    /// What is named.
    pub id: &'a Value,
}

impl Reference<'_> {
    fn nouns(&self) -> Vec<String> {
        Noun::of(self.name).endings().chain([Noun::of(self.collection).text()]).collect()
    }

    fn property(&self) -> String {
        self.at.tokens().next().unwrap_or_default().into_owned()
    }
}

/// The status by which an operation is documented to refuse what names what is not there, or is deleted.
pub fn refuses_unknown(
    contract: &Contract,
    operation: &Operation,
    to: &Reference<'_>,
    is_deleted: bool,
) -> Option<u16> {
    let nouns = to.nouns();
    // What its path names may be missing as well.
    let is_of = |segment: &str| nouns.contains(&Noun::of(segment).text());
    let segments: Vec<&str> = operation.path.split('/').collect();
    let is_variable = |segment: &str| segment.starts_with('{');
    let is_above = segments.iter().any(|segment| is_variable(segment) && is_of(segment))
        || segments.windows(2).any(|pair| is_variable(pair[1]) && is_of(pair[0]));
    let says = |status: &u16| {
        let mut sentences = said_of(contract, operation, *status).into_iter();
        sentences.any(|said| says_absent(&said, &nouns) || is_deleted && says_any(&said, &nouns, &DELETED))
    };
    let is_documented =
        |status: &u16| operation.responses.iter().any(|known| known.status == StatusRange::Code(*status));
    let mut asked = to.said.split(['.', ';']);
    let is_asked_for = asked.any(|said| says_any(said, &nouns, &PRESENT));
    let by_place = || REFUSALS.into_iter().filter(|status| *status != 404 && is_asked_for).find(is_documented);
    REFUSALS.into_iter().find(says).or_else(by_place).filter(|_| !is_above)
}

/// The status by which an operation is documented to refuse what names one for which a flag is not set: "an active agent".
pub fn refuses_without(contract: &Contract, operation: &Operation, to: &Reference<'_>, flag: &str) -> Option<u16> {
    let (nouns, flag) = (to.nouns(), words::of(flag).join(" "));
    let denied = [format!("not {flag}"), format!("in{flag}")];
    let denied = denied.each_ref().map(String::as_str);
    let says =
        |status: &u16| said_of(contract, operation, *status).into_iter().any(|said| says_any(&said, &nouns, &denied));
    let said = spaced(&to.said.to_lowercase());
    let is_of = |word: &str| nouns.contains(&stem(word));
    let is_asked_for = [" an ", " a "].iter().any(|article| {
        said.strip_prefix(&format!("{article}{flag} ")).and_then(|rest| rest.split(' ').next()).is_some_and(is_of)
    });
    let is_documented =
        |status: &u16| operation.responses.iter().any(|known| known.status == StatusRange::Code(*status));
    let by_place = || REFUSALS.into_iter().filter(|status| *status != 404 && is_asked_for).find(is_documented);
    REFUSALS.into_iter().find(says).or_else(by_place)
}

/// Whether a sentence says that what has one of these names is not there.
fn says_absent(sentence: &str, nouns: &[String]) -> bool {
    says_any(sentence, nouns, &ABSENT)
}

/// Whether a sentence says any of this of what has one of these names.
fn says_any(sentence: &str, nouns: &[String], all: &[&str]) -> bool {
    let said = spaced(&sentence.to_lowercase());
    let has = |all: &[&str]| all.iter().any(|words| said.contains(&format!(" {words} ")));
    let stems: Vec<String> = said.split_whitespace().map(stem).collect();
    let names = |noun: &String| (1..=3).any(|many| stems.windows(many).any(|some| some.concat() == *noun));
    nouns.iter().any(names)
        && has(all)
        && !has(&["unless", "may", "can", "if", "need", "whether", "created", "ignored", "checked"])
}

/// Whether an object names this at its place, or holds what it names there.
pub fn is_named_in(shown: &Map<String, Value>, to: &Reference<'_>) -> bool {
    shown.get(&to.property()).is_some_and(|value| holds(value, to.id))
}

fn holds(value: &Value, id: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| holds(item, id)),
        Value::Object(members) => members.values().any(|member| holds(member, id)),
        value => is_equal(id, value),
    }
}

/// What is wrong with a request that names what reading finds nowhere, where one that names what is there is accepted; that
/// has been stored, as `shown` shows.
pub fn judge([missing, request, shown]: [&Subject<'_>; 3], to: &Reference<'_>, is_deleted: bool) -> Option<Finding> {
    let refusal = refuses_unknown(request.contract, request.operation, to, is_deleted)?;
    let is = status(missing).filter(|_| is_missing(missing))?;
    taken([request, shown], to, refusal, &format!("is answered with {is} when it is read"))
}

/// What is wrong with a request that names what is `read` without a flag that it has to have.
pub fn judge_without([read, request, shown]: [&Subject<'_>; 3], to: &Reference<'_>, flag: &str) -> Option<Finding> {
    let refusal = refuses_without(request.contract, request.operation, to, flag)?;
    shown_by(read)?.get(flag).filter(|is| **is == false)?;
    taken([request, shown], to, refusal, &format!("has `{flag}` false when it is read"))
}

fn taken([request, shown]: [&Subject<'_>; 2], to: &Reference<'_>, refusal: u16, what: &str) -> Option<Finding> {
    let is = status(request).filter(|is| is_success(request) && *is != 202)?;
    // Who stores nothing of it has not taken it.
    let is_taken = is_named_in(sent(request)?, to) && is_named_in(&shown_by(shown)?, to);
    let (property, id) = (to.property(), brief(&to.id.to_string()));
    let message = format!("A {is} was returned for {}, whose `{property}` {id} names what {what}", name(request));
    is_taken.then(|| broken(&RULE, request, message, &property, format!("{refusal}, as documented")))
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
        for (said, is) in [
            ("Slugs of categories that exist.", true),
            ("A category that is not deleted.", true),
            ("The category, which need not exist.", false),
            ("The category.", false),
        ] {
            assert_eq!(says_any(said, &Noun::of("category").endings().collect::<Vec<_>>(), &PRESENT), is, "{said}");
        }
        for sentence in ["the order does not exist", "an invalid category", "no such category unless it is archived"] {
            assert!(!says(sentence, "category_id"), "{sentence}");
        }
    }
}
