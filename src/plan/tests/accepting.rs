//! What is asked for by `Accept`.

use std::path::Path;

use serde_json::{Value, json};

use super::planned;
use crate::case::{Intent, Mutation};
use crate::contract::Contract;
use crate::spec::{Document, LoadOptions};

/// What the valid requests of an operation accept whose success has these media types.
fn accepted(method: &str, types: &[&str]) -> Vec<String> {
    let content: serde_json::Map<String, Value> =
        types.iter().map(|name| ((*name).to_owned(), json!({"schema": {"type": "array"}}))).collect();
    let operation = json!({"responses": {"200": {"description": "all", "content": content}}});
    let document =
        json!({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/all": {method: operation}}});
    let document = Document::from_text(Path::new("t.json"), document.to_string(), LoadOptions::default());
    let contract = Contract::compile(document.expect("JSON")).expect("a contract");
    let plan = planned(&contract);
    let valid = plan.cases.iter().filter(|case| case.intent == Intent::Valid);
    let mutations = valid.filter_map(|case| case.values.as_ref()?.mutation.clone());
    mutations
        .filter_map(|mutation| match mutation {
            Mutation::Accept(accept) => Some(accept),
            _ => None,
        })
        .collect()
}

#[test]
fn the_only_media_type_is_asked_for_among_others_with_weights_and_by_its_range() {
    let found = accepted("get", &["application/json"]);
    let expected =
        ["application/json;charset=utf-8;q=0.9, */*;q=0.1", "application/*", "image/webp, image/apng, */*;q=0.8"];
    assert_eq!(found, expected);
    assert_eq!(accepted("post", &["application/json"]), expected[..1], "what writes leaves something behind");
    assert_eq!(accepted("get", &["image/png"])[0], "image/png;q=0.9, */*;q=0.1");
    assert!(accepted("get", &["*/*"]).is_empty());
}

#[test]
fn parameters_that_the_document_names_are_asked_for_as_they_are() {
    let found = accepted("get", &["application/json;version=1"]);
    assert_eq!(found[..2], ["application/json;version=1", "application/json;version=1;q=0.9, */*;q=0.1"]);
    let found = accepted("get", &["application/json;version=1", "application/json;version=2"]);
    assert_eq!(found[..2], ["application/json;version=1", "application/json;version=2"]);
    let found = accepted("get", &["application/json", "application/cbor"]);
    assert!(found.contains(&"application/json;q=0, application/cbor".to_owned()), "{found:?}");
}
