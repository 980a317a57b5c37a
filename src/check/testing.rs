//! Support for tests of checks: a small contract, and exchanges with it.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Observation, Subject, examine};
use crate::case::{Case, Fault, Intent};
use crate::contract::{ClauseId, Contract, ParameterLocation, Validators};
use crate::execute::{Exchange, Failure, Response, SentRequest};
use crate::finding::Finding;
use crate::fixtures::{Fixtures, Resource, ResourcePlace, Secret};
use crate::spec::{Document, LoadOptions};
use crate::testing;
use crate::wire::{Body, CredentialChange, Payload, Request};

/// A message API: a bearer token, a path variable, a body, one error envelope for 400 and 404.
pub const MESSAGES: &str = r##"
openapi: 3.1.0
info: {title: Messages, version: '1'}
security: [{bearer: []}]
paths:
  /rooms/{room}/messages:
    post:
      operationId: create
      parameters:
        - {name: room, in: path, required: true, schema: {type: string, minLength: 2}}
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Message'}
      responses:
        '201':
          description: created
          headers:
            X-Count: {required: true, schema: {type: integer, minimum: 0}}
          content:
            application/json:
              schema:
                type: object
                required: [data]
                properties:
                  data: {$ref: '#/components/schemas/Stored'}
        '400': {$ref: '#/components/responses/Error'}
        '404': {$ref: '#/components/responses/Error'}
        '409': {$ref: '#/components/responses/Error'}
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer}
  responses:
    Error:
      description: an error
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Error'}
  schemas:
    Error:
      type: object
      properties:
        error: {type: object, required: [code], properties: {code: {type: string}}}
        detail: {type: string}
    Message:
      type: object
      required: [text]
      properties:
        text: {type: string, minLength: 1}
        id: {type: string}
        secret: {type: string, writeOnly: true}
        metadata: {type: object}
        sent_at: {type: string, format: date-time}
    Stored:
      type: object
      required: [id, text]
      properties:
        id: {type: string}
        text: {type: string, minLength: 1}
        secret: {type: string, writeOnly: true}
        metadata: {type: object}
        kind:
          oneOf:
            - {type: object, required: [type, size], properties: {type: {const: image}, size: {type: integer}}}
            - {type: object, required: [type, words], properties: {type: {const: note}, words: {type: integer}}}
"##;

/// A contract with its fixtures, ready to judge.
pub struct Bench {
    pub contract: Contract,
    pub validators: Validators,
    pub fixtures: Fixtures,
    pub max_response_time: Option<Duration>,
}

impl Bench {
    /// The message API, with a token and a room that exists.
    pub fn messages() -> Self {
        Self::of(MESSAGES)
    }

    /// The first operation of a document, with the same fixtures.
    pub fn of(document: &str) -> Self {
        let document = Document::from_text(Path::new("api.yaml"), document.to_owned(), LoadOptions::default());
        let contract = Contract::compile(document.expect("yaml")).expect("contract");
        assert!(contract.diagnostics.is_empty(), "{:?}", contract.diagnostics);
        let validators = Validators::new(contract.schemas.clone());
        let secret = Secret { value: "token-of-the-caller".to_owned(), variable: "API_TOKEN".to_owned() };
        let room = ResourcePlace::Parameter(ParameterLocation::Path, "room".to_owned());
        let room = Resource {
            operations: Default::default(),
            at: room,
            existing: vec![json!("r1")],
            missing: vec![json!("r404")],
            always: false,
            templates: Vec::new(),
        };
        let fixtures = Fixtures {
            credentials: [("bearer".to_owned(), secret)].into_iter().collect(),
            resources: vec![room],
            ..Fixtures::default()
        };
        Self { contract, validators, fixtures, max_response_time: None }
    }

    /// A clause of the first operation, by keyword and by the end of its pointer.
    pub fn clause(&self, keyword: &str, pointer_end: &str) -> ClauseId {
        self.contract.operations[0]
            .clauses()
            .iter()
            .find(|(_, clause)| clause.keyword == keyword && clause.location.pointer.as_str().ends_with(pointer_end))
            .map(|(id, _)| id)
            .expect("clause")
    }

