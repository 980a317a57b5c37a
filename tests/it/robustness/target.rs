//! A small target that reads its requests byte by byte, and fails on what a test says.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use crate::support::served::serve;

pub const DOCUMENT: &str = r##"
openapi: 3.1.0
info: {title: Things, version: '1'}
paths:
  /things:
    get:
      operationId: list
      parameters:
        - {name: kind, in: query, schema: {enum: [tool, toy]}}
        - {name: note, in: query, schema: {type: string}}
        - {name: page, in: query, schema: {type: integer, format: int32, minimum: 0}}
        - {name: X-Trace, in: header, schema: {type: string}}
      responses: {'200': {$ref: '#/components/responses/Things'}, '400': {$ref: '#/components/responses/Error'}}
    post:
      operationId: make
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
      responses:
        '200': {$ref: '#/components/responses/Things'}
        '400': {$ref: '#/components/responses/Error'}
        '415': {$ref: '#/components/responses/Error'}
  /things/{id}:
    get:
      operationId: show
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {$ref: '#/components/responses/Things'}, '400': {$ref: '#/components/responses/Error'}}
  /pages/{page}:
    get:
      operationId: turn
      parameters: [{name: page, in: path, required: true, schema: {type: integer, format: int64}}]
      responses:
        '200': {$ref: '#/components/responses/Things'}
        '400': {$ref: '#/components/responses/Error'}
        '404': {$ref: '#/components/responses/Error'}
  /forms:
    post:
      operationId: fill
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema: {type: object, required: [name], properties: {name: {type: string, minLength: 1}}}
      responses:
        '200': {$ref: '#/components/responses/Things'}
        '400': {$ref: '#/components/responses/Error'}
        '415': {$ref: '#/components/responses/Error'}
  /parts:
    post:
      operationId: send
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              properties: {image: {type: string, format: binary}, name: {type: string}}
            encoding: {image: {contentType: image/png}}
      responses:
        '200': {$ref: '#/components/responses/Things'}
        '400': {$ref: '#/components/responses/Error'}
        '415': {$ref: '#/components/responses/Error'}
  /pages:
    post:
      operationId: print
      requestBody:
        required: true
        content:
          application/xml:
            schema: {type: object, xml: {name: page}, properties: {name: {type: string}}}
      responses:
        '200': {$ref: '#/components/responses/Things'}
        '400': {$ref: '#/components/responses/Error'}
        '415': {$ref: '#/components/responses/Error'}
  /texts:
    post:
      operationId: say
      requestBody: {required: true, content: {text/plain: {schema: {type: string}}}}
      responses:
        '200': {$ref: '#/components/responses/Things'}
        '400': {$ref: '#/components/responses/Error'}
        '415': {$ref: '#/components/responses/Error'}
components:
  responses:
    Things:
      description: what there is
      content:
        application/json:
          schema: {type: object, required: [things], properties: {things: {type: integer}}}
    Error:
      description: an error
      content:
        application/json:
          schema: {type: object, required: [error], properties: {error: {type: string}}}
  schemas:
    Thing:
      type: object
      required: [name]
      properties:
        name: {type: string, minLength: 1}
        count: {type: integer, format: int32}
        size: {type: integer, format: int64}
"##;

/// A request as it was received.
pub struct Asked<'a> {
    pub method: &'a str,
    /// Percent-encoded, as is the query.
    pub path: &'a str,
    pub query: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

impl Asked<'_> {
    /// The bytes of a header field, if there is one.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.get(name).map(axum::http::HeaderValue::as_bytes)
    }
}

/// What a target makes of odd requests.
#[derive(Clone, Copy)]
pub enum Manner {
    /// It takes what it can.
    Takes,
    /// What stands in front of it refuses them, in HTML.
    Refuses,
    /// It fails on these.
    FailsOn(fn(&Asked) -> bool),
}

/// The address of a target.
pub async fn start(manner: Manner) -> String {
    let router = Router::new().fallback(answer).with_state(Arc::new(manner));
    serve(router).await
}

async fn answer(State(manner): State<Arc<Manner>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
    let asked = Asked {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        headers: &head.headers,
        body: &body,
    };
    match *manner {
        Manner::FailsOn(fails) if fails(&asked) => say(500, &json!({"error": "unhandled"})),
        Manner::Refuses if is_odd(&asked) => {
            let page = Response::builder().status(400).header("content-type", "text/html");
            page.body(Body::from("<p>Bad Request")).expect("a response")
        }
        Manner::Refuses if holds_controls(&asked) || holds_more_than_its_format(&asked) => {
            say(400, &json!({"error": "no"}))
        }
        _ => reply(&asked),
    }
}

/// Whether there are control characters in a text of JSON.
fn holds_controls(asked: &Asked<'_>) -> bool {
    let text = String::from_utf8_lossy(asked.body);
    [r"\u000", r"\u001", "\u{7f}"].iter().any(|control| text.contains(control))
}

fn holds_more_than_its_format(asked: &Asked<'_>) -> bool {
    let thing: Value = serde_json::from_slice(asked.body).unwrap_or_default();
    let fits = |name: &str| thing[name].as_i64().is_some_and(|number| name == "size" || i32::try_from(number).is_ok());
    ["count", "size"].iter().any(|name| is_whole(&thing[name]) && !fits(name))
        || asked.query.contains("page=2147483648")
        || asked.path == "/pages/9223372036854775808"
}

