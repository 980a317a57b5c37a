//! Laws of merge patches, of actions and of filters, on a server of parts whose number is taken only once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

/// What the server does, wrong or otherwise than others.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ways {
    Plain,
    /// What is taken away is shown as null.
    ShowsNull,
    /// A change that names the present state is refused.
    RefusesPresent,
    /// An object that is named takes the place of the old one.
    MergesShallow,
    /// What is given as null stays.
    IgnoresNull,
    /// A change of the note is answered and not stored.
    LosesNote,
    /// What is sealed says so, and is not.
    ForgetsSeal,
    /// The total counts the items of the page.
    CountsPage,
    /// Two filters at once are one or the other.
    JoinsByOr,
    /// A change may take the number of another part.
    TakesNumbers,
}

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Parts, version: '1'}
paths:
  /parts:
    get:
      operationId: listParts
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 1000}}
        - {name: colour, in: query, schema: {$ref: '#/components/schemas/Colour'}}
        - {name: shape, in: query, schema: {$ref: '#/components/schemas/Shape'}}
      responses: {'200': {description: some, content: {application/json: {schema: {$ref: '#/components/schemas/Page'}}}}, '400': {description: refused}}
    post:
      operationId: addPart
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewPart'}}}}
      responses: {'201': {$ref: '#/components/responses/Part'}, '400': {description: refused}, '409': {description: taken}, '415': {description: refused}}
  /parts/{partId}:
    parameters: [{$ref: '#/components/parameters/partId'}]
    get: {operationId: getPart, responses: {'200': {$ref: '#/components/responses/Part'}, '400': {description: refused}, '404': {description: none}}}
    patch:
      operationId: changePart
      parameters: [{name: If-Match, in: header, schema: {type: string}}]
      requestBody: {required: true, content: {application/merge-patch+json: {schema: {$ref: '#/components/schemas/PartPatch'}}}}
      responses: {'200': {$ref: '#/components/responses/Part'}, '400': {description: refused}, '404': {description: none}, '409': {description: taken}, '412': {description: another state}, '415': {description: refused}}
    delete: {operationId: dropPart, responses: {'204': {description: gone}, '400': {description: refused}, '404': {description: none}}}
  /parts/{partId}/restore:
    parameters: [{$ref: '#/components/parameters/partId'}]
    post: {operationId: restorePart, responses: {'204': {description: restored}, '400': {description: refused}, '404': {description: none}, '409': {description: not deleted}}}
  /parts/{partId}/seal:
    parameters: [{$ref: '#/components/parameters/partId'}]
    post: {operationId: sealPart, responses: {'200': {$ref: '#/components/responses/Part'}, '400': {description: refused}, '404': {description: none}, '409': {description: sealed already}}}
  /parts/{partId}/labels/{label}:
    parameters:
      - {$ref: '#/components/parameters/partId'}
      - {name: label, in: path, required: true, schema: {type: string, pattern: '^[a-z]{1,20}$'}}
    put: {operationId: putLabel, responses: {'204': {description: there}, '400': {description: refused}, '404': {description: none}, '409': {description: sealed}}}
    delete: {operationId: dropLabel, responses: {'204': {description: gone}, '400': {description: refused}, '404': {description: none}, '409': {description: sealed}}}
