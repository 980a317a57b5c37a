//! Asks a list for what contains a part of a text, where the description of a parameter says that it looks for one.

use serde_json::Value;

use super::fields::{self, Said};
use super::lists::List;
use super::parameters::{folds_case, says};
use super::searches::{OPEN, SEARCHES, WHOLE, searched};
use crate::check::Subject;
use crate::check::laws::{self, Field};
use crate::contract::{ParameterLocation, Types};
use crate::engine::Transport;
use crate::text::words::{self, plain};

/// Words between which and `text` nothing stands but what points to it.
const CONTAINING: [&str; 5] = ["contain", "contains", "containing", "substring", "part"];
/// What points to the text.
const POINTING: [&str; 6] = ["this", "the", "given", "that", "a", "of"];
/// What is contained, as far as it may begin anywhere.
const ANYWHERE: [&str; 4] = ["text", "string", "substring", "characters"];
/// Words by which it may not.
const BY_WORDS: [&str; 10] =
    ["word", "words", "token", "tokens", "fulltext", "full", "match", "matches", "terms", "relevance"];
/// Items whose words are looked at.
const LOOKED_AT: usize = 50;
/// The letters of a word that has a part, and of the part.
const LETTERS: usize = 6;
/// The characters of a text in which a word is looked for.
const LONGEST: usize = 200;
const PART: usize = 4;

impl<T: Transport> List<'_, T> {
    /// Whether each parameter that looks for a part of a text finds what has it within a word.
    pub(super) async fn contained(&mut self) {
        let count = self.stage.described(self.operation).parameters.len();
        let looking: Vec<usize> = (0..count).filter(|index| self.looks_for_parts(*index)).collect();
        if looking.is_empty() {
            return;
        }
        let whole = self.known().await.unwrap_or_default();
        let all = Field::all(whole.iter());
        for parameter in looking {
            let (said, name) = (self.said(parameter), self.name(parameter));
            let fields: Vec<Field> = match SEARCHES.contains(&&*plain(&name)) {
                true => searched(&said, &whole),
                false => fields::named(&name, Said { text: &said, is_key: false }, &all).into_iter().collect(),
            };
            let folds_case = folds_case(&said);
            for field in fields.iter().filter(|field| is_of_texts(field, &whole)) {
                let Some(part) = part_of(field, &whole) else { continue };
                let has = |item: &&Value| field.values(item).iter().any(|value| has_part(value, &part, folds_case));
                let have: Vec<Value> = whole.iter().filter(has).cloned().collect();
                let text = if folds_case { part.to_uppercase() } else { part };
                let asked: Vec<(usize, Value)> =
                    self.largest().into_iter().chain([(parameter, Value::from(text.clone()))]).collect();
                let Some(sent) = self.ask(&asked).await else { continue };
                let place = field.to_string();
                let judge =
                    |list: &Subject<'_>, have: &[Value]| laws::judge_search(list, &name, &text, &place, have, false);
                if judge(&self.stage.subject(&sent), &have).is_some()
                    && let Some((sent, finding)) = self.confirmed(&asked, &have, &[field], judge).await
                {
                    self.judge(&sent, Some(finding));
                }
            }
        }
    }

    fn looks_for_parts(&self, index: usize) -> bool {
        let parameter = &self.stage.described(self.operation).parameters[index];
        let types = self.types(parameter);
        parameter.place == ParameterLocation::Query
            && types.intersects(Types::STRING)
            && !types.intersects(Types::ARRAY.or(Types::OBJECT))
            && self.choices(index).is_empty()
            && self.format(index).is_none()
            && is_for_parts(&self.said(index))
    }
}

/// Whether a description in small letters says that a text is found anywhere in another one.
fn is_for_parts(said: &str) -> bool {
    let all = words::of(said);
    let is_contained = |at: usize| {
        let mut rest = all[at + 1..].iter().skip_while(|word| POINTING.contains(&word.as_str()));
        all[at] == "substring" || rest.next().is_some_and(|word| ANYWHERE.contains(&word.as_str()))
    };
    let is_known = |at: usize| CONTAINING.contains(&all[at].as_str());
    (0..all.len()).any(|at| is_known(at) && is_contained(at))
        && ![&OPEN[..], &WHOLE, &BY_WORDS].iter().any(|known| says(said, known))
}

/// Whether a property is a text in each item, and no list of them.
fn is_of_texts(field: &Field, items: &[Value]) -> bool {
    let is_text =
        |name: &String| items.iter().filter_map(|item| item.get(name)).all(|it| it.is_string() || it.is_null());
    matches!(field.path(), [name] if is_text(name))
}

/// The middle of a word that a field of an item has: the one that the fewest items have, and none begins with.
fn part_of(field: &Field, items: &[Value]) -> Option<String> {
    let texts = items.iter().take(LOOKED_AT).flat_map(|item| field.values(item)).filter_map(Value::as_str);
    let texts: Vec<String> = texts.map(|text| text.chars().take(LONGEST).collect()).collect();
    let lower: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
    let is_word = |word: &&str| word.len() >= LETTERS && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let words = texts.iter().flat_map(|text| text.split(' ')).filter(is_word);
    let parts = words.map(|word| &word[1..=PART]);
    let begins = |part: &str| lower.iter().any(|text| text.starts_with(part));
    let count = |part: &str| lower.iter().filter(|text| text.contains(part)).count();
    parts.filter(|part| !begins(part)).min_by_key(|part| count(part)).map(str::to_owned)
}

fn has_part(value: &Value, part: &str, folds_case: bool) -> bool {
    value.as_str().is_some_and(|text| text.contains(part) || folds_case && text.to_ascii_lowercase().contains(part))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_is_looked_for_anywhere_where_that_is_said() {
        for said in [
            "only authors whose name contains this text, in any case.",
            "wares whose name or note contains the given string",
            "a substring of the name",
            "part of the text of the note",
        ] {
            assert!(is_for_parts(said), "{said}");
        }
        for said in [
            "only authors whose name contains this word",
            "only authors whose name begins with this text",
            "articles that contain pictures",
            "searches for this text",
            "whose name contains the text or a similar one",
        ] {
            assert!(!is_for_parts(said), "{said}");
        }
    }

    #[test]
    fn a_part_is_of_the_middle_of_a_word() {
        let items = [json!({"name": "old harbour"}), json!({"name": "arbours"}), json!({"name": "Lantern candle"})];
        assert_eq!(part_of(&Field::of("name"), &items[..2]).as_deref(), Some("rbou"), "`arbours` begins");
        assert_eq!(part_of(&Field::of("name"), &items[2..]).as_deref(), Some("andl"));
        assert_eq!(part_of(&Field::of("note"), &items), None);
        assert!(has_part(&json!("Old HARBOUR"), "arbo", true) && !has_part(&json!("HARBOUR"), "arbo", false));
    }
}
