//! What was stored must not break what was answered well before: the real binary against targets that hold notes.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::serve;

const DOCUMENT: &str = "\
openapi: 3.0.3
info: {title: Notes, version: '1'}
paths:
  /notes:
    get:
      operationId: list
      responses:
        '200':
          description: all notes
          content:
            application/json:
              schema:
                type: object
                required: [notes]
                properties: {notes: {type: array, items: {type: string, minLength: 1, maxLength: 20}}}
        '404': {description: there are none}
    post:
      operationId: write
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [text]
              properties: {text: {type: string, minLength: 1, maxLength: 20}}
      responses: {'204': {description: written}, '400': {description: refused}, '415': {description: no JSON}}
";

/// What a target does with its notes.
#[derive(Clone, Copy, PartialEq)]
enum Notes {
    /// It shows them.
    Shown,
    /// It fails to show letters beyond ASCII.
    OfAscii,
    /// It shows nothing in place of a note with letters beyond ASCII.
    Lossy,
    /// It takes any text, and shows it.
    OfAnyLength,
    /// It shows them to whoever has not written any.
    Hidden,
}

async fn start(notes: Notes) -> String {
    let written: Arc<Mutex<Vec<String>>> = Arc::default();
    let shown = written.clone();
    let list = move || async move {
        let texts = shown.lock().expect("not poisoned");
        let is_odd = |text: &String| !text.is_ascii();
        match notes {
            Notes::OfAscii if texts.iter().any(is_odd) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            Notes::Hidden if !texts.is_empty() => StatusCode::NOT_FOUND.into_response(),
            _ => {
                let lost = |text: &String| notes == Notes::Lossy && is_odd(text);
                let shown = texts.iter().map(|text| if lost(text) { Value::Null } else { json!(text) });
                let body = json!({"notes": shown.collect::<Vec<_>>()}).to_string();
                ([("content-type", "application/json")], body).into_response()
            }
        }
    };
    let write = move |headers: HeaderMap, body: Bytes| async move {
        let media_type = headers.get("content-type").map_or(&b""[..], axum::http::HeaderValue::as_bytes);
        let answer: Response = match serde_json::from_slice::<Value>(&body) {
            _ if !media_type.starts_with(b"application/json") => StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response(),
            Ok(note) => match note["text"].as_str() {
                Some(text) if notes == Notes::OfAnyLength || (1..=20).contains(&text.chars().count()) => {
                    written.lock().expect("not poisoned").push(text.to_owned());
                    StatusCode::NO_CONTENT.into_response()
                }
                _ => StatusCode::BAD_REQUEST.into_response(),
            },
            Err(_) => StatusCode::BAD_REQUEST.into_response(),
        };
        answer
    };
    serve(Router::new().route("/notes", get(list).post(write))).await
}

/// The report on a target.
async fn told(notes: Notes) -> Value {
    let url = start(notes).await;
    let folder = folder_with(&[("notes.yaml", DOCUMENT)]);
    let arguments = ["--target", &url, "--spec", "notes.yaml", "--cases", "5", "--regressions", "off"];
    report::read(&run_beside(folder.path(), &[&arguments[..], &["--format", "json"]].concat()).await)
}

/// The errors, each as the operation, the check and the message.
fn errors(report: &Value) -> Vec<[String; 3]> {
    let found = report::findings(report).into_iter().filter(|finding| finding["severity"] == "error");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    found.map(|found| [text(&found["operation"]["id"]), text(&found["check"]), text(&found["message"])]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_fails_since_an_odd_value_is_in_it_is_told() {
    for (notes, check) in [(Notes::OfAscii, "server-error"), (Notes::Lossy, "response-schema")] {
        let report = told(notes).await;
        let errors = errors(&report);
        let [[operation, rule, message]] = &*errors else { panic!("{errors:#?}") };
        assert_eq!((operation.as_str(), rule.as_str()), ("list", check));
        let (_, since) =
            message.split_once("before others wrote, the same request was answered with 200: ").expect("so");
        assert!(since.starts_with("POST /notes (`/text`: ") && since.ends_with(" more, the oddest first"), "{message}");
        assert!(since.contains("emoji") || since.contains("accent") || since.contains("beyond"), "{message}");
        assert_eq!(report["contracts"][0]["operations"][0]["verdict"], "fails");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_that_passed_is_said_to_fail_after_all() {
    let url = start(Notes::OfAscii).await;
    let folder = folder_with(&[("notes.yaml", DOCUMENT)]);
    let arguments = ["--target", &url, "--spec", "notes.yaml", "--cases", "5", "--regressions", "off"];
    let output = run_beside(folder.path(), &arguments).await;
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("GET /notes")).collect();
    assert!(lines[0].starts_with("PASS") && lines[1].starts_with("FAIL"), "{text}");
    assert!(lines[1].ends_with("once others had written"), "{text}");
    assert!(text.contains("1 passed, 1 failed"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_as_it_was_taken_is_no_fault_of_the_list() {
    assert_eq!(errors(&told(Notes::Shown).await), [[""; 3]; 0]);
    assert_eq!(errors(&told(Notes::Hidden).await), [[""; 3]; 0]);
    let errors = errors(&told(Notes::OfAnyLength).await);
    assert!(!errors.is_empty() && errors.iter().all(|[_, check, _]| check == "accepted-invalid"), "{errors:#?}");
}
