//! The test suite of a contract.

use indexmap::IndexMap;

use super::xml::Element;
use crate::check;
use crate::report::count;
use crate::report::view::{ContractView, FindingView, OperationView};
use crate::rule::Severity;

/// What is tested of one contract.
pub(super) struct Suite<'a> {
    contract: &'a ContractView,
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
    Judged { rule: &'a str, findings: Vec<&'a FindingView> },
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
    pub fn of(contract: &'a ContractView) -> Self {
        let judged = contract.operations.iter().flat_map(|operation| judged(contract, operation));
        let skipped = contract.untested.iter();
        let skipped =
            skipped.map(|one| TestCase { operation: one.operation.clone(), what: What::Skipped(&one.reason) });
        Self { contract, cases: judged.chain(skipped).collect() }
    }

    pub fn tally(&self) -> Tally {
        Tally {
            tests: self.cases.len(),
            failures: self.cases.iter().filter(|case| case.errors().next().is_some()).count(),
            skipped: self.cases.iter().filter(|case| matches!(case.what, What::Skipped(_))).count(),
        }
    }

    pub fn element(&self, seed: u64) -> Element {
        let contract = self.contract;
        let time = contract.operations.iter().map(OperationView::elapsed).sum();
        let property = |name: &str, value: &str| Element::new("property").with("name", name).with("value", value);
        let mut properties = Element::new("properties");
        properties.children = vec![
            property("document", &contract.file),
            property("target", &contract.target),
            property("seed", &seed.to_string()),
        ];
        let mut suite = self.tally().on(Element::new("testsuite").with("name", &contract.name));
        suite = suite.lasting(time);
        suite.children.push(properties);
        suite.children.extend(self.cases.iter().map(|case| case.element(&contract.name)));
        suite
    }
}

/// The test cases of one operation: all rules that judged each of its exchanges, and others that were broken.
fn judged<'a>(contract: &'a ContractView, operation: &'a OperationView) -> Vec<TestCase<'a>> {
    let mut rules: IndexMap<&'a str, Vec<&'a FindingView>> = IndexMap::new();
    if contract.untested(operation).is_none() {
        rules.extend(check::all().iter().map(|check| (check.rule().id, Vec::new())));
    }
    for finding in &operation.findings {
        rules.entry(finding.rule()).or_default().push(finding);
    }
    let case = |(rule, findings)| TestCase { operation: operation.title(), what: What::Judged { rule, findings } };
    rules.into_iter().map(case).collect()
}

impl TestCase<'_> {
    fn findings(&self, severity: Severity) -> impl Iterator<Item = &FindingView> {
        let all: &[&FindingView] = match &self.what {
            What::Judged { findings, .. } => findings,
            What::Skipped(_) => &[],
        };
        all.iter().copied().filter(move |finding| finding.severity == severity)
    }

    fn errors(&self) -> impl Iterator<Item = &FindingView> {
        self.findings(Severity::Error)
    }

    fn element(&self, contract: &str) -> Element {
        let class = format!("{contract}.{}", self.operation);
        let name = match &self.what {
            What::Judged { rule, .. } => *rule,
            What::Skipped(_) => "tested",
        };
        let mut element = Element::new("testcase").with("classname", class).with("name", name);
        if let What::Skipped(reason) = &self.what {
            element.children.push(Element::new("skipped").with("message", reason));
        }
        let errors: Vec<&FindingView> = self.errors().collect();
        if let Some(first) = errors.first() {
            element = element.with("file", &first.clause.file).with("line", first.clause.line.to_string());
            let more = match errors.len() - 1 {
                0 => String::new(),
                more => format!(" (and {})", count(more, "more finding")),
            };
            let message = format!("{}{more}", first.message);
            let failure = Element::new("failure").with("message", message).with("type", name);
            element.children.push(failure.holding(&whole(&errors)));
        }
        let warnings: Vec<&FindingView> = self.findings(Severity::Warning).collect();
        if !warnings.is_empty() {
            element.children.push(Element::new("system-out").holding(&whole(&warnings)));
        }
        element
    }
}

/// The findings as a person reads them, with their places, requests, responses and how to reproduce them.
fn whole(findings: &[&FindingView]) -> String {
    let texts: Vec<String> = findings.iter().map(|finding| finding.whole()).collect();
    format!("\n{}", texts.join("\n"))
}
