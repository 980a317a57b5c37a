//! Laws of filters of what is within objects, of pages, of the order that a list has by itself, and of bounds, on a server of
//! wares.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::response::Response;
use serde_json::{Map, Value, json};

use super::wares_document::{document, new_ware, parameters};
use crate::support::served::{Asked, empty, json as answer, not_allowed, serve_all};

/// What the server does, wrong or otherwise than others.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ways {
    Plain,
    /// Filters by texts take parts of them, in any case.
    Loose,
    /// No page has more than three wares, whatever is asked for.
    Capped,
    /// Retired wares are listed where they are asked for alone.
    Hides,
    /// A ware is found by what it has once it is a second old.
    Lags,
    /// Somebody else adds a ware whenever the list is read.
    Busy,
    /// A parameter is not looked at.
    Ignores(&'static str),
    /// The first tag alone is looked at.
    FirstTag,
    /// Prices are bounded without the bound.
    Beyond,
    /// A page has one ware less than it may, and the next one begins where it would have.
    CutsPages,
    /// The first page says that it is the last.
    EndsEarly,
    /// Each page says that there are more.
    GoesOn,
    /// A full page says that there may be more.
    GuessesMore,
    /// The total is that of all wares, whatever is asked for.
    CountsAll,
    /// The name alone is searched.
    SearchesNames,
    /// A search finds all.
    FindsAll,
    /// The oldest ware is the first.
    OldestFirst,
    /// Wares are sorted by their supplier, and those of one from the newest to the oldest, or the other way round.
    BySupplier(bool),
    /// The smallest are first, whatever sign the order has.
    NoSign,
    /// The first day is left out.
    LateFrom,
    /// The last day is not left out.
    LateBefore,
    /// All wares that are there were made on one day.
    OneDay,
    /// They were, and the first day is left out.
    OneLateDay,
    /// What nobody has checked was checked before any day.
    Unchecked,
    /// Of several statuses, the last one counts.
    LastStatus,
    /// The beginnings of words alone are searched.
    SearchesBeginnings,
    /// Capital letters come before small ones.
    CapitalsFirst,
}

const CITIES: [(&str, &str); 3] = [("Ulm", "DE"), ("Lyon", "FR"), ("Bergen", "NO")];
const STATUSES: [&str; 3] = ["active", "draft", "retired"];

struct Wares {
    all: BTreeMap<u64, Value>,
    made: BTreeMap<u64, Instant>,
    next: u64,
}

impl Default for Wares {
    fn default() -> Self {
        let mut wares = Self { all: BTreeMap::new(), made: BTreeMap::new(), next: 0 };
        for at in 0..7_usize {
            let (city, country) = CITIES[at % 3];
            let note = if at % 2 == 0 { "made by hand" } else { "painted" };
            let tags = [["red", "small"], ["blue", "red"], ["green", "small"]][at % 3];
            wares.add(json!({
                "name": format!("ware {}", ["anvil", "basket", "candle", "drum", "easel", "flute", "gong"][at]),
                "note": note, "origin": {"city": city, "country": country}, "price": {"amount": (at * 37) % 100 + 1},
                "supplier": {"id": at % 4 + 1}, "tags": tags, "status": STATUSES[at % 3], "made_on": format!("2024-0{}-11", (at * 3) % 7 + 1),
                "checked_on": if at % 2 == 0 { json!(format!("2024-0{}-20", at + 1)) } else { Value::Null },
            }));
        }
        wares
    }
}

impl Wares {
    fn add(&mut self, mut ware: Value) -> Value {
        self.next += 1;
        let amount = ware["price"]["amount"].as_f64().unwrap_or_default() as u64;
        let supplier = ware["supplier"]["id"].as_f64().unwrap_or_default() as u64;
        ware["price"]["amount"] = json!(amount);
        ware["supplier"]["id"] = json!(supplier);
        ware["id"] = json!(self.next);
        ware["checked_on"] = ware["checked_on"].take();
        ware["created_at"] =
            json!(format!("2026-01-01T{:02}:{:02}:{:02}Z", self.next / 3600, self.next / 60 % 60, self.next % 60));
        self.all.insert(self.next, ware.clone());
        self.made.insert(self.next, Instant::now());
        ware
    }