components:
  parameters:
    partId: {name: partId, in: path, required: true, schema: {type: integer, minimum: 1}}
  schemas:
    Colour: {type: string, enum: [red, blue]}
    Shape: {type: string, enum: [round, flat]}
    Page: {type: object, required: [items, total], properties: {items: {type: array, items: {$ref: '#/components/schemas/Part'}}, total: {type: integer}}}
    Size: {type: object, additionalProperties: false, properties: {width: {type: integer, minimum: 1, maximum: 99}, height: {type: integer, minimum: 1, maximum: 99}}}
    NewPart:
      type: object
      required: [number]
      additionalProperties: false
      properties:
        number: {type: string, pattern: '^[A-Z]{3}-[0-9]{4}$'}
        note: {type: string, maxLength: 100}
        colour: {$ref: '#/components/schemas/Colour'}
        shape: {$ref: '#/components/schemas/Shape'}
        size: {$ref: '#/components/schemas/Size'}
    PartPatch:
      type: object
      additionalProperties: false
      properties:
        number: {type: string, pattern: '^[A-Z]{3}-[0-9]{4}$'}
        note: {type: string, maxLength: 100}
        size: {oneOf: [{$ref: '#/components/schemas/Size'}, {type: 'null'}]}
    Part:
      type: object
      required: [id, number, sealed]
      properties:
        id: {type: integer}
        number: {type: string}
        note: {type: string}
        colour: {$ref: '#/components/schemas/Colour'}
        shape: {$ref: '#/components/schemas/Shape'}
        sealed: {type: boolean}
        size: {oneOf: [{$ref: '#/components/schemas/Size'}, {type: 'null'}]}
  responses:
    Part: {description: a part, headers: {ETag: {schema: {type: string}}}, content: {application/json: {schema: {$ref: '#/components/schemas/Part'}}}}
";

#[derive(Default)]
struct Part {
    set: Map<String, Value>,
    changes: usize,
    labels: Vec<String>,
    is_sealed: bool,
    is_deleted: bool,
}

struct Store {
    parts: BTreeMap<u64, Part>,
    next: u64,
}

/// What is there before anybody comes.
const THERE: [[&str; 3]; 4] = [
    ["ZZZ-0001", "red", "round"],
    ["ZZZ-0002", "red", "flat"],
    ["ZZZ-0003", "blue", "round"],
    ["ZZZ-0004", "blue", "flat"],
];

impl Default for Store {
    fn default() -> Self {
        let part = |[number, colour, shape]: [&str; 3]| {
            let set = ["number", "colour", "shape"]
                .map(str::to_owned)
                .into_iter()
                .zip([number, colour, shape].map(Value::from));
            Part { set: set.collect(), ..Part::default() }
        };
        Self { parts: (1..).zip(THERE.map(part)).collect(), next: THERE.len() as u64 }
    }
}

impl Store {
    fn answer(&mut self, ways: Ways, asked: &Asked) -> Response {
        let segments: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        let id = |text: &str| text.parse::<u64>().ok().filter(|id| *id > 0);
        let [first, rest @ ..] = &segments[..] else { return empty(404) };
        match (*first, rest) {
            ("parts", []) if asked.method == "GET" => self.list(ways, asked),
            ("parts", []) => self.add(asked),
            ("parts", [part, rest @ ..]) => match (id(part), rest) {
                (None, _) => empty(400),
                (Some(part), []) => self.part(ways, asked, part),
                (Some(part), [action @ ("restore" | "seal")]) => self.act(ways, asked, part, action),
                (Some(part), ["labels", label]) => self.label(asked, part, label),
                _ => empty(404),
            },
            _ => empty(404),
        }
    }

    fn add(&mut self, asked: &Asked) -> Response {
        if asked.method != "POST" {
            return not_allowed("GET, POST");
        }
        if !asked.is_json() {
            return empty(415);
        }
        let Some(set) = members(asked, false).filter(|set| set.contains_key("number")) else { return empty(400) };
        if self.is_taken(&set, None) {
            return empty(409);
        }
        self.next += 1;
        self.parts.insert(self.next, Part { set, ..Part::default() });
        self.show(Ways::Plain, self.next, 201)
    }

    fn list(&self, ways: Ways, asked: &Asked) -> Response {
        let (mut limit, mut filters) = (1000, Vec::new());
        for (name, value) in url::form_urlencoded::parse(asked.query.as_bytes()) {
            match (&*name, &*value) {
                ("limit", value) => match value.parse::<usize>() {
                    Ok(number @ 1..=1000) => limit = number,
                    _ => return empty(400),
                },
                ("colour", "red" | "blue") | ("shape", "round" | "flat") => filters.push((name, value)),
                ("colour" | "shape", _) => return empty(400),
                _ => {}
            }
        }
        let is_meant = |part: &Part| {
            let mut has = filters.iter().map(|(name, value)| part.set.get(&**name) == Some(&json!(value)));
            if ways == Ways::JoinsByOr && filters.len() > 1 { has.any(|has| has) } else { has.all(|has| has) }
        };
        let all: Vec<_> = self.parts.iter().filter(|(_, part)| !part.is_deleted && is_meant(part)).collect();
        let items: Vec<Value> = all.iter().take(limit).map(|(id, part)| shown(ways, **id, part)).collect();
        let total = if ways == Ways::CountsPage { items.len() } else { all.len() };
        answer(200, &json!({"items": items, "total": total}))
    }

