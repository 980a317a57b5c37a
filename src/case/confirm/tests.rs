//! What is sure, and what is not sent.

use std::path::Path;

use serde_json::{Value, json};

use super::{Gate, Unsure};
use crate::case::{Fault, Intent, Mutation, RequestValues};
use crate::contract::{ClauseId, ClauseTarget, Contract, ParameterLocation, Validators};
use crate::fixtures::Fixtures;
use crate::spec::{Document, LoadOptions};
use crate::wire::{Body, Credentials, Payload};

/// An operation with this body.
fn with_body(required: bool, media_type: &str, schema: &Value) -> Value {
    json!({"requestBody": {"required": required, "content": {media_type: {"schema": schema}}}})
}

fn compile(operation: &Value) -> Contract {
    let mut operation = operation.clone();
    operation["responses"] = json!({"204": {"description": "done"}});
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/things": {"post": operation}},
    });
    let document = Document::from_text(Path::new("t.json"), document.to_string(), LoadOptions::default());
    Contract::compile(document.expect("JSON")).expect("a contract")
}

/// The parameters of a request, and its body if there is one.
fn values(parameters: &[Value], body: Option<Value>) -> RequestValues {
    let parameters = parameters.iter().map(|value| Some(value.clone()).filter(|value| !value.is_null())).collect();
    let body = body.map(|value| (0, value));
    RequestValues { parameters, body, credentials: Credentials::default(), mutation: None }
}

fn mutated(values: RequestValues, media_type: &str, bytes: &str) -> RequestValues {
    let payload = Payload::Bytes(bytes.as_bytes().to_vec());
    let body = Body { media_type: Some(media_type.to_owned()), payload };
    RequestValues { mutation: Some(Mutation::Body(body)), ..values }
}

/// What the gate says of a request; `clause` is the keyword that it breaks, and where.
fn confirm(
    operation: &Value,
    values: RequestValues,
    intent: Intent,
    clause: Option<(&str, ClauseTarget)>,
) -> Result<super::Confirmed, Unsure> {
    let contract = compile(operation);
    let validators = Validators::new(contract.schemas.clone());
    let fixtures = Fixtures::default();
    let operation = &contract.operations[0];
    let gate = Gate { contract: &contract, operation, validators: &validators, fixtures: &fixtures };
    let find = |(keyword, place): (&str, ClauseTarget)| -> ClauseId {
        let mut clauses = operation.clauses().iter();
        let found = clauses.find(|(_, clause)| clause.keyword == keyword && clause.place == place);
        found.unwrap_or_else(|| panic!("no {keyword}")).0
    };
    gate.confirm(values, intent, clause.map(find))
}

fn is_valid(operation: &Value, values: RequestValues) -> bool {
    confirm(operation, values, Intent::Valid, None).is_ok()
}

/// Whether a body is a sure fault of this keyword.
fn is_faulty(operation: &Value, keyword: &str, body: Value) -> bool {
    let clause = Some((keyword, ClauseTarget::Body(0)));
    confirm(operation, values(&[], Some(body)), Intent::Invalid(Fault::Validation), clause).is_ok()
}

#[test]
fn a_body_without_a_byte_is_no_body() {
    let malformed = Intent::Invalid(Fault::Malformed);
    for (media_type, value) in [("application/json", json!({"a": 1})), ("application/xml", json!({"a": "b"}))] {
        for (required, bytes, is_sure) in [(true, "", true), (false, "", false), (false, "<{", true)] {
            let operation = with_body(required, media_type, &json!({"type": "object", "xml": {"name": "t"}}));
            let values = mutated(values(&[], Some(value.clone())), media_type, bytes);
            let confirmed = confirm(&operation, values, malformed, None);
            assert_eq!(confirmed.is_ok(), is_sure, "{media_type} {required} {bytes:?}: {confirmed:?}");
        }
    }
    let form = json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "minLength": 1}}});
    for required in [true, false] {
        let operation = with_body(required, "application/x-www-form-urlencoded", &form);
        assert_eq!(is_faulty(&operation, "required", json!({})), required);
        assert!(is_faulty(&operation, "required", json!({"b": "c"})));
    }
    let open = with_body(true, "application/x-www-form-urlencoded", &json!({"type": "object"}));
    assert!(!is_valid(&open, values(&[], Some(json!({})))), "as good as none, which is required");
    assert!(is_valid(&open, values(&[], Some(json!({"a": "b"})))));
}

