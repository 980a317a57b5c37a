//! What is planned for one operation.

use std::collections::HashSet;
use std::path::Path;
use std::rc::Rc;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::{Plan, PlanInput, PlanOptions, plan};
use crate::case::{Case, Fault, Intent, Origin, RequestValues};
use crate::contract::{Contract, Direction, Validators};
use crate::fixtures::Fixtures;
use crate::generate::{Generator, Values};
use crate::spec::{Document, LoadOptions};
use crate::wire::Channel;

mod accepting;
mod beside;
mod forbidden;
mod numbers;
mod parts;
mod recursive;
mod together;

/// The contract of an operation, with these components.
fn compile(operation: &Value, components: &Value) -> Contract {
    let mut operation = operation.clone();
    operation["responses"] = json!({"204": {"description": "done"}});
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "components": components,
        "paths": {"/things": {"post": operation}},
    });
    let document = Document::from_text(Path::new("t.json"), document.to_string(), LoadOptions::default());
    Contract::compile(document.expect("JSON")).expect("a contract")
}

fn planned(contract: &Contract) -> Plan {
    let validators = Validators::new(contract.schemas.clone());
    let (fixtures, options) = (Fixtures::default(), PlanOptions { seed: 1, cases: Some(20), destructive: false });
    plan(&PlanInput::new(contract, &validators, &fixtures, options), 0)
}

fn of_body(media_type: &str, schema: &Value) -> Plan {
    let body = json!({"requestBody": {"required": true, "content": {media_type: {"schema": schema}}}});
    planned(&compile(&body, &json!({})))
}

#[test]
fn arrays_that_a_form_needs_have_an_item() {
    let list = json!({"type": "array", "items": {"type": "string"}});
    let schema = json!({"type": "object", "required": ["a", "b"], "properties": {"a": list, "b": list}});
    for media_type in ["application/x-www-form-urlencoded", "multipart/form-data"] {
        let plan = of_body(media_type, &schema);
        let (_, body) = plan.baseline.and_then(|base| base.body).expect("a baseline");
        assert!(body["a"].as_array().is_some_and(|items| items.len() == 1) && body["b"].is_array(), "{body}");
        let valid = plan.cases.iter().filter(|case| case.intent == Intent::Valid);
        let bodies: Vec<&Value> = valid.filter_map(|case| Some(&case.values.as_ref()?.body.as_ref()?.1)).collect();
        assert!(bodies.len() > 3 && bodies.iter().all(|body| body["a"] != json!([]) && body["b"] != json!([])));
    }
    let plan = of_body("application/json", &schema);
    assert_eq!(plan.baseline.and_then(|base| base.body), Some((0, json!({"a": [], "b": []}))));
}

#[test]
fn a_parameter_of_a_media_type_that_is_not_written_is_not_exercised_and_that_is_told() {
    let parameter = |media_type: &str, required: bool| {
        let schema = json!({"type": "string", "maxLength": 3});
        json!({"parameters": [{"name": "q", "in": "query", "required": required, "content": {media_type: {"schema": schema}}}]})
    };
    let told = |plan: &Plan| plan.unexercised.iter().any(|(_, reason)| reason.contains("`application/xml`"));
    for required in [false, true] {
        let plan = planned(&compile(&parameter("application/xml", required), &json!({})));
        assert!(told(&plan) && plan.baseline.is_some() != required, "{:?}", plan.unexercised);
    }
    let contract = compile(&parameter("text/plain", true), &json!({}));
    let plan = planned(&contract);
    let base = plan.baseline.as_ref().expect("a baseline");
    let request = base.request(&contract.operations[0], &contract.schemas).expect("a request");
    assert_eq!(Some(json!(request.query[0].value)), base.parameters[0]);
    assert!(plan.cases.iter().any(|case| matches!(case.intent, Intent::Invalid(_)) && case.clause.is_some()));
}

#[test]
fn a_limit_that_no_body_is_made_for_is_told() {
    let body = |limit: &str| {
        let content = json!({"application/json": {"schema": {"type": "object"}}});
        planned(&compile(&json!({"requestBody": {"x-max-request-size": limit, "content": content}}), &json!({})))
    };
    let told = |plan: &Plan| plan.unexercised.iter().any(|(_, reason)| reason.contains("64 MiB"));
    let is_large = |plan: &Plan| plan.cases.iter().any(|case| case.intent == Intent::Invalid(Fault::TooLarge));
    for (limit, is_sent) in [("1MB", true), ("100GB", false), ("18446744073709551615", false)] {
        let plan = body(limit);
        assert_eq!((is_large(&plan), told(&plan)), (is_sent, !is_sent), "{limit}");
    }
}

