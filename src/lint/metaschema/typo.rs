//! Names that are nearly those of keywords.

use serde_json::{Map, Value};

use super::dialect::Dialect;
use super::keyword::{self, Form, Keyword};

/// Of a shorter keyword, too many words are one letter away.
const SHORTEST: usize = 4;
/// The same of a keyword that takes any value, so that the value is no evidence.
const SHORTEST_OF_ANY_VALUE: usize = 6;

/// The keywords that the unknown name of a member of a schema may have been meant for.
///
/// The value must fit the keyword, which must not stand beside it: else the name may well be what its author means,
/// such as that of a property where `properties` was forgotten.
pub(super) fn meant(name: &str, value: &Value, members: &Map<String, Value>, dialect: Dialect) -> Vec<&'static str> {
    keyword::of(dialect)
        .filter(|keyword| is_near(name, keyword))
        .filter(|keyword| !members.contains_key(keyword.name) && fits(value, keyword, dialect))
        .map(|keyword| keyword.name)
        .collect()
}

/// Whether a name is that of an extension.
pub(super) fn is_extension(name: &str) -> bool {
    name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("x-"))
}

fn is_near(name: &str, keyword: &Keyword) -> bool {
    let shortest = if keyword.form == Form::Anything { SHORTEST_OF_ANY_VALUE } else { SHORTEST };
    letters(name) == letters(keyword.name)
        || keyword.name.len() >= shortest
            // No slip: `item1` stands beside `item2`.
            && !name.contains(|c: char| c.is_ascii_digit())
            && name.len().abs_diff(keyword.name.len()) <= 1
            && strsim::damerau_levenshtein(name, keyword.name) == 1
}

/// The letters of a name, without case, hyphens and the like.
fn letters(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ' | '$')).map(|c| c.to_ascii_lowercase()).collect()
}

fn fits(value: &Value, keyword: &Keyword, dialect: Dialect) -> bool {
    match keyword.form {
        Form::Anything => !value.as_object().is_some_and(is_schema),
        form => form.misfit(value, dialect).is_none(),
    }
}

/// Whether an object looks like a schema.
pub(super) fn is_schema(members: &Map<String, Value>) -> bool {
    ["type", "$ref", "properties", "allOf"].into_iter().any(|name| members.contains_key(name))
}
