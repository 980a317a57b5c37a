//! What the target sends is waited for by each part of a run: each of its operations may stand in all of them.

use std::collections::HashSet;

use indexmap::IndexMap;
use serde_json::Value;

use super::value::{is_sent, items, number, text};
use crate::engine::UNASKED;

/// Each operation once, of what all parts have received of it.
pub(super) fn together(operations: Vec<Value>) -> Vec<Value> {
    let mut known: IndexMap<(String, String), Value> = IndexMap::new();
    for operation in operations {
        let key = (text(&operation, "method").to_owned(), text(&operation, "path").to_owned());
        match known.entry(key) {
            indexmap::map::Entry::Vacant(entry) => {
                entry.insert(operation);
            }
            indexmap::map::Entry::Occupied(mut entry) => add(entry.get_mut(), &operation),
        }
    }
    known.into_values().collect()
}

fn add(whole: &mut Value, part: &Value) {
    if rank(part) < rank(whole) {
        whole["verdict"] = part["verdict"].clone();
    }
    // It was received where one part has received it; what a part has not asked for says least.
    if part["untestable"].is_null() || whole["untestable"] == UNASKED {
        whole["untestable"] = part["untestable"].clone();
    }
    for name in ["cases", "requests"] {
        whole[name] = (number(whole, name) + number(part, name)).into();
    }
    for name in ["sent", "accepted"] {
        whole["valid_cases"][name] = (number(&whole["valid_cases"], name) + number(&part["valid_cases"], name)).into();
    }
    for name in ["findings", "accepted"] {
        let known: HashSet<&str> = items(whole, name).iter().map(|finding| text(finding, "fingerprint")).collect();
        let is_new = |finding: &&Value| !known.contains(text(finding, "fingerprint"));
        let new: Vec<Value> = items(part, name).iter().filter(is_new).cloned().collect();
        if !new.is_empty() {
            whole[name] = items(whole, name).iter().cloned().chain(new).collect();
        }
    }
}

/// Makes a contract tell of each of these operations once: what no part has received, and where root causes show.
pub(super) fn tell_once(contract: &mut Value, operations: &[Value]) {
    let name = |operation: &Value| format!("{} {}", text(operation, "method"), text(operation, "path"));
    let missing = operations.iter().filter(|operation| operation["untestable"].is_string()).map(name);
    let mut missing: HashSet<String> = missing.collect();
    let all = items(contract, "untested");
    let told = |one: &Value| {
        let of = all.iter().filter(|other| text(other, "operation") == text(one, "operation"));
        of.min_by_key(|other| text(other, "reason") == UNASKED).unwrap_or(one).clone()
    };
    let untested = all.iter().filter(|one| missing.remove(text(one, "operation")));
    let untested: Vec<Value> = untested.map(told).collect();
    contract["untested"] = untested.into();
    for cause in contract["root_causes"].as_array_mut().into_iter().flatten() {
        let mut known = HashSet::new();
        let places = items(cause, "places").iter();
        let places: Vec<Value> = places.filter(|place| known.insert(place.to_string())).cloned().collect();
        let operations: HashSet<String> = places.iter().map(|place| name(&place["operation"])).collect();
        cause["operations"] = operations.len().into();
        cause["places"] = places.into();
    }
}

/// What says the most comes first.
fn rank(operation: &Value) -> usize {
    ["fails", "conforms", "untestable"]
        .iter()
        .position(|verdict| operation["verdict"] == *verdict)
        .unwrap_or(usize::MAX)
}

/// Makes totals that are sums over the parts count each operation that the target sends once.
pub(super) fn count_once(totals: &mut Value, parts: &[&Value], whole: &[Value]) {
    let of_parts: Vec<&Value> = parts.iter().flat_map(|report| items(report, "contracts")).collect();
    for (name, verdict) in [("passed", "conforms"), ("failed", "fails"), ("untestable", "untestable")] {
        let is_it = |operation: &&Value| operation["verdict"] == verdict;
        correct(totals, name, &of_parts, whole, is_it);
    }
    let has_error =
        |operation: &&Value| items(operation, "findings").iter().any(|finding| finding["severity"] == "error");
    correct(totals, "failing_operations", &of_parts, whole, has_error);
}

fn correct(totals: &mut Value, name: &str, parts: &[&Value], whole: &[Value], is_it: impl Fn(&&Value) -> bool) {
    let count = |contract: &Value| items(contract, "operations").iter().filter(&is_it).count() as u64;
    let of_parts: u64 = parts.iter().filter(|contract| is_sent(contract)).map(|contract| count(contract)).sum();
    let of_whole: u64 = whole.iter().filter(|contract| is_sent(contract)).map(count).sum();
    totals[name] = (number(totals, name) + of_whole).saturating_sub(of_parts).into();
}