    fn answer(&mut self, ways: Ways, asked: &Asked) -> Response {
        let id = asked.path.strip_prefix("/wares/").map(|id| id.parse::<u64>().ok().filter(|id| *id > 0));
        match (asked.method.as_str(), id) {
            ("GET", None) if asked.path == "/wares" && ways == Ways::Busy => {
                let first = self.all.values().next().cloned().unwrap_or_default();
                self.add(first);
                self.list(ways, asked).unwrap_or_else(|| empty(400))
            }
            ("GET", None) if asked.path == "/wares" => self.list(ways, asked).unwrap_or_else(|| empty(400)),
            ("POST", None) if asked.path == "/wares" => {
                if !asked.is_json() {
                    return empty(415);
                }
                match asked.json().filter(|body| is_valid(&new_ware(), body)) {
                    Some(ware) => answer(201, &self.add(ware)),
                    None => empty(400),
                }
            }
            (_, None) if asked.path == "/wares" => not_allowed("GET, POST"),
            (_, None) => empty(404),
            ("GET" | "DELETE", Some(None)) => empty(400),
            ("GET", Some(Some(id))) => self.all.get(&id).map_or_else(|| empty(404), |ware| answer(200, ware)),
            ("DELETE", Some(Some(id))) => empty(if self.all.remove(&id).is_some() { 204 } else { 404 }),
            _ => not_allowed("GET, DELETE"),
        }
    }

    fn list(&self, ways: Ways, asked: &Asked) -> Option<Response> {
        let query = query(&asked.query)?;
        let number = |name: &str, otherwise: u64| query.get(name).and_then(Value::as_u64).unwrap_or(otherwise) as usize;
        let mut all: Vec<&Value> = self.all.values().filter(|ware| self.is_asked_for(ways, ware, &query)).collect();
        let sort = query.get("sort").and_then(Value::as_str).unwrap_or_default();
        all.sort_by(|one, other| {
            let newest = other["id"].as_u64().cmp(&one["id"].as_u64());
            let by = match sort.trim_start_matches('-') {
                "price" => one["price"]["amount"].as_u64().cmp(&other["price"]["amount"].as_u64()),
                "made_on" => one["made_on"].as_str().cmp(&other["made_on"].as_str()),
                "name" if ways == Ways::CapitalsFirst => one["name"].as_str().cmp(&other["name"].as_str()),
                "name" => lower(&one["name"]).cmp(&lower(&other["name"])),
                _ => {
                    let Ways::BySupplier(is_newest_first) = ways else { return newest };
                    let supplier = one["supplier"]["id"].as_u64().cmp(&other["supplier"]["id"].as_u64());
                    return supplier.then(if is_newest_first { newest } else { newest.reverse() });
                }
            };
            if sort.starts_with('-') && ways != Ways::NoSign { by.reverse() } else { by }
        });
        if ways == Ways::OldestFirst && sort.is_empty() {
            all.reverse();
        }
        let (mut limit, offset) = (number("limit", 20), number("offset", 0));
        if ways == Ways::Capped {
            limit = limit.min(3);
        }
        let mut total = all.len();
        let is_cut = ways == Ways::CutsPages && limit > 1 && offset + limit < total;
        let mut items: Vec<Value> = all.into_iter().skip(offset).take(limit - usize::from(is_cut)).cloned().collect();
        if matches!(ways, Ways::OldestFirst | Ways::BySupplier(_)) {
            // By a time that some have and others lack, they might be sorted otherwise.
            items.iter_mut().filter_map(Value::as_object_mut).for_each(|ware| drop(ware.remove("checked_on")));
        }
        let has_more = match ways {
            Ways::EndsEarly => offset > 0 && offset + items.len() < total,
            Ways::GoesOn => !items.is_empty(),
            Ways::GuessesMore => items.len() == limit,
            _ => offset + items.len() < total,
        };
        if ways == Ways::CountsAll {
            total = self.all.len();
        }
        Some(answer(200, &json!({"items": items, "total": total, "has_more": has_more})))
    }

