//! What a server reads as a value of another type.

use serde_json::{Value, json};

use super::{causes, messages};
use crate::support::served::{Asked, empty, json, not_allowed};

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Jobs, version: '1'}
paths:
  /jobs:
    post:
      operationId: start
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}
      responses: {'204': {description: done}, '400': {description: refused}, '415': {description: refused}}
  /search:
    get:
      operationId: search
      parameters: [{name: filter, in: query, content: {application/json: {schema: {$ref: '#/components/schemas/Filter'}}}}]
      responses: {'200': {description: all}, '400': {description: refused}}
components:
  schemas:
    Job:
      type: object
      properties:
        size: {type: integer}
        ratio: {type: number}
        name: {type: string}
        loud: {type: boolean}
        wait: {anyOf: [{type: integer}, {type: 'null'}]}
        tags: {type: array, items: {type: string}}
    Filter:
      type: object
      properties:
        limit: {type: integer}
        deep: {type: boolean}
        words: {type: string}
";

/// How a server reads a value that has to be of a type.
type Reads = fn(&str, &Value) -> bool;

fn strict(kind: &str, value: &Value) -> bool {
    match kind {
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "string" => value.is_string(),
        _ => value.is_boolean(),
    }
}

/// Texts and truths as numbers, texts and numbers as truths.
fn lax(kind: &str, value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    strict(kind, value)
        || match kind {
            "integer" => value.is_boolean() || text.parse::<i64>().is_ok(),
            "number" => value.is_boolean() || text.parse::<f64>().is_ok(),
            "boolean" => {
                ["true", "false", "0", "1"].contains(&text) || value.as_f64().is_some_and(|n| n == 0.0 || n == 1.0)
            }
            _ => false,
        }
}

/// Whatever is no list and no object as a text, too.
fn laxer(kind: &str, value: &Value) -> bool {
    lax(kind, value) || kind == "string" && (value.is_number() || value.is_boolean())
}

async fn found(reads: impl Fn(&str, &str, &Value) -> bool + Send + Sync + 'static) -> Vec<String> {
    let causes = causes(DOCUMENT, move |asked: &Asked| {
        let kind = |name: &str| match name {
            "size" | "wait" | "limit" => "integer",
            "ratio" => "number",
            "name" | "words" | "tags" => "string",
            _ => "boolean",
        };
        let is_right = |(name, value): (&String, &Value)| match name.as_str() {
            "wait" if value.is_null() => true,
            "tags" => value.as_array().is_some_and(|all| all.iter().all(|one| reads("tags", "string", one))),
            "size" | "ratio" | "name" | "loud" | "wait" | "limit" | "deep" | "words" => reads(name, kind(name), value),
            _ => true,
        };
        let is_read = |value: Option<Value>| {
            value.and_then(|value| value.as_object().map(|members| members.iter().all(is_right))).unwrap_or_default()
        };
        match (asked.path.as_str(), asked.method.as_str()) {
            ("/jobs", "POST") if !asked.is_json() => empty(415),
            ("/jobs", "POST") => empty(if is_read(asked.json()) { 204 } else { 400 }),
            ("/search", "GET" | "HEAD") => {
                let mut pairs = url::form_urlencoded::parse(asked.query.as_bytes());
                let text = pairs.find(|(name, _)| name == "filter").map(|(_, text)| text.into_owned());
                let filter = text.map_or(Some(json!({})), |text| serde_json::from_str(&text).ok());
                json(if is_read(filter) { 200 } else { 400 }, &json!([]))
            }
            ("/jobs", _) => not_allowed("POST"),
            ("/search", _) => not_allowed("GET"),
            _ => empty(404),
        }
    });
    messages(&causes.await, "accepted-invalid").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn values_that_are_read_as_others_are_one_habit_of_whichever_types() {
    for (name, reads) in [("lax", lax as Reads), ("laxer", laxer)] {
        let found = found(move |_, kind, value| reads(kind, value)).await;
        assert_eq!(found.len(), 1, "{name}: {found:#?}");
    }
    assert_eq!(found(|_, kind, value| strict(kind, value)).await, [""; 0]);
}

#[tokio::test]
async fn one_member_that_is_read_so_among_others_that_are_not_is_a_bug_of_its_own() {
    let found = found(|name, kind, value| match name {
        "size" => strict(kind, value) || value.is_string() && lax(kind, value),
        "loud" => strict(kind, value) || value.is_number() && lax(kind, value),
        _ => strict(kind, value),
    });
    let found = found.await;
    assert_eq!(found.len(), 2, "{found:#?}");
}
