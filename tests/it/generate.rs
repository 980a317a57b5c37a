//! Property tests of generation: random schemas over the supported keywords, judged by a validator that
//! reads the schema as it was written.

use conform::case::Intent;
use conform::contract::{Clause, Contract};
use conform::plan::Plan;
use conform::spec::Pointer;
use conform::wire::Payload;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::contract::{self, JSON_BODY, compile, of_json_body};
use crate::support::property::config;

pub fn planned(contract: &Contract) -> Plan {
    contract::planned(contract, 20)
}

pub fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(schema)
        .expect("a schema")
}

/// The schema without the keyword (or the item of `required`) that a clause stands at.
fn without(schema: &Value, clause: &Clause) -> Option<Value> {
    let mut schema = schema.clone();
    let at = clause.location.pointer.as_str().strip_prefix(JSON_BODY)?;
    match clause.keyword {
        "dependentRequired" => return None,
        _ => Pointer::new(at).remove(&mut schema)?,
    };
    Some(schema)
}

fn is_inside_a_union(clause: &Clause) -> bool {
    let at = clause.location.pointer.as_str();
    ["/anyOf/", "/oneOf/", "/then/", "/else/", "/not/"].iter().any(|part| at.contains(part))
}

/// Holds what is planned for a schema to the schema itself.
pub fn check(schema: &Value) -> Result<(), TestCaseError> {
    let contract = compile(&of_json_body(schema));
    let plan = planned(&contract);
    let whole = validator(schema);
    for case in &plan.cases {
        let Some(body) = &case.request.body else { continue };
        let Payload::Json(value) = &body.payload else { continue };
        match case.intent {
            Intent::Valid => prop_assert!(whole.is_valid(value), "{}: {value} breaks {schema}", case.name),
            Intent::Invalid(conform::case::Fault::Validation) => {
                prop_assert!(!whole.is_valid(value), "{}: {value} keeps {schema}", case.name);
                let Some(clause) = case.clause.map(|id| contract.operations[0].clauses().get(id)) else { continue };
                if case.also_broken.is_empty()
                    && clause.site.is_some()
                    && !is_inside_a_union(clause)
                    && let Some(rest) = without(schema, clause)
                {
                    let kept = validator(&rest).is_valid(value);
                    prop_assert!(
                        kept,
                        "{}: {value} breaks more than {} of {schema}",
                        case.name,
                        clause.location.pointer
                    );
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn number_schema() -> impl Strategy<Value = Value> {
    (-50i64..50, 0i64..60, prop::option::of(1u32..7), any::<[bool; 4]>()).prop_map(|(low, width, multiple, has)| {
        let mut schema = json!({"type": if has[0] { "integer" } else { "number" }});
        if has[1] && has[2] {
            schema["format"] = json!(if has[3] { "int64" } else { "int32" });
        }
        if has[1] {
            schema[if has[3] { "exclusiveMinimum" } else { "minimum" }] = json!(low);
        }
        if has[2] {
            schema["maximum"] = json!(low + width);
        }
        if let Some(multiple) = multiple {
            schema["multipleOf"] = json!(multiple);
        }
        schema
    })
}

fn text_schema() -> impl Strategy<Value = Value> {
    let pattern = prop::sample::select(vec!["^[A-Z0-9]+$", "^[a-z]+(-[a-z]+)*$", r"\d", "^(ab|cd)?x", r"^\S+$"]);
    let format = prop::sample::select(vec![
        "date-time",
        "date",
        "time",
        "duration",
        "uuid",
        "email",
        "hostname",
        "uri",
        "uri-reference",
        "ipv4",
        "ipv6",
        "regex",
        "json-pointer",
        "password",
        "no-format-that-is-known",
    ]);
    prop_oneof![
        (0u64..5, 0u64..12)
            .prop_map(|(min, more)| json!({"type": "string", "minLength": min, "maxLength": min + more})),
        pattern.prop_map(|pattern| json!({"type": "string", "pattern": pattern})),
        format.prop_map(|format| json!({"type": "string", "format": format})),
        Just(json!({"type": ["string", "null"]})),
        Just(json!({"enum": ["red", "green", 3, null]})),
        Just(json!({"const": "only"})),
        Just(json!({"type": "boolean"})),
        Just(json!({})),
    ]
}

pub fn schema() -> impl Strategy<Value = Value> {
    prop_oneof![number_schema(), text_schema()].prop_recursive(3, 24, 4, |inner| {
        let named = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            (named, any::<[bool; 5]>()).prop_map(|(schemas, has)| {
                let names = ["a", "b", "c"];
                let mut schema = json!({"type": "object", "properties": {}});
                let mut required = Vec::new();
                for (index, (name, child)) in names.iter().zip(schemas).enumerate() {
                    schema["properties"][name] = child;
                    if has[index] {
                        required.push(*name);
                    }
                }
                schema["required"] = json!(required);
                if has[3] {
                    schema["additionalProperties"] = json!(false);
                }
                if has[4] {
                    schema["minProperties"] = json!(1);
                }
                schema
            }),
            (inner.clone(), 0u64..3, 0u64..3, any::<bool>()).prop_map(|(items, min, more, unique)| {
                json!({"type": "array", "items": items, "minItems": min, "maxItems": min + more, "uniqueItems": unique})
            }),
            inner.clone().prop_map(|child| json!({"type": "object", "additionalProperties": child})),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|branches| json!({"anyOf": branches})),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|branches| json!({"oneOf": branches})),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|parts| json!({"allOf": parts})),
            (inner.clone(), inner.clone()).prop_map(|(all, not)| json!({"allOf": [all], "not": not})),
            (prop::collection::vec(inner.clone(), 1..4), prop::option::of(inner.clone())).prop_map(|(prefix, rest)| {
                json!({"type": "array", "prefixItems": prefix, "items": rest.unwrap_or(json!(false))})
            }),
            (inner.clone(), 0u64..3, 0u64..3).prop_map(|(contained, min, more)| {
                json!({"type": "array", "contains": contained, "minContains": min, "maxContains": min + more})
            }),
            (inner.clone(), inner.clone(), any::<bool>()).prop_map(|(known, matching, closed)| {
                json!({"type": "object", "properties": {"a": known}, "patternProperties": {"^x-": matching},
                    "additionalProperties": !closed})
            }),
            (inner.clone(), 0u64..3, 0u64..3).prop_map(|(child, min, more)| {
                json!({"type": "object", "propertyNames": {"pattern": "^[a-z]+$", "maxLength": 6},
                    "additionalProperties": child, "minProperties": min, "maxProperties": min + more})
            }),
            (inner.clone(), inner.clone(), any::<bool>()).prop_map(|(child, dependent, required)| {
                let mut schema = json!({"type": "object", "properties": {"a": child, "b": {"type": "string"}},
                    "dependentSchemas": {"a": {"properties": {"c": dependent}}}});
                if required {
                    schema["dependentRequired"] = json!({"a": ["b"]});
                }
                schema
            }),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(condition, consequence, alternative)| {
                json!({"type": "object", "properties": {"kind": {"enum": ["one", "other"]}}, "required": ["kind"],
                    "if": {"properties": {"kind": {"const": "one"}, "a": condition}},
                    "then": {"required": ["a"], "properties": {"a": consequence}},
                    "else": {"properties": {"b": alternative}}})
            }),
            (inner.clone(), inner.clone()).prop_map(|(first, second)| {
                json!({"allOf": [{"properties": {"a": first}, "required": ["a"]}], "properties": {"b": second},
                    "required": ["a"], "unevaluatedProperties": false})
            }),
            (inner.clone(), inner).prop_map(|(first, second)| {
                json!({"type": "array", "allOf": [{"prefixItems": [first]}], "anyOf": [{"prefixItems": [true, second]}, true],
                    "unevaluatedItems": false})
            }),
        ]
    })
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn planned_values_are_what_they_are_said_to_be(schema in schema()) {
        check(&schema)?;
    }
}

