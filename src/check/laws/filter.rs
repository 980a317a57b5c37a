//! A list holds what a filter leaves out.

use std::cmp::Ordering;

use jiff::SignedDuration;
use serde_json::Value;

use super::field::Field;
use super::shown::{holds, is_cached, is_whole, listed_in};
use super::times::instant;
use super::{Finding, Rule, Subject, brief, broken};
use crate::check::support::equality::is_equal;
use crate::text::words::plain;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["parameter"],
    ..Rule::law(
        "unfiltered",
        "A list that is asked for one value of a property holds items with another one, or lacks those that have it.",
        "OpenAPI 3.1, section 4.8.12: a parameter named as a property of the items",
    )
};

/// What a list was asked for by a filter.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<'a> {
    /// What is filtered by.
    pub field: &'a Field,
    /// The values, any of which is meant.
    pub values: &'a [Value],
    /// Whether no other value can be meant: a text may be searched for, and a number be a bound.
    pub is_exact: bool,
    /// Whether what has no value is surely left out.
    pub is_closed: bool,
}

/// What is wrong with a list that was asked for what is `chosen`. `known` are items of the list without a filter.
pub fn judge(list: &Subject<'_>, chosen: Chosen<'_>, known: &[Value]) -> Option<Finding> {
    let items = listed_in(list)?;
    let Chosen { field, values, is_exact, is_closed } = chosen;
    let asked: Vec<String> = values.iter().map(|value| brief(&value.to_string())).collect();
    let asked = asked.join(" or ");
    let other = items.iter().filter(|_| is_exact).find_map(|item| another(&field.values(item), values, is_closed));
    let bound = || beyond_bounds(items.iter().filter_map(|item| field.value(item)), values.first()?);
    let other = other.or_else(|| bound().filter(|_| values.len() == 1));
    let is_lacking =
        |item: &&Value| values.iter().any(|value| field.values(item).contains(&value)) && !holds(&items, item);
    // An old response is whole, as of then.
    let is_all = !is_cached(list) && (items.is_empty() || is_whole(list));
    let lacks = known.iter().filter(|_| is_all).find(is_lacking);
    let message = match (other, lacks) {
        (Some(is), _) => format!("An item whose `{field}` is {} is in the list for {asked}", brief(&is.to_string())),
        (None, Some(item)) if items.is_empty() => {
            format!("No item is in the list for {asked}, which {} has", brief(&item.to_string()))
        }
        (None, Some(item)) => format!("The list for {asked} lacks {}, which has it", brief(&item.to_string())),
        (None, None) => return None,
    };
    let manner = if other.is_some() { field.to_string() } else { format!("{field} lacks") };
    Some(broken(&RULE, list, message, &manner, format!("all items whose `{field}` is {asked}, and no other")))
}

/// A value of a field of an item that was not asked for, where none of its values was.
fn another<'v>(values: &[&'v Value], asked: &[Value], is_closed: bool) -> Option<&'v Value> {
    let is_asked = |is: &Value| !(is_closed && is.is_null()) && asked.iter().any(|asked| is_match(is, asked));
    let is_none = !values.iter().any(|&is| is_asked(is));
    values.first().copied().filter(|_| is_none)
}

/// Times that are less apart than this may be one.
const ROUNDING: SignedDuration = SignedDuration::from_secs(2);

/// A bound that a list was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Limit<'a> {
    /// What is bounded.
    pub field: &'a Field,
    /// The bound, a number or a time.
    pub at: &'a Value,
    /// Whether it is the least value.
    pub is_lower: bool,
    /// Whether what is at the bound is surely meant, too.
    pub is_inclusive: bool,
    /// Whether it is surely left out.
    pub is_exclusive: bool,
    /// Whether what has no value is surely left out.
    pub is_closed: bool,
}

