//! Values that have an order: numbers, dates and times.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde_json::Value;

/// How two values compare; `None` where they are not of one kind that has an order.
pub(super) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        // The parser of times takes an hour alone.
        (Value::String(left), Value::String(right)) if left.contains([':', '-']) => of_text::<Timestamp>(left, right)
            .or_else(|| of_text::<Date>(left, right))
            .or_else(|| of_text::<Time>(left, right)),
        _ => None,
    }
}

/// Whether a value is a date, a time or both.
pub(super) fn is_of_time(value: &Value) -> bool {
    value.is_string() && compare(value, value).is_some()
}

/// The present in the form of a value, if that is a date.
pub(super) fn now_as(value: &Value) -> Option<Value> {
    let text = value.as_str()?;
    let now = Timestamp::now();
    if text.parse::<Timestamp>().is_ok() {
        return Some(Value::from(now.to_string()));
    }
    text.parse::<Date>().ok().map(|_| Value::from(now.to_zoned(TimeZone::UTC).date().to_string()))
}

fn of_text<T: std::str::FromStr + Ord>(left: &str, right: &str) -> Option<Ordering> {
    let (left, right): (T, T) = (left.parse().ok()?, right.parse().ok()?);
    Some(left.cmp(&right))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_of_one_kind_has_an_order() {
        let compare = |left: Value, right: Value| compare(&left, &right);
        assert_eq!(compare(json!(1), json!(1.5)), Some(Ordering::Less));
        assert_eq!(compare(json!("2024-01-15"), json!("2023-12-31")), Some(Ordering::Greater));
        assert_eq!(compare(json!("2024-01-15T10:00:00+02:00"), json!("2024-01-15T08:00:00Z")), Some(Ordering::Equal));
        assert_eq!(compare(json!("a"), json!("b")), None);
        assert_eq!(compare(json!(1), json!("1")), None);
        assert!(is_of_time(&json!("10:30:00")) && !is_of_time(&json!("10")) && !is_of_time(&json!(10)));
    }
}
