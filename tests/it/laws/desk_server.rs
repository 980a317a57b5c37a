//! A server of clients that keeps all laws, but for one fault.

use std::collections::BTreeMap;

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use crate::support::served::{Asked, empty, json as answer, not_allowed};

/// What the server does, wrong or otherwise than others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ways {
    Plain,
    /// Emails are stored in small letters, tags sorted, and notes without white space around them.
    Normalises,
    /// Notes that are empty are none.
    NoEmptyNotes,
    /// A change may name the credit, which only the server sets.
    FixedCredit,
    /// Times have whole seconds.
    WholeSeconds,
    /// A PATCH that sets the notes to null leaves them as they were.
    KeepsNotes,
    /// A PATCH takes away the tags that it does not name.
    ErasesTags,
    /// A PATCH of the email takes away the notes.
    ErasesWithEmail,
    /// A PUT leaves the notes as they were that it does not name.
    MergesNotes,
    /// A PUT leaves the notes as they were, and an address without a floor is refused, which the document does not say.
    MergesAndWantsFloor,
    /// A PUT leaves the address as it was that it does not name.
    MergesAddress,
    /// A PATCH of one member of the address takes away the others.
    ShallowAddress,
    /// Who is suspended has no notes any more.
    SuspendErases,
    /// All are suspended together.
    SuspendsAll,
    /// Who is suspended is not there.
    SuspendHides,
    /// The tag of who is suspended stays.
    SuspendKeepsTag,
    /// A PATCH takes an email that another one has.
    PatchTakesEmail,
    /// A PUT takes an email that another one has.
    PutTakesEmail,
    /// A DELETE of nobody is answered with 204.
    DeletesNobody,
    /// The time of the last change is that of the creation.
    KeepsTime,
    /// The time of the last change goes backwards.
    TurnsTimeBack,
    /// A PATCH sets the time of creation.
    MovesCreation,
}

#[derive(Clone)]
struct Client {
    set: Map<String, Value>,
    status: &'static str,
    created: u64,
    updated: u64,
    tag: u64,
}

#[derive(Default)]
pub struct Store {
    clients: BTreeMap<u64, Client>,
    next: u64,
    clock: u64,
}

impl Store {
    pub fn answer(&mut self, ways: Ways, asked: &Asked) -> Response {
        let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        let id = |text: &str| text.parse::<u64>().ok().filter(|id| *id > 0);
        match parts[..] {
            ["clients"] if asked.method == "POST" => self.add(ways, asked),
            ["clients"] => not_allowed("POST"),
            ["clients", client] => id(client).map_or_else(|| empty(400), |id| self.client(ways, asked, id)),
            ["clients", client, action @ ("suspend" | "resume")] => match (id(client), asked.method.as_str()) {
                (_, method) if method != "POST" => not_allowed("POST"),
                (Some(id), _) => self.act(ways, id, action),
                (None, _) => empty(400),
            },
            _ => empty(404),
        }
    }

    fn now(&mut self) -> u64 {
        self.clock += 1500;
        self.clock
    }

    fn is_taken(&self, set: &Map<String, Value>, but: Option<u64>) -> bool {
        let mut others = self.clients.iter().filter(|(id, _)| Some(**id) != but);
        set.contains_key("email") && others.any(|(_, client)| client.set["email"] == set["email"])
    }

    fn add(&mut self, ways: Ways, asked: &Asked) -> Response {
        if !asked.is_json() {
            return empty(415);
        }
        let is_whole = |set: &Map<String, Value>| ["email", "name"].iter().all(|name| set.contains_key(*name));
        let Some(set) = members(ways, asked).filter(is_whole) else { return empty(400) };
        if self.is_taken(&set, None) {
            return empty(409);
        }
        let now = self.now();
        self.next += 1;
        self.clients.insert(self.next, Client { set, status: "active", created: now, updated: now, tag: now });
        self.show(ways, self.next, 201)
    }

    fn show(&self, ways: Ways, id: u64, status: u16) -> Response {
        let client = &self.clients[&id];
        let mut shown = client.set.clone();
        let own = [
            ("id", json!(id)),
            ("status", json!(client.status)),
            ("created_at", time(ways, client.created)),
            ("updated_at", time(ways, client.updated)),
        ];
        shown.extend(own.map(|(name, value)| (name.to_owned(), value)));
        ([(header::ETAG, format!("\"{}\"", client.tag))], answer(status, &json!(shown))).into_response()
    }

    fn client(&mut self, ways: Ways, asked: &Asked, id: u64) -> Response {
        let method = asked.method.as_str();
        if !matches!(method, "GET" | "PUT" | "PATCH" | "DELETE") {
            return not_allowed("GET, PUT, PATCH, DELETE");
        }
        let Some(before) = self.clients.get(&id).cloned() else {
            return empty(if method == "DELETE" && ways == Ways::DeletesNobody { 204 } else { 404 });
        };
        match method {
            "GET" if ways == Ways::SuspendHides && before.status == "suspended" => empty(404),
            "GET" => self.show(ways, id, 200),
            "DELETE" => {
                self.clients.remove(&id);
                empty(204)
            }
            _ if !asked.is_json() => empty(415),
            _ => {
                let is_put = method == "PUT";
                let Some(change) = members(ways, asked) else { return empty(400) };
                let is_whole = ["email", "name"].iter().all(|name| change.contains_key(*name));
                if is_put && !is_whole || change.is_empty() {
                    return empty(400);
                }
                let may_take = if is_put { Ways::PutTakesEmail } else { Ways::PatchTakesEmail };
                if ways != may_take && self.is_taken(&change, Some(id)) {
                    return empty(409);
                }
                let now = self.now();
                let set = if is_put { replaced(ways, &before.set, change) } else { patched(ways, &before.set, change) };
                let updated = match ways {
                    Ways::KeepsTime => before.updated,
                    Ways::TurnsTimeBack => before.updated.saturating_sub(2000),
                    _ => now,
                };
                let created = if ways == Ways::MovesCreation && !is_put { now } else { before.created };
                self.clients.insert(id, Client { set, created, updated, tag: now, ..before });
                self.show(ways, id, 200)
            }
        }
    }

