//! What a run that is ended early has made.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::process::{Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::signals::kill;
use super::{Act, Scripted};
use crate::support::command::{conform, folder_with};
use crate::support::report;
use crate::support::scripted::json;

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Things, version: '1'}
paths:
  /things:
    post:
      operationId: make
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}
      responses: {'201': {description: made, content: {application/json: {schema: {type: object}}}}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer, minimum: 1}}]
    delete: {operationId: remove, responses: {'204': {description: gone}}}
";
/// What is made before the target hangs.
const MADE: usize = 20;

/// A run that is interrupted once so much is made, and again after `again`; its output, how long it went on, and what is left.
fn interrupted(deletes: fn() -> Act, again: Option<Duration>) -> (Output, Duration, usize) {
    let things: Arc<Mutex<BTreeSet<usize>>> = Arc::default();
    let (there, next) = (things.clone(), AtomicUsize::new(0));
    let (hung, hangs) = std::sync::mpsc::channel();
    let target = Scripted::start(move |asked| {
        let (method, path) = asked.line.split_once(' ').unwrap_or_default();
        let id = path.strip_prefix("/things/").and_then(|id| id.parse().ok());
        match (method, id) {
            ("POST", _) => match next.fetch_add(1, Ordering::SeqCst) {
                id if id < MADE => {
                    there.lock().expect("no panic").insert(id + 100);
                    json("201 Created", "", &format!("{{\"id\": {}}}", id + 100))
                }
                _ => {
                    let _ = hung.send(());
                    Act::Hang
                }
            },
            ("DELETE", Some(id)) => match deletes() {
                Act::Answer(answer) => {
                    there.lock().expect("no panic").remove(&id);
                    Act::Answer(answer)
                }
                other => other,
            },
            _ => json("404 Not Found", "", "{}"),
        }
    });
    let folder = folder_with(&[("api.yaml", DOCUMENT)]);
    let mut command = conform(folder.path());
    command.args(["--spec", "api.yaml", "--regressions", "off", "--timeout", "60s", "--format", "json"]);
    let child = command.args(["--target", &target.url]).stdout(Stdio::piped()).spawn().expect("it starts");
    hangs.recv_timeout(Duration::from_secs(60)).expect("the run comes to a halt");
    std::thread::sleep(Duration::from_millis(300));
    let ended = Instant::now();
    kill("-INT", child.id());
    if let Some(again) = again {
        std::thread::sleep(again);
        kill("-INT", child.id());
    }
    let output = child.wait_with_output().expect("it ends");
    let left = things.lock().expect("no panic").len();
    (output, ended.elapsed(), left)
}

fn gone() -> Act {
    json("204 No Content", "", "")
}

#[test]
fn what_a_run_that_is_ended_has_made_is_deleted_and_told() {
    let (output, _, left) = interrupted(gone, None);
    let report = report::read(&output);
    assert_eq!((output.status.code(), left), (Some(130), 0));
    let made = serde_json::json!({"deleted": MADE, "left": 0, "left_at": [], "may_be_left": []});
    assert_eq!(report["contracts"][0]["made"], made);
}

#[test]
fn what_cannot_be_deleted_in_a_few_seconds_is_told() {
    let (output, took, left) = interrupted(|| Act::Hang, None);
    let report = report::read(&output);
    assert_eq!((output.status.code(), left), (Some(130), MADE));
    let made = &report["contracts"][0]["made"];
    assert_eq!((&made["deleted"], &made["left"]), (&serde_json::json!(0), &serde_json::json!(MADE)));
    assert_eq!(made["left_at"].as_array().map(Vec::len), Some(MADE));
    assert!(took < Duration::from_secs(15), "{took:?}");
}

#[test]
fn who_ends_a_run_twice_does_not_wait() {
    let (output, took, _) = interrupted(|| Act::Hang, Some(Duration::from_millis(1500)));
    assert_eq!((output.status.code(), &*output.stdout), (Some(130), &b""[..]));
    assert!(took < Duration::from_millis(4500), "{took:?}");
}
