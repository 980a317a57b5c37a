//! What `--operation`, `--provider` and `--spec` select, on documents of several operations: what is selected is tested
//! and shown, nothing else is, and what a command says of it is what it says of it among all others.

use std::path::Path;
use std::process::{Command, Output};

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use serde_json::Value;

const NOTES: &str = "\
openapi: 3.1.0
info: {title: Notes, version: '1'}
paths:
  /notes:
    get: {operationId: listNotes, responses: {'200': {description: all}}}
    post:
      operationId: createNote
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object, required: [text], properties: {text: {type: string}}}
      responses: {'204': {description: made}, '400': {description: refused}}
  /tags:
    get: {operationId: listTags, responses: {'200': {description: all}}}
  /tags/{tag}:
    get:
      operationId: readTag
      parameters: [{name: tag, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: one}}
    delete:
      operationId: deleteTag
      parameters: [{name: tag, in: path, required: true, schema: {type: string}}]
      responses: {'204': {description: gone}}
";

/// A second document, whose operation the same server keeps.
const TAGS: &str = "\
openapi: 3.1.0
info: {title: Tags, version: '1'}
paths:
  /tags/{tag}:
    parameters: [{name: tag, in: path, required: true, schema: {type: string}}]
    get: {operationId: oneTag, responses: {'200': {description: one}}}
    delete: {operationId: removeTag, responses: {'204': {description: gone}}}
  /tags:
    get: {operationId: allTags, responses: {'200': {description: all}}}
";

const IDS: [&str; 5] = ["listNotes", "createNote", "listTags", "readTag", "deleteTag"];

async fn create(headers: HeaderMap, body: Bytes) -> StatusCode {
    let is_json = headers.get("content-type").is_some_and(|name| name.as_bytes().starts_with(b"application/json"));
    match serde_json::from_slice::<Value>(&body) {
        Ok(Value::Object(note)) if is_json && note.get("text").is_some_and(Value::is_string) => StatusCode::NO_CONTENT,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// A server that keeps both documents; `tags` is the status that it lists tags with.
async fn serve(tags: StatusCode) -> String {
    let router = axum::Router::new()
        .route("/notes", get(async || "all").post(create))
        .route("/tags", get(async move || tags))
        .route("/tags/{tag}", get(async || "one").delete(async || StatusCode::NO_CONTENT));
    crate::support::served::serve(router).await
}

async fn conform(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(crate::support::command::binary());
    command.args(arguments).current_dir(folder).env_remove("CI");
    tokio::task::spawn_blocking(move || command.output().expect("conform runs")).await.expect("no panic")
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("notes.yaml"), NOTES).expect("is written");
    std::fs::write(folder.path().join("tags.yaml"), TAGS).expect("is written");
    folder
}

/// Stdout of a command that ends with this status.
fn stdout(output: &Output, status: i32) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(status), "{stdout}\n{stderr}");
    stdout
}

/// The operations that a report of a run tells of, with the name of their contract.
fn reported(report: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(report).expect("JSON");
    let contracts = report["contracts"].as_array().expect("contracts");
    let each = contracts.iter().flat_map(|contract| {
        let operations = contract["operations"].as_array().expect("operations");
        operations.iter().map(move |operation| (&contract["name"], &operation["id"]))
    });
    each.map(|(name, id)| format!("{} {}", name.as_str().unwrap_or("?"), id.as_str().unwrap_or("?"))).collect()
}

#[tokio::test]
async fn a_run_tests_the_operations_that_are_named_and_no_others() {
    let (folder, url) = (folder(), serve(StatusCode::OK).await);
    let run = ["run", "--target", &url, "--spec", "notes.yaml", "--regressions", "off"];
    for id in IDS {
        let output = conform(folder.path(), &[&run[..], &["--operation", id, "--format", "json"]].concat()).await;
        assert_eq!(reported(&stdout(&output, 0)), [format!("notes {id}")]);
        let output = conform(folder.path(), &[&run[..], &["--operation", id]].concat()).await;
        let text = stdout(&output, 0);
        assert!(text.contains("operations: 1 passed, 0 failed, 0 untestable"), "{text}");
    }
    let two = ["--operation", "readTag", "--operation", "createNote", "--format", "json"];
    let output = conform(folder.path(), &[&run[..], &two].concat()).await;
    assert_eq!(reported(&stdout(&output, 0)), ["notes createNote", "notes readTag"], "in the document's order");
    let output = conform(folder.path(), &[&run[..], &["--operation", "readTags"]].concat()).await;
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no operation `readTags`"));
}

#[tokio::test]
async fn an_operation_is_chosen_among_those_of_all_contracts() {
    let (folder, url) = (folder(), serve(StatusCode::OK).await);
    let run = ["run", "--target", &url, "--spec", "notes.yaml", "--spec", "tags.yaml", "--regressions", "off"];
    let json = ["--format", "json"];
    let output = conform(folder.path(), &[&run[..], &["--operation", "allTags"], &json].concat()).await;
    assert_eq!(reported(&stdout(&output, 0)), ["tags allTags"]);
    let both = ["--operation", "allTags", "--operation", "listTags"];
    let output = conform(folder.path(), &[&run[..], &both, &json].concat()).await;
    assert_eq!(reported(&stdout(&output, 0)), ["notes listTags", "tags allTags"]);
    let output = conform(folder.path(), &[&run[..], &json].concat()).await;
    assert_eq!(reported(&stdout(&output, 0)).len(), IDS.len() + 3);
}

