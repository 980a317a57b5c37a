//! What a change does to the times that a resource shows.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::shown::shown_by;
use super::{Finding, Rule, Subject, broken, is_success, name};
use crate::text::words::plain;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "moved-time",
        "A change sets the time of creation, or sets the time of the last change back or leaves it as it was.",
        "none: a time of creation is of one event, and later events have later times",
    )
};

const CREATED: [&str; 6] = ["created", "createdat", "creationdate", "createdon", "datecreated", "createdtime"];
const UPDATED: [&str; 9] = [
    "updated",
    "updatedat",
    "modified",
    "modifiedat",
    "lastmodified",
    "lastupdated",
    "updatedon",
    "datemodified",
    "lastmodifiedat",
];
/// Differences up to so many seconds may come from rounding, of whole seconds; up to so many milliseconds of others.
const ROUNDING: i64 = 1;
const ROUNDING_OF_FRACTIONS: i64 = 10;

/// What is wrong with the times of a resource before and after a change of it that names none of them.
pub fn judge(before: &Subject<'_>, change: &Subject<'_>, after: &Subject<'_>) -> Option<Finding> {
    if !is_success(change) {
        return None;
    }
    let (was, is) = (shown_by(before)?, shown_by(after)?);
    let set = super::shown::sent(change).cloned().unwrap_or_default();
    let told = |names: &[&str], is_wrong: fn(Timestamp, Timestamp) -> bool, what: &str| {
        let (property, old, new) = times(&was, &is, names)
            .find(|(property, old, new)| !set.contains_key(*property) && is_wrong(*old, *new))?;
        let message = format!("`{property}` was {old}, and is {new} after {}", name(change));
        Some(broken(&RULE, change, message, property, what.to_owned()))
    };
    let is_before = |old: Timestamp, new: Timestamp| new.as_second() - old.as_second() < -ROUNDING;
    told(&CREATED, has_moved, "the time of creation, as before")
        .or_else(|| told(&UPDATED, is_before, "a time that is not before the last one"))
}

/// Whether a time is another one than before, and not only another spelling of it.
fn has_moved(old: Timestamp, new: Timestamp) -> bool {
    let has_fraction = |time: Timestamp| time.subsec_nanosecond() != 0;
    match has_fraction(old) && has_fraction(new) {
        true => (new.as_millisecond() - old.as_millisecond()).abs() > ROUNDING_OF_FRACTIONS,
        false => (new.as_second() - old.as_second()).abs() > ROUNDING,
    }
}

/// Names that may be of another change than that of the resource: of what it has from elsewhere.
const OF_OTHERS: [&str; 2] = ["lastupdated", "updated"];

/// What is wrong with the time of the last change that is as it was, over a change that is to be seen. Whoever asks has waited
/// since that time for longer than a second: a time of whole minutes may stay.
pub fn judge_unmoved(before: &Subject<'_>, change: &Subject<'_>, after: &Subject<'_>) -> Option<Finding> {
    let (was, is) = (shown_by(before)?, shown_by(after)?);
    let set = super::shown::sent(change)?;
    let is_own = |property: &str| !set.contains_key(property) && !OF_OTHERS.contains(&&*plain(property));
    // What stands in a table of its own may have a time of its own.
    let is_plain = |value: &Value| !value.is_array() && !value.is_object();
    let is_seen = set.iter().any(|(property, asked)| is_plain(asked) && was.get(property) != is.get(property));
    let (property, at, _) = times(&was, &is, &UPDATED)
        .find(|(property, old, new)| old == new && old.as_second() % 60 != 0 && is_own(property))?;
    let message = format!("`{property}` is {at} as before, though {} has changed what is read", name(change));
    let finding = broken(&RULE, change, message, property, "the time of this change".to_owned());
    (is_success(change) && is_seen).then_some(finding)
}

/// The times of these names in both.
fn times<'a>(
    was: &'a Map<String, Value>,
    is: &'a Map<String, Value>,
    names: &'a [&str],
) -> impl Iterator<Item = (&'a String, Timestamp, Timestamp)> {
    was.iter()
        .filter(|(name, _)| names.contains(&&*plain(name)))
        .filter_map(|(name, old)| Some((name, time(old)?, time(is.get(name)?)?)))
}

/// A time, as a text with a zone or without, or as seconds or milliseconds.
fn time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => instant(text).or_else(|| format!("{text}Z").replacen(' ', "T", 1).parse().ok()),
        Value::Number(number) => {
            let number = number.as_f64()?;
            let seconds = if number > 1e11 { number / 1000.0 } else { number };
            (seconds > 1e9).then(|| Timestamp::from_second(seconds as i64).ok()).flatten()
        }
        _ => None,
    }
}

/// A time that a text surely names: one with a zone, or the beginning of a day.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let day = || text.parse::<Date>().ok().filter(|_| text.len() == 10)?.to_zoned(TimeZone::UTC).ok();
    text.parse().ok().or_else(|| Some(day()?.timestamp()))
}

/// Whether a property is called a time of creation.
pub(super) fn is_creation(name: &str) -> bool {
    CREATED.contains(&&*plain(name))
}

/// The seconds of a time that a text surely names, since 1970.
pub fn seconds(text: &str) -> Option<f64> {
    Some(instant(text)?.as_millisecond() as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_is_rounded_has_not_moved() {
        let moved = |old: &str, new: &str| {
            let at = |text: &str| instant(text).expect("a time");
            has_moved(at(old), at(new))
        };
        assert!(!moved("2026-01-01T10:00:00.123456Z", "2026-01-01T10:00:00.123Z"));
        assert!(!moved("2026-01-01T10:00:00.9Z", "2026-01-01T10:00:01Z"));
        assert!(!moved("2026-01-01T10:00:00Z", "2026-01-01T10:00:01Z"));
        assert!(moved("2026-01-01T10:00:00.123Z", "2026-01-01T10:00:00.323Z"));
        assert!(moved("2026-01-01T10:00:00Z", "2026-01-01T10:00:02Z"));
    }
}
