//! Steps of decimals, names and lists with several limits.

use serde_json::{Value, json};

use super::{compile, planned};
use crate::case::Intent;

/// The bodies that are valid, or that break a clause of this keyword and nothing else.
fn bodies(schema: &Value, keyword: Option<&str>) -> Vec<Value> {
    let body = json!({"requestBody": {"required": true, "content": {"application/json": {"schema": schema}}}});
    let contract = compile(&body, &json!({}));
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

/// A number in hundredths of hundredths.
fn units(value: &Value) -> Option<i64> {
    let text = value.as_number()?.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{fraction:0<4}").parse().ok().filter(|_| fraction.len() <= 4)
}

#[test]
fn steps_of_decimals_are_counted_in_decimals() {
    for (step, unit, most) in [(0.06, 600, 0.6), (0.01, 100, 0.1), (0.1, 1_000, 1.0), (0.25, 2_500, 2.5)] {
        let schema = json!({"type": "number", "multipleOf": step, "minimum": step, "maximum": most});
        let is_multiple = |value: &Value| units(value).is_some_and(|units| units % unit == 0);
        let valid: Vec<Value> = bodies(&schema, None).into_iter().filter(Value::is_number).collect();
        assert!(valid.iter().all(is_multiple) && valid.iter().any(|value| !value.is_i64()), "{step}: {valid:?}");
        let wrong = bodies(&schema, Some("multipleOf"));
        assert!(!wrong.is_empty() && !wrong.iter().any(is_multiple), "{step}: {wrong:?}");
        for keyword in ["minimum", "maximum"] {
            let beyond = bodies(&schema, Some(keyword));
            assert!(!beyond.is_empty() && beyond.iter().all(is_multiple), "{step} {keyword}: {beyond:?}");
        }
    }
}

#[test]
fn a_name_is_too_long_or_too_short_alone() {
    let schema = json!({"type": "object", "propertyNames": {"minLength": 3, "maxLength": 400, "pattern": "^[a-z]*$"},
        "additionalProperties": {"type": "integer"}});
    let lengths: Vec<usize> = bodies(&schema, Some("propertyNames"))
        .iter()
        .filter_map(|body| body.as_object()?.keys().map(|name| name.chars().count()).next())
        .collect();
    assert!(lengths.contains(&401) && lengths.contains(&2), "{lengths:?}");
}

#[test]
fn a_list_of_different_items_is_too_long_alone() {
    for items in [
        json!({"type": "integer"}),
        json!({"type": "string", "pattern": "^[a-z]{3}$"}),
        json!({"type": "string", "enum": ["a", "b", "c", "d", "e"]}),
        json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "integer", "minimum": 1}}}),
    ] {
        let schema = json!({"type": "array", "items": items, "uniqueItems": true, "maxItems": 4});
        let long = bodies(&schema, Some("maxItems"));
        assert!(long.iter().any(|body| body.as_array().is_some_and(|items| items.len() == 5)), "{schema}: {long:?}");
    }
    // There are no more that differ.
    let flags = json!({"type": "array", "items": {"type": "boolean"}, "uniqueItems": true, "maxItems": 2});
    assert!(bodies(&flags, Some("maxItems")).is_empty());
}
