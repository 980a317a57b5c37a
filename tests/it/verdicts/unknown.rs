//! Documents with references to nowhere and keywords that cannot be read: a server that does what their author meant, and
//! near twins that are wrong beside it.

use axum::response::Response;
use serde_json::{Value, json};

use super::{NOTHING, Told, run};
use crate::support::command::{folder_with, run as conform};
use crate::support::served::{Asked, empty, json, not_allowed};

/// As its author meant it.
const DOCUMENT: &str = r##"
openapi: 3.1.0
info: {title: Orders, version: '1'}
paths:
  /orders:
    post:
      operationId: order
      parameters:
        - {name: mode, in: query, required: true, schema: {type: string, enum: [fast, slow]}}
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Made'}}}}
        '400': {description: invalid}
        '415': {description: no JSON}
components:
  schemas:
    Order:
      type: object
      required: [item]
      additionalProperties: false
      properties:
        item: {type: string, minLength: 5}
        note: {type: string, maxLength: 10}
        code: {type: string, pattern: '^[A-Z]{3}$'}
        color: {type: string, enum: [red, green]}
        step: {type: integer, multipleOf: 5}
        tags: {type: array, items: {type: string, minLength: 2}, maxItems: 3}
        buyer: {$ref: '#/components/schemas/Buyer'}
    Buyer: {type: object, required: [name], properties: {name: {type: string, minLength: 1}}}
    Made: {type: object, required: [id], properties: {id: {type: integer}, state: {type: string, enum: [new]}}}
"##;

/// What a careless author makes of it: a part of the document, and what stands in its place.
const BROKEN: [(&str, &str); 28] = [
    ("buyer: {$ref: '#/components/schemas/Buyer'}", "buyer: {$ref: '#/components/schemas/Buyr'}"),
    ("buyer: {$ref: '#/components/schemas/Buyer'}", "buyer: {$ref: 'https://example.com/buyer.json'}"),
    ("buyer: {$ref: '#/components/schemas/Buyer'}", "buyer: {$ref: '../buyer.json'}"),
    ("buyer: {$ref: '#/components/schemas/Buyer'}", "buyer: {$ref: '#/components/schemas/Order/properties/buyer'}"),
    (
        "buyer: {$ref: '#/components/schemas/Buyer'}",
        "buyer: {oneOf: [{$ref: '#/components/schemas/Buyer'}, {$ref: '#/nope'}]}",
    ),
    ("buyer: {$ref: '#/components/schemas/Buyer'}", "buyer: Buyer"),
    ("item: {type: string, minLength: 5}", "item: {$ref: '#/components/schemas/Item'}"),
    ("minLength: 5", "minLength: '5'"),
    ("item: {type: string, minLength: 5}", "item: {type: String, minLength: 5}"),
    ("required: [item]", "required: item"),
    ("      required: [item]\n", "      minProperties: 0\n"),
    ("items: {type: string, minLength: 2}", "items: string"),
    ("schema: {$ref: '#/components/schemas/Order'}", "schema: Order"),
    ("enum: [red, green]", "enum: []"),
    ("enum: [red, green]", "not: {type: Integer}"),
    ("multipleOf: 5", "multipleOf: 0"),
    ("maxItems: 3", "maxItems: -3"),
    ("pattern: '^[A-Z]{3}$'", "pattern: 5"),
    ("pattern: '^[A-Z]{3}$'", "pattern: '^[A-Z]{3,1}$'"),
    ("pattern: '^[A-Z]{3}$'", "pattern: '^[A-Z]++$'"),
    ("pattern: '^[A-Z]{3}$'", "pattern: '(?i)^[a-z]{3}$'"),
    ("properties: {name: {type: string, minLength: 1}}", "properties: []"),
    ("Buyer: {type: object, required: [name]", "Buyer: {allOf: {}, required: [name]"),
    ("Buyer: {type: object, required: [name]", "Buyer: {oneOf: [], type: object, required: [name]"),
    (
        "{name: mode, in: query, required: true, schema: {type: string, enum: [fast, slow]}}",
        "{$ref: '#/components/parameters/Mode'}",
    ),
    ("Made: {type: object", "Made: {not: text, type: object"),
    ("Made: {type: object", "Made: {oneOf: [{$ref: '#/nope'}, {}], type: object"),
    ("state: {type: string, enum: [new]}", "state: {type: string, enum: old}"),
];

/// The document with one of its parts broken.
fn broken((sound, broken): (&str, &str)) -> String {
    assert!(DOCUMENT.contains(sound), "{sound}");
    let document = DOCUMENT.replacen(sound, broken, 1);
    match broken {
        // Draft 3's way to say what `required` says.
        "      minProperties: 0\n" => document.replace("minLength: 5}", "minLength: 5, required: true}"),
        _ => document,
    }
}

fn is_long(value: &Value, least: usize, most: usize) -> bool {
    value.as_str().is_some_and(|text| (least..=most).contains(&text.chars().count()))
}

