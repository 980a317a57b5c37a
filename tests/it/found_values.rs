//! Values that are found, and kept away from, where keywords meet.

use conform::case::{Case, Intent};
use conform::wire::Payload;
use serde_json::{Value, json};

use crate::generate::{check, planned};
use crate::support::contract::{compile, of_json_body};

/// A person finds a value of each of these schemas at once.
#[test]
fn a_valid_value_is_found_where_keywords_meet() {
    let wrapped = |schema: Value| json!({"type": "object", "required": ["a"], "properties": {"a": schema}});
    for schema in [
        json!({"type": "string", "format": "email", "minLength": 40}),
        json!({"type": "string", "format": "email", "minLength": 120}),
        json!({"type": "string", "format": "uri", "minLength": 40}),
        json!({"type": "string", "format": "uri", "maxLength": 12}),
        json!({"type": "string", "format": "hostname", "minLength": 20}),
        json!({"type": "string", "format": "hostname", "minLength": 90}),
        json!({"type": "string", "pattern": "^(?=.*[A-Z]).{8,12}$"}),
        json!({"allOf": [{"type": "string", "pattern": "^a"}, {"type": "string", "pattern": "z$"}]}),
        json!({"type": "object", "propertyNames": {"pattern": "^[a-z]{3}$"}, "minProperties": 2}),
        json!({"type": "object", "propertyNames": {"minLength": 10}, "minProperties": 2}),
        json!({"type": "object", "patternProperties": {"^x-": {"type": "string"}}, "additionalProperties": false,
            "minProperties": 3}),
        json!({"type": "integer", "multipleOf": 0.5}),
        json!({"type": "integer", "multipleOf": 2.5, "minimum": 1}),
        json!({"type": "number", "multipleOf": 1e-8}),
        wrapped(json!({"oneOf": [{"type": "integer"}, {"type": "number"}]})),
        wrapped(json!({"type": "integer", "oneOf": [{"multipleOf": 3}, {"multipleOf": 5}]})),
        wrapped(json!({"not": {"type": "string"}})),
    ] {
        let contract = compile(&of_json_body(&schema));
        let plan = planned(&contract);
        assert!(plan.cases.iter().any(|case| case.intent == Intent::Valid && !case.doubtful), "{schema}");
        check(&schema).unwrap_or_else(|error| panic!("{schema}: {error}"));
    }
    let nothing = json!({"type": "string", "format": "email", "maxLength": 2});
    let plan = planned(&compile(&of_json_body(&nothing)));
    assert!(plan.cases.iter().all(|case| case.intent != Intent::Valid), "there is none");
}

#[test]
fn what_lacks_an_item_is_no_fault_of_the_others() {
    let schema = json!({"type": "array", "items": {"type": "string"}, "contains": {"const": "a"}});
    let contract = compile(&of_json_body(&schema));
    let plan = planned(&contract);
    let breaks =
        |case: &&Case| case.clause.is_some_and(|id| contract.operations[0].clauses().get(id).keyword == "contains");
    let broken: Vec<_> = plan.cases.iter().filter(breaks).collect();
    assert!(!broken.is_empty() && broken.iter().all(|case| case.also_broken.is_empty()), "{broken:#?}");
}

/// What is beyond 64 bits is read as the nearest float, which may be on the other side of the bound.
#[test]
fn a_bound_that_was_rounded_is_kept_away_from() {
    let bound = -18_446_744_073_709_551_615.0;
    for schema in [json!({"type": "number", "minimum": bound}), json!({"type": "number", "exclusiveMaximum": bound})] {
        let plan = planned(&compile(&of_json_body(&schema)));
        let bodies = plan.cases.iter().filter_map(|case| case.request.body.as_ref());
        for body in bodies {
            let Payload::Json(value) = &body.payload else { continue };
            assert!(value.as_f64() != Some(bound), "{schema}: {value}");
        }
    }
}
