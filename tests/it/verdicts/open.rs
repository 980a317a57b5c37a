//! Objects that a contract leaves open but for an example: the built-in contract of Ada, and a server that knows more.

use axum::response::Response;
use serde_json::{Value, json};

use super::run;
use crate::support::command::root;
use crate::support::served::{Asked, empty, json, not_allowed};

fn is_id(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether an author is one by the server's own lights: with all of the example's members, and of their types.
fn is_author(author: &Value, allows_letters: bool) -> bool {
    let is_name = |name: &str| !name.trim().is_empty() && (allows_letters || name.is_ascii());
    author.as_object().is_some_and(|members| members.len() == 4)
        && ["end_user", "agent"].iter().any(|role| author["role"] == *role)
        && is_id(&author["id"])
        && author["avatar"].as_str().is_some_and(|text| text.starts_with("https://"))
        && author["display_name"].as_str().is_some_and(is_name)
}

fn is_content(content: &Value) -> bool {
    content.as_object().is_some_and(|members| members.len() == 2)
        && content["type"] == "text"
        && content["body"].as_str().is_some_and(|text| !text.trim().is_empty())
}

fn answer(allows_letters: bool, asked: &Asked) -> Response {
    let id = "5df263b7db5a7e6ea03fae9b";
    match () {
        () if asked.header("authorization") != "Bearer conform-ada-key" => empty(401),
        () if asked.path != format!("/api/v2/conversations/{id}/messages/") => empty(404),
        () if asked.method != "POST" => not_allowed("POST"),
        () if asked.body.is_empty() => empty(400),
        () if !asked.header("content-type").starts_with("application/json") => empty(415),
        () if asked.body.len() > 10_485_760 => empty(413),
        () => match asked.json() {
            Some(message) if is_author(&message["author"], allows_letters) && is_content(&message["content"]) => {
                let now = "2024-01-15T10:30:00Z";
                let more = json!({"id": id, "conversation_id": id, "created_at": now, "updated_at": now});
                let mut made = message;
                made.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
                json(201, &made)
            }
            _ => empty(400),
        },
    }
}

/// What is refused as valid by a server that allows letters beyond ASCII or does not.
async fn rejected(allows_letters: bool) -> Vec<String> {
    let read = |name: &str| std::fs::read_to_string(root().join(name)).expect("a file");
    let (document, fixtures) = (read("specs/ada.yaml"), read("fixtures/ada.yaml"));
    let told = run(&document, &fixtures, &["--cases", "300"], move |asked| answer(allows_letters, asked)).await;
    told.errors().into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_server_that_knows_what_its_example_is_of_may_refuse_what_is_unlike_it() {
    assert_eq!(rejected(true).await, [""; 0]);
}

#[tokio::test]
async fn prose_in_place_of_prose_is_not_unlike_it() {
    let rejected = rejected(false).await;
    assert!(rejected.iter().any(|error| error.starts_with("error rejected-valid")), "{rejected:?}");
}
