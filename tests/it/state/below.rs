//! What stands below something is made anew in another one, where that is in a state in which it takes no more.

use std::collections::BTreeMap;

use axum::response::Response;
use serde_json::json;

use super::run;
use crate::support::served::{Asked, empty, json as answer, not_allowed};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Orders, version: '1'}
paths:
  /orders:
    post: {operationId: order, responses: {'201': {description: made, content: {application/json: {schema: {}}}}}}
  /orders/{order}:
    parameters: [{name: order, in: path, required: true, schema: {type: integer}}]
    get: {operationId: show, responses: {'204': {description: one}, '404': {description: none}, 4XX: {description: refused}}}
  /orders/{order}/items:
    parameters: [{name: order, in: path, required: true, schema: {type: integer}}]
    post:
      operationId: add
      requestBody: &item {required: true, content: {application/json: {schema: {type: object, required: [size], properties: {size: {type: integer, minimum: 1, maximum: 9}}}}}}
      responses: {'201': {description: made, content: {application/json: {schema: {}}}}, '409': {description: refused}, 4XX: {description: refused}}
  /orders/{order}/items/{item}:
    parameters: [{name: order, in: path, required: true, schema: {type: integer}}, {name: item, in: path, required: true, schema: {type: integer}}]
    put:
      operationId: change
      requestBody: *item
      responses: {'204': {description: changed}, '404': {description: none}, '409': {description: refused}, 4XX: {description: refused}}
";

/// An order is closed once so many things were done to it.
const MOST: usize = 3;

#[derive(Default)]
struct Orders {
    next: u64,
    /// How much was done to each, and its items.
    there: BTreeMap<u64, (usize, Vec<u64>)>,
}

fn serve(most_size: i64, orders: &mut Orders, asked: &Asked) -> Response {
    let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
    let number = |at: usize| parts.get(at).map(|text| text.parse::<u64>().ok());
    let is_right = || {
        asked
            .json()
            .and_then(|body| body["size"].as_f64())
            .is_some_and(|size| size.fract() == 0.0 && (1.0..=most_size as f64).contains(&size))
    };
    match (asked.method.as_str(), &parts[..]) {
        ("POST", ["orders"]) => {
            orders.next += 1;
            orders.there.insert(orders.next, (0, Vec::new()));
            answer(201, &json!({"id": orders.next}))
        }
        (_, ["orders"]) => not_allowed("POST"),
        ("GET", ["orders", _]) | ("POST", ["orders", _, "items"]) | ("PUT", ["orders", _, "items", _]) => {
            let Some(id) = number(1).flatten() else { return empty(400) };
            let next = orders.next + 1;
            let Some((done, items)) = orders.there.get_mut(&id) else { return empty(404) };
            match (asked.method.as_str(), number(3)) {
                ("GET", _) => empty(204),
                (_, Some(None)) => empty(400),
                (_, Some(Some(item))) if !items.contains(&item) => empty(404),
                _ if !asked.is_json() => empty(415),
                _ if !is_right() => empty(400),
                _ if *done >= MOST => answer(409, &json!({"error": "the order is closed"})),
                (_, item) => {
                    *done += 1;
                    if item.is_some() {
                        return empty(204);
                    }
                    orders.next = next;
                    items.push(next);
                    answer(201, &json!({"id": next}))
                }
            }
        }
        (_, ["orders", _]) => not_allowed("GET"),
        (_, ["orders", _, "items"]) => not_allowed("POST"),
        (_, ["orders", _, "items", _]) => not_allowed("PUT"),
        _ => empty(404),
    }
}

#[tokio::test]
async fn an_item_of_a_closed_order_is_made_in_another_one() {
    let document = DOCUMENT.replace("&item ", "");
    let body = &DOCUMENT[DOCUMENT.find("&item ").expect("it") + 6..];
    let document = document.replace("*item", body.lines().next().expect("a line"));
    let (ran, _) = run(&document, Orders::default(), &[], |state, asked| serve(9, state, asked)).await;
    assert!(ran.is_whole(), "{ran}");
    let operations = ran.report["contracts"][0]["operations"].as_array().expect("operations");
    let change = operations.iter().find(|operation| operation["id"] == "change").expect("an operation");
    assert!(change["valid_cases"]["accepted"].as_u64() > Some(3), "{change:#}");
    let (ran, _) = run(&document, Orders::default(), &[], |state, asked| serve(10, state, asked)).await;
    assert!(ran.errors.iter().any(|[.., at]| at.contains("{item}/put")), "{ran}");
}
