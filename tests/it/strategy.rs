//! The strategies of values, as a test of somebody's own code draws from them.

use conform::contract::{Contract, Direction, SchemaId};
use conform::{Validators, Values};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{TestError, TestRunner};
use serde_json::{Value, json};

use crate::generate::{schema, validator};
use crate::support::contract::{compile, of_json_body};
use crate::support::property::config;

fn body(contract: &Contract) -> SchemaId {
    let body = contract.operations[0].body.as_ref().expect("a body");
    body.content[0].schema.expect("a schema")
}

fn values(contract: &Contract) -> Values {
    Values::new(&Validators::new(contract.schemas.clone()), Direction::Request)
}

/// What is drawn of a schema, and how many draws there were.
fn drawn(schema: &Value, draws: usize) -> (Vec<Value>, usize) {
    let contract = compile(&of_json_body(schema));
    let strategy = values(&contract).valid(body(&contract));
    let mut runner = TestRunner::new(ProptestConfig { max_local_rejects: 1_000, ..config(1) });
    let trees = (0..draws).filter_map(|_| strategy.new_tree(&mut runner).ok());
    (trees.map(|tree| tree.current()).collect(), draws)
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn what_is_drawn_is_valid(schema in schema()) {
        let validator = validator(&schema);
        for value in drawn(&schema, 20).0 {
            prop_assert!(validator.is_valid(&value), "{value} breaks {schema}");
        }
    }
}

/// Schemas of which a value is seldom found by chance.
fn narrow() -> Vec<Value> {
    vec![
        json!({"type": "string", "pattern": "^(?=.*[0-9])[a-z0-9]{4,8}$"}),
        json!({"type": "string", "minLength": 3, "maxLength": 5, "pattern": "^[A-Z]+-[0-9]*$"}),
        json!({"type": "integer", "minimum": 1_000, "maximum": 2_000, "multipleOf": 77}),
        json!({"type": "array", "items": {"enum": ["a", "b", "c"]}, "minItems": 2, "uniqueItems": true}),
        json!({"type": "array", "contains": {"const": 7}, "minContains": 2, "items": {"type": "integer"}}),
        json!({"type": "array", "prefixItems": [{"type": "string"}, {"type": "boolean"}], "items": false, "minItems": 2}),
        json!({"type": "object", "minProperties": 3, "additionalProperties": {"type": "integer"}}),
        json!({"type": "object", "properties": {"a": {}, "b": {}, "c": {}}, "dependentRequired": {"a": ["b"], "b": ["c"]}}),
        json!({"type": "object", "patternProperties": {"^x-": {"type": "string"}}, "additionalProperties": false}),
        json!({"oneOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}]}),
        json!({"type": "object", "properties": {"kind": {"enum": ["a", "b"]}}, "required": ["kind"],
            "if": {"properties": {"kind": {"const": "a"}}}, "then": {"required": ["x"]}, "else": {"required": ["y"]}}),
        json!({"allOf": [{"properties": {"a": {"type": "integer"}}, "required": ["a"]}], "unevaluatedProperties": false}),
    ]
}

#[test]
fn few_draws_are_rejected() {
    for schema in narrow() {
        let (found, draws) = drawn(&schema, 200);
        assert!(found.len() * 50 >= draws * 49, "{} of {draws}: {schema}", found.len());
        let distinct: std::collections::HashSet<String> = found.iter().map(Value::to_string).collect();
        assert!(distinct.len() > 2, "{schema}: {distinct:?}");
    }
}

#[test]
fn what_has_no_value_is_never_drawn() {
    assert!(drawn(&json!({"type": "string", "minLength": 5, "maxLength": 2}), 3).0.is_empty());
}

#[test]
fn a_schema_that_holds_itself_is_drawn_in_bounds() {
    let mut document = of_json_body(&json!({"$ref": "#/components/schemas/Tree"}));
    let child = json!({"$ref": "#/components/schemas/Tree"});
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let properties: serde_json::Map<String, Value> =
        names.map(|name| (name.to_owned(), child.clone())).into_iter().collect();
    document["components"] = json!({"schemas": {"Tree": {"type": "object", "properties": properties}}});
    let contract = compile(&document);
    let strategy = values(&contract).valid(body(&contract));
    let mut runner = TestRunner::new(config(1));
    for _ in 0..10 {
        let tree = strategy.new_tree(&mut runner).expect("a value");
        assert!(tree.current().to_string().len() < 100_000);
    }
}

#[test]
fn a_failure_shrinks_to_what_it_needs() {
    let schema = json!({"type": "object", "required": ["tags"], "properties": {
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 20}},
        "note": {"type": "string"}, "size": {"type": "integer", "minimum": 3}}});
    let contract = compile(&of_json_body(&schema));
    let mut runner = TestRunner::new(config(500));
    let failure = runner.run(&values(&contract).valid(body(&contract)), |value| {
        let tags = value["tags"].as_array().map_or(0, Vec::len);
        prop_assert!(tags < 2 || value.get("size").is_none());
        Ok(())
    });
    let Err(TestError::Fail(_, least)) = failure else { panic!("{failure:?}") };
    assert_eq!(least["tags"].as_array().map(Vec::len), Some(2), "{least}");
    assert!(least.get("note").is_none() && least["size"] == json!(3), "{least}");
    assert!(least["tags"][0].as_str().is_some_and(|tag| tag.len() < 2), "{least}");
}
