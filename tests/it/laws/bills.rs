//! Laws of what follows from the lines of a bill, on a server of bills.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::response::Response;
use serde_json::{Value, json};

use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

/// What the server does, wrong or otherwise than others.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ways {
    Plain,
    /// The total has a fee in it that is no line.
    AddsFee,
    /// The total is that of the bill as it was made.
    KeepsTotal,
    /// The lines are counted once.
    KeepsCount,
}

fn new_bill() -> Value {
    let line = json!({
        "type": "object", "required": ["item", "price", "quantity"], "additionalProperties": false,
        "properties": {
            "item": {"type": "string", "minLength": 1, "maxLength": 40},
            "price": {"type": "integer", "minimum": 1, "maximum": 1000},
            "quantity": {"type": "integer", "minimum": 1, "maximum": 99},
        },
    });
    json!({
        "type": "object", "required": ["payer", "lines"], "additionalProperties": false,
        "properties": {
            "payer": {"type": "string", "minLength": 1, "maxLength": 40},
            "lines": {"type": "array", "minItems": 1, "maxItems": 5, "items": line},
        },
    })
}

fn document() -> Value {
    let mut bill = new_bill();
    bill["additionalProperties"] = json!(true);
    bill["required"] = json!(["id", "payer", "lines", "total", "line_count"]);
    for name in ["id", "total", "line_count"] {
        bill["properties"][name] = json!({"type": "integer"});
    }
    let content = |schema: &Value| json!({"application/json": {"schema": schema}});
    let (one, no) = (json!({"description": "a bill", "content": content(&bill)}), json!({"description": "no"}));
    let body = json!({"required": true, "content": content(&new_bill())});
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Bills", "version": "1"},
        "paths": {
            "/bills": {"post": {"operationId": "addBill", "requestBody": body, "responses": {"201": one, "400": no, "415": no}}},
            "/bills/{billId}": {
                "parameters": [{"name": "billId", "in": "path", "required": true, "schema": {"type": "integer", "minimum": 1}}],
                "get": {"operationId": "getBill", "responses": {"200": one, "400": no, "404": no}},
                "put": {"operationId": "putBill", "requestBody": body, "responses": {"200": one, "400": no, "404": no, "415": no}},
                "delete": {"operationId": "dropBill", "responses": {"204": no, "400": no, "404": no}},
            },
        },
    })
}

fn serve(ways: Ways, bills: &mut BTreeMap<u64, Value>, asked: &Asked) -> Response {
    let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
    let methods = match parts[..] {
        ["bills"] => "POST",
        ["bills", _] => "GET, PUT, DELETE",
        _ => return empty(404),
    };
    if !methods.split(", ").any(|known| known == asked.method) {
        return not_allowed(methods);
    }
    let id = match parts.get(1).map(|id| id.parse::<u64>().ok().filter(|id| *id > 0)) {
        Some(None) => return empty(400),
        // Its number is nobody else's once it is deleted.
        Some(Some(id)) if bills.get(&id).is_none_or(Value::is_null) => return empty(404),
        Some(Some(id)) => id,
        None => bills.keys().last().map_or(1, |last| last + 1),
    };
    let before = bills.get(&id).cloned();
    match (asked.method.as_str(), &before) {
        ("GET", Some(bill)) => return answer(200, bill),
        ("DELETE", _) => {
            bills.insert(id, Value::Null);
            return empty(204);
        }
        _ if !asked.is_json() => return empty(415),
        _ => {}
    }
    let validator = jsonschema::validator_for(&new_bill()).expect("a schema");
    let Some(mut bill) = asked.json().filter(|body| validator.is_valid(body)) else { return empty(400) };
    let number = |value: &Value| value.as_f64().unwrap_or_default() as u64;
    let mut total = if ways == Ways::AddsFee { 7 } else { 0 };
    for line in bill["lines"].as_array_mut().into_iter().flatten() {
        let [price, quantity] = ["price", "quantity"].map(|name| number(&line[name]));
        (line["price"], line["quantity"]) = (json!(price), json!(quantity));
        total += price * quantity;
    }
    let count = bill["lines"].as_array().map_or(0, Vec::len);
    let kept = |name: &str, is: bool| before.as_ref().filter(|_| is).map(|bill| bill[name].clone());
    bill["total"] = kept("total", ways == Ways::KeepsTotal).unwrap_or(json!(total));
    bill["line_count"] = kept("line_count", ways == Ways::KeepsCount).unwrap_or(json!(count));
    bill["id"] = json!(id);
    bills.insert(id, bill.clone());
    answer(if before.is_some() { 200 } else { 201 }, &bill)
}

/// What is told of a server with these ways: the rule, how severe that is, and the operation.
async fn told(ways: Ways) -> BTreeSet<String> {
    let bills = Arc::new(Mutex::new(BTreeMap::new()));
    let url = serve_all(move |asked| serve(ways, &mut bills.lock().expect("no panic"), asked)).await;
    super::told_at(&url, ("api.json", &document().to_string()), &ways).await.into_iter().collect()
}

/// A way to break each law, with what is told.
const BROKEN: [(Ways, &str); 2] =
    [(Ways::KeepsTotal, "warning stale-sum putBill"), (Ways::KeepsCount, "warning stale-sum putBill")];

/// The laws that are broken here.
pub fn laws() -> impl Iterator<Item = &'static str> {
    BROKEN.iter().filter_map(|(_, told)| super::law(told))
}

#[tokio::test]
async fn sums_that_do_not_follow_their_lines_are_told() {
    for ways in [Ways::Plain, Ways::AddsFee] {
        assert_eq!(told(ways).await, BTreeSet::new(), "{ways:?}");
    }
    for (ways, law) in BROKEN {
        assert_eq!(told(ways).await, [law.to_owned()].into(), "{ways:?}");
    }
}
