//! A server of notes, each its owner's, that keeps all laws, but for one fault.

use std::collections::BTreeMap;

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use crate::support::served::{Asked, empty, json, not_allowed};

/// What the server does, wrong or otherwise than others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ways {
    Plain,
    /// `Location` names the next note.
    WrongLocation,
    /// A weight that is left out is none.
    WrongDefault,
    /// A further note has the id of the last one.
    SameId,
    /// A slug is taken as often as it is asked for.
    TakesTwice,
    /// What was deleted still counts.
    CountsDeleted,
    /// A page begins one item too late.
    SkipsItems,
    /// A change cuts the text.
    CutsText,
    /// The response to a change shows what was before.
    AnswersOld,
    /// The list shows notes as they were made.
    ListsOld,
    /// A change makes the note anew.
    MakesAnew,
    /// A PUT leaves alone what it does not name.
    Merges,
    /// A byte of an upload is lost.
    LosesByte,
    /// Everybody reads all notes.
    ReadByAll,
    /// Everybody's list holds all notes.
    ListedToAll,
    /// Everybody deletes all notes.
    DeletedByAll,
    /// What is gone is closed.
    ClosesDeleted,
    /// The lines of a note stay.
    KeepsLines,
    /// A second delete of one note takes away all others.
    DeletesAgain,
    /// Texts are stored without white space around them, and slugs in small letters.
    Normalises,
    /// A page has 20 items at most, whatever is asked for.
    Clamps,
    /// Others are told that they may not.
    Forbids,
    /// Times have whole seconds.
    WholeSeconds,
    /// A DELETE marks the note, which stays readable.
    Soft,
}

#[derive(Clone)]
struct Note {
    owner: String,
    shown: Map<String, Value>,
    first: Map<String, Value>,
    file: Option<Vec<u8>>,
    lines: BTreeMap<u64, Value>,
    is_deleted: bool,
}

#[derive(Default)]
pub struct Store {
    notes: BTreeMap<u64, Note>,
    gone: BTreeMap<u64, Note>,
    next: u64,
    clock: u64,
}

impl Store {
    pub fn answer(&mut self, ways: Ways, asked: &Asked) -> Response {
        let who = asked.header("authorization").strip_prefix("Bearer token-of-").unwrap_or_default().to_owned();
        if !["alice", "bob", "root"].contains(&&*who) {
            return ([(header::WWW_AUTHENTICATE, "Bearer")], empty(401)).into_response();
        }
        let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        let id = |text: &str| text.parse::<u64>().ok().filter(|id| *id > 0);
        match parts[..] {
            ["notes"] => self.notes(ways, asked, &who),
            ["notes", note] => id(note).map_or_else(|| empty(400), |note| self.note(ways, asked, &who, note)),
            ["notes", note, "close"] => id(note).map_or_else(|| empty(400), |note| self.close(ways, asked, &who, note)),
            ["notes", note, "file"] => id(note).map_or_else(|| empty(400), |note| self.file(ways, asked, &who, note)),
            ["notes", note, "lines"] => id(note).map_or_else(|| empty(400), |note| self.add_line(asked, &who, note)),
            ["notes", note, "lines", line] => match (id(note), id(line)) {
                (Some(note), Some(line)) => self.line(ways, asked, &who, note, line),
                _ => empty(400),
            },
            _ => empty(404),
        }
    }

    fn now(&mut self, ways: Ways) -> Value {
        self.clock += 10;
        let fraction = if ways == Ways::WholeSeconds { String::new() } else { ".5".to_owned() };
        json!(format!(
            "2026-01-01T{:02}:{:02}:{:02}{fraction}Z",
            self.clock / 3600 % 24,
            self.clock / 60 % 60,
            self.clock % 60
        ))
    }

    /// Somebody's note, or the status of the refusal.
    fn own(&mut self, ways: Ways, who: &str, id: u64, is_open: bool) -> Result<&mut Note, u16> {
        match self.notes.get_mut(&id) {
            None => Err(404),
            Some(note) if note.owner == who || who == "root" || is_open => Ok(note),
            Some(_) => Err(if ways == Ways::Forbids { 403 } else { 404 }),
        }
    }

