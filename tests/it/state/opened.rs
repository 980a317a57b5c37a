//! What is accepted only after something else was done to its resource is tested in the state that it needs, and its faults are
//! looked for there.

use std::collections::BTreeMap;

use axum::response::Response;
use serde_json::{Value, json};

use super::{Ran, run};
use crate::support::report;
use crate::support::served::{Asked, empty, json as answer, not_allowed};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Orders, version: '1'}
paths:
  /orders:
    post: {operationId: addOrder, responses: {'201': {description: made, content: {application/json: {schema: {}}}}, '401': {description: who}}}
  /orders/{order}:
    parameters: [{$ref: '#/components/parameters/order'}]
    get: {operationId: getOrder, responses: {'200': {description: one, content: {application/json: {schema: {}}}}, '400': {description: no}, '401': {description: who}, '404': {description: none}}}
    patch:
      operationId: changeOrder
      requestBody: {required: true, content: {application/json: {schema: {type: object, minProperties: 1, additionalProperties: false, properties: {note: {type: string, maxLength: 20}, status: {type: string, enum: [open, checked]}}}}}}
      responses: {'200': {description: one, content: {application/json: {schema: {}}}}, '400': {description: no}, '401': {description: who}, '404': {description: none}, '415': {description: no}}
  /orders/{order}/label:
    parameters: [{$ref: '#/components/parameters/order'}]
    get: {operationId: getLabel, responses: {'204': {description: one}, '400': {description: no}, '401': {description: who}, '404': {description: not checked yet}}}
  /orders/{order}/ship:
    parameters: [{$ref: '#/components/parameters/order'}]
    post:
      operationId: ship
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [carrier], properties: {carrier: {type: string, enum: [air, land, sea]}}}}}}
      responses: {'204': {description: shipped}, '400': {description: no}, '401': {description: who}, '404': {description: none}, '409': {description: The order is in another state.}, '415': {description: no}}
  /orders/{order}/pack:
    parameters: [{$ref: '#/components/parameters/order'}]
    post: {operationId: pack, responses: {'204': {description: packed}, '400': {description: no}, '401': {description: who}, '404': {description: none}}}
  /orders/{order}/pay:
    parameters: [{$ref: '#/components/parameters/order'}]
    post: {operationId: pay, responses: {'204': {description: paid}, '400': {description: no}, '401': {description: who}, '404': {description: none}}}
  /orders/{order}/lines:
    parameters: [{$ref: '#/components/parameters/order'}]
    post: {operationId: addLine, responses: {'201': {description: added, content: {application/json: {schema: {}}}}, '400': {description: no}, '401': {description: who}, '404': {description: none}}}
  /orders/{order}/lines/{line}/receipts:
    parameters: [{$ref: '#/components/parameters/order'}, {name: line, in: path, required: true, schema: {type: integer, minimum: 1}}]
    post: {operationId: receive, responses: {'204': {description: noted}, '400': {description: no}, '401': {description: who}, '404': {description: none}, '409': {description: The order is not paid.}}}
components:
  parameters: {order: {name: order, in: path, required: true, schema: {type: integer, minimum: 1}}}
  securitySchemes: {token: {type: http, scheme: bearer}}
security: [{token: []}]
";

/// What the server does, wrong or otherwise than others.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Right,
    /// The state is looked at before credentials and bodies.
    StateFirst,
    /// An order must be paid and packed, in any order, before it is shipped.
    NeedsBoth,
    /// The state is looked at first, and credentials not at all.
    ShipsForAnybody,
    /// The state is looked at first, and any carrier is taken.
    AnyCarrier,
    /// What is shipped by sea fails.
    FailsAtSea,
}

#[derive(Default)]
struct Order {
    status: Option<Value>,
    note: Option<Value>,
    paid: bool,
    packed: bool,
    shipped: bool,
    lines: u64,
}

#[derive(Default)]
struct Orders {
    next: u64,
    orders: BTreeMap<u64, Order>,
}

