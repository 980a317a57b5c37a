//! Laws of what is done later, of several at once, of forms, and of what a change or an action says that it sets, on a server of
//! exports, cards and letters.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

/// What the server does, wrong or otherwise than others.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ways {
    Plain,
    /// An export runs for ever.
    RunsOn,
    /// The last card of several is left as it was.
    SkipsLast,
    /// Cards are told to be changed that are not there.
    CountsAll,
    /// A member of an object is not stored.
    LosesZip,
    /// What a form leaves out, or sends as false, is something else.
    OtherDefault,
    TrueIfThere,
    /// A flag can be set, and not unset.
    KeepsFlag,
    /// An action resets something.
    ResetsRank,
}

/// What the document says, by the words that stand for it.
const SAID: [(&str, &str); 4] = [
    ("EXPORT", "An export is done within a second."),
    ("CHANGE", "Only the properties that are given are changed."),
    ("COUNT", "How many cards were updated."),
    ("PIN", "Sets `state` to `pinned`."),
];
/// What it says where it promises nothing.
const SAID_OF_ELSE: [(&str, &str); 4] = [
    ("EXPORT", "An export takes a while."),
    ("CHANGE", "Whether a card is shown may be fixed."),
    ("COUNT", "How many cards were named."),
    ("PIN", "Pins it, with whatever goes with that."),
];

fn document(said: &[(&str, &str)]) -> String {
    let of = |media: &str, name: &str| json!({media: {"schema": {"$ref": format!("#/components/schemas/{name}")}}});
    let one = |name: &str| json!({"description": "it", "content": of("application/json", name)});
    let body = |name: &str| json!({"required": true, "content": of("application/json", name)});
    let form = json!({"required": true, "content": of("application/x-www-form-urlencoded", "NewLetter")});
    let no = json!({"description": "no"});
    let at = json!([{"name": "id", "in": "path", "required": true, "schema": {"type": "integer", "minimum": 1}}]);
    let get = |name: &str, said: &str| json!({"operationId": format!("get{name}"), "description": said, "responses": {"200": one(name), "400": no, "404": no}});
    let post = |id: &str, body: Value, name: &str, status: &str| json!({"operationId": id, "requestBody": body, "responses": {status: one(name), "400": no, "415": no}});
    let mut change = post("changeCard", body("CardChange"), "Card", "200");
    change["description"] = json!("CHANGE");
    change["responses"]["404"] = no.clone();
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Batches", "version": "1"},
        "paths": {
            "/exports": {"post": post("addExport", body("NewExport"), "Export", "202")},
            "/exports/{id}": {"parameters": at, "get": get("Export", "EXPORT")},
            "/cards": {"post": post("addCard", body("NewCard"), "Card", "201")},
            "/cards/several": {"post": post("changeCards", body("Several"), "Changed", "200")},
            "/cards/{id}": {"parameters": at, "get": get("Card", ""), "patch": change},
            "/cards/{id}/pin": {"parameters": at, "post": {"operationId": "pinCard", "description": "PIN", "responses": {"200": one("Card"), "400": no, "404": no}}},
            "/letters": {"post": post("addLetter", form, "Letter", "201")},
            "/letters/{id}": {"parameters": at, "get": get("Letter", "")},
        },
        "components": {"schemas": schemas()},
    });
    said.iter()
        .fold(document.to_string(), |all, (word, said)| all.replace(&format!("\"{word}\""), &format!("\"{said}\"")))
}

fn schemas() -> Value {
    let name = json!({"type": "string", "minLength": 1, "maxLength": 40});
    let rank = json!({"type": "string", "enum": ["low", "high"]});
    let mut first = rank.clone();
    first["default"] = json!("low");
    let object = |required: Value, properties: Value| json!({"type": "object", "required": required, "additionalProperties": false, "properties": properties});
    let copies = json!({"type": "integer", "minimum": 1, "maximum": 9});
    let mut own_copies = copies.clone();
    own_copies["default"] = json!(1);
    json!({
        "NewExport": object(json!(["format"]), json!({"format": {"type": "string", "enum": ["csv", "json"]}})),
        "Export": object(json!(["id", "format", "state"]), json!({"id": {"type": "integer"}, "format": {"type": "string"}, "state": {"type": "string", "enum": ["running", "done"]}})),
        "Place": object(json!(["city"]), json!({"city": name, "zip": name})),
        "NewCard": object(json!(["name"]), json!({"name": name, "rank": first, "shown": {"type": "boolean", "default": true}, "place": {"$ref": "#/components/schemas/Place"}})),
        "CardChange": {"type": "object", "minProperties": 1, "additionalProperties": false, "properties": {"name": name, "rank": rank, "shown": {"type": "boolean"}, "place": {"$ref": "#/components/schemas/Place"}}},
        "Card": object(json!(["id", "name", "rank", "shown", "state"]), json!({"id": {"type": "integer"}, "name": name, "rank": rank, "shown": {"type": "boolean"}, "place": {"$ref": "#/components/schemas/Place"}, "state": {"type": "string", "enum": ["loose", "pinned"]}})),
        "Several": object(json!(["ids", "set"]), json!({
            "ids": {"type": "array", "minItems": 1, "maxItems": 9, "uniqueItems": true, "items": {"type": "integer", "minimum": 1}},
            "set": {"type": "object", "minProperties": 1, "additionalProperties": false, "properties": {"rank": rank}},
        })),
        "Changed": object(json!(["changed"]), json!({"changed": {"type": "integer", "minimum": 0, "description": "COUNT"}})),
        "NewLetter": {"type": "object", "required": ["name"], "properties": {"name": name, "copies": own_copies, "weekly": {"type": "boolean", "default": false}}},
        "Letter": object(json!(["id", "name", "copies", "weekly"]), json!({"id": {"type": "integer"}, "name": name, "copies": copies, "weekly": {"type": "boolean"}})),
    })
}

