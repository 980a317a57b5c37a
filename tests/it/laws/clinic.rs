//! Laws of what a request names elsewhere, on a server of doctors, tags and visits: it has to be there, is kept as long as it is
//! used, and counts what names it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

/// What the server does, wrong or otherwise than others.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ways {
    Plain,
    /// A visit may have any tags, or those that were there before.
    AnyTags,
    FormerTags,
    /// It may be assigned to a doctor who was there before, or is on leave.
    FormerDoctor,
    IdleDoctor,
    /// A change may assign it so.
    FormerDoctorLater,
    /// A doctor is deleted beside open visits.
    DropsBusy,
    /// What is deleted is counted still, as is what is closed.
    CountsDeleted,
    CountsClosed,
    CountsFormerUse,
}

/// What the document says, by the words that stand for it.
const SAID: [(&str, &str); 6] = [
    ("REFUSED", "The body is not valid, or it names a doctor or a tag that does not exist."),
    ("BUSY", "The doctor still has open visits."),
    ("ASSIGNEE", "An active doctor."),
    ("COUNT", "How many visits the doctor has."),
    ("OPEN", "How many visits that are not closed are assigned to the doctor."),
    ("USE", "How many visits have the tag."),
];
/// What it says where it promises nothing.
const SAID_OF_ELSE: [(&str, &str); 6] = [
    ("REFUSED", "The body is not valid."),
    ("BUSY", "The doctor is being edited."),
    ("ASSIGNEE", "The doctor who is seen, whether active or not."),
    ("COUNT", "How many visits the doctor has ever had."),
    ("OPEN", "How many visits the doctor had at the last count."),
    ("USE", "Counts how often the tag was given."),
];

fn document(said: &[(&str, &str)]) -> String {
    let content =
        |name: &str| json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}});
    let one = |name: &str| json!({"description": "it", "content": content(name)});
    let body = |name: &str| json!({"required": true, "content": content(name)});
    let no = json!({"description": "no"});
    let says = |word: &str| json!({"description": word});
    let at = |name: &str, schema: Value| json!([{"name": name, "in": "path", "required": true, "schema": schema}]);
    let number = json!({"type": "integer", "minimum": 1});
    let get = |name: &str| json!({"operationId": format!("get{name}"), "responses": {"200": one(name), "400": no, "404": no}});
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Clinic", "version": "1"},
        "paths": {
            "/doctors": {"post": {
                "operationId": "addDoctor", "requestBody": body("NewDoctor"),
                "responses": {"201": one("Doctor"), "400": no, "415": no},
            }},
            "/doctors/{doctorId}": {
                "parameters": at("doctorId", number.clone()),
                "get": get("Doctor"),
                "delete": {"operationId": "dropDoctor", "responses": {"204": no, "400": no, "404": no, "409": says("BUSY")}},
            },
            "/tags/{slug}": {
                "parameters": at("slug", json!({"$ref": "#/components/schemas/Slug"})),
                "get": get("Tag"),
                "put": {
                    "operationId": "putTag", "requestBody": body("NewTag"),
                    "responses": {"200": one("Tag"), "201": one("Tag"), "400": no, "415": no},
                },
                "delete": {"operationId": "dropTag", "responses": {"204": no, "400": no, "404": no}},
            },
            "/visits": {"post": {
                "operationId": "addVisit", "requestBody": body("NewVisit"),
                "responses": {"201": one("Visit"), "400": no, "415": no, "422": says("REFUSED")},
            }},
            "/visits/{visitId}": {
                "parameters": at("visitId", number.clone()),
                "get": get("Visit"),
                "patch": {
                    "operationId": "changeVisit", "requestBody": body("VisitChange"),
                    "responses": {"200": one("Visit"), "400": no, "404": no, "415": no, "422": says("REFUSED")},
                },
                "delete": {"operationId": "dropVisit", "responses": {"204": no, "400": no, "404": no}},
            },
            "/visits/{visitId}/close": {
                "parameters": at("visitId", number),
                "post": {"operationId": "closeVisit", "responses": {"200": one("Visit"), "400": no, "404": no}},
            },
        },
        "components": {"schemas": schemas()},
    });
    said.iter()
        .fold(document.to_string(), |all, (word, said)| all.replace(&format!("\"{word}\""), &format!("\"{said}\"")))
}

