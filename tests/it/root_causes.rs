//! One bug is one finding, however many operations show it, and two bugs are two.

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;

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

fn answer(habit: Habit, method: &Method, path: &str, content_type: &str, body: &Bytes) -> Response {
    if !matches!(path, "/one" | "/two" | "/three" | "/four") {
        return StatusCode::NOT_FOUND.into_response();
    }
    if method != Method::POST {
        return match habit {
            Habit::NoAllow => StatusCode::METHOD_NOT_ALLOWED.into_response(),
            Habit::Crash => (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")]).into_response(),
        };
    }
    if !content_type.starts_with("application/json") {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let Ok(Value::Object(body)) = serde_json::from_slice(body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    match (body.get("text"), path) {
        (Some(Value::String(_)), _) => StatusCode::NO_CONTENT.into_response(),
        (None, "/one") if habit == Habit::Crash => crash("key not found, request 17"),
        (None, "/two") if habit == Habit::Crash => crash("division by zero"),
        _ => StatusCode::BAD_REQUEST.into_response(),
    }
}

fn crash(said: &'static str) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, said).into_response()
}

async fn serve(habit: Habit) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let handle = async move |request: Request| {
        let (parts, body) = request.into_parts();
        let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        answer(habit, &parts.method, parts.uri.path(), content_type.unwrap_or_default(), &body)
    };
    let router = axum::Router::new().fallback(handle);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn run(habit: Habit, format: &[&str]) -> std::process::Output {
    let url = serve(habit).await;
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
