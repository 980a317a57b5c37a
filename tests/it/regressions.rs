//! Failing cases are kept, sent first in the next run, and can be sent again one by one.

use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::Value;

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::serve;

const DOCUMENT: &str = "\
openapi: 3.0.3
info: {title: Notes, version: '1'}
paths:
  /notes:
    post:
      operationId: createNote
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [text]
              properties:
                text: {type: string}
                tags: {type: array, items: {type: string}}
      responses:
        '204': {description: made}
        '400': {description: refused}
";

/// Fails on an emoji in any text, and takes no text for one.
async fn create(body: Bytes) -> StatusCode {
    let Ok(Value::Object(note)) = serde_json::from_slice::<Value>(&body) else { return StatusCode::BAD_REQUEST };
    if body.windows(2).any(|pair| pair == [0xf0, 0x9f]) {
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    let is_tags = |tags: &Value| tags.as_array().is_some_and(|tags| tags.iter().all(Value::is_string));
    match note.get("text").is_some_and(Value::is_string) && note.get("tags").is_none_or(is_tags) {
        true => StatusCode::NO_CONTENT,
        false => StatusCode::BAD_REQUEST,
    }
}

async fn target() -> String {
    let router = axum::Router::new().route("/notes", axum::routing::post(create));
    serve(router).await
}

#[tokio::test]
async fn a_failing_case_is_kept_sent_first_and_sent_again() {
    let url = target().await;
    let folder = folder_with(&[("notes.yaml", DOCUMENT)]);
    let run = ["--target", &url, "--spec", "notes.yaml", "--format", "json"];

    let first = run_beside(folder.path(), &run).await;
    assert_eq!(first.status.code(), Some(1));
    let kept = folder.path().join("conform-regressions");
    let files: Vec<_> = std::fs::read_dir(&kept).expect("a folder").map(|file| file.expect("a file").path()).collect();
    assert!(!files.is_empty());
    let crash = files.iter().find(|file| file.to_string_lossy().contains("server-error")).expect("the crash is kept");
    let text = std::fs::read_to_string(crash).expect("is read");
    assert!(text.contains("operation: createNote") && text.lines().count() < 25, "{text}");

    // A run that plans nothing of chance, and makes nothing small, still begins with it.
    let again = run_beside(folder.path(), &[&run[..], &["--cases", "0", "--max-shrinks", "0"]].concat()).await;
    let findings = report::findings(&report::read(&again));
    assert!(findings.iter().any(|finding| finding["case"]["origin"] == "regression"), "{findings:#?}");

    let id = crash.file_stem().expect("a name").to_string_lossy().into_owned();
    let replay = run_beside(folder.path(), &["replay", &id, "--target", &url, "--spec", "notes.yaml"]).await;
    let shown = String::from_utf8_lossy(&replay.stdout);
    assert_eq!(replay.status.code(), Some(1), "{shown}");
    assert!(shown.contains("POST ") && shown.contains("500 Internal Server Error"), "{shown}");
    assert!(shown.contains("STILL FAILS  server-error"), "{shown}");

    // What the configuration switches off keeps nothing alive.
    std::fs::write(folder.path().join("conform.toml"), "[checks]\nserver-error = \"off\"\n").expect("is written");
    let off = run_beside(folder.path(), &["replay", &id, "--target", &url, "--spec", "notes.yaml"]).await;
    let shown = String::from_utf8_lossy(&off.stdout);
    assert!(off.status.code() == Some(0) && shown.contains("TOLERATED  server-error"), "{shown}");
    std::fs::remove_file(folder.path().join("conform.toml")).expect("is removed");

    // It is waited for as in a run.
    let asked = std::time::Instant::now();
    let gone = ["replay", &id, "--target", "http://127.0.0.1:9", "--spec", "notes.yaml", "--wait", "1s"];
    let gone = run_beside(folder.path(), &gone).await;
    assert!(asked.elapsed() >= std::time::Duration::from_secs(1), "{:?}", asked.elapsed());
    let shown = String::from_utf8_lossy(&gone.stdout);
    assert!(gone.status.code() == Some(3) && shown.contains("NOT REACHED  server-error: "), "{shown}");

    let lost = run_beside(folder.path(), &["replay", &id, "--target", &url]).await;
    let told = String::from_utf8_lossy(&lost.stderr);
    assert_eq!(lost.status.code(), Some(2), "{told}");
    assert!(told.contains("document `notes`") && told.contains("--spec notes.yaml"), "{told}");

    let unknown = run_beside(folder.path(), &["replay", "nothing", "--target", &url]).await;
    let told = String::from_utf8_lossy(&unknown.stderr);
    assert!(told.contains("no kept case nothing") && told.contains("createnote-server-error"), "{told}");

    std::fs::write(folder.path().join("file"), "").expect("is written");
    let refused = run_beside(folder.path(), &[&run[..], &["--regressions", "file/kept"]].concat()).await;
    let told = String::from_utf8_lossy(&refused.stderr);
    assert_eq!((refused.status.code(), refused.stdout.as_slice()), (Some(2), &b""[..]), "{told}");
    assert!(told.contains("cannot write files below file/kept"), "{told}");
}

#[tokio::test]
async fn a_kept_case_that_the_document_does_not_bear_out_any_more_is_told() {
    let url = target().await;
    let folder = folder_with(&[("notes.yaml", DOCUMENT)]);
    let run = ["--target", &url, "--spec", "notes.yaml", "--cases", "0"];
    run_beside(folder.path(), &run).await;
    let kept = std::fs::read_dir(folder.path().join("conform-regressions")).expect("a folder");
    let names: Vec<String> =
        kept.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    assert!(!names.is_empty());
    let told = async |document: &str| {
        std::fs::write(folder.path().join("notes.yaml"), document).expect("is written");
        String::from_utf8_lossy(&run_beside(folder.path(), &run).await.stderr).into_owned()
    };
    let still = told(DOCUMENT).await;
    assert!(!still.contains("is not sent"), "{still}");
    let shorter = told(&DOCUMENT.replace("text: {type: string}", "text: {type: string, maxLength: 0}")).await;
    let line = shorter.lines().find(|line| line.starts_with("warning: conform-regressions/notes-createnote-"));
    assert!(line.is_some_and(|line| line.contains("does not fit the document any more: ")), "{shorter}");
    let renamed = told(&DOCUMENT.replace("operationId: createNote", "operationId: addNote")).await;
    assert!(renamed.contains("the document has no operation `createNote`"), "{renamed}");
    assert!(names.iter().all(|name| renamed.contains(name)), "{renamed}");
}

#[tokio::test]
async fn regressions_can_be_switched_off_and_a_broken_file_is_named() {
    let url = target().await;
    let folder = folder_with(&[("notes.yaml", DOCUMENT)]);
    let run = ["--target", &url, "--spec", "notes.yaml", "--cases", "0"];
    run_beside(folder.path(), &[&run[..], &["--regressions", "off"]].concat()).await;
    assert!(!folder.path().join("conform-regressions").exists());

    std::fs::create_dir(folder.path().join("kept")).expect("is made");
    std::fs::write(folder.path().join("kept/broken.yaml"), "contract: [\n").expect("is written");
    let refused = run_beside(folder.path(), &[&run[..], &["--regressions", "kept"]].concat()).await;
    assert_eq!(refused.status.code(), Some(2));
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(told.contains("broken.yaml:1"), "{told}");
}
