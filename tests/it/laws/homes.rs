//! Laws of what has one place of its own, a PUT and a PATCH, of objects within objects, and of conditions, on a server of
//! homes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use super::homes_document::{document, schemas};
use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

/// What the server does, wrong or otherwise than others.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ways {
    Plain,
    /// Nothing has a time.
    NoTimes,
    /// What changes is answered with nothing.
    Silent,
    /// Texts are stored in small letters.
    Lowers,
    /// A PATCH of the settings is answered and forgotten.
    ForgetsSettings,
    /// A PATCH of the settings takes away the size.
    ErasesSize,
    /// A PATCH of one alert takes away the others.
    ShallowAlerts,
    /// All homes have the preferences that a PATCH sets.
    SharesPreferences,
    /// A PUT of preferences leaves the label as it was.
    KeepsLabel,
    /// A PUT leaves the floor as it was, whatever it says.
    KeepsFloor,
    /// A PUT leaves the floor as it was that it does not name.
    MergesPlace,
    /// A PATCH of one member of the place takes away the others.
    ShallowPlace,
    /// A PUT replaces what is there though it is to make it.
    MakesOver,
    /// `If-Modified-Since` is not looked at.
    SendsAgain,
    /// Who knows anything is told that it is as it was.
    SaysKnown,
    /// `If-Unmodified-Since` is not looked at.
    IgnoresTime,
}

#[derive(Clone)]
struct Kept {
    set: Map<String, Value>,
    changed: u64,
}

struct Store {
    homes: BTreeMap<u64, (Kept, Kept)>,
    settings: Kept,
    clock: u64,
}

const DAY: &str = "Tue, 01 Dec 2026";

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

impl Default for Store {
    fn default() -> Self {
        let set = object(json!({"language": "de", "alerts": {"mail": true, "level": 3}, "size": 4}));
        Self { homes: BTreeMap::new(), settings: Kept { set, changed: 1 }, clock: 1 }
    }
}

impl Store {
    fn answer(&mut self, ways: Ways, asked: &Asked) -> Response {
        let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        let methods = match parts[..] {
            ["homes"] => "POST",
            ["homes", _] => "GET, PUT, PATCH, DELETE",
            ["homes", _, "preferences"] | ["settings"] => "GET, PUT, PATCH",
            _ => return empty(404),
        };
        if !methods.split(", ").any(|known| known == asked.method) {
            return not_allowed(methods);
        }
        self.clock += 1;
        let id = match parts.get(1).map(|id| id.parse::<u64>().ok().filter(|id| *id > 0)) {
            Some(None) => return empty(400),
            Some(Some(id)) => id,
            None => 0,
        };
        match parts[..] {
            ["homes"] => self.add(ways, asked),
            ["settings"] => {
                let mut kept = self.settings.clone();
                let answered = one(ways, asked, &mut kept, ("Settings", "SettingsChange"), self.clock);
                if !(ways == Ways::ForgetsSettings && asked.method == "PATCH") {
                    self.settings = kept;
                }
                answered
            }
            _ => {
                let Some((mut home, mut preferences)) = self.homes.get(&id).cloned() else { return empty(404) };
                if asked.method == "DELETE" {
                    self.homes.remove(&id);
                    return empty(204);
                }
                if parts.len() == 2 {
                    let answered = one(ways, asked, &mut home, ("NewHome", "HomeChange"), self.clock);
                    home.set.insert("id".to_owned(), json!(id));
                    self.homes.insert(id, (home, preferences));
                    return answered;
                }
                let answered = one(ways, asked, &mut preferences, ("Preferences", "PreferencesChange"), self.clock);
                if ways == Ways::SharesPreferences && asked.method == "PATCH" {
                    self.homes.values_mut().for_each(|(_, all)| *all = preferences.clone());
                }
                self.homes.insert(id, (home, preferences));
                answered
            }
        }
    }

    fn add(&mut self, ways: Ways, asked: &Asked) -> Response {
        let mut set = match members(ways, asked, "NewHome", "application/json") {
            Ok(set) => set,
            Err(status) => return empty(status),
        };
        let id = self.clock;
        set.insert("id".to_owned(), json!(id));
        let home = Kept { set, changed: id };
        let chosen = json!({"theme": "dark", "hours": {"from": "02:00", "until": "21:00"}, "label": "mine"});
        let shown = show(ways, &home, 201);
        self.homes.insert(id, (home, Kept { set: object(chosen), changed: id }));
        shown
    }
}

