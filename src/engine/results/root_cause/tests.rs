use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::case::Intent;
use crate::check::rules::{accepted_invalid, auth_ignored, response_headers};
use crate::engine::Event;
use crate::execute::Masker;
use crate::finding::{OperationName, Place, habit_key};
use crate::report::testing;
use crate::rule::Rule;
use crate::spec::{Document, FileId, LoadOptions, Pointer, SourceLocation};

const DOCUMENT: &str = "\
openapi: 3.1.0
paths:
  /a: {get: {responses: {'200': {description: ok}}}}
  /b: {get: {responses: {'200': {description: ok}}}}
  /c: {get: {responses: {'200': {description: ok}}}}
";

/// Findings of one run, each of an operation by its position, at a node.
struct Run {
    contract: Arc<Contract>,
    results: Results,
    cases: usize,
}

impl Run {
    fn new() -> Self {
        let document = Document::from_text(Path::new("api.yaml"), DOCUMENT.to_owned(), LoadOptions::default());
        let contract = Arc::new(Contract::compile(document.expect("parses")).expect("compiles"));
        let mut results = Results::new(Masker::default());
        results.take(&testing::started(&contract));
        Self { contract, results, cases: 0 }
    }

    fn finding(&self, rule: &'static Rule, operation: usize, pointer: &str) -> Finding {
        let location = SourceLocation { file: FileId(0), pointer: Pointer::new(pointer) };
        let place = Place::new(&self.contract.document, location, "type");
        let operation = Some(OperationName::of(&self.contract.operations[operation]));
        Finding { operation, ..Finding::new(rule, place, "wrong", "") }
    }

    fn add(&mut self, operation: usize, body: &str, finding: Finding) {
        let case = testing::case(self.cases, "a case", Intent::Valid, None);
        self.cases += 1;
        self.results.take(&Event::CaseJudged {
            contract: self.contract.clone(),
            case: Arc::new(crate::case::Case { operation, ..(*case).clone() }),
            exchange: testing::exchange(body, Ok((200, "{}"))),
            findings: vec![finding],
        });
    }

    /// The paths of each root cause, the worst cause first.
    fn paths(&self) -> Vec<Vec<&str>> {
        let causes = self.results.root_causes();
        causes.iter().map(|cause| cause.places.iter().map(|place| place.operation.path.as_str()).collect()).collect()
    }
}

#[test]
fn one_clause_of_three_operations_is_one_bug_and_two_clauses_are_two() {
    let mut run = Run::new();
    for (operation, pointer) in [(0, "/shared"), (1, "/shared"), (2, "/shared"), (2, "/own")] {
        let finding = run.finding(&accepted_invalid::RULE, operation, pointer);
        run.add(operation, "{}", finding);
    }
    assert_eq!(run.paths(), [vec!["/a", "/b", "/c"], vec!["/c"]]);
    let totals = run.results.totals();
    assert_eq!((totals.errors, totals.error_operations), (2, 3));
    let result = &run.results.contracts[0];
    let of_operations = [0, 1, 2].map(|operation| result.root_causes_of(operation, Severity::Error));
    assert_eq!(of_operations, [1, 1, 2]);
}

#[test]
fn the_smallest_example_stands_first_and_the_others_in_the_order_of_the_document() {
    let mut run = Run::new();
    for (operation, body) in [(2, r#"{"a": 1}"#), (1, "{}"), (0, r#"{"a": 1}"#)] {
        let finding = run.finding(&accepted_invalid::RULE, operation, "/shared");
        run.add(operation, body, finding);
    }
    assert_eq!(run.paths(), [["/b", "/a", "/c"]]);
    assert_eq!(run.results.root_causes()[0].cases(), 3);
}

#[test]
fn a_fingerprint_does_not_depend_on_how_many_operations_show_it() {
    let fingerprint = |operations: &[usize]| {
        let mut run = Run::new();
        for operation in operations {
            let pointer = format!("/paths/~1{operation}");
            let finding = run.finding(&response_headers::RULE, *operation, &pointer).of_habit("allow missing");
            run.add(*operation, "{}", finding);
        }
        let causes = run.results.root_causes();
        assert_eq!((causes.len(), causes[0].operations()), (1, operations.len()));
        causes[0].fingerprint()
    };
    assert_eq!(fingerprint(&[0]), fingerprint(&[2, 1, 0]));
}

#[test]
fn errors_stand_first_and_then_what_most_operations_show() {
    let mut run = Run::new();
    for (operation, manner, severity) in [
        (0, "warned", Severity::Warning),
        (1, "warned", Severity::Warning),
        (0, "one", Severity::Error),
        (0, "two", Severity::Error),
        (2, "two", Severity::Error),
    ] {
        let finding = run.finding(&response_headers::RULE, operation, &format!("/{manner}"));
        run.add(operation, "{}", finding.of_habit(manner).with_severity(severity));
    }
    let causes = run.results.root_causes();
    let shown: Vec<_> = causes.iter().map(|cause| (cause.severity, cause.operations())).collect();
    assert_eq!(shown, [(Severity::Error, 2), (Severity::Error, 1), (Severity::Warning, 2)]);
}

#[test]
fn who_lets_everybody_in_lets_any_token_in_but_not_the_other_way_round() {
    let within = |finding: Finding| {
        let part_of = vec![habit_key(finding.rule, "everybody")];
        Finding { cause: format!("{} altered", finding.cause), ..finding.of_habit("any token").within(part_of) }
    };
    let mut run = Run::new();
    for operation in [0, 1, 2] {
        let finding = within(run.finding(&auth_ignored::RULE, operation, "/security"));
        run.add(operation, "{}", finding);
    }
    for operation in [0, 1] {
        let finding = run.finding(&auth_ignored::RULE, operation, "/security").of_habit("everybody");
        run.add(operation, "{}", finding);
    }
    // The third operation refuses who has no token, and yet takes any.
    assert_eq!(run.paths(), [vec!["/a", "/a", "/b", "/b"], vec!["/c"]]);
}
