//! What reports show of a run, as the JSON document has it: of a run that has just ended, or of documents that were joined.
//!
//! Reports that are one text are made of this alone, so that a run of parts and one of all are reported alike.

mod clause;
mod seen;

use std::cmp::Reverse;
use std::collections::HashSet;
use std::io;
use std::time::Duration;

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

pub use clause::ClauseView;
pub use seen::{LatencyView, LifeView, SourceView, UnexercisedView};

use super::terminal::finding::labelled;
use super::{Coverage, Paint, Setting, json};
use crate::engine::{Outcome, Results, Totals, Verdict};
use crate::registry;
use crate::rule::{Rule, Severity, Weight};

/// A run, or several that were joined.
#[derive(Debug, Deserialize)]
pub struct View {
    /// The seed that repeats it.
    pub seed: u64,
    /// `conforms`, `fails`, `untestable` or `unfinished`.
    pub verdict: String,
    /// Whether it was interrupted.
    pub interrupted: bool,
    elapsed_ms: u64,
    totals: Counts,
    /// Its contracts.
    pub contracts: Vec<ContractView>,
    /// What it has exercised.
    #[serde(skip)]
    pub coverage: Coverage,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Counts {
    passed: usize,
    failed: usize,
    untestable: usize,
    failed_untested: usize,
    unfinished: usize,
    findings: usize,
    failing_operations: usize,
    warnings: usize,
    omissions: usize,
    requests: usize,
}

/// One contract.
#[derive(Debug, Deserialize)]
pub struct ContractView {
    /// Its name.
    pub name: String,
    /// The document.
    pub file: String,
    /// The target's address.
    pub target: String,
    /// Operations of which nothing is said.
    pub untested: Vec<UntestedView>,
    /// Its bugs, the worst first.
    pub root_causes: Vec<CauseView>,
    /// Its operations in the document's order.
    pub operations: Vec<OperationView>,
    /// What of the lives of its resources was gone through.
    #[serde(default)]
    pub lives: Vec<LifeView>,
    /// Its files; none where they are too long to be shown.
    #[serde(default)]
    pub sources: Vec<SourceView>,
}

/// An operation that was not tested.
#[derive(Debug, Deserialize)]
pub struct UntestedView {
    /// `METHOD /path`.
    pub operation: String,
    /// Why.
    pub reason: String,
}

/// One operation.
#[derive(Debug, Deserialize)]
pub struct OperationView {
    /// Its names.
    #[serde(flatten)]
    pub name: Name,
    /// `None` where the run did not get to its end.
    pub verdict: Option<Verdict>,
    /// Cases that were judged.
    pub cases: usize,
    /// Its valid cases.
    pub valid_cases: Valid,
    /// Its clauses.
    pub clauses: Clauses,
    /// What is wrong, errors first.
    pub findings: Vec<FindingView>,
    /// What is wrong, and accepted.
    #[serde(default)]
    pub accepted: Vec<FindingView>,
    /// How long responses took, the fastest first.
    #[serde(default)]
    pub latency: Vec<LatencyView>,
    elapsed_ms: u64,
}

/// The names of an operation.
#[derive(Debug, Deserialize)]
pub struct Name {
    /// The operation's id.
    pub id: String,
    method: String,
    path: String,
}

/// Valid cases.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Valid {
    /// Those that were sent.
    pub sent: usize,
    /// Those that were accepted.
    pub accepted: usize,
}

/// How many clauses there are, and were exercised.
#[derive(Debug, Deserialize)]
pub struct Clauses {
    /// All of them.
    pub total: usize,
    /// Those that were exercised.
    pub exercised: usize,
    /// Those that were not.
    #[serde(default)]
    pub unexercised: Vec<UnexercisedView>,
}

/// One bug.
#[derive(Debug, Deserialize)]
pub struct CauseView {
    /// The same in every run.
    pub fingerprint: String,
    blames: String,
    /// How many operations show it.
    pub operations: usize,
    /// How many cases show it.
    pub cases: usize,
    /// What shows it best.
    pub example: FindingView,
    /// Where it shows, the example's place first.
    pub places: Vec<PlaceView>,
}

/// A place where a bug shows.
#[derive(Debug, Deserialize)]
pub struct PlaceView {
    /// The operation.
    pub operation: Name,
    /// The node of the document.
    pub clause: ClauseView,
    /// What is wrong there.
    pub message: String,
}

/// A finding.
#[derive(Debug, Deserialize)]
pub struct FindingView {
    rule: String,
    /// How severe it is.
    pub severity: Severity,
    /// The same in every run.
    pub fingerprint: String,
    /// The operation.
    pub operation: Option<Name>,
    /// What is wrong.
    pub message: String,
    /// The node of the document.
    pub clause: ClauseView,
    /// What would have been acceptable.
    #[serde(default)]
    pub expected: String,
    /// What to do about it.
    #[serde(default)]
    pub help: Option<String>,
    /// It, as a person reads it.
    pub told: Told,
}

/// A finding as a person reads it.
#[derive(Debug, Deserialize)]
pub struct Told {
    excerpt: String,
    /// What stands below the message.
    pub evidence: Vec<Row>,
}

