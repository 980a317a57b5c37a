//! What the fixtures say of a login is what its operation takes; and a grant asks for the scopes that operations ask for.

use std::sync::{Arc, Mutex};

use axum::response::Response;
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Notes, version: '1'}
security: [{auth: [notes:read]}]
paths:
  /api/token:
    post:
      operationId: logIn
      security: []
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [username, password]
              properties: {grant_type: {type: string}, username: {type: string}, password: {type: string}, scope: {type: string}, client_id: {type: string}}
      responses: {'200': {description: in}, '400': {description: no}, '415': {description: no}}
  /notes:
    get: {operationId: list, responses: {'200': {description: all}, '401': {description: no}}}
    post:
      operationId: add
      security: [{auth: [notes:write]}]
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [text], properties: {text: {type: string, maxLength: 9}}}}}}
      responses: {'204': {description: made}, '400': {description: no}, '401': {description: no}, '415': {description: no}}
  /logout:
    post: {operationId: logOut, responses: {'204': {description: out}, '401': {description: no}}}
components:
  securitySchemes:
    auth: {type: oauth2, flows: {password: {tokenUrl: /api/token, scopes: {'notes:read': reads, 'notes:write': writes}}}}
";

/// How the server is.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// Its tokens have the scopes that they were asked for.
    Right,
    /// It knows no scopes, and refuses them all.
    Unscoped,
    /// A login without a password crashes.
    Crashes,
    /// So many wrong logins lock the account.
    Locks,
}

#[derive(Default)]
struct State {
    sessions: Vec<(String, String)>,
    wrong: usize,
    asked: Vec<String>,
}

fn respond(way: Way, state: &mut State, asked: &Asked) -> Response {
    let given = asked.header("authorization").strip_prefix("Bearer ").unwrap_or_default();
    let scopes = state.sessions.iter().find(|(token, _)| token == given).map(|(_, scopes)| scopes.clone());
    let may = |scope: &str| scopes.as_ref().is_some_and(|known| way == Way::Unscoped || known.contains(scope));
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/api/token") if !asked.header("content-type").starts_with("application/x-www-form-urlencoded") => {
            empty(415)
        }
        ("POST", "/api/token") => {
            let form: Vec<(String, String)> = url::form_urlencoded::parse(&asked.body).into_owned().collect();
            let of = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
            state.asked.push(of("scope").unwrap_or_default().to_owned());
            // A right server refuses clients that it does not know.
            if of("client_id").is_some() {
                return answer(400, &json!({"error": "invalid_client"}));
            }
            if (of("username"), of("password")) != (Some("ada"), Some("pa55word-of-ada")) {
                state.wrong += 1;
                return if way == Way::Crashes && of("password").is_none() { empty(500) } else { empty(400) };
            }
            if way == Way::Locks && state.wrong > 5 {
                return empty(400);
            }
            let scope = of("scope").unwrap_or_default().to_owned();
            if !scope.is_empty() && (way == Way::Unscoped || scope.split(' ').any(|one| !one.starts_with("notes:"))) {
                return answer(400, &json!({"error": "invalid_scope"}));
            }
            let token = format!("t0ken-number-{:06}", state.sessions.len());
            state.sessions.push((token.clone(), scope));
            answer(200, &json!({"access_token": token, "token_type": "bearer"}))
        }
        ("GET" | "HEAD", "/notes") if may("notes:read") => answer(200, &json!([])),
        ("POST", "/notes") if may("notes:write") => match asked.json().as_ref().map(|body| &body["text"]) {
            _ if !asked.is_json() => empty(415),
            Some(Value::String(text)) if text.chars().count() <= 9 => empty(204),
            _ => empty(400),
        },
        ("POST", "/logout") if scopes.is_some() => {
            state.sessions.retain(|(token, _)| token != given);
            empty(204)
        }
        ("GET" | "HEAD" | "POST", "/notes") | ("POST", "/logout") => {
            let mut refusal = empty(401);
            refusal.headers_mut().insert("www-authenticate", "Bearer".parse().expect("a value"));
            refusal
        }
        (_, "/notes") => not_allowed("GET, HEAD, POST"),
        (_, "/logout" | "/api/token") => not_allowed("POST"),
        _ => empty(404),
    }
}

/// The three lines that the book has for it.
const FIXTURES: &str =
    "credentials:\n  auth:\n    oauth2: {grant: password, username: ada, password: \"pa55word-of-ada\"}\n";

async fn ran(way: Way, fixtures: &str) -> (Option<i32>, Value, Vec<String>) {
    let state = Arc::new(Mutex::new(State::default()));
    let served = state.clone();
    let url = serve_all(move |asked| respond(way, &mut served.lock().expect("no panic"), asked)).await;
    let folder = folder_with(&[("api.yaml", DOCUMENT), ("fixtures.yaml", fixtures)]);
    let arguments = ["api.yaml", "--target", &url, "--fixtures", "fixtures.yaml", "--cases", "10"];
    let more = ["--regressions", "off", "--format", "json"];
    let output = run_beside(folder.path(), &[&arguments[..], &more].concat()).await;
    let asked = state.lock().expect("no panic").asked.clone();
    (output.status.code(), report::read(&output), asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_logs_in_has_the_login_tested_too() {
    let (status, report, asked) = ran(Way::Right, FIXTURES).await;
    assert_eq!((status, report::untested(&report), report::findings(&report)), (Some(0), vec![], vec![]), "{report:#}");
    assert_eq!(asked[0], "notes:read notes:write");
    assert!(!report.to_string().contains("pa55word-of-ada"), "{report:#}");
    assert_eq!(report["contracts"][0]["left_out"], json!([]), "{report:#}");
    // What is wrong with it is found.
    let (status, report, _) = ran(Way::Crashes, FIXTURES).await;
    assert!(status == Some(1) && report::wrong(&report).contains("server-error logIn"), "{report:#}");
    assert!(!report.to_string().contains("pa55word-of-ada"), "{report:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_logins_come_when_nothing_needs_the_account_any_more() {
    let (_, report, _) = ran(Way::Locks, FIXTURES).await;
    let untested = report::untested(&report);
    assert!(!untested.iter().any(|id| id == "list" || id == "add"), "{report:#}");
    assert_eq!(report::wrong(&report), Default::default(), "{report:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_no_scopes_is_asked_without() {
    let (status, report, asked) = ran(Way::Unscoped, FIXTURES).await;
    assert_eq!((status, report::untested(&report)), (Some(0), vec![]), "{report:#}");
    assert_eq!(asked[..2], ["notes:read notes:write", ""]);
    // Those that a person has written are asked for and no others.
    let (_, _, asked) = ran(Way::Right, &FIXTURES.replace("ada,", "ada, scope: notes:read,")).await;
    assert_eq!(asked[0], "notes:read");
}