/// Every keyword that can stand alone must be kept by some case and broken by another.
#[test]
fn every_keyword_is_kept_and_broken() {
    for schema in [
        json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}),
        json!({"type": "string", "minLength": 2, "maxLength": 4}),
        json!({"type": "string", "maxLength": 1000}),
        json!({"type": "string", "pattern": "^(?=.*[0-9])[a-z0-9]{4,8}$"}),
        json!({"type": "string", "format": "date-time"}),
        json!({"type": "integer", "minimum": 1, "maximum": 9}),
        json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}),
        json!({"type": "number", "multipleOf": 0.01}),
        json!({"enum": ["user", "agent"]}),
        json!({"const": {"a": 1}}),
        json!({"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 3, "uniqueItems": true}),
        json!({"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": false}),
        json!({"type": "array", "contains": {"const": 7}, "minItems": 1}),
        json!({"type": "object", "minProperties": 1, "maxProperties": 2, "additionalProperties": {"type": "integer"}}),
        json!({"type": "object", "patternProperties": {"^x-": {"type": "string"}}, "additionalProperties": false}),
        json!({"type": "object", "propertyNames": {"pattern": "^[a-z]+$"}, "minProperties": 1}),
        json!({"type": "object", "properties": {"a": {}, "b": {}}, "dependentRequired": {"a": ["b"]}}),
        json!({"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "object", "required": ["kind"]}]}),
        json!({"anyOf": [{"type": "string", "maxLength": 3}, {"type": "integer", "minimum": 5}]}),
        json!({"type": "string", "not": {"enum": ["forbidden"]}}),
        json!({"allOf": [{"type": "object", "required": ["a"]}, {"properties": {"a": {"type": "integer"}}}]}),
        json!({"type": "object", "properties": {"kind": {"enum": ["a", "b"]}}, "required": ["kind"],
            "if": {"properties": {"kind": {"const": "a"}}}, "then": {"required": ["x"]}, "else": {"required": ["y"]}}),
        json!({"type": "object", "properties": {"a": {"type": "string"}}, "unevaluatedProperties": false}),
    ] {
        check(&schema).unwrap_or_else(|error| panic!("{error}"));
        let contract = compile(&of_json_body(&schema));
        let plan = planned(&contract);
        assert!(plan.cases.iter().any(|case| case.intent == Intent::Valid), "no valid case: {schema}");
        let left: Vec<String> = plan
            .unexercised
            .iter()
            .map(|(id, _)| contract.operations[0].clauses().get(*id).location.pointer.to_string())
            .collect();
        assert!(left.is_empty(), "{schema}: {left:?}");
    }
}

fn reasons(schema: &Value) -> Vec<(String, String)> {
    let contract = compile(&of_json_body(schema));
    let plan = planned(&contract);
    let at = |id| {
        contract.operations[0].clauses().get(id).location.pointer.as_str().trim_start_matches(JSON_BODY).to_owned()
    };
    plan.unexercised.iter().map(|(id, reason)| (at(*id), reason.clone())).collect()
}

#[test]
fn a_property_that_two_schemas_require_is_left_out_for_both() {
    let part = |name: &str| json!({"type": "object", "required": ["kind"], "properties": {name: {"type": "string"}}});
    let schema = json!({"allOf": [part("kind"), part("name")]});
    let left = reasons(&schema);
    assert!(!left.iter().any(|(at, _)| at.contains("required")), "{left:?}");
}

#[test]
fn a_clause_in_a_branch_is_void_where_a_sibling_allows_anything() {
    let branch = json!({"type": "object", "properties": {"a": {"type": "string", "maxLength": 3}}});
    let left = reasons(&json!({"anyOf": [branch, {"type": "object", "nullable": true}]}));
    let void: Vec<&str> =
        left.iter().filter(|(_, reason)| reason.contains("another branch")).map(|(at, _)| at.as_str()).collect();
    assert_eq!(void, ["/anyOf/0/properties/a/type", "/anyOf/0/properties/a/maxLength"]);
    // A sibling that says more leaves clauses to break.
    let narrow = json!({"type": "object", "required": ["b"]});
    let left = reasons(&json!({"anyOf": [branch, narrow]}));
    assert!(left.iter().all(|(at, _)| !at.starts_with("/anyOf/0")), "{left:?}");
}

#[test]
fn a_number_in_the_format_of_an_integer_has_no_fraction() {
    for format in ["int32", "int64"] {
        let schema = json!({"type": "number", "format": format, "minimum": 0, "maximum": 100});
        let plan = planned(&compile(&of_json_body(&schema)));
        let valid = plan.cases.iter().filter(|case| case.intent == Intent::Valid);
        let bodies = valid.filter_map(|case| case.request.body.as_ref().map(|body| &body.payload));
        let fractions: Vec<String> = bodies
            .filter_map(|payload| match payload {
                Payload::Json(Value::Number(number)) if number.as_i64().is_none() => Some(number.to_string()),
                _ => None,
            })
            .collect();
        assert!(fractions.is_empty(), "{format}: {fractions:?}");
    }
}

#[test]
fn a_schema_that_recurses_is_nested_and_ends() {
    let mut tree = of_json_body(&json!({"$ref": "#/components/schemas/Tree"}));
    tree["components"] = json!({"schemas": {"Tree": {
        "type": "object",
        "required": ["name", "children"],
        "properties": {
            "name": {"type": "string"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        },
    }}});
    let plan = planned(&compile(&tree));
    let nested = plan.cases.iter().any(|case| match case.request.body.as_ref().map(|body| &body.payload) {
        Some(Payload::Json(value)) => value.pointer("/children/0/children/0/children/0/name").is_some(),
        _ => false,
    });
    assert!(nested);
}

#[test]
fn an_unsatisfiable_schema_is_told_and_not_guessed_at() {
    let plan = planned(&compile(&of_json_body(&json!({"type": "string", "minLength": 5, "maxLength": 2}))));
    assert!(plan.cases.is_empty());
    assert!(plan.unexercised.iter().all(|(_, reason)| reason.contains("no valid body")));
}

/// What a pattern that is no ECMA-262 expression asks for is not known: a refusal then says nothing.
#[test]
fn texts_whose_pattern_cannot_be_judged_are_doubtful() {
    let doubtful = |schema: Value| -> Vec<bool> {
        let plan = planned(&compile(&of_json_body(&schema)));
        // A name that is an attack is doubtful whatever the pattern.
        let is_attack =
            |name: &str| ["`__proto__`", "`constructor`", "`prototype`"].iter().any(|odd| name.contains(odd));
        let valid = plan.cases.iter().filter(|case| case.intent == Intent::Valid && !is_attack(&case.name));
        valid.map(|case| case.doubtful).collect()
    };
    let with = |pattern: &str| {
        json!({"type": "array", "minItems": 1, "items": {"type": "object", "required": ["a"],
        "additionalProperties": {"type": "string", "pattern": pattern}}})
    };
    assert!(doubtful(with("^[a-z")).iter().all(|doubtful| *doubtful));
    assert!(doubtful(with("^[a-z]")).iter().all(|doubtful| !*doubtful));
}

/// With a look-around in it, the validator reads `\d` as any digit of Unicode, which ECMA-262 does not.
#[test]
fn patterns_with_look_around_are_tried_with_ascii_alone() {
    let schema = json!({"type": "string", "pattern": "^(?!d-)([\\da-z]+)$"});
    let plan = planned(&compile(&of_json_body(&schema)));
    let sent = plan.cases.iter().filter(|case| matches!(case.intent, Intent::Valid));
    for case in sent {
        let Some(Payload::Json(value)) = case.request.body.as_ref().map(|body| &body.payload) else { continue };
        assert!(value.as_str().is_some_and(str::is_ascii), "{value}");
    }
}
