//! What a client has named, and was deleted, is there again for what names it by its body.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use serde_json::{Value, json};

use super::run;
use crate::support::served::{Asked, empty, json as answer, not_allowed};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Cabinet, version: '1'}
paths:
  /drawers/{drawer}:
    parameters: [{name: drawer, in: path, required: true, schema: {$ref: '#/components/schemas/Slug'}}]
    get: {operationId: readDrawer, responses: {'200': {description: one, content: {application/json: {schema: {}}}}, '404': {description: none}, 4XX: {description: no}}}
    put:
      operationId: putDrawer
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [label], properties: {label: {type: string, minLength: 1, maxLength: 30}}}}}}
      responses: {'200': {description: replaced, content: {application/json: {schema: {}}}}, '201': {description: made, content: {application/json: {schema: {}}}}, 4XX: {description: no}}
    delete: {operationId: dropDrawer, description: Deletes the drawer and the specimens in it., responses: {'204': {description: gone}, '404': {description: none}, 4XX: {description: no}}}
  /specimens/{code}:
    parameters: [{name: code, in: path, required: true, schema: {$ref: '#/components/schemas/Slug'}}]
    get: {operationId: readSpecimen, responses: {'200': {description: one, content: {application/json: {schema: {}}}}, '404': {description: none}, 4XX: {description: no}}}
    put:
      operationId: putSpecimen
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Specimen'}}}}
      responses: {'200': {description: replaced, content: {application/json: {schema: {}}}}, '201': {description: made, content: {application/json: {schema: {}}}}, '409': {description: There is no such drawer.}, 4XX: {description: no}}
    delete: {operationId: dropSpecimen, responses: {'204': {description: gone}, '404': {description: none}, 4XX: {description: no}}}
components:
  schemas:
    Slug: {type: string, pattern: '^[a-z0-9-]{1,40}$'}
    Specimen: {type: object, required: [title, drawer], properties: {title: {type: string, minLength: 1, maxLength: 30}, drawer: {$ref: '#/components/schemas/Slug'}}}
";

#[derive(Default)]
struct Cabinet {
    drawers: BTreeSet<String>,
    specimens: BTreeMap<String, Value>,
}

fn serve(cabinet: &mut Cabinet, asked: &Asked) -> Response {
    let Some((kind @ ("drawers" | "specimens"), id)) = asked.path.trim_start_matches('/').split_once('/') else {
        return empty(404);
    };
    let is_slug = |id: &str| {
        (1..=40).contains(&id.len())
            && id.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
    };
    let is_drawer = kind == "drawers";
    if !["GET", "PUT", "DELETE"].contains(&asked.method.as_str()) {
        return not_allowed("GET, PUT, DELETE");
    }
    if asked.method == "PUT" && !asked.is_json() {
        return empty(415);
    }
    let body = asked.json().unwrap_or_default();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let is_there = if is_drawer { cabinet.drawers.contains(id) } else { cabinet.specimens.contains_key(id) };
    match asked.method.as_str() {
        "PUT" => {
            let label = text(if is_drawer { "label" } else { "title" });
            let is_valid = (1..=30).contains(&label.chars().count()) && (is_drawer || is_slug(&text("drawer")));
            if !is_slug(id) || !is_valid {
                return empty(400);
            }
            if !is_drawer && !cabinet.drawers.contains(&text("drawer")) {
                return answer(409, &json!({"detail": "no such drawer"}));
            }
            let mut shown = body.clone();
            if is_drawer {
                cabinet.drawers.insert(id.to_owned());
            } else {
                shown["code"] = json!(id);
                cabinet.specimens.insert(id.to_owned(), shown.clone());
            }
            answer(if is_there { 200 } else { 201 }, &shown)
        }
        _ if !is_there => empty(404),
        "GET" if is_drawer => answer(200, &json!({"drawer": id})),
        "GET" => answer(200, &cabinet.specimens[id]),
        _ if is_drawer => {
            cabinet.drawers.remove(id);
            cabinet.specimens.retain(|_, specimen| specimen["drawer"] != id);
            empty(204)
        }
        _ => {
            cabinet.specimens.remove(id);
            empty(204)
        }
    }
}

#[tokio::test]
async fn what_refers_to_what_is_gone_is_tested() {
    let (ran, _) = run(DOCUMENT, Cabinet::default(), &[], serve).await;
    assert!(ran.is_whole(), "{ran}");
}
