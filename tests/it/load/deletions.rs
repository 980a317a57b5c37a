//! What one deletion takes away from another.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::run_by;
use crate::support::report;
use crate::support::scripted::{Scripted, json};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Things, version: '1'}
paths:
  /things:
    post: {operationId: make, responses: {'201': {description: made, content: {application/json: {schema: {type: object}}}}}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer, minimum: 1}}]
    get: {operationId: show, responses: {'204': {description: there}, '404': {description: none}}}
    delete: {operationId: remove, responses: {'204': {description: gone}, '404': {description: none}}}
";

#[test]
fn requests_of_a_deletion_are_sent_one_after_the_other() {
    let things: Mutex<BTreeMap<String, bool>> = Mutex::default();
    let (deleting, most): (Mutex<BTreeMap<String, usize>>, Arc<AtomicUsize>) = Default::default();
    let seen = most.clone();
    let target = Scripted::start(move |asked| {
        let (method, path) = asked.line.split_once(' ').unwrap_or_default();
        let is_there = |path: &str| things.lock().expect("no panic").get(path).copied();
        match method {
            "POST" if path == "/things" => {
                let mut things = things.lock().expect("no panic");
                let id = things.len() + 100;
                things.insert(format!("/things/{id}"), true);
                json("201 Created", "", &format!("{{\"id\": {id}}}"))
            }
            "DELETE" if is_there(path).is_some() => {
                let count = |change: fn(&mut usize)| {
                    let mut deleting = deleting.lock().expect("no panic");
                    let count = deleting.entry(path.to_owned()).or_default();
                    change(count);
                    *count
                };
                most.fetch_max(count(|count| *count += 1), Ordering::SeqCst);
                thread::sleep(Duration::from_millis(10));
                count(|count| *count -= 1);
                match things.lock().expect("no panic").insert(path.to_owned(), false) {
                    Some(true) => json("204 No Content", "", ""),
                    _ => json("404 Not Found", "", "{}"),
                }
            }
            "GET" if is_there(path) == Some(true) => json("204 No Content", "", ""),
            "GET" | "DELETE" if path != "/things" => json("404 Not Found", "", "{}"),
            _ => json("405 Method Not Allowed", "Allow: GET, POST, DELETE\r\n", "{}"),
        }
    });
    let ran = run_by(DOCUMENT, &target.url, &[]);
    assert_eq!(report::untested(&ran.report), [""; 0], "{:#}", ran.report);
    assert_eq!(seen.load(Ordering::SeqCst), 1);
    // Others are not held back.
    assert!(target.most_in_flight() > 1);
}
