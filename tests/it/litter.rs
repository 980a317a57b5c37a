//! What a run has made while nobody waited for it is deleted as well; what is called otherwise than it asked for is told.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use axum::response::Response;
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::scripted::{self, Scripted};
use crate::support::served::{Asked, empty, json, not_allowed, serve_all};

const FILES: &str = "\
openapi: 3.1.0
info: {title: Files, version: '1'}
paths:
  /files/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string, minLength: 1}}]
    get: {operationId: show, responses: {'204': {description: there}, '404': {description: none}}}
    put:
      operationId: write
      responses: {'201': {description: made}, '204': {description: there}}
    patch:
      operationId: rename
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string, minLength: 1, pattern: '^[a-z]+$'}}}}}
      responses:
        '200': {description: renamed, content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
        '400': {description: no name}
        '404': {description: none}
        '409': {description: another has that name}
        '415': {description: no JSON}
    delete: {operationId: remove, responses: {'204': {description: gone}, '404': {description: none}}}
";

/// What is answered; `renames` says whether a new name is taken up, or only repeated.
fn answer(files: &mut BTreeSet<String>, renames: bool, asked: &Asked) -> Response {
    let Some(name) = asked.path.strip_prefix("/files/").filter(|name| !name.is_empty()) else { return empty(404) };
    let is_there = files.contains(name);
    match asked.method.as_str() {
        "GET" => empty(if is_there { 204 } else { 404 }),
        "PUT" => empty(if files.insert(name.to_owned()) { 201 } else { 204 }),
        "DELETE" => empty(if files.remove(name) { 204 } else { 404 }),
        "PATCH" if !is_there => empty(404),
        "PATCH" if !asked.is_json() => empty(415),
        "PATCH" => {
            let new = asked.json().and_then(|body| Some(body["name"].as_str()?.to_owned()));
            let is_name = |new: &String| !new.is_empty() && new.bytes().all(|byte| byte.is_ascii_lowercase());
            let Some(new) = new.filter(is_name) else { return empty(400) };
            if renames {
                if new != name && files.contains(&new) {
                    return empty(409);
                }
                files.remove(name);
                files.insert(new.clone());
            }
            json(200, &json!({"name": new}))
        }
        _ => not_allowed("GET, PUT, PATCH, DELETE"),
    }
}

/// The files that are there after a run, and what the run says of what it made.
async fn run(there: &[&str], renames: bool) -> (Vec<String>, Value) {
    let files = Arc::new(Mutex::new(there.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>()));
    let served = files.clone();
    let url = serve_all(move |asked| answer(&mut served.lock().expect("no panic"), renames, asked)).await;
    let folder = folder_with(&[("api.yaml", FILES)]);
    let inputs = ["--spec", "api.yaml", "--target", &url, "--regressions", "off", "--format", "json"];
    let report = report::read(&run_beside(folder.path(), &inputs).await);
    let left = files.lock().expect("no panic").iter().cloned().collect();
    (left, report["contracts"][0]["made"].clone())
}

#[tokio::test]
async fn what_was_renamed_or_has_an_odd_name_is_told() {
    let (left, made) = run(&["mine"], true).await;
    let told = |key: &str| made[key].as_array().cloned().unwrap_or_default();
    let told: Vec<Value> = told("left_at").into_iter().chain(told("may_be_left")).collect();
    let is_told = |name: &String| {
        let plain = percent_encoding::percent_decode_str(name).decode_utf8_lossy().into_owned();
        told.iter().any(|path| *path == format!("/files/{plain}"))
    };
    assert!(left.iter().any(|name| name == "mine") && left.len() > 1, "{left:?}");
    assert!(left.iter().filter(|name| *name != "mine").all(is_told), "{left:?} {made}");
    assert!(made["deleted"].as_u64().is_some_and(|deleted| deleted > 0), "{made}");
}

/// `a` is a name that a run asks for: where nothing is renamed, it is somebody else's.
#[tokio::test]
async fn what_is_only_repeated_is_no_new_name() {
    let there = ["a", "aa", "mine", "name", "text"];
    let (left, made) = run(&there, false).await;
    let is_there = |name: &&str| left.iter().any(|left| left == name);
    assert!(there.iter().all(is_there), "{left:?} {made}");
    assert_eq!(made["may_be_left"], json!([]), "{made}");
}

const THINGS: &str = "\
openapi: 3.1.0
info: {title: Things, version: '1'}
paths:
  /things:
    post:
      operationId: make
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, properties: {name: {type: string}, size: {type: integer}, tags: {type: array, items: {type: string}}}}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {type: object}}}}
        '400': {description: no JSON}
        '415': {description: no JSON}
        '422': {description: refused}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer, minimum: 1}}]
    delete: {operationId: remove, responses: {'204': {description: gone}, '404': {description: none}}}
";