impl Limit<'_> {
    /// Whether a value is beyond the bound (`Greater`), at it, or within.
    fn side(&self, item: &Value) -> Option<Ordering> {
        let order = order(self.field.value(item)?, self.at)?;
        Some(if self.is_lower { order.reverse() } else { order })
    }

    fn leaves_out(&self, item: &Value) -> bool {
        let is_none = self.field.value(item).is_some_and(Value::is_null);
        match self.side(item) {
            None => self.is_closed && is_none,
            Some(Ordering::Greater) => true,
            Some(Ordering::Equal) => self.is_exclusive,
            Some(Ordering::Less) => false,
        }
    }

    fn surely_has(&self, item: &Value) -> bool {
        match self.side(item) {
            Some(Ordering::Less) => true,
            Some(Ordering::Equal) => self.is_inclusive,
            _ => false,
        }
    }
}

/// How two numbers, or two times, follow each other. A time may be shown without its fraction, or rounded.
fn order(one: &Value, other: &Value) -> Option<Ordering> {
    let (Value::String(a), Value::String(b)) = (one, other) else { return one.as_f64()?.partial_cmp(&other.as_f64()?) };
    let (a, b) = (instant(a)?, instant(b)?);
    Some(if a.duration_since(b).abs() < ROUNDING { Ordering::Equal } else { a.cmp(&b) })
}

/// What is wrong with a list that was asked for what is within all `limits`, by parameters of these names. `known` are
/// items of the list without them.
pub fn judge_range(list: &Subject<'_>, limits: &[Limit<'_>], known: &[Value], names: &str) -> Option<Finding> {
    let items = listed_in(list)?;
    let is_beyond = |item: &&Value| limits.iter().any(|limit| limit.leaves_out(item));
    let is_lacking = |item: &&Value| limits.iter().all(|limit| limit.surely_has(item)) && !holds(&items, item);
    let beyond = items.iter().find(is_beyond);
    let lacks = known.iter().filter(|_| is_whole(list) && !is_cached(list)).find(is_lacking);
    let (item, manner) = beyond.map(|item| (item, "beyond")).or(lacks.map(|item| (item, "lacks")))?;
    let property = limits.first()?.field;
    let shown = property.value(item).map(Value::to_string).unwrap_or_default();
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

/// Whether a value may be meant. A text may be searched for in parts, word by word, in any case, and without its marks and
/// accents.
fn is_match(is: &Value, asked: &Value) -> bool {
    match (is, asked) {
        (Value::String(is), Value::String(asked)) => {
            let is_part = |part: &str| !part.is_empty() && plain(is).contains(&plain(part));
            !is.is_ascii() || is_part(asked) || asked.split(|letter: char| !letter.is_alphanumeric()).any(is_part)
        }
        (Value::Array(_) | Value::Object(_) | Value::Null, _) => true,
        _ => is_equal(is, asked),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_may_be_found_in_parts_in_any_case_and_without_marks() {
        for (is, asked) in [
            ("New York", "york"),
            ("New York", "York, Old"),
            ("+49 731", "49731"),
            ("Zürich", "zurich"),
            ("Ulm", "Ulm"),
        ] {
            assert!(is_match(&json!(is), &json!(asked)), "{is} {asked}");
        }
        assert!(!is_match(&json!("Ulm"), &json!("Bonn")) && !is_match(&json!(1), &json!(2)));
        assert!(is_match(&Value::Null, &json!("Ulm")));
    }

    #[test]
    fn an_item_is_meant_where_one_of_its_values_is() {
        let (one, two) = (json!("red"), json!("blue"));
        let asked = [two.clone()];
        assert_eq!(another(&[&one, &two], &asked, true), None);
        assert_eq!(another(&[&one], &asked, false), Some(&one));
        assert_eq!(another(&[&one], &[two, one.clone()], false), None);
        assert_eq!(another(&[], &asked, true), None);
        assert_eq!(another(&[&Value::Null], &asked, false), None);
        assert_eq!(another(&[&Value::Null], &asked, true), Some(&Value::Null));
    }
}