/// Reads, replaces or changes what there is.
fn one(ways: Ways, asked: &Asked, kept: &mut Kept, (whole, part): (&str, &str), now: u64) -> Response {
    let [none, since, unmodified] =
        ["if-none-match", "if-modified-since", "if-unmodified-since"].map(|name| asked.header(name).to_owned());
    let is_known = |named: &str| named == "*" || named.split(", ").any(|one| one == tag(kept));
    if asked.method == "GET" {
        let is_same = match (none.as_str(), is_before(&since, kept.changed)) {
            ("", Some(_)) if ways == Ways::SendsAgain => false,
            ("", Some(is_before)) => !is_before || ways == Ways::SaysKnown,
            ("", None) => false,
            (named, _) => is_known(named) || ways == Ways::SaysKnown && named.starts_with('"'),
        };
        return if is_same && !whole.starts_with("Settings") { empty(304) } else { show(ways, kept, 200) };
    }
    let is_put = asked.method == "PUT";
    let is_merge = whole == "Settings" && !is_put;
    let media = if is_merge { "application/merge-patch+json" } else { "application/json" };
    let set = match members(ways, asked, if is_put { whole } else { part }, media) {
        Ok(set) => set,
        Err(status) => return empty(status),
    };
    if is_put && whole == "NewHome" {
        let is_late = is_before(&unmodified, kept.changed) == Some(true) && ways != Ways::IgnoresTime;
        if is_late || is_known(&none) && ways != Ways::MakesOver {
            return empty(412);
        }
    }
    let before = std::mem::take(&mut kept.set);
    kept.set = if is_put { replaced(ways, &before, set) } else { changed(ways, before, set) };
    kept.changed = now;
    if ways == Ways::Silent { empty(204) } else { show(ways, kept, 200) }
}

fn replaced(ways: Ways, before: &Map<String, Value>, mut set: Map<String, Value>) -> Map<String, Value> {
    if let Some(id) = before.get("id") {
        set.insert("id".to_owned(), id.clone());
    }
    if let (Ways::KeepsLabel, Some(label)) = (ways, before.get("label")) {
        set.entry("label").or_insert_with(|| label.clone());
    }
    let floor = before.get("place").and_then(|place| place.get("floor")).cloned();
    if let (Some(floor), Some(Value::Object(place))) = (floor, set.get_mut("place")) {
        match ways {
            Ways::KeepsFloor => drop(place.insert("floor".to_owned(), floor)),
            Ways::MergesPlace => drop(place.entry("floor").or_insert(floor)),
            _ => {}
        }
    }
    set
}

fn changed(ways: Ways, mut set: Map<String, Value>, change: Map<String, Value>) -> Map<String, Value> {
    if ways == Ways::ErasesSize && !change.contains_key("size") {
        set.remove("size");
    }
    for (name, value) in change {
        let is_shallow =
            name == "alerts" && ways == Ways::ShallowAlerts || name == "place" && ways == Ways::ShallowPlace;
        match (value, set.get_mut(&name)) {
            (Value::Object(new), Some(Value::Object(old))) if !is_shallow => old.extend(new),
            (value, _) => drop(set.insert(name, value)),
        }
    }
    set
}

/// Whether a time is before that of a change; nothing where it is none.
fn is_before(time: &str, changed: u64) -> Option<bool> {
    match time.strip_prefix(DAY) {
        Some(_) => Some(*time < *at(changed)),
        None => time.ends_with(" GMT").then_some(true),
    }
}

fn at(changed: u64) -> String {
    format!("{DAY} {:02}:{:02}:{:02} GMT", changed / 3600 % 24, changed / 60 % 60, changed % 60)
}

fn tag(kept: &Kept) -> String {
    format!("\"{}\"", kept.changed)
}

fn show(ways: Ways, kept: &Kept, status: u16) -> Response {
    let shown = answer(status, &json!(kept.set));
    let tagged = ([(header::ETAG, tag(kept))], shown);
    if ways == Ways::NoTimes {
        return tagged.into_response();
    }
    ([(header::LAST_MODIFIED, at(kept.changed))], tagged).into_response()
}