/// It takes a while to make something: whenever the run ends, some of that is under way.
#[test]
fn what_is_made_while_a_run_is_stopped_is_deleted_too() {
    let things: Arc<Mutex<(usize, BTreeSet<usize>)>> = Arc::default();
    let served = things.clone();
    let target = Scripted::start(move |asked| {
        let (method, path) = asked.line.split_once(' ').unwrap_or_default();
        let there = || served.lock().expect("no panic");
        let id = path.strip_prefix("/things/").and_then(|id| id.parse::<usize>().ok());
        match (method, id) {
            ("POST", None) => {
                let number = {
                    let mut there = there();
                    there.0 += 1;
                    there.0
                };
                if number % 6 != 0 {
                    return scripted::json("422 Unprocessable Content", "", "{}");
                }
                thread::sleep(Duration::from_millis(700));
                there().1.insert(number);
                scripted::json("201 Created", "", &format!("{{\"id\": {number}}}"))
            }
            ("DELETE", Some(id)) if there().1.remove(&id) => scripted::json("204 No Content", "", ""),
            (_, Some(_)) => scripted::json("404 Not Found", "", "{}"),
            _ => scripted::json("405 Method Not Allowed", "Allow: POST, DELETE\r\n", "{}"),
        }
    });
    let folder = folder_with(&[("api.yaml", THINGS)]);
    let inputs = ["--spec", "api.yaml", "--target", &target.url, "--regressions", "off", "--format", "json"];
    let command = [&inputs[..], &["--max-time", "2s", "--concurrency", "8"]].concat();
    let ended = crate::support::command::run(folder.path(), &command);
    let left = things.lock().expect("no panic");
    assert!(left.0 > 6, "{} requests", left.0);
    assert_eq!(left.1, BTreeSet::new(), "{}", ended.stdout);
}

const FOLDERS: &str = "\
openapi: 3.1.0
info: {title: Folders, version: '1'}
paths:
  /folders:
    post:
      operationId: make
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}, parent_id: {type: integer}}}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: integer}}}}}}
        '400': {description: invalid}
        '409': {description: There is no such parent}
        '415': {description: no JSON}
  /folders/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {operationId: show, responses: {'200': {description: it, content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: integer}}}}}}, '404': {description: none}}}
    delete: {operationId: remove, responses: {'204': {description: gone}, '404': {description: none}, '409': {description: Others stand below it}}}
";

/// By number, with that of the parent.
type Folders = Arc<Mutex<(u64, std::collections::BTreeMap<u64, Option<u64>>)>>;

/// Each fifth one can never be deleted, if `some_stay`.
fn folder(folders: &Folders, some_stay: bool, asked: &Asked) -> Response {
    let (count, there) = &mut *folders.lock().expect("no panic");
    let id = asked.path.strip_prefix("/folders/").and_then(|id| id.parse::<u64>().ok());
    match (asked.method.as_str(), id) {
        ("POST", None) if asked.path != "/folders" => empty(404),
        ("POST", None) if !asked.is_json() => empty(415),
        ("POST", None) => {
            let Some(body) = asked.json().filter(|body| body["name"].is_string()) else { return empty(400) };
            let parent = body.get("parent_id");
            if parent.is_some_and(|parent| !parent.is_u64() && !parent.is_i64()) {
                return empty(400);
            }
            let parent = parent.and_then(Value::as_u64);
            if body.get("parent_id").is_some() && !parent.is_some_and(|parent| there.contains_key(&parent)) {
                return json(409, &json!({"error": "no such parent"}));
            }
            *count += 1;
            there.insert(*count, parent);
            json(201, &json!({"id": *count}))
        }
        (_, Some(id)) if !there.contains_key(&id) => empty(404),
        ("GET", Some(id)) => json(200, &json!({"id": id})),
        ("DELETE", Some(id))
            if there.values().any(|parent| *parent == Some(id)) || some_stay && id.is_multiple_of(5) =>
        {
            empty(409)
        }
        ("DELETE", Some(id)) => {
            there.remove(&id);
            empty(204)
        }
        (_, None) => not_allowed("POST"),
        _ => not_allowed("GET, DELETE"),
    }
}

#[tokio::test]
async fn a_deletion_that_is_refused_is_tried_after_the_others_and_keeps_none_of_them() {
    for some_stay in [false, true] {
        let folders = Folders::default();
        let served = folders.clone();
        let url = serve_all(move |asked| folder(&served, some_stay, asked)).await;
        let own = folder_with(&[("api.yaml", FOLDERS)]);
        let inputs = ["--spec", "api.yaml", "--target", &url, "--regressions", "off", "--format", "json"];
        let report = report::read(&run_beside(own.path(), &inputs).await);
        let (count, left) = folders.lock().expect("no panic").clone();
        let may_stay =
            |id: &u64| some_stay && (id.is_multiple_of(5) || left.values().any(|parent| *parent == Some(*id)));
        assert!(count > 20 && left.keys().all(may_stay), "{count} {left:?} {}", report["contracts"][0]["made"]);
    }
}
