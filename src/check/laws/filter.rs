//! A list holds what a filter leaves out.

use serde_json::Value;

use super::shown::listed_in;
use super::{Finding, Rule, Subject, brief, broken};
use crate::check::support::equality::is_equal;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["parameter"],
    ..Rule::law(
        "unfiltered",
        "A list that is asked for one value of a property holds items with another one, or lacks those that have it.",
        "OpenAPI 3.1, section 4.8.12: a parameter named as a property of the items",
    )
};

/// What is wrong with a list that was asked for `value` of `property`; `has_it` says that an item has that value, `is_exact`
/// that no other value can be meant: a text may be searched for, and a number be a bound.
pub fn judge(list: &Subject<'_>, property: &str, value: &Value, has_it: bool, is_exact: bool) -> Option<Finding> {
    let items = listed_in(list)?;
    let asked = brief(&value.to_string());
    let other = items.iter().filter_map(|item| item.get(property)).find(|is| is_exact && !is_match(is, value));
    let message = match other {
        Some(is) => format!("An item whose `{property}` is {} is in the list for {asked}", brief(&is.to_string())),
        None if has_it && items.is_empty() => format!("No item is in the list for {asked}, which one has"),
        None => return None,
    };
    let manner = if other.is_some() { property.to_owned() } else { format!("{property} lacks") };
    Some(broken(&RULE, list, message, &manner, format!("all items whose `{property}` is {asked}, and no other")))
}

/// Whether an item may be meant. A text may be searched for in parts, and in any case.
fn is_match(is: &Value, asked: &Value) -> bool {
    let lower = |value: &Value| value.as_str().map(str::to_lowercase);
    match (lower(is), lower(asked)) {
        (Some(is), Some(asked)) => is.contains(&asked),
        _ => match is {
            Value::Array(all) => all.iter().any(|one| is_match(one, asked)),
            Value::Object(_) | Value::Null => true,
            _ => is_equal(is, asked),
        },
    }
}