fn schemas() -> Value {
    let name = json!({"type": "string", "minLength": 1, "maxLength": 40});
    let count = |word: &str| json!({"type": "integer", "minimum": 0, "description": word});
    let set = json!({
        "name": name,
        "assignee_id": {"type": ["integer", "null"], "minimum": 1, "description": "ASSIGNEE"},
        "tags": {"type": "array", "maxItems": 4, "uniqueItems": true, "items": {"$ref": "#/components/schemas/Slug"}},
    });
    let mut shown = set.clone();
    shown["id"] = json!({"type": "integer"});
    shown["status"] = json!({"type": "string", "enum": ["open", "closed"]});
    let object = |required: Value, properties: Value| json!({"type": "object", "required": required, "additionalProperties": false, "properties": properties});
    json!({
        "Slug": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 40},
        "NewDoctor": object(json!(["name"]), json!({"name": name, "active": {"type": "boolean", "default": true}})),
        "Doctor": object(json!(["id", "name", "active", "visit_count", "open_visits"]), json!({
            "id": {"type": "integer"}, "name": {"type": "string"}, "active": {"type": "boolean"},
            "visit_count": count("COUNT"), "open_visits": count("OPEN"),
        })),
        "NewTag": object(json!(["label"]), json!({"label": name})),
        "Tag": object(json!(["slug", "label", "usage"]), json!({"slug": {"type": "string"}, "label": {"type": "string"}, "usage": count("USE")})),
        "NewVisit": object(json!(["name"]), set.clone()),
        "VisitChange": {"type": "object", "minProperties": 1, "additionalProperties": false, "properties": set},
        "Visit": object(json!(["id", "name", "assignee_id", "tags", "status"]), shown),
    })
}

#[derive(Default)]
struct Store {
    next: u64,
    doctors: BTreeMap<u64, Map<String, Value>>,
    tags: BTreeMap<String, Value>,
    visits: BTreeMap<u64, Map<String, Value>>,
    /// What was there before, with its uses that were deleted.
    former_doctors: BTreeSet<u64>,
    former_tags: BTreeSet<String>,
    gone: Vec<Map<String, Value>>,
}

impl Store {
    fn answer(&mut self, ways: Ways, asked: &Asked) -> Response {
        let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        let methods = match parts[..] {
            ["doctors" | "visits"] | ["visits", _, "close"] => "POST",
            ["doctors", _] => "GET, DELETE",
            ["tags", _] => "GET, PUT, DELETE",
            ["visits", _] => "GET, PATCH, DELETE",
            _ => return empty(404),
        };
        if !methods.split(", ").any(|method| method == asked.method) {
            return not_allowed(methods);
        }
        if let ["tags", slug] = parts[..] {
            return self.tag(ways, asked, slug);
        }
        let id = parts.get(1).map(|part| part.parse::<u64>().ok().filter(|id| *id > 0));
        match (parts[0], id) {
            (_, Some(None)) => empty(400),
            ("doctors", None) => self.add_doctor(asked),
            ("doctors", Some(Some(id))) => self.doctor(ways, asked, id),
            (_, None) => self.add_visit(ways, asked),
            (_, Some(Some(id))) if !self.visits.contains_key(&id) => empty(404),
            (_, Some(Some(id))) => self.visit(ways, asked, id),
        }
    }

