//! One login that gives several credentials: the cookie of a session, and the token against forgery that belongs to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::response::Response;
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Notes, version: '1'}
security: [{session: []}]
paths:
  /notes:
    get: {operationId: list, responses: {'200': {description: all}, '401': {description: no}}}
    post:
      operationId: add
      parameters: [{name: X-CSRF-Token, in: header, required: true, schema: {type: string}}]
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [text], properties: {text: {type: string, maxLength: 9}}}}}}
      responses: {'204': {description: made}, '400': {description: no}, '401': {description: no}, '403': {description: no}, '415': {description: no}}
  /logout:
    post:
      operationId: logOut
      parameters: [{name: X-CSRF-Token, in: header, required: true, schema: {type: string}}]
      responses: {'204': {description: out}, '401': {description: no}, '403': {description: no}}
components:
  securitySchemes: {session: {type: apiKey, in: cookie, name: sid}}
";

#[derive(Default)]
struct State {
    /// The token against forgery of each session, and how many requests it is good for.
    sessions: BTreeMap<String, (String, usize)>,
    made: usize,
    /// The tokens that came with what writes.
    seen: BTreeSet<String>,
}

fn respond(state: &mut State, asked: &Asked) -> Response {
    let sid = asked.header("cookie").split("; ").find_map(|pair| pair.strip_prefix("sid=")).unwrap_or_default();
    let known = state.sessions.get_mut(sid).filter(|(_, left)| *left > 0).map(|(csrf, left)| {
        *left -= 1;
        csrf.clone()
    });
    if (asked.method.as_str(), asked.path.as_str()) == ("POST", "/notes") {
        state.seen.insert(asked.header("x-csrf-token").to_owned());
    }
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/login") => {
            state.made += 1;
            let (sid, csrf) =
                (format!("session-number-{:04}", state.made), format!("forgery-number-{:04}", state.made));
            state.sessions.insert(sid.clone(), (csrf.clone(), 40));
            let mut response = answer(200, &json!({"csrf": csrf}));
            let cookie = format!("sid={sid}; HttpOnly").parse().expect("a value");
            response.headers_mut().insert("set-cookie", cookie);
            response
        }
        ("GET" | "HEAD", "/notes") if known.is_some() => answer(200, &json!([])),
        ("GET" | "HEAD" | "POST", "/notes") | ("POST", "/logout") if known.is_none() => {
            let mut refusal = empty(401);
            refusal.headers_mut().insert("www-authenticate", "Cookie".parse().expect("a value"));
            refusal
        }
        ("POST", _) if known.as_deref() != Some(asked.header("x-csrf-token")) => empty(403),
        ("POST", "/logout") => {
            state.sessions.remove(sid);
            empty(204)
        }
        ("POST", "/notes") if !asked.is_json() => empty(415),
        ("POST", "/notes") => match asked.json().as_ref().map(|body| &body["text"]) {
            Some(Value::String(text)) if text.chars().count() <= 9 => empty(204),
            _ => empty(400),
        },
        (_, "/notes") => not_allowed("GET, HEAD, POST"),
        (_, "/logout") => not_allowed("POST"),
        _ => empty(404),
    }
}

async fn ran(also: &str) -> (Option<i32>, Value, String) {
    let (status, report, told, _) = ran_beside(also, "").await;
    (status, report, told)
}

/// With other credentials, and the tokens that the target has seen.
async fn ran_beside(also: &str, others: &str) -> (Option<i32>, Value, String, BTreeSet<String>) {
    let state = Arc::new(Mutex::new(State::default()));
    let served = state.clone();
    let url = serve_all(move |asked| respond(&mut served.lock().expect("no panic"), asked)).await;
    let fixtures = format!(
        "credentials:\n  session: {{login: {{request: {{path: /login}}, token: 'cookie:sid'{also}}}}}\n{others}"
    );
    let folder = folder_with(&[("api.yaml", DOCUMENT), ("fixtures.yaml", &fixtures)]);
    let arguments =
        ["api.yaml", "--target", &url, "--fixtures", "fixtures.yaml", "--cases", "10", "--regressions", "off"];
    let output = run_beside(folder.path(), &[&arguments[..], &["--format", "json"]].concat()).await;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let report = if output.stdout.is_empty() { Value::Null } else { report::read(&output) };
    let seen = state.lock().expect("no panic").seen.clone();
    (output.status.code(), report, told, seen)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_by_hand_is_not_replaced_by_what_comes_with_a_login() {
    let also = ", also: {X-CSRF-Token: 'body#/csrf'}";
    let is_of_login = |seen: &BTreeSet<String>| seen.iter().any(|token| token.starts_with("forgery-number"));
    let (_, _, told, seen) = ran_beside(also, "  X-CSRF-Token: given-by-hand-0001\n").await;
    assert!(seen.contains("given-by-hand-0001") && !is_of_login(&seen), "{seen:?} {told}");
    let (_, _, told, seen) = ran_beside(also, "").await;
    assert!(is_of_login(&seen), "{seen:?} {told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_together_is_of_one_answer() {
    // Sessions end in the middle of the run: both credentials are renewed together.
    let (status, report, told) = ran(", also: {X-CSRF-Token: 'body#/csrf'}").await;
    assert_eq!(status, Some(0), "{told} {report:#}");
    let text = report.to_string();
    assert!(!text.contains("session-number") && !text.contains("forgery-number"), "{text}");
    let operations = report["contracts"][0]["operations"].as_array().expect("operations");
    assert!(operations.iter().all(|operation| operation["verdict"] == "conforms"), "{report:#}");
    assert_eq!(report["contracts"][0]["left_out"], json!([]), "what ends the session is tested, too: {report:#}");
    // Without it, what asks for the token cannot be tested.
    let (status, report, _) = ran("").await;
    assert_eq!(status, Some(3), "{report:#}");
    let (status, _, told) = ran(", also: {X-Nothing: 'body#/csrf'}").await;
    assert!(status == Some(2) && told.contains("X-Nothing"), "{told}");
    let (status, _, told) = ran(", also: {X-CSRF-Token: 'body#/nothing'}").await;
    assert!(status == Some(2) && told.contains("no credential at body#/nothing"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_the_credentials_hears_what_comes_with_which() {
    let state = Arc::new(Mutex::new(State::default()));
    let url = serve_all(move |asked| respond(&mut state.lock().expect("no panic"), asked)).await;
    let login = "{request: {path: /login}, token: 'cookie:sid', also: {X-CSRF-Token: 'body#/csrf'}}";
    let fixtures = format!("credentials:\n  session: {{login: {login}}}\n");
    let folder = folder_with(&[("api.yaml", DOCUMENT), ("fixtures.yaml", &fixtures)]);
    let output =
        run_beside(folder.path(), &["auth", "api.yaml", "--target", &url, "--fixtures", "fixtures.yaml"]).await;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && told.contains("X-CSRF-Token: comes with session"), "{told}");
}
