//! What was written is read back.

use std::path::Path;

use http::Request;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

use super::{ProblemKind, Received, Unrouted, read};
use crate::case::{Fault, Intent, RequestValues};
use crate::contract::{Contract, Operation, PayloadKind, Validators};
use crate::fixtures::Fixtures;
use crate::plan::{PlanInput, PlanOptions, plan};
use crate::spec::{Document, LoadOptions};

const DOCUMENT: &str = "
openapi: 3.1.0
info: {title: T, version: '1'}
servers: [{url: 'https://a.test/v1'}]
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}, login: {type: http, scheme: bearer}}
  schemas:
    Note:
      type: object
      required: [text]
      properties: {text: {type: string, maxLength: 5}, count: {type: integer}, tags: {type: array, items: {type: string}}}
paths:
  /notes/{id}:
    post:
      security: [{key: [], login: []}]
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - {name: page, in: query, required: true, schema: {type: integer, maximum: 9}}
        - {name: filter, in: query, style: deepObject, schema: {type: object, properties: {by: {type: string}}}}
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/Note'}}
          application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Note'}}
          multipart/form-data: {schema: {$ref: '#/components/schemas/Note'}}
          application/xml: {schema: {$ref: '#/components/schemas/Note'}}
      responses: {'204': {description: made}}
";

fn contract() -> Contract {
    let document = Document::from_text(Path::new("t.yaml"), DOCUMENT.into(), LoadOptions::default());
    Contract::compile(document.expect("YAML")).expect("a contract")
}

fn received(uri: &str, headers: &[(&str, &str)], body: &str) -> Result<Received, Unrouted> {
    let contract = contract();
    let validators = Validators::new(contract.schemas.clone());
    let mut request = Request::builder().method("POST").uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    read(&contract, &validators, &request.body(body.as_bytes().to_vec()).expect("a request"))
}

const ALLOWED: [(&str, &str); 2] = [("x-key", "k"), ("authorization", "Bearer t")];

fn sent(media_type: &str, body: &str) -> Received {
    let headers = [ALLOWED[0], ALLOWED[1], ("content-type", media_type)];
    received("/v1/notes/7?page=2&filter%5Bby%5D=a%20b", &headers, body).expect("an operation")
}

/// The keywords and places of the clauses that are broken.
fn broken(received: &Received) -> Vec<String> {
    let contract = contract();
    let operation = &contract.operations[0];
    received.broken().map(|id| operation.clauses().get(id).describe(operation)).collect()
}

#[test]
fn a_right_request_has_values_credentials_and_nothing_wrong() {
    let note = json!({"text": "a b", "count": 3, "tags": ["x", "y"]});
    let part =
        |name: &str, value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let parts = [part("text", "a b"), part("count", "3"), part("tags", "x"), part("tags", "y"), "--b--\r\n".to_owned()]
        .concat();
    for (index, (media_type, body)) in [
        ("application/json; charset=utf-8", note.to_string()),
        ("application/x-www-form-urlencoded", "text=a+b&count=3&tags=x&tags=y".to_owned()),
        ("multipart/form-data; boundary=b", parts),
        ("application/xml", "<Note><text>a b</text><count>3</count><tags>x</tags><tags>y</tags></Note>".to_owned()),
    ]
    .into_iter()
    .enumerate()
    {
        let received = sent(media_type, &body);
        assert_eq!(received.problems, [], "{media_type}");
        assert_eq!(received.parameters, [Some(json!(7)), Some(json!(2)), Some(json!({"by": "a b"}))]);
        assert_eq!(received.body, Some((index, note.clone())), "{media_type}");
        assert_eq!(received.credentials, [("key".to_owned(), "k".to_owned()), ("login".to_owned(), "t".to_owned())]);
    }
}

#[test]
fn what_is_wrong_is_told_by_its_clause() {
    let long = json!({"text": "abcdef"});
    for (media_type, body) in [
        ("application/json", long.to_string()),
        ("application/x-www-form-urlencoded", "text=abcdef".to_owned()),
        ("application/xml", "<Note><text>abcdef</text></Note>".to_owned()),
    ] {
        assert_eq!(broken(&sent(media_type, &body)), ["maxLength of the body at `/text`"], "{media_type}");
    }
    assert_eq!(broken(&sent("application/json", "{}")), ["required `text` of the body"]);
    let cut = sent("application/json", "{\"text\"");
    assert_eq!(
        (broken(&cut), cut.problems[0].kind),
        (vec!["content of the request".to_owned()], ProblemKind::Malformed)
    );
    let plain = sent("text/plain", "x");
    assert_eq!(plain.problems[0].kind, ProblemKind::MediaType);

    let headers = [("content-type", "application/json"), ALLOWED[0]];
    let other = received("/v1/notes/x?page=10", &headers, "{\"text\":\"a\"}").expect("an operation");
    assert_eq!(
        broken(&other),
        ["security `login` of the request", "type of path parameter `id`", "maximum of query parameter `page`",]
    );
    let lacking = received("/v1/notes/7", &ALLOWED, "").expect("an operation");
    assert_eq!(broken(&lacking), ["required of the request", "required of query parameter `page`"]);
}

