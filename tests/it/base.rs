//! Cases vary a valid request that the target accepts: where it refuses the plan's own, one that a person or the document
//! wrote, or another id of the fixtures.

use std::sync::{Arc, Mutex};

use axum::response::Response;
use serde_json::Value;

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, json, not_allowed, serve_all};

const DOCUMENT: &str = "\
openapi: 3.0.3
info: {title: Notes, version: '1'}
paths:
  /notes:
    post:
      operationId: add
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [owner, text]
              properties:
                owner: {type: string}
                text: {type: string, maxLength: 20}
            EXAMPLE
      responses: {'201': {description: added}, '400': {description: refused}, '415': {description: refused}, '422': {description: refused}}
  /notes/{note}:
    parameters: [{name: note, in: path, required: true, schema: {type: string}}]
    get:
      operationId: read
      parameters: [{name: part, in: query, schema: {type: integer, minimum: 1}}]
      responses: {'200': {description: a note}, '400': {description: refused}, '404': {description: none}}
";

const FIXTURES: &str = "\
resources:
  - at: path.note
    existing: [gone, also-gone, here]
    missing: [nothing]
";

/// What the server does wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    /// It stores notes that are too long.
    LongNotes,
    /// It reads parts that cannot be.
    AnyPart,
}

fn answer(fault: Fault, asked: &Asked) -> Response {
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/notes") => empty(add(fault, asked)),
        (_, "/notes") => not_allowed("POST"),
        ("GET", path) if path.starts_with("/notes/") => {
            let part = asked.query.split('&').find_map(|pair| pair.strip_prefix("part="));
            let is_part = part.is_none_or(|part| part.parse::<i64>().is_ok_and(|part| part >= 1));
            match () {
                () if path != "/notes/here" => empty(404),
                () if !is_part && fault != Fault::AnyPart => empty(400),
                () => empty(200),
            }
        }
        (_, path) if path.starts_with("/notes/") => not_allowed("GET"),
        _ => empty(404),
    }
}

fn add(fault: Fault, asked: &Asked) -> u16 {
    if !asked.is_json() {
        return 415;
    }
    let body = asked.json().unwrap_or_default();
    match (body["owner"].as_str(), body["text"].as_str()) {
        (None, _) | (_, None) => 400,
        // The only owner there is: it is not looked at what a stranger wants.
        (Some(owner), _) if owner != "ada" => 422,
        (_, Some(text)) if text.chars().count() > 20 && fault != Fault::LongNotes => 400,
        _ => 201,
    }
}

struct Ran {
    status: Option<i32>,
    /// Check and end of the pointer of each error.
    errors: Vec<(String, String)>,
    report: Value,
    log: Vec<String>,
}

async fn run(fault: Fault, example: &str, fixtures: &str) -> Ran {
    let log = Arc::new(Mutex::new(Vec::new()));
    let kept = log.clone();
    let url = serve_all(move |asked| {
        kept.lock().expect("no panic").push(format!("{} {}", asked.method, asked.path));
        answer(fault, asked)
    })
    .await;
    let document = DOCUMENT.replace("EXAMPLE", example);
    let folder = folder_with(&[("notes.yaml", &document), ("fixtures.yaml", fixtures)]);
    let options = ["--spec", "notes.yaml", "--fixtures", "fixtures.yaml", "--target", &url];
    let output =
        run_beside(folder.path(), &[&options[..], &["--regressions", "off", "--format", "json"]].concat()).await;
    let report = report::read(&output);
    let string = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let errors = report::findings(&report);
    let errors = errors.iter().filter(|finding| finding["severity"] == "error");
    let errors = errors.map(|finding| (string(&finding["check"]), string(&finding["clause"]["pointer"]))).collect();
    let log = log.lock().expect("no panic").clone();
    Ran { status: output.status.code(), errors, report, log }
}

const EXAMPLE: &str = "examples: {one: {value: {owner: ada, text: Hello}}}";

#[tokio::test]
async fn cases_vary_the_example_where_nothing_else_is_accepted() {
    let right = run(Fault::None, EXAMPLE, FIXTURES).await;
    assert_eq!((right.status, &*right.errors), (Some(0), &[][..]), "{:#}", right.report);
    let wrong = run(Fault::LongNotes, EXAMPLE, FIXTURES).await;
    assert_eq!(wrong.status, Some(1));
    let [(check, pointer)] = &*wrong.errors else { panic!("{:?}", wrong.errors) };
    assert!(check == "accepted-invalid" && pointer.ends_with("/text/maxLength"), "{check} {pointer}");
}

