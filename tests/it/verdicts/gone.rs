//! A server that says of what is not there no more than that the caller may not see it.

use std::collections::BTreeSet;
use std::sync::Mutex;

use axum::response::Response;
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, json, not_allowed, serve_all};

const DOCUMENT: &str = r##"
openapi: 3.1.0
info: {title: Buckets, version: '1'}
security: [{key: []}]
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
paths:
  /buckets:
    post:
      operationId: make
      responses:
        '201': {description: made, content: {application/json: {schema: {type: object}}}}
        '401': {description: who are you}
  /buckets/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      - {name: If-None-Match, in: header, schema: {type: string, pattern: '^"[0-9]+"$'}}
    put:
      operationId: touch
      responses:
        '200': {description: touched}
        '400': {description: invalid}
        '401': {description: who are you}
        '403': {description: not yours}
    delete:
      operationId: drop
      responses:
        '200': {description: gone}
        '400': {description: invalid}
        '401': {description: who are you}
        '403': {description: not yours}
"##;

/// `forbids` are the words of a 403 to what is wrong with a header, before anybody looks for the bucket.
fn answer(forbids: Option<&str>, buckets: &Mutex<(u32, BTreeSet<String>)>, asked: &Asked) -> Response {
    let forbidden = |words: &str| json(403, &json!({"message": words}));
    let header = asked.header("if-none-match");
    let digits = header.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let is_wrong = asked.headers.contains_key("if-none-match")
        && !digits.is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()));
    let mut buckets = buckets.lock().expect("no panic");
    match (asked.method.as_str(), asked.path.strip_prefix("/buckets/")) {
        ("POST" | "PUT" | "DELETE", _) if asked.header("x-key") != "open-sesame" => empty(401),
        ("POST", None) if asked.path == "/buckets" => {
            buckets.0 += 1;
            let id = format!("b{}", buckets.0);
            buckets.1.insert(id.clone());
            json(201, &json!({"id": id}))
        }
        ("PUT" | "DELETE", Some(_)) if is_wrong && forbids.is_some() => forbidden(forbids.unwrap_or_default()),
        ("PUT" | "DELETE", Some(id)) if !buckets.1.contains(id) => forbidden("Not yours."),
        ("PUT" | "DELETE", Some(_)) if is_wrong => empty(400),
        ("PUT", Some(_)) => empty(200),
        ("DELETE", Some(id)) => {
            buckets.1.remove(id);
            empty(200)
        }
        (_, None) if asked.path == "/buckets" => not_allowed("POST"),
        (_, Some(_)) => not_allowed("PUT, DELETE"),
        _ => empty(404),
    }
}

/// The operations with a wrong refusal, and the whole report.
async fn wrong_refusals(forbids: Option<&'static str>) -> (Vec<String>, Value) {
    let buckets = Mutex::default();
    let url = serve_all(move |asked| answer(forbids, &buckets, asked)).await;
    let folder = folder_with(&[("api.yaml", DOCUMENT)]);
    let inputs = ["--target", &url, "--spec", "api.yaml", "--credential", "key=open-sesame"];
    let options = ["--regressions", "off", "--cases", "20", "--format", "json"];
    let report = report::read(&run_beside(folder.path(), &[&inputs[..], &options].concat()).await);
    let wrong = report::findings(&report).into_iter().filter(|finding| finding["check"] == "wrong-refusal");
    let mut found: Vec<String> =
        wrong.map(|finding| finding["operation"]["id"].as_str().unwrap_or_default().to_owned()).collect();
    found.sort();
    found.dedup();
    (found, report)
}

#[tokio::test]
async fn the_refusal_of_what_is_gone_says_nothing_of_a_fault() {
    let (found, report) = wrong_refusals(None).await;
    assert_eq!(found, [""; 0]);
    // Each is sent on a bucket that is there.
    let operations = report["contracts"][0]["operations"].as_array().expect("operations");
    for id in ["drop", "touch"] {
        let operation = operations.iter().find(|operation| operation["id"] == id).expect("an operation").to_string();
        assert!(!operation.contains("was deleted before"), "{operation}");
    }
}

#[tokio::test]
async fn a_refusal_in_other_words_or_of_what_is_there_is_told() {
    assert_eq!(wrong_refusals(Some("That header is nonsense.")).await.0, ["drop", "touch"]);
    assert_eq!(wrong_refusals(Some("Not yours.")).await.0, ["drop", "touch"]);
}
