//! XML bodies: what is sent is read back as the value that it was made from, whatever the schema's `xml` objects say,
//! and a right server and a wrong one are told apart.

use std::cell::Cell;

use base64::Engine as _;
use conform::case::{Fault, Intent};
use conform::contract::{Contract, Direction, Validators};
use conform::wire::Payload;
use conform::wire::xml;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use crate::support::command::{conform, root, run};
use crate::support::contract::{body_schema, compile, planned};
use crate::support::peer::Peer;
use crate::support::property::config;
use crate::support::report::{self, errors};

/// A document of one operation that takes the component `Root` as XML.
fn document(version: &str, root: &Value) -> Value {
    let part =
        json!({"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "maxLength": 4}}});
    json!({
        "openapi": version,
        "info": {"title": "t", "version": "1"},
        "components": {"schemas": {"Root": root, "Part": part}},
        "paths": {"/": {"post": {
            "requestBody": {
                "required": true,
                "content": {"application/xml": {"schema": {"$ref": "#/components/schemas/Root"}}},
            },
            "responses": {"2XX": {"description": "made"}},
        }}},
    })
}

/// Checks every case of a document, by a reader that knows the schema. Counts those that were looked at.
fn check(contract: &Contract) -> Result<usize, TestCaseError> {
    let validators = Validators::new(contract.schemas.clone());
    let schema = body_schema(contract);
    let mut count = 0;
    for case in planned(contract, 30).cases {
        let Some(Payload::Bytes(bytes)) = case.request.body.as_ref().map(|body| &body.payload) else { continue };
        let text = String::from_utf8_lossy(bytes);
        let parsed = xml::parse(bytes);
        match case.intent {
            Intent::Invalid(Fault::Malformed) => {
                prop_assert!(matches!(parsed, Err(xml::Unread::Malformed(_))), "{text}");
                continue;
            }
            Intent::Valid | Intent::Invalid(Fault::Validation) => {}
            _ => continue,
        }
        prop_assert!(parsed.is_ok(), "{}: {parsed:?} {text}", case.name);
        let Ok(root) = parsed else { continue };
        let Some(xml::Read { value, .. }) = xml::read(&contract.schemas, schema, &root) else {
            prop_assert!(false, "{}: not read: {text}", case.name);
            continue;
        };
        let is_valid = validators.is_valid(schema, Direction::Request, &value);
        prop_assert_eq!(is_valid, case.intent == Intent::Valid, "{}: {} read as {}", case.name, text, value);
        if let (Intent::Valid, Some(generated)) = (case.intent, &case.generated) {
            prop_assert_eq!(seen(&value), seen(&generated.value), "{}: {}", case.name, text);
        }
        count += 1;
    }
    Ok(count)
}

/// A value as far as a reader sees it: without an element around it, an empty list is not there.
fn seen(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(seen).collect(),
        Value::Object(members) => {
            let there = members.iter().filter(|(_, member)| **member != json!([]));
            there.map(|(name, member)| (name.clone(), seen(member))).collect()
        }
        other => other.clone(),
    }
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0u64..4, 4u64..9).prop_map(|(low, high)| json!({"type": "string", "minLength": low, "maxLength": high})),
        (-5i64..5, 5i64..500).prop_map(|(low, high)| json!({"type": "integer", "minimum": low, "maximum": high})),
        Just(json!({"type": "number", "exclusiveMinimum": 0})),
        Just(json!({"type": "boolean"})),
        Just(json!({"type": "string", "enum": ["a", "b c", "é<&>\"'"]})),
        Just(json!({"type": "string", "format": "date-time"})),
        Just(json!({"type": "string", "pattern": "^[a-c]{2,5}$"})),
        Just(json!({"$ref": "#/components/schemas/Part"})),
    ]
}

/// Schemas without an `xml` object; a list in a list has no element of its own.
fn bare(depth: u32) -> BoxedStrategy<Value> {
    if depth == 0 {
        return scalar().boxed();
    }
    let list = (scalar(), 0u64..2, 2u64..4)
        .prop_map(|(items, low, high)| json!({"type": "array", "items": items, "minItems": low, "maxItems": high}));
    prop_oneof![3 => scalar(), 2 => list, 2 => object(depth - 1)].boxed()
}

/// A schema with what XML it becomes, under a name that no other property has.
fn property(depth: u32) -> impl Strategy<Value = Value> {
    (bare(depth), 0u8..4, any::<bool>(), any::<bool>()).prop_map(|(mut schema, named, special, prefixed)| {
        let mut object = Map::new();
        let is_list = schema["type"] == "array";
        if special && is_list {
            object.insert("wrapped".to_owned(), json!(true));
        }
        if special && !is_list && schema["type"] != "object" && schema.get("$ref").is_none() {
            object.insert("attribute".to_owned(), json!(true));
        }
        if prefixed && schema.get("$ref").is_none() {
            object.insert("namespace".to_owned(), json!("urn:example:a"));
            object.insert("prefix".to_owned(), json!("a"));
        }
        if named == 0 && is_list && schema["items"].get("$ref").is_none() {
            schema["items"]["xml"] = json!({"name": "item", "namespace": "urn:example:item"});
        }
        if schema.get("$ref").is_none() {
            schema["xml"] = Value::Object(object);
        }
        schema
    })
}

