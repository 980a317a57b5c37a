//! A list holds what a filter leaves out.

use std::cmp::Ordering;

use serde_json::Value;

use super::shown::{holds, is_cached, is_whole, listed_in};
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

/// What is wrong with a list that was asked for `value` of `property`. `known` are items of the list without a filter; `is_exact` says that no other value can be meant: a text may be searched for, and a number be a bound.
pub fn judge(list: &Subject<'_>, property: &str, value: &Value, known: &[Value], is_exact: bool) -> Option<Finding> {
    let items = listed_in(list)?;
    let asked = brief(&value.to_string());
    let values = || items.iter().filter_map(|item| item.get(property));
    let other = values().find(|is| is_exact && !is_match(is, value)).or_else(|| beyond_bounds(values(), value));
    let is_lacking = |item: &&Value| item.get(property) == Some(value) && !holds(&items, item);
    // An old response is whole, as of then.
    let is_all = !is_cached(list) && (items.is_empty() || is_whole(list));
    let lacks = known.iter().filter(|_| is_all).find(is_lacking);
    let message = match (other, lacks) {
        (Some(is), _) => format!("An item whose `{property}` is {} is in the list for {asked}", brief(&is.to_string())),
        (None, Some(item)) if items.is_empty() => {
            format!("No item is in the list for {asked}, which {} has", brief(&item.to_string()))
        }
        (None, Some(item)) => format!("The list for {asked} lacks {}, which has it", brief(&item.to_string())),
        (None, None) => return None,
    };
    let manner = if other.is_some() { property.to_owned() } else { format!("{property} lacks") };
    Some(broken(&RULE, list, message, &manner, format!("all items whose `{property}` is {asked}, and no other")))
}

/// A bound that a list was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Limit<'a> {
    /// The property that is bounded.
    pub property: &'a str,
    /// The bound, a number.
    pub at: &'a Value,
    /// Whether it is the least value.
    pub is_lower: bool,
    /// Whether what is at the bound is surely meant, too.
    pub is_inclusive: bool,
}

impl Limit<'_> {
    /// Whether a number is beyond the bound (`Greater`), at it, or within.
    fn side(&self, item: &Value) -> Option<Ordering> {
        let order = item.get(self.property)?.as_f64()?.partial_cmp(&self.at.as_f64()?)?;
        Some(if self.is_lower { order.reverse() } else { order })
    }

    fn surely_has(&self, item: &Value) -> bool {
        match self.side(item) {
            Some(Ordering::Less) => true,
            Some(Ordering::Equal) => self.is_inclusive,
            _ => false,
        }
    }
}

/// What is wrong with a list that was asked for what is within all `limits`, by parameters of these names. `known` are
/// items of the list without them.
pub fn judge_range(list: &Subject<'_>, limits: &[Limit<'_>], known: &[Value], names: &str) -> Option<Finding> {
    let items = listed_in(list)?;
    let is_beyond = |item: &&Value| limits.iter().any(|limit| limit.side(item) == Some(Ordering::Greater));
    let is_lacking = |item: &&Value| limits.iter().all(|limit| limit.surely_has(item)) && !holds(&items, item);
    let beyond = items.iter().find(is_beyond);
    let lacks = known.iter().filter(|_| is_whole(list) && !is_cached(list)).find(is_lacking);
    let (item, manner) = beyond.map(|item| (item, "beyond")).or(lacks.map(|item| (item, "lacks")))?;
    let shown = limits.first().and_then(|limit| item.get(limit.property)).map(Value::to_string).unwrap_or_default();
    let property = limits.first().map_or("", |limit| limit.property);
    let message = match manner {
        "beyond" => format!("An item whose `{property}` is {shown} is in the list, which `{names}` leaves out"),
        _ => format!("The list lacks {}, whose `{property}` is {shown}", brief(&item.to_string())),
    };
    let bounds = limits.iter().map(|limit| format!("{} {}", if limit.is_lower { "from" } else { "up to" }, limit.at));
    let expected =
        format!("all items whose `{property}` is {}, and no other", bounds.collect::<Vec<_>>().join(" and "));
    Some(broken(&RULE, list, message, &format!("{names} {manner}"), expected))
}

/// Another value, where it cannot be a bound that is asked for: numbers on both sides of it; true where false is asked for,
/// since what asks for true may ask for all.
fn beyond_bounds<'v>(values: impl Iterator<Item = &'v Value> + Clone, asked: &Value) -> Option<&'v Value> {
    match asked {
        Value::Bool(false) => values.clone().find(|is| **is == Value::Bool(true)),
        Value::Number(asked) => {
            let asked = asked.as_f64()?;
            let numbers = values.filter_map(|is| Some((is, is.as_f64()?)));
            let above = numbers.clone().find(|(_, is)| *is > asked)?;
            numbers.clone().any(|(_, is)| is < asked).then_some(above.0)
        }
        _ => None,
    }
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