#[test]
fn counts_that_no_memory_holds_end_no_plan() {
    let most = u64::MAX;
    let strings = json!({"type": "string"});
    for schema in [
        json!({"type": "array", "contains": strings, "minContains": 1_000_000_000}),
        json!({"type": "array", "contains": strings, "maxContains": 4_294_967_295u64}),
        json!({"type": "array", "contains": strings, "minItems": 1_000_000_000_000u64}),
        json!({"type": "array", "items": strings, "maxItems": most, "minItems": most}),
        json!({"type": "array", "prefixItems": [strings], "items": false, "minItems": most}),
        json!({"type": "array", "items": strings, "uniqueItems": true, "minItems": most}),
        json!({"type": "string", "maxLength": 9_223_372_036_854_775_807u64}),
        json!({"type": "string", "minLength": most, "maxLength": most}),
        json!({"type": "object", "maxProperties": most, "additionalProperties": strings}),
        json!({"type": "object", "minProperties": most}),
        json!({"type": "integer", "allOf": [{"multipleOf": 18_446_744_073_709_551_557u64}, {"multipleOf": 18_446_744_073_709_551_533u64}, {"multipleOf": 18_446_744_073_709_551_521u64}]}),
        json!({"type": "integer", "minimum": 1e300}),
        json!({"type": "integer", "maximum": -1e300, "multipleOf": most}),
        json!({"type": "number", "exclusiveMinimum": 1e29, "multipleOf": 7}),
    ] {
        let body = json!({"type": "object", "properties": {"a": schema}});
        let plan = of_body("application/json", &body);
        assert!(plan.baseline.is_some(), "{schema}");
    }
}

#[test]
fn what_is_longer_than_every_server_takes_is_sent_where_the_document_asks_for_it_alone() {
    let long = |place: &str, schema: Value| {
        let operation = json!({"parameters": [{"name": "q", "in": place, "required": true, "schema": schema}]});
        let contract = compile(&operation, &json!({}));
        let operation = &contract.operations[0];
        planned(&contract).cases.iter().filter(|case| case.request.is_long(operation)).count()
    };
    for place in ["query", "header", "cookie"] {
        assert_eq!(long(place, json!({"type": "string"})), 0, "{place}");
        assert_ne!(long(place, json!({"type": "string", "maxLength": 3000})), 0, "{place}");
        assert_eq!(long(place, json!({"type": "array", "items": {"type": "string"}})), 0, "{place}");
        assert_ne!(long(place, json!({"type": "string", "minLength": 3000})), 0, "{place}");
    }
    let list = json!({"type": "array", "items": {"type": "integer"}, "maxItems": 1000});
    assert_ne!(long("query", list), 0);
}

/// The intents of the requests that send nothing as the value of a query parameter.
fn of_nothing(required: bool, allow_empty: bool, schema: &Value) -> Vec<Intent> {
    let parameter =
        json!({"name": "q", "in": "query", "required": required, "allowEmptyValue": allow_empty, "schema": schema});
    let plan = planned(&compile(&json!({"parameters": [parameter]}), &json!({})));
    let is_meant = |case: &&Case| case.request.query.iter().any(|pair| pair.encoded == "q=");
    plan.cases.iter().filter(is_meant).map(|case| case.intent).collect()
}

