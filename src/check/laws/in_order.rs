//! A list is not in the order that it is documented to have by itself.

use serde_json::Value;

use super::field::Field;
use super::shown::listed_in;
use super::sorted;
use super::times::{is_creation, seconds};
use super::{Finding, Rule, Subject, brief, broken};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "wrong-order",
        "A list that is asked for no order is not in the one that its description names.",
        "OpenAPI 3.1, section 4.8.10: the description of the operation",
    )
};

/// What is made within so many seconds may be made at once: which was the first depends on who looks.
const AT_ONCE: f64 = 2.0;

/// What is wrong with a list whose newest, or oldest, items are to be first: some time of creation says so, and no other time
/// and no number that counts the items bears the order out.
pub fn judge_age(list: &Subject<'_>, is_newest_first: bool, within: Option<&Field>) -> Option<Finding> {
    let first = if is_newest_first { "the newest" } else { "the oldest" };
    let (items, field) = alike(listed_in(list)?, within)
        .into_iter()
        .find_map(|items| age_disorder(&items, is_newest_first).map(|field| (items, field)))?;
    let shown: Vec<String> = items.iter().filter_map(|item| field.value(item)).map(Value::to_string).collect();
    let message = format!(
        "The list is documented to have {first} first{}, and has `{field}` in the order {}",
        of(within),
        brief(&shown.join(", "))
    );
    Some(broken(&RULE, list, message, first, format!("{first} first")))
}

/// The items of a list, in runs of those that are alike in a field, if one is given.
fn alike(items: Vec<Value>, within: Option<&Field>) -> Vec<Vec<Value>> {
    let Some(field) = within else { return vec![items] };
    let has = |item: &Value| field.value(item).is_some_and(|value| !value.is_null());
    let runs = items.chunk_by(|one, other| has(one) && field.value(one) == field.value(other));
    runs.map(<[Value]>::to_vec).collect()
}

fn of(within: Option<&Field>) -> String {
    within.map(|field| format!(" among those of one `{field}`")).unwrap_or_default()
}

/// The time of creation in which items are not in order.
fn age_disorder(items: &[Value], is_newest_first: bool) -> Option<Field> {
    let mut told = None;
    for field in Field::all(items.iter()) {
        let is_outer = field.path().len() == 1;
        // What has a time in some items alone may come before all that has none.
        let is_time = |item: &Value| field.value(item).and_then(Value::as_str).and_then(seconds).is_some();
        if items.iter().any(is_time) && !items.iter().all(is_time) {
            return None;
        }
        let values = ranks(items, &field, is_newest_first);
        let pairs = || values.windows(2);
        // The order may be by this one.
        if pairs().all(|pair| pair[0] <= pair[1]) && pairs().any(|pair| pair[0] < pair[1]) {
            return None;
        }
        if is_outer && is_creation(&field.path()[0]) && falls_back(&values) {
            told = Some(field);
        }
    }
    told
}

/// What is wrong with a list that is sorted by a field by itself; either direction is right where none is named.
pub fn judge_field(
    list: &Subject<'_>,
    field: &Field,
    is_descending: Option<bool>,
    within: Option<&Field>,
) -> Option<Finding> {
    let runs = alike(listed_in(list)?, within);
    let (shown, expected) = runs.iter().find_map(|items| sorted::disorder(items, field, is_descending, false))?;
    let message =
        format!("The list is documented to be sorted by `{field}`{}, and has it in the order {shown}", of(within));
    Some(broken(&RULE, list, message, &field.to_string(), expected.to_owned()))
}

/// The times, or the numbers, that a field has in the items, so that they should grow: nothing where it has others, or not
/// everywhere. A time is in seconds.
fn ranks(items: &[Value], field: &Field, is_newest_first: bool) -> Vec<f64> {
    let times: Option<Vec<f64>> = items.iter().map(|item| seconds(field.value(item)?.as_str()?)).collect();
    let numbers = || items.iter().map(|item| field.value(item)?.as_f64()).collect::<Option<Vec<f64>>>();
    let mut all = times.or_else(numbers).unwrap_or_default();
    all.iter_mut().filter(|_| is_newest_first).for_each(|rank| *rank = -*rank);
    all
}

/// Whether a time is before one that is ahead of it, by more than what may have been made at once.
fn falls_back(times: &[f64]) -> bool {
    let mut largest = f64::NEG_INFINITY;
    times.iter().any(|time| {
        largest = largest.max(*time);
        largest - time >= AT_ONCE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_at_once_has_no_order() {
        assert!(!falls_back(&[1.0, 0.5, 2.0, 1.5]) && falls_back(&[1.0, 2.0, 3.0, 1.0]));
        assert!(!falls_back(&[]));
    }
}
