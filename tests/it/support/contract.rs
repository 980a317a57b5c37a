//! Contracts and plans of documents that a test makes.

use std::path::Path;

use conform::contract::{Contract, SchemaId, Validators};
use conform::fixtures::Fixtures;
use conform::plan::{Plan, PlanInput, PlanOptions, plan};
use conform::spec::{Document, LoadOptions};
use serde_json::{Value, json};

/// Where the schema of [`of_json_body`] stands.
pub const JSON_BODY: &str = "/paths/~1things/post/requestBody/content/application~1json/schema";

/// A document of one operation that takes JSON of a schema.
pub fn of_json_body(schema: &Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/things": {"post": {
            "requestBody": {"required": true, "content": {"application/json": {"schema": schema}}},
            "responses": {"2XX": {"description": "made"}},
        }}},
    })
}

/// The contract of a document.
pub fn compile(document: &Value) -> Contract {
    compile_text(&document.to_string())
}

/// The contract of a document in YAML or JSON.
pub fn compile_text(text: &str) -> Contract {
    let document = Document::from_text(Path::new("t.yaml"), text.to_owned(), LoadOptions::default());
    let document = document.unwrap_or_else(|error| panic!("{error}\n{text}"));
    Contract::compile(document).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The contract of a file, its path from the root of the repository.
pub fn load(path: &str) -> Contract {
    Contract::load(Path::new(path), LoadOptions::default()).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The schema of the first operation's request body.
pub fn body_schema(contract: &Contract) -> SchemaId {
    let body = contract.operations[0].body.as_ref().expect("a body");
    body.content[0].schema.expect("a schema")
}

/// The plan of the first operation, with this many random cases.
pub fn planned(contract: &Contract, cases: usize) -> Plan {
    let validators = Validators::new(contract.schemas.clone());
    let (fixtures, options) = (Fixtures::default(), PlanOptions { seed: 1, cases: Some(cases), destructive: false });
    plan(&PlanInput::new(contract, &validators, &fixtures, options), 0)
}
