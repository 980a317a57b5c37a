//! What a target takes only once differs from request to request.

use std::collections::BTreeSet;

use axum::response::Response;
use serde_json::{Value, json};

use super::run;
use crate::support::served::{Asked, empty, json as answer, not_allowed};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Users, version: '1'}
paths:
  /users:
    post:
      operationId: add
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}
        '400': {description: refused}
        '409': {description: taken}
        '415': {description: refused}
components:
  schemas:
    User:
      type: object
      required: [code]
      properties:
        code: {type: string, pattern: '^[A-Z]{2}[0-9]{4}$'}
        email: {type: string, maxLength: 60}
        age: {type: integer, minimum: 1, maximum: 120}
";

#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// 409.
    Conflict,
    /// 400 with words.
    Words,
    /// 500.
    Fails,
    /// No user is older than 50, or they are refused as if they were there.
    RefusesOld,
    /// What it shows of a user older than 50 has no code.
    ForgetsCodes,
}

fn serve(way: Way, codes: &mut BTreeSet<String>, asked: &Asked) -> Response {
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/users") if !asked.is_json() => return empty(415),
        ("POST", "/users") => {}
        (_, "/users") => return not_allowed("POST"),
        _ => return empty(404),
    }
    let Some(body) = asked.json().filter(Value::is_object) else { return empty(400) };
    let code = body["code"].as_str().unwrap_or_default();
    let is_code = code.len() == 6
        && code.bytes().take(2).all(|byte| byte.is_ascii_uppercase())
        && code.bytes().skip(2).all(|byte| byte.is_ascii_digit());
    let email = body.get("email").is_none_or(|email| email.as_str().is_some_and(|text| text.chars().count() <= 60));
    let age = body.get("age").map(Value::as_f64);
    let is_age = age.is_none_or(|age| age.is_some_and(|age| (1.0..=120.0).contains(&age) && age.fract() == 0.0));
    if !is_code || !email || !is_age {
        return empty(400);
    }
    let is_old = age.flatten().is_some_and(|age| age > 50.0);
    if is_old && way == Way::RefusesOld {
        return empty(400);
    }
    if !codes.insert(code.to_owned()) {
        return match way {
            Way::Fails => empty(500),
            Way::Words => answer(400, &json!({"code": ["user with this code already exists."]})),
            _ => empty(409),
        };
    }
    let mut shown = body.clone();
    if is_old && way == Way::ForgetsCodes {
        shown.as_object_mut().expect("an object").remove("code");
    }
    answer(201, &shown)
}

#[tokio::test]
async fn each_request_has_a_code_of_its_own() {
    for way in [Way::Conflict, Way::Words] {
        let (ran, codes) = run(DOCUMENT, BTreeSet::new(), &[], move |state, asked| serve(way, state, asked)).await;
        assert!(ran.is_whole(), "{ran}");
        let valid = &ran.report["contracts"][0]["operations"][0];
        let [sent, accepted] = ["sent", "accepted"].map(|key| valid["valid_cases"][key].as_u64().unwrap_or_default());
        assert!(accepted + 3 >= sent && sent > 40, "{valid:#}");
        assert!(codes.lock().expect("no panic").len() > 10);
    }
}

#[tokio::test]
async fn what_only_one_of_them_shows_is_found() {
    let (ran, _) = run(DOCUMENT, BTreeSet::new(), &[], |state, asked| serve(Way::ForgetsCodes, state, asked)).await;
    assert!(ran.found().iter().any(|(check, _)| check == "response-schema"), "{ran}");
    // That it is refused for its age is no less told.
    let (ran, _) = run(DOCUMENT, BTreeSet::new(), &[], |state, asked| serve(Way::RefusesOld, state, asked)).await;
    assert!(ran.found().iter().any(|(check, _)| check == "rejected-valid"), "{ran}");
}

#[tokio::test]
async fn what_is_taken_by_chance_is_the_same_in_each_run() {
    let run =
        || run(DOCUMENT, BTreeSet::new(), &["--concurrency", "1"], |state, asked| serve(Way::Conflict, state, asked));
    let (one, two) = (run().await.1, run().await.1);
    assert_eq!(*one.lock().expect("no panic"), *two.lock().expect("no panic"));
}

#[tokio::test]
async fn a_failure_at_what_is_taken_is_told_once_and_of_no_case() {
    // What is under way before anything was accepted is told for itself.
    let one = ["--concurrency", "1"];
    let (ran, codes) = run(DOCUMENT, BTreeSet::new(), &one, |state, asked| serve(Way::Fails, state, asked)).await;
    assert!(!ran.errors.is_empty() && ran.errors.iter().all(|[check, ..]| check == "server-error"), "{ran}");
    assert_eq!(ran.report["root_causes"].as_array().map_or(1, Vec::len), 1, "one cause: {ran}");
    assert!(ran.report.to_string().contains("what was accepted before, once more"), "{ran}");
    assert!(codes.lock().expect("no panic").len() > 10);
}
