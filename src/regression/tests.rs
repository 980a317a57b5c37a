//! What is kept is what is sent again, as long as the document bears it out.

use std::path::Path;

use serde_json::{Value, json};

use super::Saved;
use crate::case::{Case, Gate, Intent};
use crate::contract::{ClauseTarget, Contract, Validators};
use crate::fixtures::Fixtures;
use crate::plan::{PlanInput, PlanOptions, plan};
use crate::shrink::{Scope, Tree};
use crate::spec::{Document, LoadOptions};

/// An operation that takes a string of at most `most` characters at each place.
fn document(most: u64) -> Value {
    let string = json!({"type": "string", "maxLength": most});
    let note = json!({"type": "object", "required": ["text"], "properties": {"text": string}});
    let body = |media_type: &str, schema: Value| json!({"required": true, "content": {media_type: {"schema": schema}}});
    let operation = |body: Value| {
        json!({"post": {
            "parameters": [{"name": "q", "in": "query", "required": true, "schema": string}],
            "requestBody": body,
            "responses": {"204": {"description": "made"}},
        }})
    };
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Notes", "version": "1"},
        "components": {"schemas": {"Note": note}},
        "paths": {
            "/json": operation(body("application/json", note.clone())),
            "/form": operation(body("application/x-www-form-urlencoded", note.clone())),
            "/parts": operation(body("multipart/form-data", note.clone())),
            "/xml": operation(body("application/xml", json!({"$ref": "#/components/schemas/Note"}))),
        },
    })
}

fn compile(document: &Value) -> Contract {
    let document = Document::from_text(Path::new("notes.json"), document.to_string(), LoadOptions::default());
    Contract::compile(document.expect("JSON")).expect("a contract")
}

fn planned(contract: &Contract, operation: usize) -> (Vec<Case>, crate::case::RequestValues) {
    let validators = Validators::new(contract.schemas.clone());
    let options = PlanOptions { seed: 1, cases: Some(5), destructive: false };
    let plan = plan(&PlanInput::new(contract, &validators, &Fixtures::default(), options), operation);
    (plan.cases, plan.baseline.expect("a baseline"))
}