#[derive(Default)]
struct Store {
    next: u64,
    exports: BTreeMap<u64, (Value, Instant)>,
    cards: BTreeMap<u64, Map<String, Value>>,
    letters: BTreeMap<u64, Value>,
}

impl Store {
    fn answer(&mut self, ways: Ways, asked: &Asked) -> Response {
        let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        let methods = match parts[..] {
            ["exports" | "cards" | "letters"] | ["cards", "several"] | ["cards", _, "pin"] => "POST",
            ["cards", _] => "GET, PATCH",
            ["exports" | "letters", _] => "GET",
            _ => return empty(404),
        };
        if !methods.split(", ").any(|method| method == asked.method) {
            return not_allowed(methods);
        }
        let result = match parts[..] {
            ["exports"] => members(asked, "NewExport").map(|body| self.export(&body["format"])),
            ["letters"] => letter(asked).map(|letter| self.write(ways, letter)),
            ["cards"] => members(asked, "NewCard").map(|card| self.add(ways, card)),
            ["cards", "several"] => members(asked, "Several").map(|body| self.set(ways, &body)),
            [kind, id, ..] => match id.parse::<u64>().ok().filter(|id| *id > 0) {
                Some(id) => self.item(ways, asked, (kind, id)),
                None => Err(400),
            },
            _ => Err(404),
        };
        result.unwrap_or_else(empty)
    }

