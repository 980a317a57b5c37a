//! `conform init` and `conform auth`.

use std::path::Path;

use axum::response::Response;
use serde_json::json;

use crate::support::command::{folder_with, root, run, run_beside};
use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

const NOTES: &str = "\
openapi: 3.1.0
info: {title: Notes, version: '1'}
servers: [{url: 'SERVER'}]
security: [{auth: []}]
paths:
  /login:
    post:
      operationId: logIn
      security: []
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [user, password], properties: {user: {type: string}, password: {type: string}}}}}}
      responses: {'200': {description: in, content: {application/json: {schema: {type: object, properties: {data: {type: object, properties: {token: {type: string}}}}}}}}, '400': {description: no}, '401': {description: no}, '415': {description: no}}
  /notes:
    get: {operationId: list, responses: {'204': {description: all}, '401': {description: no}}}
  /admin:
    get: {operationId: admin, responses: {'204': {description: all}, '401': {description: no}, '403': {description: no}}}
  /open:
    get: {operationId: open, responses: {'204': {description: all}, '401': {description: no}}}
  /reports/{reportId}:
    get:
      operationId: report
      parameters: [{name: reportId, in: path, required: true, schema: {type: string}}]
      responses: {'204': {description: one}, '401': {description: no}, '404': {description: none}}
components:
  securitySchemes:
    auth: {type: http, scheme: bearer}
    machine: {type: oauth2, flows: {clientCredentials: {tokenUrl: /token, scopes: {}}}}
";

fn service(asked: &Asked) -> Response {
    let is_in = asked.header("authorization") == "Bearer t0ken-of-ada-lovelace";
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/login") => match asked.json() {
            Some(body) if body["user"] == "ada" && body["password"] == "pa55word" => {
                answer(200, &json!({"data": {"token": "t0ken-of-ada-lovelace"}}))
            }
            _ => empty(401),
        },
        ("GET" | "HEAD", "/open") => empty(204),
        ("GET" | "HEAD", "/admin") if is_in => empty(403),
        ("GET" | "HEAD", "/notes") if is_in => empty(204),
        ("GET" | "HEAD", "/admin" | "/notes") => empty(401),
        ("GET" | "HEAD", "/reports/r1") if is_in => empty(204),
        ("GET" | "HEAD", path) if path.starts_with("/reports/") => empty(if is_in { 404 } else { 401 }),
        _ => not_allowed("GET, HEAD"),
    }
}

