//! What right servers do in the lives of resources that other resources, or other requests, have asked for.

use std::collections::BTreeMap;
use std::sync::Mutex;

use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::{NOTHING, run};
use crate::support::served::{Asked, empty, json as answer, not_allowed};

/// Cards of which one is the favourite; a creation keeps whatever it is given.
const DOCUMENT: &str = r##"
openapi: 3.1.0
info: {title: Cards, version: '1'}
paths:
  /cards:
    get: {operationId: listCards, responses: {'200': {description: all, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Card'}}}}}}}
    post:
      operationId: addCard
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [label, favourite], properties: {label: {type: string, minLength: 1, maxLength: 40}, favourite: {type: boolean}}}}}}
      responses: {'201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Card'}}}}, '400': {description: refused}, '415': {description: refused}}
  /cards/{cardId}:
    parameters: [{name: cardId, in: path, required: true, schema: {type: integer, minimum: 1}}]
    get: {operationId: getCard, responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Card'}}}}, '400': {description: refused}, '404': {description: none}}}
    patch:
      operationId: changeCard
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {label: {type: string, minLength: 1, maxLength: 40}}}}}}
      responses: {'200': {description: changed, content: {application/json: {schema: {$ref: '#/components/schemas/Card'}}}}, '400': {description: refused}, '404': {description: none}, '415': {description: refused}}
    delete: {operationId: dropCard, responses: {'204': {description: gone}, '400': {description: refused}, '404': {description: none}}}
components:
  schemas:
    Card: {type: object, required: [id, label, favourite], properties: {id: {type: integer}, label: {type: string}, favourite: {type: boolean}, deleted: {type: boolean}}}
"##;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Ways {
    /// A creation spoils the labels of all others.
    spoils: bool,
    /// A change is answered, and not stored.
    loses: bool,
    /// The list says of what is deleted that it is not.
    shows_deleted: bool,
}

#[derive(Default)]
struct Store {
    cards: BTreeMap<u64, Map<String, Value>>,
    deleted: BTreeMap<u64, Map<String, Value>>,
}

fn is_label(value: Option<&Value>) -> bool {
    value.and_then(Value::as_str).is_some_and(|text| (1..=40).contains(&text.chars().count()))
}

fn cards(ways: Ways, store: &Mutex<Store>, asked: &Asked) -> Response {
    let mut store = store.lock().expect("no panic");
    let Some(id) = asked.path.strip_prefix("/cards/") else {
        return match asked.method.as_str() {
            _ if asked.path != "/cards" => empty(404),
            "GET" => {
                let deleted = store.deleted.values().cloned().map(|mut card| {
                    card.insert("deleted".to_owned(), json!(!ways.shows_deleted));
                    card
                });
                answer(200, &json!(store.cards.values().cloned().chain(deleted).collect::<Vec<_>>()))
            }
            "POST" if !asked.is_json() => empty(415),
            "POST" => {
                let Some(Value::Object(mut card)) = asked.json() else { return empty(400) };
                let is_fine = is_label(card.get("label")) && card.get("favourite").is_some_and(Value::is_boolean);
                if !is_fine {
                    return empty(400);
                }
                let id = 1 + (store.cards.len() + store.deleted.len()) as u64;
                card.insert("id".to_owned(), json!(id));
                card.insert("deleted".to_owned(), json!(false));
                for other in store.cards.values_mut() {
                    if card["favourite"] == true {
                        other.insert("favourite".to_owned(), json!(false));
                    }
                    if ways.spoils {
                        other.insert("label".to_owned(), json!("spoilt"));
                    }
                }
                store.cards.insert(id, card.clone());
                answer(201, &json!(card))
            }
            _ => not_allowed("GET, POST"),
        };
    };
    let Some(id) = id.parse::<u64>().ok().filter(|id| *id > 0) else { return empty(400) };
    if !matches!(asked.method.as_str(), "GET" | "PATCH" | "DELETE") {
        return not_allowed("GET, PATCH, DELETE");
    }
    let Some(card) = store.cards.get(&id).cloned() else { return empty(404) };
    match asked.method.as_str() {
        "GET" => answer(200, &json!(card)),
        "DELETE" => {
            store.cards.remove(&id);
            store.deleted.insert(id, card);
            empty(204)
        }
        _ if !asked.is_json() => empty(415),
        _ => {
            let Some(Value::Object(change)) = asked.json() else { return empty(400) };
            if change.contains_key("label") && !is_label(change.get("label")) {
                return empty(400);
            }
            let mut card = card;
            // What the schema does not name is left as it is.
            card.extend(change.get("label").map(|label| ("label".to_owned(), label.clone())));
            if !ways.loses {
                store.cards.insert(id, card.clone());
            }
            answer(200, &json!(card))
        }
    }
}

async fn told_of_cards(ways: Ways) -> Vec<String> {
    let store = Mutex::new(Store::default());
    let more = ["--cases", "0", "--sequences", "30"];
    let told = run(DOCUMENT, NOTHING, &more, move |asked| cards(ways, &store, asked)).await;
    assert_eq!(told.untested, [""; 0]);
    told.causes
}

#[tokio::test]
async fn a_flag_of_one_alone_an_entry_of_what_is_deleted_and_what_no_change_names_are_right() {
    let told = told_of_cards(Ways::default()).await;
    assert!(!told.iter().any(|cause| cause.starts_with("error") || cause.contains("lost-update")), "{told:?}");
}

