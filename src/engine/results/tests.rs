use super::*;
use crate::case::{Fault, Intent};
use crate::check::rules::{accepted_invalid, response_schema, wrong_method};
use crate::engine::{Listener, ListenerError};
use crate::report::testing;
use crate::rule::Rule;

impl Listener for Results {
    fn on(&mut self, event: &Event, _: &Results) -> Result<(), ListenerError> {
        self.take(event);
        Ok(())
    }
}

#[test]
fn findings_with_one_cause_are_one_and_show_the_smallest_case() {
    let mut results = Results::new(Masker::default());
    testing::failing_run(&mut results);
    let groups: Vec<_> = results.groups(Severity::Error).map(|(_, _, group)| group).collect();
    assert_eq!(
        groups.iter().map(|group| (group.finding.cases, group.case.index)).collect::<Vec<_>>(),
        [
            // The first of the two small cases, though a long one was found before both.
            (3, 17),
            (1, 40),
            (1, 41),
        ]
    );
}

#[test]
fn totals_count_root_causes_operations_and_requests() {
    let mut results = Results::new(Masker::default());
    testing::failing_run(&mut results);
    let expected = Totals { failed: 1, errors: 3, error_operations: 1, warnings: 1, requests: 6, ..Totals::default() };
    assert_eq!(results.totals(), expected);
}

fn add(results: &mut Results, contract: &Arc<Contract>, index: usize, broken: usize, body: &str, variant: &str) {
    let (clause, described) = testing::clause(contract, |clause| clause.subject.as_deref() == Some("text"));
    let mut case = Case::clone(&testing::case(index, "a case", Intent::WrongMethod, Some(clause)));
    case.also_broken = vec![clause; broken];
    let mut finding =
        testing::finding(contract, &wrong_method::RULE, Severity::Error, &described, &format!("200 for {variant}"));
    finding.variant = Some(variant.to_owned());
    results.take(&Event::CaseJudged {
        contract: contract.clone(),
        case: Arc::new(case),
        exchange: testing::exchange(body, Ok((200, "{}"))),
        findings: vec![finding],
    });
}

#[test]
fn a_case_that_breaks_one_thing_is_shown_before_a_smaller_one_that_breaks_more() {
    let contract = testing::contract("asapp");
    let mut results = Results::new(crate::execute::Masker::default());
    results.take(&testing::started(&contract));
    add(&mut results, &contract, 1, 2, "{}", "PUT");
    add(&mut results, &contract, 2, 0, r#"{"sender": {}}"#, "PUT");
    add(&mut results, &contract, 3, 1, "{ }", "PUT");
    let (.., group) = results.groups(Severity::Error).next().expect("a group");
    assert_eq!((group.case.index, group.finding.cases, group.finding.message.as_str()), (2, 3, "200 for PUT"));
}

/// Findings of this rule at two clauses, each shown by a case with its own body.
fn at_two_clauses(rule: &'static Rule, bodies: [&str; 2]) -> Vec<(usize, Vec<&'static str>)> {
    let contract = testing::contract("asapp");
    let mut results = Results::new(Masker::default());
    for (index, (keyword, body)) in ["enum", "type"].into_iter().zip(bodies).enumerate() {
        let (id, clause) = testing::clause(&contract, |clause| clause.keyword == keyword);
        let case = testing::case(index, "a case", Intent::Invalid(Fault::Validation), Some(id));
        let finding = testing::finding(&contract, rule, Severity::Error, &clause, "accepted");
        let (contract, exchange) = (contract.clone(), testing::exchange(body, Ok((200, "{}"))));
        if index == 0 {
            results.take(&testing::started(&contract));
        }
        results.take(&Event::CaseJudged { contract, case, exchange, findings: vec![finding] });
    }
    let summary = testing::summary(Verdict::Fails, 2, Vec::new());
    results.take(&Event::OperationFinished { contract, summary });
    let groups = results.groups(Severity::Error).map(|(_, _, group)| group);
    groups.map(|group| (group.finding.cases, group.finding.related.iter().map(|r| r.label).collect())).collect()
}

#[test]
fn one_request_that_breaks_two_clauses_is_one_finding() {
    let (rule, other) = (&accepted_invalid::RULE, &response_schema::RULE);
    assert_eq!(at_two_clauses(rule, ["{}", "{}"]), [(2, vec!["also breaks"])]);
    assert_eq!(at_two_clauses(rule, ["{}", "{ }"]), [(1, vec![]), (1, vec![])], "two requests");
    assert_eq!(at_two_clauses(other, ["{}", "{}"]), [(1, vec![]), (1, vec![])], "two clauses of a response");
}

#[test]
fn the_message_names_all_variants_of_a_cause() {
    let contract = testing::contract("asapp");
    let mut results = Results::new(crate::execute::Masker::default());
    results.take(&testing::started(&contract));
    for (index, body, method) in [(1, "{ }", "PUT"), (2, "{}", "PATCH"), (3, "{}", "DELETE"), (4, "{}", "PUT")] {
        add(&mut results, &contract, index, 0, body, method);
    }
    let (.., group) = results.groups(Severity::Error).next().expect("a group");
    let message = "200 for PATCH; likewise for PUT, DELETE";
    assert_eq!((group.case.index, group.finding.cases, group.finding.message.as_str()), (2, 4, message));
}
