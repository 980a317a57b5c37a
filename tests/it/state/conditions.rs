//! Requests that must say which state they change say the present one.

use std::collections::BTreeMap;

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::run;
use crate::support::served::{Asked, empty, json as answer, not_allowed};

const TAGGED: &str = "\
openapi: 3.1.0
info: {title: Orders, version: '1'}
paths:
  /orders:
    post:
      operationId: add
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'201': {description: made, content: {application/json: {schema: {}}}}, 4XX: {description: refused}}
  /orders/{order_id}:
    parameters: [{name: order_id, in: path, required: true, schema: {type: string}}]
    get: {operationId: show, responses: {'200': {description: one, content: {application/json: {schema: {}}}}, 4XX: {description: refused}}}
    put:
      operationId: change
      parameters: [{name: If-Match, in: header, schema: {type: string}}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'200': {description: changed, content: {application/json: {schema: {}}}}, '412': {description: stale}, '428': {description: which}, 4XX: {description: refused}}
    delete:
      operationId: cancel
      parameters: [{name: If-Match, in: header, schema: {type: string}}, {name: why, in: query, schema: {type: string, maxLength: 9}}]
      responses: {'204': {description: gone}, '412': {description: stale}, '428': {description: which}, 4XX: {description: refused}}
components:
  schemas:
    Order: {type: object, required: [customer], properties: {customer: {type: string, minLength: 1, maxLength: 30}, note: {type: string}}}
";

const VERSIONED: &str = "\
openapi: 3.1.0
info: {title: Pages, version: '1'}
paths:
  /pages:
    post:
      operationId: add
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [customer], properties: {customer: {type: string, minLength: 1, maxLength: 30}}}}}}
      responses: {'201': {description: made, content: {application/json: {schema: {}}}}, 4XX: {description: refused}}
  /pages/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: show, responses: {'200': {description: one, content: {application/json: {schema: {}}}}, 4XX: {description: refused}}}
    put:
      operationId: change
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Page'}}}}
      responses: {'200': {description: changed, content: {application/json: {schema: {}}}}, '409': {description: stale}, 4XX: {description: refused}}
components:
  schemas:
    Page: {type: object, required: [customer, version], properties: {customer: {type: string, minLength: 1, maxLength: 30}, version: {type: integer, minimum: 1}}}
";

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Right,
    /// PUT takes customers of any length.
    LongCustomers,
    /// DELETE takes reasons of any length.
    LongReasons,
    /// What is shown is within an envelope.
    Enveloped,
    /// It is so, and PUT takes customers of any length.
    EnvelopedLong,
    /// PUT takes any version.
    TakesOld,
}

/// The version and the customer of each, by path.
type Store = BTreeMap<String, (u64, Value)>;