    fn is_taken(&self, set: &Map<String, Value>, but: Option<u64>) -> bool {
        let mut others = self.parts.iter().filter(|(id, _)| Some(**id) != but);
        set.contains_key("number") && others.any(|(_, part)| part.set["number"] == set["number"])
    }

    fn show(&self, ways: Ways, id: u64, status: u16) -> Response {
        let part = &self.parts[&id];
        ([(header::ETAG, tag(part))], answer(status, &shown(ways, id, part))).into_response()
    }

    fn part(&mut self, ways: Ways, asked: &Asked, id: u64) -> Response {
        if !matches!(asked.method.as_str(), "GET" | "PATCH" | "DELETE") {
            return not_allowed("GET, PATCH, DELETE");
        }
        let taken = members(asked, true).is_some_and(|set| self.is_taken(&set, Some(id)));
        let Some(part) = self.parts.get_mut(&id).filter(|part| !part.is_deleted) else { return empty(404) };
        match asked.method.as_str() {
            "GET" => self.show(ways, id, 200),
            "DELETE" => {
                part.is_deleted = true;
                empty(204)
            }
            _ if !asked.header("content-type").starts_with("application/merge-patch+json") => empty(415),
            _ => {
                let Some(change) = members(asked, true) else { return empty(400) };
                let named = asked.header("if-match");
                let is_present = named == tag(part);
                if !named.is_empty() && (!is_present || ways == Ways::RefusesPresent) {
                    return empty(412);
                }
                if taken && ways != Ways::TakesNumbers {
                    return empty(409);
                }
                part.changes += 1;
                let mut note = None;
                for (name, value) in change {
                    match (value, part.set.get_mut(&name)) {
                        (Value::Null, _) if ways != Ways::IgnoresNull => drop(part.set.remove(&name)),
                        (Value::Null, _) => {}
                        (Value::Object(new), Some(Value::Object(old))) if ways != Ways::MergesShallow => {
                            old.extend(new);
                        }
                        (value, Some(_)) if name == "note" && ways == Ways::LosesNote => note = Some(value),
                        (value, _) => drop(part.set.insert(name, value)),
                    }
                }
                let mut shown = shown(ways, id, part);
                note.into_iter().for_each(|note| shown["note"] = note);
                ([(header::ETAG, tag(part))], answer(200, &shown)).into_response()
            }
        }
    }

    fn act(&mut self, ways: Ways, asked: &Asked, id: u64, action: &str) -> Response {
        if asked.method != "POST" {
            return not_allowed("POST");
        }
        match (action, self.parts.get_mut(&id)) {
            (_, None) => empty(404),
            ("restore", Some(part)) if part.is_deleted => {
                part.is_deleted = false;
                empty(204)
            }
            ("seal", Some(part)) if part.is_deleted => empty(404),
            ("seal", Some(part)) if ways == Ways::ForgetsSeal => {
                let mut shown = shown(ways, id, part);
                shown["sealed"] = json!(true);
                answer(200, &shown)
            }
            ("seal", Some(part)) if !part.is_sealed => {
                part.is_sealed = true;
                part.changes += 1;
                self.show(ways, id, 200)
            }
            _ => empty(409),
        }
    }

