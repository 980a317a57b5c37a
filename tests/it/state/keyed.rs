//! What a PUT makes under a key is there for what names it by that key.

use std::collections::BTreeSet;

use axum::response::Response;
use serde_json::{Value, json};

use super::run;
use crate::support::served::{Asked, empty, json as answer, not_allowed};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Rentals, version: '1'}
paths:
  /rentals:
    get:
      operationId: listRentals
      parameters: [{name: tariff_code, in: query, required: true, schema: {$ref: '#/components/schemas/Code'}}]
      responses: {'204': {description: all}, '400': {description: refused}, '404': {description: no tariff}}
    post:
      operationId: rent
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [tariff_code], properties: {tariff_code: {$ref: '#/components/schemas/Code'}}}}}}
      responses: {'201': {description: rented, content: {application/json: {schema: {}}}}, '400': {description: refused}, '409': {description: no tariff}, '415': {description: refused}}
  /tariffs/{code}:
    parameters: [{name: code, in: path, required: true, schema: {$ref: '#/components/schemas/Code'}}]
    put:
      operationId: putTariff
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [cents], properties: {cents: {type: integer, minimum: 0, maximum: 9999}}}}}}
      responses: {'200': {description: replaced, content: {application/json: {schema: {}}}}, '201': {description: made, content: {application/json: {schema: {}}}}, '400': {description: refused}, '415': {description: refused}}
components:
  schemas:
    Code: {type: string, pattern: '^[A-Z][A-Z0-9]{3,7}$'}
";

fn is_code(text: &str) -> bool {
    (4..=8).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// With `any`, a rental has any tariff that is called like one.
fn serve(any: bool, tariffs: &mut BTreeSet<String>, asked: &Asked) -> Response {
    let has = |tariffs: &BTreeSet<String>, code: &str| any || tariffs.contains(code);
    match (asked.method.as_str(), asked.path.strip_prefix("/tariffs/")) {
        ("PUT", Some(code)) if !is_code(code) => empty(400),
        ("PUT", Some(_)) if !asked.is_json() => empty(415),
        ("PUT", Some(code)) => {
            let cents = asked.json().and_then(|body| body["cents"].as_f64());
            match cents.filter(|cents| (0.0..=9999.0).contains(cents) && cents.fract() == 0.0) {
                Some(cents) => {
                    answer(if tariffs.insert(code.to_owned()) { 201 } else { 200 }, &json!({"cents": cents}))
                }
                None => empty(400),
            }
        }
        (_, Some(_)) => not_allowed("PUT"),
        ("GET", None) if asked.path == "/rentals" => {
            let code = asked.query.split('&').find_map(|pair| pair.strip_prefix("tariff_code=")).unwrap_or_default();
            let is_there = has(tariffs, code);
            empty(if !is_code(code) {
                400
            } else if is_there {
                204
            } else {
                404
            })
        }
        ("POST", None) if asked.path == "/rentals" && !asked.is_json() => empty(415),
        ("POST", None) if asked.path == "/rentals" => {
            let body = asked.json().unwrap_or_default();
            match body["tariff_code"].as_str().filter(|code| is_code(code)) {
                None => empty(400),
                Some(code) if has(tariffs, code) => answer(201, &json!({"id": Value::from(code)})),
                Some(_) => empty(409),
            }
        }
        (_, None) if asked.path == "/rentals" => not_allowed("GET, POST"),
        _ => empty(404),
    }
}

#[tokio::test]
async fn a_key_that_a_put_has_made_is_named_by_others() {
    for any in [false, true] {
        let (ran, _) = run(DOCUMENT, BTreeSet::new(), &[], move |state, asked| serve(any, state, asked)).await;
        assert!(ran.is_whole(), "{any} {ran}");
    }
}
