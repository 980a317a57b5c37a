//! What the tests of several modules make: requests, cases and findings, with every field that a test does not care
//! about.

use std::path::Path;

use serde_json::{Value, json};

use crate::case::{Case, Intent, Origin};
use crate::contract::{Contract, Operation};
use crate::finding::{Finding, OperationName, Place};
use crate::rule::Rule;
use crate::spec::{Document, LoadOptions, SourceLocation};
use crate::wire::{Credentials, Request};

/// The contract of a document with these paths and other members.
pub fn contract(paths: &Value, more: &Value) -> Contract {
    let mut document = json!({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths});
    for (name, member) in more.as_object().into_iter().flatten() {
        document[name] = member.clone();
    }
    let document = Document::from_text(Path::new("t.json"), document.to_string(), LoadOptions::default());
    Contract::compile(document.expect("JSON")).expect("a contract")
}

/// A contract with a GET and a DELETE on each of these paths.
pub fn contract_of(paths: &[&str]) -> Contract {
    let members = paths.iter().map(|path| ((*path).to_owned(), json!({"get": {}, "delete": {}})));
    contract(&Value::Object(members.collect()), &Value::Null)
}

/// A request without parameters, credentials or body.
pub fn request(method: &str, path: &str) -> Request {
    Request {
        method: method.to_owned(),
        path_params: Vec::new(),
        path: path.to_owned(),
        is_whole: false,
        query: Vec::new(),
        headers: Vec::new(),
        cookies: Vec::new(),
        credentials: Credentials::default(),
        body: None,
    }
}

/// A case of the first operation with this request.
pub fn case(intent: Intent, request: Request) -> Case {
    Case {
        index: 0,
        operation: 0,
        name: "a case".to_owned(),
        origin: Origin::Boundary,
        intent,
        clause: None,
        also_broken: Vec::new(),
        request,
        generated: None,
        expected: None,
        values: None,
        is_plainest: false,
        doubtful: false,
        written_at: None,
        is_surrounded: false,
    }
}

/// A finding of a rule at a node, about the first operation if there is one.
pub fn finding(
    contract: &Contract,
    rule: &'static Rule,
    location: SourceLocation,
    keyword: &str,
    message: &str,
) -> Finding {
    let operation = contract.operations.first().map(|operation: &Operation| OperationName::of(operation));
    let place = Place::new(&contract.document, location, keyword);
    Finding { operation, ..Finding::new(rule, place, message, "") }
}
