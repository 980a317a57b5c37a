//! Searches a list for words that its items have, where a parameter is called so and says where they are looked for.

use std::ops::RangeInclusive;

use serde_json::Value;

use super::lists::List;
use super::parameters::says;
use crate::check::Subject;
use crate::check::laws::{self, Field};
use crate::contract::Types;
use crate::engine::Transport;
use crate::text::words;

/// Names of parameters that take a text to be searched for.
pub(super) const SEARCHES: [&str; 8] = ["q", "query", "search", "searchterm", "searchtext", "term", "keyword", "text"];
/// Words of a description by which nothing else is found.
const EXACT: [&str; 4] = ["contain", "contains", "containing", "substring"];
/// Words by which something else may be.
pub(super) const OPEN: [&str; 9] =
    ["fuzzy", "similar", "typo", "typos", "semantic", "relevance", "not", "synonyms", "ranked"];
/// Words by which a text has to begin or to be whole.
pub(super) const WHOLE: [&str; 8] = ["begin", "begins", "beginning", "start", "starts", "starting", "prefix", "exact"];
/// Words of a sentence that says what is searched.
const LOOKING: [&str; 17] = [
    "search",
    "searches",
    "searched",
    "searching",
    "match",
    "matches",
    "matched",
    "matching",
    "contain",
    "contains",
    "containing",
    "whose",
    "find",
    "finds",
    "look",
    "looks",
    "looked",
];
/// Words of one that speaks of something else, too.
const ELSE: [&str; 10] =
    ["filter", "filters", "parameter", "use", "not", "without", "except", "sort", "sorted", "instead"];
/// What is searched for, as descriptions call it.
const SEARCHED_FOR: [&str; 8] = ["text", "term", "terms", "query", "keyword", "keywords", "string", "value"];
/// What nothing has.
const NONSENSE: &str = "zqxwvkjq";
/// The letters of a word that is searched for: a shorter one may be left out of an index, a longer one be refused.
const LENGTHS: RangeInclusive<usize> = 5..=20;
/// Words that may be left out of it.
const STOP: [&str; 40] = [
    "about",
    "above",
    "after",
    "again",
    "against",
    "because",
    "before",
    "being",
    "below",
    "between",
    "could",
    "doing",
    "during",
    "every",
    "further",
    "having",
    "herself",
    "himself",
    "itself",
    "might",
    "myself",
    "other",
    "others",
    "ought",
    "ourselves",
    "shall",
    "should",
    "their",
    "theirs",
    "themselves",
    "there",
    "these",
    "those",
    "through",
    "under",
    "until",
    "where",
    "which",
    "while",
    "would",
];

impl<T: Transport> List<'_, T> {
    /// Whether a search finds what has a word where the document says that it looks.
    pub(super) async fn searches(&mut self) {
        let Some(search) = self.parameter(&SEARCHES, Types::STRING).filter(|at| !self.is_of_items(&self.name(*at)))
        else {
            return;
        };
        let (said, name) = (self.said(search), self.name(search));
        let is_exact = says(&said, &EXACT) && !says(&said, &OPEN);
        let whole = self.known().await.unwrap_or_default();
        let mut asked = vec![(NONSENSE.to_owned(), String::new(), Vec::new())];
        let fields: Vec<Field> = searched(&said, &whole);
        for field in &fields {
            asked.extend(word_of(field, &fields, &whole, says(&said, &WHOLE)).map(|word| {
                let have = |item: &&Value| field.values(item).iter().any(|value| has_word(value, &word));
                let have: Vec<Value> = whole.iter().filter(have).cloned().collect();
                (word, field.to_string(), have)
            }));
        }
        for (text, place, have) in asked {
            let parameters: Vec<(usize, Value)> =
                self.largest().into_iter().chain([(search, Value::from(text.clone()))]).collect();
            let Some(sent) = self.ask(&parameters).await else { continue };
            // A list need not show all that is searched.
            let is_exact = is_exact && have.is_empty();
            let judge =
                |list: &Subject<'_>, have: &[Value]| laws::judge_search(list, &name, &text, &place, have, is_exact);
            if judge(&self.stage.subject(&sent), &have).is_none() {
                continue;
            }
            let fields: Vec<&Field> = fields.iter().collect();
            if let Some((sent, finding)) = self.confirmed(&parameters, &have, &fields, judge).await {
                return self.judge(&sent, Some(finding));
            }
        }
    }
}