    fn new_id(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn add_doctor(&mut self, asked: &Asked) -> Response {
        let mut doctor = match members(asked, "NewDoctor") {
            Ok(doctor) => doctor,
            Err(status) => return empty(status),
        };
        let id = self.new_id();
        doctor.entry("active").or_insert(json!(true));
        doctor.insert("id".to_owned(), json!(id));
        self.doctors.insert(id, doctor);
        self.show_doctor(Ways::Plain, id, 201)
    }

    /// The visits of a doctor; those that were deleted, too, where they are counted.
    fn seen_by(&self, id: u64, with_gone: bool) -> impl Iterator<Item = &Map<String, Value>> {
        let gone = self.gone.iter().filter(move |_| with_gone);
        self.visits.values().chain(gone).filter(move |visit| visit["assignee_id"] == json!(id))
    }

    fn show_doctor(&self, ways: Ways, id: u64, status: u16) -> Response {
        let mut doctor = self.doctors[&id].clone();
        let count = self.seen_by(id, ways == Ways::CountsDeleted).count();
        let is_open = |visit: &&Map<String, Value>| visit["status"] == "open" || ways == Ways::CountsClosed;
        let open = self.seen_by(id, false).filter(is_open).count();
        doctor.insert("visit_count".to_owned(), json!(count));
        doctor.insert("open_visits".to_owned(), json!(open));
        answer(status, &Value::Object(doctor))
    }

    fn doctor(&mut self, ways: Ways, asked: &Asked, id: u64) -> Response {
        if !self.doctors.contains_key(&id) {
            return empty(404);
        }
        if asked.method == "GET" {
            return self.show_doctor(ways, id, 200);
        }
        if self.seen_by(id, false).any(|visit| visit["status"] == "open") && ways != Ways::DropsBusy {
            return empty(409);
        }
        self.visits.values_mut().filter(|visit| visit["assignee_id"] == json!(id)).for_each(|visit| {
            visit.insert("assignee_id".to_owned(), Value::Null);
        });
        self.doctors.remove(&id);
        self.former_doctors.insert(id);
        empty(204)
    }

    fn tag(&mut self, ways: Ways, asked: &Asked, slug: &str) -> Response {
        let is_slug = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        if slug.len() > 40 || !slug.split('-').all(|part| !part.is_empty() && part.chars().all(is_slug)) {
            return empty(400);
        }
        let is_there = self.tags.contains_key(slug);
        match asked.method.as_str() {
            "PUT" => match members(asked, "NewTag") {
                Ok(tag) => drop(self.tags.insert(slug.to_owned(), tag["label"].clone())),
                Err(status) => return empty(status),
            },
            _ if !is_there => return empty(404),
            "DELETE" => {
                self.tags.remove(slug);
                self.former_tags.insert(slug.to_owned());
                self.visits.values_mut().for_each(|visit| {
                    visit["tags"].as_array_mut().expect("tags").retain(|tag| *tag != slug);
                });
                return empty(204);
            }
            _ => {}
        }
        let gone = self.gone.iter().filter(|_| ways == Ways::CountsFormerUse);
        let has = |visit: &&Map<String, Value>| visit["tags"].as_array().expect("tags").contains(&json!(slug));
        let usage = self.visits.values().chain(gone).filter(has).count();
        let status = if asked.method == "PUT" && !is_there { 201 } else { 200 };
        answer(status, &json!({"slug": slug, "label": self.tags[slug], "usage": usage}))
    }

    /// Whether what a visit names is there.
    fn is_right(&self, ways: Ways, visit: &Map<String, Value>, is_change: bool) -> bool {
        let tags = visit.get("tags").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let is_tag = |slug: &str| {
            let is_former = ways == Ways::FormerTags && self.former_tags.contains(slug);
            self.tags.contains_key(slug) || is_former || ways == Ways::AnyTags
        };
        let is_doctor = |id: u64| {
            let is_blind = if is_change { ways == Ways::FormerDoctorLater } else { ways == Ways::FormerDoctor };
            let is_idle = |doctor: &Map<String, Value>| doctor["active"] == false && ways != Ways::IdleDoctor;
            let doctor = self.doctors.get(&id);
            doctor.is_some_and(|doctor| !is_idle(doctor)) || is_blind && self.former_doctors.contains(&id)
        };
        let doctor = visit.get("assignee_id").and_then(Value::as_u64);
        tags.into_iter().all(is_tag) && doctor.is_none_or(is_doctor)
    }

    fn add_visit(&mut self, ways: Ways, asked: &Asked) -> Response {
        let mut visit = match members(asked, "NewVisit") {
            Ok(visit) => visit,
            Err(status) => return empty(status),
        };
        if !self.is_right(ways, &visit, false) {
            return answer(422, &json!({"error": "There is no such tag or doctor."}));
        }
        let id = self.new_id();
        visit.entry("assignee_id").or_insert(Value::Null);
        visit.entry("tags").or_insert(json!([]));
        visit.extend([("id".to_owned(), json!(id)), ("status".to_owned(), json!("open"))]);
        self.visits.insert(id, visit.clone());
        answer(201, &Value::Object(visit))
    }

    fn visit(&mut self, ways: Ways, asked: &Asked, id: u64) -> Response {
        match asked.method.as_str() {
            "DELETE" => {
                self.gone.extend(self.visits.remove(&id));
                return empty(204);
            }
            "PATCH" => match members(asked, "VisitChange") {
                Err(status) => return empty(status),
                Ok(change) if !self.is_right(ways, &change, true) => {
                    return answer(422, &json!({"error": "There is no such tag or doctor."}));
                }
                Ok(change) => self.visits.get_mut(&id).expect("it is there").extend(change),
            },
            "POST" => drop(self.visits.get_mut(&id).expect("it is there").insert("status".to_owned(), json!("closed"))),
            _ => {}
        }
        answer(200, &json!(self.visits[&id]))
    }
}

/// The object that is sent, with whole numbers, if it is valid.
fn members(asked: &Asked, name: &str) -> Result<Map<String, Value>, u16> {
    if !asked.is_json() {
        return Err(415);
    }
    let mut schemas = schemas();
    let mut schema = schemas[name].take();
    schema["components"] = json!({"schemas": schemas});
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let Some(body) = asked.json().filter(|body| validator.is_valid(body)) else { return Err(400) };
    let Value::Object(mut members) = body else { return Err(400) };
    members.values_mut().filter(|value| value.is_number()).for_each(|value| {
        *value = json!(value.as_f64().unwrap_or_default() as u64);
    });
    Ok(members)
}

/// What is told of a server with these ways: the rule, how severe that is, and the operation.
async fn told(said: &[(&str, &str)], ways: Ways) -> BTreeSet<String> {
    let store = Arc::new(Mutex::new(Store::default()));
    let url = serve_all(move |asked| store.lock().expect("no panic").answer(ways, asked)).await;
    super::told_at(&url, ("api.json", &document(said)), &ways).await.into_iter().collect()
}

/// A way to break each law, with what is told.
const BROKEN: [(Ways, &[&str]); 9] = [
    (Ways::AnyTags, &["error unknown-reference addVisit", "error unknown-reference changeVisit"]),
    (Ways::FormerTags, &["error unknown-reference addVisit", "error unknown-reference changeVisit"]),
    (Ways::FormerDoctor, &["error unknown-reference addVisit"]),
    (Ways::FormerDoctorLater, &["error unknown-reference changeVisit"]),
    (Ways::IdleDoctor, &["error unknown-reference addVisit", "error unknown-reference changeVisit"]),
    (Ways::DropsBusy, &["error deletes-used dropDoctor"]),
    (Ways::CountsDeleted, &["error wrong-count dropVisit"]),
    (Ways::CountsClosed, &["error wrong-count closeVisit"]),
    (Ways::CountsFormerUse, &["error wrong-count dropVisit"]),
];

/// The laws that are broken here.
pub fn laws() -> impl Iterator<Item = &'static str> {
    BROKEN.iter().flat_map(|(_, told)| *told).filter_map(|told| super::law(told))
}

#[tokio::test]
async fn a_right_server_of_visits_keeps_the_laws() {
    assert_eq!(told(&SAID, Ways::Plain).await, BTreeSet::new());
}

#[tokio::test]
async fn what_is_named_has_to_be_there() {
    super::tell_each(&BROKEN[..5], |ways| told(&SAID, ways)).await;
}

#[tokio::test]
async fn what_is_named_stays_and_counts_what_names_it() {
    super::tell_each(&BROKEN[5..], |ways| told(&SAID, ways)).await;
}

#[tokio::test]
async fn where_no_words_say_so_nothing_has_to_be_there_nor_to_be_counted() {
    for (ways, _) in &BROKEN {
        let told = told(&SAID_OF_ELSE, *ways).await;
        assert!(!told.iter().any(|told| told.starts_with("error")), "{ways:?}: {told:?}");
    }
}
