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

/// What is told of a server that returns these members of two changed, of one route or of both.
async fn changed(members: &'static [&'static str], routes: &'static [&'static str]) -> Vec<String> {
    let operation = |name: &str, most: usize| {
        let text = format!("{{type: string, minLength: 1, maxLength: {most}}}");
        let schema = format!("{{type: object, properties: {{name: {text}, title: {text}}}}}");
        let content = format!("{{application/json: {{schema: {schema}}}}}");
        format!("  /{name}:
    post:
      operationId: {name}
      requestBody: {{required: true, content: {content}}}
      responses: {{'200': {{description: made, content: {content}}}, '400': {{description: invalid}}, '415': {{description: not understood}}}}
")
    };
    let document = format!(
        "openapi: 3.1.0
info: {{title: Names, version: '1'}}
paths:
{}{}",
        operation("one", 20),
        operation("two", 19)
    );
    let serve = move |asked: &Asked| -> Response {
        let most = if asked.path == "/one" { 20 } else { 19 };
        let fits = |value: &Value| value.as_str().is_some_and(|text| (1..=most).contains(&text.chars().count()));
        match asked.json() {
            _ if asked.method != "POST" => not_allowed("POST"),
            _ if !asked.is_json() => empty(415),
            Some(Value::Object(body)) if ["name", "title"].iter().all(|name| body.get(*name).is_none_or(fits)) => {
                let is_changed = |name: &str| members.contains(&name) && routes.contains(&asked.path.as_str());
                let of = |(name, value): (&String, &Value)| {
                    (name.clone(), if is_changed(name) { json!("always") } else { value.clone() })
                };
                json(200, &body.iter().map(of).collect::<serde_json::Map<_, _>>().into())
            }
            _ => empty(400),
        }
    };
    let told = run(&document, NOTHING, &[], serve).await;
    told.of("echo").into_iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn values_that_one_operation_changes_are_one_bug_and_those_of_two_are_two() {
    let found = changed(&["name", "title"], &["/one"]).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("`/name`") && found[0].contains("`/title`"), "{found:?}");
    assert_eq!(changed(&["name"], &["/one", "/two"]).await.len(), 2);
}