fn is_property(name: &str, value: &Value, checks_notes: bool) -> bool {
    match name {
        "item" => is_long(value, 5, usize::MAX),
        "note" => is_long(value, 0, if checks_notes { 10 } else { usize::MAX }),
        "code" => {
            is_long(value, 3, 3) && value.as_str().is_some_and(|code| code.bytes().all(|b| b.is_ascii_uppercase()))
        }
        "color" => value == "red" || value == "green",
        "step" => {
            value.as_i64().is_some_and(|step| step % 5 == 0) || value.as_f64().is_some_and(|step| step % 5.0 == 0.0)
        }
        "tags" => {
            value.as_array().is_some_and(|tags| tags.len() <= 3 && tags.iter().all(|tag| is_long(tag, 2, usize::MAX)))
        }
        "buyer" => is_long(&value["name"], 1, usize::MAX),
        _ => false,
    }
}

/// Does what the author meant; or takes notes of any length.
fn answer(checks_notes: bool, made: &Value, asked: &Asked) -> Response {
    let order = asked.json();
    let order = order.as_ref().and_then(Value::as_object).filter(|order| order.contains_key("item"));
    match () {
        () if asked.method != "POST" => not_allowed("POST"),
        () if !asked.body.is_empty() && !asked.is_json() => empty(415),
        () if asked.query != "mode=fast" && asked.query != "mode=slow" => empty(400),
        () => match order.is_some_and(|order| order.iter().all(|(name, value)| is_property(name, value, checks_notes)))
        {
            true => json(201, made),
            false => empty(400),
        },
    }
}

async fn told(document: &str, checks_notes: bool, made: Value) -> Told {
    run(document, NOTHING, &[], move |asked| answer(checks_notes, &made, asked)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_what_was_meant_is_right_whatever_cannot_be_read() {
    for part in BROKEN {
        let told = told(&broken(part), true, json!({"id": 7, "state": "new"})).await;
        assert_eq!(told.errors(), [""; 0], "{part:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_beside_it_is_told() {
    // Nothing is known of these bodies as a whole, or of what a request needs.
    let is_whole = |broken: &str| {
        broken == "schema: Order" || broken.contains("parameters/Mode") || broken.contains("schemas/Item")
    };
    for part in BROKEN.into_iter().filter(|(_, broken)| !is_whole(broken)) {
        let told = told(&broken(part), false, json!({"id": 7, "state": "new"})).await;
        assert_eq!(told.of("accepted-invalid").len(), 1, "{part:?}: {:?}", told.causes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_is_judged_beside_what_cannot_be_read_of_it() {
    let part = ("state: {type: string, enum: [new]}", "state: {type: string, enum: old}");
    let document = broken(part);
    for (made, errors) in [(json!({"id": 7, "state": 5}), 0), (json!({"id": "7"}), 1), (json!({"state": "new"}), 1)] {
        let told = told(&document, true, made.clone()).await;
        assert_eq!(told.of("response-schema").len(), errors, "{made}: {:?}", told.causes);
    }
}

#[test]
fn each_is_told_with_its_line_and_the_document_is_not_sound() {
    for part in BROKEN {
        let folder = folder_with(&[("api.yaml", &broken(part))]);
        let ended = conform(folder.path(), &["lint", "api.yaml"]);
        assert_eq!(ended.status, Some(1), "{part:?}: {}", ended.stdout);
        assert!(ended.stdout.contains("api.yaml:"), "{part:?}: {}", ended.stdout);
        let explained = conform(folder.path(), &["explain", "api.yaml"]).stdout;
        assert!(explained.contains("What is wrong with the document:"), "{part:?}: {explained}");
        let is_of_response = part.0.starts_with("Made") || part.0.starts_with("state");
        assert_eq!(explained.contains("cannot be read"), !is_of_response, "{part:?}: {explained}");
    }
    let folder = folder_with(&[("api.yaml", DOCUMENT)]);
    let ended = conform(folder.path(), &["lint", "api.yaml"]);
    assert!(ended.status == Some(0) && ended.stdout.contains("SOUND"), "{}", ended.stdout);
}

#[test]
fn a_long_chain_of_references_is_no_loop() {
    const LENGTH: usize = 20_000;
    for note in ["", ", description: a link"] {
        let link = |index: usize| format!("    L{index}: {{$ref: '#/components/schemas/L{}'{note}}}\n", index + 1);
        let links: String = (0..LENGTH).map(link).collect();
        let end = format!("    L{LENGTH}: {{type: object, required: [name]}}\n");
        let document = DOCUMENT.replace("schemas/Buyer", "schemas/L0") + &links + &end;
        let folder = folder_with(&[("api.yaml", &document)]);
        let started = std::time::Instant::now();
        let ended = conform(folder.path(), &["lint", "api.yaml"]);
        assert!(ended.status == Some(0) && ended.stdout.contains("SOUND"), "{}", ended.stdout);
        let planned = conform(folder.path(), &["plan", "api.yaml"]);
        assert!(planned.stdout.contains("`/buyer`: `name` is missing"), "{}", planned.stderr);
        assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
    }
}
