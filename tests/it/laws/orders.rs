//! Actions in a state that is documented to refuse them, and what is restored, on a server of orders.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::response::Response;
use serde_json::{Value, json};

use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Orders, version: '1'}
paths:
  /orders:
    post:
      operationId: addOrder
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [note], additionalProperties: false, properties: {note: {type: string, minLength: 1, maxLength: 40}}}}}}
      responses: {'201': {$ref: '#/components/responses/Order'}, '400': {description: no}, '415': {description: no}}
  /orders/{order}:
    parameters: [{$ref: '#/components/parameters/order'}]
    get: {operationId: getOrder, responses: {'200': {$ref: '#/components/responses/Order'}, '400': {description: no}, '404': {description: none}}}
    delete: {operationId: dropOrder, responses: {'204': {description: gone}, '400': {description: no}, '404': {description: none}}}
  /orders/{order}/approve:
    parameters: [{$ref: '#/components/parameters/order'}]
    post:
      operationId: approve
      description: Sets `approver`.
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [approver], additionalProperties: false, properties: {approver: {type: string, minLength: 1, maxLength: 40}}}}}}
      responses: {'200': {$ref: '#/components/responses/Order'}, '400': {description: no}, '404': {description: none}, '415': {description: no}}
  /orders/{order}/cancel:
    parameters: [{$ref: '#/components/parameters/order'}]
    post: {operationId: cancel, description: CANCELS, responses: {'200': {$ref: '#/components/responses/Order'}, '400': {description: no}, '404': {description: none}, '409': {description: no}}}
  /orders/{order}/restore:
    parameters: [{$ref: '#/components/parameters/order'}]
    post: {operationId: restore, responses: {'200': {$ref: '#/components/responses/Order'}, '400': {description: no}, '404': {description: none}, '409': {description: It is not deleted.}}}
  /orders/{order}/ship:
    parameters: [{$ref: '#/components/parameters/order'}]
    post: {operationId: ship, responses: {'200': {$ref: '#/components/responses/Order'}, '400': {description: no}, '404': {description: none}, '409': {description: REFUSED}}}
components:
  parameters: {order: {name: order, in: path, required: true, schema: {type: integer, minimum: 1}}}
  responses:
    Order: {description: an order, content: {application/json: {schema: {type: object, required: [id, status, note, approver], properties: {id: {type: integer}, status: {type: string}, note: {type: string}, approver: {type: [string, 'null']}}}}}}
";

const WORDS: &str = "The order is already shipped. A cancelled order cannot be shipped.";

/// What the server does, wrong or otherwise than others.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ways {
    Plain,
    /// An order is shipped as often as that is asked for.
    ShipsTwice,
    /// What was cancelled is shipped all the same.
    ShipsCancelled,
    /// What is restored has lost its note.
    LosesNote,
    /// Who approves an order is not stored.
    ForgetsApprover,
    /// What is cancelled has not been approved by anybody any more.
    CancelErases,
}

struct Order {
    status: &'static str,
    note: String,
    approver: Option<String>,
    is_deleted: bool,
}

fn serve(ways: Ways, orders: &mut BTreeMap<u64, Order>, asked: &Asked) -> Response {
    let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
    let method = match &parts[..] {
        ["orders" | "purchaseOrders"] | ["orders" | "purchaseOrders", _, "approve" | "cancel" | "ship" | "restore"] => {
            "POST"
        }
        ["orders" | "purchaseOrders", _] => "GET, DELETE",
        _ => return empty(404),
    };
    if !method.split(", ").any(|known| known == asked.method) {
        return not_allowed(method);
    }
    if parts.len() == 1 {
        let note = match text(asked, "note") {
            Ok(note) => note,
            Err(status) => return empty(status),
        };
        let id = orders.len() as u64 + 1;
        orders.insert(id, Order { status: "open", note, approver: None, is_deleted: false });
        return answer(201, &shown(id, &orders[&id]));
    }
    let Some(id) = parts[1].parse::<u64>().ok().filter(|id| *id > 0) else { return empty(400) };
    let Some(order) = orders.get_mut(&id) else { return empty(404) };
    let action = parts.get(2).copied();
    match (action, order.status) {
        (Some("restore"), _) if !order.is_deleted => return empty(409),
        (Some("restore"), _) => {
            order.is_deleted = false;
            if ways == Ways::LosesNote {
                order.note = "lost".to_owned();
            }
        }
        _ if order.is_deleted => return empty(404),
        (Some("approve"), _) => match text(asked, "approver") {
            Ok(_) if ways == Ways::ForgetsApprover => {}
            Ok(approver) => order.approver = Some(approver),
            Err(status) => return empty(status),
        },
        (Some("cancel"), "open") => {
            order.status = "cancelled";
            order.approver = order.approver.take().filter(|_| ways != Ways::CancelErases);
        }
        (Some("cancel"), _) => return empty(409),
        (Some(_), "shipped") if ways != Ways::ShipsTwice => return empty(409),
        (Some(_), "cancelled") if ways != Ways::ShipsCancelled => return empty(409),
        (Some(_), _) => order.status = "shipped",
        (None, _) if asked.method == "DELETE" => {
            order.is_deleted = true;
            return empty(204);
        }
        (None, _) => {}
    }
    answer(200, &shown(id, order))
}

