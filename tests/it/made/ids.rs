//! The ways in which a response says what was made.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, json, not_allowed, serve_all};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Things, version: '1'}
paths:
  /things:
    post:
      operationId: add
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [size], properties: {size: {type: integer}}}}}
      responses: {'2XX': {description: made, content: {application/json: {schema: SCHEMA}}}, 4XX: {description: refused}}
  /things/{thingId}:
    parameters: [{name: thingId, in: path, required: true, schema: {type: string}}]
    get: {operationId: show, responses: {'204': {description: it is there}, '404': {description: none}}}
    delete: {operationId: free, responses: {'204': {description: gone}, '404': {description: none}}}
";

/// A response to POST, from the id of what was made.
type Naming = fn(u64) -> Response;

/// The errors of a run, the operations that were not tested, and what was deleted.
async fn run(schema: &str, naming: Naming) -> (Vec<[String; 3]>, Vec<String>, Vec<String>) {
    let things: Arc<Mutex<(BTreeSet<String>, Vec<String>)>> = Arc::default();
    things.lock().expect("no panic").0.extend(["5".to_owned(), "stored".to_owned()]);
    let kept = things.clone();
    let url = serve_all(move |asked| answer(&mut kept.lock().expect("no panic"), naming, asked)).await;
    let folder = folder_with(&[("things.yaml", &DOCUMENT.replace("SCHEMA", schema))]);
    let options = ["--spec", "things.yaml", "--target", &url, "--regressions", "off", "--format", "json"];
    let report = report::read(&run_beside(folder.path(), &options).await);
    let deleted = things.lock().expect("no panic").1.clone();
    (report::errors(&report), report::untested(&report), deleted)
}

fn answer((things, deleted): &mut (BTreeSet<String>, Vec<String>), naming: Naming, asked: &Asked) -> Response {
    let id = asked.path.strip_prefix("/things/").map(str::to_owned);
    match (asked.method.as_str(), id) {
        (_, None) if asked.path != "/things" => empty(404),
        ("POST", None) if !asked.is_json() => empty(415),
        ("POST", None) => match asked.json().and_then(|body| body["size"].as_f64()) {
            Some(size) if size.fract() == 0.0 => {
                let id = 1_000 + things.len() as u64;
                things.insert(name(id));
                naming(id)
            }
            _ => empty(400),
        },
        (_, None) => not_allowed("POST"),
        ("GET" | "DELETE", Some(id)) if !things.contains(&id) => empty(404),
        ("GET", Some(_)) => empty(204),
        ("DELETE", Some(id)) => {
            things.remove(&id);
            deleted.push(id);
            empty(204)
        }
        _ => not_allowed("GET, DELETE"),
    }
}

fn name(id: u64) -> String {
    format!("thing-{id}")
}

#[tokio::test]
async fn what_was_made_is_named_in_many_ways() {
    let located: Naming = |id| {
        let at = [(header::LOCATION, format!("/things/{}", name(id)))];
        (at, json(201, &json!({}))).into_response()
    };
    let namings: [(&str, Naming); 4] = [
        ("{type: string}", |id| json(200, &json!(name(id)))),
        ("{type: object}", |id| json(200, &json!({"data": {"id": name(id)}}))),
        ("{type: object}", |id| json(200, &json!({"thing": {"thing_id": name(id), "size": 1}}))),
        ("{}", located),
    ];
    for (at, (schema, naming)) in namings.into_iter().enumerate() {
        let (errors, untested, deleted) = run(schema, naming).await;
        assert_eq!((&errors[..], &untested[..]), (&[][..], &[][..]), "{at}");
        assert!(!deleted.is_empty() && deleted.iter().all(|id| id.starts_with("thing-")), "{at}: {deleted:?}");
    }
}

#[tokio::test]
async fn a_count_or_a_word_names_nothing() {
    let others: [(&str, Naming); 3] = [
        ("{type: integer}", |_| json(200, &json!(5))),
        ("{type: string}", |_| json(200, &json!("stored"))),
        ("{type: object}", |_| json(200, &json!({"was": {"id": 5}, "is": {"id": 6}}))),
    ];
    for (at, (schema, naming)) in others.into_iter().enumerate() {
        let (errors, untested, deleted) = run(schema, naming).await;
        assert_eq!(
            (&errors[..], &untested[..], &deleted[..]),
            (&[][..], &["show".to_owned(), "free".to_owned()][..], &[][..]),
            "{at}"
        );
    }
}
