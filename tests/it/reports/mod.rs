//! `--report` of the real binary, read by those who read such reports.

mod files;
mod junit;
mod located;
mod pages;
mod streams;

use std::path::Path;
use std::process::Command;

use axum::response::Response;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::command::{folder_with, run_beside};
use crate::support::served::{Asked, empty, json, not_allowed, serve_all};

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Notes, version: '1'}
paths:
  /notes:
    get:
      operationId: listNotes
      parameters:
        - name: limit
          in: query
          schema:
            type: integer
            minimum: 1
      responses:
        '200': {description: some, content: {application/json: {schema: {type: object}}}}
        '400': {description: invalid}
  /closed:
    get:
      operationId: closed
      responses:
        '200': {description: open, content: {application/json: {schema: {type: object}}}}
";

/// The line of `minimum` in the document.
const MINIMUM: usize = 12;

/// Takes any limit, talks in markup, and lets nobody in at `/closed`.
fn careless(asked: &Asked) -> Response {
    match (asked.method.as_str(), asked.path.as_str()) {
        ("GET", "/notes") if !asked.query.contains("limit=-") || asked.query.contains("limit=-1") => {
            json(200, &json!({"note": "<b>&amp;</b> ]]> ::error::x %0A `x` \u{1b}[31m"}))
        }
        ("GET", "/notes") => json(200, &json!({"note": "another"})),
        ("GET", "/closed") => empty(401),
        ("GET", _) => empty(404),
        _ => not_allowed("GET"),
    }
}

/// Keeps the document.
fn careful(asked: &Asked) -> Response {
    let limit = asked.query.strip_prefix("limit=").map_or(Some(1), |text| text.parse::<i64>().ok());
    match (asked.method.as_str(), asked.path.as_str()) {
        ("GET", "/notes") if asked.query.is_empty() || limit.is_some_and(|limit| limit > 0) => json(200, &json!({})),
        ("GET", "/notes") => empty(400),
        ("GET", "/closed") => json(200, &json!({})),
        ("GET", _) => empty(404),
        _ => not_allowed("GET"),
    }
}

/// A run that was reported.
struct Reported {
    folder: TempDir,
    status: Option<i32>,
    stdout: String,
}

impl Reported {
    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    fn json(&self, file: &str) -> Value {
        serde_json::from_str(&self.read(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }
}

/// Runs against a server, with these arguments.
async fn run(answer: fn(&Asked) -> Response, arguments: &[&str]) -> Reported {
    let url = serve_all(answer).await;
    let folder = folder_with(&[("api.yaml", DOCUMENT), ("fixtures.yaml", "credentials: {}\n")]);
    let fixed = ["--spec", "api.yaml", "--fixtures", "fixtures.yaml", "--regressions", "off", "--cases", "10"];
    let output = run_beside(folder.path(), &[&["--target", &url][..], &fixed, arguments].concat()).await;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    assert_eq!(text(output.stderr), "");
    Reported { folder, status: output.status.code(), stdout: text(output.stdout) }
}

/// What a script of Python makes of a file: JSON.
fn python(script: &str, file: &Path) -> Value {
    let output = Command::new("python3").args(["-c", script]).arg(file).output().expect("python3 starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}
