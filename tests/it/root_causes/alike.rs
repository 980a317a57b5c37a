//! What is written out at several operations, and what of one body is not looked at, is one bug; what differs is several.

use axum::response::Response;
use serde_json::Value;

use super::{causes, messages};
use crate::support::served::{Asked, empty, not_allowed};

/// Two operations whose bodies have these properties.
fn document(one: &str, two: &str) -> String {
    let operation = |name: &str, properties: &str| {
        format!(
            "  /{name}:
    post:
      operationId: {name}
      requestBody: {{required: true, content: {{application/json: {{schema: {{type: object, description: of {name}, properties: {{{properties}}}}}}}}}}}
      responses: {{'204': {{description: done}}, '400': {{description: refused}}, '415': {{description: refused}}}}
"
        )
    };
    let operations = operation("one", one) + &operation("two", two);
    format!("openapi: 3.1.0\ninfo: {{title: Alike, version: '1'}}\npaths:\n{operations}")
}

/// Takes objects whose members are right.
fn takes(asked: &Asked, is_right: impl Fn(&str, &Value) -> bool) -> Response {
    match (asked.method.as_str(), asked.json()) {
        ("POST", _) if !asked.is_json() => empty(415),
        ("POST", Some(Value::Object(members))) => {
            empty(if members.iter().all(|(name, value)| is_right(name, value)) { 204 } else { 400 })
        }
        ("POST", _) => empty(400),
        _ => not_allowed("POST"),
    }
}

#[tokio::test]
async fn a_clause_of_equal_schemas_that_are_written_out_twice_is_one_bug() {
    let name = "name: {type: string, minLength: 3}, size: {type: integer}";
    let other = "name: {type: string, minLength: 4}, size: {type: integer}";
    for (second, bugs) in [(name, 1), (other, 2)] {
        let text = document(name, second);
        let causes = causes(&text, |asked| {
            takes(asked, |name, value| match name {
                "name" => value.is_string(),
                "size" => value.as_f64().is_some_and(|size| size.fract() == 0.0),
                _ => true,
            })
        });
        let causes = causes.await;
        let found = messages(&causes, "accepted-invalid");
        assert_eq!(found.len(), bugs, "{found:#?}");
        assert_eq!(causes[0]["operations"], 3 - bugs);
    }
}

#[tokio::test]
async fn a_body_of_which_little_is_checked_is_one_bug_and_so_are_the_types_of_half_of_one() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let properties = names.map(|name| format!("{name}: {{type: string}}")).join(", ");
    for (checked, told) in [
        ("ab", "Little of the body is checked: of 8 clauses"),
        ("abcd", "The types of `/e`, `/f`, `/g`, `/h` in the body are not checked"),
    ] {
        let text = document(&properties, "x: {type: string}");
        let causes = causes(&text, move |asked| {
            let is_checked = |name: &str| asked.path == "/two" || checked.contains(name);
            takes(asked, |name, value| name.len() > 1 || !is_checked(name) || value.is_string())
        });
        let causes = causes.await;
        let found = messages(&causes, "accepted-invalid");
        assert!(found.len() == 1 && found[0].starts_with(told), "{found:#?}");
    }
}

#[tokio::test]
async fn numbers_of_either_kind_that_are_read_out_of_texts_are_one_bug_and_truths_are_another() {
    let properties = "count: {type: integer}, ratio: {type: number}";
    let is_number =
        |value: &Value, is_whole: bool| value.as_f64().is_some_and(|number| !is_whole || number.fract() == 0.0);
    let reads = move |value: &Value, is_whole: bool| {
        let read = value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
        is_number(value, is_whole) || read.is_some_and(|read| is_number(&read, is_whole))
    };
    for (truth, bugs) in [(false, 1), (true, 2)] {
        let text = document(properties, properties);
        let causes = causes(&text, move |asked| {
            takes(asked, |name, value| match name {
                "count" => reads(value, true),
                "ratio" if truth => is_number(value, false) || value.is_boolean(),
                "ratio" => reads(value, false),
                _ => true,
            })
        });
        let causes = causes.await;
        let found = messages(&causes, "accepted-invalid");
        assert_eq!(found.len(), bugs, "{found:#?}");
    }
}