/// The texts of the items that a description names.
pub(super) fn searched(said: &str, items: &[Value]) -> Vec<Field> {
    let sentences = said.split(['.', ';']).filter(|sentence| says(sentence, &LOOKING) && !says(sentence, &ELSE));
    let named: Vec<String> = sentences.flat_map(words::of).collect();
    let names: Vec<Vec<String>> =
        items.iter().filter_map(Value::as_object).flat_map(|item| item.keys()).map(|name| words::of(name)).collect();
    let is_named = |name: &String| {
        let own = words::of(name);
        // `customer name` is no name, and what is searched for is no text of the items.
        let is_within = |at: usize| {
            names.iter().any(|longer| {
                longer.len() > own.len()
                    && (0..=longer.len() - own.len()).any(|offset| {
                        at >= offset
                            && named.get(at - offset..at - offset + longer.len()).is_some_and(|part| part == *longer)
                    })
            })
        };
        let is_here = |at: usize| named[at..].starts_with(&own) && !is_within(at);
        !own.is_empty() && !SEARCHED_FOR.contains(&name.as_str()) && (0..named.len()).any(is_here)
    };
    let is_text = |field: &Field| items.iter().flat_map(|item| field.values(item)).all(Value::is_string);
    let all = Field::all(items.iter()).into_iter();
    all.filter(|field| field.path().len() == 1 && field.path().iter().all(is_named) && is_text(field)).collect()
}

/// A word that a field of an item has, and no other field that is searched: the one that the fewest items have. Where a text
/// has to begin with it, or be it, the whole text is one.
fn word_of(field: &Field, fields: &[Field], items: &[Value], is_whole: bool) -> Option<String> {
    let others = |word: &str| {
        let others = fields.iter().filter(|other| *other != field);
        others.flat_map(|other| items.iter().flat_map(|item| other.values(item))).any(|value| has_word(value, word))
    };
    let texts = items.iter().flat_map(|item| field.values(item)).filter_map(Value::as_str);
    let all = texts.flat_map(|text| {
        let is_one = !is_whole || is_word(text);
        text.split_whitespace().filter(move |word| is_one && is_word(word))
    });
    let count =
        |word: &str| items.iter().filter(|item| field.values(item).iter().any(|value| has_word(value, word))).count();
    all.filter(|word| !others(word)).min_by_key(|word| count(word)).map(str::to_owned)
}

/// Whether a text is a word that an index surely holds.
fn is_word(text: &str) -> bool {
    LENGTHS.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase()) && !STOP.contains(&text)
}

fn has_word(value: &Value, word: &str) -> bool {
    value.as_str().is_some_and(|text| text.split_whitespace().any(|own| own == word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_searched_is_named_and_has_a_word_of_its_own() {
        let items = [
            json!({"name": "blue anvil", "note": "painted", "code": "abcde", "size": 1}),
            json!({"name": "small anvil", "note": "small parts", "code": "bcdef", "size": 2}),
        ];
        let fields = searched("wares whose name or note contains this", &items);
        let names: Vec<String> = fields.iter().map(Field::to_string).collect();
        assert_eq!(names, ["name", "note"]);
        assert_eq!(word_of(&fields[0], &fields, &items, false).as_deref(), Some("anvil"), "`small` is in both");
        assert_eq!(word_of(&fields[1], &fields, &items, true).as_deref(), Some("painted"));
        assert!(searched("searches everything. use `code` to filter", &items).is_empty());
    }
}
