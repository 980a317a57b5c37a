//! A search does not find what has the text, or finds what has it nowhere.

use serde_json::Value;

use super::shown::{holds, is_cached, is_whole, listed_in};
use super::{Finding, Rule, Subject, brief, broken};
use crate::text::words::plain;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["parameter"],
    ..Rule::law(
        "wrong-search",
        "A search lacks an item that has the text in a property that the document says is searched, or holds one that has it \
         nowhere.",
        "OpenAPI 3.1, section 4.8.12: the description of a parameter that is searched for",
    )
};

/// What is wrong with what a search for a text has found, where these items have it in `place`. `is_exact` says that nothing
/// else is found by it.
pub fn judge(
    list: &Subject<'_>,
    parameter: &str,
    text: &str,
    place: &str,
    have: &[Value],
    is_exact: bool,
) -> Option<Finding> {
    let items = listed_in(list)?;
    let other = items.iter().filter(|_| is_exact).find(|item| !has(item, text));
    let is_all = !is_cached(list) && (items.is_empty() || is_whole(list));
    let lacks = have.iter().filter(|_| is_all).find(|item| !holds(&items, item));
    let (message, manner) = match (other, lacks) {
        (Some(item), _) => (
            format!("`{parameter}={text}` finds {}, which has it nowhere", brief(&item.to_string())),
            parameter.to_owned(),
        ),
        (None, Some(item)) => (
            format!("`{parameter}={text}` does not find {}, which has it in `{place}`", brief(&item.to_string())),
            format!("{parameter} {place}"),
        ),
        (None, None) => return None,
    };
    Some(broken(&RULE, list, message, &manner, format!("all items that have {text:?}, and no other")))
}

/// Whether a text is in any value of an item, in any case and without marks. What is not of ASCII may be equal by other rules.
fn has(item: &Value, text: &str) -> bool {
    match item {
        Value::String(own) => !own.is_ascii() || plain(own).contains(&plain(text)),
        Value::Array(items) => items.iter().any(|item| has(item, text)),
        Value::Object(members) => members.values().any(|value| has(value, text)),
        Value::Number(number) => number.to_string().contains(text),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_is_anywhere_in_an_item_in_any_case() {
        let item = json!({"name": "Blue-Berry", "origin": {"city": "Ulm"}, "tags": ["red"], "size": 12});
        assert!(["blueberry", "ULM", "red", "12"].iter().all(|text| has(&item, text)));
        assert!(!has(&item, "green") && has(&json!({"name": "Zürich"}), "zurich"));
    }
}