#[test]
fn an_array_or_a_text_of_nothing_is_no_field_of_a_form() {
    let list = json!({"type": "array", "items": {"type": "string"}});
    let form = |required: Value| {
        json!({"type": "object", "required": required, "properties": {
            "list": list, "text": {"type": "string"}, "other": {"type": "string"},
        }})
    };
    for media_type in ["application/x-www-form-urlencoded", "multipart/form-data"] {
        let lists = with_body(true, media_type, &form(json!(["list"])));
        assert!(!is_valid(&lists, values(&[], Some(json!({"list": [], "other": "a"})))));
        assert!(is_valid(&lists, values(&[], Some(json!({"list": ["a"]})))));
        let texts = with_body(true, media_type, &form(json!(["text"])));
        assert!(!is_valid(&texts, values(&[], Some(json!({"text": "", "other": "a"})))));
        let none = with_body(true, media_type, &form(json!([])));
        assert!(is_valid(&none, values(&[], Some(json!({"list": [], "text": "", "other": "a"})))));
    }
    let in_json = with_body(true, "application/json", &form(json!(["list", "text"])));
    assert!(is_valid(&in_json, values(&[], Some(json!({"list": [], "text": ""})))));
}

#[test]
fn a_text_is_read_as_what_is_asked_for_and_one_of_nothing_is_no_body() {
    let text = |required: bool| with_body(required, "text/plain", &json!({"type": "string", "maxLength": 3}));
    assert!(!is_valid(&text(true), values(&[], Some(json!("")))), "as good as none, which is required");
    assert!(
        is_valid(&text(false), values(&[], Some(json!("")))) && is_valid(&text(true), values(&[], Some(json!("a"))))
    );
    assert!(is_faulty(&text(true), "maxLength", json!("abcd")));
    let number = with_body(true, "text/plain", &json!({"type": "integer"}));
    assert!(!is_faulty(&number, "type", json!("12")) && is_faulty(&number, "type", json!("twelve")));
}

#[test]
fn where_there_is_too_much_to_read_a_fault_is_not_sure() {
    let names: Vec<String> = (0..12).map(|index| format!("m{index}")).collect();
    let member = json!({"type": ["integer", "boolean"], "maximum": 9});
    let properties: Value = names.iter().map(|name| (name.clone(), member.clone())).collect();
    let form = json!({"type": "object", "required": ["m0"], "properties": properties, "additionalProperties": false});
    let body = |first: Value| {
        let mut body: Value = names.iter().map(|name| (name.clone(), json!(1))).collect();
        body["m0"] = first;
        body
    };
    let plain = with_body(true, "application/x-www-form-urlencoded", &form);
    assert!(is_faulty(&plain, "maximum", body(json!(10))), "whatever the others are read as");
    let mut extra = body(json!(1));
    extra["other"] = json!(1);
    assert!(is_faulty(&plain, "additionalProperties", extra), "whatever any is read as");
    // What is asked of all of them together is kept by one of thousands of combinations.
    let mut together = form.clone();
    together["anyOf"] =
        json!([{"required": ["other"]}, {"properties": {"m1": {"const": true}, "m2": {"const": true}}}]);
    let together = with_body(true, "application/x-www-form-urlencoded", &together);
    assert!(!is_faulty(&together, "anyOf", body(json!(1))));
    // Twenty numbers may be texts, each of them.
    let list = json!({"type": "object", "properties": {"list": {"type": "array", "items": {"type": "integer"}, "maxItems": 19}}});
    let list = with_body(true, "application/x-www-form-urlencoded", &list);
    assert!(!is_faulty(&list, "maxItems", json!({"list": vec![1; 20]})));
}