    fn notes(&mut self, ways: Ways, asked: &Asked, who: &str) -> Response {
        match asked.method.as_str() {
            "GET" => {
                let Some((limit, offset)) = page(&asked.query) else { return empty(400) };
                let is_own = |note: &&Note| note.owner == who || who == "root" || ways == Ways::ListedToAll;
                let shown = |note: &Note| json!(if ways == Ways::ListsOld { &note.first } else { &note.shown });
                let all: Vec<Value> =
                    self.notes.values().filter(is_own).filter(|note| !note.is_deleted).map(shown).collect();
                let gone = if ways == Ways::CountsDeleted { self.gone.len() } else { 0 };
                let total = all.len() + gone;
                let late = usize::from(ways == Ways::SkipsItems && offset > 0);
                let most = if ways == Ways::Clamps { limit.min(20) } else { limit };
                let items: Vec<Value> = all.into_iter().skip(offset + late).take(most).collect();
                json(200, &json!({"items": items, "total": total}))
            }
            "POST" if !asked.is_json() => empty(415),
            "POST" => {
                let Some(mut set) = note_of(asked, ways) else { return empty(400) };
                if self.is_taken(&set, None) && !takes_twice(ways) {
                    return empty(409);
                }
                if ways != Ways::SameId || self.next < 2 {
                    self.next += 1;
                }
                complete(&mut set, ways);
                set.insert("id".to_owned(), json!(self.next));
                let now = self.now(ways);
                set.insert("created_at".to_owned(), now.clone());
                set.insert("updated_at".to_owned(), now);
                let (first, lines) = (set.clone(), BTreeMap::new());
                let note =
                    Note { owner: who.to_owned(), shown: set.clone(), first, file: None, lines, is_deleted: false };
                self.notes.insert(self.next, note);
                let at = self.next + u64::from(ways == Ways::WrongLocation);
                ([(header::LOCATION, format!("/notes/{at}"))], json(201, &json!(set))).into_response()
            }
            _ => not_allowed("GET, POST"),
        }
    }

    fn is_taken(&self, set: &Map<String, Value>, but: Option<u64>) -> bool {
        let mut others = self.notes.iter().filter(|(id, _)| Some(**id) != but);
        others.any(|(_, note)| note.shown["slug"] == set["slug"])
    }

    fn note(&mut self, ways: Ways, asked: &Asked, who: &str, id: u64) -> Response {
        let method = asked.method.as_str();
        if !matches!(method, "GET" | "PUT" | "DELETE") {
            return not_allowed("GET, PUT, DELETE");
        }
        if method == "DELETE" && ways == Ways::DeletesAgain && self.gone.contains_key(&id) {
            self.notes.retain(|_, note| note.owner != who);
            return empty(404);
        }
        let is_open = match method {
            "GET" => ways == Ways::ReadByAll,
            "DELETE" => ways == Ways::DeletedByAll,
            _ => false,
        };
        let before = match self.own(ways, who, id, is_open) {
            Ok(note) => note.clone(),
            Err(status) => return empty(status),
        };
        match method {
            "GET" => json(200, &json!(before.shown)),
            "DELETE" if ways == Ways::Soft => {
                if let Some(note) = self.notes.get_mut(&id) {
                    note.is_deleted = true;
                    note.shown.insert("deleted".to_owned(), json!(true));
                }
                empty(204)
            }
            "DELETE" => {
                self.gone.extend(self.notes.remove(&id).map(|note| (id, note)));
                empty(204)
            }
            _ if !asked.is_json() => empty(415),
            _ => {
                let Some(mut set) = note_of(asked, ways) else { return empty(400) };
                if self.is_taken(&set, Some(id)) && !takes_twice(ways) {
                    return empty(409);
                }
                if ways == Ways::Merges {
                    before.shown.iter().for_each(|(name, value)| {
                        set.entry(name.clone()).or_insert_with(|| value.clone());
                    });
                }
                complete(&mut set, ways);
                if ways == Ways::CutsText {
                    set["text"] = json!(set["text"].as_str().unwrap_or_default().chars().take(2).collect::<String>());
                }
                let now = self.now(ways);
                let created = if ways == Ways::MakesAnew { now.clone() } else { before.shown["created_at"].clone() };
                set.insert("id".to_owned(), json!(id));
                set.insert("created_at".to_owned(), created);
                set.insert("updated_at".to_owned(), now);
                self.notes.insert(id, Note { shown: set.clone(), ..before.clone() });
                json(200, &json!(if ways == Ways::AnswersOld { before.shown } else { set }))
            }
        }
    }

    fn close(&mut self, ways: Ways, asked: &Asked, who: &str, id: u64) -> Response {
        if asked.method != "POST" {
            return not_allowed("POST");
        }
        if ways == Ways::ClosesDeleted && self.gone.contains_key(&id) {
            return empty(204);
        }
        self.own(ways, who, id, false).map_or_else(empty, |_| empty(204))
    }

