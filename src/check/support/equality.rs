//! Whether a value is still what it was.

use serde_json::{Number, Value};

use crate::text::words;

/// Names whose value is the server's to set, whatever the request says.
const SERVER_MADE: [&str; 8] = ["id", "status", "state", "version", "revision", "etag", "created", "updated"];

/// Last words of the names of what says the state of a resource.
const STATES: [&str; 5] = ["status", "state", "stage", "phase", "visibility"];

/// Whether the value of a property of this name is the server's to set.
pub fn is_server_made(name: &str) -> bool {
    SERVER_MADE.contains(&name.to_ascii_lowercase().as_str()) || name.ends_with("_at") || name.ends_with("At")
}

/// Whether a property is one that a server does well to hide, though the document does not say so.
pub fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [
        "password",
        "passwd",
        "secret",
        "token",
        "apikey",
        "api_key",
        "privatekey",
        "private_key",
        "credential",
        "cvv",
        "card",
    ]
    .iter()
    .any(|word| name.contains(word))
}

/// Whether two values say the same: numbers by their value, times as instants, objects with all that was sent.
pub fn is_equal(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::String(a), Value::String(b)) => a == b || is_same_text(a, b),
        (Value::Number(a), Value::Number(b)) => a == b || is_same_number(a, b),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_equal(a, b)),
        (Value::Object(a), Value::Object(b)) => a.iter().all(|(name, value)| is_kept(value, b.get(name))),
        (a, b) => a == b,
    }
}

/// Whether two values say the same, either way: neither has what the other lacks.
pub fn is_same(one: &Value, other: &Value) -> bool {
    is_equal(one, other) && is_equal(other, one)
}

/// Whether two numbers are one, but for the last bit of a fraction: not every library reads and writes that.
fn is_same_number(a: &Number, b: &Number) -> bool {
    let (Some(one), Some(other)) = (a.as_f64(), b.as_f64()) else { return false };
    let is_fraction = |number: f64| number.fract() != 0.0;
    one == other || is_fraction(one) && is_fraction(other) && (one - other).abs() <= one.abs() * 2.0 * f64::EPSILON
}

/// Whether two texts are one instant, or one number written with more or fewer zeros.
fn is_same_text(a: &str, b: &str) -> bool {
    let instant = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let is_decimal = |text: &str| {
        let digits = text.strip_prefix('-').unwrap_or(text);
        digits.contains('.') && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    let number = |text: &str| text.parse::<f64>().ok();
    instant(a).is_some_and(|time| Some(time) == instant(b))
        || (is_decimal(a) || is_decimal(b)) && number(a).is_some_and(|value| Some(value) == number(b))
}

/// A null and nothing at all often mean the same.
pub fn is_kept(before: &Value, after: Option<&Value>) -> bool {
    after.map_or_else(|| before.is_null(), |after| is_equal(before, after))
}

/// Whether a property says in which state a resource is, by its name.
pub fn says_state(name: &str) -> bool {
    words::of(name).last().is_some_and(|word| STATES.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_number_is_one_however_it_is_written() {
        let same = |one: Value, other: Value| is_same(&one, &other);
        assert!(same(json!("-0.00"), json!("-000000.00")) && same(json!("1.5"), json!("1.50")));
        assert!(!same(json!("-1.5"), json!("1.5")) && !same(json!("1-5.0"), json!("15.0")));
        assert!(same(json!(195_844.913_676_546_54), json!(195_844.913_676_546_57)) && same(json!(1), json!(1.0)));
        assert!(!same(json!(0.1), json!(0.100_000_000_001)));
        assert!(!same(json!(9_007_199_254_740_992_i64), json!(9_007_199_254_740_994_i64)));
    }
}
