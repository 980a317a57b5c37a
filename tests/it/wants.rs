//! What refusals say of the fields is told, and tried where it is sure.

use axum::response::Response;
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Users, version: '1'}
paths:
  /users:
    post:
      operationId: add
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [name, contact], properties: {name: {type: string}, contact: {type: string}, colour: {type: string}}}}}
      responses: {'201': {description: made}, '400': {description: no}, '415': {description: no}}
";

/// How frameworks write the faults of a field.
const SHAPES: [&str; 6] = ["RFC 9457", "FastAPI", "Spring", "Rails", "Django", "ASP.NET"];

fn fault(shape: &str, field: &str, reason: &str) -> Value {
    match shape {
        "RFC 9457" => json!({"title": "No", "errors": [{"pointer": format!("#/{field}"), "detail": reason}]}),
        "FastAPI" => json!({"detail": [{"loc": ["body", field], "msg": reason, "type": "value_error"}]}),
        "Spring" => json!({"status": 400, "errors": [{"field": field, "defaultMessage": reason, "code": "Email"}]}),
        "Rails" => json!({"errors": {field: [reason]}}),
        "Django" => json!({field: [reason]}),
        _ => {
            let name = format!("{}{}", field[..1].to_uppercase(), &field[1..]);
            json!({"title": "One or more validation errors occurred.", "status": 400, "errors": {name: [reason]}})
        }
    }
}

/// A server that wants more than its document says; the last one does not say what.
fn respond(shape: &str, says: bool, asked: &Asked) -> Response {
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/users") if !asked.is_json() => empty(415),
        ("POST", "/users") => {
            let Some(Value::Object(body)) = asked.json() else { return empty(400) };
            let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let refusal = |field: &str, reason: &str| answer(400, &fault(shape, field, reason));
            if !text("contact").contains('@') {
                return refusal(
                    "contact",
                    if says { "must be a well-formed email address" } else { "is not to our liking" },
                );
            }
            if !["red", "green"].contains(&text("colour").as_str()) {
                let is_there = body.contains_key("colour");
                return refusal("colour", if is_there { "must be one of red, green" } else { "is required" });
            }
            if body.get("name").is_some_and(Value::is_string) { empty(201) } else { empty(400) }
        }
        (_, "/users") => not_allowed("POST"),
        _ => empty(404),
    }
}

async fn told(shape: &'static str, says: bool, fixtures: &str) -> (Option<i32>, String) {
    let url = serve_all(move |asked| respond(shape, says, asked)).await;
    let folder = folder_with(&[("api.yaml", DOCUMENT), ("fixtures.yaml", fixtures)]);
    let arguments =
        ["api.yaml", "--target", &url, "--fixtures", "fixtures.yaml", "--cases", "0", "--regressions", "off"];
    let output = run_beside(folder.path(), &arguments).await;
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_target_says_that_it_wants_is_tried() {
    for shape in SHAPES {
        let (status, text) = told(shape, true, "resources: []\n").await;
        // It is tested, and that the document does not say what it wants is a finding of it.
        assert!(status != Some(3) && !text.contains("could not be tested"), "{shape}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_tried_is_told_with_what_to_write() {
    for shape in SHAPES {
        let (status, text) = told(shape, false, "resources: []\n").await;
        let names =
            ["`contact`: is not to our liking", "`Contact`: is not", "`#/contact`: is not", "`body.contact`: is not"];
        assert!(
            status == Some(3) && names.iter().any(|name| text.contains(&format!("the target wants {name}"))),
            "{shape}: {text}"
        );
        assert!(text.contains("- {operation: add, at: body#/contact, use: ..}"), "{shape}: {text}");
    }
    // What it says to write is what lets the request in.
    let written = "values:\n  - {operation: add, at: body#/contact, use: ada@example.test}\n  - {operation: add, at: body#/colour, use: [red, green]}\n";
    let (status, text) = told("Django", false, written).await;
    assert!(status == Some(0), "{text}");
}
