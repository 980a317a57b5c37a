//! What a sentence of a document says of the state in which a request is refused.

use serde_json::{Map, Value};

use super::spaced;
use crate::check::support::equality::says_state;
use crate::resource::Noun;
use crate::text::words;

/// Verbs between a subject and what it is.
const VERBS: [&str; 5] = ["is", "was", "has", "are", "have"];
/// Words between a subject and what it is said to be.
const FILLERS: [&str; 7] = ["still", "already", "currently", "now", "been", "a", "an"];

/// The words of a sentence, in small letters.
pub(super) fn words_of(sentence: &str) -> Vec<String> {
    spaced(&sentence.to_lowercase()).split_whitespace().map(str::to_owned).collect()
}

/// What the subject of a clause is said to be, if it is called by one of these names: `open` in "the ticket is still open".
fn predicate(clause: &[String], names: &[&str]) -> Option<String> {
    let verb = clause.iter().position(|word| VERBS.contains(&word.as_str()))?;
    let (subject, rest) = (&clause[..verb], &clause[verb + 1..]);
    let is_been = clause[verb] != "has" || rest.iter().any(|word| word == "been");
    let subject = match subject {
        [article, subject @ ..] if article == "the" || article == "this" => subject,
        _ => subject,
    };
    let noun = Noun::of(&subject.join("_")).text();
    let is_it = subject.len() == 1 && subject[0] == "it"
        || !noun.is_empty() && names.iter().any(|name| noun == Noun::of(name).text());
    (is_it && is_been).then(|| plain(rest))
}

fn plain(words: &[String]) -> String {
    let told = words.iter().filter(|word| !FILLERS.contains(&word.as_str()));
    told.map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// What a sentence says that what has one of these names is where the request is refused: each by itself suffices.
pub(super) fn predicates(sentence: &str, names: &[&str]) -> Vec<String> {
    const BUT: [&str; 13] =
        ["and", "but", "unless", "except", "when", "if", "while", "until", "for", "since", "not", "only", "without"];
    let mut found = Vec::new();
    let lower = sentence.to_lowercase();
    // What follows may take back what was said before.
    if lower.split(',').skip(1).any(|part| words_of(part).first().is_some_and(|word| BUT.contains(&word.as_str()))) {
        return found;
    }
    for part in lower.split(':') {
        let mut is_said_of_it = false;
        // Of what is not one thing or another, neither suffices.
        let mut is_denied = false;
        for clause in part.replace(" or ", ",").split(',') {
            let words = words_of(clause);
            let has_verb = words.iter().any(|word| VERBS.contains(&word.as_str()));
            let own = predicate(&words, names);
            if own.is_none() && is_said_of_it && is_denied && !has_verb && !words.is_empty() {
                found.pop();
                is_said_of_it = false;
                continue;
            }
            let told = own.or_else(|| (is_said_of_it && !has_verb).then(|| plain(&words)));
            is_denied = told.as_ref().map_or(is_denied, |told| denied(told).is_some());
            // What follows a clause without words of its own still speaks of the same.
            is_said_of_it = told.is_some() || is_said_of_it && words.is_empty();
            found.extend(told.filter(|told| !told.is_empty()));
        }
    }
    found
}

/// The state that a predicate denies: `draft` in "not in status draft" and in "no draft any more".
pub(super) fn denied(predicate: &str) -> Option<&str> {
    const BEFORE: [&str; 7] = ["longer ", "in ", "of ", "the ", "status ", "state ", "anymore "];
    const AFTER: [&str; 6] = [" any more", " any longer", " anymore", " yet", " status", " state"];
    let mut rest = ["not ", "no "].iter().find_map(|word| predicate.strip_prefix(word))?;
    while let Some(less) = BEFORE.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = less;
    }
    while let Some(less) = AFTER.iter().find_map(|word| rest.strip_suffix(word)) {
        rest = less;
    }
    Some(rest).filter(|rest| !rest.is_empty())
}

/// The states that an object says it has, in small letters, by the property that says so: the text of a state, and the name
/// of a flag that is set.
pub(super) fn states(shown: &Map<String, Value>) -> Vec<(String, String)> {
    let state = |(property, value): (&String, &Value)| {
        let said = match value {
            Value::String(text) if says_state(property) => words::of(text),
            Value::Bool(true) => words::of(property).into_iter().filter(|word| word != "is" && word != "has").collect(),
            _ => return None,
        };
        (!said.is_empty()).then(|| (property.clone(), said.join(" ")))
    };
    shown.iter().filter_map(state).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_said_of_the_thing_itself() {
        for (said, all) in [
            ("the ticket is closed", &["closed"][..]),
            ("the ticket is still open or already closed", &["open", "closed"]),
            ("the ticket is a draft, or already archived", &["draft", "archived"]),
            ("it has already been shipped", &["shipped"]),
            ("conflict: it is not deleted", &["not deleted"]),
            ("the ticket is not deleted, or its email address has been taken", &["not deleted"]),
            ("the customer of the ticket is closed", &[]),
            ("the ticket has comments", &[]),
            ("another ticket is open", &[]),
            ("unless the ticket is open", &[]),
            ("the ticket is not in status open", &["not in status open"]),
            ("the ticket is not open, or it has no owner", &["not open"]),
            ("the ticket is not open or archived", &[]),
            ("the support ticket is closed", &["closed"]),
            ("the ticket is closed by somebody else", &["closed by somebody else"]),
        ] {
            assert_eq!(predicates(said, &["tickets", "support_ticket_id"]), all, "{said}");
        }
    }

    #[test]
    fn a_state_is_denied_in_many_words() {
        for said in
            ["not in status draft", "no draft any more", "not draft", "no longer draft", "not in the draft state"]
        {
            assert_eq!(denied(said), Some("draft"), "{said}");
        }
        assert_eq!((denied("draft"), denied("not ")), (None, None));
    }
}
