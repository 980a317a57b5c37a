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
fn a_parameter_that_may_be_empty_is_sent_so_and_another_is_not() {
    let flag = |name: &str, may: bool| json!({"name": name, "in": "query", "allowEmptyValue": may, "schema": {"type": "boolean"}});
    let plan = planned(&compile(&json!({"parameters": [flag("verbose", true), flag("brief", false)]}), &json!({})));
    let empty = |name: &str| {
        let valid = plan.cases.iter().filter(|case| case.intent == Intent::Valid);
        valid.flat_map(|case| &case.request.query).any(|pair| pair.name == name && pair.value.is_empty())
    };
    assert!(empty("verbose") && !empty("brief"));
}

/// An operation that takes an animal, which birds and cats take in.
fn animals(property: &Value) -> Contract {
    let animal = json!({
        "type": "object", "required": ["kind"], "discriminator": {"propertyName": "kind"}, "properties": {"kind": property}
    });
    let heir = |name: &str| {
        json!({"allOf": [
            {"$ref": "#/components/schemas/Animal"},
            {"type": "object", "required": [name], "properties": {name: {"type": "integer", "minimum": 1}}}
        ]})
    };
    compile(
        &json!({"requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Animal"}}}}}),
        &json!({"schemas": {"Animal": animal, "Bird": heir("wings"), "Cat": heir("lives")}}),
    )
}

#[test]
fn what_a_discriminator_names_is_what_is_sent() {
    let plan = planned(&animals(&json!({"type": "string"})));
    let sure: Vec<&Value> = valid(&plan)
        .filter(|(case, _)| !case.doubtful)
        .filter_map(|(_, values)| Some(&values.body.as_ref()?.1))
        .collect();
    for (kind, part) in [("Bird", "wings"), ("Cat", "lives")] {
        let of_kind: Vec<&&Value> = sure.iter().filter(|body| body["kind"] == kind).collect();
        assert!(
            !of_kind.is_empty() && of_kind.iter().all(|body| body[part].as_i64() >= Some(1)),
            "{kind}: {of_kind:?}"
        );
    }
    assert!(sure.iter().all(|body| body["kind"] == "Bird" || body["kind"] == "Cat"), "{sure:?}");
}

#[test]
fn a_branch_is_taken_by_its_name_alone_and_any_other_name_is_not_sure() {
    let branch = |name: &str| json!({"type": "object", "required": ["kind", name], "properties": {"kind": {"type": "string"}, name: {"type": "integer"}}});
    let plan = planned(&compile(
        &json!({"requestBody": {"required": true, "content": {"application/json": {"schema": {
            "oneOf": [{"$ref": "#/components/schemas/Bird"}, {"$ref": "#/components/schemas/Cat"}],
            "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}}
        }}}}}),
        &json!({"schemas": {"Bird": branch("wings"), "Cat": branch("lives")}}),
    ));
    for (case, values) in valid(&plan) {
        let Some((_, body)) = &values.body else { continue };
        let is_named = [("Bird", "wings"), ("cat", "lives"), ("Cat", "lives")]
            .iter()
            .any(|(kind, part)| body["kind"] == *kind && body.get(part).is_some());
        assert!(case.doubtful || is_named, "{}: {body}", case.name);
    }
}

#[test]
fn what_the_document_gives_for_a_name_fits_wherever_that_stands() {
    let body = json!({
        "type": "object", "required": ["currency"],
        "properties": {
            "currency": {"type": "string"}, "code": {"type": "string", "maxLength": 2},
            "price": {"$ref": "#/components/schemas/Price"}
        }
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
