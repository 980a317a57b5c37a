//! Unions of one schema and null.

use serde_json::Value;

use super::{causes, messages};
use crate::support::served::{empty, not_allowed};

const UNIONS: &str = "openapi: 3.1.0
info: {title: Unions, version: '1'}
paths:
  /things:
    post:
      operationId: thing
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties:
                kind: {anyOf: [{type: string, enum: [long, short]}, {type: 'null'}]}
                name: {type: string, maxLength: 9}
                code: {anyOf: [{type: string, maxLength: 4}, {type: integer}]}
      responses: {'204': {description: done}, '400': {description: refused}, '415': {description: refused}}
";

/// What is told of a server that takes what `takes` says beside what is right.
async fn unions(takes: fn(&str, &Value) -> bool) -> Vec<String> {
    let causes = causes(UNIONS, move |asked| {
        let is_short = |value: &Value, most| value.as_str().is_some_and(|text| text.chars().count() <= most);
        let is_right = |name: &str, value: &Value| match name {
            "kind" => value.is_null() || value == "long" || value == "short",
            "name" => is_short(value, 9),
            "code" => is_short(value, 4) || value.as_f64().is_some_and(|number| number.fract() == 0.0),
            _ => true,
        };
        match (asked.method.as_str(), asked.json()) {
            ("POST", _) if !asked.is_json() => empty(415),
            ("POST", Some(Value::Object(members))) => {
                let all = members.iter().all(|(name, value)| is_right(name, value) || takes(name, value));
                empty(if all { 204 } else { 400 })
            }
            ("POST", _) => empty(400),
            _ => not_allowed("POST"),
        }
    });
    messages(&causes.await, "accepted-invalid").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn what_is_wrong_in_the_one_branch_is_wrong_in_the_union_with_null() {
    let found = unions(|name, value| name == "kind" && value.is_string()).await;
    assert_eq!(found.len(), 1, "{found:#?}");
    let found = unions(|name, value| matches!(name, "kind" | "name") && value.is_string()).await;
    assert_eq!(found.len(), 2, "the length of another member: {found:#?}");
}

#[tokio::test]
async fn a_parameter_that_is_of_no_branch_is_wrong_once() {
    let document = "openapi: 3.1.0
info: {title: Lists, version: '1'}
paths:
  /things:
    get:
      operationId: things
      parameters:
        - {name: since, in: query, schema: {anyOf: [{type: string, format: date-time}, {type: 'null'}]}}
        - {name: most, in: query, schema: {anyOf: [{type: integer, minimum: 1, maximum: 9}, {type: 'null'}]}}
      responses: {'200': {description: all}, '400': {description: refused}}
";
    let told = |checks_most: bool| async move {
        let causes = causes(document, move |asked| {
            let pairs: Vec<(String, String)> =
                url::form_urlencoded::parse(asked.query.as_bytes()).into_owned().collect();
            let is_time = |text: &str| text.parse::<i64>().is_ok() || text.len() > 18 && text.contains('T');
            let is_right = |(name, text): &(String, String)| match name.as_str() {
                "since" => is_time(text) || text.is_empty() || text == "null",
                "most" => {
                    text.parse::<i64>().is_ok_and(|most| !checks_most || (1..=9).contains(&most))
                        || text.is_empty()
                        || text == "null"
                }
                _ => true,
            };
            match asked.method.as_str() {
                "GET" | "HEAD" => empty(if pairs.iter().all(is_right) { 200 } else { 400 }),
                _ => not_allowed("GET"),
            }
        });
        messages(&causes.await, "accepted-invalid").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let found = told(true).await;
    assert!(found.len() == 1 && found[0].contains("since"), "{found:#?}");
    let found = told(false).await;
    assert!(found.iter().any(|told| told.contains("most")), "{found:#?}");
}
