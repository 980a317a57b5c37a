//! A list is not in the order that was asked for.

use std::cmp::Ordering;

use serde_json::Value;

use super::shown::listed_in;
use super::{Finding, Rule, Subject, brief, broken};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["parameter"],
    ..Rule::law(
        "unsorted",
        "A list is not sorted by the property that the request names.",
        "OpenAPI 3.1, section 4.8.12: a parameter that says by what a list is sorted",
    )
};

/// What is wrong with a list that was to be sorted by `property`; either direction is right where the request names none.
pub fn judge(list: &Subject<'_>, asked: &str, property: &str, is_descending: Option<bool>) -> Option<Finding> {
    let items = listed_in(list)?;
    let values: Vec<&Value> = items.iter().filter_map(|item| item.get(property)).filter(|is| !is.is_null()).collect();
    let orders: Vec<Ordering> = values.windows(2).filter_map(|pair| compare(pair[0], pair[1])).collect();
    let (up, down) = (orders.contains(&Ordering::Less), orders.contains(&Ordering::Greater));
    let is_wrong = match is_descending {
        Some(true) => up,
        Some(false) => down,
        None => up && down,
    };
    let shown: Vec<String> = values.iter().map(|value| value.to_string()).collect();
    let message = format!("`{asked}` was answered with `{property}` in the order {}", brief(&shown.join(", ")));
    let expected = match is_descending {
        Some(true) => "the largest first",
        Some(false) => "the smallest first",
        None => "sorted, in either direction",
    };
    is_wrong.then(|| broken(&RULE, list, message, asked, expected.to_owned()))
}

/// How two values follow each other; `None` for texts, whose order depends on the collation, or on their meaning.
fn compare(one: &Value, two: &Value) -> Option<Ordering> {
    let instant = |value: &Value| value.as_str().filter(|text| text.len() > 10)?.parse::<jiff::Timestamp>().ok();
    match (one, two) {
        (Value::Number(one), Value::Number(two)) => one.as_f64()?.partial_cmp(&two.as_f64()?),
        _ => Some(instant(one)?.cmp(&instant(two)?)),
    }
}
