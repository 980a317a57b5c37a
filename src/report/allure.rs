//! Results for Allure: a file a test, which is an operation and what it is judged by.
//!
//! <https://allurereport.org/docs/how-it-works-test-result-file/>

use std::io::{self, Write};

use serde_json::{Value, json};

use super::json::printable;
use super::view::{FindingView, OperationView, View};
use super::{Output, Setting};
use crate::engine::{Event, Listener, ListenerError, Results};
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
        Ok(self.write(&View::of(results, &self.setting)?)?)
    }
}

impl Allure<'_> {
    /// Writes the files of a run, or of several that were joined.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn write(&self, view: &View) -> io::Result<()> {
        for result in all(view, self.started) {
            let name = format!("{}-result.json", result["uuid"].as_str().unwrap_or_default());
            let text = serde_json::to_string_pretty(&result)?;
            let mut out = Output::new((self.open)(&name)?, self.setting.secrets.clone());
            out.line(printable(&text));
            out.finish()?;
        }
        Ok(())
    }
}

fn all(view: &View, started: jiff::Timestamp) -> Vec<Value> {
    let mut written = Vec::new();
    for contract in &view.contracts {
        for operation in &contract.operations {
            let test = |what: &str, status: &str, message: &str| {
                test(&contract.name, operation, (what, status, message), started)
            };
            if let Some(reason) = contract.untested(operation) {
                written.push(test("tested", "skipped", reason));
            } else if operation.findings.is_empty() {
                written.push(test("conforms", "passed", ""));
            }
            for finding in &operation.findings {
                let status = if finding.severity == Severity::Error { "failed" } else { "broken" };
                let what = format!("{} {}", finding.rule(), finding.fingerprint);
                written.push(failed(test(&what, status, &finding.message), operation, finding));
            }
        }
    }
    written
}

/// A test of an operation: what is tested, what came of it, and what is said of that.
fn test(
    contract: &str,
    operation: &OperationView,
    (what, status, message): (&str, &str, &str),
    started: jiff::Timestamp,
) -> Value {
    let (id, name) = (&operation.name.id, &operation.title());
    let took = i64::try_from(operation.elapsed().as_millis()).unwrap_or(0);
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

/// The test of a finding, with all that is known of that.
fn failed(mut test: Value, operation: &OperationView, finding: &FindingView) -> Value {
    test["name"] = format!("{}: {}", operation.title(), finding.rule()).into();
    test["statusDetails"]["trace"] = finding.whole().into();
    let severity = match (finding.severity, finding.weight()) {
        (Severity::Error, Weight::Crash | Weight::OpenDoor) => "critical",
        (Severity::Error, _) => "normal",
        _ => "minor",
    };
    if let Some(labels) = test["labels"].as_array_mut() {
        labels.push(json!({"name": "severity", "value": severity}));
        labels.push(json!({"name": "tag", "value": finding.rule()}));
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
                let view = View::of(results, &Setting::default())?;
                for test in all(&view, jiff::Timestamp::UNIX_EPOCH) {
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
