//! A key by which a request is known again is not heeded.

use super::exchange::said_of;
use super::shown::{listed_in, sent};
use super::{Finding, Rule, Subject, broken, is_success, name, spaced, status};
use crate::check::support::equality::is_equal;

/// The rule for what is asked for twice.
pub static REPEATED: Rule = Rule {
    clauses: &["parameter"],
    ..Rule::law(
        "key-repeated",
        "The same request with the same `Idempotency-Key` makes a second resource.",
        "draft-ietf-httpapi-idempotency-key-header, section 2.6; OpenAPI 3.1, section 4.8.12: the name of the parameter",
    )
};

/// The rule for a key that is another request's.
pub static REUSED: Rule = Rule {
    clauses: &["parameter"],
    ..Rule::law(
        "key-reused",
        "A request with the `Idempotency-Key` of another one is accepted, though its document has a refusal for that.",
        "draft-ietf-httpapi-idempotency-key-header, section 2.7",
    )
};

/// Statuses by which such a key is refused.
const REFUSALS: [u16; 3] = [400, 409, 422];

/// What is wrong with a request that was sent twice with one key, where reading shows what each response names, and those are
/// two.
pub fn judge_repeated([first, second]: [&Subject<'_>; 2], reads: [&Subject<'_>; 2]) -> Option<Finding> {
    if !is_success(first) || !reads.into_iter().all(is_success) {
        return None;
    }
    let is = status(second).filter(|is| is_success(second) && *is != 202)?;
    let message =
        format!("A {is} was returned for {} with a key that it knows, and names another resource", name(second));
    Some(broken(&REPEATED, second, message, "", "the resource that the first request has made".to_owned()))
}

/// What is wrong with a list after a request was sent twice with one key, whose values no other one has.
pub fn judge_listed_twice([first, second]: [&Subject<'_>; 2], list: &Subject<'_>) -> Option<Finding> {
    let asked = sent(second).filter(|_| is_success(first) && is_success(second))?;
    let items = listed_in(list)?;
    let is_it = |item: &&serde_json::Value| {
        asked.iter().all(|(property, asked)| item.get(property).is_some_and(|is| is_equal(asked, is)))
    };
    let count = items.iter().filter(is_it).count();
    if count < 2 {
        return None;
    }
    let message =
        format!("The list has {count} of what two requests of {} with one key, and one id, have made", name(second));
    Some(broken(&REPEATED, second, message, "listed", "one of it".to_owned()))
}

/// What is wrong with a request that has the key of an earlier one, and another body.
pub fn judge_reused(first: &Subject<'_>, other: &Subject<'_>) -> Option<Finding> {
    let is = status(other).filter(|_| is_success(first) && is_success(other) && sent(first) != sent(other))?;
    let refusal = REFUSALS.into_iter().find(|status| {
        said_of(other.contract, other.operation, *status).iter().any(|sentence| says_reused(sentence))
    })?;
    let message = format!("A {is} was returned for {} with the key of another request", name(other));
    Some(broken(&REUSED, other, message, "", format!("{refusal}, as documented")))
}

/// Whether a sentence says that a key was used with something else.
fn says_reused(sentence: &str) -> bool {
    let said = spaced(sentence);
    let has = |all: &[&str]| all.iter().any(|word| said.contains(&format!(" {word} ")));
    has(&["key", "idempotency"])
        && has(&["another", "different", "other", "reused", "mismatch", "differs", "differ"])
        && !has(&["unless", "may", "not", "expired"])
        // Of two at once it is another matter.
        && !has(&["progress", "processed", "processing", "concurrent", "concurrently", "flight", "pending", "running", "still"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_of_a_key_speaks_of_something_else() {
        assert!(says_reused("the idempotency-key was used with another body"));
        assert!(says_reused("key reused with a different payload"));
        assert!(!says_reused("the idempotency key is missing") && !says_reused("a different currency"));
    }
}
