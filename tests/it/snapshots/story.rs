//! `conform snapshots review` tells a change of the document first, with what the target does for it beneath.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use axum::response::Response;
use serde_json::json;

use super::folder::Folder;
use crate::support::command::{Ended, conform, run_beside};
use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Shop, version: '1'}
components:
  schemas:
    Colour: {enum: [green, red]}
paths:
  /hats:
    post:
      operationId: addHat
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [colour], properties: {colour: {$ref: '#/components/schemas/Colour'}}}}}
      responses: {'201': {description: made}, '400': {description: refused}, '415': {description: refused}}
  /socks:
    post:
      operationId: addSock
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [colour], properties: {colour: {$ref: '#/components/schemas/Colour'}}}}}
      responses: {'201': {description: made}, '400': {description: refused}, '415': {description: refused}}
";

/// What the server takes, and how it refuses another media type.
struct Shop {
    colours: [&'static str; 2],
    other_media: u16,
}

fn shop(shop: &Shop, asked: &Asked) -> Response {
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/hats") if !asked.is_json() && !asked.body.is_empty() => empty(shop.other_media),
        ("POST", "/socks") if !asked.is_json() && !asked.body.is_empty() => empty(415),
        ("POST", "/hats" | "/socks") => match asked.json().as_ref().and_then(|body| body["colour"].as_str()) {
            Some(colour) if shop.colours.contains(&colour) => answer(201, &json!({"colour": colour})),
            _ => empty(400),
        },
        (_, "/hats" | "/socks") => not_allowed("POST"),
        _ => empty(404),
    }
}

async fn records(folder: &Path, url: &str, update: &str) {
    let arguments = ["api.yaml", "--target", url, "--cases", "0", "--sequences", "0", "--regressions", "off"];
    let more = ["--snapshots", "shape", "--update-snapshots", update];
    let output = run_beside(folder, &[&arguments[..], &more].concat()).await;
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
}

fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=T", "-c", "user.email=t@example.test", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").current_dir(folder).args(identity).args(arguments).output().expect("git");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Runs the review with these answers on its stdin.
fn review(folder: &Folder, answers: &str) -> Ended {
    let mut command = conform(folder.root());
    command.args(["snapshots", "review", "--spec", "api.yaml"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    child.stdin.take().expect("stdin").write_all(answers.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("it ends");
    Ended {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

fn listed(folder: &Folder) -> String {
    let output = conform(folder.root()).args(["snapshots", "list", "--spec", "api.yaml"]).output().expect("it runs");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// A folder whose document has another enum than its snapshots, and a server that has, too. One of its operations differs
/// in another way, as well.
async fn changed(in_git: bool) -> Folder {
    let folder = Folder::empty();
    std::fs::write(folder.root().join("api.yaml"), DOCUMENT).expect("written");
    let state = Arc::new(Mutex::new(Shop { colours: ["green", "red"], other_media: 415 }));
    let served = state.clone();
    let url = serve_all(move |asked| shop(&served.lock().expect("no panic"), asked)).await;
    records(folder.root(), &url, "all").await;
    let accepted =
        conform(folder.root()).args(["snapshots", "accept", "--spec", "api.yaml"]).output().expect("it runs");
    assert!(accepted.status.success());
    if in_git {
        git(folder.root(), &["init", "--quiet"]);
        git(folder.root(), &["add", "."]);
        git(folder.root(), &["commit", "--quiet", "-m", "first"]);
    }
    std::fs::write(folder.root().join("api.yaml"), DOCUMENT.replace("green", "blue")).expect("written");
    *state.lock().expect("no panic") = Shop { colours: ["blue", "red"], other_media: 400 };
    records(folder.root(), &url, "new").await;
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_enum_is_one_entry_with_what_differs_only_by_it_beneath() {
    let folder = changed(true).await;
    let before = folder.files();
    // Nothing is decided where the input ends.
    let ended = review(&folder, "");
    assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), ""));
    assert_eq!(folder.files(), before);
    insta::assert_snapshot!(ended.stdout);
    let decided = review(&folder, "d\na\n");
    assert_eq!(decided.status, Some(0), "{}", decided.stderr);
    assert!(decided.stdout.contains("-  \"colour\": \"green\""), "{}", decided.stdout);
    // What differs in another way is left, in a place of its own.
    let left = listed(&folder);
    assert_eq!(left.lines().count(), 1, "{left}");
    assert!(left.contains("behaviour/api/addHat.snap#"), "{left}");
    let decided = review(&folder, "what\na\n");
    assert!(decided.stdout.contains("1 of 1: BEHAVIOUR"), "{}", decided.stdout);
    assert!(decided.stdout.contains("answer with one of the letters in brackets"), "{}", decided.stdout);
    assert_eq!(listed(&folder), "nothing waits for review\n");
    assert_eq!(review(&folder, "").stdout, "nothing waits for review\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_document_of_before_there_is_no_verdict_and_all_of_a_kind_are_accepted() {
    let folder = changed(false).await;
    let told = review(&folder, "");
    assert!(told.stdout.contains("1 of 2: CONTRACT, the same in 2 operations"), "{}", told.stdout);
    assert!(told.stdout.contains("no verdict: git has no document"), "{}", told.stdout);
    // Of new ones of behaviour there are several, and one answer is enough.
    std::fs::remove_dir_all(folder.path("behaviour")).expect("removed");
    let state = Shop { colours: ["blue", "red"], other_media: 415 };
    let url = serve_all(move |asked| shop(&state, asked)).await;
    records(folder.root(), &url, "new").await;
    let decided = review(&folder, "k\nA\n");
    assert!(decided.stdout.contains("new ones of behaviour"), "{}", decided.stdout);
    assert!(!decided.stdout.contains(", 0 rejected, 0 left"), "{}", decided.stdout);
    let left = listed(&folder);
    assert!(left.lines().count() == 2 && left.lines().all(|line| line.contains("contract/")), "{left}");
}