#[test]
fn nothing_is_no_value_of_a_parameter_that_must_have_one() {
    let invalid = [Intent::Invalid(Fault::Validation)];
    for schema in [
        json!({"enum": ["a", "b"]}),
        json!({"type": "string", "minLength": 1}),
        json!({"type": "string", "pattern": "^a+$"}),
        json!({"type": "string", "format": "uuid"}),
        json!({"type": "integer"}),
        json!({"type": "number", "minimum": 1}),
        json!({"type": "boolean"}),
    ] {
        assert_eq!(of_nothing(true, false, &schema), invalid, "{schema}");
        // It may be taken for no parameter at all.
        assert_eq!(of_nothing(false, false, &schema), [Intent::Robustness], "{schema}");
    }
    let list = |least: u64| json!({"type": "array", "minItems": least, "items": {"enum": ["a", "b"]}});
    let is_invalid = |required, least| of_nothing(required, false, &list(least)).contains(&invalid[0]);
    assert_eq!([is_invalid(true, 0), is_invalid(false, 1), is_invalid(true, 1)], [false, false, true]);
    for required in [true, false] {
        assert_eq!(of_nothing(required, true, &json!({"enum": ["a", "b"]})), [Intent::Valid]);
        assert_eq!(of_nothing(required, false, &json!({"type": "string"})), []);
        assert_eq!(of_nothing(required, false, &json!({"enum": ["a", ""]})), [Intent::Valid]);
    }
}

/// The schemas E0 to E29, each an object whose properties are two of the next.
fn doubling(is_required: bool) -> Value {
    let of = |index: usize| {
        let next = json!({"$ref": format!("#/components/schemas/E{}", index + 1)});
        let required = if is_required { json!(["a", "b"]) } else { json!([]) };
        let schema = match index {
            29 => json!({"type": "string"}),
            _ => json!({"type": "object", "required": required, "properties": {"a": next, "b": next}}),
        };
        (format!("E{index}"), schema)
    };
    json!({"schemas": (0..30).map(of).collect::<serde_json::Map<_, _>>()})
}

#[test]
fn what_takes_too_much_room_is_left_out_and_told() {
    let body = json!({"requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/E0"}}}}});
    assert!(planned(&compile(&body, &doubling(true))).cases.is_empty(), "2^30 nodes are required");
    assert!(!planned(&compile(&body, &doubling(false))).cases.is_empty());

    let wide = |count: usize| {
        let names: Vec<String> = (0..count).map(|index| format!("p{index}")).collect();
        let properties: serde_json::Map<String, Value> =
            names.iter().map(|name| (name.clone(), json!({"type": "string", "minLength": 2}))).collect();
        of_body("application/json", &json!({"type": "object", "required": names, "properties": properties}))
    };
    let nodes = |plan: &Plan| plan.cases.iter().flat_map(|case| &case.values).map(RequestValues::nodes).sum::<usize>();
    let untold = |plan: &Plan| plan.unexercised.iter().filter(|(_, reason)| reason.contains("so large")).count();
    let (large, small) = (wide(450), wide(40));
    assert!(nodes(&large) < 500_000, "{}", nodes(&large));
    assert!(untold(&large) > 0 && large.cases.iter().any(|case| case.origin == Origin::Protocol));
    assert_eq!(untold(&small), 0);
}

#[test]
fn the_values_of_an_enum_are_checked_once() {
    let random = |count: usize, times: usize| {
        let listed: Vec<String> = (0..count).map(|index| format!("v{index}")).collect();
        let schema =
            json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "enum": listed}}});
        let body = json!({"requestBody": {"content": {"application/json": {"schema": schema}}}});
        let contract = compile(&body, &json!({}));
        let schema = contract.operations[0].body.as_ref().and_then(|body| body.content[0].schema).expect("a schema");
        let validators = Validators::new(contract.schemas.clone());
        let generator = Rc::new(Generator::new(&validators, Direction::Request, Channel::PAYLOAD));
        let strategies = Values::of(generator.clone());
        let mut runner = TestRunner::deterministic();
        let values: HashSet<String> = (0..times)
            .filter_map(|_| strategies.valid(schema).new_tree(&mut runner).ok())
            .map(|tree| tree.current()["a"].to_string())
            .collect();
        (generator.work(), values.len())
    };
    let (work, values) = random(20_000, 200);
    assert!(work < 20_000 && values > 100, "{work} for {values}");
    assert_eq!(random(3, 200).1, 3);
}

#[test]
fn a_random_value_of_a_schema_that_holds_many_of_its_kind_is_bounded() {
    let kind = json!({"$ref": "#/components/schemas/N"});
    let properties: serde_json::Map<String, Value> = (0..12).map(|index| (format!("n{index}"), kind.clone())).collect();
    let components = json!({"schemas": {"N": {"type": "object", "properties": properties}}});
    let body = json!({"requestBody": {"content": {"application/json": {"schema": kind}}}});
    let plan = planned(&compile(&body, &components));
    let largest = plan.cases.iter().flat_map(|case| &case.values).map(RequestValues::nodes).max();
    assert!(largest.is_some_and(|nodes| (100..40_000).contains(&nodes)), "{largest:?}");
}

