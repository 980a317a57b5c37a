//! A count of what stands below a resource is not what is there.

use serde_json::{Map, Value};

use super::counter::{Counter, counters};
use super::shown::shown_by;
use super::{Finding, Rule, Severity, Subject, broken, is_success, name, status};
use crate::resource::Noun;
use crate::text::words;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    // What a property counts is sure where the document says it.
    severity: Severity::Warning,
    ..Rule::law(
        "wrong-count",
        "A property that counts or flags what stands below a resource, or names it, stays as it was when that is made or deleted.",
        "none: a property that is called a count of something counts it, and `has_cover` says whether there is one",
    )
};

/// What is wrong with what shows a count of the items of a collection below it, before and after one more was made or
/// deleted by `act`; the collections are its own, and that of what is counted.
pub fn judge(before: &Subject<'_>, act: &Subject<'_>, after: &Subject<'_>, collections: [&str; 2]) -> Option<Finding> {
    let is_end = act.operation.method == "DELETE";
    let all = counters(before, collections).into_iter().filter(Counter::counts_all);
    all.into_iter().find_map(|counter| judge_counter([before, act, after], &counter, [is_end, !is_end]))
}

/// What is wrong with one count, before and after `act`, before and after which something is counted.
pub fn judge_counter(
    [before, act, after]: [&Subject<'_>; 3],
    counter: &Counter,
    [was_counted, is_counted]: [bool; 2],
) -> Option<Finding> {
    if !is_success(before) || !is_success(act) || !is_success(after) || status(act) == Some(202) {
        return None;
    }
    let (was, now) = (counter.value(before)?, counter.value(after)?);
    let wanted = match (was_counted, is_counted) {
        (false, true) if now <= was => was + 1,
        // What was not counted is no less when it is gone.
        (true, false) if now >= was && was > 0 => was - 1,
        _ => return None,
    };
    let still = if was == now { "still " } else { "" };
    let property = counter.name();
    let message = format!("`{property}` is {still}{now} after {}", name(act));
    let finding = broken(&RULE, act, message, &property, wanted.to_string());
    // Of some things, only those in one state are counted.
    Some(finding.with_severity(if counter.is_said() { Severity::Error } else { Severity::Warning }))
}

/// What is wrong with what shows a flag for what has one place below it, before and after `act` has stored or deleted that.
pub fn judge_flag(before: &Subject<'_>, act: &Subject<'_>, after: &Subject<'_>, place: &str) -> Option<Finding> {
    if !is_success(before) || !is_success(act) || !is_success(after) {
        return None;
    }
    let (was, now) = (shown_by(before)?, shown_by(after)?);
    let is_end = act.operation.method == "DELETE";
    let is_it = |property: &&String| {
        let is = |shown: &Map<String, Value>| shown.get(*property).and_then(Value::as_bool);
        is_flag_of(property, place) && is(&was) == Some(is_end) && is(&now) == Some(is_end)
    };
    let property = was.keys().find(is_it)?;
    let message = format!("`{property}` is still {is_end} after {}", name(act));
    let finding = broken(&RULE, act, message, property, (!is_end).to_string());
    // What was set by an upload is a matter of it. What is uploaded may have to be looked at first.
    Some(finding.with_severity(if is_end { Severity::Error } else { Severity::Warning }))
}

/// Whether a property is called a flag for what is at a place: `has_cover`.
fn is_flag_of(property: &str, place: &str) -> bool {
    let words = words::of(property);
    let noun = Noun::of(place).text();
    words
        .split_first()
        .is_some_and(|(first, rest)| first == "has" && !noun.is_empty() && Noun::of(&rest.join("_")).text() == noun)
}
