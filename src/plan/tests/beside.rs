//! Single faults beside each choice of what is around them.

use serde_json::{Value, json};

use super::{compile, planned};
use crate::case::{Intent, RequestValues};
use crate::plan::Plan;

/// A ticket with an object in it, which the plainest request lacks.
fn ticket() -> Plan {
    let address = json!({
        "type": "object",
        "required": ["code"],
        "properties": {
            "code": {"type": "string", "pattern": "^[0-9]{5}$"},
            "country": {"enum": ["fr", "de", "pt"]},
            "floor": {"type": "integer", "minimum": -2, "maximum": 60}
        }
    });
    let schema = json!({
        "type": "object",
        "required": ["subject"],
        "properties": {
            "subject": {"type": "string", "minLength": 2, "maxLength": 40},
            "priority": {"enum": ["low", "normal", "high", "urgent"]},
            "due": {"type": ["string", "null"], "format": "date"},
            "featured": {"type": "boolean"},
            "tags": {"type": "array", "maxItems": 3, "items": {"type": "string", "maxLength": 9}},
            "address": address
        }
    });
    let parameters = [
        json!({"name": "silent", "in": "query", "schema": {"type": "boolean"}}),
        json!({"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 50}}),
    ];
    let body = json!({"required": true, "content": {"application/json": {"schema": schema}}});
    planned(&compile(&json!({"parameters": parameters, "requestBody": body}), &json!({})))
}

fn broken<'p>(plan: &'p Plan, at: &'p str) -> impl Iterator<Item = &'p RequestValues> {
    let of = move |name: &str| name.starts_with(&format!("`{at}`: ")) || name.contains(&format!("parameter `{at}`: "));
    let invalid = plan.cases.iter().filter(move |case| matches!(case.intent, Intent::Invalid(_)) && of(&case.name));
    invalid.filter_map(|case| case.values.as_ref())
}

#[test]
fn what_is_wrong_with_a_property_is_wrong_beside_each_choice_of_another() {
    let plan = ticket();
    let body = |values: &RequestValues| values.body.as_ref().map(|(_, body)| body.clone()).unwrap_or_default();
    let beside = |at: &str, other: &str, is_such: &dyn Fn(Option<&Value>) -> bool| {
        assert!(broken(&plan, at).any(|values| is_such(body(values).pointer(other))), "{at} beside {other}");
    };
    for at in ["/due", "/subject", "/address/code"] {
        for priority in ["low", "normal", "high", "urgent"] {
            beside(at, "/priority", &|value| value == Some(&json!(priority)));
        }
        for truth in [true, false] {
            beside(at, "/featured", &|value| value == Some(&json!(truth)));
        }
        beside(at, "/tags", &|value| value.and_then(Value::as_array).is_some_and(|tags| tags.len() == 3));
    }
    beside("/subject", "/due", &|value| value == Some(&Value::Null));
    for country in ["fr", "de", "pt"] {
        beside("/address/code", "/address/country", &|value| value == Some(&json!(country)));
    }
}

#[test]
fn what_is_wrong_is_wrong_beside_each_choice_of_a_parameter() {
    let plan = ticket();
    for truth in [true, false] {
        let is_such = |values: &RequestValues| values.parameters[0] == Some(json!(truth));
        assert!(broken(&plan, "/subject").any(is_such), "the body beside {truth}");
        assert!(broken(&plan, "limit").any(is_such), "a parameter beside {truth}");
    }
}

#[test]
fn properties_within_an_object_meet_in_valid_requests() {
    let plan = ticket();
    let valid = plan.cases.iter().filter(|case| case.intent == Intent::Valid).filter_map(|case| case.values.as_ref());
    let bodies: Vec<&Value> = valid.filter_map(|values| values.body.as_ref().map(|(_, body)| body)).collect();
    for country in ["fr", "de", "pt"] {
        let has = |body: &&&Value| body.pointer("/address/country") == Some(&json!(country));
        assert!(bodies.iter().filter(has).count() > 1, "{country}");
    }
}