async fn told(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = run_beside(folder, arguments).await;
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_loads_and_runs_and_can_be_filled_in() {
    let url = serve_all(service).await;
    let folder = folder_with(&[("openapi.yaml", &NOTES.replace("SERVER", &url))]);
    let (status, text) = told(folder.path(), &["init"]).await;
    assert!(status == Some(0) && text.contains(&format!("`conform` tests {url}")), "{text}");
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect(name);
    insta::assert_snapshot!("conform_toml", read("conform.toml").replace(&url, "[url]"));
    insta::assert_snapshot!("fixtures", read("fixtures.yaml"));
    // As it is, it loads, and runs.
    let (status, text) = told(folder.path(), &["--regressions", "off", "--cases", "0"]).await;
    assert!(matches!(status, Some(0 | 1 | 3)) && text.contains("openapi"), "{text}");
    // Filled in as the comments say, it lets requests in.
    let fixtures = read("fixtures.yaml")
        .replace("  # \"auth\": {login", "  \"auth\": {login")
        .replace("\"user\": \"…\"", "\"user\": \"ada\"")
        .replace("${PASSWORD}", "pa55word")
        .replace("  # - {at: \"path.reportId\", existing: [\"…\"]}", "  - {at: \"path.reportId\", existing: [r1]}");
    std::fs::write(folder.path().join("fixtures.yaml"), fixtures).expect("is written");
    let (status, text) = told(
        folder.path(),
        &["--regressions", "off", "--cases", "0", "--include", "path:/notes", "--include", "path:/reports/*"],
    )
    .await;
    assert_eq!(status, Some(0), "{text}");
    // What is there is not replaced without a word.
    let (status, text) = told(folder.path(), &["init"]).await;
    assert!(status == Some(2) && text.contains("is there already"), "{text}");
    assert_eq!(told(folder.path(), &["init", "--force"]).await.0, Some(0));
}

#[test]
fn a_document_whose_server_is_elsewhere_asks_for_a_target() {
    let folder = folder_with(&[("openapi.yaml", &NOTES.replace("SERVER", "https://api.test/v1"))]);
    let ended = run(folder.path(), &["init", "openapi.yaml"]);
    assert!(ended.status == Some(0) && ended.stderr.contains("conform --target URL"), "{}", ended.stderr);
    let written = std::fs::read_to_string(folder.path().join("conform.toml")).expect("is written");
    assert!(written.contains("# target = \"https://api.test/v1\""), "{written}");
    let ended = run(folder.path(), &["init", "--force", "--target", "http://127.0.0.1:1"]);
    assert_eq!(ended.status, Some(0), "{}", ended.stderr);
    let ended = run(folder.path(), &["--regressions", "off"]);
    assert_eq!(ended.status, Some(3), "{}", ended.stderr);
}

#[test]
fn what_cannot_be_begun_is_told() {
    let folder = folder_with(&[("broken.yaml", "a: [")]);
    for (arguments, told) in [
        (&["init"][..], "no document is named"),
        (&["init", "broken.yaml"], "not valid YAML"),
        (&["init", "missing.yaml"], "no such file"),
        (&["init", "-"], "is there for one run alone"),
    ] {
        let ended = run(folder.path(), arguments);
        assert!(ended.status == Some(2) && ended.stderr.contains(told), "{arguments:?}: {}", ended.stderr);
        assert!(!folder.path().join("conform.toml").exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_tried_and_it_is_told_who_gets_in_where() {
    let url = serve_all(service).await;
    let login = |password: &str| {
        format!(
            "credentials:\n  auth: {{login: {{operation: logIn, json: {{user: ada, password: {password}}}, token: 'body#/data/token'}}}}\n"
        )
    };
    let folder = folder_with(&[
        ("openapi.yaml", &NOTES.replace("SERVER", &url)),
        ("right.yaml", &login("pa55word")),
        ("wrong.yaml", &login("another-word")),
    ]);
    let (status, text) = told(folder.path(), &["auth", "openapi.yaml", "--fixtures", "right.yaml"]).await;
    assert_eq!(status, Some(0), "{text}");
    insta::assert_snapshot!("auth", text.replace(&url, "[url]"));
    let (status, text) = told(folder.path(), &["auth", "openapi.yaml", "--fixtures", "wrong.yaml"]).await;
    assert!(
        status == Some(3) && text.contains("auth: cannot be obtained: the login POST") && text.contains("answered 401"),
        "{text}"
    );
    assert!(!text.contains("another-word"), "{text}");
    let (status, text) = told(folder.path(), &["auth", "openapi.yaml", "--bearer", "t0ken-of-nobody-here"]).await;
    assert!(status == Some(3) && text.contains("GET /notes: auth is refused (401)"), "{text}");
    assert!(!text.contains("t0ken-of-nobody-here"), "{text}");
    let (status, text) = told(folder.path(), &["auth", "openapi.yaml"]).await;
    assert!(status == Some(0) && text.contains("auth: nothing is known; --credential auth=env:NAME"), "{text}");
}

#[test]
fn what_is_written_for_any_document_loads_and_is_run_without_an_edit() {
    let documents = ["specs", "tests/documents"].iter().flat_map(|folder| {
        let entries = std::fs::read_dir(root().join(folder)).expect("documents");
        entries.map(|entry| entry.expect("an entry").path())
    });
    let documents: Vec<_> = documents.filter(|path| path.extension().is_some_and(|ending| ending == "yaml")).collect();
    assert!(documents.len() > 10, "{documents:?}");
    for document in documents {
        let folder = tempfile::tempdir().expect("a folder");
        let ended = run(folder.path(), &["init", &document.display().to_string()]);
        assert_eq!(ended.status, Some(0), "{}: {}", document.display(), ended.stderr);
        let ended = run(folder.path(), &["config"]);
        assert_eq!(ended.status, Some(0), "{}: {}", document.display(), ended.stderr);
        // Nobody is there: nothing else is in the way.
        let ended = run(folder.path(), &["--target", "http://127.0.0.1:1", "--cases", "0", "--regressions", "off"]);
        assert_eq!(ended.status, Some(3), "{}: {}", document.display(), ended.stderr);
    }
}
