//! A run deletes again what it has made, where the document says how, and does not fill a target with it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::response::Response;
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, json, not_allowed, serve_all};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Kernels, version: '1'}
paths:
  /kernels:
    post:
      operationId: start
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string, maxLength: 30}}}}}
      responses: {'STATUS': {description: started, content: {application/json: {schema: {type: object}}}}, '400': {description: refused}, '415': {description: refused}}
  /kernels/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer, minimum: 1}}]
    get: {operationId: show, responses: {'204': {description: runs}, '400': {description: no id}, '404': {description: none}}}
    DELETE
";
const DELETE: &str = "delete: {operationId: stop, responses: {'204': {description: stopped}, '400': {description: no id}, '404': {description: none}}}";

/// What a POST finds.
#[derive(Clone, Copy, PartialEq)]
enum Finds {
    /// Nothing: it makes a kernel.
    Nothing,
    /// The kernel that was there before the run.
    Mine,
    /// The kernel of that name, if there is one.
    ByName,
    /// Nothing: it makes a kernel, under the first id that is free.
    FreeId,
    /// It fails at the name of one that is there.
    Failure,
}

/// Kernels by id.
#[derive(Default)]
struct Kernels {
    there: BTreeMap<u64, String>,
    /// How many were started, and how many ran at once.
    started: usize,
    most: usize,
}

fn answer(kernels: &mut Kernels, created: u16, finds: Finds, asked: &Asked) -> Response {
    let id = asked.path.strip_prefix("/kernels/").map(|id| id.parse::<u64>().ok().filter(|id| *id > 0));
    match (asked.method.as_str(), id) {
        (_, None) if asked.path != "/kernels" => empty(404),
        ("POST", None) if !asked.is_json() => empty(415),
        ("POST", None) => {
            let name = asked.json().and_then(|body| Some(body["name"].as_str()?.to_owned()));
            let Some(name) = name.filter(|name| name.chars().count() <= 30) else { return empty(400) };
            let known = kernels.there.iter().find(|(_, known)| **known == name).map(|(id, _)| *id);
            let found = match finds {
                Finds::Nothing | Finds::FreeId => None,
                Finds::Failure if known.is_some() => return empty(500),
                Finds::Failure => None,
                Finds::Mine => Some(1),
                Finds::ByName => known,
            };
            if let Some(id) = found {
                return json(created, &json!({"id": id, "name": name}));
            }
            kernels.started += 1;
            let free = || (100..).find(|id| !kernels.there.contains_key(id)).unwrap_or_default();
            let id = if finds == Finds::FreeId { free() } else { 100 + kernels.started as u64 };
            kernels.there.insert(id, name.clone());
            kernels.most = kernels.most.max(kernels.there.len());
            json(created, &json!({"id": id, "name": name}))
        }
        ("GET" | "DELETE", Some(None)) => empty(400),
        ("GET", Some(Some(id))) => empty(if kernels.there.contains_key(&id) { 204 } else { 404 }),
        ("DELETE", Some(Some(id))) => empty(if kernels.there.remove(&id).is_some() { 204 } else { 404 }),
        (_, None) => not_allowed("POST"),
        _ => not_allowed("GET, DELETE"),
    }
}

/// What is left of a server that had one kernel, and what the run says of what it made.
async fn run(created: u16, delete: &str, finds: Finds, more: &[&str]) -> (Kernels, Value) {
    let kernels = Arc::new(Mutex::new(Kernels { there: [(1, "mine".to_owned())].into(), ..Kernels::default() }));
    let served = kernels.clone();
    let url = serve_all(move |asked| answer(&mut served.lock().expect("no panic"), created, finds, asked)).await;
    let document = DOCUMENT.replace("STATUS", &created.to_string()).replace("DELETE", delete);
    let folder = folder_with(&[("api.yaml", &*document)]);
    let inputs = ["--spec", "api.yaml", "--target", &url, "--regressions", "off", "--format", "json"];
    let report = report::read(&run_beside(folder.path(), &[&inputs[..], more].concat()).await);
    let mut errors = report::errors(&report);
    errors.retain(|[check, ..]| finds != Finds::Failure || check != "server-error");
    assert_eq!(errors, Vec::<[String; 3]>::new());
    let kernels = std::mem::take(&mut *kernels.lock().expect("no panic"));
    (kernels, report["contracts"][0]["made"].clone())
}

