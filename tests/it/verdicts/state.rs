//! Refusals for what the server holds, or for what it asks of every request.

use axum::response::Response;
use serde_json::json;

use super::{NOTHING, run};
use crate::support::served::{Asked, empty, json, not_allowed};

/// An order that can be changed, where its version may be named.
const DOCUMENT: &str = r##"
openapi: 3.1.0
info: {title: Orders, version: '1'}
paths:
  /order:
    put:
      operationId: change
      parameters: [{name: If-Match, in: header, schema: {type: string, enum: [v1, v2]}}]
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [count], properties: {count: {type: integer, minimum: 1, maximum: 9}}}}}
      responses:
        '200': {description: changed, content: {application/json: {schema: {type: object}}}}
        '400': {description: invalid}
        '403': {description: not yours}
        '412': {description: another version}
        '415': {description: no JSON}
        '422': {description: impossible}
        '428': {description: which version}
"##;

/// What the server says that has its mind elsewhere, to a request that is valid.
#[derive(Clone, Copy)]
struct Shop {
    no_version: u16,
    old_version: u16,
    /// To a valid count of more than five.
    too_many: u16,
}

fn answer(shop: Shop, asked: &Asked) -> Response {
    let count = || asked.json()?["count"].as_i64().filter(|count| (1..=9).contains(count));
    match asked.header("if-match") {
        _ if asked.method != "PUT" => not_allowed("PUT"),
        // Before anything else is looked at.
        "" => empty(shop.no_version),
        _ if !asked.header("content-type").starts_with("application/json") => empty(415),
        "v1" | "v2" if count().is_none() => empty(400),
        "v1" => empty(shop.old_version),
        "v2" if count().is_some_and(|count| count > 5) => empty(shop.too_many),
        "v2" => json(200, &json!({})),
        _ => empty(400),
    }
}

const RIGHT: Shop = Shop { no_version: 428, old_version: 412, too_many: 403 };

#[tokio::test]
async fn what_the_state_or_the_rules_of_a_server_forbid_is_no_finding() {
    let told = run(DOCUMENT, NOTHING, &["--operation", "change"], move |asked| answer(RIGHT, asked)).await;
    assert_eq!(told.errors(), [""; 0]);
    assert_eq!(told.untested, [""; 0]);
}

#[tokio::test]
async fn what_the_document_does_not_foresee_is_told() {
    for (shop, status) in [
        (Shop { no_version: 424, ..RIGHT }, "424"),
        (Shop { old_version: 409, ..RIGHT }, "409"),
        (Shop { too_many: 400, ..RIGHT }, "400"),
        // It is the count that is refused, whatever else the request has.
        (Shop { too_many: 422, ..RIGHT }, "422"),
    ] {
        let told = run(DOCUMENT, NOTHING, &["--operation", "change"], move |asked| answer(shop, asked)).await;
        let rejected = told.of("rejected-valid");
        assert!(!rejected.is_empty() && rejected.iter().all(|cause| cause.contains(status)), "{:?}", told.causes);
    }
}
