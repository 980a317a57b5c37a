//! Without fixtures, a run changes and deletes what it has made itself, and nothing else.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;

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

    fn answer(&mut self, fault: Fault, method: &str, path: &str, is_json: bool, body: &[u8]) -> (StatusCode, Value) {
        let id = path.strip_prefix("/pets/").map(|text| text.parse::<u64>().ok().filter(|id| *id > 0));
        match (method, id) {
            ("POST", None) if path != "/pets" => return (StatusCode::NOT_FOUND, Value::Null),
            ("POST", None) | ("GET" | "PUT" | "DELETE", Some(_)) => {}
            (_, None) if path != "/pets" => return (StatusCode::NOT_FOUND, Value::Null),
            _ => return (StatusCode::METHOD_NOT_ALLOWED, Value::Null),
        }
        if id == Some(None) {
            return (StatusCode::BAD_REQUEST, Value::Null);
        }
        let id = id.flatten();
        if id.is_some_and(|id| !self.pets.contains_key(&id)) {
            return (StatusCode::NOT_FOUND, Value::Null);
        }
        let name = serde_json::from_slice::<Value>(body).ok();
        let name = name.and_then(|body| Some(body.get("name")?.as_str()?.to_owned()));
        let is_fine = |name: &String| name.chars().count() <= 30 || fault == Fault::LongNames && method == "PUT";
        let name = name.filter(is_fine);
        let changes = matches!(method, "POST" | "PUT");
        if changes && !is_json {
            return (StatusCode::UNSUPPORTED_MEDIA_TYPE, Value::Null);
        }
        match (method, id, name) {
            ("POST" | "PUT", _, None) => (StatusCode::BAD_REQUEST, Value::Null),
            ("DELETE", Some(id), _) => {
                self.changed.push(id);
                self.pets.remove(&id);
                (StatusCode::NO_CONTENT, Value::Null)
            }
            ("GET", Some(id), _) => (StatusCode::OK, json!({"id": id, "name": self.pets[&id]})),
            (_, id, name) => {
                self.changed.extend(id);
                let status = if id.is_some() { StatusCode::OK } else { StatusCode::CREATED };
                let id = id.unwrap_or_else(|| self.pets.keys().max().map_or(1, |most| most + 7));
                let name = name.unwrap_or_default();
                self.pets.insert(id, name.clone());
                (status, json!({"id": id, "name": name}))
            }
        }
    }
}

async fn respond(fault: Fault, store: &Mutex<Store>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_json = content_type.unwrap_or_default().starts_with("application/json");
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
    let path = parts.uri.path();
    let (status, value) = store.lock().expect("no panic").answer(fault, parts.method.as_str(), path, is_json, &body);
    match status {
        StatusCode::METHOD_NOT_ALLOWED => {
            let allow = if path == "/pets" { "POST" } else { "GET, PUT, DELETE" };
            (status, [(header::ALLOW, allow)]).into_response()
        }
        status if value.is_null() => status.into_response(),
        status => (status, [(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response(),
    }
}

/// The exit status, the report, and the ids that were renamed or deleted.
async fn run(fault: Fault, more: &[&str]) -> (Option<i32>, Value, Vec<u64>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let store = Arc::new(Mutex::new(Store::new()));
    let served = store.clone();
    let router = axum::Router::new().fallback(async move |request: Request| respond(fault, &served, request).await);
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let folder = folder_with(&[("pets.yaml", DOCUMENT)]);
    let options = ["--spec", "pets.yaml", "--target", &url, "--regressions", "off", "--format", "json"];
    let output = run_beside(folder.path(), &[&options[..], more].concat()).await;
    server.abort();
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
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let log: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = log.clone();
    let respond = async move |request: Request| {
        let is_own = request.headers().get("authorization").is_some_and(|value| value == "Bearer open-sesame");
        kept.lock().expect("no panic").push(format!("{} {}", request.method(), request.uri().path()));
        match (request.method().as_str(), request.uri().path()) {
            ("GET", "/me") if !is_own => {
                (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response()
            }
            ("GET", "/me") => StatusCode::NO_CONTENT.into_response(),
            _ => (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, PATCH")]).into_response(),
        }
    };
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(respond)).await });
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
