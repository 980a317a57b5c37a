//! Parameters that take only what the target has given out.

use axum::response::Response;
use serde_json::json;

use super::{NOTHING, run};
use crate::support::served::{Asked, empty, json, not_allowed};

const DOCUMENT: &str = r##"
openapi: 3.1.0
info: {title: Pages, version: '1'}
paths:
  /pages:
    get:
      operationId: listPages
      parameters:
        - {name: cursor, in: query, schema: {type: string}}
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
      responses:
        '200': {description: a page, content: {application/json: {schema: {type: object}}}}
        '422': {description: invalid}
"##;

/// Refuses every cursor, or every limit.
fn answer(refused: &str, asked: &Asked) -> Response {
    let value = |name: &str| {
        let mut pairs = asked.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
    };
    let is_limit = |text: String| text.parse::<i64>().is_ok_and(|limit| (1..=100).contains(&limit));
    match asked.method.as_str() {
        "GET" if value(refused).is_some() => empty(422),
        "GET" if value("limit").is_some_and(|text| !is_limit(text)) => empty(422),
        "GET" => json(200, &json!({})),
        _ => not_allowed("GET"),
    }
}

#[tokio::test]
async fn a_text_that_nobody_gave_out_may_be_refused_and_a_number_within_its_bounds_not() {
    let or_null = DOCUMENT.replace("schema: {type: string}", "schema: {anyOf: [{type: string}, {type: 'null'}]}");
    let list = DOCUMENT.replace("schema: {type: string}", "schema: {type: array, items: {type: string}}");
    let listed = DOCUMENT.replace("schema: {type: string}", "schema: {anyOf: [{enum: [a, b]}, {type: 'null'}]}");
    let all = [(DOCUMENT, "cursor", 0), (DOCUMENT, "limit", 1)];
    let or_null_all = [(&*or_null, "cursor", 0), (&*list, "cursor", 0), (&*listed, "cursor", 1)];
    for (document, refused, errors) in all.into_iter().chain(or_null_all) {
        let told = run(document, NOTHING, &[], move |asked| answer(refused, asked)).await;
        assert_eq!(told.errors().len(), errors, "{refused}: {:#?}", told.causes);
    }
}