#[tokio::test]
async fn a_label_of_another_one_a_lost_change_and_a_deleted_entry_are_told() {
    for (ways, law) in [
        (Ways { spoils: true, ..Ways::default() }, "error wrong-state"),
        (Ways { loses: true, ..Ways::default() }, "error lost-update"),
        (Ways { shows_deleted: true, ..Ways::default() }, "error still-listed"),
    ] {
        let told = told_of_cards(ways).await;
        assert!(told.iter().any(|cause| cause.starts_with(law)), "{ways:?} {told:?}");
    }
}

/// A post is a draft first.
const POSTS: &str = r##"
openapi: 3.1.0
info: {title: Posts, version: '1'}
paths:
  /posts:
    post:
      operationId: addPost
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [title], additionalProperties: false, properties: {title: {type: string, minLength: 1, maxLength: 40}}}}}}
      responses: {'201': {description: a draft, content: {application/json: {schema: {$ref: '#/components/schemas/Post'}}}}, '400': {description: refused}, '415': {description: refused}}
  /posts/{id}:
    parameters: [{$ref: '#/components/parameters/id'}]
    get: {operationId: getPost, responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Post'}}}}, '400': {description: refused}, '404': {description: none}}}
  /drafts/{id}:
    parameters: [{$ref: '#/components/parameters/id'}]
    get: {operationId: getDraft, responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Post'}}}}, '400': {description: refused}, '404': {description: none}}}
components:
  parameters: {id: {name: id, in: path, required: true, schema: {type: integer, minimum: 1}}}
  schemas:
    Post: {type: object, required: [id, title], properties: {id: {type: integer}, title: {type: string}}}
"##;

fn posts(host: &str, keeps: bool, drafts: &Mutex<Vec<Value>>, asked: &Asked) -> Response {
    let mut drafts = drafts.lock().expect("no panic");
    let post = "POST" == asked.method;
    if asked.path == "/posts" {
        let body = asked.json().filter(|body| body.as_object().is_some_and(|members| members.len() == 1));
        return match body {
            _ if !post => not_allowed("POST"),
            _ if !asked.is_json() => empty(415),
            Some(body) if is_label(body.get("title")) => {
                let draft = json!({"id": drafts.len() + 1, "title": body["title"]});
                let mut made = answer(201, &draft);
                let at = HeaderValue::from_str(&format!("{host}/drafts/{}", draft["id"])).expect("a path");
                made.headers_mut().insert(header::LOCATION, at);
                drafts.push(draft);
                made
            }
            _ => empty(400),
        };
    }
    let known = ["/posts/", "/drafts/"].into_iter().find_map(|at| Some((at, asked.path.strip_prefix(at)?)));
    let Some((at, id)) = known else { return empty(404) };
    if asked.method != "GET" {
        return not_allowed("GET");
    }
    let Some(id) = id.parse::<usize>().ok().filter(|id| *id > 0) else { return empty(400) };
    let draft = drafts.get(id - 1).filter(|_| keeps && at == "/drafts/");
    // One has been there always.
    let first = json!({"id": 1, "title": "first"});
    match draft.or(Some(&first).filter(|_| id == 1)) {
        Some(draft) => answer(200, draft),
        None => empty(404),
    }
}

#[tokio::test]
async fn what_is_made_is_where_location_says() {
    // Of what another host has, this one shows nothing.
    for (host, keeps, is_told) in [("", true, false), ("", false, true), ("http://elsewhere.example", false, false)] {
        let drafts = Mutex::new(vec![json!({"id": 1, "title": "first"})]);
        let told = run(POSTS, NOTHING, &["--cases", "0"], move |asked| posts(host, keeps, &drafts, asked)).await;
        assert_eq!(!told.of("lost-creation").is_empty(), is_told, "{host}: {:?}", told.causes);
    }
}

/// Accounts that have a limit themselves.
const ACCOUNTS: &str = r##"
openapi: 3.1.0
info: {title: Accounts, version: '1'}
paths:
  /accounts:
    get:
      operationId: listAccounts
      parameters: [{name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}]
      responses: {'200': {description: those with this limit, content: {application/json: {schema: {type: array, items: {type: object}}}}}, '400': {description: refused}}
"##;

fn accounts(name: &str, is_kept: bool, asked: &Asked) -> Response {
    if asked.method != "GET" || asked.path != "/accounts" {
        return if asked.path == "/accounts" { not_allowed("GET") } else { empty(404) };
    }
    let limit = asked.query.split('&').find_map(|pair| pair.strip_prefix("limit="));
    let limit = limit.map(|limit| limit.parse::<u64>().ok().filter(|limit| (1..=100).contains(limit)));
    if limit == Some(None) {
        return empty(400);
    }
    let items = [(1, 1), (2, 1), (3, 2)].map(|(id, own)| (own, json!({"id": id, name: own})));
    let is_asked = |own: u64| !is_kept || limit.flatten().is_none_or(|limit| limit == own);
    let kept: Vec<&Value> = items.iter().filter(|(own, _)| is_asked(*own)).map(|(_, item)| item).collect();
    answer(200, &json!(kept))
}

#[tokio::test]
async fn a_limit_that_the_items_have_is_no_length_of_a_page() {
    let of_pages = ACCOUNTS.replace("{name: limit,", "{name: limit, description: The most results.,");
    for (document, name, is_kept, is_told) in [
        (ACCOUNTS, "limit", true, false),
        (ACCOUNTS, "rank", true, true),
        // None of them has a limit of less.
        (ACCOUNTS, "limit", false, false),
        (&of_pages, "limit", false, true),
    ] {
        let told = run(document, NOTHING, &["--cases", "0"], move |asked| accounts(name, is_kept, asked)).await;
        assert_eq!(!told.of("page-size").is_empty(), is_told, "{name} {is_kept}: {:?}", told.causes);
    }
}
