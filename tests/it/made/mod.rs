//! Without fixtures, a run changes and deletes what it has made itself, and nothing else.

mod again;
mod ids;
mod sent;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, json, not_allowed, serve_all};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Pets, version: '1'}
paths:
  /pets/{petId}:
    parameters: [{name: petId, in: path, required: true, schema: {type: integer, minimum: 1}}]
    get: {operationId: show, responses: {'200': {$ref: '#/components/responses/Pet'}, '400': {description: no id}, '404': {description: none}}}
    put:
      operationId: rename
      requestBody: {$ref: '#/components/requestBodies/Pet'}
      responses: {'200': {$ref: '#/components/responses/Pet'}, '400': {description: refused}, '404': {description: none}, '415': {description: refused}}
    delete: {operationId: free, responses: {'204': {description: gone}, '400': {description: no id}, '404': {description: none}}}
  /pets:
    post:
      operationId: add
      requestBody: {$ref: '#/components/requestBodies/Pet'}
      responses: {'201': {$ref: '#/components/responses/Pet'}, '400': {description: refused}, '415': {description: refused}}
components:
  requestBodies:
    Pet:
      required: true
      content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string, maxLength: 30}}}}}
  responses:
    Pet:
      description: a pet
      content: {application/json: {schema: {type: object, required: [id, name], properties: {id: {type: integer}, name: {type: string}}}}}
";

/// What the server does wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    /// PUT takes names of any length.
    LongNames,
}

/// The pets by id, and the ids that were renamed or deleted.
struct Store {
    pets: BTreeMap<u64, String>,
    changed: Vec<u64>,
}

/// Pets that are there before the run.
const THERE: [u64; 4] = [1, 2, 10, 100];

impl Store {
    fn new() -> Self {
        Self { pets: THERE.iter().map(|id| (*id, format!("pet {id}"))).collect(), changed: Vec::new() }
    }

    fn answer(&mut self, fault: Fault, asked: &Asked) -> Response {
        let (method, path) = (asked.method.as_str(), asked.path.as_str());
        let id = path.strip_prefix("/pets/").map(|text| text.parse::<u64>().ok().filter(|id| *id > 0));
        match (method, id) {
            (_, None) if path != "/pets" => return empty(404),
            ("POST", None) | ("GET" | "PUT" | "DELETE", Some(_)) => {}
            (_, None) => return not_allowed("POST"),
            _ => return not_allowed("GET, PUT, DELETE"),
        }
        if id == Some(None) {
            return empty(400);
        }
        let id = id.flatten();
        if id.is_some_and(|id| !self.pets.contains_key(&id)) {
            return empty(404);
        }
        let name = asked.json().and_then(|body| Some(body.get("name")?.as_str()?.to_owned()));
        let is_fine = |name: &String| name.chars().count() <= 30 || fault == Fault::LongNames && method == "PUT";
        let name = name.filter(is_fine);
        let changes = matches!(method, "POST" | "PUT");
        if changes && !asked.is_json() {
            return empty(415);
        }
        match (method, id, name) {
            ("POST" | "PUT", _, None) => empty(400),
            ("DELETE", Some(id), _) => {
                self.changed.push(id);
                self.pets.remove(&id);
                empty(204)
            }
            ("GET", Some(id), _) => json(200, &json!({"id": id, "name": self.pets[&id]})),
            (_, id, name) => {
                self.changed.extend(id);
                let status = if id.is_some() { 200 } else { 201 };
                let id = id.unwrap_or_else(|| self.pets.keys().max().map_or(1, |most| most + 7));
                let name = name.unwrap_or_default();
                self.pets.insert(id, name.clone());
                json(status, &json!({"id": id, "name": name}))
            }
        }
    }
}

/// The exit status, the report, and the ids that were renamed or deleted.
async fn run(fault: Fault, more: &[&str]) -> (Option<i32>, Value, Vec<u64>) {
    let store = Arc::new(Mutex::new(Store::new()));
    let served = store.clone();
    let url = serve_all(move |asked| served.lock().expect("no panic").answer(fault, asked)).await;
    let folder = folder_with(&[("pets.yaml", DOCUMENT)]);
    let options = ["--spec", "pets.yaml", "--target", &url, "--regressions", "off", "--format", "json"];
    let output = run_beside(folder.path(), &[&options[..], more].concat()).await;
    let changed = store.lock().expect("no panic").changed.clone();
    (output.status.code(), report::read(&output), changed)
}

#[tokio::test]
async fn all_operations_are_tested_on_what_the_run_has_made() {
    let (status, report, changed) = run(Fault::None, &[]).await;
    assert_eq!((status, report::errors(&report)), (Some(0), Vec::new()), "{report:#}");
    assert!(!changed.is_empty() && changed.iter().all(|id| !THERE.contains(id)), "{changed:?}");
    let (status, report, changed) = run(Fault::LongNames, &[]).await;
    assert_eq!(status, Some(1));
    let errors = report::errors(&report);
    assert!(
        errors.iter().all(|[check, _, at]| check == "accepted-invalid" && at.ends_with("/maxLength")),
        "{errors:?}"
    );
    assert!(changed.iter().all(|id| !THERE.contains(id)), "{changed:?}");
}

#[tokio::test]
async fn what_was_there_before_is_changed_only_when_asked_for() {
    let (_, _, changed) = run(Fault::None, &["--operation", "free", "--operation", "rename"]).await;
    assert_eq!(changed, [0; 0]);
    let (_, _, changed) = run(Fault::None, &["--destructive"]).await;
    assert!(changed.contains(&1), "{changed:?}");
}

const SESSION: &str = "\
openapi: 3.1.0
info: {title: Session, version: '1'}
security: [{token: []}]
paths:
  /session:
    delete: {operationId: end, responses: {'204': {description: ended}, '401': {description: who}}}
  /logout:
    post: {operationId: logout, responses: {'204': {description: ended}, '401': {description: who}}}
  /me:
    get: {operationId: me, responses: {'204': {description: it is you}, '401': {description: who}}}
    patch: {operationId: change, responses: {'204': {description: changed}, '401': {description: who}}}
components:
  securitySchemes: {token: {type: http, scheme: bearer}}
";

#[tokio::test]
async fn what_logs_in_is_left_alone_and_that_is_told() {
    let log: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = log.clone();
    let url = serve_all(move |asked| {
        kept.lock().expect("no panic").push(format!("{} {}", asked.method, asked.path));
        match (asked.method.as_str(), asked.path.as_str()) {
            ("GET", "/me") if asked.header("authorization") != "Bearer open-sesame" => {
                (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response()
            }
            ("GET", "/me") => empty(204),
            _ => not_allowed("GET, PATCH"),
        }
    })
    .await;
    let folder = folder_with(&[("session.yaml", SESSION)]);
    let options = ["--spec", "session.yaml", "--target", &url, "--bearer", "open-sesame", "--regressions", "off"];
    let output = run_beside(folder.path(), &options).await;
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");
    for operation in ["DELETE /session", "POST /logout", "PATCH /me"] {
        assert!(text.contains(operation), "{operation}: {text}");
    }
    let got = log.lock().expect("no panic").clone();
    assert!(got.iter().all(|line| line.ends_with(" /me") && !line.starts_with("PATCH")), "{got:?}");
    let named = run_beside(folder.path(), &[&options[..], &["--operation", "logout"]].concat()).await;
    assert!(named.status.code() != Some(0) && log.lock().expect("no panic").contains(&"POST /logout".to_owned()));
}
