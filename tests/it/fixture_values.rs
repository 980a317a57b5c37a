//! `values` of the fixtures: what valid requests have at a place.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::response::Response;
use serde_json::{Value, json};

use crate::support::command::{folder_with, run, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Users, version: '1'}
paths:
  /users:
    get:
      operationId: list
      parameters: [{name: team, in: query, schema: {type: string}}]
      responses: {'200': {description: all}, '400': {description: no}}
    post:
      operationId: add
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [email]
              properties: {email: {type: string, minLength: 1}, role: {type: string}, home: {type: object}, name: {type: string, maxLength: 20}}
      responses: {'204': {description: made}, '400': {description: no}, '409': {description: taken}, '415': {description: no}}
";

/// The values that its server wants, as a person would write them.
const FIXTURES: &str = "\
values:
  - {operation: add, at: body#/email, use: \"user-${unique}@example.test\"}
  - {operation: add, at: body#/role, file: roles.txt}
  - {operation: add, at: body#/home, use: {city: Bonn}}
  - {at: query.team, use: [red, blue]}
";

#[derive(Default)]
struct Seen {
    emails: BTreeSet<String>,
    roles: BTreeSet<String>,
    teams: BTreeSet<String>,
    taken: usize,
}

fn respond(seen: &mut Seen, asked: &Asked) -> Response {
    match (asked.method.as_str(), asked.path.as_str()) {
        ("GET" | "HEAD", "/users") => {
            let mut pairs = url::form_urlencoded::parse(asked.query.as_bytes());
            let team = pairs.find(|(name, _)| name == "team").map(|(_, team)| team.into_owned()).unwrap_or_default();
            let is_known = ["red", "blue"].contains(&team.as_str());
            if is_known {
                seen.teams.insert(team);
            }
            if is_known { answer(200, &json!([])) } else { empty(400) }
        }
        ("POST", "/users") if !asked.is_json() => empty(415),
        ("POST", "/users") => {
            let Some(Value::Object(body)) = asked.json() else { return empty(400) };
            let of = |name: &str| body.get(name).cloned().unwrap_or_default();
            let (Some(email), Some(role)) =
                (of("email").as_str().map(str::to_owned), of("role").as_str().map(str::to_owned))
            else {
                return empty(400);
            };
            let is_name =
                body.get("name").is_none_or(|name| name.as_str().is_some_and(|name| name.chars().count() <= 20));
            let is_mail = email.starts_with("user-") && email.ends_with("@example.test");
            if !is_name || !is_mail || of("home")["city"] != "Bonn" || !["clerk", "chief"].contains(&role.as_str()) {
                return empty(400);
            }
            seen.roles.insert(role);
            if seen.emails.insert(email) {
                empty(204)
            } else {
                seen.taken += 1;
                empty(409)
            }
        }
        (_, "/users") => not_allowed("GET, HEAD, POST"),
        _ => empty(404),
    }
}

async fn ran(fixtures: &str) -> (Option<i32>, Value, Arc<Mutex<Seen>>) {
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let state = seen.clone();
    let url = serve_all(move |asked| respond(&mut state.lock().expect("no panic"), asked)).await;
    let folder = folder_with(&[("api.yaml", DOCUMENT), ("fixtures.yaml", fixtures), ("roles.txt", "clerk\n\nchief\n")]);
    let arguments = ["api.yaml", "--target", &url, "--fixtures", "fixtures.yaml", "--cases", "20"];
    let output =
        run_beside(folder.path(), &[&arguments[..], &["--regressions", "off", "--format", "json"]].concat()).await;
    (output.status.code(), report::read(&output), seen)
}

#[tokio::test(flavor = "multi_thread")]
async fn valid_requests_have_them_each_another_one_where_they_are_unique() {
    // Without them nothing can be tested.
    assert_eq!(ran("resources: []\n").await.0, Some(3));
    let (status, report, seen) = ran(FIXTURES).await;
    assert_eq!((status, report::untested(&report), report::findings(&report)), (Some(0), vec![], vec![]), "{report:#}");
    let seen = seen.lock().expect("no panic");
    // Of what is written in a way of its own, one may stay as it was.
    assert!(seen.emails.len() > 20 && seen.taken < 3, "{} of {}", seen.taken, seen.emails.len());
    assert_eq!(seen.roles, ["chief", "clerk"].map(str::to_owned).into());
    assert_eq!(seen.teams, ["blue", "red"].map(str::to_owned).into());
    // The word of a run is in no report, so that two runs are told alike.
    let first = seen.emails.iter().next().expect("an address");
    let word = &first["user-".len()..][..8];
    assert!(!report.to_string().contains(word), "{word}");
}

#[test]
fn what_is_wrong_with_them_is_told_with_its_line() {
    let folder = |values: &str| folder_with(&[("api.yaml", DOCUMENT), ("f.yaml", &format!("values:\n  - {values}\n"))]);
    for (values, told) in [
        ("{at: body#/email}", "f.yaml:2:5: one of `use` and `file` belongs here"),
        ("{use: a}", "f.yaml:2:5: `at` is missing here"),
        ("{at: email, use: a}", "f.yaml:2:10: `email` is no place of a request"),
        ("{at: body#/email, use: []}", "0 values are here"),
        ("{at: body#/email, use: a, file: b}", "one of `use` and `file` belongs here"),
        ("{at: body#/email, file: none.txt}", "cannot read none.txt: no such file"),
        ("{at: query.team, use: 'a-{unique}'}", "`{unique}` is for values of the body"),
        ("{at: query.temas, use: a}", "did you mean `team`?"),
        ("{operation: ad, at: body#/email, use: a}", "did you mean `add`?"),
        ("{at: body#/email, us: a}", "did you mean `use`?"),
    ] {
        let folder = folder(values);
        let ended = run(folder.path(), &["api.yaml", "--target", "http://127.0.0.1:1", "--fixtures", "f.yaml"]);
        let text = ended.stderr.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
        assert!(ended.status == Some(2) && text.contains(told), "{values}: {}", ended.stderr);
    }
}