/// The object that is sent, with whole numbers, if it is valid.
fn members(ways: Ways, asked: &Asked, name: &str, media: &str) -> Result<Map<String, Value>, u16> {
    if !asked.header("content-type").starts_with(media) {
        return Err(415);
    }
    let body = asked.json().ok_or(400_u16)?;
    let schema = json!({"$ref": format!("#/components/schemas/{name}"), "components": {"schemas": schemas()}});
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    if !validator.is_valid(&body) {
        return Err(400);
    }
    let mut body = body;
    normalise(ways, &mut body);
    Ok(object(body))
}

fn normalise(ways: Ways, value: &mut Value) {
    match value {
        Value::Number(number) => *value = json!(number.as_f64().unwrap_or_default() as i64),
        Value::Object(members) => members.values_mut().for_each(|member| normalise(ways, member)),
        Value::String(text) if ways == Ways::Lowers => *text = text.to_lowercase(),
        _ => {}
    }
}

/// What is told of a server with these ways: the rule, how severe that is, and the operation.
async fn told(ways: Ways) -> BTreeSet<String> {
    let store = Arc::new(Mutex::new(Store::default()));
    let kept = store.clone();
    let url = serve_all(move |asked| kept.lock().expect("no panic").answer(ways, asked)).await;
    let mut document = document();
    if ways == Ways::Silent {
        for path in ["/homes/{homeId}", "/homes/{homeId}/preferences", "/settings"] {
            for method in ["put", "patch"] {
                let responses = document["paths"][path][method]["responses"].as_object_mut().expect("responses");
                responses.remove("200");
                responses.insert("204".to_owned(), json!({"description": "done"}));
            }
        }
    }
    let told = super::told_at(&url, ("api.json", &document.to_string()), &ways).await.into_iter();
    // What was there before is there again.
    if ![Ways::ErasesSize, Ways::ShallowAlerts].contains(&ways) {
        assert_eq!(store.lock().expect("no panic").settings.set, Store::default().settings.set, "{ways:?}");
    }
    // What is repeated otherwise than it was sent is told of each response.
    told.filter(|told| !told.contains(" echo ")).collect()
}

#[tokio::test]
async fn right_servers_of_all_kinds_keep_the_laws() {
    for ways in [Ways::Plain, Ways::NoTimes, Ways::Silent, Ways::Lowers] {
        assert_eq!(told(ways).await, BTreeSet::new(), "{ways:?}");
    }
}

/// A way to break each law, with what is told.
const BROKEN: [(Ways, &[&str]); 12] = [
    (Ways::ForgetsSettings, &["error lost-update changeSettings"]),
    (Ways::ErasesSize, &["error patch-erases changeSettings"]),
    (Ways::ShallowAlerts, &["error patch-erases changeSettings", "error response-schema changeSettings"]),
    (Ways::SharesPreferences, &["error other-changed changePreferences"]),
    (Ways::KeepsLabel, &["error put-merges putPreferences"]),
    (Ways::KeepsFloor, &["error lost-update putHome"]),
    (Ways::MergesPlace, &["error put-merges putHome"]),
    (Ways::ShallowPlace, &["error patch-erases changeHome", "error response-schema changeHome"]),
    (Ways::MakesOver, &["error made-over putHome"]),
    (Ways::SendsAgain, &["error sent-again getHome"]),
    (Ways::SaysKnown, &["error not-sent getHome"]),
    (Ways::IgnoresTime, &["warning stale-change putHome"]),
];

/// The laws that are broken here.
pub fn laws() -> impl Iterator<Item = &'static str> {
    BROKEN.iter().flat_map(|(_, told)| *told).filter_map(|told| super::law(told))
}

#[tokio::test]
async fn what_changes_of_one_place_leave_is_told() {
    super::tell_each(&BROKEN[..5], told).await;
}

#[tokio::test]
async fn what_changes_of_objects_leave_is_told() {
    super::tell_each(&BROKEN[5..8], told).await;
}

#[tokio::test]
async fn laws_of_conditions_are_told() {
    super::tell_each(&BROKEN[8..], told).await;
}
