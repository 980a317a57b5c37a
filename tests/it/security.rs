//! Credentials that travel as plain parameters.

use std::path::Path;

use conform::case::Intent;
use conform::contract::{CompileOptions, Contract, ParameterLocation, SchemeKind, Validators};
use conform::fixtures::Fixtures;
use conform::plan::{PlanInput, PlanOptions, plan};
use conform::spec::Document;

#[test]
fn a_parameter_that_the_fixtures_have_a_credential_for_is_tested_as_one() {
    let document = Document::load(Path::new("specs/respondent.yaml"), Default::default()).expect("loads");
    let options = CompileOptions {
        credentials: ["X-API-Key", "x-api-secret"].map(str::to_owned).into(),
        ..CompileOptions::default()
    };
    let contract = Contract::compile_with(document, &options).expect("compiles");
    let security = &contract.operations[0].security;
    let names: Vec<&str> = security[0].iter().map(|used| used.scheme.as_str()).collect();
    assert_eq!(names, ["x-api-key", "x-api-secret"]);
    assert_eq!(security[0][0].kind, SchemeKind::ApiKey(ParameterLocation::Header, "x-api-key".to_owned()));

    let validators = Validators::new(contract.schemas.clone());
    let fixtures = Fixtures::load(Path::new("fixtures/respondent.yaml")).expect("loads");
    let plan = plan(
        &PlanInput::new(&contract, &validators, &fixtures, PlanOptions { seed: 0, cases: Some(0), destructive: false }),
        0,
    );
    assert!(plan.cases.iter().all(|case| case.request.header("x-api-key").is_none()), "the client puts it in");
    let alone = |name: &str| {
        plan.cases.iter().any(|case| {
            let changed = &case.request.credentials.changed;
            case.intent == Intent::Unauthenticated && changed.len() == 1 && changed[0].0 == name
        })
    };
    assert!(alone("x-api-key") && alone("x-api-secret"), "each is left out alone");
}
