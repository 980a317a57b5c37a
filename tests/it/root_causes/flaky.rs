//! What showed once and not again: for what the run has written since, or for nothing.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::told;
use crate::support::served::{Asked, empty, json, not_allowed};

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Things, version: '1'}
paths:
  /things:
    get:
      operationId: list
      responses: {'200': {description: all, content: {application/json: {schema: {type: object, required: [count], properties: {count: {type: integer}}}}}}}
    post:
      operationId: make
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
      responses: {'204': {description: made}, '400': {description: refused}, '415': {description: refused}}
  /others:
    post:
      operationId: other
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
      responses: {'204': {description: made}, '400': {description: refused}, '415': {description: refused}}
";

/// Whether the list is called flaky that is wrong as long as this says so, of how often it was read and whether a thing was
/// made.
async fn is_flaky(document: &str, is_wrong: fn(usize, bool) -> bool) -> bool {
    let (reads, made) = (AtomicUsize::new(0), AtomicBool::new(false));
    let answer = move |asked: &Asked| match (asked.method.as_str(), asked.path.as_str()) {
        ("GET" | "HEAD", "/things") => {
            let reads = reads.fetch_add(1, Ordering::SeqCst);
            let wrong = is_wrong(reads, made.load(Ordering::SeqCst));
            json(200, &if wrong { json!({}) } else { json!({"count": 0}) })
        }
        ("POST", _) if !asked.is_json() => empty(415),
        ("POST", path) => match asked.json() {
            Some(Value::Object(body)) if body.get("name").is_none_or(Value::is_string) => {
                made.fetch_or(path == "/things", Ordering::SeqCst);
                empty(204)
            }
            _ => empty(400),
        },
        (_, "/things") => not_allowed("GET, POST"),
        (_, "/others") => not_allowed("POST"),
        _ => empty(404),
    };
    let causes = told(document, &[], answer).await;
    let wrong = causes.iter().find(|cause| cause["example"]["rule"] == "response-schema").expect("it is wrong");
    !wrong["example"]["flaky"].is_null()
}

#[tokio::test]
async fn what_the_run_has_changed_since_is_not_flaky() {
    assert!(!is_flaky(DOCUMENT, |_, is_made| !is_made).await);
}

#[tokio::test]
async fn what_changes_without_a_write_there_is_flaky() {
    // All that is written is written elsewhere.
    let at = DOCUMENT.find("    post:").expect("the first");
    let end = DOCUMENT.find("  /others").expect("the next");
    let elsewhere = format!("{}{}", &DOCUMENT[..at], &DOCUMENT[end..]);
    assert!(is_flaky(&elsewhere, |reads, _| reads < 3).await);
}