/// The values of `name` in the deterministic invalid bodies of a schema of this property, each with what was done.
fn faults(name: &str, schema: &Value) -> Vec<Value> {
    let schema = json!({"type": "object", "required": [name], "properties": {name: schema}});
    let plan = of_body("application/json", &schema);
    let invalid = plan.cases.iter().filter(|case| case.origin == Origin::Fault);
    invalid.filter_map(|case| case.values.as_ref()?.body.as_ref()?.1.get(name).cloned()).collect()
}

#[test]
fn a_fault_is_in_the_first_a_middle_and_the_last_item_of_few_and_of_many() {
    let items = json!({"type": "array", "items": {"type": "string", "maxLength": 4}});
    let places = |faults: &[Value]| {
        let of_three = faults.iter().filter_map(Value::as_array).filter(|items| items.len() == 3);
        let is_long = |item: &Value| item.as_str().is_some_and(|text| text.len() == 5);
        let mut places: Vec<usize> = of_three.filter_map(|items| items.iter().position(is_long)).collect();
        places.sort_unstable();
        places
    };
    let found = faults("tags", &items);
    assert_eq!(places(&found), [0, 1, 2]);
    for count in [1, 2, 12] {
        let mut of_count = found.iter().filter_map(Value::as_array).filter(|items| items.len() == count);
        assert!(of_count.any(|items| items.last() == Some(&json!("textt"))), "{count}");
    }
    let mut few = items;
    few["maxItems"] = json!(2);
    assert_eq!(places(&faults("tags", &few)), [0; 0]);
}

#[test]
fn the_second_of_the_properties_that_a_pattern_names_is_wrong_too() {
    let schema = json!({
        "type": "object", "patternProperties": {"^x-": {"type": "string", "maxLength": 4}}, "additionalProperties": false
    });
    let too_long = |value: &Value| value.as_str().is_some_and(|text| text.chars().count() > 4);
    let second = |body: &Value| {
        let values: Vec<&Value> = body.as_object().into_iter().flatten().map(|(_, value)| value).collect();
        values.len() == 2 && !too_long(values[0]) && too_long(values[1])
    };
    let plan = of_body("application/json", &schema);
    let broken = plan.cases.iter().filter(|case| matches!(case.intent, Intent::Invalid(Fault::Validation)));
    assert!(broken.filter_map(|case| Some(&case.values.as_ref()?.body.as_ref()?.1)).any(second));
}

#[test]
fn a_pattern_is_broken_in_each_careless_way() {
    let found = faults("version", &json!({"type": "string", "pattern": "^v[0-9]{2}\\.[a-z]{2}$"}));
    let is_like = |shape: &str| {
        let matches = |text: &str| {
            text.len() == shape.len()
                && text.chars().zip(shape.chars()).all(|(c, of)| match of {
                    '9' => c.is_ascii_digit(),
                    'a' => c.is_ascii_lowercase(),
                    '?' => c != '.',
                    of => c == of,
                })
        };
        found.iter().filter_map(Value::as_str).any(matches)
    };
    for shape in ["V99.AA", "v99.aa\n", "v99.aa!", "!v99.aa", "v99?aa", "v99.a", "v99.aaa"] {
        assert!(is_like(shape), "{shape}: {found:?}");
    }
    assert!(!is_like("v99.aa"), "that matches");
}

