//! What a creation has made at once is deleted, each of it, and nothing that was there before.

use std::collections::BTreeMap;

use axum::response::Response;
use serde_json::{Value, json};

use super::run;
use crate::support::served::{Asked, empty, json as answer, not_allowed};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Users, version: '1'}
paths:
  /users:
    post:
      operationId: invite
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [names]
              properties: {names: {type: array, minItems: 2, maxItems: 5, items: {type: string, maxLength: 20}}}
      responses: {'201': {description: made, content: {application/json: {schema: {type: array}}}}, 4XX: {description: refused}}
  /users/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer, minimum: 1}}]
    delete: {operationId: remove, responses: {'204': {description: gone}, 4XX: {description: refused}}}
";

#[derive(Default)]
struct Store {
    users: BTreeMap<u64, Value>,
    made: u64,
    /// Whether a creation shows all that there are.
    shows_all: bool,
}

fn serve(store: &mut Store, asked: &Asked) -> Response {
    if let Some(id) = asked.path.strip_prefix("/users/") {
        return match asked.method.as_str() {
            "DELETE" => empty(if id.parse().is_ok_and(|id| store.users.remove(&id).is_some()) { 204 } else { 404 }),
            _ => not_allowed("DELETE"),
        };
    }
    match (asked.path.as_str(), asked.method.as_str()) {
        ("/users", "POST") if !asked.is_json() => return empty(415),
        ("/users", "POST") => {}
        ("/users", _) => return not_allowed("POST"),
        _ => return empty(404),
    }
    let body = asked.json().unwrap_or_default();
    let is_name = |name: &Value| name.as_str().is_some_and(|name| name.chars().count() <= 20);
    let Some(names) = body["names"].as_array() else { return empty(400) };
    if !(2..=5).contains(&names.len()) || !names.iter().all(is_name) {
        return empty(400);
    }
    let before = store.made;
    for name in names {
        store.made += 1;
        store.users.insert(store.made + 100, json!({"id": store.made + 100, "name": name}));
    }
    let is_shown = |id: &u64| store.shows_all || *id > before + 100;
    let shown: Vec<&Value> = store.users.iter().filter(|(id, _)| is_shown(id)).map(|(_, user)| user).collect();
    answer(201, &json!(shown))
}

#[tokio::test]
async fn all_that_one_request_has_made_is_deleted() {
    let (ran, store) = run(DOCUMENT, Store::default(), &[], serve).await;
    let store = store.lock().expect("no panic");
    assert!(store.made > 20, "{ran}");
    assert!(store.users.is_empty(), "{:?}", store.users);
    assert_eq!(ran.report["contracts"][0]["made"]["left"], json!(0), "{ran}");
}

#[tokio::test]
async fn what_was_listed_before_a_creation_is_not_deleted() {
    let old = (1..=8).map(|id| (id, json!({"id": id, "name": "old"}))).collect();
    let store = Store { users: old, shows_all: true, ..Store::default() };
    let (_, store) = run(DOCUMENT, store, &[], serve).await;
    let store = store.lock().expect("no panic");
    assert!((1..=8).all(|id| store.users.contains_key(&id)), "{:?}", store.users);
}
