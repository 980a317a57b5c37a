//! A change of several resources at once changes some of them alone, or tells of another number of them.

use serde_json::{Map, Value};

use super::counter::{lead_of, said_of_shown};
use super::shown::shown_by;
use super::{Finding, Severity, Subject, brief, broken, counted, is_success, name, update};
use crate::check::support::equality::is_equal;

/// What is wrong with two resources that are read `after` a change of both, which was read `before` to have other values than
/// are asked for.
pub fn judge(
    asked: &Map<String, Value>,
    before: &Subject<'_>,
    change: &Subject<'_>,
    after: [&Subject<'_>; 2],
) -> Option<Finding> {
    if !is_success(change) {
        return None;
    }
    let was = shown_by(before)?;
    let [one, other] = after.map(shown_by);
    let both = [one?, other?];
    let is_set = |property: &str| {
        let is_it = |shown: &Map<String, Value>| shown.get(property).is_some_and(|is| is_equal(&asked[property], is));
        both.each_ref().map(is_it)
    };
    let any = asked.keys().any(|property| is_set(property).contains(&true));
    let (property, is, is_sure) = asked.keys().find_map(|property| {
        let old = was.get(property)?;
        let [first, second] = is_set(property);
        // Of what nobody's change is seen, it may have been refused.
        let left = both.iter().zip([first, second]).find(|(shown, is)| !is && shown.get(property) == Some(old));
        left.filter(|_| any).map(|_| (property, old, first || second))
    })?;
    let which = if is_sure { "of one of two resources is still" } else { "is still" };
    let message = format!("`{property}` {which} {} after {}, which names both", brief(&is.to_string()), name(change));
    let expected = format!("{}, as the accepted request set it", brief(&asked[property].to_string()));
    let finding = broken(&update::RULE, change, message, property, expected);
    Some(finding.with_severity(if is_sure { Severity::Error } else { Severity::Warning }))
}

/// What is wrong with the number of changed resources that is told of a change of one that is there, as it is `read`, and one
/// that is not.
pub fn judge_told(
    asked: &Map<String, Value>,
    change: &Subject<'_>,
    read: &Subject<'_>,
    collection: &str,
) -> Option<Finding> {
    let (told, shown) = (shown_by(change)?, shown_by(read)?);
    let is_changed = !asked.is_empty()
        && asked.iter().all(|(property, asked)| shown.get(property).is_some_and(|is| is_equal(asked, is)));
    let (property, count) = told.iter().find_map(|(property, count)| {
        let behind = said_of_shown(change, property).and_then(|said| lead_of(&said, collection));
        let is_of_it = behind.is_some_and(|behind| is_of_change(&behind));
        count.as_u64().filter(|_| is_of_it).map(|count| (property, count))
    })?;
    if !is_changed || count == 1 {
        return None;
    }
    let message = format!("`{property}` is {count} for {} of one that is there and one that is not", name(change));
    let finding = broken(&counted::RULE, change, message, property, "1".to_owned());
    Some(finding.with_severity(Severity::Error))
}

/// Whether what a description says of the items that it counts is that they were changed.
fn is_of_change(behind: &[String]) -> bool {
    const WORDS: [&str; 6] = ["updated", "changed", "modified", "set", "affected", "patched"];
    matches!(behind, [verb, word] if ["were", "was", "are", "been"].contains(&verb.as_str()) && WORDS.contains(&word.as_str()))
}
