//! What a person reads: a line an operation, every finding with its reproduction, a summary.

pub mod finding;
mod fit;
mod root_cause;
mod summary;
mod untested;

pub use finding::{exchange, full as finding};

use std::collections::HashSet;
use std::fmt::Display;
use std::io::Write;

use super::count::{count, thousands};
use super::words::seconds;
use super::{Output, Paint, Setting};
use crate::contract::{Contract, Operation};
use crate::engine::{Event, Job, Listener, ListenerError, OperationResult, OperationSummary, Results, Verdict};
use crate::rule::Severity;
use crate::text::ellipsis::middle;
use crate::text::hidden::escape;

/// Longer operations push their line's columns to the right.
const WIDEST_OPERATION: usize = 72;
/// Of an operation's name, so much is shown in whatever terminal.
const LEAST_OPERATION: usize = 16;

/// The output for people.
pub struct Terminal<W> {
    out: Output<W>,
    paint: Paint,
    detail: Detail,
    setting: Setting,
    columns: Columns,
    /// The terminal's columns, where lines are held to them.
    width: Option<usize>,
    /// Whether the target was named.
    is_begun: bool,
    /// What was said of operations that others have made fail.
    failed_later: HashSet<String>,
}

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The totals alone.
    Summary,
    /// What fits a few screens; the rest is counted.
    Short,
    /// Every finding in full.
    AllFindings,
    /// Everything.
    Full,
}

/// Column widths in characters.
#[derive(Clone, Copy, Debug, Default)]
struct Columns {
    contract: usize,
    operation: usize,
    /// Whether a longer name is cut.
    is_cut: bool,
}

/// Of fewer columns, an operation's line has only the most important ones.
const NARROW: usize = 120;
/// What an operation's line has beside names, in a narrow terminal and in a wide one.
const BESIDE: [usize; 2] = [38, 64];

impl Columns {
    /// The label that every operation's line has after its first word.
    fn row(self, contract: &Contract, operation: &Operation, cases: usize) -> String {
        let title = title(operation);
        let title = if self.is_cut { middle(&title, self.operation) } else { title.into() };
        let name = match self.contract {
            0 => String::new(),
            widest => format!("{}  ", pad(&escape(&contract.name), widest)),
        };
        let title = pad(&title, self.operation);
        format!("{name}{title}  {:>6} {}", thousands(cases), if cases == 1 { "case " } else { "cases" })
    }
}

impl<W: Write> Terminal<W> {
    /// Writes to `writer`, with columns wide enough for what these jobs test.
    pub fn new(writer: W, paint: Paint, detail: Detail, setting: Setting, jobs: &[Job]) -> Self {
        let widest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0);
        let operations = || jobs.iter().flat_map(|job| job.operations().map(|index| &job.contract.operations[index]));
        let columns = Columns {
            contract: widest(&mut jobs.iter().map(|job| width(&job.contract.name))),
            operation: widest(
                &mut operations().map(|operation| width(&title(operation))).filter(|width| *width <= WIDEST_OPERATION),
            ),
            is_cut: false,
        };
        let out = Output::new(writer, setting.secrets.clone());
        Self { out, paint, detail, setting, columns, width: None, is_begun: false, failed_later: HashSet::new() }
    }

    /// The same for a terminal of so many columns, which no line is wider than.
    #[must_use]
    pub fn within(self, width: usize, contracts: usize) -> Self {
        let is_narrow = width < NARROW;
        let contract = if is_narrow && contracts == 1 { 0 } else { self.columns.contract };
        let room = width.saturating_sub(BESIDE[usize::from(!is_narrow)] + contract).max(LEAST_OPERATION);
        let operation = self.columns.operation.min(room);
        Self { columns: Columns { contract, operation, is_cut: true }, width: Some(width), ..self }
    }

    /// Writes lines, none wider than the terminal.
    fn line(&mut self, text: impl Display) {
        match self.width {
            Some(width) => self.out.line(fit::fit(&text.to_string(), width)),
            None => self.out.line(text),
        }
    }

    fn operation(&mut self, results: &Results, contract: &Contract, summary: &OperationSummary) {
        let Some(operation) = contract.operations.get(summary.operation) else { return };
        let clauses = format!("{:>7} clauses", format!("{}/{}", summary.exercised, summary.clauses));
        let named = self.columns.row(contract, operation, summary.cases);
        let mut line = format!("{}  {named}", verdict(self.paint, summary.verdict));
        if self.width.is_none_or(|width| width >= NARROW) {
            line.push_str(&format!("  {clauses}  {:>7}", seconds(summary.elapsed)));
        }
        let errors =
            results.contracts.last().map_or(0, |result| result.root_causes_of(summary.operation, Severity::Error));
        if errors > 0 {
            line.push_str(&format!("  {}", count(errors, "finding")));
        }
        self.line(line);
    }

    /// An operation whose line was written before others have made it fail.
    fn failed_later(&mut self, contract: &Contract, operation: usize, requests: usize, when: &str) {
        let Some(operation) = contract.operations.get(operation) else { return };
        let named = self.columns.row(contract, operation, requests);
        let line = format!("{}  {named}  {when}", verdict(self.paint, Verdict::Fails));
        if self.failed_later.insert(line.clone()) {
            self.line(line);
        }
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
                self.line(format!("{}  {named}{errors}", self.paint.warn("INTERRUPTED")));
            }
        }
    }
}

impl<W: Write> Listener for Terminal<W> {
    fn on(&mut self, event: &Event, results: &Results) -> Result<(), ListenerError> {
        match event {
            Event::ContractStarted { target, .. } if !self.is_begun => {
                self.is_begun = true;
                self.line(self.paint.faint(format!("testing {}", escape(target))));
            }
            Event::OperationFinished { .. } | Event::SentLater { .. } if self.detail == Detail::Summary => {}
            Event::OperationFinished { contract, summary } => self.operation(results, contract, summary),
            Event::SentLater { contract, operation, requests, fails: true, when } => {
                self.failed_later(contract, *operation, *requests, when);
            }
            Event::RunFinished { interrupted, .. } => {
                if *interrupted && self.detail != Detail::Summary {
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

    /// 300 errors of five rules in 60 operations, at so many columns.
    fn many(width: usize, detail: Detail) -> String {
        let mut text = Vec::new();
        let contract = testing::wide_contract();
        let job = Job::new(contract.clone(), Default::default());
        let terminal = Terminal::new(&mut text, Paint::Plain, detail, testing::setting(), &[job]);
        testing::many_findings_run(&mut terminal.within(width, 1), &contract);
        String::from_utf8(text).expect("UTF-8")
    }

    #[test]
    fn three_hundred_findings_stay_readable() {
        for width in [80, 160] {
            let text = many(width, Detail::Short);
            // A URL that is pasted stays whole.
            let is_argument =
                |line: &&str| line.trim().starts_with('\'') && !line.trim_end_matches(" \\").trim().contains(' ');
            for line in text.lines().filter(|line| !is_argument(line)) {
                assert!(width >= fit::columns(line), "{width}: {line}");
            }
            assert!(text.lines().count() < 300, "{text}");
            insta::assert_snapshot!(format!("many_findings_{width}"), text);
        }
        assert!(many(80, Detail::AllFindings).matches("reproduce").count() > 3);
    }

    #[test]
    fn quiet_is_the_verdict_and_what_counts() {
        insta::assert_snapshot!(many(80, Detail::Summary));
        let names = ["ada"];
        insta::assert_snapshot!("quiet_pass", written(Paint::Plain, Detail::Summary, &names, testing::passing_run));
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
