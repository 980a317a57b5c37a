//! What was there before a run is there after it, as it was.

use std::collections::BTreeMap;

use axum::response::Response;
use serde_json::{Value, json};

use super::run;
use crate::support::served::{Asked, empty, json as answer, not_allowed};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Settings, version: '1'}
paths:
  /settings:
    get: {operationId: settings, responses: {'200': {description: all, content: {application/json: {schema: {}}}}}}
    put:
      operationId: setAll
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Settings'}}}}
      responses: {'204': {description: set}, 4XX: {description: refused}}
  /profile:
    get: {operationId: profile, responses: {'200': {description: all, content: {application/json: {schema: {}}}}}}
    patch:
      operationId: setSome
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Settings'}}}}
      responses: {'204': {description: set}, 4XX: {description: refused}}
  /hidden:
    get: {operationId: hidden, responses: {'200': {description: all, content: {application/json: {schema: {}}}}, '403': {description: hidden}}}
    put:
      operationId: setHidden
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Settings'}}}}
      responses: {'204': {description: set}, 4XX: {description: refused}}
  /routes:
    get: {operationId: routes, responses: {'200': {description: all, content: {application/json: {schema: {}}}}}}
    patch:
      operationId: setRoutes
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Settings'}}}}
      responses: {'204': {description: set}, 4XX: {description: refused}}
  /look:
    get: {operationId: look, responses: {'200': {description: all, content: {application/json: {schema: {$ref: '#/components/schemas/Settings'}}}}}}
    put:
      operationId: setLook
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Settings'}}}}
      responses: {'204': {description: set}, 4XX: {description: refused}}
  /wrapped:
    get: {operationId: wrapped, responses: {'200': {description: all, content: {application/json: {schema: {type: object, properties: {data: {$ref: '#/components/schemas/Settings'}, meta: {type: object}}}}}}}}
    put:
      operationId: setWrapped
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Settings'}}}}
      responses: {'204': {description: set}, 4XX: {description: refused}}
  /limits:
    put: {operationId: setLimits, responses: {'204': {description: set}, 4XX: {description: refused}}}
components:
  schemas:
    Settings: {type: object, required: [size], properties: {size: {type: integer, minimum: 1, maximum: 99}, theme: {type: string, enum: [dark, light]}}}
";

struct Store {
    there: BTreeMap<String, Value>,
    /// What was written to, in order.
    written: Vec<String>,
    /// Whether nothing is stored after so many writes.
    is_broken: bool,
}

impl Store {
    fn new() -> Self {
        let there = [
            ("/settings", json!({"size": 42, "theme": "dark", "updated_at": 0})),
            ("/profile", json!({"size": 7, "theme": "light"})),
            ("/routes", json!({"size": 8, "/": {"target": "http://a"}})),
            ("/look", json!({"size": 9})),
            ("/wrapped", json!({"size": 11, "updated_at": 0})),
        ];
        Self {
            there: there.map(|(path, state)| (path.to_owned(), state)).into(),
            written: Vec::new(),
            is_broken: false,
        }
    }
}

fn serve(store: &mut Store, asked: &Asked) -> Response {
    let path = asked.path.clone();
    let methods = match path.as_str() {
        "/settings" | "/hidden" | "/look" | "/wrapped" => "GET, PUT",
        "/profile" | "/routes" => "GET, PATCH",
        "/limits" => "PUT",
        _ => return empty(404),
    };
    if !methods.split(", ").any(|method| method == asked.method) {
        return not_allowed(methods);
    }
    if let ("/wrapped", "GET") = (path.as_str(), asked.method.as_str()) {
        return answer(200, &json!({"data": store.there[&path], "meta": {"at": store.written.len()}}));
    }
    if asked.method == "GET" {
        return store.there.get(&path).map_or_else(|| empty(403), |state| answer(200, state));
    }
    store.written.push(path.clone());
    if !asked.is_json() {
        return empty(415);
    }
    let Some(Value::Object(body)) = asked.json() else { return empty(400) };
    let is_size = body
        .get("size")
        .and_then(Value::as_f64)
        .is_some_and(|size| (1.0..=99.0).contains(&size) && size.fract() == 0.0);
    let is_theme = body.get("theme").is_none_or(|theme| theme == "dark" || theme == "light");
    if !is_size || !is_theme {
        return empty(400);
    }
    if store.is_broken && store.written.len() > 20 {
        return empty(204);
    }
    let count = store.written.len();
    let state = store.there.entry(path).or_default();
    if asked.method == "PUT" {
        *state = json!({"updated_at": count});
    }
    body.into_iter()
        .filter(|(name, _)| name == "size" || name == "theme")
        .for_each(|(name, value)| state[name] = value);
    empty(204)
}

#[tokio::test]
async fn settings_are_put_back() {
    let (ran, store) = run(DOCUMENT, Store::new(), &[], serve).await;
    assert!(ran.errors.is_empty(), "{ran}");
    assert_eq!(ran.untested, ["hidden", "setHidden", "setRoutes"], "{ran}");
    let store = store.lock().expect("no panic");
    let there = &store.there;
    assert_eq!((&there["/settings"]["size"], &there["/settings"]["theme"]), (&json!(42), &json!("dark")));
    assert_eq!(there["/profile"], json!({"size": 7, "theme": "light"}));
    let written = |path: &str| store.written.iter().filter(|known| *known == path).count();
    assert!(written("/settings") > 10 && written("/profile") > 10);
    assert_eq!((written("/hidden"), written("/limits")), (0, 0), "what cannot be read is not changed");
    assert_eq!(written("/routes"), 0, "what is not shown is not changed");
    assert!(ran.report.to_string().contains("GET /routes does not show `theme`"), "{ran}");
    assert!(written("/look") > 10, "what is left out of a PUT is not there");
    assert_eq!(there["/look"]["size"], json!(9));
    assert!(there["/look"].get("theme").is_none());
    assert!(written("/wrapped") > 10, "what is shown within something is shown");
    assert_eq!(there["/wrapped"]["size"], json!(11));
    let changed = &ran.report["contracts"][0]["made"]["changed"];
    assert!(changed.as_array().is_none_or(Vec::is_empty), "{changed}");
    assert_eq!(ran.report["contracts"][0]["left_out"], json!(["PUT /limits"]));
}

#[tokio::test]
async fn what_cannot_be_put_back_is_told() {
    let (ran, _) = run(DOCUMENT, Store { is_broken: true, ..Store::new() }, &[], serve).await;
    assert!(ran.report["contracts"][0]["made"]["changed"].as_array().is_some_and(|paths| !paths.is_empty()), "{ran}");
    let (_, store) = run(DOCUMENT, Store::new(), &["--destructive"], serve).await;
    let store = store.lock().expect("no panic");
    assert!(store.written.iter().any(|path| path == "/hidden") && store.written.iter().any(|path| path == "/limits"));
}