    fn file(&mut self, ways: Ways, asked: &Asked, who: &str, id: u64) -> Response {
        if !matches!(asked.method.as_str(), "GET" | "PUT") {
            return not_allowed("GET, PUT");
        }
        let note = match self.own(ways, who, id, false) {
            Ok(note) => note,
            Err(status) => return empty(status),
        };
        if asked.method == "GET" {
            let bytes = note.file.clone().unwrap_or_default();
            return ([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response();
        }
        if asked.header("content-type") != "application/octet-stream" {
            return empty(415);
        }
        let lost = usize::from(ways == Ways::LosesByte);
        note.file = Some(asked.body.iter().skip(lost).copied().collect());
        empty(204)
    }

    fn add_line(&mut self, asked: &Asked, who: &str, id: u64) -> Response {
        if asked.method != "POST" {
            return not_allowed("POST");
        }
        let next = self.next + 1;
        let note = match self.own(Ways::Plain, who, id, false) {
            Ok(note) => note,
            Err(status) => return empty(status),
        };
        if !asked.is_json() {
            return empty(415);
        }
        let text = asked.json().filter(|body| {
            let is_alone = body.as_object().is_some_and(|members| members.len() == 1);
            is_alone && body["text"].as_str().is_some_and(|text| (1..=40).contains(&text.chars().count()))
        });
        let Some(body) = text else { return empty(400) };
        let line = json!({"id": next, "text": body["text"]});
        note.lines.insert(next, line.clone());
        self.next = next;
        json(201, &line)
    }

    fn line(&mut self, ways: Ways, asked: &Asked, who: &str, id: u64, line: u64) -> Response {
        if asked.method != "GET" {
            return not_allowed("GET");
        }
        let kept = self.gone.get(&id).filter(|_| ways == Ways::KeepsLines);
        if let Some(line) = kept.and_then(|note| note.lines.get(&line)) {
            return json(200, line);
        }
        match self.own(ways, who, id, false) {
            Ok(note) => note.lines.get(&line).map_or_else(|| empty(404), |line| json(200, line)),
            Err(status) => empty(status),
        }
    }
}

/// The limit and the offset of a query.
fn page(query: &str) -> Option<(usize, usize)> {
    let (mut limit, mut offset) = (500, 0);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "limit" => limit = value.parse().ok().filter(|limit| (1..=500).contains(limit))?,
            "offset" => offset = value.parse().ok().filter(|offset| *offset <= 100_000)?,
            _ => {}
        }
    }
    Some((limit, offset))
}

/// The properties that a valid body sets.
fn note_of(asked: &Asked, ways: Ways) -> Option<Map<String, Value>> {
    let Value::Object(mut members) = asked.json()? else { return None };
    let text = |value: &Value, least: usize, most: usize| {
        value.as_str().is_some_and(|text| (least..=most).contains(&text.chars().count()))
    };
    let is_fine = |(name, value): (&String, &Value)| match name.as_str() {
        "slug" => text(value, 1, 60),
        "text" => text(value, 1, 200),
        "weight" => value.as_f64().is_some_and(|number| number.fract() == 0.0 && (0.0..=1000.0).contains(&number)),
        "tags" => {
            value.as_array().is_some_and(|tags| (1..4).contains(&tags.len()) && tags.iter().all(|tag| text(tag, 1, 20)))
        }
        _ => false,
    };
    if !members.iter().all(is_fine) || !members.contains_key("slug") {
        return None;
    }
    if let Some(weight) = members.get_mut("weight") {
        *weight = json!(weight.as_f64().unwrap_or_default() as i64);
    }
    if ways == Ways::Normalises {
        for name in ["slug", "text"] {
            let Some(value) = members.get_mut(name) else { continue };
            let text = value.as_str().unwrap_or_default();
            *value = json!(if name == "slug" { text.to_lowercase() } else { text.trim().to_owned() });
        }
    }
    Some(members)
}

fn complete(note: &mut Map<String, Value>, ways: Ways) {
    let weight = if ways == Ways::WrongDefault { 0 } else { 7 };
    for (name, value) in [("text", json!("")), ("weight", json!(weight)), ("tags", json!([]))] {
        note.entry(name).or_insert(value);
    }
}

/// Whether a slug may be taken twice: where only that lets a note be as full as it can be, it is no matter.
fn takes_twice(ways: Ways) -> bool {
    matches!(ways, Ways::TakesTwice | Ways::Merges)
}
