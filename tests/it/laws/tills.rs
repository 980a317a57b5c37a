//! Laws of keys by which a request is known again, of what names something that is not there, and of values that are refused
//! with 422 where they are taken, on a server of accounts and payments.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

/// What the server does, wrong or otherwise than others.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ways {
    Plain,
    /// A key must be given.
    WantsKey,
    /// Whatever has a key that is known is answered as what had it first.
    Replays,
    /// A payment may name an account that is not there.
    AnyAccount,
    /// So may a change.
    AnyAccountLater,
    /// Keys are not looked at.
    ForgetsKeys,
    /// What has a key that is known is answered as before, and made once more.
    MakesMore,
    /// A key is known again with the same body alone.
    TakesKeys,
    /// Two payments may have one reference.
    TakesTwice,
    /// A change may take the reference of another one.
    TakesLater,
}

/// What the document says of the 422 of payments.
const WORDS: &str = "There is no such account, a payment with this reference already exists, or the Idempotency-Key was used with another body.";

fn document(is_required: bool, words: &str) -> Value {
    let content =
        |name: &str| json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}});
    let one = |name: &str| json!({"description": "it", "content": content(name)});
    let body = |name: &str| json!({"required": true, "content": content(name)});
    let no = json!({"description": "no"});
    let item = |name: &str| json!([{"name": name, "in": "path", "required": true, "schema": {"type": "integer", "minimum": 1}}]);
    let key = json!([{"name": "Idempotency-Key", "in": "header", "required": is_required, "schema": {"type": "string", "minLength": 1, "maxLength": 64}}]);
    let refused = json!({"description": words});
    let get = |id: &str, name: &str| json!({"operationId": id, "responses": {"200": one(name), "400": no, "404": no}});
    let all = json!({"description": "all", "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Payment"}}}}});
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Tills", "version": "1"},
        "paths": {
            "/accounts": {"post": {
                "operationId": "addAccount", "requestBody": body("NewAccount"),
                "responses": {"201": one("Account"), "400": no, "415": no},
            }},
            "/accounts/{accountId}": {
                "parameters": item("accountId"),
                "get": get("getAccount", "Account"),
                "delete": {"operationId": "dropAccount", "responses": {"204": no, "400": no, "404": no}},
            },
            "/payments": {
                "get": {"operationId": "listPayments", "responses": {"200": all}},
                "post": {
                    "operationId": "addPayment", "parameters": key, "requestBody": body("NewPayment"),
                    "responses": {"201": one("Payment"), "400": no, "415": no, "422": refused},
                },
            },
            "/payments/{paymentId}": {
                "parameters": item("paymentId"),
                "get": get("getPayment", "Payment"),
                "patch": {
                    "operationId": "changePayment", "requestBody": body("PaymentChange"),
                    "responses": {"200": one("Payment"), "400": no, "404": no, "415": no, "422": refused},
                },
                "delete": {"operationId": "dropPayment", "responses": {"204": no, "400": no, "404": no}},
            },
        },
        "components": {"schemas": schemas()},
    })
}