#[tokio::test]
async fn every_id_of_the_fixtures_is_tried_before_an_operation_is_given_up() {
    let wrong = run(Fault::AnyPart, EXAMPLE, FIXTURES).await;
    assert_eq!(wrong.status, Some(1));
    assert!(wrong.errors.iter().all(|(check, _)| check == "accepted-invalid"), "{:?}", wrong.errors);
    assert!(wrong.errors.iter().any(|(_, pointer)| pointer.ends_with("/minimum")), "{:?}", wrong.errors);
    let without = FIXTURES.replace(", here", "");
    let untested = run(Fault::AnyPart, EXAMPLE, &without).await;
    assert_eq!((untested.status, &*untested.errors), (Some(3), &[][..]));
}

#[tokio::test]
async fn an_id_may_be_for_one_operation_alone() {
    let general = FIXTURES.replace("gone, also-gone, here", "gone");
    let own = format!("{general}  - at: path.note\n    operation: read\n    existing: [here]\n");
    let right = run(Fault::None, EXAMPLE, &own).await;
    assert_eq!((right.status, &*right.errors), (Some(0), &[][..]), "{:#}", right.report);
    assert!(right.log.iter().all(|line| line != "GET /notes/gone"), "{:?}", right.log);
    for operation in ["[read, add]", "'GET /notes/*'", "/notes/*"] {
        let own = format!("{general}  - at: path.note\n    operation: {operation}\n    existing: [here]\n");
        let right = run(Fault::None, EXAMPLE, &own).await;
        assert_eq!((right.status, &*right.errors), (Some(0), &[][..]), "{operation}: {:#}", right.report);
    }
    let unknown = format!("{general}  - at: path.note\n    operation: reed\n    existing: [here]\n");
    let folder = folder_with(&[("notes.yaml", &DOCUMENT.replace("EXAMPLE", "")), ("fixtures.yaml", &unknown)]);
    let options = ["--spec", "notes.yaml", "--fixtures", "fixtures.yaml", "--target", "http://127.0.0.1:9"];
    let output = run_beside(folder.path(), &options).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said.contains("has no operation `reed`") && said.contains("`read`") && said.contains("fixtures.yaml:"),
        "{said}"
    );
}

const THINGS: &str = "\
openapi: 3.0.3
info: {title: Things, version: '1'}
paths:
  /things:
    post:
      operationId: add
      responses:
        '201':
          description: added
          content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: integer}}}}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer, minimum: 1, maximum: 2147483647}}]
    get: {operationId: read, responses: {'204': {description: here}, '404': {description: none}}}
    delete: {operationId: drop, responses: {'204': {description: gone}, '404': {description: none}}}
";

#[tokio::test]
async fn wrong_paths_that_were_sent_before_there_was_an_id_are_not_missing() {
    let things = Arc::new(Mutex::new((0, std::collections::HashSet::new())));
    let url = serve_all(move |asked| {
        let (last, here) = &mut *things.lock().expect("no panic");
        let id = asked.path.strip_prefix("/things/").map(|id| id.parse::<u64>().unwrap_or_default());
        match (asked.method.as_str(), id) {
            ("POST", None) if asked.path == "/things" => {
                *last += 1;
                here.insert(*last);
                json(201, &serde_json::json!({"id": *last}))
            }
            (_, None) if asked.path == "/things" => not_allowed("POST"),
            ("GET", Some(id)) => empty(if here.contains(&id) { 204 } else { 404 }),
            ("DELETE", Some(id)) => empty(if here.remove(&id) { 204 } else { 404 }),
            (_, Some(_)) => not_allowed("GET, DELETE"),
            _ => empty(404),
        }
    })
    .await;
    let folder = folder_with(&[("things.yaml", THINGS)]);
    let options = ["things.yaml", "--target", &url, "--regressions", "off", "--format", "json"];
    let output = run_beside(folder.path(), &options).await;
    let report = report::read(&output);
    assert_eq!(output.status.code(), Some(0), "{report:#}");
    let operations = report["contracts"][0]["operations"].as_array().expect("operations");
    for operation in operations {
        let told = operation["gaps"].to_string() + &operation["unexercised"].to_string();
        assert!(!told.contains("no request that breaks it"), "{operation:#}");
    }
}
