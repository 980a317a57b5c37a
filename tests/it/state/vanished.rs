//! A request whose target is gone or used up is sent on another one.

use std::collections::BTreeMap;

use axum::response::Response;
use serde_json::json;

use super::run;
use crate::support::served::{Asked, empty, json as answer, not_allowed};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Jobs, version: '1'}
paths:
  /jobs:
    post: {operationId: add, responses: {'201': {description: made, content: {application/json: {schema: {}}}}}}
  /jobs/{job}:
    parameters: [{name: job, in: path, required: true, schema: {type: integer}}]
    get: {operationId: show, responses: {'204': {description: one}, '404': {description: none}, 4XX: {description: refused}}}
    delete:
      operationId: remove
      parameters: [{name: mode, in: query, schema: {type: string, enum: [soft, hard, both]}}, {name: depth, in: query, schema: {type: integer, minimum: 1, maximum: 5}}]
      responses: {'204': {description: gone}, '404': {description: none}, 4XX: {description: refused}}
  /jobs/{job}/start:
    parameters: [{name: job, in: path, required: true, schema: {type: integer}}]
    post:
      operationId: start
      parameters: [{name: speed, in: query, schema: {type: integer, minimum: 1, maximum: 3}}]
      responses: {'204': {description: started}, '404': {description: none}, '409': {description: it was started}, 4XX: {description: refused}}
";

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Right,
    /// DELETE with the mode `both` fails.
    FailsOnBoth,
    /// A start at the highest speed fails.
    FailsOnSpeed,
    /// No job is started twice, nor any other one after it.
    StartsOne,
}

#[derive(Default)]
struct Jobs {
    next: u64,
    /// Whether each was started.
    there: BTreeMap<u64, bool>,
    deleted: usize,
    started: usize,
}

fn serve(way: Way, jobs: &mut Jobs, asked: &Asked) -> Response {
    let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
    let parameter = |name: &str| asked.query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let number = |name: &str, most: i64| {
        parameter(name).is_none_or(|text| text.parse::<i64>().is_ok_and(|it| (1..=most).contains(&it)))
    };
    let id = parts.get(1).map(|text| text.parse::<u64>().ok());
    match (asked.method.as_str(), &parts[..]) {
        ("POST", ["jobs"]) => {
            jobs.next += 1;
            jobs.there.insert(jobs.next, false);
            answer(201, &json!({"id": jobs.next}))
        }
        (_, ["jobs"]) => not_allowed("POST"),
        ("GET" | "DELETE", ["jobs", _]) | ("POST", ["jobs", _, "start"]) => {
            let Some(id) = id.flatten() else { return empty(400) };
            let is_mode = parameter("mode").is_none_or(|mode| ["soft", "hard", "both"].contains(&mode));
            let Some(is_started) = jobs.there.get_mut(&id) else { return empty(404) };
            match asked.method.as_str() {
                "GET" => empty(204),
                "DELETE" if !is_mode || !number("depth", 5) => empty(400),
                "DELETE" if way == Way::FailsOnBoth && parameter("mode") == Some("both") => empty(500),
                "DELETE" => {
                    jobs.there.remove(&id);
                    jobs.deleted += 1;
                    empty(204)
                }
                _ if !number("speed", 3) => empty(400),
                _ if *is_started || way == Way::StartsOne && jobs.started > 0 => empty(409),
                _ if way == Way::FailsOnSpeed && parameter("speed") == Some("3") => empty(500),
                _ => {
                    *is_started = true;
                    jobs.started += 1;
                    empty(204)
                }
            }
        }
        (_, ["jobs", _]) => not_allowed("GET, DELETE"),
        (_, ["jobs", _, "start"]) => not_allowed("POST"),
        _ => empty(404),
    }
}

#[tokio::test]
async fn each_request_finds_its_target() {
    let (ran, jobs) = run(DOCUMENT, Jobs::default(), &[], |state, asked| serve(Way::Right, state, asked)).await;
    assert!(ran.is_whole(), "{ran}");
    let operations = ran.report["contracts"][0]["operations"].as_array().expect("operations");
    for id in ["remove", "start"] {
        let operation = operations.iter().find(|operation| operation["id"] == id).expect("an operation");
        assert!(operation["valid_cases"]["accepted"].as_u64() > Some(3), "{operation:#}");
    }
    let jobs = jobs.lock().expect("no panic");
    assert!(jobs.there.is_empty(), "{:?}", jobs.there);
}

#[tokio::test]
async fn what_only_a_later_request_shows_is_found() {
    for way in [Way::FailsOnBoth, Way::FailsOnSpeed] {
        let (ran, _) = run(DOCUMENT, Jobs::default(), &[], move |state, asked| serve(way, state, asked)).await;
        assert!(ran.untested.is_empty() && !ran.errors.is_empty(), "{ran}");
        assert!(ran.errors.iter().all(|[check, ..]| check == "server-error"), "{ran}");
    }
}

#[tokio::test]
async fn what_is_refused_on_every_other_one_is_not_tried_for_long() {
    let (ran, jobs) = run(DOCUMENT, Jobs::default(), &[], |state, asked| serve(Way::StartsOne, state, asked)).await;
    assert!(ran.is_whole(), "{ran}");
    assert!(jobs.lock().expect("no panic").next < 200);
}