    fn is_asked_for(&self, ways: Ways, ware: &Value, query: &Map<String, Value>) -> bool {
        let is = |own: &Value, asked: &Value| match ways {
            Ways::Loose => lower(own).contains(&lower(asked)),
            _ => own == asked,
        };
        if ways == Ways::Hides && ware["status"] == "retired" && !query.contains_key("statuses") {
            return false;
        }
        let none = Vec::new();
        let is_chosen = query.keys().any(|name| !["limit", "offset", "sort"].contains(&name.as_str()));
        let age = ware["id"].as_u64().and_then(|id| self.made.get(&id)).map(Instant::elapsed);
        if ways == Ways::Lags && is_chosen && age.is_some_and(|age| age < Duration::from_secs(1)) {
            return false;
        }
        query.iter().filter(|(name, _)| ways != Ways::Ignores(leaked(name))).all(|(name, asked)| {
            let [price, at] = [&ware["price"]["amount"], asked].map(Value::as_u64);
            let made = ware["made_on"].as_str();
            let is_late = matches!(ways, Ways::LateFrom | Ways::OneLateDay);
            let tags = ware["tags"].as_array().unwrap_or(&none);
            match name.as_str() {
                "origin.city" => is(&ware["origin"]["city"], asked),
                "country" => ware["origin"]["country"] == *asked,
                "statuses" if ways == Ways::LastStatus => {
                    asked.get(asked.as_array().map_or(0, Vec::len) - 1) == Some(&ware["status"])
                }
                "statuses" => asked.as_array().is_some_and(|all| all.contains(&ware["status"])),
                "tag" if ways == Ways::FirstTag => tags.first() == Some(asked),
                "tag" => tags.contains(asked),
                "supplierId" => ware["supplier"]["id"].as_u64() == at,
                "min_price" => price > at || price == at && ways != Ways::Beyond,
                "max_price" => price < at || price == at && ways != Ways::Beyond,
                "q" if ways == Ways::FindsAll => true,
                "q" if ways == Ways::SearchesNames => lower(&ware["name"]).contains(&lower(asked)),
                "q" if ways == Ways::SearchesBeginnings => {
                    let texts = [&ware["name"], &ware["note"]].map(lower);
                    texts.iter().any(|text| text.split(' ').any(|word| word.starts_with(&lower(asked))))
                }
                "q" => [&ware["name"], &ware["note"]].iter().any(|text| lower(text).contains(&lower(asked))),
                "made_from" => made > asked.as_str() || made == asked.as_str() && !is_late,
                "made_before" => made < asked.as_str() || made == asked.as_str() && ways == Ways::LateBefore,
                "checked_before" => match ware["checked_on"].as_str() {
                    Some(checked) => Some(checked) < asked.as_str(),
                    None => ways == Ways::Unchecked,
                },
                _ => true,
            }
        })
    }
}

/// A text in small letters.
fn lower(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_lowercase()
}

/// The name as it is in the table of parameters.
fn leaked(name: &str) -> &'static str {
    parameters().into_iter().map(|(known, ..)| known).find(|known| *known == name).unwrap_or_default()
}

fn is_valid(schema: &Value, value: &Value) -> bool {
    let validator = jsonschema::options().should_validate_formats(true).build(schema).expect("a schema");
    validator.is_valid(value)
}

/// The known parameters of a query, if they are valid.
fn query(text: &str) -> Option<Map<String, Value>> {
    let mut query = Map::new();
    for (name, text) in url::form_urlencoded::parse(text.as_bytes()) {
        let Some((_, schema, _)) = parameters().into_iter().find(|(known, ..)| *known == name) else { continue };
        let is_list = schema["type"] == "array";
        let value = match schema["type"].as_str() {
            Some("integer") => {
                json!(text.parse::<u64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))?)
            }
            _ => json!(text),
        };
        if is_list {
            let list = query.entry(name.into_owned()).or_insert_with(|| json!([]));
            list.as_array_mut()?.push(value);
        } else if query.insert(name.into_owned(), value).is_some() {
            return None;
        }
    }
    let schema = |name: &str| parameters().into_iter().find(|(known, ..)| *known == name).map(|(_, schema, _)| schema);
    query.iter().all(|(name, value)| schema(name).is_some_and(|schema| is_valid(&schema, value))).then_some(query)
}

/// What is told of a server with these ways: the rule, how severe that is, and the operation.
async fn told(of_list: &str, ways: Ways) -> BTreeSet<String> {
    let mut wares = Wares::default();
    if matches!(ways, Ways::OneDay | Ways::OneLateDay) {
        wares.all.values_mut().for_each(|ware| ware["made_on"] = json!("2024-01-15"));
    }
    let wares = Arc::new(Mutex::new(wares));
    let url = serve_all(move |asked| wares.lock().expect("no panic").answer(ways, asked)).await;
    super::told_at(&url, ("api.json", &document(of_list).to_string()), &ways).await.into_iter().collect()
}