fn serve(way: Way, store: &mut Store, asked: &Asked) -> Response {
    let path = asked.path.as_str();
    let is_tagged = path.starts_with("/orders");
    let collection = if is_tagged { "/orders" } else { "/pages" };
    let is_item = path.strip_prefix(collection).is_some_and(|rest| rest.starts_with('/'));
    let method = asked.method.as_str();
    let shown = |path: &str, (version, body): &(u64, Value), status: u16| {
        let (_, id) = path.rsplit_once('/').expect("an item");
        let mut body = body.clone();
        body["id"] = json!(id);
        body["version"] = json!(version);
        match is_tagged {
            true => ([(header::ETAG, format!("\"v{version}\""))], answer(status, &body)).into_response(),
            false if matches!(way, Way::Enveloped | Way::EnvelopedLong) => answer(status, &json!({"data": body})),
            false => answer(status, &body),
        }
    };
    let body = || {
        let body = asked.json()?;
        let customer = body["customer"].as_str()?;
        let is_any = matches!(way, Way::LongCustomers | Way::EnvelopedLong) && method == "PUT";
        let is_fine = (1..=30).contains(&customer.chars().count()) || is_any && !customer.is_empty();
        let note = body.get("note").is_none_or(Value::is_string);
        let version =
            is_tagged || method == "POST" || body["version"].as_f64().is_some_and(|it| it >= 1.0 && it.fract() == 0.0);
        (is_fine && note && version).then(|| body.clone())
    };
    match method {
        "POST" if path == collection && !asked.is_json() => empty(415),
        "POST" if path == collection => match body() {
            None => empty(400),
            Some(body) => {
                // What is there keeps its id, whatever else was deleted.
                let known = store.keys().filter_map(|path| path.rsplit_once("/n")?.1.parse::<usize>().ok());
                let path = format!("{collection}/n{}", known.max().unwrap_or_default() + 1);
                store.insert(path.clone(), (1, body));
                shown(&path, &store[&path], 201)
            }
        },
        _ if path == collection => not_allowed("POST"),
        "GET" | "PUT" | "DELETE" if is_item && (is_tagged || method != "DELETE") => {
            let Some((version, _)) = store.get(path).cloned() else { return empty(404) };
            if method == "GET" {
                return shown(path, &store[path], 200);
            }
            if method == "PUT" && !asked.is_json() {
                return empty(415);
            }
            let why = asked.query.split('&').find_map(|pair| pair.strip_prefix("why="));
            if method == "DELETE" && why.is_some_and(|why| why.len() > 9) && way != Way::LongReasons {
                return empty(400);
            }
            let Some(body) = body().or(Some(json!({})).filter(|_| method == "DELETE")) else { return empty(400) };
            match asked.header("if-match") {
                "" if is_tagged => return empty(428),
                tag if is_tagged && tag != format!("\"v{version}\"") => return empty(412),
                _ if !is_tagged && body["version"].as_u64() != Some(version) && way != Way::TakesOld => {
                    return empty(409);
                }
                _ => {}
            }
            if method == "DELETE" {
                store.remove(path);
                return empty(204);
            }
            store.insert(path.to_owned(), (version + 1, body));
            shown(path, &store[path], 200)
        }
        _ if is_item && is_tagged => not_allowed("GET, PUT, DELETE"),
        _ if is_item => not_allowed("GET, PUT"),
        _ => empty(404),
    }
}

#[tokio::test]
async fn what_is_changed_only_in_its_present_state_is_tested() {
    for (document, way) in [(TAGGED, Way::Right), (VERSIONED, Way::Right), (VERSIONED, Way::Enveloped)] {
        let (ran, store) = run(document, Store::new(), &[], move |state, asked| serve(way, state, asked)).await;
        assert!(ran.is_whole(), "{ran}");
        // In the lives of pages, too.
        let versions: Vec<u64> = store.lock().expect("no panic").values().map(|(version, _)| *version).collect();
        assert!(document == TAGGED || versions.iter().any(|version| *version > 5), "{versions:?}");
    }
}

#[tokio::test]
async fn what_is_wrong_there_is_found() {
    let broken = [
        (TAGGED, Way::LongCustomers),
        (VERSIONED, Way::LongCustomers),
        (VERSIONED, Way::EnvelopedLong),
        (TAGGED, Way::LongReasons),
    ];
    for (document, way) in broken {
        let (ran, _) = run(document, Store::new(), &[], move |state, asked| serve(way, state, asked)).await;
        assert!(ran.untested.is_empty(), "{ran}");
        let found = ran.found();
        let is_it = |one: &(String, String)| *one == ("accepted-invalid".into(), "maxLength".into());
        assert!(!found.is_empty() && found.iter().all(is_it), "{ran}");
    }
}

#[tokio::test]
async fn a_change_of_an_old_version_is_told_where_its_refusal_is_documented() {
    let document = VERSIONED.replace("{description: stale}", "{description: The version is not the current one.}");
    for (document, told) in [(&*document, true), (VERSIONED, false)] {
        let (ran, _) = run(document, Store::new(), &[], |state, asked| serve(Way::TakesOld, state, asked)).await;
        let is_it = |[check, ..]: &[String; 3]| check == "stale-change";
        assert!(ran.untested.is_empty() && ran.errors.iter().all(is_it) && ran.errors.is_empty() != told, "{ran}");
    }
}
