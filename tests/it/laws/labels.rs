//! A name that a client chooses and that is taken, on a server of labels.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::response::Response;
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Labels, version: '1'}
paths:
  /labels:
    post:
      operationId: addLabel
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Label'}}}}
      responses: {'200': {$ref: '#/components/responses/Label'}, '201': {$ref: '#/components/responses/Label'}, '400': {description: no}, '409': {description: taken}, '415': {description: no}}
  /labels/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string, pattern: '^[a-z]{3,40}$'}}]
    get: {operationId: getLabel, responses: {'200': {$ref: '#/components/responses/Label'}, '400': {description: no}, '404': {description: none}}}
components:
  schemas:
    Label:
      type: object
      required: [name, rank]
      additionalProperties: false
      properties: {name: {type: string, pattern: '^[a-z]{3,40}$'}, rank: {type: integer, minimum: 0, maximum: 99}}
  responses:
    Label: {description: a label, content: {application/json: {schema: {$ref: '#/components/schemas/Label'}}}}
";

/// What a creation under a name that is taken comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ways {
    Refused,
    /// A 200, and another label.
    Replaced,
    /// A 201, and another label.
    MadeAgain,
}

fn serve(ways: Ways, labels: &mut BTreeMap<String, i64>, asked: &Asked) -> Response {
    let is_name = |text: &str| (3..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase());
    let shown = |name: &str, rank: i64| json!({"name": name, "rank": rank});
    if let Some(name) = asked.path.strip_prefix("/labels/") {
        return match labels.get(name) {
            _ if asked.method != "GET" => not_allowed("GET"),
            _ if !is_name(name) => empty(400),
            Some(rank) => answer(200, &shown(name, *rank)),
            None => empty(404),
        };
    }
    match asked.method.as_str() {
        _ if asked.path != "/labels" => return empty(404),
        "POST" if !asked.is_json() => return empty(415),
        "POST" => {}
        _ => return not_allowed("POST"),
    }
    let body = asked.json().unwrap_or_default();
    let rank = body["rank"].as_f64().filter(|rank| rank.fract() == 0.0 && (0.0..100.0).contains(rank));
    let is_whole = body.as_object().is_some_and(|members| members.len() == 2);
    let (Some(name), Some(rank), true) = (body["name"].as_str().filter(|name| is_name(name)), rank, is_whole) else {
        return empty(400);
    };
    let is_taken = labels.contains_key(name);
    if is_taken && ways == Ways::Refused {
        return empty(409);
    }
    labels.insert(name.to_owned(), rank as i64);
    answer(if is_taken && ways == Ways::Replaced { 200 } else { 201 }, &shown(name, rank as i64))
}

#[tokio::test]
async fn a_name_that_is_taken_is_not_created_again() {
    for (ways, told) in [(Ways::Refused, None), (Ways::Replaced, None), (Ways::MadeAgain, Some("same-id"))] {
        let labels = Arc::new(Mutex::new(BTreeMap::new()));
        let url = serve_all(move |asked| serve(ways, &mut labels.lock().expect("no panic"), asked)).await;
        let folder = folder_with(&[("api.yaml", DOCUMENT)]);
        let options = ["--spec", "api.yaml", "--target", &url, "--regressions", "off", "--format", "json"];
        let report = report::read(&run_beside(folder.path(), &[&options[..], &["--cases", "0"]].concat()).await);
        let found = report::findings(&report).into_iter().filter(|finding| finding["severity"] == "error");
        let found: BTreeSet<String> =
            found.map(|finding| finding["check"].as_str().unwrap_or_default().to_owned()).collect();
        assert_eq!(
            found,
            told.into_iter().map(str::to_owned).collect(),
            "{ways:?} {:?}",
            Value::from(report::untested(&report))
        );
    }
}