    fn act(&mut self, ways: Ways, id: u64, action: &str) -> Response {
        let now = self.now();
        let Some(client) = self.clients.get_mut(&id) else { return empty(404) };
        let status = if action == "suspend" { "suspended" } else { "active" };
        if client.status == status {
            return empty(409);
        }
        client.status = status;
        client.updated = now;
        if action == "resume" || ways != Ways::SuspendKeepsTag {
            client.tag = now;
        }
        if action == "resume" {
            return empty(204);
        }
        if ways == Ways::SuspendErases {
            client.set.remove("notes");
        }
        if ways == Ways::SuspendsAll {
            self.clients.values_mut().for_each(|other| other.status = status);
        }
        self.show(ways, id, 200)
    }
}

fn replaced(ways: Ways, before: &Map<String, Value>, mut set: Map<String, Value>) -> Map<String, Value> {
    let kept = match ways {
        Ways::MergesNotes | Ways::MergesAndWantsFloor => "notes",
        Ways::MergesAddress => "address",
        _ => return set,
    };
    if let Some(value) = before.get(kept) {
        set.entry(kept).or_insert_with(|| value.clone());
    }
    set
}

fn patched(ways: Ways, before: &Map<String, Value>, change: Map<String, Value>) -> Map<String, Value> {
    let mut set = before.clone();
    if ways == Ways::ErasesTags {
        set.insert("tags".to_owned(), json!([]));
    }
    if ways == Ways::ErasesWithEmail && change.contains_key("email") {
        set.remove("notes");
    }
    for (name, value) in change {
        match (value, set.get_mut(&name)) {
            (Value::Null, _) if ways == Ways::KeepsNotes => {}
            (Value::Null, _) => drop(set.remove(&name)),
            (Value::Object(new), Some(Value::Object(old))) if ways != Ways::ShallowAddress => old.extend(new),
            (value, _) => drop(set.insert(name, value)),
        }
    }
    set
}

fn time(ways: Ways, at: u64) -> Value {
    let fraction = if ways == Ways::WholeSeconds { String::new() } else { format!(".{:03}", at % 1000) };
    let at = at / 1000;
    json!(format!("2026-01-01T{:02}:{:02}:{:02}{fraction}Z", at / 3600 % 24, at / 60 % 60, at % 60))
}

/// The properties that a valid body sets.
fn members(ways: Ways, asked: &Asked) -> Option<Map<String, Value>> {
    let Value::Object(mut members) = asked.json()? else { return None };
    let text = |value: &Value, least: usize, most: usize| {
        value.as_str().is_some_and(|text| (least..=most).contains(&text.chars().count()))
    };
    let number = |value: &Value, most: f64| {
        value.as_f64().is_some_and(|number| number.fract() == 0.0 && (0.0..=most).contains(&number))
    };
    let is_address = |address: &Map<String, Value>| {
        let is_fine = |(name, value): (&String, &Value)| match name.as_str() {
            "street" | "city" => text(value, 1, 60),
            "floor" => number(value, 99.0),
            _ => false,
        };
        let is_known = ways != Ways::MergesAndWantsFloor || address.contains_key("floor");
        let is_whole = ["street", "city"].iter().all(|name| address.contains_key(*name)) || asked.method == "PATCH";
        address.iter().all(is_fine) && !address.is_empty() && is_known && is_whole
    };
    let is_fine = |(name, value): (&String, &Value)| match name.as_str() {
        "email" => text(value, 3, 80) && value.as_str().is_some_and(is_email),
        "name" => text(value, 1, 60),
        "notes" => value.is_null() || text(value, 0, 200),
        "tags" => value.as_array().is_some_and(|tags| tags.len() <= 5 && tags.iter().all(|tag| text(tag, 1, 20))),
        "address" => value.as_object().is_some_and(is_address),
        "credit" => number(value, 1000.0),
        _ => false,
    };
    if !members.iter().all(is_fine) {
        return None;
    }
    if let Some(credit) = members.get_mut("credit") {
        *credit = json!(credit.as_f64().unwrap_or_default() as i64);
    }
    if let Some(floor) = members.get_mut("address").and_then(|address| address.get_mut("floor")) {
        *floor = json!(floor.as_f64().unwrap_or_default() as i64);
    }
    match ways {
        Ways::FixedCredit if members.contains_key("credit") => members["credit"] = json!(7),
        Ways::NoEmptyNotes if members.get("notes") == Some(&json!("")) => members["notes"] = Value::Null,
        Ways::Normalises => {
            for (name, value) in &mut members {
                match (name.as_str(), &mut *value) {
                    ("email", Value::String(text)) => *text = text.to_lowercase(),
                    ("notes", Value::String(text)) => *text = text.trim().to_owned(),
                    ("tags", Value::Array(tags)) => tags.sort_by_key(ToString::to_string),
                    _ => {}
                }
            }
        }
        _ => {}
    }
    Some(members)
}

fn is_email(text: &str) -> bool {
    let is_local = |letter: char| letter.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(letter);
    text.rsplit_once('@').is_some_and(|(local, host)| {
        let is_part =
            |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
        !local.is_empty()
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local.chars().all(is_local)
            && host.split('.').all(is_part)
    })
}