#[test]
fn equal_items_are_apart_and_written_in_two_ways() {
    let object =
        json!({"type": "object", "required": ["a", "b"], "properties": {"a": {"const": 1}, "b": {"const": 2}}});
    let texts = |items: &Value| {
        let found = faults("list", &json!({"type": "array", "uniqueItems": true, "items": items}));
        found.iter().map(Value::to_string).collect::<Vec<_>>()
    };
    let found = texts(&object);
    assert!(found.iter().any(|text| text.ends_with(r#"},{"b":2,"a":1}]"#)), "{found:?}");
    let found = texts(&json!({"type": "integer"}));
    assert!(found.contains(&"[1,1.0]".to_owned()), "{found:?}");
    assert!(found.iter().any(|text| text.starts_with("[1,") && text.ends_with(",1]")), "{found:?}");
    assert!(!found.contains(&"[1,0]".to_owned()), "{found:?}");
}

#[test]
fn one_too_few_of_what_must_be_contained() {
    let found = faults("list", &json!({"type": "array", "contains": {"const": 7}, "minContains": 3, "minItems": 4}));
    let count = |value: &Value| value.as_array().map(|items| items.iter().filter(|item| **item == json!(7)).count());
    assert!(found.iter().any(|value| count(value) == Some(2)), "{found:?}");
    let of_four = |value: &&Value| value.as_array().is_some_and(|items| items.len() == 4);
    assert!(found.iter().filter(of_four).all(|value| count(value) < Some(3)), "{found:?}");
}

#[test]
fn a_variable_of_a_path_is_never_nothing() {
    let integer = json!({"type": "integer", "minimum": 1});
    let of = |place: &str, name: &str| json!({"name": name, "in": place, "required": true, "schema": integer});
    let operation =
        json!({"parameters": [of("path", "id"), of("query", "page")], "responses": {"204": {"description": "done"}}});
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/things/{id}": {"get": operation}},
    });
    let document = Document::from_text(Path::new("t.json"), document.to_string(), LoadOptions::default());
    let plan = planned(&Contract::compile(document.expect("JSON")).expect("a contract"));
    let sent: Vec<&str> = plan.cases.iter().map(|case| case.request.path.as_str()).collect();
    assert!(sent.len() > 20 && sent.iter().all(|path| !path.ends_with('/')), "{sent:?}");
    let pages = plan.cases.iter().flat_map(|case| &case.request.query);
    assert!(pages.clone().any(|pair| pair.value.is_empty()), "a query may be");
}

#[test]
fn an_unlisted_preference_is_no_fault_and_an_unlisted_value_of_another_field_is() {
    let faults = |name: &str| {
        let listed = json!({"name": name, "in": "header", "schema": {"enum": ["respond-async"]}});
        let plan = planned(&compile(&json!({"parameters": [listed]}), &json!({})));
        plan.cases.iter().filter(|case| case.origin == Origin::Fault).count()
    };
    assert_eq!(faults("Prefer"), 0);
    assert!(faults("X-Mode") > 0);
}

#[test]
fn a_pattern_with_line_breaks_has_values_where_they_are_carried() {
    let schema = json!({"type": "string", "pattern": r"^a,b\r\n([0-9]{1,3}\t[a-z]\r\n){1,3}$"});
    for media_type in ["application/json", "text/csv"] {
        let plan = of_body(media_type, &schema);
        let count = |intent: Intent| plan.cases.iter().filter(|case| case.intent == intent).count();
        assert!(count(Intent::Valid) > 1 && count(Intent::Invalid(Fault::Validation)) > 0, "{media_type}");
    }
    let form = json!({"type": "object", "required": ["p"], "properties": {"p": schema}});
    let plan = of_body("application/x-www-form-urlencoded", &form);
    assert!(plan.cases.is_empty() && plan.refused.is_some_and(|reason| reason.contains("no valid body")));
}

#[test]
fn a_part_is_sent_in_each_media_type_that_is_listed() {
    let sent = |listed: &str| {
        let schema = json!({"type": "object", "required": ["p"], "properties": {"p": {"type": "string"}, "q": {"type": "integer"}}});
        let content = json!({"schema": schema, "encoding": {"p": {"contentType": listed}}});
        let plan = planned(&compile(
            &json!({"requestBody": {"required": true, "content": {"multipart/form-data": content}}}),
            &json!({}),
        ));
        let valid =
            plan.cases.into_iter().filter(|case| case.intent == Intent::Valid).filter_map(|case| case.request.body);
        let texts: Vec<String> =
            valid.map(|body| String::from_utf8_lossy(&body.payload.bytes()).into_owned()).collect();
        ["text/a", "text/b", "text/c"]
            .map(|name| texts.iter().any(|text| text.contains(&format!("Content-Type: {name}\r\n"))))
    };
    assert_eq!(sent("text/a, text/b"), [true, true, false]);
    assert_eq!(sent("text/a"), [true, false, false]);
}
