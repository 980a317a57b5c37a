//! What a document leaves out in one manner everywhere is told once.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use serde_json::json;

use super::{NOTHING, Told, run};
use crate::support::served::{Asked, json, not_allowed};

/// Four lists of an API in Swagger 2.0, which says of no answer what it holds.
fn document() -> String {
    let operation = |name: &str| {
        format!(
            "  /{name}:
    get:
      operationId: {name}
      produces: [application/json]
      parameters: [{{name: limit, in: query, type: integer, minimum: 1}}]
      responses: {{'200': {{description: {name}}}, '400': {{description: invalid}}}}
"
        )
    };
    let operations = ["one", "two", "three", "four"].map(operation).concat();
    format!("swagger: '2.0'\ninfo: {{title: Lists, version: '1'}}\npaths:\n{operations}")
}

/// A server with three envelopes for its errors.
fn answer(asked: &Asked) -> Response {
    let limit = asked.query.strip_prefix("limit=").map_or(Some(1), |text| text.parse::<i64>().ok());
    match limit.filter(|limit| *limit > 0) {
        _ if asked.method != "GET" => not_allowed("GET"),
        Some(_) => json(200, &json!([])),
        // By the framework, by a form and by the application.
        None if asked.query.ends_with('0') => json(400, &json!({"detail": "invalid"})),
        None if asked.query.len() > 8 => json(400, &json!({"limit": ["invalid"]})),
        None => json(400, &json!({"errors": ["invalid"]})),
    }
}

async fn told(answer: fn(&Asked) -> Response) -> Told {
    run(&document(), NOTHING, &[], answer).await
}

#[tokio::test]
async fn bodies_without_a_schema_are_one_omission_of_the_document() {
    let told = told(answer).await;
    let causes: Vec<&str> = told.causes.iter().filter_map(|cause| cause.strip_prefix("warning media-type ")).collect();
    assert!(causes.len() == 1 && causes[0].ends_with("(the document)"), "{:#?}", told.causes);
    assert_eq!(told.causes.len(), 1, "errors that the document leaves open may look as they like: {:#?}", told.causes);
}

#[tokio::test]
async fn a_body_of_another_type_than_the_documented_one_is_the_targets() {
    let document = document().replace("'200': {description: ", "'200': {schema: {type: array}, description: ");
    let page = |asked: &Asked| {
        let answer = answer(asked);
        if asked.path == "/one" && answer.status() == StatusCode::OK { Html("[]").into_response() } else { answer }
    };
    let told = run(&document, NOTHING, &[], page).await;
    let errors = told.errors();
    assert!(errors.len() == 1 && errors[0].starts_with("error media-type"), "{:#?}", told.causes);
    assert!(!errors[0].ends_with("(the document)"));
}

#[tokio::test]
async fn a_status_that_is_implied_is_one_omission_whatever_the_operation() {
    let document = document()
        .replace("'400'", "'418'")
        .replace("  /", "  /{room}/")
        .replace("parameters: [", "parameters: [{name: room, in: path, type: string, enum: [a], required: true}, ");
    let fixtures = "resources: [{at: path.room, existing: [a], missing: [b]}]\n";
    let told = run(&document, fixtures, &[], |asked| match asked.path.starts_with("/a/") {
        true => answer(asked),
        false => json(404, &json!({})),
    });
    let told = told.await;
    let implied = told.of("undocumented-status");
    assert_eq!(implied.len(), 1, "{:#?}", told.causes);
    assert!(implied[0].starts_with("warning") && implied[0].ends_with("(the document)"), "{implied:?}");
}
