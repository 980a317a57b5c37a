//! Makes one report of those of several parts.

use std::cmp::Reverse;
use std::collections::HashSet;

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::read::Part;
use super::received;
use super::sources;
use super::value::{is_sent, items, number, text};
use crate::cli::CliError;

/// The report that a run of all parts would have written, but for its times.
///
/// # Errors
/// A part is missing, or an operation stands in two.
pub(super) fn join(mut parts: Vec<Part>) -> Result<Value, CliError> {
    check_parts(&parts)?;
    parts.sort_by_key(|part| part.partition.map(|partition| partition.part));
    check_operations(&parts)?;
    let reports = || parts.iter().map(|part| &part.report);
    let mut contracts: IndexMap<(&str, &str), Vec<&Value>> = IndexMap::new();
    for contract in reports().flat_map(|report| items(report, "contracts")) {
        contracts.entry((text(contract, "name"), text(contract, "file"))).or_default().push(contract);
    }
    let joined: Vec<Value> = contracts.values().map(|same| joined(same)).collect();
    let first = &parts[0].report;
    let has = |verdict: &str| reports().any(|report| report["verdict"] == verdict);
    let verdict = ["fails", "unfinished", "untestable"].into_iter().find(|verdict| has(verdict));
    let started = reports().map(|report| text(report, "started_at")).min();
    Ok(json!({
        "schema_version": first["schema_version"],
        "tool": first["tool"],
        "seed": first["seed"],
        "started_at": started,
        "elapsed_ms": reports().map(|report| number(report, "elapsed_ms")).max(),
        "verdict": verdict.unwrap_or("conforms"),
        "interrupted": reports().any(|report| report["interrupted"] == true),
        "totals": totals(&reports().collect::<Vec<_>>(), &joined),
        "contracts": joined,
    }))
}

/// Parts of one run: of one seed, each of them once.
fn check_parts(parts: &[Part]) -> Result<(), CliError> {
    let wrong = |what: String, help: &str| Err(CliError::usage(what, help));
    let of_other_seed = parts.iter().find(|part| part.report["seed"] != parts[0].report["seed"]);
    if let Some(other) = of_other_seed {
        return wrong(
            format!("{} and {} are of different seeds", parts[0].file, other.file),
            "run all parts with one `--seed`",
        );
    }
    let Some(of) = parts.iter().find_map(|part| Some(part.partition?.of)) else { return Ok(()) };
    if let Some(other) = parts.iter().find(|part| part.partition.is_none_or(|partition| partition.of != of)) {
        return wrong(format!("{} is none of {of} parts", other.file), "join the parts of one run");
    }
    for wanted in 1..=of {
        let found: Vec<&str> = parts
            .iter()
            .filter(|part| part.partition.is_some_and(|partition| partition.part == wanted))
            .map(|part| part.file.as_str())
            .collect();
        match found[..] {
            [_] => {}
            [] => {
                return wrong(
                    format!("the report of part {wanted} of {of} is missing"),
                    "without it nothing can be said of the whole",
                );
            }
            [one, other, ..] => {
                return wrong(format!("{one} and {other} are both part {wanted} of {of}"), "give each part once");
            }
        }
    }
    Ok(())
}

fn check_operations(parts: &[Part]) -> Result<(), CliError> {
    let mut seen = HashSet::new();
    for part in parts {
        for contract in items(&part.report, "contracts").iter().filter(|contract| !is_sent(contract)) {
            for operation in items(contract, "operations") {
                let (method, path) = (text(operation, "method"), text(operation, "path"));
                if !seen.insert((text(contract, "name"), text(contract, "file"), method, path)) {
                    let what = format!("{method} {path} stands in {} and in another report", part.file);
                    return Err(CliError::usage(what, "join reports of different operations"));
                }
            }
        }
    }
    Ok(())
}