#[test]
fn a_request_for_another_path_or_method_is_read_by_nobody() {
    assert_eq!(received("/v1/note/7", &[], ""), Err(Unrouted::Unknown));
    let contract = contract();
    let validators = Validators::new(contract.schemas.clone());
    let get = Request::builder().method("GET").uri("/v1/notes/7").body(Vec::new()).expect("a request");
    assert_eq!(read(&contract, &validators, &get), Err(Unrouted::WrongMethod(0)));
}

/// Judges every planned request: what is surely valid has nothing wrong, and is read as its values if that is `exact`; what
/// is surely invalid is wrong.
fn judge(contract: &Contract, index: usize, cases: usize, exact: bool) {
    let validators = Validators::new(contract.schemas.clone());
    let operation = &contract.operations[index];
    let (fixtures, options) = (Fixtures::default(), PlanOptions { seed: 3, cases: Some(cases), destructive: false });
    let plan = plan(&PlanInput::new(contract, &validators, &fixtures, options), index);
    for case in &plan.cases {
        let Some(request) = case.request.to_http(operation) else { continue };
        let about = format!("{}: {}: {:?}", contract.name, case.name, case.request);
        let received = read(contract, &validators, &request);
        let problems = |received: &Received| -> Vec<ProblemKind> {
            let kinds = received.problems.iter().map(|problem| problem.kind);
            kinds.filter(|kind| *kind != ProblemKind::Unauthenticated).collect()
        };
        match (case.intent, received) {
            (Intent::Valid, Err(unrouted)) => panic!("{unrouted:?}: {about}"),
            (Intent::Valid, Ok(received)) => {
                assert_eq!(problems(&received), [], "{about}");
                let made = case.values.as_ref().filter(|values| exact && values.mutation.is_none() && !case.doubtful);
                if let Some(values) = made {
                    assert_eq!(is_read_back(operation, values, &received), Ok(()), "{about}");
                }
            }
            (Intent::Invalid(Fault::Validation | Fault::PathParameter), Ok(received)) => {
                assert!(!problems(&received).is_empty(), "{about}");
            }
            (Intent::Invalid(Fault::Malformed), Ok(received)) => {
                assert!(problems(&received).contains(&ProblemKind::Malformed), "{about}");
            }
            _ => {}
        }
    }
}

/// Whether the values are those that were sent, where a schema of one type says what a string stands for.
fn is_read_back(operation: &Operation, sent: &RequestValues, received: &Received) -> Result<(), String> {
    for ((parameter, sent), received) in operation.parameters.iter().zip(&sent.parameters).zip(&received.parameters) {
        if !operation.carries_credential(parameter) && sent != received {
            return Err(format!("{}: {received:?}", parameter.name));
        }
    }
    // An empty array has no field and no element.
    let is_json = sent.media(operation).is_some_and(|(media, _)| media.kind() == PayloadKind::Json);
    let has_empty = sent.body.as_ref().is_some_and(|(_, body)| body.to_string().contains("[]"));
    match sent.body == received.body || !is_json && has_empty {
        true => Ok(()),
        false => Err(format!("body: {:?}", received.body)),
    }
}

#[test]
fn what_is_planned_for_documents_of_every_kind_is_judged_as_it_was_meant() {
    for name in ["styles", "bodies", "xml", "openapi30", "openapi31", "swagger2"] {
        let path = format!("tests/documents/{name}.yaml");
        let contract = Contract::load(Path::new(&path), LoadOptions::default()).expect("a contract");
        (0..contract.operations.len()).for_each(|index| judge(&contract, index, 30, false));
    }
}

fn scalar_schema() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0u64..4, 4u64..9).prop_map(|(least, most)| json!({"type": "string", "minLength": least, "maxLength": most})),
        (-9i64..0, 0i64..99).prop_map(|(least, most)| json!({"type": "integer", "minimum": least, "maximum": most})),
        (-9i64..0, 0i64..99).prop_map(|(least, most)| json!({"type": "number", "minimum": least, "maximum": most})),
        Just(json!({"type": "boolean"})),
        Just(json!({"type": "string", "enum": ["red", "1", "true"]})),
        Just(json!({"type": "string", "pattern": "^[a-c]+$", "maxLength": 9})),
        Just(json!({"type": "string", "format": "date"})),
    ]
}

fn array_schema() -> impl Strategy<Value = Value> {
    (scalar_schema(), 1u64..3, 3u64..5)
        .prop_map(|(items, least, most)| json!({"type": "array", "items": items, "minItems": least, "maxItems": most}))
}

