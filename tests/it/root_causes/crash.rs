//! Failures of a server: by what they are known again, and to which request they belong.

use axum::response::Response;
use serde_json::{Value, json};

use super::{causes, messages};
use crate::support::served::{Asked, json, not_allowed};

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Kernels, version: '1'}
paths:
  /health:
    get: {operationId: health, responses: {'200': {description: fine}}}
  /kernels:
    get:
      operationId: list
      parameters: [{name: kind, in: query, schema: {type: string, minLength: 1, maxLength: 40}}]
      responses: {'200': {description: all}, '400': {description: refused}}
    post:
      operationId: start
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties: {name: {type: string, minLength: 3, maxLength: 40}, size: {type: integer, minimum: 0}}
      responses: {'201': {description: started}, '400': {description: refused}, '415': {description: refused}}
";

/// What a right server answers.
fn right(asked: &Asked) -> Response {
    let length = |text: &str, least: usize| (least..=40).contains(&text.chars().count());
    match (asked.path.as_str(), asked.method.as_str()) {
        ("/health", "GET") => json(200, &json!({})),
        ("/health", _) => not_allowed("GET"),
        ("/kernels", "GET" | "HEAD") => match kind(asked) {
            Some(kind) if !length(&kind, 1) => json(400, &json!({"error": "kind"})),
            _ => json(200, &json!([])),
        },
        ("/kernels", "POST") if !asked.is_json() => json(415, &json!({"error": "media type"})),
        ("/kernels", "POST") => {
            let body = asked.json().unwrap_or_default();
            let is_sized = body
                .get("size")
                .is_none_or(|size| size.as_f64().is_some_and(|size| size.fract() == 0.0 && size >= 0.0));
            let is_right = body["name"].as_str().is_some_and(|name| length(name, 3)) && is_sized;
            json(if is_right { 201 } else { 400 }, &json!({"error": null}))
        }
        ("/kernels", _) => not_allowed("GET, POST"),
        _ => json(404, &json!({"error": "no such path"})),
    }
}

/// The kind that is asked for.
fn kind(asked: &Asked) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(asked.query.as_bytes());
    pairs.find(|(name, _)| name == "kind").map(|(_, value)| value.into_owned())
}

fn fails(said: &Value) -> Response {
    json(500, said)
}

#[tokio::test]
async fn an_operation_that_always_fails_is_one_finding_whatever_is_wrong_with_the_request() {
    let causes = causes(DOCUMENT, |asked| match (asked.path.as_str(), asked.method.as_str()) {
        ("/kernels", "POST" | "GET" | "HEAD") => fails(&json!({"error": "Internal Server Error"})),
        _ => right(asked),
    });
    let causes = causes.await;
    let found = messages(&causes, "server-error");
    assert_eq!(found.len(), 1, "both routes say the same: {found:#?}");
    let example = &causes.iter().find(|cause| cause["example"]["rule"] == "server-error").expect("it")["example"];
    assert_eq!(
        (&example["case"]["intent"], &example["case"]["name"]),
        (&json!("valid"), &json!("the plainest request"))
    );
}

#[tokio::test]
async fn what_fails_in_another_way_than_the_plainest_request_is_another_bug() {
    let causes = causes(DOCUMENT, |asked| match (asked.path.as_str(), asked.method.as_str()) {
        ("/kernels", "POST") if !asked.is_json() => fails(&json!({"error": "cannot read that type"})),
        // An operation that takes nothing at all would be given up.
        ("/kernels", "POST") if asked.json().is_none_or(|body| body.get("size").is_none()) => {
            fails(&json!({"error": "no database"}))
        }
        _ => right(asked),
    });
    let causes = causes.await;
    assert_eq!(messages(&causes, "server-error").len(), 2, "{causes:#?}");
}

#[tokio::test]
async fn failures_of_valid_and_invalid_requests_are_two_bugs_where_the_plainest_is_accepted() {
    let causes = causes(DOCUMENT, |asked| {
        let body = asked.json().unwrap_or_default();
        let is_wrong = body["size"].as_f64().is_some_and(|size| size < 0.0);
        let is_long = body["name"].as_str().is_some_and(|name| name.chars().count() == 40);
        if asked.method == "POST" && (is_wrong || is_long) { fails(&json!({"error": "error"})) } else { right(asked) }
    });
    let causes = causes.await;
    assert_eq!(messages(&causes, "server-error").len(), 2, "{causes:#?}");
}