/// One contract of what its parts say.
fn joined(parts: &[&Value]) -> Value {
    let all = |name: &str| -> Vec<Value> { parts.iter().flat_map(|part| items(part, name)).cloned().collect() };
    let is_sent = parts.iter().any(|part| is_sent(part));
    let mut operations = all("operations");
    if is_sent {
        operations = received::together(operations);
    }
    operations.sort_by_key(|operation| number(operation, "position"));
    let mut whole = parts[0].clone();
    whole["untestable"] = match parts.iter().all(|part| part["untestable"].is_string()) {
        true => parts[0]["untestable"].clone(),
        false => Value::Null,
    };
    whole["left_out"] = all("left_out").into();
    let lives = all("lives");
    if !lives.is_empty() {
        whole["lives"] = lives.into();
    }
    whole["untested"] = untested(all("untested"), &operations).into();
    whole["root_causes"] = root_causes(parts, &operations).into();
    if is_sent {
        received::tell_once(&mut whole, &operations);
    }
    whole["operations"] = operations.into();
    let sources = all("sources");
    if !sources.is_empty() {
        whole["sources"] = sources::together(&sources).into();
    }
    let made: Vec<&Value> = parts.iter().map(|part| &part["made"]).filter(|made| made.is_object()).collect();
    if let Some(first) = made.first() {
        let sum = |name: &str| made.iter().map(|made| number(made, name)).sum::<u64>();
        let paths: Vec<Value> = made.iter().flat_map(|made| items(made, "may_be_left")).cloned().collect();
        let mut together = (*first).clone();
        (together["deleted"], together["left"]) = (sum("deleted").into(), sum("left").into());
        together["may_be_left"] = paths.into();
        whole["made"] = together;
    }
    whole
}

/// What was not tested, in the order of the document; what was left out comes last.
fn untested(mut all: Vec<Value>, operations: &[Value]) -> Vec<Value> {
    all.sort_by_key(|untested| {
        let is_it = |operation: &Value| {
            text(untested, "operation") == format!("{} {}", text(operation, "method"), text(operation, "path"))
        };
        operations.iter().position(is_it).unwrap_or(operations.len())
    });
    all
}

/// The root causes of all parts: one that shows in several is one, with the places of all.
fn root_causes(parts: &[&Value], operations: &[Value]) -> Vec<Value> {
    let position = |place: &Value| {
        let is_it =
            |operation: &&Value| ["method", "path"].iter().all(|name| operation[*name] == place["operation"][*name]);
        operations.iter().find(is_it).map(|operation| number(operation, "position"))
    };
    let mut causes: IndexMap<String, Value> = IndexMap::new();
    for cause in parts.iter().flat_map(|part| items(part, "root_causes")) {
        match causes.entry(text(cause, "fingerprint").to_owned()) {
            indexmap::map::Entry::Vacant(entry) => {
                entry.insert(cause.clone());
            }
            indexmap::map::Entry::Occupied(mut entry) => {
                let whole = entry.get_mut();
                for name in ["operations", "cases"] {
                    whole[name] = (number(whole, name) + number(cause, name)).into();
                }
                let mut places = items(whole, "places").to_vec();
                places.extend(items(cause, "places").iter().cloned());
                // The example's place stays the first.
                if let Some((_, others)) = places.split_first_mut() {
                    others.sort_by_key(position);
                }
                whole["places"] = places.into();
            }
        }
    }
    let mut causes: Vec<Value> = causes.into_values().collect();
    let first = |cause: &Value| items(cause, "places").iter().filter_map(position).min();
    causes.sort_by_key(|cause| {
        let is_error = cause["example"]["severity"] == "error";
        (!is_error, Reverse(number(cause, "operations")), Reverse(number(cause, "cases")), first(cause))
    });
    causes
}

/// The totals of all: root causes that show in several parts count once.
fn totals(reports: &[&Value], contracts: &[Value]) -> Value {
    let mut totals = reports.first().map_or(Value::Null, |report| report["totals"].clone());
    if let Some(counts) = totals.as_object_mut() {
        for (name, count) in counts.iter_mut() {
            *count = reports.iter().map(|report| number(&report["totals"], name)).sum::<u64>().into();
        }
    }
    received::count_once(&mut totals, reports, contracts);
    let causes = || contracts.iter().flat_map(|contract| items(contract, "root_causes"));
    let count = |severity: &str, blames: Option<&str>| {
        let is_it = |cause: &&Value| {
            cause["example"]["severity"] == severity && blames.is_none_or(|blames| cause["blames"] == blames)
        };
        causes().filter(is_it).count()
    };
    totals["findings"] = count("error", None).into();
    totals["warnings"] = count("warning", Some("target")).into();
    totals["omissions"] = count("warning", Some("document")).into();
    totals
}