#[test]
fn a_case_is_what_it_says() {
    let schema = json!({"type": "object", "properties": {"a": {"type": "integer", "maximum": 9}}});
    let operation = with_body(true, "application/json", &schema);
    let plain = || values(&[], Some(json!({"a": 1})));
    let same = || mutated(plain(), "application/json", " {\"a\": 1}");
    let method = |name: &str| RequestValues { mutation: Some(Mutation::Method(name.to_owned())), ..plain() };
    let maximum = Some(("maximum", ClauseTarget::Body(0)));
    for (values, intent, clause) in [
        (plain(), Intent::Invalid(Fault::Validation), None),
        (plain(), Intent::Invalid(Fault::PathParameter), None),
        (same(), Intent::Invalid(Fault::Validation), maximum),
        (same(), Intent::WrongMethod, None),
        (method("PUT"), Intent::Valid, None),
        (method("PUT"), Intent::Invalid(Fault::Validation), maximum),
        (method("PUT"), Intent::Unauthenticated, None),
        (method("POST"), Intent::WrongMethod, None),
    ] {
        let confirmed = confirm(&operation, values.clone(), intent, clause);
        assert!(matches!(confirmed, Err(Unsure::NoFault(_))), "{intent:?} {values:?}: {confirmed:?}");
    }
    assert!(is_valid(&operation, plain()) && is_valid(&operation, same()));
    assert!(confirm(&operation, method("PUT"), Intent::WrongMethod, None).is_ok());
    assert!(is_faulty(&operation, "maximum", json!({"a": 10})));
}

#[test]
fn an_odd_request_is_none_that_is_surely_valid_or_not() {
    let json = || with_body(true, "application/json", &json!({"type": "object"}));
    let plain = || values(&[], Some(json!({"a": 1})));
    let is_odd =
        |operation: &Value, values: RequestValues| confirm(operation, values, Intent::Robustness, None).is_ok();
    for (media_type, odd) in [
        ("application/json", false),
        ("application/json; charset=utf-8", false),
        ("text/plain", false),
        ("multipart/form-data; boundary=b", false),
        ("multipart/form-data", true),
        ("application/json; charset=klingon", true),
        ("application/json, text/plain", true),
        ("application/json; charset", true),
        ("nonsense", true),
        ("", true),
    ] {
        assert_eq!(is_odd(&json(), mutated(plain(), media_type, "{\"a\": 1}")), odd, "{media_type}");
    }
    assert!(
        !is_odd(&json(), plain()) && !is_odd(&json(), mutated(values(&[], None), "nonsense", "")),
        "a body is needed"
    );
    let none = json!({});
    assert!(is_odd(&none, mutated(values(&[], None), "application/json", "")), "there is nothing to be of a type");
}

#[test]
fn an_odd_text_stands_for_itself_and_is_none_that_a_value_has() {
    let parameter = |place: &str| json!({"parameters": [{"name": "q", "in": place, "schema": {"type": "string"}}]});
    let odd = |place: &str, encoded: &str| {
        let (name, encoded) = ("q".to_owned(), encoded.to_owned());
        let place = ParameterLocation::named(place).expect("a place");
        let mutation = Some(Mutation::Text { place, name, encoded });
        let values = RequestValues { mutation, ..values(&[Value::Null], None) };
        confirm(&parameter(place.name()), values, Intent::Robustness, None)
    };
    let header = "a\tb";
    for (place, text) in [("query", ""), ("query", "a%00"), ("query", "%FF"), ("query", "%0D%0A"), ("header", header)] {
        let confirmed = odd(place, text).unwrap_or_else(|unsure| panic!("{place} {text:?}: {unsure}"));
        let request = confirmed.request();
        let sent = request.query.first().map_or_else(|| request.headers[0].1.as_str(), |pair| &pair.encoded[2..]);
        assert_eq!(sent, text);
    }
    for (place, text) in [("query", "a"), ("query", "%61"), ("query", "é"), ("header", "a b")] {
        assert!(odd(place, text).is_err(), "{place} {text:?}");
    }
    for (place, text) in
        [("query", "a&b=\u{0}"), ("query", "\u{0}"), ("header", "a\r\nb: c"), ("header", "\u{0}"), ("cookie", "%00")]
    {
        assert_eq!(odd(place, text).err(), Some(Unsure::Unwritable), "{place} {text:?}");
    }
}

#[test]
fn a_body_that_no_memory_holds_is_not_made() {
    let operation = |limit: &str| {
        let mut operation = with_body(true, "application/json", &json!({"type": "object"}));
        operation["requestBody"]["x-max-request-size"] = json!(limit);
        operation
    };
    let padded = |size: u64| {
        let payload = Payload::Padded { value: json!({}), size };
        let body = Body { media_type: Some("application/json".to_owned()), payload };
        RequestValues { mutation: Some(Mutation::Body(body)), ..values(&[], Some(json!({}))) }
    };
    let too_large = Intent::Invalid(Fault::TooLarge);
    assert!(confirm(&operation("1MB"), padded(2 << 20), too_large, None).is_ok());
    for (limit, size) in [("100GB", 200 << 30), ("1MB", u64::MAX)] {
        let confirmed = confirm(&operation(limit), padded(size), too_large, None);
        assert!(matches!(confirmed, Err(Unsure::NoFault(_))), "{confirmed:?}");
    }
    assert_eq!(Payload::Padded { value: json!({}), size: u64::MAX }.bytes().len() as u64, Payload::LARGEST);
}

