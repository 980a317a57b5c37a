//! Maps of which a document says nothing, and that are none.

use axum::response::Response;
use serde_json::{Value, json};

use super::{NOTHING, Told, run};
use crate::support::served::{Asked, empty, json, not_allowed};

const DOCUMENT: &str = r##"
openapi: 3.0.3
info: {title: Pools, version: '1'}
paths:
  /pools:
    post:
      operationId: pool
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Pool'}}}}
      responses:
        '200': {description: taken, content: {application/json: {schema: {type: object}}}}
        '400': {$ref: '#/components/responses/Refused'}
        '415': {$ref: '#/components/responses/Refused'}
components:
  responses:
    Refused: {description: refused, content: {application/json: {schema: {type: object, required: [error]}}}}
  schemas:
    Pool:
      type: object
      required: [name]
      properties: {name: {type: string, minLength: 1, maxLength: 40}, template: {type: object}}
"##;

#[derive(Clone, Copy, PartialEq)]
enum Server {
    /// A template has a job and its variables.
    Usual,
    /// A template has no objects.
    NoObjects,
}

fn refused(status: u16, why: &str) -> Response {
    json(status, &json!({"error": why}))
}

fn is_template(server: Server, template: &Value) -> bool {
    let Some(members) = template.as_object() else { return false };
    match server {
        Server::Usual => members.is_empty() || members.contains_key("job") && members.contains_key("variables"),
        Server::NoObjects => !members.values().any(Value::is_object),
    }
}

fn answer(server: Server, asked: &Asked) -> Response {
    match asked.json() {
        _ if asked.path != "/pools" => empty(404),
        _ if asked.method != "POST" => not_allowed("POST"),
        _ if !asked.is_json() => refused(415, "JSON alone"),
        Some(body) => {
            let name = body["name"].as_str().is_some_and(|name| (1..=40).contains(&name.chars().count()));
            match name && body.get("template").is_none_or(|template| is_template(server, template)) {
                true => json(200, &json!({})),
                false => refused(400, "the name or the template is wrong"),
            }
        }
        None => refused(400, "no JSON"),
    }
}

async fn told(server: Server) -> Told {
    run(DOCUMENT, NOTHING, &["--cases", "60"], move |asked| answer(server, asked)).await
}

#[tokio::test]
async fn a_map_of_which_nothing_is_taken_but_an_empty_one_is_one_omission_whatever_its_keys() {
    let told = told(Server::Usual).await;
    assert_eq!(told.errors(), [""; 0], "{:#?}", told.causes);
    let refusals = told.of("rejected-valid");
    assert!(matches!(&refusals[..], [one] if one.ends_with("(the document)")), "{refusals:#?}");
}

#[tokio::test]
async fn a_value_of_a_map_that_is_refused_where_others_are_taken_is_told() {
    let told = told(Server::NoObjects).await;
    let errors = told.errors();
    assert!(matches!(&errors[..], [error] if error.contains("`/template/key1`")), "{:#?}", told.causes);
}