fn serve(way: Way, all: &mut Orders, asked: &Asked) -> Response {
    let is_known = asked.header("authorization") == "Bearer open-sesame";
    let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
    let method = match &parts[..] {
        ["orders"] | ["orders", _, "ship" | "pack" | "pay" | "lines"] => "POST",
        ["orders", _, "lines", _, "receipts"] => "POST",
        ["orders", _] => "GET, PATCH",
        ["orders", _, "label"] => "GET",
        _ => return empty(404),
    };
    if !method.split(", ").any(|known| known == asked.method) {
        return not_allowed(method);
    }
    let is_ship = parts.get(2) == Some(&"ship");
    let looks_late = is_ship && matches!(way, Way::StateFirst | Way::ShipsForAnybody | Way::AnyCarrier);
    if !is_known && !looks_late {
        return empty(401);
    }
    if parts.len() == 1 {
        all.next += 1;
        all.orders.insert(all.next, Order::default());
        return answer(201, &json!({"id": all.next}));
    }
    let Some(id) = parts[1].parse::<u64>().ok().filter(|id| *id > 0) else { return empty(400) };
    let carrier = || match asked.json().map(|body| body["carrier"].clone()) {
        _ if !asked.is_json() => Err(415),
        Some(carrier) if ["air", "land", "sea"].iter().any(|known| carrier == *known) => Ok(carrier),
        Some(carrier) if way == Way::AnyCarrier && carrier.is_string() => Ok(carrier),
        _ => Err(400),
    };
    if let (true, false, Err(status)) = (is_ship, looks_late, carrier()) {
        return empty(status);
    }
    let Some(order) = all.orders.get_mut(&id) else { return empty(if is_known { 404 } else { 401 }) };
    match parts.get(2).copied() {
        None if asked.method == "PATCH" => {
            let body = asked.json().unwrap_or_default();
            let fits = |(name, value): (&String, &Value)| match name.as_str() {
                "note" => value.as_str().is_some_and(|text| text.chars().count() <= 20),
                "status" => value == "open" || value == "checked",
                _ => false,
            };
            match body.as_object() {
                _ if !asked.is_json() => return empty(415),
                Some(body) if !body.is_empty() && body.iter().all(fits) => {}
                _ => return empty(400),
            }
            order.status = body.get("status").cloned().or(order.status.take());
            order.note = body.get("note").cloned().or(order.note.take());
            shown(id, order)
        }
        None => shown(id, order),
        Some("label") => empty(if order.status == Some(json!("checked")) { 204 } else { 404 }),
        Some("lines") if parts.len() == 3 => {
            order.lines += 1;
            answer(201, &json!({"id": order.lines}))
        }
        Some("lines") => match parts[3].parse::<u64>() {
            Err(_) | Ok(0) => empty(400),
            Ok(line) if line > order.lines => empty(404),
            Ok(_) => empty(if order.paid { 204 } else { 409 }),
        },
        Some("pay") => {
            order.paid = true;
            empty(204)
        }
        Some("pack") => {
            order.packed = true;
            empty(204)
        }
        _ => {
            let is_ready = order.paid && (order.packed || way != Way::NeedsBoth) && !order.shipped;
            match carrier() {
                _ if !is_ready => empty(409),
                _ if !is_known && way != Way::ShipsForAnybody => empty(401),
                Err(status) => empty(status),
                Ok(carrier) if way == Way::FailsAtSea && carrier == "sea" => empty(500),
                Ok(_) => {
                    order.shipped = true;
                    empty(204)
                }
            }
        }
    }
}

fn shown(id: u64, order: &Order) -> Response {
    let mut shown = json!({"id": id, "status": order.status.clone().unwrap_or(json!("open"))});
    if let Some(note) = &order.note {
        shown["note"] = note.clone();
    }
    answer(200, &shown)
}

async fn ran(way: Way) -> Ran {
    let token = ["--bearer", "open-sesame"];
    run(DOCUMENT, Orders::default(), &token, move |state, asked| serve(way, state, asked)).await.0
}

#[tokio::test]
async fn what_needs_another_action_first_is_tested_after_it() {
    for way in [Way::Right, Way::StateFirst, Way::NeedsBoth] {
        let ran = ran(way).await;
        assert!(ran.is_whole(), "{way:?}: {ran}");
        let operations = ran.report["contracts"][0]["operations"].as_array().expect("operations");
        let ship = operations.iter().find(|operation| operation["id"] == "ship").expect("an operation");
        assert!(ship["valid_cases"]["accepted"].as_u64() > Some(2), "{way:?}: {ship:#}");
        // What stands above it may have to be acted on.
        let receive = operations.iter().find(|operation| operation["id"] == "receive").expect("an operation");
        assert!(receive["valid_cases"]["accepted"].as_u64() > Some(0), "{way:?}: {receive:#}");
    }
}

#[tokio::test]
async fn faults_are_looked_for_in_the_state_that_an_action_needs() {
    let broken = [
        (Way::ShipsForAnybody, "auth-ignored"),
        (Way::AnyCarrier, "accepted-invalid"),
        (Way::FailsAtSea, "server-error"),
    ];
    for (way, check) in broken {
        let ran = ran(way).await;
        assert_eq!(ran.untested, [""; 0], "{way:?}: {ran}");
        assert!(!ran.errors.is_empty() && ran.errors.iter().all(|[found, ..]| found == check), "{way:?}: {ran}");
        if way == Way::FailsAtSea {
            continue;
        }
        // What has opened it is told.
        let findings = report::findings(&ran.report);
        let is_told = |finding: &&Value| finding["check"] == check && finding.to_string().contains("/pay");
        assert!(findings.iter().any(|finding| is_told(&finding)), "{way:?}: {findings:#?}");
    }
}