#[tokio::test]
async fn a_built_in_contract_and_its_operation_are_chosen_by_name() {
    let folder = folder();
    let run = ["run", "--cases", "0", "--regressions", "off", "--format", "json"];
    let output = conform(folder.path(), &[&run[..], &["--provider", "ada"]].concat()).await;
    let of_ada = reported(&stdout(&output, 0));
    assert_eq!(of_ada.len(), 1);
    // By its operation alone, it is found among all five; another one has the same id.
    let id = of_ada[0].strip_prefix("ada ").expect("the contract's name");
    let output = conform(folder.path(), &[&run[..], &["--operation", id]].concat()).await;
    assert_eq!(reported(&stdout(&output, 0)), [format!("asapp {id}"), format!("ada {id}")]);
}

#[tokio::test]
async fn a_run_that_is_cut_short_by_an_unreachable_target_tells_of_the_operations_that_were_named() {
    let folder = folder();
    let run = ["run", "--target", "http://127.0.0.1:1", "--spec", "notes.yaml", "--regressions", "off"];
    let output = conform(folder.path(), &[&run[..], &["--operation", "readTag", "--format", "json"]].concat()).await;
    assert_eq!(reported(&stdout(&output, 3)), ["notes readTag"]);
}

#[tokio::test]
async fn the_plan_of_an_operation_is_that_among_all_others() {
    let folder = folder();
    let plan = ["plan", "notes.yaml", "--format", "ndjson"];
    let whole = stdout(&conform(folder.path(), &plan).await, 0);
    for id in IDS {
        let output = conform(folder.path(), &[&plan[..], &["--operation", id]].concat()).await;
        let own = format!("{{\"operation\":\"{id}\"");
        let expected: Vec<&str> = whole.lines().filter(|line| line.starts_with(&own)).collect();
        assert!(!expected.is_empty());
        assert_eq!(stdout(&output, 0).lines().collect::<Vec<_>>(), expected);
    }
}

#[tokio::test]
async fn what_is_explained_of_an_operation_is_that_among_all_others() {
    let folder = folder();
    let whole = stdout(&conform(folder.path(), &["explain", "notes.yaml"]).await, 0);
    for id in IDS {
        let output = conform(folder.path(), &["explain", "notes.yaml", "--operation", id]).await;
        let text = stdout(&output, 0);
        let own = text.split("\n\n").nth(1).expect("the operation after the title");
        assert!(own.starts_with(&format!("{id}: ")) && text.split("\n\n").count() == 2, "{text}");
        assert!(whole.contains(own.trim_end()), "{own}");
    }
}

#[tokio::test]
async fn a_kept_case_is_sent_first_and_again_when_its_operation_is_named() {
    let (folder, url) = (folder(), serve(StatusCode::INTERNAL_SERVER_ERROR).await);
    let run = ["--target", &url, "--spec", "notes.yaml"];
    let named = ["--operation", "listTags", "--format", "json", "--cases", "0"];
    stdout(&conform(folder.path(), &[&["run"], &run[..], &named].concat()).await, 1);
    let kept = std::fs::read_dir(folder.path().join("conform-regressions")).expect("a folder");
    let file = kept.map(|file| file.expect("a file").path()).next().expect("the crash is kept");
    let file = file.to_str().expect("UTF-8");
    assert!(std::fs::read_to_string(file).expect("is read").contains("operation: listTags"));

    let again = conform(folder.path(), &[&["run"], &run[..], &named].concat()).await;
    assert!(stdout(&again, 1).contains("\"origin\": \"regression\""));
    for selection in [&[][..], &["--operation", "listTags"]] {
        let replayed = conform(folder.path(), &[&["replay", file], &run[..], selection].concat()).await;
        assert!(stdout(&replayed, 1).contains("STILL FAILS"));
    }
    // It is of an operation that is not selected.
    let other = conform(folder.path(), &[&["replay", file], &run[..], &["--operation", "readTag"]].concat()).await;
    stdout(&other, 2);
    let other =
        conform(folder.path(), &[&["run"], &run[..], &["--cases", "0", "--operation", "readTag"]].concat()).await;
    stdout(&other, 0);
}

