//! What a response repeats of its request, and what it only seems to.

use axum::response::Response;
use serde_json::{Value, json};

use super::{NOTHING, Told, run};
use crate::support::served::{Asked, empty, json, not_allowed};

/// A profile that is patched, with what more its schema says.
fn document(media_type: &str, more: &str) -> String {
    format!(
        r##"
openapi: 3.1.0
info: {{title: Profiles, version: '1'}}
paths:
  /profile:
    patch:
      operationId: change
      requestBody:
        required: true
        content: {{{media_type}: {{schema: {{$ref: '#/components/schemas/Profile'}}}}}}
      responses:
        '200': {{description: changed, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Profile'}}{more}}}}}}}
        '400': {{description: invalid}}
        '415': {{description: not understood}}
components:
  schemas:
    Profile:
      type: object
      properties:
        name: {{type: string, minLength: 1, maxLength: 20}}
        password: {{type: string, minLength: 8, maxLength: 20}}
"##
    )
}

/// A server that answers a valid change with this.
async fn told(media_type: &'static str, more: &str, answer: fn(&Value) -> Value) -> Told {
    let fits = |value: &Value, least| {
        value.is_null() || value.as_str().is_some_and(|text| (least..=20).contains(&text.chars().count()))
    };
    let is_valid = move |body: &Value| {
        body.as_object().is_some_and(|members| members.values().all(|value| !value.is_null()))
            && fits(&body["name"], 1)
            && fits(&body["password"], 8)
    };
    let serve = move |asked: &Asked| -> Response {
        match asked.json() {
            _ if asked.method != "PATCH" => not_allowed("PATCH"),
            _ if !asked.header("content-type").starts_with(media_type) => empty(415),
            Some(body) if is_valid(&body) => json(200, &answer(&body)),
            _ => empty(400),
        }
    };
    run(&document(media_type, more), NOTHING, &["--destructive"], serve).await
}

fn reversed(body: &Value) -> Value {
    let backwards = |name: &str| name.chars().rev().collect::<String>();
    body["name"].as_str().map_or(json!({}), |name| json!({"name": backwards(name), "password": "********"}))
}

#[tokio::test]
async fn a_patch_is_not_repeated_and_a_password_is_hidden() {
    let told = told("application/merge-patch+json", "", reversed).await;
    assert_eq!(told.causes, [""; 0]);
    let told = self::told(
        "application/json",
        "",
        |body| json!({"name": body["name"].as_str().unwrap_or("none"), "password": "********"}),
    )
    .await;
    assert_eq!(told.causes, [""; 0]);
}

#[tokio::test]
async fn a_name_that_comes_back_changed_is_worth_a_look() {
    let told = told("application/json", "", reversed).await;
    assert_eq!((told.causes.len(), told.of("echo").len()), (1, 1), "{:?}", told.causes);
    assert!(told.causes[0].starts_with("warning echo `/name`"), "{:?}", told.causes);
}

#[tokio::test]
async fn a_mock_is_told_nothing_of_and_another_server_that_always_says_the_same_is() {
    let rex = |_: &Value| json!({"name": "Rex"});
    let mock = told("application/json", ", example: {name: Rex}", rex).await;
    assert_eq!(mock.causes, [""; 0]);
    let other = told("application/json", ", example: {name: Tom}", rex).await;
    assert_eq!(other.of("echo").len(), 1, "{:?}", other.causes);
}
