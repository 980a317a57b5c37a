//! `conform explain --resources`: which operations make and read which resource.

use crate::support::command::{folder_with, run};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Boards, version: '1'}
paths:
  /boards:
    get: {operationId: a, responses: {'200': {description: ok}}}
    post: {operationId: b, responses: {'201': {description: made}}}
  /boards/{boardId}:
    parameters: [{name: boardId, in: path, required: true, schema: {type: string}}]
    get: {operationId: c, responses: {'200': {description: ok}}}
    patch: {operationId: d, responses: {'200': {description: ok}}}
    delete: {operationId: e, responses: {'204': {description: gone}}}
  /boards/{boardId}/archive:
    parameters: [{name: boardId, in: path, required: true, schema: {type: string}}]
    post: {operationId: f, responses: {'204': {description: done}}}
  /boards/{board}/cards:
    parameters: [{name: board, in: path, required: true, schema: {type: string}}]
    post: {operationId: g, responses: {'201': {description: made}}}
  /boards/{board}/cards/{card}:
    parameters:
      - {name: board, in: path, required: true, schema: {type: string}}
      - {name: card, in: path, required: true, schema: {type: string}}
    get: {operationId: h, responses: {'200': {description: ok}}}
    put: {operationId: i, responses: {'200': {description: ok}}}
  /users/{user}:
    parameters: [{name: user, in: path, required: true, schema: {type: string}}]
    get: {operationId: j, responses: {'200': {description: ok}}}
";

fn graph(option: &str) -> String {
    let folder = folder_with(&[("api.yaml", DOCUMENT)]);
    let ended = run(folder.path(), &["explain", "api.yaml", option]);
    assert_eq!((ended.status, &*ended.stderr), (Some(0), ""));
    ended.stdout
}

#[test]
fn for_people() {
    insta::assert_snapshot!(graph("--resources"));
}

#[test]
fn for_mermaid() {
    insta::assert_snapshot!(graph("--resources=mermaid"));
}

#[test]
fn for_graphviz() {
    insta::assert_snapshot!(graph("--resources=dot"));
}
