//! Failures that say nothing: of what kind of fault they are, and of which operation.

use axum::response::Response;
use serde_json::{Value, json};

use super::{answer, causes, document, messages};
use crate::support::served::{Asked, empty, json, not_allowed};

/// What a server says that fails over a text of another type on these paths, without a word of why.
async fn fails_over_types(failing: &'static [&'static str]) -> Vec<String> {
    let document = document();
    let causes = causes(&document, move |asked| {
        let text = asked.json().and_then(|body| body.get("text").cloned());
        let is_wrong = asked.method == "POST" && asked.is_json() && text.is_some_and(|text| !text.is_string());
        match is_wrong && failing.contains(&asked.path.as_str()) {
            true => json(500, &json!({"error": "Internal Server Error"})),
            false => right(asked),
        }
    });
    messages(&causes.await, "server-error").into_iter().map(str::to_owned).collect()
}

fn right(asked: &Asked) -> Response {
    match asked.method.as_str() {
        "POST" => answer(super::Habit::NoAllow, asked),
        _ => not_allowed("POST"),
    }
}

#[tokio::test]
async fn a_kind_of_fault_that_all_operations_fail_over_is_one_bug() {
    let found = fails_over_types(&["/one", "/two", "/three", "/four"]).await;
    assert_eq!(found, ["4 operations return a 500 for requests that break `type` in a member of a body"]);
}

#[tokio::test]
async fn no_body_over_which_all_operations_fail_alike_is_one_bug() {
    let document = document();
    let failing = async |failing: &'static [&'static str]| {
        let causes = causes(&document, move |asked| {
            let is_empty = asked.method == "POST" && asked.body.is_empty();
            match is_empty && failing.contains(&asked.path.as_str()) {
                true => json(500, &json!({"error": "Cannot read properties of undefined"})),
                false => right(asked),
            }
        });
        messages(&causes.await, "server-error").len()
    };
    assert_eq!(failing(&["/one", "/two", "/three", "/four"]).await, 1);
    assert_eq!(failing(&["/one", "/two"]).await, 2, "the others refuse it");
}

#[tokio::test]
async fn a_kind_of_fault_that_some_operations_refuse_is_a_bug_of_each_other() {
    let found = fails_over_types(&["/one", "/two"]).await;
    assert_eq!(found.len(), 2, "{found:#?}");
}

const BUCKETS: &str = "openapi: 3.1.0
info: {title: Buckets, version: '1'}
paths:
  /buckets:
    get:
      operationId: list
      parameters: [{name: sort, in: query, schema: {type: string, enum: [up, down]}}]
      responses: {'200': {description: all}, '400': {description: refused}}
  /buckets/log:
    get:
      operationId: log
      parameters: [{name: since, in: query, schema: {type: integer, minimum: 1}}]
      responses: {'200': {description: all}, '400': {description: refused}}
";

#[tokio::test]
async fn what_a_server_says_of_whatever_failure_joins_none_of_different_operations() {
    let found = async |said: fn() -> Value| {
        let causes = causes(BUCKETS, move |asked| {
            let mut pairs = url::form_urlencoded::parse(asked.query.as_bytes());
            let is_right = pairs.all(|(name, value)| match &*name {
                "sort" => ["up", "down"].contains(&&*value),
                "since" => value.parse::<u64>().is_ok_and(|since| since > 0),
                _ => true,
            });
            match (asked.method.as_str(), is_right) {
                // What is odd is another matter.
                ("GET" | "HEAD", false) if asked.query.contains('%') || asked.query.ends_with('=') => empty(400),
                ("GET" | "HEAD", true) => json(200, &json!([])),
                ("GET" | "HEAD", false) => json(500, &said()),
                _ if asked.path.starts_with("/buckets") => not_allowed("GET"),
                _ => empty(404),
            }
        });
        messages(&causes.await, "server-error").len()
    };
    let generic = found(
        || json!({"errno": 999, "info": "https://example.org/issues", "message": "A programmatic error occured, developers have been informed."}),
    );
    assert_eq!(generic.await, 2);
    let named = found(|| json!({"error": {"statusCode": 500, "name": "InternalServerError"}}));
    assert_eq!(named.await, 2);
    let telling = found(|| json!({"message": "cannot parse the query"}));
    assert_eq!(telling.await, 1, "one place reads queries");
}

/// A server that hands integers on to what holds 64 bits of them.
#[tokio::test]
async fn integers_that_are_too_large_to_be_stored_are_one_bug_wherever_they_are_sent() {
    let document = "openapi: 3.1.0
info: {title: Pages, version: '1'}
paths:
  /books:
    get:
      operationId: books
      parameters: [{name: skip, in: query, schema: {type: integer, minimum: 0}}]
      responses: {'200': {description: all}, '400': {description: refused}}
  /authors:
    get:
      operationId: authors
      parameters: [{name: skip, in: query, schema: {type: integer, minimum: 0}}, {name: year, in: query, schema: {type: integer, minimum: 0}}]
      responses: {'200': {description: all}, '400': {description: refused}}
";
    let found = async |fails_on_none: bool| {
        let causes = causes(document, move |asked| {
            let pairs: Vec<(String, String)> =
                url::form_urlencoded::parse(asked.query.as_bytes()).into_owned().collect();
            let number =
                |(_, value): &(String, String)| value.parse::<f64>().ok().filter(|number| number.fract() == 0.0);
            let numbers: Option<Vec<f64>> = pairs.iter().map(number).collect();
            let is_right = |number: &f64| *number >= 0.0;
            let fails =
                |number: &f64| *number >= i64::MAX as f64 || fails_on_none && *number == 0.0 && asked.path == "/books";
            match (asked.method.as_str(), numbers) {
                ("GET" | "HEAD", Some(numbers)) if numbers.iter().any(fails) => {
                    json(500, &json!({"error": "Internal Server Error"}))
                }
                ("GET" | "HEAD", Some(numbers)) if numbers.iter().all(is_right) => json(200, &json!([])),
                ("GET" | "HEAD", _) => empty(400),
                _ if ["/books", "/authors"].contains(&asked.path.as_str()) => not_allowed("GET"),
                _ => empty(404),
            }
        });
        messages(&causes.await, "server-error").len()
    };
    assert_eq!(found(false).await, 1);
    assert_eq!(found(true).await, 2, "nothing is another matter");
}
