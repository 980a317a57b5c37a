//! What is left of a case when it is as simple as it gets: the nodes in which it differs from the plainest
//! request, and of what kind they are. Two cases that come down to the same have the same cause.

use serde_json::Value;

use crate::case::RequestValues;
use crate::contract::Operation;
use crate::spec::Pointer;
use crate::text::character::kind_of;

/// In what a request differs from the plainest one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Parameters, by their position in the operation.
    pub parameters: Vec<usize>,
    /// Nodes of the body, the innermost that differ.
    pub body: Vec<Pointer>,
    /// The kind of each differing value, for example "short string of quotes".
    pub kinds: Vec<String>,
}

impl Difference {
    /// Whether the values differ by characters that programs stumble over, whatever else they are an edge of.
    pub fn is_of_characters(&self) -> bool {
        const PLAIN: [&str; 5] = ["letters", "capitals", "digits", "punctuation", "blanks"];
        self.kinds.iter().any(|kind| {
            let characters = kind.split_once(" string of ").map_or("", |(_, characters)| characters);
            characters.split(", ").any(|characters| !characters.is_empty() && !PLAIN.contains(&characters))
        })
    }

    /// The difference in full, by stable names: what distinguishes one cause from another.
    pub fn manner(&self, operation: &Operation) -> String {
        let places = self.places(operation).chain(std::iter::repeat("the body".to_owned()));
        let each: Vec<String> = places.zip(&self.kinds).map(|(place, kind)| format!("{place}: {kind}")).collect();
        if each.is_empty() { "nothing".to_owned() } else { each.join("; ") }
    }

    /// The difference in a few words, for example "`/text`: short string of capitals"; `None` where there is none,
    /// or too much.
    pub fn describe(&self, operation: &Operation) -> Option<String> {
        const MOST: usize = 3;
        let parts: Vec<String> =
            self.places(operation).zip(&self.kinds).map(|(place, kind)| format!("{place}: {kind}")).collect();
        (1..=MOST).contains(&parts.len()).then(|| parts.join(", "))
    }

    fn places(&self, operation: &Operation) -> impl Iterator<Item = String> {
        let parameters = self.parameters.iter().filter_map(|index| {
            let parameter = operation.parameters.get(*index)?;
            Some(format!("{} parameter `{}`", parameter.place, parameter.name))
        });
        parameters.chain(self.body.iter().map(|at| format!("`{at}`")))
    }
}

/// In what `values` differs from `base`.
pub fn difference(values: &RequestValues, base: &RequestValues) -> Difference {
    let mut found = Difference::default();
    for (index, (value, plain)) in values.parameters.iter().zip(&base.parameters).enumerate() {
        if value != plain {
            found.parameters.push(index);
            found.kinds.push(value.as_ref().map_or_else(|| "missing".to_owned(), kind));
        }
    }
    match (&values.body, &base.body) {
        (Some((_, value)), Some((_, plain))) => compare(value, plain, &Pointer::root(), &mut found),
        (None, Some(_)) => found.kinds.push("no body".to_owned()),
        _ => {}
    }
    found
}

fn compare(value: &Value, plain: &Value, at: &Pointer, found: &mut Difference) {
    match (value, plain) {
        _ if value == plain => {}
        (Value::Object(members), Value::Object(plain_members)) => {
            for (name, child) in members {
                match plain_members.get(name) {
                    Some(plain) => compare(child, plain, &at.join(name), found),
                    None => inner(child, &at.join(name), found),
                }
            }
            for name in plain_members.keys().filter(|name| !members.contains_key(*name)) {
                found.body.push(at.join(name));
                found.kinds.push("missing".to_owned());
            }
        }
        (Value::Array(items), Value::Array(plain_items)) if items.len() == plain_items.len() => {
            for (index, (item, plain)) in items.iter().zip(plain_items).enumerate() {
                compare(item, plain, &at.index(index), found);
            }
        }
        _ => inner(value, at, found),
    }
}

/// Goes down to the only value that a new node holds, so that the place is the innermost.
fn inner(value: &Value, at: &Pointer, found: &mut Difference) {
    match value {
        Value::Object(members) if members.len() == 1 => {
            for (name, child) in members {
                inner(child, &at.join(name), found);
            }
        }
        Value::Array(items) if items.len() == 1 => inner(&items[0], &at.index(0), found),
        _ => {
            found.body.push(at.clone());
            found.kinds.push(kind(value));
        }
    }
}

/// The kind of a value: for strings, the kinds of their characters and whether they are long.
fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => {
            let size = number.as_f64().unwrap_or(0.0);
            let sign = if size < 0.0 { "negative " } else { "" };
            let magnitude = match size.abs() {
                0.0 => "zero",
                size if size.fract() != 0.0 => "fraction",
                size if size < 2_147_483_648.0 => "number",
                size if size < 9_007_199_254_740_992.0 => "large number",
                _ => "huge number",
            };
            format!("{sign}{magnitude}")
        }
        Value::String(text) => {
            let mut kinds: Vec<&str> = text.chars().map(kind_of).collect();
            kinds.sort_unstable();
            kinds.dedup();
            let length = match text.chars().count() {
                0 => return "empty string".to_owned(),
                1..=40 => "short",
                _ => "long",
            };
            format!("{length} string of {}", kinds.join(", "))
        }
        Value::Array(items) => format!("array of {}", items.len().min(3)),
        Value::Object(members) => format!("object of {}", members.len().min(3)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn values(body: Value) -> RequestValues {
        RequestValues { parameters: Vec::new(), body: Some((0, body)), credentials: Default::default(), mutation: None }
    }

    #[test]
    fn the_innermost_difference_is_named_with_its_kind() {
        let base = values(json!({"text": "text", "sender": {"role": "agent"}}));
        let found = difference(&values(json!({"text": "😀", "sender": {"role": "agent"}})), &base);
        assert_eq!(found.body, [Pointer::new("/text")]);
        assert_eq!(found.kinds, ["short string of characters beyond the BMP"]);
        let found = difference(&values(json!({"text": "text", "sender": {}, "tags": ["x"]})), &base);
        assert_eq!(found.body, [Pointer::new("/sender/role"), Pointer::new("/tags/0")]);
        assert_eq!(found.kinds[0], "missing");
        assert_eq!(difference(&base, &base), Difference::default());
        let found = difference(&values(json!({"text": "", "sender": {"role": "agent"}})), &base);
        assert_eq!((found.kinds.as_slice(), found.is_of_characters()), (["empty string".to_owned()].as_slice(), false));
    }
}