fn kept(contract: &Contract, case: &Case) -> Saved {
    let saved = Saved::unnamed(contract, case).expect("no secret in it");
    let text = serde_yaml::to_string(&saved).expect("YAML");
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn again(saved: &Saved, contract: &Contract, operation: usize) -> Result<Case, String> {
    let described = &contract.operations[operation];
    let validators = Validators::new(contract.schemas.clone());
    let fixtures = Fixtures::default();
    let gate = Gate { contract, operation: described, validators: &validators, fixtures: &fixtures };
    saved.case(&gate, operation)
}

/// The kept faults of `maxLength`: how many, and what becomes of them in another document.
fn faults_in(other: &Contract) -> Vec<(String, Result<Case, String>)> {
    let contract = compile(&document(5));
    let mut found = Vec::new();
    for operation in 0..contract.operations.len() {
        let (cases, _) = planned(&contract, operation);
        for place in [ClauseTarget::Parameter(0), ClauseTarget::Body(0)] {
            let is_meant = |case: &&Case| {
                let clause = case.clause.map(|id| contract.operations[operation].clauses().get(id));
                matches!(case.intent, Intent::Invalid(_))
                    && clause.is_some_and(|clause| clause.keyword == "maxLength" && clause.place == place)
            };
            let case = cases.iter().find(is_meant).expect("a fault");
            let name = format!("{} {place:?}", contract.operations[operation].id);
            found.push((name, again(&kept(&contract, case), other, operation)));
        }
    }
    found
}

#[test]
fn a_kept_fault_is_dropped_where_the_document_allows_it_now() {
    for (name, case) in faults_in(&compile(&document(10))) {
        let reason = case.expect_err(&name);
        assert!(reason.starts_with("it does not break maxLength of "), "{name}: {reason}");
    }
}

#[test]
fn a_kept_fault_is_sent_where_the_document_still_forbids_it() {
    for (name, case) in faults_in(&compile(&document(5))) {
        let case = case.expect(&name);
        assert!(matches!(case.intent, Intent::Invalid(_)) && case.clause.is_some(), "{name}");
    }
    // A tighter limit is broken all the same.
    assert!(faults_in(&compile(&document(4))).iter().all(|(_, case)| case.is_ok()));
}

#[test]
fn a_kept_valid_case_is_dropped_where_the_document_forbids_it_now() {
    let (wide, narrow) = (compile(&document(30)), compile(&document(2)));
    for operation in 0..wide.operations.len() {
        let (cases, _) = planned(&wide, operation);
        let longest = |case: &&Case| {
            let sent = case.values.as_ref().and_then(|values| values.parameters[0].as_ref()?.as_str());
            case.intent == Intent::Valid && sent.is_some_and(|sent| sent.chars().count() == 30)
        };
        let case = cases.iter().find(longest).expect("the longest string");
        let saved = kept(&wide, case);
        assert!(again(&saved, &wide, operation).is_ok());
        let reason = again(&saved, &narrow, operation).expect_err("too long");
        assert!(reason.starts_with("it is not valid: the query parameter `q`: "), "{reason}");
    }
}

#[test]
fn every_case_of_a_plan_is_the_same_request_when_it_is_kept() {
    for name in ["styles", "bodies", "xml", "openapi30", "openapi31", "swagger2"] {
        let path = format!("tests/documents/{name}.yaml");
        let contract = Contract::load(Path::new(&path), LoadOptions::default()).expect("a contract");
        for operation in 0..contract.operations.len() {
            let validators = Validators::new(contract.schemas.clone());
            let options = PlanOptions { seed: 1, cases: Some(5), destructive: false };
            let plan = plan(&PlanInput::new(&contract, &validators, &Fixtures::default(), options), operation);
            for case in &plan.cases {
                let saved = kept(&contract, case);
                let again = again(&saved, &contract, operation);
                let again = again.unwrap_or_else(|reason| panic!("{path}: {}: {reason}", case.name));
                assert_eq!(again.request, case.request, "{path}: {}", case.name);
                assert_eq!(again.doubtful, case.doubtful, "{path}: {}", case.name);
            }
        }
    }
}

#[test]
fn a_kept_case_can_be_made_simpler() {
    use proptest::strategy::ValueTree as _;
    let contract = compile(&document(30));
    let (cases, baseline) = planned(&contract, 0);
    let is_made = |case: &&Case| case.values.as_ref().is_some_and(|values| values.mutation.is_none());
    let longest = cases.iter().filter(is_made).filter(|case| case.intent == Intent::Valid);
    let case = longest.max_by_key(|case| format!("{:?}", case.values).len()).expect("a case");
    let case = again(&kept(&contract, case), &contract, 0).expect("still valid");
    let validators = Validators::new(contract.schemas.clone());
    let fixtures = Fixtures::default();
    let operation = &contract.operations[0];
    let gate = Gate { contract: &contract, operation, validators: &validators, fixtures: &fixtures };
    let mut tree = Tree::new(Scope { gate, baseline: &baseline }, &case, false).expect("it has values");
    assert!(tree.simplify() && tree.current().request != case.request);
}

#[test]
fn a_fault_of_the_protocol_is_dropped_where_it_is_none_any_more() {
    let contract = compile(&document(5));
    let (cases, _) = planned(&contract, 0);
    let case = |name: &str| cases.iter().find(|case| case.name == name).unwrap_or_else(|| panic!("no case {name}"));
    let mut other = document(5);
    other["paths"]["/json"]["get"] = json!({"responses": {"204": {"description": "got"}}});
    other["paths"]["/json"]["post"]["requestBody"]["content"]["text/plain"] = json!({"schema": {"type": "string"}});
    let other = compile(&other);
    let changed = other.operations.iter().position(|operation| operation.id == "POST /json").expect("the operation");
    for (name, reason) in [
        ("the method GET", "the path has the method GET"),
        ("the media type text/plain", "the operation takes `text/plain`"),
    ] {
        let saved = kept(&contract, case(name));
        assert!(again(&saved, &contract, 0).is_ok(), "{name}");
        assert_eq!(again(&saved, &other, changed).expect_err(name), reason);
    }
}