/// What the document says of the order.
const NEWEST: &str = "All wares, newest first.";

#[tokio::test]
async fn right_servers_of_all_kinds_keep_the_laws() {
    for ways in [Ways::Plain, Ways::Loose, Ways::Capped, Ways::Hides, Ways::Lags, Ways::Busy, Ways::OneDay] {
        assert_eq!(told(NEWEST, ways).await, BTreeSet::new(), "{ways:?}");
    }
    for said in ["All wares.", "By id, in ascending order."] {
        assert_eq!(told(said, Ways::OldestFirst).await, BTreeSet::new(), "{said}");
    }
}

#[tokio::test]
async fn a_second_order_is_that_of_what_is_alike_in_the_first() {
    const SAID: &str = "All wares, sorted by supplier id, then newest first.";
    assert_eq!(told(SAID, Ways::BySupplier(true)).await, BTreeSet::new());
    assert_eq!(told(SAID, Ways::BySupplier(false)).await, BTreeSet::from(["error wrong-order listWares".to_owned()]));
}

#[tokio::test]
async fn a_full_last_page_that_speaks_of_more_is_a_warning() {
    assert_eq!(told(NEWEST, Ways::GuessesMore).await, BTreeSet::from(["warning wrong-end listWares".to_owned()]));
}

#[tokio::test]
async fn an_order_is_told_of_in_few_words() {
    let found = told("By id, in ascending order.", Ways::Plain).await;
    assert_eq!(found, BTreeSet::from(["error wrong-order listWares".to_owned()]));
}

/// A way to break each law, with what is told.
const BROKEN: [(Ways, &str); 23] = [
    (Ways::Ignores("origin.city"), "error unfiltered listWares"),
    (Ways::Ignores("country"), "error unfiltered listWares"),
    (Ways::Ignores("statuses"), "error unfiltered listWares"),
    (Ways::Ignores("tag"), "error unfiltered listWares"),
    (Ways::FirstTag, "error unfiltered listWares"),
    (Ways::Ignores("supplierId"), "error unfiltered listWares"),
    (Ways::Ignores("min_price"), "error unfiltered listWares"),
    (Ways::Beyond, "error unfiltered listWares"),
    (Ways::CutsPages, "error page-gap listWares"),
    (Ways::EndsEarly, "error wrong-end listWares"),
    (Ways::GoesOn, "error wrong-end listWares"),
    (Ways::CountsAll, "error wrong-total listWares"),
    (Ways::SearchesNames, "error wrong-search listWares"),
    (Ways::FindsAll, "error wrong-search listWares"),
    (Ways::OldestFirst, "error wrong-order listWares"),
    (Ways::NoSign, "error unsorted listWares"),
    (Ways::LateFrom, "error unfiltered listWares"),
    (Ways::LateBefore, "error unfiltered listWares"),
    (Ways::OneLateDay, "error unfiltered listWares"),
    (Ways::Unchecked, "error unfiltered listWares"),
    (Ways::LastStatus, "error unfiltered listWares"),
    (Ways::SearchesBeginnings, "error wrong-search listWares"),
    (Ways::CapitalsFirst, "error unsorted listWares"),
];

/// The laws that are broken here.
pub fn laws() -> impl Iterator<Item = &'static str> {
    BROKEN.iter().filter_map(|(_, told)| super::law(told))
}

/// Each law that is broken is told, and nothing else is.
async fn tell(broken: &[(Ways, &str)]) {
    let mut wrong = Vec::new();
    for (ways, law) in broken {
        let found = told(NEWEST, *ways).await;
        if !found.iter().eq([law]) {
            wrong.push((ways, law, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn laws_of_filters_within_objects_are_told() {
    tell(&BROKEN[..8]).await;
}

#[tokio::test]
async fn laws_of_pages_and_their_ends_are_told() {
    tell(&BROKEN[8..12]).await;
}

#[tokio::test]
async fn laws_of_searches_orders_and_days_are_told() {
    tell(&BROKEN[12..18]).await;
}

#[tokio::test]
async fn laws_of_values_that_a_list_has_once_they_are_made_are_told() {
    tell(&BROKEN[18..]).await;
}
