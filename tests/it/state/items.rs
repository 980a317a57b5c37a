//! What is taken only once differs in each item of what makes several, too.

use std::collections::BTreeSet;

use axum::response::Response;
use serde_json::{Value, json};

use super::run;
use crate::support::served::{Asked, empty, json as answer, not_allowed};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Wares, version: '1'}
paths:
  /wares:
    post:
      operationId: add
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Ware'}}}}
      responses: {'201': {description: made, content: {application/json: {schema: {}}}}, '409': {description: taken}, 4XX: {description: no}}
  /wares/bulk:
    post:
      operationId: addAll
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [items], properties: {items: {type: array, minItems: 1, maxItems: 5, items: {$ref: '#/components/schemas/Ware'}}}}}}}
      responses: {'201': {description: made, content: {application/json: {schema: {}}}}, '409': {description: taken}, 4XX: {description: no}}
components:
  schemas:
    Ware: {type: object, required: [sku], properties: {sku: {type: string, pattern: '^[A-Z]{3}-[0-9]{4}$'}, weight: {type: integer, minimum: 1, maximum: 90}}}
";

/// `any` has bulks take weights of any size.
fn serve(any: bool, known: &mut BTreeSet<String>, asked: &Asked) -> Response {
    let is_bulk = asked.path == "/wares/bulk";
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/wares" | "/wares/bulk") if !asked.is_json() => return empty(415),
        ("POST", "/wares" | "/wares/bulk") => {}
        (_, "/wares" | "/wares/bulk") => return not_allowed("POST"),
        _ => return empty(404),
    }
    let Some(body) = asked.json().filter(Value::is_object) else { return empty(400) };
    let wares = match is_bulk {
        true => body["items"].as_array().cloned().unwrap_or_default(),
        false => vec![body.clone()],
    };
    let is_sku = |sku: &str| {
        let (head, tail) = sku.split_at_checked(3).unwrap_or_default();
        let tail = tail.strip_prefix('-').unwrap_or_default();
        head.bytes().all(|it| it.is_ascii_uppercase()) && tail.len() == 4 && tail.bytes().all(|it| it.is_ascii_digit())
    };
    let is_weight = |weight: &Value| {
        let weight = weight.as_f64().filter(|weight| weight.fract() == 0.0);
        weight.is_some_and(|weight| (1.0..=90.0).contains(&weight) || any && is_bulk && weight > 90.0)
    };
    let is_valid = |ware: &Value| ware["sku"].as_str().is_some_and(is_sku) && ware.get("weight").is_none_or(is_weight);
    if !(1..=5).contains(&wares.len()) || !wares.iter().all(is_valid) {
        return empty(400);
    }
    let skus: BTreeSet<String> = wares.iter().filter_map(|ware| ware["sku"].as_str()).map(str::to_owned).collect();
    if skus.len() < wares.len() || skus.iter().any(|sku| known.contains(sku)) {
        return answer(409, &json!({"detail": "a sku is taken"}));
    }
    known.extend(skus);
    answer(201, &body)
}

#[tokio::test]
async fn what_makes_several_is_tested() {
    let (ran, _) = run(DOCUMENT, BTreeSet::new(), &[], |state, asked| serve(false, state, asked)).await;
    assert!(ran.is_whole(), "{ran}");
    let bulk = &ran.report["contracts"][0]["operations"][1];
    assert!(bulk["valid_cases"]["accepted"].as_u64() > Some(10), "{bulk:#}");
}

#[tokio::test]
async fn what_is_wrong_in_an_item_is_found() {
    let (ran, _) = run(DOCUMENT, BTreeSet::new(), &[], |state, asked| serve(true, state, asked)).await;
    assert!(ran.untested.is_empty(), "{ran}");
    let is_it = |one: &(String, String)| *one == ("accepted-invalid".into(), "maximum".into());
    assert!(ran.found().iter().any(is_it) && ran.found().iter().all(is_it), "{ran}");
}