#[tokio::test]
async fn what_was_made_is_deleted_again_and_nothing_else() {
    let (kernels, made) = run(201, DELETE, Finds::Nothing, &[]).await;
    assert_eq!(kernels.there.keys().collect::<Vec<_>>(), [&1]);
    assert!(kernels.started > 60 && kernels.most <= 60, "{} of {}", kernels.most, kernels.started);
    assert_eq!(made["left"], 0);
    assert!(made["deleted"].as_u64().is_some_and(|deleted| deleted as usize + 2 >= kernels.started), "{made}");
}

/// A deletion that is on its way is of the old one, whatever has its id by the time that it is answered.
#[tokio::test]
async fn what_has_the_id_of_what_is_gone_is_deleted_too() {
    for cases in ["40", "80"] {
        let (kernels, made) = run(201, DELETE, Finds::FreeId, &["--concurrency", "8", "--cases", cases]).await;
        assert_eq!(kernels.there.keys().collect::<Vec<_>>(), [&1]);
        assert_eq!(made["left"], 0, "{made}");
    }
}

#[tokio::test]
async fn what_equal_requests_get_each_anew_was_created_whoever_says_so() {
    let (kernels, made) = run(200, DELETE, Finds::Nothing, &[]).await;
    assert_eq!(kernels.there.keys().collect::<Vec<_>>(), [&1]);
    assert_eq!((&made["left"], &made["may_be_left"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn what_is_made_to_see_what_a_target_fails_at_is_deleted_too() {
    let (kernels, made) = run(201, DELETE, Finds::Failure, &[]).await;
    assert_eq!(kernels.there.keys().collect::<Vec<_>>(), [&1], "{made}");
}

/// It may have found what it names, and nothing tells the two apart.
#[tokio::test]
async fn what_may_have_been_found_is_left_and_told() {
    let (kernels, made) = run(200, DELETE, Finds::ByName, &[]).await;
    // One was deleted to test that.
    assert!(kernels.there.len() + 2 > kernels.started, "{} of {}", kernels.there.len(), kernels.started);
    assert_eq!((&made["deleted"], &made["left"]), (&json!(0), &json!(0)));
    assert!(made["may_be_left"].as_array().is_some_and(|paths| !paths.is_empty()), "{made}");
}

#[tokio::test]
async fn what_nobody_says_how_to_delete_is_left_and_told_and_not_much() {
    let (kernels, made) = run(201, "", Finds::Nothing, &[]).await;
    assert_eq!(
        (&made["deleted"], &made["left"], &made["may_be_left"]),
        (&json!(0), &json!(kernels.started), &json!([]))
    );
    let left: Vec<String> = kernels.there.keys().filter(|id| **id != 1).map(|id| format!("/kernels/{id}")).collect();
    let told = made["left_at"].as_array().cloned().unwrap_or_default();
    assert!(!told.is_empty() && told.iter().all(|path| left.iter().any(|left| path == left)), "{told:?} {left:?}");
    let (all, _) = run(201, DELETE, Finds::Nothing, &[]).await;
    assert!(kernels.started < all.started, "{} of {}", kernels.started, all.started);
    // All of it stays where that is asked for.
    let (kernels, made) = run(201, DELETE, Finds::Nothing, &["--keep", "--exclude", "stop"]).await;
    assert_eq!((&made["deleted"], &made["left"]), (&json!(0), &json!(kernels.started)), "{made}");
    assert_eq!(kernels.there.len(), kernels.started + 1);
    // The DELETE was not asked for.
    let (kernels, made) = run(201, DELETE, Finds::Nothing, &["--operation", "start"]).await;
    assert_eq!((kernels.there.len(), &made["deleted"]), (kernels.started + 1, &json!(0)));
}

#[tokio::test]
async fn what_a_post_finds_is_not_deleted() {
    let (kernels, made) = run(200, DELETE, Finds::Mine, &[]).await;
    assert_eq!((kernels.there.len(), made), (1, Value::Null));
}
