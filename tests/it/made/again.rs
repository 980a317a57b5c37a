//! What is refused is tried again on what other operations have made or listed since.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::response::Response;
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, json, not_allowed, serve_all};

const BUCKETS: &str = "\
openapi: 3.1.0
info: {title: Buckets, version: '1'}
security: [{login: []}]
paths:
  /whoami:
    get: {operationId: whoami, responses: {'204': {description: it is you}, 4XX: {description: refused}}}
  /buckets/{bucket}:
    parameters: [{name: bucket, in: path, required: true, schema: {type: string}}]
    get: {operationId: show, responses: {'204': {description: there}, 4XX: {description: refused}}}
    put: {operationId: store, responses: {'204': {description: stored}, 4XX: {description: refused}}}
  /buckets/{bucket_id}/size:
    parameters: [{name: bucket_id, in: path, required: true, schema: {type: string}}]
    get: {operationId: size, responses: {'204': {description: there}, 4XX: {description: refused}}}
components:
  securitySchemes: {login: {type: http, scheme: bearer}}
";

#[derive(Clone, Copy, Debug)]
struct Target {
    /// How what is not there is refused.
    refusal: u16,
    stores: bool,
    /// The token that it takes.
    token: &'static str,
}

fn buckets(target: Target, there: &mut BTreeSet<String>, asked: &Asked) -> Response {
    let path = asked.path.trim_end_matches("/size").to_owned();
    let is_whole = path == asked.path;
    match asked.method.as_str() {
        _ if path != "/whoami" && !path.starts_with("/buckets/") => empty(404),
        "GET" | "PUT" if asked.header("authorization") != format!("Bearer {}", target.token) => empty(403),
        "GET" if path == "/whoami" => empty(204),
        _ if path == "/whoami" => not_allowed("GET"),
        "PUT" if !is_whole => not_allowed("GET"),
        "PUT" if target.stores => {
            there.insert(path);
            empty(204)
        }
        "GET" if there.contains(&path) => empty(204),
        "GET" | "PUT" => empty(target.refusal),
        _ if is_whole => not_allowed("GET, PUT"),
        _ => not_allowed("GET"),
    }
}

async fn run(document: &str, more: &[&str], answer: impl Fn(&Asked) -> Response + Send + Sync + 'static) -> Value {
    let url = serve_all(answer).await;
    let folder = folder_with(&[("api.yaml", document)]);
    let options = ["--spec", "api.yaml", "--target", &url, "--regressions", "off", "--format", "json"];
    report::read(&run_beside(folder.path(), &[&options[..], more].concat()).await)
}

async fn run_buckets(target: Target) -> Value {
    let there = Mutex::new(BTreeSet::new());
    run(BUCKETS, &["--bearer", "open-sesame"], move |asked| {
        buckets(target, &mut there.lock().expect("no panic"), asked)
    })
    .await
}

/// Why an operation is untested.
fn reason(report: &Value, id: &str) -> String {
    let operations = report["contracts"][0]["operations"].as_array().expect("operations");
    let operation = operations.iter().find(|operation| operation["id"] == id).expect("an operation");
    operation["untestable"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn whatever_the_refusal_what_was_made_later_is_tried() {
    for refusal in [403, 404, 400, 410, 422] {
        let report = run_buckets(Target { refusal, stores: true, token: "open-sesame" }).await;
        assert_eq!((report::errors(&report), report::untested(&report)), (Vec::new(), Vec::new()), "{refusal}");
    }
}

#[tokio::test]
async fn credentials_are_doubted_only_where_nothing_takes_them() {
    let report = run_buckets(Target { refusal: 403, stores: false, token: "open-sesame" }).await;
    assert_eq!(report::untested(&report), ["show", "store", "size"]);
    let said = reason(&report, "show");
    assert!(said.contains("other operations take these credentials") && said.contains("`bucket`"), "{said}");
    let report = run_buckets(Target { refusal: 403, stores: false, token: "another" }).await;
    let said = reason(&report, "show");
    assert!(said.contains("are the credentials right?"), "{said}");
}

const NOTES: &str = "\
openapi: 3.1.0
info: {title: Notes, version: '1'}
paths:
  /notes/{note}:
    parameters: [{name: note, in: path, required: true, schema: {type: string}}]
    get: {operationId: show, responses: {'204': {description: there}, '404': {description: none}}}
    delete: {operationId: free, responses: {'204': {description: gone}, '404': {description: none}}}
  /notes:
    get: {operationId: list, responses: {'200': {description: all, content: {application/json: {schema: {}}}}}}
";

/// The operations that were not tested, and what was deleted.
async fn run_notes(listed: Value) -> (Vec<String>, Vec<String>) {
    let deleted: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = deleted.clone();
    let answer = move |asked: &Asked| match (asked.method.as_str(), asked.path.as_str()) {
        ("GET", "/notes") => json(200, &listed),
        (_, "/notes") => not_allowed("GET"),
        ("GET", "/notes/first") => empty(204),
        ("DELETE", "/notes/first") => {
            kept.lock().expect("no panic").push(asked.path.clone());
            empty(204)
        }
        ("GET" | "DELETE", path) if path.starts_with("/notes/") => empty(404),
        (_, path) if path.starts_with("/notes/") => not_allowed("GET, DELETE"),
        _ => empty(404),
    };
    let report = run(NOTES, &[], answer).await;
    assert_eq!(report::errors(&report), [[""; 3]; 0]);
    let deleted = deleted.lock().expect("no panic").clone();
    (report::untested(&report), deleted)
}

#[tokio::test]
async fn what_a_list_holds_is_read_and_never_changed() {
    let notes = json!([{"id": "first"}, {"id": "second"}]);
    for listed in [notes.clone(), json!({"items": notes, "tags": []}), json!({"notes": notes, "total": 2})] {
        let (untested, deleted) = run_notes(listed.clone()).await;
        assert_eq!((&untested[..], &deleted[..]), (&["free".to_owned()][..], &[][..]), "{listed}");
    }
    for listed in [json!({"id": "first"}), json!({"notes": notes, "others": notes}), json!([["first"]])] {
        let (untested, _) = run_notes(listed.clone()).await;
        assert_eq!(untested, ["show", "free"], "{listed}");
    }
}
