//! The values that a document gives by name: what stands as `currency` in one place fits where another place says less.

use std::collections::HashMap;

use serde_json::Value;

use super::model::{Schema, SchemaId};

/// Values of one name that are kept.
const MOST: usize = 4;
/// References that are followed to the schema of a property.
const FAR: usize = 8;

/// Strings and numbers by the name of the property that they are given for, in the order of the document.
#[derive(Debug, Default)]
pub(super) struct Dictionary(HashMap<String, Vec<Value>>);

impl Dictionary {
    pub fn of(schemas: &[Schema]) -> Self {
        let mut dictionary = Self::default();
        for schema in schemas {
            for (name, child) in &schema.properties {
                given(schemas, *child).into_iter().for_each(|value| dictionary.add(name, value));
            }
            let objects = schema.examples.iter().filter_map(|(example, _)| example.as_object());
            for (name, value) in objects.flatten() {
                dictionary.add(name, value);
            }
        }
        dictionary
    }

    /// The values of a name.
    pub fn get(&self, name: &str) -> &[Value] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, name: &str, value: &Value) {
        if !(value.is_string() || value.is_number()) {
            return;
        }
        let known = self.0.entry(name.to_owned()).or_default();
        if known.len() < MOST && !known.contains(value) {
            known.push(value.clone());
        }
    }
}

/// The words that a text quotes as code, as `` `urgent` ``, the first few.
pub(crate) fn quoted(text: &str) -> Vec<String> {
    const LONGEST: usize = 40;
    let is_word = |word: &&str| !word.is_empty() && word.len() <= LONGEST && word.chars().all(|c| c.is_ascii_graphic());
    let mut words: Vec<String> = Vec::new();
    for word in text.split('`').skip(1).step_by(2).map(|word| word.trim_matches('"')).filter(is_word) {
        if words.len() < MOST && !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}

/// The values that a schema gives itself.
fn given(schemas: &[Schema], id: SchemaId) -> Vec<&Value> {
    let mut schema = &schemas[id.0 as usize];
    for _ in 0..FAR {
        let Some(next) = schema.reference else { break };
        schema = &schemas[next.0 as usize];
    }
    let examples = schema.examples.iter().map(|(value, _)| value);
    examples.chain(schema.enum_values.iter().flatten()).chain(&schema.const_value).collect()
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_in_quotes_of_code_are_told_from_prose() {
        let of = |text: &str| quoted(text);
        assert_eq!(of("One of `fast`, `\"slow\"` or `fast`; see ``a b`` and `not a word`."), ["fast", "slow"]);
        assert_eq!(of("no `closing"), ["closing"]);
        assert_eq!(of("`a` `b` `c` `d` `e`").len(), 4);
        assert!(of("").is_empty() && of("plain").is_empty());
    }
}
