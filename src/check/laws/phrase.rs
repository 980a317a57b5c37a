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

/// What the subject of a clause is said to be, if it is an item of this collection: `open` in "the ticket is still open".
fn predicate(clause: &[String], collection: &str) -> Option<String> {
    let verb = clause.iter().position(|word| VERBS.contains(&word.as_str()))?;
    let (subject, rest) = (&clause[..verb], &clause[verb + 1..]);
    let is_been = clause[verb] != "has" || rest.iter().any(|word| word == "been");
    let subject = match subject {
        [article, subject @ ..] if article == "the" || article == "this" => subject,
        _ => subject,
    };
    let noun = Noun::of(&subject.join("_")).text();
    let is_it = subject.len() == 1 && subject[0] == "it" || !noun.is_empty() && noun == Noun::of(collection).text();
    (is_it && is_been).then(|| plain(rest))
}

fn plain(words: &[String]) -> String {
    let told = words.iter().filter(|word| !FILLERS.contains(&word.as_str()));
    told.map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// What a sentence says that an item of this collection is where the request is refused: each by itself suffices.
pub(super) fn predicates(sentence: &str, collection: &str) -> Vec<String> {
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
        for clause in part.replace(" or ", ",").split(',') {
            let words = words_of(clause);
            let has_verb = words.iter().any(|word| VERBS.contains(&word.as_str()));
            let told = predicate(&words, collection).or_else(|| (is_said_of_it && !has_verb).then(|| plain(&words)));
            // What follows a clause without words of its own still speaks of the same.
            is_said_of_it = told.is_some() || is_said_of_it && words.is_empty();
            found.extend(told.filter(|told| !told.is_empty()));
        }
    }
    found
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
            ("the ticket is closed by somebody else", &["closed by somebody else"]),
        ] {
            assert_eq!(predicates(said, "tickets"), all, "{said}");
        }
    }
}
