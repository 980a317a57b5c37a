//! What follows from that credentials are not looked at.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::{messages, told};
use crate::support::served::{Asked, empty, json, not_allowed};

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Tenants, version: '1'}
security: [{key: []}]
paths:
  /tenants:
    post:
      operationId: make
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string, minLength: 1, maxLength: 40}}}}}}
      responses: {'201': {description: made}, '400': {description: refused}, '415': {description: refused}, '401': {description: unknown}}
  /version:
    get:
      operationId: version
      responses: {'200': {description: it}, '401': {description: unknown}}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
";

/// A server that makes tenants of each name once, and looks at the key where it is told to.
fn server(asks_at: &'static str) -> impl Fn(&Asked) -> axum::response::Response {
    let names: Arc<Mutex<HashSet<String>>> = Arc::default();
    move |asked| {
        if asked.path == asks_at && asked.header("x-key") != "the-key-of-tests" {
            return empty(401);
        }
        match (asked.path.as_str(), asked.method.as_str()) {
            ("/version", "GET") => json(200, &json!("1")),
            ("/version", _) => not_allowed("GET"),
            ("/tenants", "POST") if !asked.is_json() => empty(415),
            ("/tenants", "POST") => {
                let body = asked.json().unwrap_or_default();
                let name = body["name"].as_str().filter(|name| (1..=40).contains(&name.chars().count()));
                match name.map(|name| names.lock().expect("no panic").insert(name.to_owned())) {
                    None => json(400, &json!({"error": "name"})),
                    Some(true) => json(201, &Value::Null),
                    Some(false) => json(409, &json!({"error": "there is one already"})),
                }
            }
            ("/tenants", _) => not_allowed("POST"),
            _ => empty(404),
        }
    }
}

async fn causes(asks_at: &'static str) -> Vec<Value> {
    let fixtures = [("fixtures.yaml", "credentials: {key: the-key-of-tests}\n")];
    let mut causes = told(DOCUMENT, &fixtures, server(asks_at)).await;
    causes.retain(|cause| cause["example"]["severity"] == "error");
    causes
}

#[tokio::test]
async fn what_a_request_without_credentials_gets_like_any_other_is_no_finding_beside_their_being_ignored() {
    let causes = causes("nowhere").await;
    assert_eq!(messages(&causes, "auth-ignored").len(), 1, "{causes:#?}");
    assert_eq!(messages(&causes, "undocumented-status"), [""; 0], "{causes:#?}");
}
