//! Refusals that only their bodies tell from successes.

use axum::response::Response;
use serde_json::{Value, json};

use super::{causes, document, messages};
use crate::support::served::{Asked, json, not_allowed};

/// What is found where invalid requests are answered so, as valid ones are with `taken`.
async fn found(taken: fn() -> Value, refused: fn(&Asked) -> Response) -> Vec<String> {
    let document = document().replace("'204': {description: done}", "'200': {description: done}");
    let causes = causes(&document, move |asked| {
        let body = asked.json().and_then(|body| body.as_object().cloned());
        let is_right = body.is_some_and(|body| body.get("text").is_some_and(Value::is_string));
        match (asked.method.as_str(), is_right && asked.is_json()) {
            ("POST", true) => json(200, &taken()),
            ("POST", false) => refused(asked),
            _ => not_allowed("POST"),
        }
    });
    messages(&causes.await, "accepted-invalid").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn refusals_with_the_status_of_a_success_are_one_bug() {
    let told = "Refusals are sent with status 200: `success` of the body alone tells them from successes";
    let of_flag =
        found(|| json!({"success": true, "id": 1}), |_| json(200, &json!({"success": false, "error": "no text"})));
    assert_eq!(of_flag.await, [told]);
    let of_word = found(|| json!({"status": "ok"}), |_| json(200, &json!({"status": "error"})));
    assert_eq!(of_word.await, [told.replace("`success`", "`status`")]);
}

#[tokio::test]
async fn what_is_taken_whatever_else_is_said_is_a_bug_of_each() {
    // All requests are told so.
    let alike = found(|| json!({"success": false}), |_| json(200, &json!({"success": false})));
    let alike = alike.await;
    assert!(!alike.is_empty() && alike.iter().all(|message| !message.starts_with("Refusals")), "{alike:?}");
    let refused = |asked: &Asked| match asked.json() {
        Some(Value::Object(body)) if asked.is_json() && !body.contains_key("text") => {
            json(200, &json!({"success": true}))
        }
        _ => json(400, &json!({"success": false})),
    };
    let taken = found(|| json!({"success": true}), refused).await;
    assert!(!taken.is_empty() && taken.iter().all(|message| !message.starts_with("Refusals")), "{taken:#?}");
}
