//! Results for Allure: a file a test, which is an operation and what it is judged by.
//!
//! <https://allurereport.org/docs/how-it-works-test-result-file/>

use std::io::{self, Write};

use serde_json::{Value, json};

use super::json::printable;
use super::terminal::finding::full;
use super::untested::{self, title};
use super::{Output, Paint, Setting};
use crate::engine::{ContractResult, Event, Group, Listener, ListenerError, OperationResult, Results};
use crate::finding::digest;
use crate::rule::{Severity, Weight};

/// Opens a file of the folder for results, by its name.
pub type Open<'w> = Box<dyn Fn(&str) -> io::Result<Box<dyn Write>> + 'w>;

/// The output for Allure.
pub struct Allure<'w> {
    open: Open<'w>,
    setting: Setting,
    started: jiff::Timestamp,
}

impl<'w> Allure<'w> {
    /// Writes files when the run is over.
    pub fn new(open: Open<'w>, setting: Setting) -> Self {
        Self { open, setting, started: jiff::Timestamp::now() }
    }
}

impl Listener for Allure<'_> {
    fn on(&mut self, event: &Event, results: &Results) -> Result<(), ListenerError> {
        if !matches!(event, Event::RunFinished { .. }) {
            return Ok(());
        }
        for result in all(results, self.started) {
            let name = format!("{}-result.json", result["uuid"].as_str().unwrap_or_default());
            let text = serde_json::to_string_pretty(&result).map_err(io::Error::from)?;
            let mut out = Output::new((self.open)(&name)?, self.setting.secrets.clone());
            out.line(printable(&text));
            out.finish()?;
        }
        Ok(())
    }
}

fn all(results: &Results, started: jiff::Timestamp) -> Vec<Value> {
    let mut written = Vec::new();
    for result in &results.contracts {
        for (index, operation) in &result.operations {
            let Some(described) = result.contract.operations.get(*index) else { continue };
            let (id, name) = (described.id.as_str(), title(described));
            let mut broken =
                operation.groups_of(Severity::Error).chain(operation.groups_of(Severity::Warning)).peekable();
            if let Some(reason) = untested::reason(result, operation) {
                written.push(test(result, (id, &name), "tested", "skipped", reason, operation, started));
            } else if broken.peek().is_none() {
                written.push(test(result, (id, &name), "conforms", "passed", "", operation, started));
            }
            for group in broken {
                written.push(failed(result, (id, &name), group, operation, started));
            }
        }
    }
    written
}

/// A test of an operation, by its id and its title.
fn test(
    result: &ContractResult,
    (id, name): (&str, &str),
    what: &str,
    status: &str,
    message: &str,
    operation: &OperationResult,
    started: jiff::Timestamp,
) -> Value {
    let contract = &result.contract.name;
    let took = operation.summary.as_ref().map_or(0, |summary| i64::try_from(summary.elapsed.as_millis()).unwrap_or(0));
    let start = started.as_millisecond();
    json!({
        "uuid": uuid(&[contract, name, what]),
        "historyId": format!("{:016x}", digest(&[contract, name, what])),
        "name": format!("{name}: {what}"),
        "fullName": format!("{contract}.{id}.{what}"),
        "status": status,
        "statusDetails": {"message": message},
        "stage": "finished",
        "start": start,
        "stop": start + took,
        "labels": [
            {"name": "framework", "value": "conform"},
            {"name": "parentSuite", "value": contract},
            {"name": "suite", "value": name},
        ],
    })
}

/// A finding as a test that failed; a warning as one that is broken.
fn failed(
    result: &ContractResult,
    names: (&str, &str),
    group: &Group,
    operation: &OperationResult,
    started: jiff::Timestamp,
) -> Value {
    let finding = &group.finding;
    let status = if finding.severity == Severity::Error { "failed" } else { "broken" };
    let what = format!("{} {}", finding.rule.id, finding.fingerprint());
    let mut test = test(result, names, &what, status, &finding.message, operation, started);
    test["name"] = format!("{}: {}", names.1, finding.rule.id).into();
    test["statusDetails"]["trace"] = format!("{}\n{}", finding.place, full(Paint::Plain, finding)).into();
    let severity = match (finding.severity, finding.rule.weight) {
        (Severity::Error, Weight::Crash | Weight::OpenDoor) => "critical",
        (Severity::Error, _) => "normal",
        _ => "minor",
    };
    if let Some(labels) = test["labels"].as_array_mut() {
        labels.push(json!({"name": "severity", "value": severity}));
        labels.push(json!({"name": "tag", "value": finding.rule.id}));
    }
    test
}

/// An id that is the same in every run.
fn uuid(parts: &[&str]) -> String {
    let (high, low) = (digest(parts), digest(&[&["conform"], parts].concat()));
    let hex = format!("{high:016x}{low:016x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    use super::*;
    use crate::report::testing;

    #[test]
    fn a_failing_run_is_a_file_a_test() {
        let names = RefCell::new(Vec::new());
        let open: Open<'_> = Box::new(|name| {
            names.borrow_mut().push(name.to_owned());
            Ok(Box::new(io::sink()))
        });
        testing::failing_run(&mut Allure::new(open, testing::setting()));
        assert_eq!(names.borrow().len(), 4, "{names:?}");
        assert!(names.borrow().iter().all(|name| name.ends_with("-result.json") && name.len() == 48));
    }

    #[test]
    fn what_failed_and_what_was_not_tested_are_told_apart() {
        struct Statuses(BTreeMap<String, usize>);
        impl Listener for Statuses {
            fn on(&mut self, _: &Event, results: &Results) -> Result<(), ListenerError> {
                self.0.clear();
                for test in all(results, jiff::Timestamp::UNIX_EPOCH) {
                    *self.0.entry(test["status"].as_str().expect("a status").to_owned()).or_default() += 1;
                }
                Ok(())
            }
        }
        let statuses = |run: &dyn Fn(&mut dyn Listener)| {
            let mut statuses = Statuses(BTreeMap::new());
            run(&mut statuses);
            statuses.0.into_iter().map(|(status, count)| format!("{status} {count}")).collect::<Vec<_>>()
        };
        assert_eq!(statuses(&|listener| testing::failing_run(listener)), ["broken 1", "failed 3"]);
        assert_eq!(statuses(&|listener| testing::untestable_run(listener)), ["skipped 1"]);
        assert_eq!(statuses(&|listener| testing::passing_run(listener, &[testing::contract("ada")])), ["passed 1"]);
    }
}
