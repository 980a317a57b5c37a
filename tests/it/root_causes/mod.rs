//! One bug is one finding, however many operations show it, and two bugs are two.

mod access;
mod alike;
mod coerced;
mod crash;
mod decisions;
mod flaky;
mod ignored;
mod margins;
mod narrowed;
mod outright;
mod refused;
mod response;
mod unchecked;
mod unguarded;
mod unions;

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, not_allowed, serve_all};

/// Four operations, each with a body of its own.
fn document() -> String {
    let operation = |name: &str| {
        format!(
            "  /{name}:
    post:
      operationId: {name}
      requestBody:
        required: true
        content: {{application/json: {{schema: {{type: object, required: [text], properties: {{text: {{type: string}}}}}}}}}}
      responses: {{'204': {{description: done}}, '400': {{description: refused}}, '415': {{description: refused}}}}
"
        )
    };
    let operations: String = ["one", "two", "three", "four"].map(operation).concat();
    format!("openapi: 3.1.0\ninfo: {{title: Four, version: '1'}}\npaths:\n{operations}")
}

/// What a server does otherwise than it should.
#[derive(Clone, Copy, PartialEq)]
enum Habit {
    /// It refuses a method without saying which are there.
    NoAllow,
    /// It fails for want of `text`, in one way on the first route and in another on the second.
    Crash,
}

fn answer(habit: Habit, asked: &Asked) -> Response {
    let path = asked.path.as_str();
    if !matches!(path, "/one" | "/two" | "/three" | "/four") {
        return empty(404);
    }
    if asked.method != "POST" {
        return match habit {
            Habit::NoAllow => empty(405),
            Habit::Crash => not_allowed("POST"),
        };
    }
    if !asked.is_json() {
        return empty(415);
    }
    let Some(Value::Object(body)) = asked.json() else { return empty(400) };
    match (body.get("text"), path) {
        (Some(Value::String(_)), _) => empty(204),
        (None, "/one") if habit == Habit::Crash => crash("key not found, request 17"),
        (None, "/two") if habit == Habit::Crash => crash("division by zero"),
        _ => empty(400),
    }
}

fn crash(said: &'static str) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, said).into_response()
}

/// The root causes that a run with these files shows of a server which answers so.
async fn told(
    document: &str,
    files: &[(&str, &str)],
    answer: impl Fn(&Asked) -> Response + Send + Sync + 'static,
) -> Vec<Value> {
    let url = serve_all(answer).await;
    let folder = folder_with(&[&[("api.yaml", document)], files].concat());
    let inputs = ["--target", &url, "--spec", "api.yaml", "--cases", "40", "--regressions", "off", "--format", "json"];
    let fixtures: &[&str] =
        if files.iter().any(|(name, _)| *name == "fixtures.yaml") { &["--fixtures", "fixtures.yaml"] } else { &[] };
    let report = report::read(&run_beside(folder.path(), &[&inputs[..], fixtures].concat()).await);
    report["contracts"][0]["root_causes"].as_array().cloned().expect("root causes")
}

/// The root causes of errors alone.
async fn causes(document: &str, answer: impl Fn(&Asked) -> Response + Send + Sync + 'static) -> Vec<Value> {
    let mut causes = told(document, &[], answer).await;
    causes.retain(|cause| cause["example"]["severity"] == "error");
    causes
}

/// Those of a rule, by the messages of their examples.
fn messages<'a>(causes: &'a [Value], rule: &str) -> Vec<&'a str> {
    let of_rule = causes.iter().filter(|cause| cause["example"]["rule"] == rule);
    of_rule.map(|cause| cause["example"]["message"].as_str().unwrap_or_default()).collect()
}

async fn run(habit: Habit, format: &[&str]) -> std::process::Output {
    let url = serve_all(move |asked| answer(habit, asked)).await;
    let folder = folder_with(&[("four.yaml", &document())]);
    let inputs = ["--target", &url, "--spec", "four.yaml", "--cases", "5", "--regressions", "off"];
    run_beside(folder.path(), &[&inputs[..], format].concat()).await
}

/// The root causes of errors.
fn errors(report: &Value) -> Vec<Value> {
    let causes = report["contracts"][0]["root_causes"].as_array().expect("root causes");
    causes.iter().filter(|cause| cause["example"]["severity"] == "error").cloned().collect()
}

#[tokio::test]
async fn a_habit_over_four_operations_is_one_finding_with_four_places() {
    let output = run(Habit::NoAllow, &["--format", "json"]).await;
    let report = report::read(&output);
    let errors = errors(&report);
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert_eq!(errors[0]["example"]["rule"], "response-headers");
    let places = errors[0]["places"].as_array().expect("places");
    let operations: Vec<&str> =
        places.iter().map(|place| place["operation"]["id"].as_str().unwrap_or_default()).collect();
    let mut sorted = operations.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["four", "one", "three", "two"]);
    let totals = &report["totals"];
    assert_eq!(
        [&totals["findings"], &totals["failing_operations"], &totals["failed"]],
        [&json!(1), &json!(4), &json!(4)]
    );

    let output = run(Habit::NoAllow, &[]).await;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(text.matches("A 405 was returned without `Allow`").count(), 1, "{text}");
    assert!(text.contains("also in"), "{text}");
    assert!(text.contains("1 error in 4 operations"), "{text}");
}

#[tokio::test]
async fn crashes_of_two_signatures_are_two_findings() {
    let output = run(Habit::Crash, &["--format", "json"]).await;
    let errors = errors(&report::read(&output));
    let crashes: Vec<&Value> = errors.iter().filter(|cause| cause["example"]["rule"] == "server-error").collect();
    let operations: Vec<&Value> = crashes.iter().map(|cause| &cause["example"]["operation"]["id"]).collect();
    assert_eq!(operations.len(), 2, "{errors:#?}");
    assert_ne!(crashes[0]["fingerprint"], crashes[1]["fingerprint"]);
}
