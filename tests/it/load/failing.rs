//! A target that fails because so much is in flight, and one that fails whatever is.

use std::collections::HashSet;
use std::sync::Mutex;

use super::{CASES, run, run_by, sound};
use crate::support::report;
use crate::support::scripted::{Act, Asked, Scripted, json};

fn locked() -> Act {
    json("500 Internal Server Error", "", r#"{"error": "database is locked"}"#)
}

/// Severity, rule and message of each root cause.
fn causes(url: &str, more: &[&str]) -> Vec<(String, String, String)> {
    let ran = run(url, &[&CASES[..], more].concat());
    let causes = ran.report["contracts"][0]["root_causes"].as_array().cloned().unwrap_or_default();
    let word = |cause: &serde_json::Value, key: &str| cause["example"][key].as_str().unwrap_or_default().to_owned();
    causes.iter().map(|cause| (word(cause, "severity"), word(cause, "rule"), word(cause, "message"))).collect()
}

#[test]
fn a_failure_that_is_not_seen_alone_is_one_warning() {
    let target = Scripted::start(|asked| if asked.in_flight > 1 { locked() } else { sound(asked) });
    let causes = causes(&target.url, &["--concurrency", "4"]);
    assert!(target.most_in_flight() > 1);
    let [(severity, rule, message)] = &causes[..] else { panic!("{causes:#?}") };
    assert_eq!((severity.as_str(), rule.as_str()), ("warning", "server-error"));
    assert!(message.contains("under load"), "{message}");
}

#[test]
fn a_failure_that_is_seen_alone_is_an_error() {
    let target = Scripted::start(|asked| if asked.line.contains("limit=") { locked() } else { sound(asked) });
    let causes = causes(&target.url, &["--concurrency", "4"]);
    let errors: Vec<_> = causes.iter().filter(|(severity, ..)| severity == "error").collect();
    assert!(!errors.is_empty() && errors.iter().all(|(_, rule, _)| rule == "server-error"), "{causes:#?}");
    assert!(!causes.iter().any(|(_, _, message)| message.contains("under load")), "{causes:#?}");
    // What is known of a failure is not asked again.
    let times = |line: &str| target.log().iter().filter(|(_, known)| known == line).count();
    assert!(times("GET /notes?limit=100") < 12, "{}", times("GET /notes?limit=100"));
}

const THINGS: &str = "\
openapi: 3.0.3
info: {title: Things, version: '1'}
paths:
  /things:
    post:
      operationId: keep
      parameters:
        - {name: name, in: query, required: true, schema: {type: string, minLength: 1, maxLength: 20}}
      responses:
        '201': {description: kept, content: {application/json: {schema: {type: object}}}}
        '400': {description: refused}
        '409': {description: kept before}
";

#[test]
fn a_failure_after_the_change_is_an_error_though_it_does_not_happen_twice() {
    let kept = Mutex::new(HashSet::new());
    let target = Scripted::start(move |asked| match asked.line.starts_with("POST /things?name=") {
        true if kept.lock().expect("no panic").insert(asked.line.clone()) => locked(),
        true => json("409 Conflict", "", "{}"),
        false => json("400 Bad Request", "", "{}"),
    });
    let ran = run_by(THINGS, &target.url, &["--concurrency", "4"]);
    let errors = report::errors(&ran.report);
    assert!(errors.iter().any(|[rule, ..]| rule == "server-error"), "{errors:?}");
}

/// How many requests for notes a run sends, why it gave up the rest, and the rules of its errors.
fn notes(act: fn(&Asked) -> Act) -> (usize, String, Vec<String>) {
    let target =
        Scripted::start(move |asked| if asked.line.starts_with("GET /notes") { act(asked) } else { sound(asked) });
    let ran = run(&target.url, &["--cases", "150"]);
    let given_up = ran.report["contracts"][0]["operations"][0]["given_up"].as_str().unwrap_or_default().to_owned();
    let rules = report::errors(&ran.report).into_iter().map(|[rule, ..]| rule).collect();
    (target.log().iter().filter(|(_, line)| line.starts_with("GET /notes")).count(), given_up, rules)
}

#[test]
fn an_operation_whose_valid_requests_all_fail_alike_is_given_up_and_its_failure_told() {
    let (requests, given_up, rules) = notes(|_| locked());
    assert!(given_up.contains("all failed with 500"), "{given_up}");
    assert!(!rules.is_empty() && rules.iter().all(|rule| rule == "server-error"), "{rules:?}");
    // One that takes a single value is tested to the end, and so is one that fails in several ways.
    for act in [
        |asked: &Asked| if asked.line.ends_with("limit=1") { sound(asked) } else { locked() },
        |asked: &Asked| match asked.line.contains('1') {
            true => json("500 Internal Server Error", "", r#"{"error": "division by zero"}"#),
            false => locked(),
        },
    ] {
        let (more, given_up, _) = notes(act);
        assert_eq!(given_up, "");
        assert!(more > requests + 10, "{more} and {requests}");
    }
}