fn object_schema(member: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    (proptest::collection::vec((member, any::<bool>()), 1..4)).prop_map(|members| {
        let name = |index: usize| format!("m{index}");
        let required: Vec<String> =
            members.iter().enumerate().filter(|(_, (_, needed))| *needed).map(|(index, _)| name(index)).collect();
        let properties: serde_json::Map<String, Value> =
            members.into_iter().enumerate().map(|(index, (schema, _))| (name(index), schema)).collect();
        json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
    })
}

fn parameter() -> impl Strategy<Value = Value> {
    let ways = prop_oneof![
        Just(("path", "simple")),
        Just(("path", "label")),
        Just(("path", "matrix")),
        Just(("query", "form")),
        Just(("query", "spaceDelimited")),
        Just(("query", "pipeDelimited")),
        Just(("query", "deepObject")),
        Just(("header", "simple")),
        Just(("cookie", "form")),
    ];
    (ways, any::<bool>(), any::<bool>(), scalar_schema(), array_schema(), object_schema(scalar_schema()), 0..3)
        .prop_map(|((location, style), explode, required, scalar, array, object, kind)| {
            let schema = match (style, kind) {
                ("deepObject", _) => object,
                ("spaceDelimited" | "pipeDelimited", _) | (_, 1) => array,
                (_, 2) => object,
                _ => scalar,
            };
            let is_single = location == "cookie" && kind != 0;
            json!({
                "name": "p", "in": location, "style": style, "explode": explode && !is_single,
                "required": required || location == "path", "schema": schema,
            })
        })
}

fn random(parameter: &Value, media_type: &str, body: &Value) -> Contract {
    let path = if parameter["in"] == "path" { "/things/{p}" } else { "/things" };
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "components": {"schemas": {"Thing": body}},
        "paths": {path: {"post": {
            "parameters": [parameter],
            "requestBody": {"required": true, "content": {media_type: {"schema": {"$ref": "#/components/schemas/Thing"}}}},
            "responses": {"204": {"description": "made"}},
        }}},
    });
    let document = Document::from_text(Path::new("random.json"), document.to_string(), LoadOptions::default());
    Contract::compile(document.expect("JSON")).expect("a contract")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, rng_seed: RngSeed::Fixed(11), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_planned_for_random_schemas_is_read_as_it_was_meant(
        parameter in parameter(),
        media_type in prop_oneof![
            Just("application/json"), Just("application/x-www-form-urlencoded"), Just("multipart/form-data"),
            Just("application/xml"),
        ],
        body in object_schema(prop_oneof![scalar_schema(), array_schema()]),
    ) {
        judge(&random(&parameter, media_type, &body), 0, 10, true);
    }
}

#[test]
fn fields_of_a_style_are_put_together_again() {
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/things": {"post": {
            "requestBody": {"required": true, "content": {"application/x-www-form-urlencoded": {
                "schema": {"type": "object", "required": ["deep", "pipes"], "properties": {
                    "deep": {"type": "object", "required": ["size"], "properties": {"size": {"type": "integer", "maximum": 9}}},
                    "pipes": {"type": "array", "items": {"type": "integer"}, "minItems": 2},
                    "pairs": {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}},
                    "name": {"type": "string", "maxLength": 3},
                }},
                "encoding": {
                    "deep": {"style": "deepObject", "explode": true},
                    "pipes": {"style": "pipeDelimited"},
                    "pairs": {"style": "form", "explode": false},
                },
            }}},
            "responses": {"204": {"description": "made"}},
        }}},
    });
    let document = Document::from_text(Path::new("t.json"), document.to_string(), LoadOptions::default());
    let contract = Contract::compile(document.expect("JSON")).expect("a contract");
    let validators = Validators::new(contract.schemas.clone());
    let request = Request::builder().method("POST").uri("/things");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let request = request.body(b"deep%5Bsize%5D=3&pipes=1%7C2&pairs=a,5".to_vec()).expect("a request");
    let received = read(&contract, &validators, &request).expect("an operation");
    assert_eq!(received.problems, []);
    assert_eq!(received.body, Some((0, json!({"pipes": [1, 2], "pairs": {"a": 5}, "deep": {"size": 3}}))));
    judge(&contract, 0, 30, true);
}

#[test]
fn hostile_requests_are_read_without_harm() {
    for (media_type, body) in [
        ("multipart/form-data", "--x"),
        ("multipart/form-data; boundary=", "----"),
        ("application/xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        ("application/x-www-form-urlencoded", "%ff=%zz&&=&"),
        ("application/json", "[[[[[[[["),
    ] {
        assert!(!sent(media_type, body).problems.is_empty(), "{media_type}");
    }
    let value: Value = json!(null);
    assert!(!sent("application/json", &value.to_string()).problems.is_empty());
}
