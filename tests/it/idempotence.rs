//! Reading must not change what is read: the real binary against targets that keep and break it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path as UrlPath;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::serve;

const DOCUMENT: &str = "\
openapi: 3.0.3
info: {title: Letters, version: '1'}
paths:
  /letters:
    post:
      operationId: write
      requestBody:
        required: true
        content:
          application/json: {schema: {type: object, required: [text], properties: {text: {type: string}}}}
      responses: {'204': {description: written}, '400': {description: refused}}
  /letters/{letter}:
    get:
      operationId: read
      parameters: [{name: letter, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: a letter
          content: {application/json: {schema: {type: object, required: [reads], properties: {reads: {type: integer}}}}}
        '404': {description: no such letter}
        '429': {description: later}
  /weather:
    get:
      operationId: weather
      responses: {'200': {description: sun or rain}}
";

const FIXTURES: &str = "resources: [{at: path.letter, existing: [first], missing: [nothing]}]\n";

/// What a target does when a letter is read.
#[derive(Clone, Copy)]
enum Letters {
    /// They are kept.
    Kept,
    /// They are gone once they were read.
    ReadOnce,
    /// The second reader is asked for patience.
    Busy,
}

async fn write(headers: HeaderMap, body: Bytes) -> StatusCode {
    let is_json = headers.get("content-type").is_some_and(|name| name.as_bytes().starts_with(b"application/json"));
    let letter: Option<Value> = serde_json::from_slice(&body).ok().filter(|_| is_json);
    match letter.is_some_and(|letter| letter["text"].is_string()) {
        true => StatusCode::NO_CONTENT,
        false => StatusCode::BAD_REQUEST,
    }
}

async fn target(letters: Letters) -> String {
    let reads = Arc::new(Mutex::new((0, HashSet::new())));
    let read = move |UrlPath(letter): UrlPath<String>| async move {
        let mut reads = reads.lock().expect("not poisoned");
        reads.0 += 1;
        let is_new = reads.1.insert(letter.clone());
        let is_there = letter == "first" && (is_new || !matches!(letters, Letters::ReadOnce));
        let answer: Response = match letters {
            Letters::Busy if reads.0 == 2 => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")]).into_response(),
            _ if is_there => {
                let body = json!({"reads": reads.0}).to_string();
                ([("content-type", "application/json")], body).into_response()
            }
            _ => StatusCode::NOT_FOUND.into_response(),
        };
        answer
    };
    let router = Router::new()
        .route("/letters", post(write))
        .route("/letters/{letter}", get(read))
        .route("/weather", get(async || "sun"));
    serve(router).await
}

async fn findings(letters: Letters) -> Vec<Value> {
    let url = target(letters).await;
    let folder = folder_with(&[("letters.yaml", DOCUMENT), ("fixtures.yaml", FIXTURES)]);
    let arguments = ["--spec", "letters.yaml", "--fixtures", "fixtures.yaml", "--cases", "5", "--format", "json"];
    let output = run_beside(folder.path(), &[&["--target", &url], &arguments[..]].concat()).await;
    let kept = std::fs::read_dir(folder.path().join("conform-regressions")).into_iter().flatten();
    for file in kept.map(|file| file.expect("a file").path()) {
        assert!(!file.to_string_lossy().contains("idempotence"), "one request alone shows nothing of it");
    }
    report::findings(&report::read(&output))
}

#[tokio::test]
async fn a_letter_that_is_gone_once_it_was_read_is_told() {
    let findings = findings(Letters::ReadOnce).await;
    let told: Vec<&Value> = findings.iter().filter(|finding| finding["check"] == "idempotence").collect();
    assert_eq!(told.len(), 1, "{findings:#?}");
    assert_eq!(
        (&told[0]["severity"], &told[0]["clause"]["pointer"]),
        (&json!("error"), &json!("/paths/~1letters~1{letter}/get"))
    );
    assert_eq!((&told[0]["flaky"], &told[0]["count"]), (&Value::Null, &json!(1)));
    assert!(told[0]["message"].as_str().is_some_and(|told| told.contains("404") && told.contains("200")));
}

#[tokio::test]
async fn a_counter_in_the_answer_and_a_busy_moment_are_none_of_it() {
    for letters in [Letters::Kept, Letters::Busy] {
        let findings = findings(letters).await;
        assert!(findings.iter().all(|finding| finding["severity"] != "error"), "{findings:#?}");
        assert!(findings.iter().all(|finding| finding["check"] != "idempotence"), "{findings:#?}");
    }
}
