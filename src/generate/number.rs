//! Numbers: boundary values, and values out of bounds.

use serde_json::{Number, Value};

use super::shape::MergedSchema;
use crate::contract::{Bound, Types, is_integer, to_float, whole_number};

/// A number of 64 bits.
pub(super) fn integer(value: i128) -> Option<Value> {
    i64::try_from(value).map(Value::from).ok().or_else(|| u64::try_from(value).map(Value::from).ok())
}

/// The range of integers that a shape allows, within what common implementations can hold.
fn range(shape: &MergedSchema) -> (i128, i128) {
    let narrow = shape.formats.iter().any(|format| format == "int32");
    let (mut low, mut high) = match narrow {
        true => (i128::from(i32::MIN), i128::from(i32::MAX)),
        false => (i128::from(i64::MIN), i128::from(i64::MAX)),
    };
    if let Some(bound) = &shape.lower {
        low = low.max(match whole_number(&bound.number) {
            Some(number) => number.saturating_add(i128::from(bound.exclusive)),
            None => (to_float(&bound.number).floor() as i128).saturating_add(1),
        });
    }
    if let Some(bound) = &shape.upper {
        high = high.min(match whole_number(&bound.number) {
            Some(number) => number.saturating_sub(i128::from(bound.exclusive)),
            None => (to_float(&bound.number).ceil() as i128).saturating_sub(1),
        });
    }
    (low, high)
}

/// The greatest integers that a document may take for granted without a word, in the order in which they are: what 32 bits
/// hold, what a float of 64 bits holds exactly (RFC 8259, section 6), and what 64 bits hold.
const SURE: [i128; 3] = [(1 << 31) - 1, (1 << 53) - 1, i64::MAX as i128];

/// The range of integers that any server must take. A bound or a format says how large numbers are, and where neither
/// does, how much a server can hold is its own affair.
pub(super) fn sure_range(shape: &MergedSchema) -> (i128, i128) {
    let (low, high) = range(shape);
    if shape.formats.iter().any(|format| matches!(format.as_str(), "int32" | "int64")) {
        return (low, high);
    }
    let silent = &SURE[usize::from(takes_fractions(shape))..];
    // Whoever asks for more than 32 bits holds more.
    let beside = |bound: i128| silent.iter().find(|sure| **sure > bound).copied().unwrap_or(bound);
    let sure_low = if shape.lower.is_some() { low } else { low.max(-beside(-high)) };
    let sure_high = if shape.upper.is_some() { high } else { high.min(beside(low)) };
    (sure_low, sure_high)
}

/// Whether any server must take a number that the shape allows.
pub(crate) fn is_sure(shape: &MergedSchema, value: &Value) -> bool {
    let (low, high) = sure_range(shape);
    value.as_number().is_none_or(|number| match whole_number(number) {
        Some(number) => (low..=high).contains(&number),
        None => to_float(number) >= low as f64 && to_float(number) <= high as f64,
    })
}

/// Whether a shape allows fractions. A format of integers implies that it does not.
pub(super) fn takes_fractions(shape: &MergedSchema) -> bool {
    shape.types.contains(Types::NUMBER)
        && !shape.formats.iter().any(|format| matches!(format.as_str(), "int32" | "int64"))
}

/// A step that leaves no integer of 64 bits but 0.
const TOO_FAR: i128 = 1 << 65;

/// The step that all integers of a shape are multiples of. Of fractions, it is that of whole numbers where the shape has no
/// others.
pub(super) fn step(shape: &MergedSchema) -> i128 {
    let is_whole = !takes_fractions(shape);
    let step = |multiple| whole_number(multiple).or_else(|| whole_step(multiple).filter(|_| is_whole));
    let steps = shape.multiples.iter().filter_map(step).filter(|step| *step > 0);
    steps.fold(1, |a, b| (a / gcd(a, b)).checked_mul(b).unwrap_or(TOO_FAR).min(TOO_FAR))
}

