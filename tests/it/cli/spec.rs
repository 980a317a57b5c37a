//! SPEC from a URL, from stdin and from a revision of git.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use axum::response::{Html, IntoResponse as _, Response};
use serde_json::json;

use crate::support::command::{Ended, conform, folder_with, run, run_beside};
use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

const PATHS: &str = "info: {title: Notes, version: '1'}\npaths:\n  /notes:\n    get: {operationId: list, responses: {'204': {description: all}}}\n";
const OPTIONS: [&str; 4] = ["--regressions", "off", "--cases", "0"];

fn document(head: &str) -> String {
    format!("openapi: 3.1.0\n{head}{PATHS}")
}

/// A service that publishes its document, at the root and below `/api`.
fn service(asked: &Asked) -> Response {
    match asked.path.as_str() {
        "/openapi.json" | "/docs/json" if asked.header("x-key") == "s3cret-of-the-document" => {
            let document = json!({
                "openapi": "3.1.0", "info": {"title": "Notes", "version": "1"}, "servers": [{"url": "/api"}],
                "paths": {"/notes": {"get": {"operationId": "list", "responses": {"204": {"description": "all"}}}}}});
            answer(200, &document)
        }
        "/openapi.json" => empty(401),
        "/v3/api-docs" => answer(
            200,
            &json!({"swagger": "2.0", "info": {"title": "N", "version": "1"}, "basePath": "/api",
            "paths": {"/notes": {"get": {"operationId": "list", "responses": {"204": {"description": "all"}}}}}}),
        ),
        "/moved" => (axum::http::StatusCode::FOUND, [("location", "/v3/api-docs")]).into_response(),
        "/page" => Html("<title>Notes</title>").into_response(),
        "/api/notes" if matches!(asked.method.as_str(), "GET" | "HEAD") => empty(204),
        "/api/notes" => not_allowed("GET, HEAD"),
        _ => empty(404),
    }
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "")
}

