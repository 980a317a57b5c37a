//! Operations that delete the account of whoever sends them: tested with accounts that were made for that alone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::response::Response;
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Accounts, version: '1'}
security: [{auth: []}]
paths:
  /register:
    post:
      operationId: signUp
      security: []
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}
      responses: {'201': {description: made}, '400': {description: no}, '409': {description: taken}, '415': {description: no}}
  /login:
    post:
      operationId: logIn
      security: []
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}
      responses: {'200': {description: in}, '400': {description: no}, '401': {description: no}, '415': {description: no}}
  /logout:
    post: {operationId: logOut, responses: {'204': {description: out}, '401': {description: no}}}
  /me:
    get: {operationId: me, responses: {'200': {description: who}, '401': {description: no}}}
    delete: {operationId: deleteMe, responses: {'204': {description: gone}, '401': {description: no}}}
components:
  securitySchemes: {auth: {type: http, scheme: bearer}}
  schemas:
    User: {type: object, required: [name, password], properties: {name: {type: string, minLength: 1, maxLength: 40}, password: {type: string, minLength: 8, maxLength: 60}}}
";

#[derive(Default)]
struct State {
    /// Passwords by name.
    accounts: BTreeMap<String, String>,
    /// Names by token.
    tokens: BTreeMap<String, String>,
    issued: usize,
    /// How many requests a token is good for; 0 for all. How often each was sent.
    good_for: usize,
    sent: BTreeMap<String, usize>,
    registered: usize,
    /// Who was deleted, and who logged out.
    deleted: Vec<String>,
    logged_out: usize,
}

fn respond(state: &mut State, asked: &Asked) -> Response {
    let user = || {
        let body = asked.json()?;
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        let (name, password) = (text("name")?, text("password")?);
        let lengths = (name.chars().count(), password.chars().count());
        (matches!(lengths, (1..=40, 8..=60))).then_some((name, password))
    };
    let token = asked.header("authorization").strip_prefix("Bearer ").unwrap_or_default().to_owned();
    let sent = state.sent.entry(token.clone()).or_default();
    *sent += 1;
    if state.good_for > 0 && *sent > state.good_for {
        state.tokens.remove(&token);
    }
    let who = state.tokens.get(&token).filter(|name| state.accounts.contains_key(*name)).cloned();
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/register" | "/login") if !asked.is_json() => empty(415),
        ("POST", "/register") => match user() {
            None => empty(400),
            Some((name, _)) if state.accounts.contains_key(&name) => empty(409),
            Some((name, password)) => {
                state.registered += usize::from(name.starts_with("conform-"));
                state.accounts.insert(name, password);
                empty(201)
            }
        },
        ("POST", "/login") => match user() {
            None => empty(400),
            Some((name, password)) if state.accounts.get(&name) == Some(&password) => {
                state.issued += 1;
                let token = format!("t0ken-of-a-run-{:04}-abcdefgh", state.issued);
                state.tokens.insert(token.clone(), name);
                answer(200, &json!({"token": token}))
            }
            Some(_) => empty(401),
        },
        ("POST", "/logout") | ("GET" | "HEAD" | "DELETE", "/me") if who.is_none() => {
            let mut refusal = empty(401);
            refusal.headers_mut().insert("www-authenticate", "Bearer".parse().expect("a value"));
            refusal
        }
        ("POST", "/logout") => {
            state.tokens.remove(&token);
            state.logged_out += 1;
            empty(204)
        }
        ("GET" | "HEAD", "/me") => answer(200, &json!({"name": who})),
        ("DELETE", "/me") => {
            let who = who.unwrap_or_default();
            state.accounts.remove(&who);
            state.deleted.push(who);
            empty(204)
        }
        (_, "/me") => not_allowed("GET, HEAD, DELETE"),
        (_, "/register" | "/login" | "/logout") => not_allowed("POST"),
        _ => empty(404),
    }
}

async fn ran(login: &str, accounts: &[(&str, &str)]) -> (Option<i32>, Value, Arc<Mutex<State>>) {
    let known = accounts.iter().map(|(name, password)| ((*name).to_owned(), (*password).to_owned()));
    ran_at(login, State { accounts: known.collect(), ..State::default() }, &[]).await
}

async fn ran_at(login: &str, state: State, more: &[&str]) -> (Option<i32>, Value, Arc<Mutex<State>>) {
    let state = Arc::new(Mutex::new(state));
    let served = state.clone();
    let url = serve_all(move |asked| respond(&mut served.lock().expect("no panic"), asked)).await;
    let fixtures = format!("credentials:\n  auth:\n    login: {login}\n");
    let folder = folder_with(&[("api.yaml", DOCUMENT), ("fixtures.yaml", &fixtures)]);
    let arguments =
        ["api.yaml", "--target", &url, "--fixtures", "fixtures.yaml", "--cases", "5", "--regressions", "off"];
    let output = run_beside(folder.path(), &[&arguments[..], &["--format", "json"], more].concat()).await;
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!text.contains("t0ken-of-a-run") && !text.contains("pa55word-of-ada"), "{text}");
    let report = report::read(&output);
    (output.status.code(), report, state)
}

