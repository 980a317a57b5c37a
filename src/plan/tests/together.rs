//! What meets in one request: choices of different parts, faults and what is beside them, chance.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use serde_json::{Value, json};

use super::{compile, planned};
use crate::case::{Case, Intent, Origin, RequestValues};
use crate::contract::{ClauseTarget, Contract, Direction, Validators};
use crate::fixtures::Fixtures;
use crate::generate::Values;
use crate::plan::{Plan, PlanInput, PlanOptions, Requests, plan};

/// A runner that keeps no file of what failed.
fn runner() -> TestRunner {
    let config = Config { failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// Two optional parameters of which each lists its values, and one with a bound.
fn listing() -> Contract {
    let listed = |name: &str, values: &[&str]| json!({"name": name, "in": "query", "schema": {"enum": values}});
    let limit = json!({"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 50}});
    let body = json!({"type": "object", "properties": {"n": {"type": "integer"}}});
    let parameters = [listed("sort", &["name", "size"]), listed("order", &["up", "on"]), limit];
    compile(
        &json!({"parameters": parameters, "requestBody": {"content": {"application/json": {"schema": body}}}}),
        &json!({}),
    )
}

fn valid(plan: &Plan) -> impl Iterator<Item = (&Case, &RequestValues)> {
    let valid = plan.cases.iter().filter(|case| case.intent == Intent::Valid);
    valid.filter_map(|case| Some((case, case.values.as_ref()?)))
}

#[test]
fn every_two_choices_of_different_parts_meet() {
    let plan = planned(&listing());
    let options = |values: &[&str]| values.iter().map(|value| Some(json!(value))).chain([None]).collect::<Vec<_>>();
    let planned: Vec<&RequestValues> =
        valid(&plan).filter(|(case, _)| case.origin == Origin::Boundary).map(|(_, values)| values).collect();
    for sort in options(&["name", "size"]) {
        for order in options(&["up", "on"]) {
            let both = |values: &&&RequestValues| values.parameters[0] == sort && values.parameters[1] == order;
            assert!(planned.iter().any(|values| both(&values)), "{sort:?} {order:?}");
        }
        assert!(planned.iter().any(|values| values.parameters[0] == sort && values.body.is_none()), "{sort:?}");
    }
}

#[test]
fn members_of_an_enum_are_different_choices_however_alike_they_look() {
    let schema = json!({
        "type": "object", "required": ["state"],
        "properties": {"state": {"enum": ["open", "done"]}, "tags": {"type": "array", "items": {"type": "integer"}}}
    });
    let plan = planned(&compile(
        &json!({"requestBody": {"required": true, "content": {"application/json": {"schema": schema}}}}),
        &json!({}),
    ));
    let two = |body: &Value| body["tags"].as_array().is_some_and(|tags| tags.len() > 1);
    let bodies: Vec<&Value> = valid(&plan).filter_map(|(_, values)| Some(&values.body.as_ref()?.1)).collect();
    for state in ["open", "done"] {
        assert!(bodies.iter().any(|body| body["state"] == state && two(body)), "{state}");
    }
}

#[test]
fn what_the_document_gives_for_a_name_fits_wherever_that_stands() {
    let body = json!({
        "type": "object", "required": ["currency"],
        "properties": {"currency": {"type": "string"}, "code": {"type": "string", "maxLength": 2}}
    });
    let elsewhere = json!({"type": "object", "properties": {
        "currency": {"type": "string", "enum": ["EUR", "CHF"]}, "code": {"type": "string", "example": "long"}
    }});
    let plan = planned(&compile(
        &json!({
            "parameters": [{"name": "currency", "in": "query", "schema": {"type": "string"}}],
            "requestBody": {"required": true, "content": {"application/json": {"schema": body}}}
        }),
        &json!({"schemas": {"Price": elsewhere}}),
    ));
    let bodies: Vec<&Value> = valid(&plan).filter_map(|(_, values)| Some(&values.body.as_ref()?.1)).collect();
    let asked: Vec<&Value> = valid(&plan).filter_map(|(_, values)| values.parameters[0].as_ref()).collect();
    for known in ["EUR", "CHF"] {
        assert!(bodies.iter().any(|body| body["currency"] == known), "{known}");
        assert!(asked.iter().any(|value| **value == known), "{known}");
    }
    assert!(bodies.iter().all(|body| body["code"] != "long"));
}

#[test]
fn a_parameter_is_broken_alone_and_beside_all_others() {
    let contract = listing();
    let plan = planned(&contract);
    let clauses = contract.operations[0].clauses();
    for index in 0..3 {
        let place = ClauseTarget::Parameter(index);
        let of = |case: &&Case| case.clause.is_some_and(|id| clauses.get(id).place == place);
        let broken = plan.cases.iter().filter(|case| matches!(case.intent, Intent::Invalid(_))).filter(of);
        let there: Vec<usize> = broken
            .filter(|case| case.origin == Origin::Fault)
            .filter_map(|case| Some(case.values.as_ref()?.parameters.iter().flatten().count()))
            .collect();
        assert!(there.contains(&1) && there.contains(&3), "{index}: {there:?}");
    }
}

#[test]
fn chance_breaks_parameters_beside_others_that_it_has_drawn() {
    let contract = listing();
    let validators = Validators::new(contract.schemas.clone());
    let (fixtures, options) = (Fixtures::default(), PlanOptions { seed: 1, cases: Some(200), destructive: false });
    let plan = plan(&PlanInput::new(&contract, &validators, &fixtures, options), 0);
    let clauses = contract.operations[0].clauses();
    let random = plan.cases.iter().filter(|case| case.origin == Origin::Random);
    let faults = random.filter(|case| matches!(case.intent, Intent::Invalid(_)));
    let beside = faults.filter(|case| {
        let place = case.clause.map(|id| clauses.get(id).place);
        let there = case.values.as_ref().map_or(0, |values| values.parameters.iter().flatten().count());
        matches!(place, Some(ClauseTarget::Parameter(_))) && there > 1
    });
    assert!(beside.count() > 10);
}

#[test]
fn a_strategy_breaks_one_clause_alone_until_it_is_as_simple_as_can_be() {
    let schema = json!({
        "type": "object", "required": ["code"],
        "properties": {
            "code": {"type": "string", "maxLength": 3},
            "note": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string"}}
        }
    });
    let contract = compile(
        &json!({"requestBody": {"required": true, "content": {"application/json": {"schema": schema}}}}),
        &json!({}),
    );
    let clauses = contract.operations[0].clauses();
    let root = contract.operations[0].body.as_ref().and_then(|body| body.content[0].schema).expect("a schema");
    let validators = Validators::new(contract.schemas.clone());
    let values = Values::new(&validators, Direction::Request);
    let clause =
        clauses.iter().map(|(_, clause)| clause).find(|clause| clause.keyword == "maxLength").expect("a clause");
    let strategy = values.breaking(clauses, clause, root);
    let mut runner = TestRunner::deterministic();
    let is_too_long = |value: &Value| value["code"].as_str().is_some_and(|code| code.chars().count() > 3);
    let mut with_more = 0;
    for _ in 0..50 {
        let mut tree = strategy.new_tree(&mut runner).expect("a value");
        assert!(is_too_long(&tree.current()), "{}", tree.current());
        with_more += usize::from(tree.current().as_object().is_some_and(|object| object.len() > 1));
        while tree.simplify() {
            assert!(is_too_long(&tree.current()), "{}", tree.current());
        }
        assert_eq!(tree.current().as_object().map(serde_json::Map::len), Some(1), "{}", tree.current());
    }
    assert!(with_more > 10, "{with_more}");
}

#[test]
fn requests_of_an_operation_are_drawn_and_shrink_as_a_whole() {
    let contract = listing();
    let (validators, fixtures) = (Validators::new(contract.schemas.clone()), Fixtures::default());
    let input = PlanInput::new(&contract, &validators, &fixtures, PlanOptions::default());
    let requests = Requests::new(&input, 0).expect("a baseline");
    let mut runner = runner();
    let failing = runner.run(&requests.valid(), |values| {
        prop_assert!(values.parameters[2].as_ref().and_then(Value::as_i64).is_none_or(|limit| limit < 10));
        Ok(())
    });
    let Err(TestError::Fail(_, smallest)) = failing else { panic!("{failing:?}") };
    assert_eq!(smallest.parameters[..2], [None, None]);
    assert!(smallest.parameters[2].as_ref().and_then(Value::as_i64).is_some_and(|limit| limit >= 10));
    let faults = requests.faults().expect("clauses");
    let clauses = contract.operations[0].clauses();
    runner
        .run(&faults, |(id, values)| {
            let ClauseTarget::Parameter(index) = clauses.get(id).place else { return Ok(()) };
            prop_assert!(values.parameters[index].is_some());
            Ok(())
        })
        .expect("faults of parameters have a value");
}
