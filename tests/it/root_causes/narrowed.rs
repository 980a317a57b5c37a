//! Valid requests that a server refuses by a rule of its own, of which the document says nothing.

use axum::response::Response;
use serde_json::{Value, json};

use super::{messages, told};
use crate::support::served::{Asked, empty, json, not_allowed};

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Notes, version: '1'}
paths:
  /notes:
    post:
      operationId: note
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties: {name: {type: string}, motto: {type: string}, where: {}}
      responses: {'204': {description: done}, '400': {description: refused}, '415': {description: refused}}
";

/// Refuses what `reason` gives a reason for, and what breaks the document.
async fn refused(document: &str, reason: fn(&str, &Value) -> Option<&'static str>) -> Vec<String> {
    let server = move |asked: &Asked| -> Response {
        if asked.method != "POST" {
            return not_allowed("POST");
        }
        if !asked.is_json() {
            return empty(415);
        }
        let Some(Value::Object(members)) = asked.json() else { return json(400, &json!({"message": "an object"})) };
        let is_right = |(name, value): (&String, &Value)| match name.as_str() {
            "name" | "motto" => value.is_string(),
            _ => true,
        };
        if !members.iter().all(is_right) {
            return json(400, &json!({"message": "wrong"}));
        }
        match members.iter().find_map(|(name, value)| Some((name, reason(name, value)?))) {
            Some((name, reason)) => json(400, &json!({"message": format!("body.{name} {reason}")})),
            None => empty(204),
        }
    };
    let causes = told(document, &[], server).await;
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of_rule = causes.iter().filter(|cause| cause["example"]["rule"] == "rejected-valid");
    let line = |cause: &Value| {
        let example = &cause["example"];
        [&example["severity"], &cause["blames"], &example["clause"]["keyword"]].map(word).join(" ")
    };
    assert!(messages(&causes, "server-error").is_empty());
    of_rule.map(line).collect()
}

fn is_short(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.chars().count() < 3)
}

fn is_long(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.chars().count() > 20)
}

#[tokio::test]
async fn a_limit_that_the_target_names_is_for_the_document_to_say() {
    let short =
        |name: &str, value: &Value| (name == "name" && is_short(value)).then_some("must be at least 3 characters long");
    assert_eq!(refused(DOCUMENT, short).await, ["warning document minLength"]);
    let long =
        |name: &str, value: &Value| (name == "name" && is_long(value)).then_some("should have at most 20 characters");
    assert_eq!(refused(DOCUMENT, long).await, ["warning document maxLength"]);
    // Where the document has a limit, the target breaks its word.
    let bounded = DOCUMENT.replace("name: {type: string}", "name: {type: string, minLength: 1, maxLength: 60}");
    for reason in [short as fn(&str, &Value) -> Option<&'static str>, long] {
        let found = refused(&bounded, reason).await;
        assert!(found.len() == 1 && found[0].starts_with("error target"), "{found:?}");
    }
}

#[tokio::test]
async fn a_limit_that_nobody_names_is_the_target_s_matter() {
    let found = refused(DOCUMENT, |name, value| (name == "name" && is_long(value)).then_some("is not welcome"));
    let found = found.await;
    assert!(found.len() == 1 && found[0].starts_with("error target"), "{found:?}");
}

#[tokio::test]
async fn what_has_no_schema_and_takes_values_of_one_type_needs_one() {
    let objects =
        |name: &str, value: &Value| (name == "where" && !value.is_object()).then_some("is no clause that we know");
    assert_eq!(refused(DOCUMENT, objects).await, ["warning document type"]);
    let no_list = |name: &str, value: &Value| (name == "where" && value.is_array()).then_some("is no clause");
    let found = refused(DOCUMENT, no_list).await;
    assert!(found.len() == 1 && found[0].starts_with("error target"), "all else is taken: {found:?}");
}

#[tokio::test]
async fn a_text_that_may_be_nearly_nothing_needs_a_pattern_and_one_that_may_not_be_one_thing_does_not() {
    let word = |name: &str, value: &Value| {
        let is_known = value == "" || value == "text";
        (name == "name" && !is_known).then_some("is not supported")
    };
    let found = refused(DOCUMENT, word).await;
    assert!(found.iter().all(|found| found.starts_with("warning document")), "{found:?}");
    let markup = |name: &str, value: &Value| {
        (name == "name" && value.as_str().is_some_and(|text| !text.is_ascii())).then_some("is not supported")
    };
    let found = refused(DOCUMENT, markup).await;
    assert!(found.len() == 1 && found[0].starts_with("error target"), "{found:?}");
}

#[tokio::test]
async fn a_member_that_is_never_taken_is_the_target_s_matter() {
    for name in ["name", "where"] {
        let reason: fn(&str, &Value) -> Option<&'static str> = match name {
            "name" => |name, _| (name == "name").then_some("is not known"),
            _ => |name, _| (name == "where").then_some("is not known"),
        };
        let found = refused(DOCUMENT, reason).await;
        assert!(found.len() == 1 && found[0].starts_with("error target"), "{found:?}");
    }
}