#[tokio::test]
async fn what_says_the_same_of_valid_and_of_malformed_requests_is_one_bug() {
    let found = async |of_malformed: &'static str| {
        let causes = causes(DOCUMENT, move |asked| match (asked.method.as_str(), asked.json()) {
            ("POST", None) if asked.is_json() => fails(&json!({"error": of_malformed})),
            ("POST", Some(body)) if body.get("size").is_some() => fails(&json!({"error": "input data was truncated"})),
            _ => right(asked),
        });
        messages(&causes.await, "server-error").len()
    };
    assert_eq!(found("input data was truncated").await, 1);
    assert_eq!(found("cannot parse the input").await, 2);
}

#[tokio::test]
async fn a_failure_that_repeats_what_was_sent_is_one_bug() {
    let causes = causes(DOCUMENT, |asked| match kind(asked) {
        Some(kind) => fails(
            &json!({"message": format!("The {kind} kernel is not available"), "short": format!("{kind} not found")}),
        ),
        None => right(asked),
    });
    let causes = causes.await;
    assert_eq!(messages(&causes, "server-error").len(), 1, "{causes:#?}");
}

#[tokio::test]
async fn failures_that_say_different_things_of_what_was_sent_are_two() {
    let causes = causes(DOCUMENT, |asked| {
        let name = asked.json().and_then(|body| body["name"].as_str().map(str::to_owned));
        match (asked.method.as_str(), kind(asked), name) {
            ("GET", Some(kind), _) => fails(&json!({"message": format!("The {kind} kernel is not available")})),
            ("POST", _, Some(name)) if name != "text" => {
                fails(&json!({"message": format!("The {name} kernel is locked")}))
            }
            _ => right(asked),
        }
    });
    let causes = causes.await;
    assert_eq!(messages(&causes, "server-error").len(), 2, "{causes:#?}");
}

#[tokio::test]
async fn failures_that_say_nothing_of_two_members_are_two_bugs() {
    let is_long = |text: &str| text.chars().count() == 40;
    let causes = causes(DOCUMENT, move |asked| {
        let body = asked.json().unwrap_or_default();
        let fails_here = match asked.method.as_str() {
            "POST" => body["name"].as_str().is_some_and(is_long),
            "GET" => kind(asked).is_some_and(|kind| is_long(&kind)),
            _ => false,
        };
        if fails_here { fails(&json!({"error": "Unhandled exception"})) } else { right(asked) }
    });
    let causes = causes.await;
    assert_eq!(messages(&causes, "server-error").len(), 2, "{causes:#?}");
}

#[tokio::test]
async fn a_kind_of_value_that_the_target_fails_over_wherever_it_is_is_one_bug() {
    let has_nul = |asked: &Asked| {
        let name = asked.json().and_then(|body| body["name"].as_str().map(str::to_owned));
        kind(asked).or(name).is_some_and(|text| text.contains('\0'))
    };
    let great = |asked: &Asked| asked.json().is_some_and(|body| body["size"].as_f64().is_some_and(|size| size > 3e9));
    let causes = causes(DOCUMENT, move |asked| match has_nul(asked) || great(asked) {
        true => fails(&json!({"error": "Internal Server Error"})),
        false => right(asked),
    });
    let causes = causes.await;
    let found = messages(&causes, "server-error");
    assert_eq!(found.len(), 2, "NUL at two places, and a number: {found:#?}");
}

#[tokio::test]
async fn a_kind_of_value_is_no_bug_of_its_own_where_all_values_fail() {
    let causes = causes(DOCUMENT, |asked| match kind(asked) {
        Some(_) => fails(&json!({"error": "Internal Server Error"})),
        None => right(asked),
    });
    let causes = causes.await;
    let found = messages(&causes, "server-error");
    assert!(!found.is_empty() && !found.iter().any(|message| message.contains("NUL")), "{found:#?}");
}

#[tokio::test]
async fn what_is_not_implemented_is_one_finding_and_another_failure_is_another() {
    let causes = causes(DOCUMENT, |asked| match (asked.path.as_str(), asked.method.as_str()) {
        ("/kernels", "POST") => json(501, &json!({"message": "Kernels cannot be started here"})),
        ("/kernels", _) => json(501, &json!({"message": "There is no list of kernels"})),
        ("/health", "GET") => fails(&json!({"message": "Health is not implemented"})),
        _ => right(asked),
    });
    let causes = causes.await;
    assert_eq!(messages(&causes, "server-error").len(), 2, "{causes:#?}");
}