    fn label(&mut self, asked: &Asked, id: u64, label: &str) -> Response {
        if !matches!(asked.method.as_str(), "PUT" | "DELETE") {
            return not_allowed("PUT, DELETE");
        }
        let is_fine = (1..=20).contains(&label.len()) && label.bytes().all(|letter| letter.is_ascii_lowercase());
        let part = self.parts.get_mut(&id).filter(|part| !part.is_deleted);
        match part {
            _ if !is_fine => empty(400),
            None => empty(404),
            Some(part) if part.is_sealed => empty(409),
            Some(part) => {
                let known = part.labels.iter().position(|known| known == label);
                match (asked.method.as_str(), known) {
                    ("PUT", None) => part.labels.push(label.to_owned()),
                    ("PUT", Some(_)) => {}
                    (_, Some(at)) => drop(part.labels.remove(at)),
                    (_, None) => return empty(404),
                }
                empty(204)
            }
        }
    }
}

fn shown(ways: Ways, id: u64, part: &Part) -> Value {
    let mut shown = part.set.clone();
    shown.insert("id".to_owned(), json!(id));
    shown.insert("sealed".to_owned(), json!(part.is_sealed));
    if ways == Ways::ShowsNull {
        shown.entry("size").or_insert(Value::Null);
    }
    json!(shown)
}

fn tag(part: &Part) -> String {
    format!("\"{}\"", part.changes)
}

/// The properties that a valid body sets; a change may take the size away.
fn members(asked: &Asked, is_change: bool) -> Option<Map<String, Value>> {
    let Value::Object(members) = asked.json()? else { return None };
    let is_number = |text: &str| {
        let (letters, digits) = text.split_once('-').unwrap_or_default();
        letters.len() == 3
            && letters.bytes().all(|letter| letter.is_ascii_uppercase())
            && digits.len() == 4
            && digits.bytes().all(|digit| digit.is_ascii_digit())
    };
    let is_size = |size: &Map<String, Value>| {
        let is_side =
            |value: &Value| value.as_f64().is_some_and(|side| side.fract() == 0.0 && (1.0..100.0).contains(&side));
        size.iter().all(|(name, value)| ["width", "height"].contains(&&**name) && is_side(value))
    };
    let is_fine = |(name, value): (&String, &Value)| match (name.as_str(), value) {
        ("number", Value::String(text)) => is_number(text),
        ("note", Value::String(text)) => text.chars().count() <= 100,
        ("colour", Value::String(text)) => !is_change && ["red", "blue"].contains(&&**text),
        ("shape", Value::String(text)) => !is_change && ["round", "flat"].contains(&&**text),
        ("size", Value::Object(size)) => is_size(size),
        ("size", Value::Null) => is_change,
        _ => false,
    };
    members.iter().all(is_fine).then_some(members)
}

/// What is told of a server with these ways: the rule, how severe that is, and the operation.
async fn told(ways: Ways) -> Vec<String> {
    let store = Arc::new(Mutex::new(Store::default()));
    let url = serve_all(move |asked| store.lock().expect("no panic").answer(ways, asked)).await;
    super::told_at(&url, ("api.yaml", DOCUMENT), &ways).await
}

/// All is tested: what is taken only once, what is deleted in an open state alone, and what is restored once it is deleted.
#[tokio::test]
async fn right_servers_of_all_kinds_keep_the_laws() {
    for ways in [Ways::Plain, Ways::ShowsNull] {
        assert_eq!(told(ways).await, [""; 0], "{ways:?}");
    }
}

/// A way to break each law, with what is told.
const BROKEN: [(Ways, &str); 8] = [
    (Ways::RefusesPresent, "error present-refused changePart"),
    (Ways::MergesShallow, "error patch-erases changePart"),
    (Ways::IgnoresNull, "error lost-update changePart"),
    (Ways::LosesNote, "error lost-update changePart"),
    (Ways::ForgetsSeal, "error lost-update sealPart"),
    (Ways::CountsPage, "error wrong-total listParts"),
    (Ways::JoinsByOr, "error unfiltered listParts"),
    (Ways::TakesNumbers, "error duplicate-set changePart"),
];

/// The laws that are broken here.
pub fn laws() -> impl Iterator<Item = &'static str> {
    BROKEN.iter().filter_map(|(_, told)| super::law(told))
}

#[tokio::test]
async fn laws_of_merge_patches_and_of_their_conditions_are_told() {
    for (ways, law) in BROKEN {
        let mut found = told(ways).await;
        found.dedup();
        assert_eq!(found, [law], "{ways:?}");
    }
}
