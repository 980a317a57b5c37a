//! The test suite of a contract.

use indexmap::IndexMap;

use super::xml::Element;
use crate::check;
use crate::contract::Operation;
use crate::engine::{ContractResult, OperationResult};
use crate::finding::Finding;
use crate::report::terminal::finding::full;
use crate::report::untested::{self, title};
use crate::report::{Paint, Setting, count};
use crate::rule::{Rule, Severity};

/// What is tested of one contract.
pub(super) struct Suite<'a> {
    result: &'a ContractResult,
    cases: Vec<TestCase<'a>>,
}

/// How many test cases there are, and what became of them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    tests: usize,
    failures: usize,
    skipped: usize,
}

struct TestCase<'a> {
    /// `METHOD /path`.
    operation: String,
    what: What<'a>,
}

enum What<'a> {
    /// A rule with what breaks it.
    Judged { rule: &'static Rule, findings: Vec<&'a Finding> },
    /// Why the operation was not tested.
    Skipped(&'a str),
}

impl Tally {
    /// Both together.
    pub fn add(self, other: Self) -> Self {
        Self {
            tests: self.tests + other.tests,
            failures: self.failures + other.failures,
            skipped: self.skipped + other.skipped,
        }
    }

    /// The element with these numbers.
    pub fn on(self, element: Element) -> Element {
        element
            .with("tests", self.tests.to_string())
            .with("failures", self.failures.to_string())
            .with("errors", "0")
            .with("skipped", self.skipped.to_string())
    }
}

impl<'a> Suite<'a> {
    pub fn of(result: &'a ContractResult) -> Self {
        let judged = result
            .operations
            .iter()
            .filter_map(|(index, operation)| Some(judged(result, result.contract.operations.get(*index)?, operation)));
        let skipped = untested::of(result).into_iter();
        let skipped = skipped.map(|one| TestCase { operation: one.operation, what: What::Skipped(one.reason) });
        Self { result, cases: judged.flatten().chain(skipped).collect() }
    }

    pub fn tally(&self) -> Tally {
        Tally {
            tests: self.cases.len(),
            failures: self.cases.iter().filter(|case| case.errors().next().is_some()).count(),
            skipped: self.cases.iter().filter(|case| matches!(case.what, What::Skipped(_))).count(),
        }
    }

    pub fn element(&self, setting: &Setting) -> Element {
        let contract = &self.result.contract;
        let time = self.result.summaries().map(|(_, summary)| summary.elapsed).sum();
        let property = |name: &str, value: &str| Element::new("property").with("name", name).with("value", value);
        let mut properties = Element::new("properties");
        properties.children = vec![
            property("document", &contract.document.files()[0].name),
            property("target", &self.result.target),
            property("seed", &setting.seed.to_string()),
        ];
        let mut suite = self.tally().on(Element::new("testsuite").with("name", &contract.name));
        suite = suite.lasting(time);
        suite.children.push(properties);
        suite.children.extend(self.cases.iter().map(|case| case.element(&contract.name)));
        suite
    }
}

/// The test cases of one operation: all rules that judged each of its exchanges, and others that were broken.
fn judged<'a>(result: &'a ContractResult, described: &Operation, operation: &'a OperationResult) -> Vec<TestCase<'a>> {
    let mut rules: IndexMap<&'static str, (&'static Rule, Vec<&'a Finding>)> = IndexMap::new();
    if untested::reason(result, operation).is_none() {
        rules.extend(check::all().iter().map(|check| (check.rule().id, (check.rule(), Vec::new()))));
    }
    for group in operation.groups_of(Severity::Error).chain(operation.groups_of(Severity::Warning)) {
        let rule = group.finding.rule;
        rules.entry(rule.id).or_insert((rule, Vec::new())).1.push(&group.finding);
    }
    let case = |(rule, findings)| TestCase { operation: title(described), what: What::Judged { rule, findings } };
    rules.into_values().map(case).collect()
}

impl TestCase<'_> {
    fn findings(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        let all: &[&Finding] = match &self.what {
            What::Judged { findings, .. } => findings,
            What::Skipped(_) => &[],
        };
        all.iter().copied().filter(move |finding| finding.severity == severity)
    }

    fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings(Severity::Error)
    }

    fn element(&self, contract: &str) -> Element {
        let class = format!("{contract}.{}", self.operation);
        let name = match &self.what {
            What::Judged { rule, .. } => rule.id,
            What::Skipped(_) => "tested",
        };
        let mut element = Element::new("testcase").with("classname", class).with("name", name);
        if let What::Skipped(reason) = &self.what {
            element.children.push(Element::new("skipped").with("message", reason));
        }
        let errors: Vec<&Finding> = self.errors().collect();
        if let Some(first) = errors.first() {
            let place = &first.place;
            element = element.with("file", &place.file().name).with("line", place.position().line.to_string());
            let more = match errors.len() - 1 {
                0 => String::new(),
                more => format!(" (and {})", count(more, "more finding")),
            };
            let message = format!("{}{more}", first.message);
            let failure = Element::new("failure").with("message", message).with("type", name);
            element.children.push(failure.holding(&whole(&errors)));
        }
        let warnings: Vec<&Finding> = self.findings(Severity::Warning).collect();
        if !warnings.is_empty() {
            element.children.push(Element::new("system-out").holding(&whole(&warnings)));
        }
        element
    }
}

/// The findings as a person reads them, with their places, requests, responses and how to reproduce them.
fn whole(findings: &[&Finding]) -> String {
    let texts: Vec<String> =
        findings.iter().map(|finding| format!("{}\n{}", finding.place, full(Paint::Plain, finding))).collect();
    format!("\n{}", texts.join("\n"))
}