#[test]
fn a_text_that_may_be_of_two_types_is_valid_as_either() {
    let union = json!({"type": ["string", "integer"], "maximum": 9});
    let in_query =
        |schema: &Value| json!({"parameters": [{"name": "q", "in": "query", "required": true, "schema": schema}]});
    let in_form = with_body(
        true,
        "application/x-www-form-urlencoded",
        &json!({
            "type": "object", "properties": {"q": union, "list": {"type": "array", "items": union}},
        }),
    );
    let in_text = with_body(true, "text/plain", &union);
    let list = json!({"type": "array", "items": union});
    for (value, is_sure) in [(json!("12345"), false), (json!("7"), true), (json!("a"), true), (json!(7), true)] {
        assert_eq!(is_valid(&in_query(&union), values(std::slice::from_ref(&value), None)), is_sure, "{value}");
        assert_eq!(is_valid(&in_query(&list), values(&[json!(["b", value])], None)), is_sure, "{value}");
        assert_eq!(is_valid(&in_form, values(&[], Some(json!({"q": value})))), is_sure, "{value}");
        assert_eq!(is_valid(&in_form, values(&[], Some(json!({"list": [value]})))), is_sure, "{value}");
        assert_eq!(is_valid(&in_text, values(&[], Some(value.clone()))), is_sure, "{value}");
    }
    let text = json!({"type": "string", "maxLength": 5});
    assert!(is_valid(&in_query(&text), values(&[json!("12345")], None)), "one type, one reading");
    let in_json = with_body(true, "application/json", &union);
    assert!(is_valid(&in_json, values(&[], Some(json!("12345")))));
}

#[test]
fn what_a_discriminator_tells_apart_and_no_keyword_does_is_not_sure() {
    let union = |kinds: [Value; 2], named: bool| {
        let branch = |kind: Value| {
            let size = json!({"type": "integer", "minimum": 1});
            json!({"type": "object", "required": ["kind"], "properties": {"kind": kind, "size": size}})
        };
        let mut schema = json!({"oneOf": kinds.map(branch)});
        if named {
            schema["discriminator"] = json!({"propertyName": "kind"});
        }
        with_body(true, "application/json", &json!({"type": "array", "items": schema}))
    };
    let sent = |operation: &Value, body: Value| confirm(operation, values(&[], Some(body)), Intent::Valid, None);
    let (any, a, b) = (json!({"type": "string"}), json!({"enum": ["a"]}), json!({"const": "b"}));
    for kinds in [[any.clone(), any.clone()], [a.clone(), any.clone()]] {
        let operation = union(kinds.clone(), true);
        let confirmed = sent(&operation, json!([{"kind": "a"}])).expect("valid, as far as is known");
        assert!(confirmed.is_doubtful(), "{kinds:?}");
        assert!(!is_faulty(&operation, "oneOf", json!([{"kind": "a"}])), "{kinds:?}");
        assert!(is_faulty(&operation, "oneOf", json!([{"kind": 1}])), "{kinds:?}: of no branch");
        assert!(is_faulty(&operation, "oneOf", json!([{"size": 1}])), "{kinds:?}: it names none");
        let strict = union(kinds.clone(), false);
        assert!(sent(&strict, json!([{"kind": "a"}])).is_err() && is_faulty(&strict, "oneOf", json!([{"kind": "a"}])));
    }
    let apart = union([a.clone(), b.clone()], true);
    let confirmed = sent(&apart, json!([{"kind": "a"}, {"kind": "b"}])).expect("valid");
    assert!(!confirmed.is_doubtful());
    assert!(is_faulty(&apart, "oneOf", json!([{"kind": "c"}])));
    // Both of a branch that lists too much are meant.
    let shared = union([json!({"enum": ["a", "b"]}), b], true);
    assert!(sent(&shared, json!([{"kind": "b"}])).expect("valid").is_doubtful());
    assert!(!sent(&shared, json!([{"kind": "a"}])).expect("valid").is_doubtful());
}