fn verdict(report: &Value, id: &str) -> String {
    let operations = report["contracts"][0]["operations"].as_array().expect("operations").iter();
    let found = operations.clone().find(|operation| operation["id"] == id);
    found.map_or_else(|| "left out".to_owned(), |operation| operation["verdict"].to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_deleted_where_each_login_makes_its_own() {
    let login = "{operation: logIn, json: {name: 'conform-{unique}', password: pa55word-of-ada}, token: 'body#/token', \
                 register: {operation: signUp, json: {name: 'conform-{unique}', password: pa55word-of-ada}}}";
    let (status, report, state) = ran(login, &[]).await;
    assert_eq!(status, Some(0), "{report:#}");
    for id in ["me", "deleteMe", "logOut"] {
        assert_eq!(verdict(&report, id), "\"conforms\"", "{id}: {report:#}");
    }
    let state = state.lock().expect("no panic");
    assert!(!state.deleted.is_empty() && state.logged_out > 0);
    let mut names = state.deleted.clone();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), state.deleted.len(), "one account was deleted by two requests");
    assert!(state.accounts.keys().all(|name| !name.starts_with("conform-")), "{:?}", state.accounts);
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_that_no_operation_deletes_or_that_are_to_be_kept_are_told() {
    let login = "{operation: logIn, json: {name: 'conform-{unique}', password: pa55word-of-ada}, token: 'body#/token', \
                 register: {operation: signUp, json: {name: 'conform-{unique}', password: pa55word-of-ada}}}";
    let without = DOCUMENT.lines().filter(|line| !line.contains("deleteMe"));
    let without = without.map(|line| format!("{line}\n")).collect::<String>();
    for (document, more, stay) in
        [(without.as_str(), &[][..], true), (DOCUMENT, &["--keep"], true), (DOCUMENT, &[], false)]
    {
        let state: Arc<Mutex<State>> = Arc::default();
        let served = state.clone();
        let url = serve_all(move |asked| respond(&mut served.lock().expect("no panic"), asked)).await;
        let fixtures = format!("credentials:\n  auth:\n    login: {login}\n");
        let folder = folder_with(&[("api.yaml", document), ("fixtures.yaml", &fixtures)]);
        let fixed = ["api.yaml", "--target", &url, "--fixtures", "fixtures.yaml", "--regressions", "off"];
        let only = ["--operation", "me", "--cases", "3"];
        let output = run_beside(folder.path(), &[&fixed[..], &only, more].concat()).await;
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(told.contains("left at the target: 1 account that a login has made"), stay, "{told}");
        let accounts = state.lock().expect("no panic").accounts.len();
        assert_eq!(accounts, usize::from(stay), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_over_is_renewed_for_the_same_account() {
    let login = "{operation: logIn, json: {name: 'conform-{unique}', password: pa55word-of-ada}, token: 'body#/token', \
                 register: {operation: signUp, json: {name: 'conform-{unique}', password: pa55word-of-ada}}}";
    let state = State { good_for: 2, ..State::default() };
    // Nothing that would need an account of its own.
    let (_, report, state) = ran_at(login, state, &["--operation", "me"]).await;
    let state = state.lock().expect("no panic");
    assert!(state.issued > 1, "{report:#}");
    assert_eq!(state.registered, 1, "{:?}", state.accounts);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_of_the_run_is_left_alone() {
    let login = "{operation: logIn, json: {name: ada, password: pa55word-of-ada}, token: 'body#/token'}";
    let (status, report, state) = ran(login, &[("ada", "pa55word-of-ada")]).await;
    assert_eq!(status, Some(0), "{report:#}");
    assert_eq!(verdict(&report, "deleteMe"), "left out");
    assert_eq!(verdict(&report, "logOut"), "\"conforms\"");
    assert_eq!(report["contracts"][0]["left_out"], json!(["DELETE /me"]));
    assert!(state.lock().expect("no panic").deleted.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_that_is_refused_is_told() {
    let login = "{operation: logIn, json: {name: ada, password: pa55word-of-ada}, token: 'body#/token', \
                 register: {operation: signUp, json: {name: ada, password: pa55word-of-ada}}}";
    let state = Arc::new(Mutex::new(State::default()));
    state.lock().expect("no panic").accounts.insert("ada".to_owned(), "other-pa55word".to_owned());
    let url = serve_all(move |asked| respond(&mut state.lock().expect("no panic"), asked)).await;
    let fixtures = format!("credentials:\n  auth:\n    login: {login}\n");
    let folder = folder_with(&[("api.yaml", DOCUMENT), ("fixtures.yaml", &fixtures)]);
    let output = run_beside(folder.path(), &["api.yaml", "--target", &url, "--fixtures", "fixtures.yaml"]).await;
    let told = String::from_utf8_lossy(&output.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("/register was answered with 409") && told.contains("{unique}"), "{told}");
}