fn schemas() -> Value {
    let set = json!({
        "account_id": {"type": "integer", "minimum": 1},
        "amount": {"type": "integer", "minimum": 1, "maximum": 10000},
        "memo": {"type": "string", "maxLength": 80},
        "reference": {"type": "string", "minLength": 1, "maxLength": 80},
    });
    let mut shown = set.clone();
    shown["id"] = json!({"type": "integer"});
    json!({
        "NewAccount": {"type": "object", "required": ["name"], "additionalProperties": false, "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 40}}},
        "Account": {"type": "object", "required": ["id", "name"], "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}},
        "NewPayment": {"type": "object", "required": ["account_id", "amount", "reference"], "additionalProperties": false, "properties": set},
        "PaymentChange": {"type": "object", "minProperties": 1, "additionalProperties": false, "properties": set},
        "Payment": {"type": "object", "required": ["id", "account_id", "amount", "reference"], "properties": shown},
    })
}

#[derive(Default)]
struct Store {
    accounts: BTreeMap<u64, Map<String, Value>>,
    payments: BTreeMap<u64, Map<String, Value>>,
    keys: BTreeMap<String, (Map<String, Value>, Value)>,
    next: u64,
}

impl Store {
    fn answer(&mut self, ways: Ways, asked: &Asked) -> Response {
        let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        match parts[..] {
            ["accounts"] if asked.method == "POST" => self.add_account(asked),
            ["accounts"] => not_allowed("POST"),
            ["payments"] => match asked.method.as_str() {
                "GET" => answer(200, &json!(self.payments.values().collect::<Vec<_>>())),
                "POST" => self.pay(ways, asked),
                _ => not_allowed("GET, POST"),
            },
            [kind @ ("accounts" | "payments"), id] => {
                let methods = if kind == "accounts" { "GET, DELETE" } else { "GET, PATCH, DELETE" };
                if !methods.split(", ").any(|known| known == asked.method) {
                    return not_allowed(methods);
                }
                let Some(id) = id.parse::<u64>().ok().filter(|id| *id > 0) else { return empty(400) };
                let all = if kind == "accounts" { &mut self.accounts } else { &mut self.payments };
                match (asked.method.as_str(), all.get(&id)) {
                    (_, None) => empty(404),
                    ("GET", Some(it)) => answer(200, &json!(it)),
                    ("PATCH", _) => self.change(ways, asked, id),
                    _ => {
                        all.remove(&id);
                        empty(204)
                    }
                }
            }
            _ => empty(404),
        }
    }

    fn add_account(&mut self, asked: &Asked) -> Response {
        match members(asked, "NewAccount") {
            Ok(mut account) => {
                self.next += 1;
                account.insert("id".to_owned(), json!(self.next));
                self.accounts.insert(self.next, account.clone());
                answer(201, &json!(account))
            }
            Err(status) => empty(status),
        }
    }

    /// Why what is set may not be, beside what the schema says.
    fn refusal(&self, set: &Map<String, Value>, is_any: [bool; 2], own: Option<u64>) -> Option<Response> {
        let refused = |error: &str| Some(answer(422, &json!({ "error": error })));
        let account = set.get("account_id").and_then(Value::as_u64);
        if account.is_some_and(|account| !self.accounts.contains_key(&account)) && !is_any[0] {
            return refused("unknown account");
        }
        let mut others = self.payments.iter().filter(|(id, _)| Some(**id) != own);
        let is_taken = others.any(|(_, other)| set.contains_key("reference") && other["reference"] == set["reference"]);
        if is_taken && !is_any[1] { refused("a payment with this reference already exists") } else { None }
    }

    fn pay(&mut self, ways: Ways, asked: &Asked) -> Response {
        let key = asked.header("idempotency-key").to_owned();
        if key.is_empty() && ways == Ways::WantsKey || key.chars().count() > 64 {
            return empty(400);
        }
        let mut set = match members(asked, "NewPayment") {
            Ok(set) => set,
            Err(status) => return empty(status),
        };
        if let Some((known, made)) = self.keys.get(&key).filter(|_| ways != Ways::ForgetsKeys) {
            if *known == set || ways == Ways::Replays {
                let made = made.clone();
                if ways == Ways::MakesMore {
                    self.next += 1;
                    set.insert("id".to_owned(), json!(self.next));
                    self.payments.insert(self.next, set);
                }
                return answer(201, &made);
            }
            if ways != Ways::TakesKeys {
                return answer(422, &json!({"error": "this key was used with another body"}));
            }
        }
        if let Some(refusal) = self.refusal(&set, [ways == Ways::AnyAccount, takes_twice(ways)], None) {
            return refusal;
        }
        let asked = set.clone();
        self.next += 1;
        set.insert("id".to_owned(), json!(self.next));
        self.payments.insert(self.next, set.clone());
        if !key.is_empty() {
            self.keys.insert(key, (asked, json!(set)));
        }
        answer(201, &json!(set))
    }

    fn change(&mut self, ways: Ways, asked: &Asked, id: u64) -> Response {
        let set = match members(asked, "PaymentChange") {
            Ok(set) => set,
            Err(status) => return empty(status),
        };
        let is_any = [ways == Ways::AnyAccountLater, ways == Ways::TakesLater];
        if let Some(refusal) = self.refusal(&set, is_any, Some(id)) {
            return refusal;
        }
        let payment = self.payments.get_mut(&id).expect("it is there");
        payment.extend(set);
        answer(200, &json!(payment))
    }
}

/// Who makes the same twice for one key, or heeds none, takes all twice.
fn takes_twice(ways: Ways) -> bool {
    matches!(ways, Ways::TakesTwice | Ways::ForgetsKeys | Ways::TakesKeys)
}

/// The object that is sent, with whole numbers, if it is valid.
fn members(asked: &Asked, name: &str) -> Result<Map<String, Value>, u16> {
    if !asked.is_json() {
        return Err(415);
    }
    let body = asked.json().ok_or(400_u16)?;
    let validator = jsonschema::validator_for(&schemas()[name]).expect("a schema");
    let Value::Object(mut members) = body else { return Err(400) };
    if !validator.is_valid(&Value::Object(members.clone())) {
        return Err(400);
    }
    members.values_mut().filter(|value| value.is_number()).for_each(|value| {
        *value = json!(value.as_f64().unwrap_or_default() as i64);
    });
    Ok(members)
}

/// What is told of a server with these ways: the rule, how severe that is, and the operation.
async fn told(words: &str, ways: Ways) -> BTreeSet<String> {
    let store = Arc::new(Mutex::new(Store::default()));
    let url = serve_all(move |asked| store.lock().expect("no panic").answer(ways, asked)).await;
    let document = document(ways == Ways::WantsKey, words).to_string();
    super::told_at(&url, ("api.json", &document), &ways).await.into_iter().collect()
}

#[tokio::test]
async fn right_servers_of_all_kinds_keep_the_laws() {
    for ways in [Ways::Plain, Ways::WantsKey] {
        assert_eq!(told(WORDS, ways).await, BTreeSet::new(), "{ways:?}");
    }
    assert_eq!(told("It is refused.", Ways::Replays).await, BTreeSet::new());
}

#[tokio::test]
async fn without_words_for_it_nothing_is_refused() {
    for ways in [Ways::AnyAccount, Ways::AnyAccountLater, Ways::TakesKeys] {
        assert_eq!(told("It is refused.", ways).await, BTreeSet::new(), "{ways:?}");
    }
}

/// A way to break each law, with what is told.
const BROKEN: [(Ways, &[&str]); 7] = [
    (Ways::AnyAccount, &["error unknown-reference addPayment"]),
    (Ways::AnyAccountLater, &["error unknown-reference changePayment"]),
    (Ways::MakesMore, &["error key-repeated addPayment"]),
    (Ways::TakesLater, &["error duplicate-set changePayment"]),
    (Ways::TakesTwice, &["error duplicate-taken addPayment"]),
    (
        Ways::ForgetsKeys,
        &["error duplicate-taken addPayment", "error key-repeated addPayment", "error key-reused addPayment"],
    ),
    (Ways::TakesKeys, &["error duplicate-taken addPayment", "error key-reused addPayment"]),
];

/// The laws that are broken here.
pub fn laws() -> impl Iterator<Item = &'static str> {
    BROKEN.iter().flat_map(|(_, told)| *told).filter_map(|told| super::law(told))
}

#[tokio::test]
async fn laws_of_references_and_of_what_is_taken_are_told() {
    super::tell_each(&BROKEN[..4], |ways| told(WORDS, ways)).await;
}

#[tokio::test]
async fn laws_of_keys_are_told() {
    super::tell_each(&BROKEN[4..], |ways| told(WORDS, ways)).await;
}
