//! What bodies and queries name is there.

use std::collections::BTreeMap;

use axum::response::Response;
use serde_json::{Value, json};

use super::run;
use crate::support::served::{Asked, empty, json as answer, not_allowed};

/// What needs others comes first, and what it needs is called in another way each time.
const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /products:
    post:
      operationId: addProduct
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/New'}}}}
      responses: {'201': {description: made, content: {application/json: {schema: {}}}}, '409': {description: nothing there}, 4XX: {description: refused}}
    get:
      operationId: listProducts
      parameters: [{name: categoryId, in: query, required: true, schema: {type: integer}}]
      responses: {'204': {description: all}, 4XX: {description: refused}}
  /products/{productId}:
    parameters: [{name: productId, in: path, required: true, schema: {type: integer}}]
    get: {operationId: showProduct, responses: {'204': {description: one}, '404': {description: none}, 4XX: {description: refused}}}
    put:
      operationId: changeProduct
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/New'}}}}
      responses: {'204': {description: changed}, '409': {description: nothing there}, 4XX: {description: refused}}
  /categories:
    post:
      operationId: addCategory
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Named'}}}}
      responses: {'201': {description: made, content: {application/json: {schema: {}}}}, 4XX: {description: refused}}
  /categories/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {operationId: showCategory, responses: {'204': {description: one}, '404': {description: none}, 4XX: {description: refused}}}
  /labels:
    get: {operationId: listLabels, responses: {'200': {description: all, content: {application/json: {schema: {}}}}}}
components:
  schemas:
    Named: {type: object, required: [name], properties: {name: {type: string, maxLength: 40}}}
    New:
      type: object
      required: [category, label_ids, size]
      properties:
        category: {type: object, required: [id], properties: {id: {type: integer}}}
        label_ids: {type: array, minItems: 1, maxItems: 3, items: {type: string}}
        size: {type: integer, maximum: 9}
";

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Right,
    /// PUT takes any size.
    AnySize,
    /// Nothing is ever there to be referred to.
    Strict,
}

#[derive(Default)]
struct Shop {
    next: u64,
    there: BTreeMap<String, u64>,
}

fn shop(way: Way, shop: &mut Shop, asked: &Asked) -> Response {
    let path = asked.path.clone();
    let (_, last) = path.rsplit_once('/').unwrap_or_default();
    let is_item = last.parse::<u64>().is_ok_and(|id| id.to_string() == last);
    let has_category = |shop: &Shop, id: &Value| {
        way != Way::Strict && id.as_u64().is_some_and(|id| shop.there.contains_key(&format!("/categories/{id}")))
    };
    let fine = |body: &Value| {
        let labels = body["label_ids"].as_array().filter(|all| (1..=3).contains(&all.len()));
        let size = body["size"].as_f64().filter(|size| size.fract() == 0.0);
        let is_any = way == Way::AnySize && asked.method == "PUT";
        body["category"]["id"].as_f64().is_some_and(|id| id.fract() == 0.0)
            && labels.is_some_and(|all| all.iter().all(Value::is_string))
            && size.is_some_and(|size| size <= 9.0 || is_any)
    };
    match (asked.method.as_str(), path.as_str()) {
        ("GET", "/labels") => answer(200, &json!({"labels": [{"id": "red"}, {"id": "blue"}]})),
        (_, "/labels") => not_allowed("GET"),
        ("GET", "/products") => {
            let id = asked.query.split('&').find_map(|pair| pair.strip_prefix("categoryId="));
            match id.map(str::parse::<i64>) {
                Some(Ok(id)) if has_category(shop, &json!(id)) => empty(204),
                Some(Ok(_)) => empty(404),
                _ => empty(400),
            }
        }
        ("POST" | "PUT", _) if !asked.is_json() => empty(415),
        ("POST", "/categories") => match asked.json().and_then(|body| Some(body["name"].as_str()?.to_owned())) {
            Some(name) if name.chars().count() <= 40 => made(shop, "/categories"),
            _ => empty(400),
        },
        ("POST" | "PUT", "/products") | ("PUT", _)
            if asked.method == "POST" || path.starts_with("/products/") && is_item =>
        {
            let body = asked.json().unwrap_or_default();
            let is_labelled =
                || body["label_ids"].as_array().into_iter().flatten().all(|id| id == "red" || id == "blue");
            match () {
                () if asked.method == "PUT" && !shop.there.contains_key(&path) => empty(404),
                () if !fine(&body) => empty(400),
                () if !has_category(shop, &body["category"]["id"]) || !is_labelled() => empty(409),
                () if asked.method == "PUT" => empty(204),
                () => made(shop, "/products"),
            }
        }
        ("GET", _) if is_item && shop.there.contains_key(&path) => empty(204),
        ("GET", _) if is_item => empty(404),
        ("GET" | "PUT", _) if path.starts_with("/products/") => empty(400),
        ("GET", _) if path.starts_with("/categories/") => empty(400),
        (_, "/products") => not_allowed("GET, POST"),
        (_, "/categories") => not_allowed("POST"),
        (_, path) if path.starts_with("/products/") => not_allowed("GET, PUT"),
        (_, path) if path.starts_with("/categories/") => not_allowed("GET"),
        _ => empty(404),
    }
}

fn made(shop: &mut Shop, collection: &str) -> Response {
    shop.next += 1;
    let id = shop.next + 40;
    shop.there.insert(format!("{collection}/{id}"), id);
    answer(201, &json!({"id": id}))
}

#[tokio::test]
async fn what_is_referred_to_has_been_made_or_listed() {
    let (ran, _) = run(DOCUMENT, Shop::default(), &[], |state, asked| shop(Way::Right, state, asked)).await;
    assert!(ran.is_whole(), "{ran}");
    let (ran, _) = run(DOCUMENT, Shop::default(), &[], |state, asked| shop(Way::AnySize, state, asked)).await;
    assert!(ran.untested.is_empty(), "{ran}");
    let found = ran.found();
    assert!(found.contains(&("accepted-invalid".into(), "maximum".into())), "{ran}");
    assert!(found.iter().all(|(_, keyword)| keyword == "maximum"), "{ran}");
}

#[tokio::test]
async fn what_nothing_can_refer_to_is_untested() {
    let (ran, _) = run(DOCUMENT, Shop::default(), &[], |state, asked| shop(Way::Strict, state, asked)).await;
    assert_eq!(ran.errors, [[""; 3]; 0], "{ran}");
    assert_eq!(ran.untested, ["listProducts", "addProduct", "showProduct", "changeProduct"], "{ran}");
}