async fn run_in(folder: &Path, arguments: &[&str]) -> Ended {
    let output = run_beside(folder, &[arguments, &OPTIONS].concat()).await;
    Ended {
        status: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_fetched_and_its_own_server_is_tested() {
    let url = serve_all(service).await;
    let folder = tempfile::tempdir().expect("a folder");
    let openapi = format!("{url}/openapi.json");
    let given = ["--spec-header", "X-Key: s3cret-of-the-document"];
    for (arguments, name) in [
        ([&[openapi.as_str()][..], &given].concat(), "openapi"),
        ([&["--spec", openapi.as_str()][..], &given].concat(), "openapi"),
        (vec![&*format!("{url}/v3/api-docs?group=a")], "api-docs"),
    ] {
        let ended = run_in(folder.path(), &arguments).await;
        assert_eq!(ended.status, Some(0), "{arguments:?} {}{}", ended.stdout, ended.stderr);
        assert!(ended.stdout.contains(name), "{}", ended.stdout);
        assert!(!(ended.stdout + &ended.stderr).contains("s3cret-of"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_document_names_the_one_that_there_is() {
    let url = serve_all(service).await;
    let folder = folder_with(&[("notes.yaml", &document(""))]);
    for (arguments, told) in [
        (vec!["{url}"], "one is at {url}/v3/api-docs: conform {url}/v3/api-docs"),
        (vec!["{url}/page"], "what it answers with is none (text/html"),
        (vec!["{url}/moved"], "name {url}/v3/api-docs if you trust it"),
        (vec!["{url}/openapi.json"], "send a credential with --spec-header"),
        (
            vec!["http://127.0.0.1:1/openapi.json"],
            "a server is named by a flag: conform --target http://127.0.0.1:1/openapi.json",
        ),
        (vec!["http://ada:pa55word@127.0.0.1:1/a.json"], "the document's URL holds credentials"),
        (vec!["notes.yaml", "--spec-header", "A: b"], "notes.yaml is no URL"),
        (vec!["{url}/openapi.json", "--spec-header", "b"], "'Name: value'"),
    ] {
        let arguments: Vec<String> = arguments.iter().map(|argument| argument.replace("{url}", &url)).collect();
        let ended = run_in(folder.path(), &arguments.iter().map(String::as_str).collect::<Vec<_>>()).await;
        assert_eq!(ended.status, Some(2), "{arguments:?}: {}{}", ended.stdout, ended.stderr);
        let (stderr, told) = (words(&ended.stderr), told.replace("{url}", &url));
        assert!(stderr.contains(&told), "{told}\n{stderr}");
        assert!(!stderr.contains("pa55word"), "{stderr}");
    }
    // A target alone is asked for its document, too.
    let ended = run_in(folder.path(), &["--target", &url]).await;
    assert!(words(&ended.stdout).contains(&format!("conform {url}/v3/api-docs")), "{}", ended.stdout);
    let silent = serve_all(|_| empty(404)).await;
    let ended = run_in(folder.path(), &["--target", &silent]).await;
    assert!(words(&ended.stdout).contains("--spec SPEC"), "{}", ended.stdout);
}

#[test]
fn a_server_that_is_not_on_this_machine_is_tested_if_somebody_says_so() {
    let folder = folder_with(&[("notes.yaml", &document("servers: [{url: 'https://api.invalid/v1'}]\n"))]);
    let ended = run(folder.path(), &[&["notes.yaml"], &OPTIONS[..]].concat());
    assert!(ended.status == Some(2) && words(&ended.stderr).contains("or --yes"), "{}", ended.stderr);
    // Nobody is there; it was tried.
    let ended = run(folder.path(), &[&["notes.yaml", "--yes", "--timeout", "5s"], &OPTIONS[..]].concat());
    assert_eq!(ended.status, Some(3), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("api.invalid"), "{}", ended.stdout);
}

#[test]
fn a_document_is_read_from_stdin() {
    let folder = tempfile::tempdir().expect("a folder");
    let explain = |text: &str, arguments: &[&str]| {
        let mut command = conform(folder.path());
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        // It may not be read at all.
        let _ = stdin.write_all(text.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().expect("ends");
        let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), words(&told))
    };
    let (status, told) = explain(&document(""), &["explain", "-"]);
    assert!(status == Some(0) && told.contains("list: GET /notes (stdin:5:5)"), "{told}");
    let (status, told) = explain(" \n", &["lint", "-"]);
    assert!(status == Some(2) && told.contains("nothing is there"), "{told}");
    let (status, told) = explain("", &["diff", "-", "-"]);
    assert!(status == Some(2), "{told}");
    let (status, told) = explain("", &["-", "--target", "http://127.0.0.1:1", "--bearer", "-"]);
    assert!(status == Some(2) && told.contains("more than one credential or document"), "{told}");
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main"]);
    assert!(command.args(arguments).output().expect("git runs").status.success(), "{arguments:?}");
}

#[test]
fn a_document_of_a_revision_is_read_with_what_it_refers_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = folder.path().join("api");
    std::fs::create_dir_all(&api).expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(api.join(name), text).expect("is written");
    let root = |path: &str| {
        format!("openapi: 3.1.0\ninfo: {{title: N, version: '1'}}\npaths: {{{path}: {{$ref: 'item.yaml'}}}}\n")
    };
    write("openapi.yaml", &root("/notes"));
    write("item.yaml", "get: {operationId: old, responses: {'200': {description: all}}}\n");
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "one"]);
    write("item.yaml", "get: {operationId: new, responses: {'204': {description: all}}}\n");
    let told = |folder: &Path, arguments: &[&str]| {
        let ended = run(folder, arguments);
        (ended.status, words(&(ended.stdout + &ended.stderr)))
    };
    for (place, spec) in [(folder.path(), "HEAD:api/openapi.yaml"), (&*api, "main:./openapi.yaml")] {
        let (status, shown) = told(place, &["explain", spec]);
        assert!(status == Some(0) && shown.contains("old: GET /notes"), "{shown}");
        let revision = spec.split(':').next().expect("one");
        assert!(shown.contains(&format!("({revision}:api/item.yaml:1:1)")), "{shown}");
    }
    let (_, shown) = told(&api, &["explain", "openapi.yaml"]);
    assert!(shown.contains("new: GET /notes"), "{shown}");
    let (status, shown) = told(folder.path(), &["diff", "HEAD:api/openapi.yaml", "api/openapi.yaml"]);
    assert!(status == Some(1) && shown.contains("200"), "{shown}");
    let (status, shown) = told(folder.path(), &["diff", "HEAD:api/openapi.yaml", "main:api/openapi.yaml"]);
    assert!(status == Some(0), "{shown}");
    for (spec, expected) in [
        ("HEAD:openapi.yaml", "does not exist in 'HEAD'"),
        ("nowhere:api/openapi.yaml", "invalid object name 'nowhere'"),
        ("-x:api/openapi.yaml", "write REVISION:PATH"),
    ] {
        let (status, shown) = told(folder.path(), &["lint", "--", spec]);
        assert!(status == Some(2) && shown.contains(expected), "{spec}: {shown}");
    }
    let outside = tempfile::tempdir().expect("a folder");
    let (status, shown) = told(outside.path(), &["lint", "HEAD:a.yaml"]);
    assert!(status == Some(2) && shown.contains("not a git repository"), "{shown}");
    assert!(shown.contains("write REVISION:PATH") && !shown.contains("permissions"), "{shown}");
}
