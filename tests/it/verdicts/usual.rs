//! What most frameworks do and no document says: texts are trimmed, addresses have a domain with a dot, maps are set as a
//! whole, and near twins that are wrong.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::{NOTHING, Told, run};
use crate::support::served::{Asked, empty, json, not_allowed};

const DOCUMENT: &str = r##"
openapi: 3.1.0
info: {title: Accounts, version: '1'}
paths:
  /accounts:
    get:
      operationId: list
      responses:
        '200': {description: all, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Account'}}}}}
    post:
      operationId: open
      requestBody: {$ref: '#/components/requestBodies/New'}
      responses:
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Account'}}}}
        '400': {$ref: '#/components/responses/Invalid'}
        '409': {description: The email is taken}
        '415': {description: no JSON}
  /accounts/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: show
      responses:
        '200': {description: it, content: {application/json: {schema: {$ref: '#/components/schemas/Account'}}}}
        '404': {description: none}
    put:
      operationId: replace
      requestBody: {$ref: '#/components/requestBodies/New'}
      responses:
        '200': {description: it, content: {application/json: {schema: {$ref: '#/components/schemas/Account'}}}}
        '400': {$ref: '#/components/responses/Invalid'}
        '404': {description: none}
        '409': {description: The email is taken}
        '415': {description: no JSON}
    delete:
      operationId: close
      parameters: [{name: If-Match, in: header, required: true, schema: {type: string}}]
      responses:
        '204': {description: gone}
        '404': {description: none}
        '412': {description: another state}
        '428': {description: which state}
components:
  requestBodies:
    New: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/New'}}}}
  responses:
    Invalid: {description: invalid, content: {application/json: {schema: {oneOf: [{$ref: '#/components/schemas/Client'}, {$ref: '#/components/schemas/Validation'}]}}}}
  schemas:
    Client: {title: of the client, type: object, required: [error], properties: {error: {type: string}}}
    Validation: {title: of validation, type: object, required: [error], properties: {error: {type: string}}}
    New:
      type: object
      required: [name, email]
      additionalProperties: false
      properties:
        name: {type: string, minLength: 1, maxLength: 50}
        email: {type: string, format: email}
        labels: {type: object, additionalProperties: {type: string}}
    Account:
      type: object
      required: [id, name, email, labels]
      properties:
        id: {type: string}
        name: {type: string}
        email: {type: string}
        labels: {type: object, additionalProperties: {type: string}}
"##;

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// It refuses domains that end in `.org`.
    NoOrg,
    /// It refuses names with letters beyond ASCII.
    Ascii,
    /// A PUT keeps the labels that are there, and says otherwise.
    OldLabels,
    /// Its refusals have no message.
    Silent,
}

#[derive(Default)]
struct Accounts {
    all: BTreeMap<String, Value>,
    count: usize,
    version: usize,
}

fn checked(fault: Fault, asked: &Asked) -> Option<Value> {
    let body = asked.json()?;
    let known = |name: &String| ["name", "email", "labels"].contains(&name.as_str());
    let name = body["name"].as_str()?.trim();
    let email = body["email"].as_str()?;
    let (local, domain) = email.split_once('@')?;
    let labels = body.get("labels").cloned().unwrap_or_else(|| json!({}));
    let is_usual = !local.is_empty()
        && domain
            .rsplit_once('.')
            .is_some_and(|(rest, last)| !rest.is_empty() && last.bytes().all(|b| b.is_ascii_alphabetic()))
        && !email.contains([' ', '"'])
        && !domain.contains('@');
    let is_right = body.as_object()?.keys().all(known)
        && !name.is_empty()
        && body["name"].as_str()?.chars().count() <= 50
        && is_usual
        && labels.as_object()?.values().all(Value::is_string);
    let is_refused = fault == Fault::NoOrg && domain.ends_with(".org") || fault == Fault::Ascii && !name.is_ascii();
    (is_right && !is_refused).then(|| json!({"name": body["name"], "email": email, "labels": labels}))
}

