//! A line of JSON for each event of a run, as it happens.

use std::io::Write;

use serde::Serialize;
use serde_json::{Value, json};

use super::json::{FindingModel, printable};
use super::{Output, Setting, verdict};
use crate::case::Case;
use crate::contract::Contract;
use crate::engine::{Event, Listener, ListenerError, Results};
use crate::execute::{Exchange, Masker};
use crate::finding::Finding;
use crate::text::ellipsis::middle;

/// Longer URLs are cut: the report in JSON has those of findings.
const LONGEST_URL: usize = 2_000;

/// The output in lines.
pub(super) struct Ndjson<W> {
    out: Output<W>,
    setting: Setting,
}

/// A line: what happened, and what is known of it.
#[derive(Serialize)]
struct Line {
    event: &'static str,
    #[serde(flatten)]
    about: Value,
}

impl<W: Write> Ndjson<W> {
    /// Writes a line an event to `writer`.
    pub fn new(writer: W, setting: Setting) -> Self {
        Self { out: Output::new(writer, setting.secrets.clone()), setting }
    }
}

impl<W: Write> Listener for Ndjson<W> {
    fn on(&mut self, event: &Event, results: &Results) -> Result<(), ListenerError> {
        let Some(line) = line(event, results, &self.setting) else { return Ok(()) };
        match serde_json::to_string(&line) {
            Ok(text) => self.out.line(printable(&text)),
            Err(error) => self.out.fail(error.into()),
        }
        if matches!(event, Event::RunFinished { .. }) {
            self.out.finish()?;
        }
        Ok(self.out.result()?)
    }
}

/// What is told of an event; nothing of one that is progress alone.
fn line(event: &Event, results: &Results, setting: &Setting) -> Option<Line> {
    let secrets = &setting.secrets;
    let (event, about) = match event {
        Event::Progress => return None,
        Event::ContractStarted { job, target } => {
            let contract = &job.contract;
            let operations = job.operations().count();
            let about =
                json!({"contract": contract.name, "target": target, "operations": operations, "seed": setting.seed});
            ("contract-started", about)
        }
        Event::OperationPlanned { contract, operation, cases } => {
            ("operation-planned", json!({"operation": title(contract, *operation), "cases": cases}))
        }
        Event::CaseJudged { contract, case, exchange, findings } => {
            let findings: Vec<Value> = findings.iter().map(|finding| told(finding, exchange, secrets)).collect();
            ("case-judged", with(exchanged(contract, case, exchange, secrets), "findings", findings.into()))
        }
        Event::FindingShrunk { contract, finding, case, exchange, requests, .. } => {
            let exchange = exchange.as_ref()?;
            let about = exchanged(contract, case, exchange, secrets);
            let about = with(about, "finding", told(finding, exchange, secrets));
            ("finding-shrunk", with(about, "requests", (*requests).into()))
        }
        Event::FoundLater { contract, finding, case, exchange } => {
            let about = exchanged(contract, case, exchange, secrets);
            ("found-later", with(about, "finding", told(finding, exchange, secrets)))
        }
        Event::SentLater { contract, operation, requests, fails, when } => {
            let operation = title(contract, *operation);
            ("sent-later", json!({"operation": operation, "requests": requests, "fails": fails, "when": when}))
        }
        Event::Lived { contract, item, coverage } => {
            let exercised: Vec<&str> = coverage.exercised().collect();
            ("lived", json!({"contract": contract.name, "resource": item, "exercised": exercised}))
        }
        Event::OperationFinished { contract, summary } => {
            let about = json!({
                "operation": title(contract, summary.operation),
                "verdict": summary.verdict,
                "cases": summary.cases,
                "clauses": {"total": summary.clauses, "exercised": summary.exercised},
                "elapsed_ms": milliseconds(summary.elapsed),
            });
            ("operation-finished", about)
        }
        Event::ClearedUp { contract, leavings } => {
            let about = json!({"contract": contract.name, "deleted": leavings.deleted, "left": leavings.left});
            ("cleared-up", about)
        }
        Event::ContractFinished { contract, untestable } => {
            ("contract-finished", json!({"contract": contract.name, "untestable": untestable}))
        }
        Event::RunFinished { outcome, elapsed, interrupted } => {
            let totals = results.totals();
            let about = json!({
                "verdict": verdict(results, *outcome),
                "interrupted": interrupted,
                "findings": totals.errors,
                "warnings": totals.warnings,
                "omissions": totals.document,
                "requests": totals.requests,
                "elapsed_ms": milliseconds(*elapsed),
            });
            ("run-finished", about)
        }
    };
    Some(Line { event, about })
}

/// A case and what came of it.
fn exchanged(contract: &Contract, case: &Case, exchange: &Exchange, secrets: &Masker) -> Value {
    let exchange = secrets.exchange(exchange);
    json!({
        "operation": title(contract, case.operation),
        "case": {"index": case.index, "name": case.name, "intent": case.intent.name()},
        "request": {"method": exchange.request.method, "url": middle(&exchange.request.url, LONGEST_URL)},
        "status": exchange.result.as_ref().ok().map(|response| response.status),
        "failure": exchange.result.as_ref().err().map(ToString::to_string),
        "elapsed_ms": milliseconds(exchange.elapsed),
    })
}

/// A finding without its exchange, which stands beside it.
fn told(finding: &Finding, exchange: &Exchange, secrets: &Masker) -> Value {
    let shown =
        Finding { message: secrets.told(&finding.message, exchange), evidence: Default::default(), ..finding.clone() };
    serde_json::to_value(FindingModel::of(&shown)).unwrap_or_default()
}

fn with(mut about: Value, name: &str, value: Value) -> Value {
    about[name] = value;
    about
}

fn title(contract: &Contract, operation: usize) -> String {
    let operation = contract.operations.get(operation);
    operation.map_or_else(String::new, |operation| format!("{} {}", operation.method, operation.path))
}

fn milliseconds(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::format::Format;
    use crate::report::testing;

    #[test]
    fn a_failing_run() {
        let text = testing::written(Format::Ndjson, |listener| testing::failing_run(listener));
        testing::assert_clean(&text);
        let events = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let names: Vec<String> = events.map(|event| event["event"].as_str().expect("a name").to_owned()).collect();
        assert_eq!((names[0].as_str(), names[names.len() - 1].as_str()), ("contract-started", "run-finished"));
        insta::assert_snapshot!(text);
    }
}