fn is_odd(asked: &Asked<'_>) -> bool {
    let is_odd_type = |name: &[u8]| {
        let is_known = [&b"application/"[..], b"text/", b"multipart/form-data; boundary="]
            .iter()
            .any(|kind| name.starts_with(kind));
        !is_known || name.contains(&b',') || name.ends_with(b"charset") || name.ends_with(b"klingon")
    };
    let text = percent_encoding::percent_decode_str(asked.path).decode_utf8();
    let query = percent_encoding::percent_decode_str(asked.query).decode_utf8();
    let holds_controls = |text: &str| text.contains(char::is_control);
    asked.header("content-type").is_some_and(is_odd_type)
        || !text.is_ok_and(|text| !holds_controls(&text))
        || !query.is_ok_and(|query| !holds_controls(&query) && !query.contains("kind=&") && !query.ends_with("kind="))
        || asked.header("x-trace").is_some_and(|value| !value.is_ascii() || value.contains(&b'\t'))
        || std::str::from_utf8(asked.body).is_err()
}

fn reply(asked: &Asked<'_>) -> Response {
    let media_type = String::from_utf8_lossy(asked.header("content-type").unwrap_or_default()).to_ascii_lowercase();
    let things = || say(200, &json!({"things": 7}));
    let refuse = |status| say(status, &json!({"error": "no"}));
    match (asked.method, asked.path) {
        ("GET" | "HEAD", "/things") => {
            let pairs = form_urlencoded(asked.query.as_bytes());
            let is_fine = |(name, value): &(String, String)| match name.as_str() {
                "kind" => ["", "tool", "toy"].contains(&value.as_str()),
                "page" => value.is_empty() || value.parse::<u64>().is_ok(),
                _ => true,
            };
            if pairs.iter().all(is_fine) { things() } else { refuse(400) }
        }
        ("GET" | "HEAD", path) if path.starts_with("/things/") => things(),
        ("GET" | "HEAD", path) if path.starts_with("/pages/") => match decoded(&path.as_bytes()[7..]).parse::<i128>() {
            Ok(page) if page.abs() <= 1 => things(),
            Ok(_) => refuse(404),
            Err(_) => refuse(400),
        },
        ("POST", "/things") if !media_type.starts_with("application/json") => refuse(415),
        ("POST", "/things") => {
            let thing: Value = serde_json::from_str(&String::from_utf8_lossy(asked.body)).unwrap_or_default();
            let is_named = thing["name"].as_str().is_some_and(|name| !name.is_empty());
            let counts = ["count", "size"].map(|name| thing.get(name).is_none_or(is_whole));
            if is_named && counts == [true, true] { things() } else { refuse(400) }
        }
        ("POST", "/forms") if !media_type.starts_with("application/x-www-form-urlencoded") => refuse(415),
        ("POST", "/forms") => {
            let is_name = |(name, value): &(String, String)| name == "name" && !value.is_empty();
            if form_urlencoded(asked.body).iter().any(is_name) { things() } else { refuse(400) }
        }
        ("POST", "/parts") if !media_type.starts_with("multipart/form-data; boundary=") => refuse(415),
        ("POST", "/parts") if has_page(asked.body) => refuse(415),
        ("POST", "/texts") if !media_type.starts_with("text/plain") => refuse(415),
        ("POST", "/pages") if !media_type.starts_with("application/xml") => refuse(415),
        ("POST", "/pages") => match conform::wire::xml::parse(String::from_utf8_lossy(asked.body).as_bytes()) {
            Ok(root) if root.name.local == "page" => things(),
            _ => refuse(400),
        },
        ("POST", "/parts" | "/texts") => things(),
        (_, "/things") => not_allowed("GET, HEAD, POST"),
        (_, "/forms" | "/parts" | "/pages" | "/texts") => not_allowed("POST"),
        _ => not_allowed("GET, HEAD"),
    }
}

fn is_whole(value: &Value) -> bool {
    value.as_f64().is_some_and(|number| number.fract() == 0.0)
}

/// The pairs of a form, what is no UTF-8 replaced.
fn form_urlencoded(bytes: &[u8]) -> Vec<(String, String)> {
    let pairs = bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    let halves = pairs.map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        (decoded(&pair[..at]), decoded(pair.get(at + 1..).unwrap_or_default()))
    });
    halves.collect()
}

fn decoded(bytes: &[u8]) -> String {
    let plain: Vec<u8> = bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_encoding::percent_decode(&plain).decode_utf8_lossy().into_owned()
}

fn not_allowed(methods: &str) -> Response {
    let mut response = say(405, &json!({"error": "no"}));
    response.headers_mut().insert("allow", methods.parse().expect("a field"));
    response
}

fn say(status: u16, body: &Value) -> Response {
    let response = Response::builder().status(status).header("content-type", "application/json");
    response.body(Body::from(body.to_string())).expect("a response")
}

/// Whether a part is a page, which no part may be.
fn has_page(body: &[u8]) -> bool {
    String::from_utf8_lossy(body).to_ascii_lowercase().contains("content-type: text/html")
}
