//! The five documents against the OpenAPI Initiative's own schemas, read by another YAML reader than the product's.

use std::path::Path;

use conform::fixtures::Fixtures;
use serde_json::Value;

use crate::support::PROVIDERS;
use crate::support::contract::load;

fn read(path: &str) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_document_keeps_the_official_schema_of_its_version() {
    for provider in PROVIDERS {
        let document = read(&format!("specs/{provider}.yaml"));
        let version = document["openapi"].as_str().expect("a version");
        let schema = read(&format!("tests/data/openapi-schemas/{}.json", &version[..3]));
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let errors: Vec<String> =
            validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{provider}: {errors:#?}");
        let mut broken = document.clone();
        broken["info"].as_object_mut().expect("info").remove("title");
        assert!(!validator.is_valid(&broken), "{provider}: the schema lets everything pass");
    }
}

#[test]
fn every_document_compiles_and_its_fixtures_fit() {
    for provider in PROVIDERS {
        let contract = load(&format!("specs/{provider}.yaml"));
        assert_eq!(contract.operations.len(), 1, "{provider}");
        let fixtures = Fixtures::load(Path::new(&format!("fixtures/{provider}.yaml")));
        let fixtures = fixtures.unwrap_or_else(|error| panic!("{provider}: {error}"));
        fixtures.check(&contract).unwrap_or_else(|error| panic!("{provider}: {error}"));
        assert!(fixtures.cases.len() >= 10, "{provider}");
    }
}