/// Lines behind a label.
#[derive(Debug, Deserialize)]
pub struct Row {
    /// The label.
    pub label: String,
    /// The lines, safe to print.
    pub lines: Vec<String>,
}

impl View {
    /// That of a run so far.
    ///
    /// # Errors
    /// None that is known of: a document that was made a moment ago is read.
    pub fn of(results: &Results, setting: &Setting) -> io::Result<Self> {
        let outcome = results.outcome.unwrap_or(Outcome::Untestable);
        Ok(Self::read(&json::document(results, outcome, setting, Timestamp::UNIX_EPOCH)?)?)
    }

    /// That of a JSON document.
    ///
    /// # Errors
    /// The document is none of a run, or of a version that had less.
    pub fn read(document: &Value) -> serde_json::Result<Self> {
        Ok(Self { coverage: Coverage::read(document), ..Self::deserialize(document)? })
    }

    /// How long it took.
    pub fn elapsed(&self) -> Duration {
        Duration::from_millis(self.elapsed_ms)
    }

    /// What it comes to.
    pub fn totals(&self) -> Totals {
        let Counts { passed, failed, untestable, failed_untested, unfinished, warnings, requests, .. } = self.totals;
        Totals {
            passed,
            failed,
            untestable,
            failed_untested,
            unfinished,
            errors: self.totals.findings,
            error_operations: self.totals.failing_operations,
            warnings,
            document: self.totals.omissions,
            requests,
        }
    }

    /// Clauses that were not exercised, by the reason, with their operations.
    pub fn unexercised(&self) -> IndexMap<&str, Vec<(&OperationView, &UnexercisedView)>> {
        let mut reasons: IndexMap<&str, Vec<_>> = IndexMap::new();
        for operation in self.contracts.iter().flat_map(|contract| &contract.operations) {
            for one in &operation.clauses.unexercised {
                reasons.entry(&one.reason).or_default().push((operation, one));
            }
        }
        reasons
    }

    /// The bugs of all contracts: errors first, what weighs most first, then by how many operations and cases show them.
    pub fn ranked(&self) -> Vec<&CauseView> {
        let mut causes: Vec<&CauseView> = self.contracts.iter().flat_map(|contract| &contract.root_causes).collect();
        causes.sort_by_cached_key(|cause| {
            let finding = &cause.example;
            (Reverse(finding.severity), finding.weight(), Reverse(cause.operations), Reverse(cause.cases))
        });
        causes
    }
}

impl ContractView {
    /// What is wrong, and accepted, with the operations that show it.
    pub fn accepted(&self) -> impl Iterator<Item = (&OperationView, &FindingView)> {
        self.operations.iter().flat_map(|operation| operation.accepted.iter().map(move |finding| (operation, finding)))
    }

    /// Why an operation was not tested; `None` where it was.
    pub fn untested(&self, operation: &OperationView) -> Option<&str> {
        let title = operation.title();
        self.untested.iter().find(|untested| untested.operation == title).map(|untested| untested.reason.as_str())
    }

    /// How many bugs of this severity touch an operation.
    pub fn bugs_of(&self, operation: &OperationView, severity: Severity) -> usize {
        let title = operation.title();
        let touches = |cause: &&CauseView| cause.places.iter().any(|place| place.operation.title() == title);
        self.root_causes.iter().filter(|cause| cause.example.severity == severity).filter(touches).count()
    }
}

impl OperationView {
    /// `METHOD /path`, as the document writes it.
    pub fn title(&self) -> String {
        self.name.title()
    }

    /// From the first request to the last response.
    pub fn elapsed(&self) -> Duration {
        Duration::from_millis(self.elapsed_ms)
    }
}

impl Name {
    /// `METHOD /path`, as the document writes it.
    pub fn title(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

impl CauseView {
    /// Whether the document is to be changed, and not the target.
    pub fn is_of_document(&self) -> bool {
        self.blames == "document"
    }

    /// The operations that show it, each once.
    pub fn titles(&self) -> Vec<String> {
        let mut seen = HashSet::new();
        self.places.iter().map(|place| place.operation.title()).filter(|title| seen.insert(title.clone())).collect()
    }
}

impl FindingView {
    /// The id of its rule.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// Its rule; `None` where this version has none of that id.
    pub fn known_rule(&self) -> Option<&'static Rule> {
        registry::all().find(|rule| rule.id == self.rule)
    }

    /// How much it weighs.
    pub fn weight(&self) -> Weight {
        self.known_rule().map_or(Weight::default(), |rule| rule.weight)
    }

    /// Its place, the lines of the document, and what shows it.
    pub fn whole(&self) -> String {
        format!("{}\n{}{}", self.clause.place(), self.told.excerpt, self.told.evidence())
    }
}

impl Told {
    /// The lines of the document.
    pub fn document(&self) -> String {
        let lines = self.excerpt.lines().skip_while(|line| !line.trim_start().starts_with('╭'));
        lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }

    /// What stands below the message, as plain text.
    pub fn evidence(&self) -> String {
        let mut text = String::new();
        self.evidence.iter().for_each(|row| labelled(&mut text, Paint::Plain, &row.label, &row.lines));
        text
    }
}