fn object(depth: u32) -> BoxedStrategy<Value> {
    (prop::collection::vec((property(depth), any::<bool>(), any::<bool>()), 1..5), any::<bool>())
        .prop_map(|(properties, closed)| {
            let mut required = Vec::new();
            let mut members = Map::new();
            for (index, (mut schema, needed, renamed)) in properties.into_iter().enumerate() {
                let name = format!("p{index}");
                if renamed && schema["xml"].is_object() {
                    schema["xml"]["name"] = json!(format!("n{index}"));
                }
                // One list of items without an element around them is told from another by the names of its items.
                if index > 0 && schema["xml"].get("wrapped").is_none() && schema["items"]["xml"].is_object() {
                    schema["items"]["xml"]["name"] = json!(format!("item{index}"));
                }
                if needed {
                    required.push(name.clone());
                }
                members.insert(name, schema);
            }
            let mut object = json!({"type": "object", "properties": members});
            if !required.is_empty() {
                object["required"] = json!(required);
            }
            if closed {
                object["additionalProperties"] = json!(false);
            }
            object
        })
        .boxed()
}

#[test]
fn what_is_sent_is_read_back() {
    let roots = (object(2), any::<bool>(), any::<bool>()).prop_map(|(mut root, named, spaced)| {
        if named {
            root["xml"] = json!({"name": "root"});
        }
        if spaced {
            root["xml"]["namespace"] = json!("urn:example:root");
        }
        root
    });
    let mut runner = TestRunner::new(config(64));
    let looked_at = Cell::new(0);
    let ended = runner.run(&roots, |root| {
        let count = check(&compile(&document("3.1.0", &root)))?;
        looked_at.set(looked_at.get() + u32::from(count > 0));
        Ok(())
    });
    ended.unwrap_or_else(|error| panic!("{error}"));
    // Of some schemas nothing can be sent that every reader takes for the same.
    assert!(looked_at.get() > runner.config().cases / 2, "{looked_at:?}");
}

#[test]
fn a_document_is_written_as_openapi_shows_it() {
    let write = |version: &str, root: Value, value: Value| {
        let contract = compile(&document(version, &root));
        let schema = body_schema(&contract);
        match xml::write(&contract.schemas, schema, &value) {
            Ok(written) => format!("{}{}", written.root.to_xml(), if written.open.is_empty() { "" } else { " (open)" }),
            Err(reason) => reason.to_string(),
        }
    };
    let animals = |list: Value| {
        let root = json!({"type": "object", "properties": {"animals": list}});
        write("3.0.3", root, json!({"animals": ["a", "b"]}))
    };
    let list = |items: Value, xml: Value| json!({"type": "array", "items": items, "xml": xml});
    let (plain, named) = (json!({"type": "string"}), json!({"type": "string", "xml": {"name": "animal"}}));
    // The examples of OpenAPI 3.1, section 4.8.26.2.
    let cases = [
        (list(plain.clone(), json!({})), "<Root><animals>a</animals><animals>b</animals></Root>"),
        (list(named.clone(), json!({})), "<Root><animal>a</animal><animal>b</animal></Root>"),
        (list(named.clone(), json!({"name": "aliens"})), "<Root><animal>a</animal><animal>b</animal></Root>"),
        (
            list(plain.clone(), json!({"wrapped": true})),
            "<Root><animals><animals>a</animals><animals>b</animals></animals></Root>",
        ),
        (
            list(named.clone(), json!({"wrapped": true})),
            "<Root><animals><animal>a</animal><animal>b</animal></animals></Root>",
        ),
        (
            list(named.clone(), json!({"name": "aliens", "wrapped": true})),
            "<Root><aliens><animal>a</animal><animal>b</animal></aliens></Root>",
        ),
        (
            list(plain.clone(), json!({"name": "aliens", "wrapped": true})),
            "<Root><aliens><aliens>a</aliens><aliens>b</aliens></aliens></Root>",
        ),
        (
            list(plain.clone(), json!({"name": "aliens"})),
            "<Root><animals>a</animals><animals>b</animals></Root> (open)",
        ),
    ];
    for (schema, expected) in cases {
        assert_eq!(animals(schema.clone()), expected, "{schema}");
    }
    let person = json!({"type": "object", "properties": {
        "id": {"type": "integer", "xml": {"attribute": true}},
        "name": {"type": "string", "xml": {"namespace": "https://example.com/schema/sample", "prefix": "sample"}},
    }});
    assert_eq!(
        write("3.0.3", person, json!({"id": 123, "name": "exa<mple"})),
        "<Root id=\"123\"><sample:name xmlns:sample=\"https://example.com/schema/sample\">exa&lt;mple</sample:name></Root>"
    );
    // The node types of OpenAPI 3.2.
    let typed = |node: &str| json!({"type": "string", "xml": {"nodeType": node}});
    let root = json!({"type": "object", "xml": {"name": "doc"}, "properties": {
        "lang": typed("attribute"), "content": typed("cdata"),
        "list": {"type": "array", "items": {"type": "integer"}, "xml": {"nodeType": "element", "name": "l"}},
    }});
    assert_eq!(
        write("3.2.0", root, json!({"content": "<]]>", "lang": "en", "list": [1]})),
        "<doc lang=\"en\"><![CDATA[<]]]]><![CDATA[>]]><l><l>1</l></l></doc>"
    );
    let part = json!({"type": "object", "properties": {"part": {"$ref": "#/components/schemas/Part"}}});
    let value = json!({"part": {"text": "a"}});
    assert_eq!(write("3.1.0", part.clone(), value.clone()), "<Root><part><text>a</text></part></Root>");
    // Since 3.2 the component names the element, which readers of before do not know.
    assert_eq!(write("3.2.0", part, value), "<Root><Part><text>a</text></Part></Root> (open)");
}