fn shown(id: u64, order: &Order) -> Value {
    json!({"id": id, "status": order.status, "note": order.note, "approver": order.approver})
}

/// The one text that a valid body has, or the status of the refusal.
fn text(asked: &Asked, name: &str) -> Result<String, u16> {
    let body = asked.json().unwrap_or_default();
    let text = body[name].as_str().filter(|text| (1..=40).contains(&text.chars().count()));
    match (text, body.as_object().map(serde_json::Map::len)) {
        _ if !asked.is_json() => Err(415),
        (Some(text), Some(1)) => Ok(text.to_owned()),
        _ => Err(400),
    }
}

/// What the document says of a cancellation.
const CANCELS: &str = "Sets `status` to `cancelled`.";

/// What is told of a server with these ways: the rule, how severe that is, and the operation.
async fn told(words: &str, ways: Ways) -> BTreeSet<String> {
    told_of([words, CANCELS], ways).await
}

async fn told_of([words, cancels]: [&str; 2], ways: Ways) -> BTreeSet<String> {
    told_by(&DOCUMENT.replace("REFUSED", words).replace("CANCELS", cancels), ways).await
}

async fn told_by(document: &str, ways: Ways) -> BTreeSet<String> {
    let orders = Arc::new(Mutex::new(BTreeMap::new()));
    let url = serve_all(move |asked| serve(ways, &mut orders.lock().expect("no panic"), asked)).await;
    super::told_at(&url, ("api.yaml", document), &ways).await.into_iter().collect()
}

/// A way to break each law, with what is told.
const BROKEN: [(Ways, &str); 5] = [
    (Ways::ShipsTwice, "error acts-in-state ship"),
    (Ways::ShipsCancelled, "error acts-in-state ship"),
    (Ways::LosesNote, "error restored-otherwise restore"),
    (Ways::ForgetsApprover, "error lost-update approve"),
    (Ways::CancelErases, "warning action-erases cancel"),
];

/// The laws that are broken here.
pub fn laws() -> impl Iterator<Item = &'static str> {
    BROKEN.iter().filter_map(|(_, told)| super::law(told))
}

#[tokio::test]
async fn what_actions_must_not_do_is_told() {
    assert_eq!(told(WORDS, Ways::Plain).await, BTreeSet::new());
    for (ways, law) in BROKEN {
        assert_eq!(told(WORDS, ways).await, [law.to_owned()].into(), "{ways:?}");
    }
}

#[tokio::test]
async fn without_words_for_the_state_nothing_is_told() {
    for words in ["The order is in another state.", "Only paid orders can be shipped, or it is not cancelled."] {
        for ways in [Ways::ShipsTwice, Ways::ShipsCancelled] {
            assert_eq!(told(words, ways).await, BTreeSet::new(), "{ways:?} {words}");
        }
    }
}

#[tokio::test]
async fn a_state_that_is_needed_is_told_where_it_is_one_of_those_that_are_documented() {
    let states = "status: {type: string, enum: [open, shipped, cancelled]}";
    let document = |words: &str| DOCUMENT.replace("status: {type: string}", states).replace("REFUSED", words);
    let words = "The order is not in status OPEN, or it has no address.";
    assert_eq!(told_by(&document(words), Ways::Plain).await, BTreeSet::new());
    let told: BTreeSet<String> = ["error acts-in-state ship".to_owned()].into();
    assert_eq!(told_by(&document(words), Ways::ShipsCancelled).await, told);
    // By the name of its key as well, whatever the collection is called.
    let purchases = document("The order is no longer open.").replace("/orders", "/purchaseOrders");
    let purchases = purchases.replace("{order}", "{orderId}").replace("name: order,", "name: orderId,");
    assert_eq!(told_by(&purchases, Ways::ShipsCancelled).await, told);
    for words in ["The order is not in status OPEN or SHIPPED.", "The order is not in status ready."] {
        assert_eq!(told_by(&document(words), Ways::ShipsCancelled).await, BTreeSet::new(), "{words}");
    }
}

#[tokio::test]
async fn an_action_whose_description_does_not_say_what_it_sets_may_do_more() {
    assert_eq!(told_of([WORDS, "Cancels the order."], Ways::CancelErases).await, BTreeSet::new());
}