    /// What is wrong with this response to this case.
    pub fn judge(&self, case: &Case, result: Result<Response, Failure>) -> Vec<Finding> {
        self.examine(case, result).0
    }

    /// What is wrong with this response to this case, and what it adds to the whole.
    pub fn examine(&self, case: &Case, result: Result<Response, Failure>) -> (Vec<Finding>, Observation) {
        examine(&self.subject(case, &self.exchange(case, result)))
    }

    /// The exchange of this case with this result.
    pub fn exchange(&self, case: &Case, result: Result<Response, Failure>) -> Exchange {
        let request = SentRequest {
            curl: String::new(),
            is_amended: false,
            method: case.request.method.clone(),
            url: format!("http://127.0.0.1:1{}", case.request.path),
            headers: case.request.headers.clone(),
            body: case.request.body.as_ref().map(|body| body.payload.bytes()),
            variables: Vec::new(),
        };
        Exchange { request, result, elapsed: Duration::from_millis(1), attempts: Default::default() }
    }

    /// An exchange with all that it is judged by.
    pub fn subject<'a>(&'a self, case: &'a Case, exchange: &'a Exchange) -> Subject<'a> {
        Subject {
            contract: &self.contract,
            validators: &self.validators,
            operation: &self.contract.operations[0],
            fixtures: &self.fixtures,
            case,
            exchange,
            max_response_time: self.max_response_time,
        }
    }

    /// The names of the checks that find something, and the pointers that they anchor it to.
    pub fn found(&self, case: &Case, response: Response) -> Vec<(&'static str, String)> {
        self.judge(case, Ok(response))
            .iter()
            .map(|f| (f.rule.id, f.place.location.pointer.as_str().to_owned()))
            .collect()
    }

    /// The names of the checks that find something.
    pub fn checks(&self, case: &Case, response: Response) -> Vec<&'static str> {
        self.judge(case, Ok(response)).iter().map(|finding| finding.rule.id).collect()
    }
}

/// A case with the body `{"text": "hello"}`.
pub fn case(intent: Intent) -> Case {
    let request = Request {
        path_params: vec![("room".to_owned(), "r1".to_owned())],
        body: Some(json_body(json!({"text": "hello"}))),
        ..testing::request("POST", "/rooms/r1/messages")
    };
    testing::case(intent, request)
}

fn json_body(value: Value) -> Body {
    Body { media_type: Some("application/json".to_owned()), payload: Payload::Json(value) }
}

/// A valid case with this body.
pub fn valid(body: Value) -> Case {
    let mut case = case(Intent::Valid);
    case.request.body = Some(json_body(body));
    case
}

/// A case that breaks this clause.
pub fn breaks(clause: ClauseId) -> Case {
    Case { clause: Some(clause), ..case(Intent::Invalid(Fault::Validation)) }
}

/// A case with this change of the token.
pub fn unauthenticated(change: CredentialChange) -> Case {
    let mut case = case(Intent::Unauthenticated);
    case.request.credentials.changed = vec![("bearer".to_owned(), change)];
    case
}

/// A response with a JSON body.
pub fn response(status: u16, body: &Value) -> Response {
    raw(status, "application/json", body.to_string().as_bytes())
}

/// A response with these bytes.
pub fn raw(status: u16, media_type: &str, body: &[u8]) -> Response {
    let headers = [("content-type", media_type), ("x-count", "1"), ("www-authenticate", "Bearer"), ("allow", "POST")];
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Response { status, headers, body: body.to_vec(), ..Response::default() }
}

/// A refusal in the documented envelope.
pub fn refused(status: u16) -> Response {
    response(status, &json!({"error": {"code": "no"}}))
}

/// The documented success.
pub fn created() -> Response {
    response(201, &json!({"data": {"id": "m1", "text": "hello"}}))
}

/// The response without (or with another) header field.
pub fn with_header(mut response: Response, name: &str, value: Option<&str>) -> Response {
    response.headers.retain(|(known, _)| known != name);
    response.headers.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    response
}