#[test]
fn what_xml_has_no_form_for_is_told() {
    let reason = |root: Value, value: Value| {
        let contract = compile(&document("3.0.3", &root));
        let schema = body_schema(&contract);
        xml::write(&contract.schemas, schema, &value).err().map(|reason| reason.to_string()).unwrap_or_default()
    };
    let of = |schema: Value, value: Value| reason(json!({"properties": {"a": schema}}), json!({"a": value}));
    assert!(of(json!({}), Value::Null).contains("null"));
    assert!(of(json!({}), json!("\u{1}")).contains("U+0001"));
    assert!(of(json!({"xml": {"prefix": "p"}}), json!("x")).contains("no namespace"));
    assert!(of(json!({"xml": {"attribute": true}}), json!({"b": 1})).contains("holds no properties"));
    assert!(of(json!({}), json!([[1]])).contains("within an array"));
    assert!(reason(json!({}), json!({"a b": 1})).contains("cannot be a name"));
    assert!(reason(json!({}), json!([1])).contains("no XML document"));
    let renamed = json!({"properties": {"a": {"xml": {"name": "b"}}, "c": {}}});
    assert!(reason(renamed, json!({"a": 1, "b": 2})).contains("two properties are called `b`"));
}

#[test]
fn plans_show_the_text_and_the_value() {
    let document = "tests/documents/xml.yaml";
    let ended = run(root(), &["plan", document, "--operation", "person", "--format", "ndjson", "--cases", "0"]);
    let first: Value = serde_json::from_str(ended.stdout.lines().next().expect("a line")).expect("JSON");
    let bytes = base64::engine::general_purpose::STANDARD.decode(first["body_bytes"].as_str().expect("bytes"));
    assert_eq!(
        String::from_utf8(bytes.expect("base64")).expect("UTF-8"),
        "<p:person xmlns:p=\"urn:example:people\" id=\"1\"><p:full-name>text</p:full-name></p:person>"
    );
    assert_eq!(first["media_type"], "application/xml");
    assert_eq!(first["value"], json!({"id": 1, "name": "text"}));
    assert_eq!(first["schema_pointer"], "/paths/~1person/post/requestBody/content/application~1xml/schema");
}

/// A server that reads XML by Python's standard library.
fn start(fault: Option<&str>) -> Peer {
    Peer::start("person.py", &[], fault)
}

/// The exit status and the errors of a run against a peer.
fn run_against(peer: &Peer, seed: &str) -> (Option<i32>, Vec<[String; 3]>) {
    let output = conform(root())
        .args(["--spec", "tests/documents/xml.yaml", "--operation", "person", "--target", &peer.url])
        .args(["--format", "json", "--cases", "200", "--seed", seed, "--regressions", "off"])
        .output()
        .expect("the binary starts");
    (output.status.code(), errors(&report::read(&output)))
}

#[test]
fn a_server_that_reads_xml_rightly_passes_clean() {
    let peer = start(None);
    for seed in ["0", "1", "2"] {
        assert_eq!(run_against(&peer, seed), (Some(0), Vec::new()), "seed {seed}");
    }
}

#[test]
fn what_a_server_overlooks_in_xml_is_found() {
    let faults = [
        ("maximum-ignored", "accepted-invalid", "/Person/properties/height/maximum"),
        ("attribute-ignored", "accepted-invalid", "/Person/properties/id/minimum"),
        ("members-unchecked", "accepted-invalid", "/Address/additionalProperties"),
        ("second-phone-unchecked", "accepted-invalid", "/Phone/properties/number/pattern"),
        ("parser-crash", "server-error", "/requestBody/content"),
    ];
    for (fault, check, pointer) in faults {
        let peer = start(Some(fault));
        let (status, errors) = run_against(&peer, "0");
        assert_eq!(status, Some(1), "{fault}: {errors:?}");
        let is_named = |error: &[String; 3]| error[0] == check && error[2].ends_with(pointer);
        assert!(errors.iter().any(is_named), "{fault}: {errors:#?}");
    }
}

#[test]
fn a_server_that_knows_no_namespace_and_so_refuses_all_is_not_passed() {
    let peer = start(Some("namespace-unknown"));
    assert_eq!(run_against(&peer, "0"), (Some(3), Vec::new()));
}
