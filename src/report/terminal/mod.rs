//! What a person reads: a line an operation, every finding with its reproduction, a summary.

pub mod finding;
mod root_cause;
mod summary;

pub use finding::{exchange, full as finding};

use std::io::Write;

use super::count::{count, thousands};
use super::words::seconds;
use super::{Output, Paint, Setting};
use crate::contract::{Contract, Operation};
use crate::engine::{Event, Job, Listener, ListenerError, OperationResult, OperationSummary, Results, Verdict};
use crate::rule::Severity;
use crate::text::hidden::escape;

/// Longer operations push their line's columns to the right.
const WIDEST_OPERATION: usize = 72;

/// The output for people.
pub struct Terminal<W> {
    out: Output<W>,
    paint: Paint,
    detail: Detail,
    setting: Setting,
    columns: Columns,
    /// Whether the target was named.
    is_begun: bool,
}

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What fits a few screens; the rest is counted.
    Short,
    /// Everything.
    Full,
}

/// Column widths in characters.
#[derive(Clone, Copy, Debug, Default)]
struct Columns {
    contract: usize,
    operation: usize,
}

impl Columns {
    /// The label that every operation's line has after its first word.
    fn row(self, contract: &Contract, operation: &Operation, cases: usize) -> String {
        let (name, title) = (pad(&escape(&contract.name), self.contract), pad(&title(operation), self.operation));
        format!("{name}  {title}  {:>6} {}", thousands(cases), if cases == 1 { "case " } else { "cases" })
    }
}

impl<W: Write> Terminal<W> {
    /// Writes to `writer`, with columns wide enough for what these jobs test.
    pub fn new(writer: W, paint: Paint, detail: Detail, setting: Setting, jobs: &[Job]) -> Self {
        let widest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0);
        let columns = Columns {
            contract: widest(&mut jobs.iter().map(|job| width(&job.contract.name))),
            operation: widest(
                &mut jobs
                    .iter()
                    .flat_map(|job| job.operations().map(|index| &job.contract.operations[index]))
                    .map(|operation| width(&title(operation)))
                    .filter(|width| *width <= WIDEST_OPERATION),
            ),
        };
        let out = Output::new(writer, setting.secrets.clone());
        Self { out, paint, detail, setting, columns, is_begun: false }
    }

    fn operation(&mut self, results: &Results, contract: &Contract, summary: &OperationSummary) {
        let Some(operation) = contract.operations.get(summary.operation) else { return };
        let clauses = format!("{:>7} clauses", format!("{}/{}", summary.exercised, summary.clauses));
        let named = self.columns.row(contract, operation, summary.cases);
        let mut line = format!("{}  {named}  {clauses}", verdict(self.paint, summary.verdict));
        line.push_str(&format!("  {:>7}", seconds(summary.elapsed)));
        let errors =
            results.contracts.last().map_or(0, |result| result.root_causes_of(summary.operation, Severity::Error));
        if errors > 0 {
            line.push_str(&format!("  {}", count(errors, "finding")));
        }
        self.out.line(line);
    }

    /// An operation whose line was written before others have made it fail.
    fn failed_later(&mut self, contract: &Contract, operation: usize, requests: usize, when: &str) {
        let Some(operation) = contract.operations.get(operation) else { return };
        let named = self.columns.row(contract, operation, requests);
        self.out.line(format!("{}  {named}  {when}", verdict(self.paint, Verdict::Fails)));
    }

    /// The operations that were begun when the run was interrupted.
    fn begun(&mut self, results: &Results) {
        for result in &results.contracts {
            let unfinished = || result.operations.iter().filter(|(_, operation)| operation.summary.is_none());
            // Of one that got no response yet nothing is counted: it is the next in order.
            let judged = unfinished().filter(|(_, operation)| operation.judged > 0).count();
            let is_begun = |operation: &OperationResult| judged == 0 || operation.judged > 0;
            for (index, operation) in unfinished().filter(|(_, operation)| is_begun(operation)).take(judged.max(1)) {
                let Some(described) = result.contract.operations.get(*index) else { continue };
                let named = self.columns.row(&result.contract, described, operation.judged);
                let errors = match result.root_causes_of(*index, Severity::Error) {
                    0 => String::new(),
                    errors => format!("  {}", count(errors, "finding")),
                };
                self.out.line(format!("{}  {named}{errors}", self.paint.warn("INTERRUPTED")));
            }
        }
    }
}

impl<W: Write> Listener for Terminal<W> {
    fn on(&mut self, event: &Event, results: &Results) -> Result<(), ListenerError> {
        match event {
            Event::ContractStarted { target, .. } if !self.is_begun => {
                self.is_begun = true;
                self.out.line(self.paint.faint(format!("testing {}", escape(target))));
            }
            Event::OperationFinished { contract, summary } => self.operation(results, contract, summary),
            Event::SentLater { contract, operation, requests, fails: true, when } => {
                self.failed_later(contract, *operation, *requests, when);
            }
            Event::RunFinished { interrupted, .. } => {
                if *interrupted {
                    self.begun(results);
                }
                self.close(results);
                self.out.finish()?;
            }
            _ => {}
        }
        Ok(self.out.result()?)
    }
}

/// `POST /path/{id}`, as the document writes it.
fn title(operation: &Operation) -> String {
    escape(&format!("{} {}", operation.method, operation.path)).into_owned()
}

/// The verdict as a word of eight characters.
fn verdict(paint: Paint, verdict: Verdict) -> String {
    match verdict {
        Verdict::Conforms => paint.good("PASS    "),
        Verdict::Fails => paint.bad("FAIL    "),
        Verdict::Untestable => paint.warn("UNTESTED"),
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn pad(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(width(text))))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::testing;

    fn written(
        paint: Paint,
        detail: Detail,
        names: &[&str],
        run: impl Fn(&mut dyn Listener, &[Arc<Contract>]),
    ) -> String {
        let mut text = Vec::new();
        let contracts: Vec<_> = names.iter().map(|name| testing::contract(name)).collect();
        let jobs: Vec<_> = contracts.iter().map(|contract| Job::new(contract.clone(), Default::default())).collect();
        let mut terminal = Terminal::new(&mut text, paint, detail, testing::setting(), &jobs);
        run(&mut terminal, &contracts);
        String::from_utf8(text).expect("UTF-8")
    }

    #[test]
    fn a_passing_run() {
        let names = ["telnyx", "asapp", "ada", "respondent", "example-ai"];
        insta::assert_snapshot!(written(Paint::Plain, Detail::Short, &names, testing::passing_run));
    }

    #[test]
    fn a_failing_run() {
        let text = written(Paint::Plain, Detail::Short, &["asapp"], |listener, _| testing::failing_run(listener));
        assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "a control character got through");
        assert!(!text.contains("hunter2-secret"), "a secret came back and was shown");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_failing_run_in_full_and_in_colour() {
        let text = written(Paint::Colour, Detail::Full, &["asapp"], |listener, _| testing::failing_run(listener));
        // Readable in a review, and still exact.
        insta::assert_snapshot!(text.replace('\u{1b}', "␛"));
    }

    #[test]
    fn a_run_that_could_not_be_tested() {
        insta::assert_snapshot!(written(Paint::Plain, Detail::Short, &["ada"], |listener, _| {
            testing::untestable_run(listener);
        }));
    }

    #[test]
    fn an_interrupted_run() {
        insta::assert_snapshot!(written(Paint::Plain, Detail::Short, &["ada"], |listener, _| {
            testing::interrupted_run(listener);
        }));
    }
}