fn answer(fault: Fault, accounts: &Mutex<Accounts>, asked: &Asked) -> Response {
    let mut accounts = accounts.lock().expect("no panic");
    let id = asked.path.strip_prefix("/accounts/");
    let shown = |status: u16, account: &Value| {
        let mut response = json(status, account);
        let tag = format!("\"{}\"", account["version"]);
        response.headers_mut().insert(header::ETAG, HeaderValue::from_str(&tag).expect("a tag"));
        response
    };
    let invalid = || match fault {
        Fault::Silent => json(400, &json!({})),
        _ => json(400, &json!({"error": "name may not be blank, email must be one"})),
    };
    match (asked.method.as_str(), id) {
        (_, None) if asked.path != "/accounts" => empty(404),
        ("GET", None) => json(200, &accounts.all.values().cloned().collect()),
        ("GET", Some(id)) => accounts.all.get(id).map_or_else(|| empty(404), |account| shown(200, account)),
        ("PUT", Some(id)) if !accounts.all.contains_key(id) => empty(404),
        ("POST", None) | ("PUT", Some(_)) if !asked.is_json() => empty(415),
        ("POST", None) | ("PUT", Some(_)) => {
            let Some(mut account) = checked(fault, asked) else { return invalid() };
            let is_taken =
                |(other, known): (&String, &Value)| Some(&**other) != id && known["email"] == account["email"];
            if accounts.all.iter().any(is_taken) {
                return empty(409);
            }
            accounts.count += usize::from(id.is_none());
            accounts.version += 1;
            let own = id.map_or_else(|| format!("a{}", accounts.count), str::to_owned);
            account["id"] = json!(own);
            account["version"] = json!(accounts.version);
            let mut stored = account.clone();
            if let (Fault::OldLabels, Some(known)) = (fault, accounts.all.get(&own)) {
                stored["labels"] = known["labels"].clone();
            }
            accounts.all.insert(own, stored);
            shown(if id.is_none() { 201 } else { 200 }, &account)
        }
        ("DELETE", Some(id)) => match (accounts.all.get(id), asked.header("if-match")) {
            (None, _) => empty(404),
            (_, "") => empty(428),
            (Some(account), tag) if tag == "*" || tag == format!("\"{}\"", account["version"]) => {
                accounts.all.remove(id);
                empty(204)
            }
            _ => empty(412),
        },
        (_, None) => not_allowed("GET, POST"),
        _ => not_allowed("GET, PUT, DELETE"),
    }
}

async fn told(fault: Fault) -> (Told, usize) {
    let accounts = Arc::new(Mutex::new(Accounts::default()));
    let own = accounts.clone();
    let told = run(DOCUMENT, NOTHING, &["--cases", "60"], move |asked| answer(fault, &own, asked)).await;
    let left = accounts.lock().expect("no panic").all.len();
    (told, left)
}

#[tokio::test]
async fn a_server_that_does_as_most_frameworks_do_is_right_and_left_empty() {
    let (told, left) = told(Fault::None).await;
    let own: Vec<&String> = told.causes.iter().filter(|cause| !cause.ends_with("(the document)")).collect();
    assert!(own.is_empty(), "{:#?}", told.causes);
    assert_eq!(left, 0, "what was made is deleted in its present state");
}

#[tokio::test]
async fn what_is_wrong_beside_it_is_told() {
    for (fault, rule, word) in [
        (Fault::NoOrg, "rejected-valid", "email"),
        (Fault::Ascii, "rejected-valid", "name"),
        (Fault::OldLabels, "lost-update", "labels"),
        (Fault::Silent, "error-envelope", "400"),
    ] {
        let (told, _) = told(fault).await;
        let found = told.errors().into_iter().any(|cause| cause.contains(rule) && cause.contains(word));
        assert!(found, "{rule}: {:#?}", told.causes);
    }
}