    fn new_id(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn export(&mut self, format: &Value) -> Response {
        let id = self.new_id();
        self.exports.insert(id, (format.clone(), Instant::now()));
        answer(202, &json!({"id": id, "format": format, "state": "running"}))
    }

    fn write(&mut self, ways: Ways, sent: Map<String, Value>) -> Response {
        let id = self.new_id();
        let copies = if ways == Ways::OtherDefault { 2 } else { 1 };
        let is_weekly = sent.get("weekly").is_some_and(|is| *is == true || ways == Ways::TrueIfThere);
        let copies = sent.get("copies").cloned().unwrap_or(json!(copies));
        let letter = json!({"id": id, "name": sent["name"], "copies": copies, "weekly": is_weekly});
        self.letters.insert(id, letter.clone());
        answer(201, &letter)
    }

    fn add(&mut self, ways: Ways, mut card: Map<String, Value>) -> Response {
        let id = self.new_id();
        if let Some(place) = card.get_mut("place").filter(|_| ways == Ways::LosesZip) {
            place.as_object_mut().expect("an object").remove("zip");
        }
        card.entry("rank").or_insert(json!("low"));
        card.entry("shown").or_insert(json!(true));
        card.extend([("id".to_owned(), json!(id)), ("state".to_owned(), json!("loose"))]);
        self.cards.insert(id, card.clone());
        answer(201, &Value::Object(card))
    }

    fn set(&mut self, ways: Ways, body: &Map<String, Value>) -> Response {
        let ids: Vec<u64> =
            body["ids"].as_array().expect("ids").iter().filter_map(Value::as_f64).map(|id| id as u64).collect();
        let mut changed = 0;
        for (at, id) in ids.iter().enumerate() {
            if let Some(card) = self.cards.get_mut(id) {
                changed += 1;
                if ways != Ways::SkipsLast || at == 0 || at + 1 < ids.len() {
                    card.extend(body["set"].as_object().expect("an object").clone());
                }
            }
        }
        answer(200, &json!({"changed": if ways == Ways::CountsAll { ids.len() } else { changed }}))
    }

    fn item(&mut self, ways: Ways, asked: &Asked, (kind, id): (&str, u64)) -> Result<Response, u16> {
        if kind == "letters" {
            return self.letters.get(&id).map(|letter| answer(200, letter)).ok_or(404);
        }
        if kind == "exports" {
            let (format, start) = self.exports.get(&id).ok_or(404_u16)?;
            let is_done = start.elapsed() > Duration::from_millis(300) && ways != Ways::RunsOn;
            let state = if is_done { "done" } else { "running" };
            return Ok(answer(200, &json!({"id": id, "format": format, "state": state})));
        }
        let card = self.cards.get_mut(&id).ok_or(404_u16)?;
        match asked.method.as_str() {
            "PATCH" => {
                let mut change = members(asked, "CardChange")?;
                if ways == Ways::KeepsFlag && change.get("shown") == Some(&json!(false)) {
                    change.remove("shown");
                }
                card.extend(change);
            }
            "POST" => {
                card.insert("state".to_owned(), json!("pinned"));
                if ways == Ways::ResetsRank {
                    card.insert("rank".to_owned(), json!("low"));
                }
            }
            _ => {}
        }
        Ok(answer(200, &json!(card)))
    }
}

/// The object that is sent, if it is valid.
fn members(asked: &Asked, name: &str) -> Result<Map<String, Value>, u16> {
    if !asked.is_json() {
        return Err(415);
    }
    valid(asked.json().ok_or(400_u16)?, name)
}

fn valid(body: Value, name: &str) -> Result<Map<String, Value>, u16> {
    let mut schemas = schemas();
    let mut schema = schemas[name].take();
    schema["components"] = json!({"schemas": schemas});
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    match body {
        Value::Object(members) if validator.is_valid(&Value::Object(members.clone())) => Ok(members),
        _ => Err(400),
    }
}

/// The fields of a form, as what they stand for.
fn letter(asked: &Asked) -> Result<Map<String, Value>, u16> {
    if !asked.header("content-type").starts_with("application/x-www-form-urlencoded") {
        return Err(415);
    }
    let mut members = Map::new();
    for (name, value) in url::form_urlencoded::parse(&asked.body) {
        let read = match &*name {
            "name" => Value::from(value.into_owned()),
            "copies" | "weekly" => value.parse().ok().filter(|it: &Value| !it.is_string()).ok_or(400_u16)?,
            _ => continue,
        };
        members.insert(name.into_owned(), read);
    }
    valid(Value::Object(members), "NewLetter")
}

/// What is told of a server with these ways: the rule, how severe that is, and the operation.
async fn told(said: &[(&str, &str)], ways: Ways) -> BTreeSet<String> {
    let store = Arc::new(Mutex::new(Store::default()));
    let url = serve_all(move |asked| store.lock().expect("no panic").answer(ways, asked)).await;
    super::told_at(&url, ("api.json", &document(said)), &ways).await.into_iter().collect()
}

/// A way to break each law, with the errors that are told.
const BROKEN: [(Ways, &[&str]); 8] = [
    (Ways::RunsOn, &["error never-done getExport"]),
    (Ways::SkipsLast, &["error lost-update changeCards"]),
    (Ways::CountsAll, &["error wrong-count changeCards"]),
    (Ways::LosesZip, &["error not-kept getCard"]),
    (Ways::OtherDefault, &["error wrong-default addLetter"]),
    (Ways::TrueIfThere, &["error wrong-default addLetter"]),
    (Ways::KeepsFlag, &["error lost-update changeCard"]),
    (Ways::ResetsRank, &["error action-erases pinCard"]),
];

/// The laws that are broken here.
pub fn laws() -> impl Iterator<Item = &'static str> {
    BROKEN.iter().flat_map(|(_, told)| *told).filter_map(|told| super::law(told))
}

async fn errors(said: &[(&str, &str)], ways: Ways) -> BTreeSet<String> {
    told(said, ways).await.into_iter().filter(|told| told.starts_with("error")).collect()
}

#[tokio::test]
async fn a_right_server_of_batches_keeps_the_laws() {
    assert_eq!(told(&SAID, Ways::Plain).await, BTreeSet::new());
}

#[tokio::test]
async fn what_is_done_later_or_to_several_is_held_to_what_is_said() {
    super::tell_each(&BROKEN[..3], |ways| errors(&SAID, ways)).await;
}

#[tokio::test]
async fn what_is_sent_is_stored_and_what_is_left_out_has_its_default() {
    super::tell_each(&BROKEN[3..6], |ways| errors(&SAID, ways)).await;
}

#[tokio::test]
async fn a_change_and_an_action_set_what_they_say_and_nothing_else() {
    super::tell_each(&BROKEN[6..], |ways| errors(&SAID, ways)).await;
}

#[tokio::test]
async fn where_no_words_say_so_none_of_it_is_an_error() {
    for ways in [Ways::RunsOn, Ways::CountsAll, Ways::KeepsFlag, Ways::ResetsRank] {
        assert_eq!(errors(&SAID_OF_ELSE, ways).await, BTreeSet::new(), "{ways:?}");
    }
}