#[tokio::test]
async fn the_snapshots_of_an_operation_are_those_among_all_others() {
    let (folder, url) = (folder(), serve(StatusCode::OK).await);
    let run = ["run", "--target", &url, "--spec", "notes.yaml", "--regressions", "off", "--snapshots", "shape"];
    let recorded = ["--update-snapshots", "all"];
    let names = || {
        let shapes = folder.path().join("snapshots/behaviour/notes");
        let files = std::fs::read_dir(shapes).expect("snapshots").map(|file| file.expect("a file").file_name());
        let mut names: Vec<String> = files.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };
    stdout(&conform(folder.path(), &[&run[..], &recorded, &["--operation", "createNote"]].concat()).await, 0);
    let own = names();
    assert!(!own.is_empty() && own.iter().all(|name| name.starts_with("createNote.")), "{own:?}");
    stdout(&conform(folder.path(), &[&run[..], &recorded].concat()).await, 0);
    assert!(own.iter().all(|name| names().contains(name)), "{own:?}");
    // They are still what the operation shows when it is tested alone.
    let alone = ["--update-snapshots", "no", "--operation", "createNote"];
    let compared = conform(folder.path(), &[&run[..], &alone].concat()).await;
    let text = stdout(&compared, 0);
    assert!(text.contains("0 errors, 0 warnings"), "{text}");

    let snapshots = ["snapshots", "--spec", "notes.yaml"];
    let orphans = conform(folder.path(), &[&snapshots[..], &["prune", "--dry-run"]].concat()).await;
    assert_eq!(stdout(&orphans, 0), "");
    stdout(&conform(folder.path(), &[&snapshots[..], &["accept"]].concat()).await, 0);
    stdout(&conform(folder.path(), &[&snapshots[..], &["list"]].concat()).await, 0);
}

#[tokio::test]
async fn operations_are_included_and_excluded_by_path_method_tag_and_id() {
    let (folder, url) = (folder(), serve(StatusCode::OK).await);
    let marked = NOTES.replace("operationId: listTags,", "operationId: listTags, tags: [Old], deprecated: true,");
    std::fs::write(folder.path().join("notes.yaml"), marked).expect("is written");
    let run = ["run", "--target", &url, "--spec", "notes.yaml", "--regressions", "off", "--cases", "0"];
    for (flags, expected) in [
        (&["--include", "path:/notes"][..], &["listNotes", "createNote"][..]),
        (&["--include", "method:get"], &["listNotes", "listTags", "readTag"]),
        (&["--include", "tag:Old"], &["listTags"]),
        (&["--include", "operation:*Tag"], &["readTag", "deleteTag"]),
        (&["--include", "/tags*", "--exclude", "method:DELETE"], &["listTags", "readTag"]),
        (&["--include", "tag:Old", "--operation", "createNote"], &["createNote", "listTags"]),
        (&["--operation", "createNote", "--operation", "readTag", "--exclude", "createNote"], &["readTag"]),
        (&["--exclude-deprecated", "--exclude", "/notes"], &["readTag", "deleteTag"]),
        (&["--safe"], &["listNotes", "listTags", "readTag"]),
    ] {
        let output = conform(folder.path(), &[&run[..], flags, &["--format", "json"]].concat()).await;
        let expected: Vec<String> = expected.iter().map(|id| format!("notes {id}")).collect();
        assert_eq!(reported(&stdout(&output, 0)), expected, "{flags:?}");
    }
    let left = ["--exclude", "path:/notes", "--exclude-deprecated", "--safe"];
    let text = stdout(&conform(folder.path(), &[&run[..], &left].concat()).await, 0);
    let section = text.split("left out\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("a section");
    insta::assert_snapshot!(section);
}

#[tokio::test]
async fn what_names_no_operation_is_an_error_that_says_what_was_meant() {
    let folder = folder();
    let run = ["run", "--target", "http://127.0.0.1:1", "--spec", "notes.yaml", "--regressions", "off"];
    for (flags, told) in [
        (&["--include", "path:/note"][..], &["--include path:/note names no operation", "did you mean `/notes`?"][..]),
        (&["--exclude", "tag:Old"], &["--exclude tag:Old names no operation", "there is none"]),
        (&["--exclude", "method:PSOT"], &["did you mean `POST`?"]),
        (&["--include", "operation:readTags"], &["did you mean `readTag`?"]),
        (&["--include", "pth:/notes"], &["did you mean `path:/notes`?"]),
        (&["--include", "path:"], &["write path:GLOB"]),
        (&["--safe", "--operation", "createNote"], &["no operation is left to test: POST /notes", "--safe"]),
        (&["--include", "/notes", "--exclude", "*"], &["no operation is left to test", "--exclude"]),
        (&["--safe", "--destructive"], &["cannot be used with"]),
    ] {
        let output = conform(folder.path(), &[&run[..], flags].concat()).await;
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{flags:?}: {stderr}");
        assert!(told.iter().all(|told| stderr.contains(told)), "{flags:?}: {stderr}");
    }
    // The same choice is that of a plan.
    let plan = ["plan", "notes.yaml", "--format", "ndjson", "--include", "tag:None"];
    assert_eq!(conform(folder.path(), &plan).await.status.code(), Some(2));
    let plan = stdout(&conform(folder.path(), &["plan", "notes.yaml", "--safe", "--cases", "0"]).await, 0);
    assert!(plan.contains("/tags") && !plan.contains("DELETE"), "{plan}");
}
