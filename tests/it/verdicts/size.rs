//! Requests that are longer or larger than a server takes.

use axum::response::Response;
use serde_json::json;

use super::{NOTHING, Told, run};
use crate::support::served::{Asked, empty, json, not_allowed};

/// A name of any length in the path, one in the query and in a header of at most 3,000, and a text.
const DOCUMENT: &str = r##"
openapi: 3.1.0
info: {title: Notes, version: '1'}
paths:
  /notes/{name}:
    put:
      operationId: write
      parameters:
        - {name: name, in: path, required: true, schema: {type: string}}
        - {name: label, in: query, schema: {type: string, maxLength: 3000}}
        - {name: X-Label, in: header, schema: {type: string, maxLength: 3000}}
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [text], properties: {text: {type: string, minLength: 1}}}}}
      responses:
        '200': {description: written, content: {application/json: {schema: {type: object}}}}
        '400': {$ref: '#/components/responses/Error'}
        '413': {$ref: '#/components/responses/Error'}
        '415': {$ref: '#/components/responses/Error'}
components:
  responses:
    Error:
      description: an error
      content: {application/json: {schema: {type: object, required: [error]}}}
"##;

/// The most that a server takes, in octets, and what it says to more, as its own front end does.
#[derive(Clone, Copy)]
struct Limits {
    target: (usize, u16),
    fields: (usize, u16),
    body: usize,
}

fn answer(limits: Limits, asked: &Asked) -> Response {
    let Limits { target, fields, body } = limits;
    let length: usize = asked.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    match () {
        () if asked.path.len() + 1 + asked.query.len() > target.0 => empty(target.1),
        () if length > fields.0 => empty(fields.1),
        () if asked.method != "PUT" => not_allowed("PUT"),
        () if asked.body.len() > body => json(413, &json!({"error": "too large"})),
        () if !asked.header("content-type").starts_with("application/json") => json(415, &json!({"error": "no JSON"})),
        () => {
            let characters = |text: &str| text.replace("%", "").len();
            let label = asked.query.strip_prefix("label=").unwrap_or_default();
            let text = asked.json().is_some_and(|body| body["text"].as_str().is_some_and(|text| !text.is_empty()));
            // The only labels that are too long are of ASCII or of four octets a character.
            let is_long = characters(label) > 3000 && (!label.contains("%F0") || label.len() > 3000 * 12);
            let header = asked
                .headers
                .get("x-label")
                .map_or(0, |value| String::from_utf8_lossy(value.as_bytes()).chars().count());
            match text && !is_long && header <= 3000 {
                true => json(200, &json!({})),
                false => json(400, &json!({"error": "invalid"})),
            }
        }
    }
}

async fn told(document: &str, limits: Limits) -> Told {
    run(document, NOTHING, &[], move |asked| answer(limits, asked)).await
}

const WIDE: Limits = Limits { target: (60_000, 414), fields: (60_000, 431), body: 60_000 };

#[tokio::test]
async fn a_server_that_takes_requests_of_2_000_octets_is_right_whatever_it_says_to_longer_ones() {
    for (target, fields) in [(414, 431), (400, 400), (404, 431), (413, 413)] {
        let limits = Limits { target: (2_300, target), fields: (2_300, fields), ..WIDE };
        let told = told(DOCUMENT, limits).await;
        assert_eq!(told.errors(), [""; 0], "{target}");
    }
}

#[tokio::test]
async fn a_refusal_for_length_of_what_is_short_is_told() {
    for (limits, status) in
        [(Limits { target: (600, 414), ..WIDE }, "414"), (Limits { fields: (600, 431), ..WIDE }, "431")]
    {
        let told = told(DOCUMENT, limits).await;
        let errors = told.of("rejected-valid");
        assert!(!errors.is_empty() && errors.iter().all(|error| error.contains(status)), "{:?}", told.causes);
    }
}

#[tokio::test]
async fn a_body_may_be_too_large_for_a_server_that_says_so() {
    for body in [4 << 10, 8 << 10] {
        let told = told(DOCUMENT, Limits { body, ..WIDE }).await;
        assert_eq!(told.errors(), [""; 0], "{body}");
    }
}

#[tokio::test]
async fn a_body_is_not_too_large_for_a_server_that_says_nothing_of_it_or_if_it_is_small() {
    let silent = DOCUMENT.replace("        '413': {$ref: '#/components/responses/Error'}\n", "");
    for (document, body) in [(&*silent, 4 << 10), (DOCUMENT, 200)] {
        let told = told(document, Limits { body, ..WIDE }).await;
        assert!(told.of("rejected-valid").iter().any(|error| error.contains("413")), "{body}: {:?}", told.causes);
    }
}

const UNBOUNDED: &str = r##"
openapi: 3.1.0
info: {title: Cache, version: '1'}
paths:
  /cache:
    post:
      operationId: keep
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, properties: {text: {type: string, minLength: 0MORE}, within: {type: integer, minimum: 0BOUND}}}}}
      responses: {'204': {description: kept}, '400': {description: refused}, '415': {description: refused}}
"##;

/// It keeps a text of less than 1,500 characters, for less than a billion days.
fn keep(asked: &Asked) -> Response {
    if asked.method != "POST" {
        return not_allowed("POST");
    }
    if !asked.is_json() {
        return empty(415);
    }
    let Some(serde_json::Value::Object(body)) = asked.json() else { return empty(400) };
    let is_text = body.get("text").is_none_or(|text| text.as_str().is_some_and(|text| text.chars().count() < 1_500));
    let is_time = |within: &serde_json::Value| {
        within.as_f64().is_some_and(|within| within.fract() == 0.0 && (0.0..86_400e9).contains(&within))
    };
    empty(if is_text && body.get("within").is_none_or(is_time) { 204 } else { 400 })
}

#[tokio::test]
async fn a_bound_that_the_document_does_not_have_is_the_targets_own() {
    // A bound is the target's own, whether the document has one that is wider or none.
    for (more, bound, errors) in [("", "", 1), (", maxLength: 2000", "", 1), ("", ", maximum: 100000000000000", 2)] {
        let document = UNBOUNDED.replace("MORE", more).replace("BOUND", bound);
        let told = run(&document, NOTHING, &["--cases", "60"], keep).await;
        assert_eq!(told.errors().len(), errors, "{more}{bound}: {:#?}", told.causes);
    }
}
