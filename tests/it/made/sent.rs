//! What is named by the request that makes it: in the body of a POST, or in the path of a PUT.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::response::Response;
use serde_json::json;

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, json, not_allowed, serve_all};

const TENANTS: &str = "\
openapi: 3.1.0
info: {title: Tenants, version: '1'}
paths:
  /tenants:
    post: {operationId: addTenant, requestBody: {$ref: '#/components/requestBodies/Named'}, responses: {$ref: '#/components/x-made'}}
  /tenants/{tenant_name}:
    parameters: [{name: tenant_name, in: path, required: true, schema: {type: string}}]
    get: {operationId: showTenant, responses: {'204': {description: there}, '404': {description: none}}}
  /tenants/{tenant}/databases:
    parameters: [{name: tenant, in: path, required: true, schema: {type: string}}]
    post: {operationId: addDatabase, requestBody: {$ref: '#/components/requestBodies/Named'}, responses: {$ref: '#/components/x-made'}}
  /tenants/{tenant}/databases/{database}:
    parameters:
      - {name: tenant, in: path, required: true, schema: {type: string}}
      - {name: database, in: path, required: true, schema: {type: string}}
    get: {operationId: showDatabase, responses: {'204': {description: there}, '404': {description: none}}}
    delete: {operationId: freeDatabase, responses: {'204': {description: gone}, '404': {description: none}}}
components:
  x-made: {'200': {description: made, content: {application/json: {schema: {type: object}}}}, 4XX: {description: refused}}
  requestBodies:
    Named:
      required: true
      content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string, minLength: 3, maxLength: 60, pattern: '^[a-z0-9-]+$'}}}}}
";

#[derive(Clone, Copy, Debug, PartialEq)]
enum Names {
    /// What a body names is what a path names.
    Ids,
    /// A path names a number that no message holds.
    Hidden,
}

/// The paths that are there, and those that were deleted.
type Store = (BTreeSet<String>, Vec<String>);

fn tenants(names: Names, (there, deleted): &mut Store, asked: &Asked) -> Response {
    let (method, path) = (asked.method.as_str(), asked.path.as_str());
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let is_collection = match parts[..] {
        ["tenants"] | ["tenants", _, "databases"] => true,
        ["tenants", _] | ["tenants", _, "databases", _] => false,
        _ => return empty(404),
    };
    let is_tenant = parts.len() == 2;
    match method {
        "POST" if is_collection && !asked.is_json() => empty(415),
        "POST" if is_collection => {
            let name = asked.json().and_then(|body| Some(body["name"].as_str()?.to_owned()));
            let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            let is_fine = |name: &String| (3..=60).contains(&name.len()) && name.chars().all(is_letter);
            let Some(name) = name.filter(is_fine) else { return empty(400) };
            if parts.len() == 3 && !there.contains(&format!("/tenants/{}", parts[1])) {
                return empty(404);
            }
            let id = if names == Names::Ids { name } else { (70_000 + there.len()).to_string() };
            there.insert(format!("{path}/{id}"));
            json(200, &json!({}))
        }
        _ if is_collection => not_allowed("POST"),
        "DELETE" if is_tenant => not_allowed("GET"),
        "GET" | "DELETE" if !there.contains(path) => empty(404),
        "GET" => empty(204),
        "DELETE" => {
            there.remove(path);
            deleted.push(path.to_owned());
            empty(204)
        }
        _ if is_tenant => not_allowed("GET"),
        _ => not_allowed("GET, DELETE"),
    }
}

/// The errors of a run, the operations that were not tested, and what was deleted.
async fn run(
    document: &str,
    there: &[&str],
    answer: impl Fn(&mut Store, &Asked) -> Response + Send + Sync + 'static,
) -> (Vec<[String; 3]>, Vec<String>, Vec<String>) {
    let store: Store = (there.iter().map(|path| (*path).to_owned()).collect(), Vec::new());
    let store = Arc::new(Mutex::new(store));
    let kept = store.clone();
    let url = serve_all(move |asked| answer(&mut kept.lock().expect("no panic"), asked)).await;
    let folder = folder_with(&[("api.yaml", document)]);
    let options = ["--spec", "api.yaml", "--target", &url, "--regressions", "off", "--format", "json"];
    let report = report::read(&run_beside(folder.path(), &options).await);
    let deleted = store.lock().expect("no panic").1.clone();
    (report::errors(&report), report::untested(&report), deleted)
}

/// References are not for responses as a whole.
fn document() -> String {
    let made = TENANTS.split("x-made: ").nth(1).and_then(|rest| rest.lines().next()).expect("a line");
    TENANTS.replace("{$ref: '#/components/x-made'}", made)
}

#[tokio::test]
async fn what_a_body_names_is_read_changed_and_deleted_by_that_name() {
    let (errors, untested, deleted) = run(&document(), &[], |store, asked| tenants(Names::Ids, store, asked)).await;
    assert_eq!((&errors[..], &untested[..]), (&[][..], &[][..]));
    assert!(!deleted.is_empty());
}

#[tokio::test]
async fn what_is_named_otherwise_and_what_was_there_before_is_left_alone() {
    let there = ["/tenants/text", "/tenants/text/databases/text"];
    let (errors, untested, deleted) =
        run(&document(), &there, |store, asked| tenants(Names::Hidden, store, asked)).await;
    assert_eq!((&errors[..], &deleted[..]), (&[][..], &[][..]));
    assert_eq!(untested, ["addDatabase", "freeDatabase"]);
    let (_, _, deleted) = run(&document(), &there, |store, asked| tenants(Names::Ids, store, asked)).await;
    assert!(!deleted.is_empty() && deleted.iter().all(|path| path != there[1]), "{deleted:?}");
}

const FILES: &str = "\
openapi: 3.1.0
info: {title: Files, version: '1'}
paths:
  /files/{file}:
    parameters: [{name: file, in: path, required: true, schema: {type: string}}]
    put: {operationId: store, responses: {'200': {description: stored}, '404': {description: none}}}
  /files/{file_name}/size:
    parameters: [{name: file_name, in: path, required: true, schema: {type: string}}]
    get: {operationId: size, responses: {'204': {description: there}, '404': {description: none}}}
";

fn files(creates: bool, there: &mut BTreeSet<String>, asked: &Asked) -> Response {
    let path = asked.path.trim_end_matches("/size").to_owned();
    match asked.method.as_str() {
        _ if !path.starts_with("/files/") => empty(404),
        "PUT" if path != asked.path => not_allowed("GET"),
        "PUT" if creates => {
            there.insert(path);
            empty(200)
        }
        "GET" if path == asked.path => not_allowed("PUT"),
        "PUT" | "GET" if !there.contains(&path) => empty(404),
        "GET" => empty(204),
        _ if path == asked.path => not_allowed("PUT"),
        _ => not_allowed("GET"),
    }
}

#[tokio::test]
async fn a_put_makes_what_its_path_names() {
    let (errors, untested, _) = run(FILES, &[], |(there, _), asked| files(true, there, asked)).await;
    assert_eq!((&errors[..], &untested[..]), (&[][..], &[][..]));
    let (errors, untested, _) = run(FILES, &[], |(there, _), asked| files(false, there, asked)).await;
    assert_eq!((&errors[..], &untested[..]), (&[][..], &["store".to_owned(), "size".to_owned()][..]));
}
