//! A server that takes what is invalid, keeps it, and returns it later.

use std::collections::BTreeMap;
use std::sync::Mutex;

use axum::response::Response;
use serde_json::{Value, json};

use super::{NOTHING, Told, run};
use crate::support::served::{Asked, empty, json, not_allowed};

const DOCUMENT: &str = r##"
openapi: 3.1.0
info: {title: Sessions, version: '1'}
paths:
  /sessions:
    get:
      operationId: list
      responses:
        '200': {description: all, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Session'}}}}}
    post:
      operationId: start
      requestBody: {$ref: '#/components/requestBodies/Start'}
      responses:
        '201': {description: started, content: {application/json: {schema: {$ref: '#/components/schemas/Session'}}}}
        '400': {description: invalid}
        '415': {description: no JSON}
  /sessions/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    patch:
      operationId: change
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, properties: {note: {type: string}}}}}
      responses:
        '200': {description: changed, content: {application/json: {schema: {$ref: '#/components/schemas/Session'}}}}
        '400': {description: invalid}
        '404': {description: none}
        '415': {description: no JSON}
components:
  requestBodies:
    Start:
      required: true
      content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}}
  schemas:
    Session:
      type: object
      required: [id, name]
      properties: {id: {type: string}, name: {type: string}, note: {type: string}}
"##;

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// It takes a note of any type, and returns it from then on.
    AnyNote,
    /// It stores a note of any type, and only then fails over it.
    LateFailure,
    /// It returns a number for a note that nobody wrote.
    OwnNote,
}

type Sessions = Mutex<BTreeMap<String, Value>>;

fn answer(fault: Fault, sessions: &Sessions, asked: &Asked) -> Response {
    let mut sessions = sessions.lock().expect("no panic");
    let id = asked.path.strip_prefix("/sessions/");
    let shown = |session: &Value| {
        let mut session = session.clone();
        if fault == Fault::OwnNote {
            session["note"] = json!(77);
        }
        session
    };
    match (asked.method.as_str(), id) {
        (_, None) if asked.path != "/sessions" => empty(404),
        ("GET", None) => json(200, &sessions.values().map(shown).collect()),
        ("POST" | "PATCH", _) if !asked.is_json() => empty(415),
        ("POST", None) => match asked.json().filter(|body| body["name"].is_string()) {
            Some(body) => {
                let id = format!("s{}", sessions.len() + 1);
                let session = json!({"id": id, "name": body["name"]});
                sessions.insert(id, session.clone());
                json(201, &shown(&session))
            }
            None => empty(400),
        },
        ("PATCH", Some(id)) => match (sessions.get_mut(id), asked.json()) {
            (None, _) => empty(404),
            (Some(session), Some(Value::Object(body))) => {
                match body.get("note") {
                    None => {}
                    Some(note) if note.is_string() || fault == Fault::AnyNote => session["note"] = note.clone(),
                    Some(note) if fault == Fault::LateFailure => {
                        session["note"] = note.clone();
                        return json(500, &json!({"error": "the note is no text"}));
                    }
                    Some(_) => return empty(400),
                }
                json(200, &shown(session))
            }
            _ => empty(400),
        },
        (_, None) => not_allowed("GET, POST"),
        _ => not_allowed("PATCH"),
    }
}

async fn told(fault: Fault) -> Told {
    let sessions = Sessions::default();
    run(DOCUMENT, NOTHING, &["--cases", "40"], move |asked| answer(fault, &sessions, asked)).await
}

#[tokio::test]
async fn what_was_taken_and_comes_back_is_one_bug() {
    assert_eq!(told(Fault::None).await.errors(), [""; 0]);
    let told = told(Fault::AnyNote).await;
    assert_eq!(told.errors().len(), 1, "{:#?}", told.causes);
    assert_eq!(told.of("accepted-invalid").len(), 1, "{:#?}", told.causes);
}

#[tokio::test]
async fn what_nobody_stored_is_the_servers_own() {
    let told = told(Fault::OwnNote).await;
    assert_eq!((told.errors().len(), told.of("response-schema").len()), (1, 1), "{:#?}", told.causes);
}

#[tokio::test]
async fn what_was_stored_before_a_failure_and_comes_back_is_the_bug_of_the_failure() {
    let told = told(Fault::LateFailure).await;
    assert_eq!((told.errors().len(), told.of("server-error").len()), (1, 1), "{:#?}", told.causes);
}
