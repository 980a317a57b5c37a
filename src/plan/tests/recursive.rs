//! Schemas that hold themselves.

use serde_json::{Value, json};

use super::{compile, planned};
use crate::case::Intent;

/// The bodies of valid requests, or those that break a clause of this keyword and nothing else.
fn bodies(schema: &Value, components: &Value, keyword: Option<&str>) -> Vec<Value> {
    let body = json!({"requestBody": {"required": true, "content": {"application/json": {"schema": schema}}}});
    let contract = compile(&body, &json!({ "schemas": components }));
    let clauses = contract.operations[0].clauses();
    let plan = planned(&contract);
    let wanted = plan.cases.iter().filter(|case| match keyword {
        None => case.intent == Intent::Valid,
        Some(keyword) => {
            matches!(case.intent, Intent::Invalid(_))
                && case.also_broken.is_empty()
                && case.clause.is_some_and(|id| clauses.get(id).keyword == keyword)
        }
    });
    wanted.filter_map(|case| Some(case.values.as_ref()?.body.as_ref()?.1.clone())).collect()
}

fn node(way_down: &Value) -> Value {
    json!({"Node": {"type": "object", "required": ["name"],
        "properties": {"name": {"type": "string", "maxLength": 3}, "down": way_down}}})
}

#[test]
fn what_is_wrong_is_so_on_several_levels_wherever_a_schema_begins_to_hold_itself() {
    let reference = json!({"$ref": "#/components/schemas/Node"});
    let in_property = json!({"type": "object", "required": ["id"], "properties": {
        "id": {"type": "integer"}, "tree": reference}});
    let in_items = json!({"type": "object", "properties": {"all": {"type": "array", "items": reference}}});
    let ways = [
        (reference.clone(), "/down"),
        (json!({"type": "array", "items": reference}), "/down/0"),
        (json!({"type": "object", "additionalProperties": reference}), "/down/key1"),
        (json!({"allOf": [reference, {"type": "object"}]}), "/down"),
    ];
    for (way, step) in ways {
        for (schema, begin) in [(&reference, ""), (&in_property, "/tree"), (&in_items, "/all/0")] {
            let wrong = bodies(schema, &node(&way), Some("maxLength"));
            let right = bodies(schema, &node(&way), None);
            for levels in [0, 1, 2, 4] {
                let at = format!("{begin}{}/name", step.repeat(levels));
                let is_wrong =
                    |body: &Value| body.pointer(&at).and_then(Value::as_str).is_some_and(|name| name.len() > 3);
                assert!(wrong.iter().any(is_wrong), "{at} of {way}: {wrong:?}");
            }
            let deep = format!("{begin}{}", step.repeat(3));
            assert!(right.iter().any(|body| body.pointer(&deep).is_some()), "{deep} of {way}: {right:?}");
        }
    }
}

#[test]
fn a_schema_that_ends_is_no_deeper_than_it_is() {
    let components = json!({"Leaf": {"type": "object", "properties": {"name": {"type": "string", "maxLength": 3}}}});
    let leaf = json!({"$ref": "#/components/schemas/Leaf"});
    let schema =
        json!({"type": "object", "properties": {"a": leaf, "b": {"type": "object", "properties": {"c": leaf}}}});
    let is_flat = |body: &Value| body.pointer("/a/a").is_none() && body.pointer("/b/c/c").is_none();
    assert!(bodies(&schema, &components, Some("maxLength")).iter().all(is_flat));
}
