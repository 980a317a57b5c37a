//! What other resources still use is deleted, though the document says that this is refused.

use super::phrase::{states, words_of};
use super::{Finding, Rule, Subject, broken, is_missing, is_success, name, said_of_conflict, shown_by, status};
use crate::contract::{Contract, Operation};
use crate::resource::Noun;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "deletes-used",
        "What another resource still uses is deleted, though the documented 409 says that this is refused.",
        "RFC 9110, section 15.5.10",
    )
};

/// Words that say no more than that one thing is used by others.
const PLAIN: [&str; 61] = [
    "the",
    "this",
    "it",
    "its",
    "a",
    "an",
    "any",
    "some",
    "is",
    "are",
    "be",
    "has",
    "have",
    "having",
    "still",
    "there",
    "by",
    "in",
    "of",
    "on",
    "to",
    "with",
    "from",
    "for",
    "or",
    "one",
    "more",
    "other",
    "because",
    "since",
    "as",
    "while",
    "that",
    "which",
    "use",
    "uses",
    "used",
    "using",
    "contains",
    "containing",
    "holds",
    "owns",
    "refer",
    "refers",
    "referring",
    "reference",
    "references",
    "referenced",
    "belong",
    "belongs",
    "belonging",
    "assigned",
    "attached",
    "linked",
    "left",
    "exist",
    "exists",
    "existing",
    "cannot",
    "deleted",
    "removed",
];

/// Whether the documented 409 of a DELETE speaks of the items of another collection, and of nothing else: `nouns` are the
/// collections of what is used, and of what uses it; `collections` all that there are.
pub fn refuses_used(contract: &Contract, delete: &Operation, nouns: [&str; 2], collections: &[&str]) -> bool {
    said_of_conflict(contract, delete).iter().any(|said| qualified(said, nouns, collections).is_some())
}

/// The words by which a sentence qualifies the items of `user` that `used` has, if that is all that it says.
fn qualified(said: &str, [used, user]: [&str; 2], collections: &[&str]) -> Option<Vec<String>> {
    let words = words_of(said.rsplit(':').next().unwrap_or_default());
    let is_of = |word: &str, collection: &str| {
        let noun = Noun::of(word).text();
        !noun.is_empty() && noun == Noun::of(collection).text()
    };
    let at = words.iter().position(|word| is_of(word, user))?;
    let mut qualifying = Vec::new();
    for (index, word) in words.iter().enumerate() {
        // Another collection may say of what has to be used, but beside `or`.
        let is_other = || collections.iter().any(|other| is_of(word, other)) && words.iter().any(|word| word == "or");
        let is_noun = is_of(word, used) || is_of(word, user) || is_other();
        if is_noun || PLAIN.contains(&word.as_str()) {
            continue;
        }
        // `open tickets`
        if index + 1 != at {
            return None;
        }
        qualifying.push(word.clone());
    }
    Some(qualifying)
}

/// What is wrong with the end of a resource that another one was read to use: `gone` was read after it.
pub fn judge(
    user: &Subject<'_>,
    [delete, gone]: [&Subject<'_>; 2],
    nouns: [&str; 2],
    collections: &[&str],
) -> Option<Finding> {
    let is = status(delete).filter(|is| is_success(delete) && *is != 202)?;
    let shown = shown_by(user).filter(|_| is_success(user) && is_missing(gone))?;
    let has = states(&shown);
    let said = said_of_conflict(delete.contract, delete.operation).into_iter().find(|said| {
        let words = qualified(said, nouns, collections);
        words.is_some_and(|words| words.iter().all(|word| has.iter().any(|(_, state)| state == word)))
    })?;
    let message =
        format!("A {is} was returned for {} of what is still used; its 409 says: {}", name(delete), said.trim());
    Some(broken(&RULE, delete, message, "", "409, as documented".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_what_uses_it_and_nothing_less() {
        let words = |said: &str| qualified(said, ["authors", "articles"], &["authors", "articles", "tags"]);
        for said in [
            "the author still has articles",
            " it is used by articles",
            "the author is referenced by one or more articles",
            "articles still refer to the author",
            "an author with articles cannot be deleted",
            "there are articles of this author",
            "the author has articles or tags",
        ] {
            assert_eq!(words(said), Some(Vec::new()), "{said}");
        }
        assert_eq!(words("the author still has open articles"), Some(vec!["open".to_owned()]));
        for said in [
            "the author has no articles",
            "the author has too many articles",
            "the author is locked",
            "the author has articles that are published",
            "the author has articles and may not be deleted before june",
            "articles are being moved",
        ] {
            assert_eq!(words(said).filter(Vec::is_empty), None, "{said}");
        }
        assert_eq!(words("the author has articles in print"), None);
    }
}
