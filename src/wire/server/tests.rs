//! What was written is read back.

use std::path::Path;

use super::{ProblemKind, Reading, Unrouted, read};
use crate::contract::{Contract, Validators};
use crate::spec::{Document, LoadOptions};
use http::Request;
use serde_json::{Value, json};

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

fn reading(uri: &str, headers: &[(&str, &str)], body: &str) -> Result<Reading, Unrouted> {
    let contract = contract();
    let validators = Validators::new(contract.schemas.clone());
    let mut request = Request::builder().method("POST").uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    read(&contract, &validators, &request.body(body.as_bytes().to_vec()).expect("a request"))
}

const ALLOWED: [(&str, &str); 2] = [("x-key", "k"), ("authorization", "Bearer t")];

fn sent(media_type: &str, body: &str) -> Reading {
    let headers = [ALLOWED[0], ALLOWED[1], ("content-type", media_type)];
    reading("/v1/notes/7?page=2&filter%5Bby%5D=a%20b", &headers, body).expect("an operation")
}

/// The keywords and places of the clauses that are broken.
fn broken(reading: &Reading) -> Vec<String> {
    let contract = contract();
    let operation = &contract.operations[0];
    reading.broken().map(|id| operation.clauses().get(id).describe(operation)).collect()
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
        let reading = sent(media_type, &body);
        assert_eq!(reading.problems, [], "{media_type}");
        assert_eq!(reading.parameters, [Some(json!(7)), Some(json!(2)), Some(json!({"by": "a b"}))]);
        assert_eq!(reading.body, Some((index, note.clone())), "{media_type}");
        assert_eq!(reading.credentials, [("key".to_owned(), "k".to_owned()), ("login".to_owned(), "t".to_owned())]);
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
    let other = reading("/v1/notes/x?page=10", &headers, "{\"text\":\"a\"}").expect("an operation");
    assert_eq!(
        broken(&other),
        ["security `login` of the request", "type of path parameter `id`", "maximum of query parameter `page`",]
    );
    let lacking = reading("/v1/notes/7", &ALLOWED, "").expect("an operation");
    assert_eq!(broken(&lacking), ["required of the request", "required of query parameter `page`"]);
}

#[test]
fn a_request_for_another_path_or_method_is_read_by_nobody() {
    assert_eq!(reading("/v1/note/7", &[], ""), Err(Unrouted::Unknown));
    let contract = contract();
    let validators = Validators::new(contract.schemas.clone());
    let get = Request::builder().method("GET").uri("/v1/notes/7").body(Vec::new()).expect("a request");
    assert_eq!(read(&contract, &validators, &get), Err(Unrouted::WrongMethod(0)));
}

/// Every request that is planned over documents of every kind of value: the surely valid have nothing wrong, the surely
/// invalid break their clause or one of the same node.
#[test]
fn what_is_planned_is_read_as_it_was_meant() {
    use crate::case::{Fault, Intent};
    use crate::fixtures::Fixtures;
    use crate::plan::{PlanOptions, plan};
    for name in ["styles", "bodies", "xml", "openapi30", "openapi31", "swagger2"] {
        let path = format!("tests/documents/{name}.yaml");
        let contract = Contract::load(Path::new(&path), LoadOptions::default()).expect("a contract");
        let validators = Validators::new(contract.schemas.clone());
        for index in 0..contract.operations.len() {
            let operation = &contract.operations[index];
            let plan =
                plan(&contract, index, &validators, &Fixtures::default(), PlanOptions { seed: 3, cases: Some(30) });
            for case in &plan.cases {
                let Some(request) = case.request.to_http(operation) else { continue };
                let told = || format!("{path}: {}: {:?}", case.name, case.request);
                match case.intent {
                    Intent::Valid => {
                        let reading = read(&contract, &validators, &request).unwrap_or_else(|_| panic!("{}", told()));
                        let mut problems = reading.problems.iter();
                        assert!(
                            problems.all(|p| p.kind == ProblemKind::Unauthenticated),
                            "{:?}: {}",
                            reading.problems,
                            told()
                        );
                    }
                    Intent::Invalid(Fault::Validation | Fault::PathParameter) => {
                        let Ok(reading) = read(&contract, &validators, &request) else { continue };
                        let problems: Vec<_> =
                            reading.problems.iter().filter(|p| p.kind != ProblemKind::Unauthenticated).collect();
                        assert!(!problems.is_empty(), "{}", told());
                    }
                    Intent::Invalid(Fault::Malformed) => {
                        let reading = read(&contract, &validators, &request).unwrap_or_else(|_| panic!("{}", told()));
                        let mut problems = reading.problems.iter();
                        assert!(problems.any(|p| p.kind == ProblemKind::Malformed), "{}", told());
                    }
                    _ => {}
                }
            }
        }
    }
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
