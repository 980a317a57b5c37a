//! Numbers of any size, and the ends of their ranges.

use std::cmp::Ordering;

use serde_json::Number;

/// One end of a range of numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bound {
    pub number: Number,
    pub exclusive: bool,
}

impl Bound {
    /// Whether it leaves fewer numbers than `other`.
    pub fn is_tighter(&self, other: &Self, is_lower: bool) -> bool {
        match compare_numbers(&self.number, &other.number) {
            Ordering::Equal => self.exclusive && !other.exclusive,
            Ordering::Greater => is_lower,
            Ordering::Less => !is_lower,
        }
    }

    /// Whether no number lies between.
    pub fn crossed(lower: Option<&Self>, upper: Option<&Self>) -> bool {
        let (Some(lower), Some(upper)) = (lower, upper) else { return false };
        match compare_numbers(&lower.number, &upper.number) {
            Ordering::Greater => true,
            Ordering::Equal => lower.exclusive || upper.exclusive,
            Ordering::Less => false,
        }
    }
}

/// Numbers by size; those without a fraction exactly.
pub(crate) fn compare_numbers(a: &Number, b: &Number) -> Ordering {
    match (whole_number(a), whole_number(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => to_float(a).total_cmp(&to_float(b)),
    }
}

/// The nearest number of 64 bits.
pub(crate) fn to_float(number: &Number) -> f64 {
    number.as_f64().unwrap_or(f64::MAX)
}

/// The number as an integer, if it has no fraction and is below 10^30.
pub(crate) fn whole_number(number: &Number) -> Option<i128> {
    if let Some(integer) = number.as_i128() {
        return Some(integer);
    }
    let float = number.as_f64()?;
    (float.fract() == 0.0 && float.abs() < 1e30).then_some(float as i128)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        text.parse().expect("a number")
    }

    #[test]
    fn integers_beyond_what_floats_hold_are_compared_exactly() {
        let order = |a: &str, b: &str| compare_numbers(&number(a), &number(b));
        assert_eq!(order("9007199254740993", "9007199254740992"), Ordering::Greater);
        assert_eq!(order("18446744073709551615", "18446744073709551614"), Ordering::Greater);
        assert_eq!(order("1", "1.0"), Ordering::Equal);
        assert_eq!(order("1.5", "2"), Ordering::Less);
        assert_eq!(order("-1e300", "1e300"), Ordering::Less);
    }

    #[test]
    fn a_bound_is_tighter_where_it_leaves_fewer_numbers() {
        let bound = |text: &str, exclusive| Bound { number: number(text), exclusive };
        assert!(bound("2", false).is_tighter(&bound("1", true), true));
        assert!(!bound("2", false).is_tighter(&bound("1", true), false));
        assert!(bound("1", true).is_tighter(&bound("1", false), true));
        assert!(!bound("1", true).is_tighter(&bound("1.0", true), true));
        assert!(Bound::crossed(Some(&bound("1", true)), Some(&bound("1", false))));
        assert!(!Bound::crossed(Some(&bound("1", false)), Some(&bound("1", false))));
    }
}
