//! A sum of what a resource holds is not what it holds.

use serde_json::{Map, Value};

use super::counter::is_count_of;
use super::shown::{sent, shown_by};
use super::{Finding, Rule, Severity, Subject, brief, broken, is_success, name};
use crate::text::words;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    // That it is one, no document says in a form that can be read.
    severity: Severity::Warning,
    ..Rule::law(
        "stale-sum",
        "A count, or a sum of prices by quantities, that a resource shows of its lines stays as it was when they change.",
        "none: what was the sum of all lines, in each resource that was looked at, is one",
    )
};

/// Last words of the names of sums, of what a line costs, and of how many there are of it.
const SUMS: [&str; 4] = ["total", "subtotal", "sum", "amount"];
const PRICES: [&str; 5] = ["price", "cost", "amount", "rate", "cents"];
const QUANTITIES: [&str; 5] = ["quantity", "qty", "count", "units", "pieces"];
/// Sums are equal that differ by less than half of the smallest coin.
const NEAR: f64 = 0.005;

/// How a property follows from lines.
#[derive(Debug, PartialEq)]
enum Sum {
    /// It is their number.
    Count,
    /// It is what these properties come to, multiplied in each line.
    Of(String, String),
}

impl Sum {
    fn of(&self, lines: &[Value]) -> Option<f64> {
        match self {
            Self::Count => Some(lines.len() as f64),
            Self::Of(price, quantity) => {
                let line = |line: &Value| Some(number(line.get(price)?)? * number(line.get(quantity)?)?);
                lines.iter().map(line).sum()
            }
        }
    }
}

/// What is wrong with what is read after a change of the lines `property`: a sum of them that was right before is as it was.
/// `another` one, whose lines need not be as many, must bear out that it is one.
pub fn judge([before, change, after]: [&Subject<'_>; 3], another: &Subject<'_>, property: &str) -> Option<Finding> {
    let (was, now, other) = (shown_by(before)?, shown_by(after)?, shown_by(another)?);
    let set = sent(change).filter(|_| is_success(change))?;
    let [old, new] = [&was, &now].map(|shown| shown.get(property).and_then(Value::as_array));
    let (old, new) = (old?, new?);
    let (sum, is, expected) = was.iter().find_map(|(sum, value)| {
        if set.contains_key(sum) {
            return None;
        }
        let (value, is) = (number(value)?, number(now.get(sum)?)?);
        let how = follows(sum, value, property, old)?;
        let is_borne_out = other.get(property).and_then(Value::as_array).is_some_and(|lines| {
            let is = other.get(sum).and_then(number);
            !lines.is_empty() && how.of(lines).zip(is).is_some_and(|(sum, is)| is_near(sum, is))
        });
        let expected = how.of(new).filter(|_| is_borne_out)?;
        (is_near(is, value) && !is_near(expected, value)).then(|| (sum, now[sum].clone(), expected))
    })?;
    let message =
        format!("`{sum}` is still {} after {} has changed `{property}`", brief(&is.to_string()), name(change));
    Some(broken(&RULE, change, message, sum, expected.to_string()))
}

/// How a property of this name and value follows from lines, if it does.
fn follows(property: &str, value: f64, of: &str, lines: &[Value]) -> Option<Sum> {
    let first: &Map<String, Value> = lines.first()?.as_object()?;
    if is_count_of(property, of) {
        return is_near(value, lines.len() as f64).then_some(Sum::Count);
    }
    let called = |name: &str, known: &[&str]| words::of(name).last().is_some_and(|word| known.contains(&word.as_str()));
    let named = |known: &'static [&'static str]| first.keys().filter(move |name| called(name, known));
    let mut pairs = named(&PRICES).flat_map(|price| named(&QUANTITIES).map(move |quantity| (price, quantity)));
    let is_it = |sum: &Sum| value != 0.0 && sum.of(lines).is_some_and(|is| is_near(is, value));
    let sum = pairs.find_map(|(price, quantity)| Some(Sum::Of(price.clone(), quantity.clone())).filter(is_it));
    sum.filter(|_| called(property, &SUMS))
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn is_near(one: f64, other: f64) -> bool {
    (one - other).abs() < NEAR
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_sum_is_one_by_its_name_and_its_value() {
        let lines = [json!({"unit_price": "1.50", "quantity": 2}), json!({"unit_price": 2, "quantity": 1})];
        let of = |name: &str, value: f64| follows(name, value, "lines", &lines);
        assert_eq!(of("total", 5.0), Some(Sum::Of("unit_price".to_owned(), "quantity".to_owned())));
        assert_eq!((of("line_count", 2.0), of("grand_total", 5.95), of("weight", 5.0)), (Some(Sum::Count), None, None));
    }
}