/// The least whole number that is a multiple of a fraction.
fn whole_step(fraction: &Number) -> Option<i128> {
    let (digits, decimals) = decimal(fraction)?;
    let whole = 10i128.checked_pow(u32::try_from(decimals).ok()?)?;
    (digits > 0).then(|| digits / gcd(digits, whole))
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Numbers that a shape allows, the simplest first, each with a label.
pub(crate) fn numbers(shape: &MergedSchema) -> Vec<(&'static str, Value)> {
    let mut out: Vec<(&'static str, Value)> = Vec::new();
    let mut push = |label, value: Option<Value>| {
        if let Some(value) = value
            && !out.iter().any(|(_, known)| *known == value)
        {
            out.push((label, value));
        }
    };
    let (low, high) = range(shape);
    let step = step(shape);
    let is_fractional = |multiple: &Number| {
        whole_number(multiple).is_none() && (takes_fractions(shape) || whole_step(multiple).is_none())
    };
    let fractional_step = shape.multiples.iter().any(is_fractional);
    if low <= high && !fractional_step {
        let up = |value: i128| value + (step - value.rem_euclid(step)) % step;
        let down = |value: i128| value - value.rem_euclid(step);
        let fits = |value: i128| (low..=high).contains(&value) && value.rem_euclid(step) == 0;
        let mut whole = |label, value: i128| push(label, Some(value).filter(|value| fits(*value)).and_then(integer));
        for value in [1, 0] {
            whole("a plain number", value);
        }
        let bounded = |bound: &Option<Bound>| bound.is_some() || shape.formats.iter().any(|f| f == "int32");
        if bounded(&shape.lower) {
            whole("the least number", up(low));
            whole("just above the least number", up(low) + step);
        }
        if bounded(&shape.upper) {
            whole("the greatest number", down(high));
            whole("just below the greatest number", down(high) - step);
        }
        whole("a plain number", up(low.max(0)));
        whole("a plain number", down(high.min(0)));
        whole("a negative number", down(-1));
        for (label, power) in [("2^31", 31), ("2^53", 53)] {
            for value in [1i128 << power, -(1i128 << power), (1i128 << power) - 1] {
                whole(label, value);
            }
        }
        whole("2^63 - 1", i128::from(i64::MAX));
        whole("-2^63", i128::from(i64::MIN));
    }
    if takes_fractions(shape) {
        let unit = shape.multiples.iter().map(to_float).fold(None, |known: Option<f64>, unit| {
            Some(known.map_or(unit, |known| if known % unit == 0.0 { known } else { unit }))
        });
        let target = |value: f64| {
            let above = shape.lower.as_ref().is_none_or(|bound| {
                let at = to_float(&bound.number);
                value > at || (!bound.exclusive && value >= at)
            });
            let below = shape.upper.as_ref().is_none_or(|bound| {
                let at = to_float(&bound.number);
                value < at || (!bound.exclusive && value <= at)
            });
            above && below
        };
        let low = shape.lower.as_ref().map(|bound| to_float(&bound.number) + slack(&bound.number));
        let high = shape.upper.as_ref().map(|bound| to_float(&bound.number) - slack(&bound.number));
        let mut candidates = match (low, high) {
            (Some(low), Some(high)) => vec![low, high, f64::midpoint(low, high), low + (high - low) / 64.0],
            (Some(low), None) => vec![low, low + 0.5, low + 1.25],
            (None, Some(high)) => vec![high, high - 0.5, high - 1.25],
            (None, None) => vec![],
        };
        candidates.extend([0.5, 1.5, -1.25, 1e10, 1e-7, 12345.678]);
        for candidate in candidates {
            let candidate = match (&shape.multiples[..], unit) {
                ([multiple], Some(unit)) => nearest_multiple(multiple, candidate / unit).unwrap_or(f64::NAN),
                (_, unit) => unit.map_or(candidate, |unit| (candidate / unit).round() * unit),
            };
            if target(candidate) && candidate.is_finite() {
                push("a fraction", Number::from_f64(candidate).map(tidy));
            }
        }
    }
    out
}

/// How far from a bound a number is surely on its own side of it: one beyond 64 bits was rounded when it was read.
fn slack(bound: &Number) -> f64 {
    let float = to_float(bound).abs();
    if bound.is_i64() || bound.is_u64() || float < SURE[2] as f64 { 0.0 } else { float * 1e-9 }
}

/// The multiple that is nearest to so many times a step, as it is written in decimals: 3 times 0.1 is 0.3. `None` where who
/// divides floats takes it for none.
fn nearest_multiple(step: &Number, times: f64) -> Option<f64> {
    let (digits, decimals) = decimal(step)?;
    let times = (times.round().abs() < 1e15).then_some(times.round())?;
    let whole = (times as i128).checked_mul(digits)?;
    let multiple = whole as f64 / 10f64.powi(decimals);
    (multiple == 0.0 || (multiple / to_float(step)).fract() == 0.0).then_some(multiple)
}

/// A number as its digits, and how many of them are behind the point; `None` where there are too many.
fn decimal(number: &Number) -> Option<(i128, i32)> {
    let text = number.to_string();
    let (text, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction}").parse().ok()?;
    let decimals = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
    (0..30).contains(&decimals).then_some((digits, decimals))
}

/// A number as an author would write it: whole ones without fraction.
fn tidy(number: Number) -> Value {
    match whole_number(&number) {
        Some(int) if is_integer(&number) => integer(int).unwrap_or(Value::Number(number)),
        _ => Value::Number(number),
    }
}

/// The first integer beyond what the format of a shape holds (OpenAPI 3.0, section 4.4), where it allows that, or beyond 64
/// bits.
pub(crate) fn beyond_format(shape: &MergedSchema) -> Option<(&'static str, Value)> {
    let has = |name: &str| shape.formats.iter().any(|format| format == name);
    let (label, first) = match has("int32") {
        true => ("2^31, beyond `int32`", 1i128 << 31),
        false => ("2^63, beyond 64 bits", 1i128 << 63),
    };
    if shape.upper.is_some() || takes_fractions(shape) {
        return None;
    }
    let step = step(shape);
    Some((label, integer(first + (step - first % step) % step)?))
}

/// Numbers just outside of `bound`, the nearest first.
pub(crate) fn beyond(shape: &MergedSchema, bound: &Bound, is_lower: bool) -> Vec<Value> {
    let sign: i128 = if is_lower { -1 } else { 1 };
    let mut out = Vec::new();
    let step = step(shape);
    let at = match whole_number(&bound.number) {
        Some(at) => Some(at),
        None if is_lower => Some((to_float(&bound.number).floor() as i128).saturating_add(1)),
        None => Some((to_float(&bound.number).ceil() as i128).saturating_sub(1)),
    };
    if let Some(at) = at {
        let nearest =
            if bound.exclusive && whole_number(&bound.number).is_some() { at } else { at.saturating_add(sign) };
        let aligned = if is_lower {
            nearest.saturating_sub(nearest.rem_euclid(step))
        } else {
            nearest.saturating_add((step - nearest.rem_euclid(step)) % step)
        };
        for distance in [0, 1, 1000] {
            out.extend(integer(aligned.saturating_add(sign * distance * step)));
        }
        // What is cut to 32 bits is the bound itself.
        out.extend(integer(at.saturating_add(sign << 32)).filter(|_| at.rem_euclid(step) == 0 && step == 1));
    }
    if takes_fractions(shape) {
        let at = to_float(&bound.number) + sign as f64 * slack(&bound.number);
        if bound.exclusive && slack(&bound.number) == 0.0 {
            out.push(Value::Number(bound.number.clone()));
        }
        // Beyond the bound, what is a multiple breaks nothing else.
        if let [multiple] = &shape.multiples[..]
            && whole_number(multiple).is_none()
        {
            let times = at / to_float(multiple);
            let further = (0..4)
                .map(|more| if is_lower { times.floor() - f64::from(more) } else { times.ceil() + f64::from(more) });
            let is_beyond = |value: &f64| if is_lower { *value < at } else { *value > at };
            let found = further.filter_map(|times| nearest_multiple(multiple, times)).filter(is_beyond).take(2);
            out.extend(found.filter_map(Number::from_f64).map(tidy));
        }
        // Whoever rounds first takes what is nearer than a half.
        for distance in [0.25, 0.5] {
            out.extend(Number::from_f64(at + sign as f64 * distance).map(Value::Number));
        }
    }
    out
}

/// A number that is large, and yet exact as a float.
const LARGE: i128 = 1 << 40;

/// Numbers that are no multiple of `multiple`.
pub(crate) fn between_multiples(shape: &MergedSchema, multiple: &Number) -> Vec<Value> {
    let mut out = Vec::new();
    let (low, high) = range(shape);
    if let Some(step) = whole_number(multiple).filter(|step| *step > 1) {
        let base = low.max(0).min(high);
        for value in base..base + 4 {
            if value % step != 0 && (low..=high).contains(&value) {
                out.extend(integer(value));
            }
        }
        // Whoever divides with floats may be lost among large numbers.
        let large = LARGE - LARGE.rem_euclid(step) + 1;
        out.extend(integer(large).filter(|_| (low..=high).contains(&large)));
    }
    if takes_fractions(shape) {
        let unit = to_float(multiple);
        let start = shape.lower.as_ref().map_or(0.0, |bound| (to_float(&bound.number) / unit).ceil() * unit);
        // With as many decimals as multiples have, and whole ones.
        let beside = decimal(multiple).filter(|(digits, decimals)| digits.abs() > 1 && *decimals > 0);
        let near = beside.map(|(digits, decimals)| (digits + 1) as f64 / 10f64.powi(decimals));
        out.extend(near.filter(|near| start < *near).and_then(Number::from_f64).map(Value::Number));
        out.extend(integer(1).filter(|_| unit < 1.0 && unit.recip().fract().abs() > 1e-6 && start < 1.0));
        out.extend([start + unit * 0.5, start + unit * 1.25].into_iter().filter_map(Number::from_f64).map(tidy));
    }
    out
}
