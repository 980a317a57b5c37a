//! What responses lack and how they write it: by the value that is wrong, not by each clause.

use serde_json::{Value, json};

use super::{causes, messages};
use crate::support::served::{Asked, json, not_allowed};

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Stores, version: '1'}
paths:
  /databases:
    get:
      operationId: databases
      parameters: [{name: deep, in: query, schema: {type: boolean}}]
      responses: {'200': {description: all, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Database'}}}}}, '400': {description: refused}}
  /pages:
    get:
      operationId: pages
      responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Page'}}}}}
components:
  schemas:
    Database:
      type: object
      required: [id, log, version, name]
      properties: {id: {type: string}, made: {type: string, format: date-time}}
    Page:
      type: object
      required: [title]
      properties:
        title: {type: string}
        content: {type: string}
        kind: {type: string}
        changed: {type: string, format: date-time}
        read: {type: string, format: date-time}
";

/// Answers with what `body` gives for a path, and whether `deep` is asked for.
async fn found(body: impl Fn(&str, bool) -> Value + Send + Sync + 'static) -> Vec<String> {
    let server = move |asked: &Asked| match (asked.method.as_str(), asked.query.as_str()) {
        ("GET", "" | "deep=true" | "deep=false") => json(200, &body(&asked.path, asked.query == "deep=true")),
        ("GET", _) => json(400, &json!({})),
        _ => not_allowed("GET"),
    };
    let causes = causes(DOCUMENT, server).await;
    messages(&causes, "response-schema").into_iter().map(str::to_owned).collect()
}

fn right(path: &str) -> Value {
    match path {
        "/databases" => json!([{"id": "a", "log": 1, "version": 1, "name": "b"}]),
        _ => json!({"title": "a"}),
    }
}

#[tokio::test]
async fn an_object_that_lacks_several_members_is_one_finding() {
    let found = found(|path, _| if path == "/databases" { json!([{"id": "a"}]) } else { right(path) }).await;
    assert_eq!(found, ["`/0` of the 200 lacks `log`, `version`, `name`"]);
}

#[tokio::test]
async fn what_other_responses_lack_is_another_finding() {
    let found = found(|path, deep| match (path, deep) {
        ("/databases", true) => json!([{"id": "a", "version": 1}]),
        ("/databases", false) => json!([{"id": "a", "version": 1, "name": "b"}]),
        _ => right(path),
    });
    let found = found.await;
    assert_eq!(found.len(), 2, "the log never, the name sometimes: {found:#?}");
}

#[tokio::test]
async fn several_members_that_are_null_are_one_finding() {
    let found = found(|path, _| match path {
        "/pages" => json!({"title": "a", "content": null, "kind": null}),
        _ => right(path),
    });
    assert_eq!(found.await, ["Null, which the schema does not allow, is in the 200 at `/content`, `/kind`"]);
}

#[tokio::test]
async fn times_without_an_offset_are_one_habit_and_words_for_times_are_not() {
    let times = |changed: &'static str| {
        found(move |path, _| match path {
            "/pages" => json!({"title": "a", "changed": changed, "read": "2025-01-01T00:00:00"}),
            _ => json!([{"id": "a", "log": 1, "version": 1, "name": "b", "made": "2025-01-01T00:00:00"}]),
        })
    };
    let one = times("2025-01-01T00:00:00").await;
    assert_eq!(one.len(), 1, "{one:#?}");
    let two = times("yesterday").await;
    assert_eq!(two.len(), 2, "{two:#?}");
}

#[tokio::test]
async fn null_for_what_may_be_left_out_is_one_habit_over_schemas() {
    let found = found(|path, _| match path {
        "/pages" => json!({"title": "a", "content": null}),
        _ => json!([{"id": "a", "log": 1, "version": 1, "name": "b", "made": null}]),
    });
    let found = found.await;
    assert_eq!(found.len(), 1, "{found:#?}");
}

#[tokio::test]
async fn null_for_what_must_be_there_is_a_bug_at_each_place() {
    let found = found(|path, _| match path {
        "/pages" => json!({"title": null, "content": null}),
        _ => json!([{"id": null, "log": 1, "version": 1, "name": "b"}]),
    });
    let found = found.await;
    assert_eq!(found.len(), 2, "{found:#?}");
}
