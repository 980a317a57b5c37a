//! Properties that a schema forbids.

use serde_json::{Value, json};

use super::{compile, of_body, planned};
use crate::case::{Case, Intent};
use crate::contract::ClauseTarget;
use crate::plan::Plan;

/// The bodies that break a clause of this keyword, and nothing else.
fn breaking(operation: &Value, keyword: &str) -> Vec<Value> {
    let contract = compile(operation, &json!({}));
    let clauses = contract.operations[0].clauses();
    let breaks = |case: &&Case| {
        matches!(case.intent, Intent::Invalid(_))
            && case.also_broken.is_empty()
            && case.clause.is_some_and(|id| clauses.get(id).keyword == keyword)
    };
    let plan = planned(&contract);
    let values = plan.cases.iter().filter(breaks).filter_map(|case| case.values.as_ref());
    values
        .filter_map(|values| match &values.body {
            Some((_, body)) => Some(body.clone()),
            None => values.parameters[0].clone(),
        })
        .collect()
}

fn of(media_type: &str, schema: &Value) -> Value {
    json!({"requestBody": {"required": true, "content": {media_type: {"schema": schema}}}})
}

/// An object with `a`, and what is said of `x`.
fn with_x(x: &Value) -> Value {
    json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "x": x}})
}

#[test]
fn a_body_has_what_is_forbidden_once_for_each_way_of_saying_so() {
    for (schema, keyword) in [
        (with_x(&json!(false)), "properties"),
        (with_x(&json!({"not": {}})), "not"),
        (with_x(&json!({"not": true})), "not"),
        (json!({"allOf": [with_x(&json!({"type": "string"})), {"properties": {"x": false}}]}), "properties"),
        (
            json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}, "patternProperties": {"^x$": false}}),
            "patternProperties",
        ),
        (json!({"properties": {"b": with_x(&json!(false))}, "type": "object", "required": ["b"]}), "properties"),
    ] {
        for media_type in ["application/json", "application/x-www-form-urlencoded"] {
            let found = breaking(&of(media_type, &schema), keyword);
            let is_there = |body: &Value| body.get("x").is_some() || body["b"].get("x").is_some();
            let is_nested = schema["properties"].get("b").is_some() && media_type != "application/json";
            assert!(is_nested || !found.is_empty() && found.iter().all(is_there), "{media_type} {schema}: {found:?}");
        }
    }
}

#[test]
fn a_parameter_has_what_is_forbidden() {
    let parameter = json!({"name": "filter", "in": "query", "style": "deepObject", "explode": true,
        "schema": with_x(&json!(false))});
    let found = breaking(&json!({"parameters": [parameter]}), "properties");
    assert!(!found.is_empty() && found.iter().all(|value| value.get("x").is_some()), "{found:?}");
}

#[test]
fn what_is_only_constrained_or_stands_in_another_branch_is_not_forbidden() {
    let with = json!({"type": "object", "required": ["x"], "properties": {"x": {"type": "string"}}});
    for schema in [
        with_x(&json!(true)),
        with_x(&json!({})),
        with_x(&json!({"not": {"type": "string"}})),
        json!({"anyOf": [with, with_x(&json!(false)), {"type": "object"}]}),
    ] {
        let plan: Plan = of_body("application/json", &schema);
        let found = breaking(&of("application/json", &schema), "properties");
        assert!(found.is_empty() && plan.baseline.is_some(), "{schema}: {found:?}");
    }
}

#[test]
fn valid_requests_leave_out_what_is_forbidden_and_have_the_rest() {
    let schema = json!({"type": "object", "properties": {
        "a": {"type": "string"}, "b": {"type": "integer"}, "x": {"not": {}}, "y": false}});
    let plan = of_body("application/json", &schema);
    let valid = plan.cases.iter().filter(|case| case.intent == Intent::Valid);
    let bodies: Vec<&Value> = valid.filter_map(|case| Some(&case.values.as_ref()?.body.as_ref()?.1)).collect();
    assert!(bodies.iter().all(|body| body.get("x").is_none() && body.get("y").is_none()));
    assert!(bodies.iter().any(|body| body.get("a").is_some() && body.get("b").is_some()));
    let contract = compile(&of("application/json", &schema), &json!({}));
    let clauses = contract.operations[0].clauses();
    assert!(clauses.find("properties", &ClauseTarget::Body(0), Some("y")).is_some());
}
