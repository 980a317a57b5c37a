//! Laws of bounds, of pages with links, of what is made by a PUT, and of one place that a PATCH changes, on a server of
//! depots.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, json, not_allowed, serve_all};

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Fleet, version: '1'}
paths:
  /depots:
    get:
      operationId: listDepots
      parameters:
        - {name: page, in: query, schema: {type: integer, minimum: 1, maximum: 1000, default: 1}}
        - {name: per_page, in: query, schema: {type: integer, minimum: 1, maximum: 100, default: 20}}
        - {name: min_capacity, in: query, description: At least so many bikes., schema: {type: integer, minimum: 1, maximum: 500}}
        - {name: max_capacity, in: query, schema: {type: integer, minimum: 1, maximum: 500}}
      responses:
        '200':
          description: a page
          headers: {X-Total-Count: {required: true, schema: {type: integer}}, Link: {required: true, schema: {type: string}}}
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Depot'}}}}
        '400': {description: no}
    post:
      operationId: addDepot
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Depot'}}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Depot'}}}}
        '400': {description: no}
        '415': {description: no}
  /depots/{depot_id}:
    parameters: [{name: depot_id, in: path, required: true, schema: {type: integer, minimum: 1}}]
    get:
      operationId: getDepot
      responses:
        '200': {description: it, content: {application/json: {schema: {$ref: '#/components/schemas/Depot'}}}}
        '400': {description: no}
        '404': {description: none}
    delete: {operationId: dropDepot, responses: {'204': {description: gone}, '400': {description: no}, '404': {description: none}}}
  /tariffs/{code}:
    parameters: [{name: code, in: path, required: true, schema: {type: string, pattern: '^[A-Z][A-Z0-9]{3,7}$'}}]
    get:
      operationId: getTariff
      responses:
        '200': {description: it, content: {application/json: {schema: {$ref: '#/components/schemas/Tariff'}}}}
        '400': {description: no}
        '404': {description: none}
    put:
      operationId: putTariff
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Tariff'}}}}
      responses:
        '200': {description: replaced, content: {application/json: {schema: {$ref: '#/components/schemas/Tariff'}}}}
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Tariff'}}}}
        '400': {description: no}
        '415': {description: no}
    delete: {operationId: dropTariff, responses: {'204': {description: gone}, '400': {description: no}, '404': {description: none}}}
  /settings:
    get:
      operationId: getSettings
      responses: {'200': {description: they, content: {application/json: {schema: {$ref: '#/components/schemas/Settings'}}}}}
    patch:
      operationId: patchSettings
      requestBody: {required: true, content: {application/merge-patch+json: {schema: {$ref: '#/components/schemas/Settings'}}}}
      responses:
        '200': {description: they, content: {application/json: {schema: {$ref: '#/components/schemas/Settings'}}}}
        '400': {description: no}
        '415': {description: no}
components:
  schemas:
    Depot:
      type: object
      additionalProperties: false
      required: [capacity]
      properties: {id: {type: integer, readOnly: true}, capacity: {type: integer, minimum: 1, maximum: 500}}
    Tariff:
      type: object
      additionalProperties: false
      required: [cents]
      properties: {cents: {type: integer, minimum: 0, maximum: 9999}}
    Settings:
      type: object
      additionalProperties: false
      properties: {hours: {type: integer, minimum: 1, maximum: 99}, cents: {type: integer, minimum: 1, maximum: 9999}}
";

/// What the server does, wrong or otherwise than others.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ways {
    Plain,
    /// The least capacity is one that is left out: the document says so in this way alone.
    Above,
    /// The second page begins one depot too late.
    SkipsItems,
    /// The largest capacity is not looked at.
    MaxIgnored,
    /// It is looked at where no least one is given.
    MaxAlone,
    /// A tariff that is deleted stays.
    KeepsTariff,
    /// A tariff is not replaced.
    KeepsCents,
    /// A PATCH is forgotten.
    Forgets,
    /// A PATCH takes away what it does not name.
    Erases,
    /// A PATCH sets what it does not name to what it was at first.
    Resets,
}

struct Fleet {
    depots: BTreeMap<u64, i64>,
    next: u64,
    tariffs: BTreeMap<String, Value>,
    settings: Map<String, Value>,
}

impl Fleet {
    fn new() -> Self {
        let depots = BTreeMap::from([(1, 12), (2, 40), (3, 120), (4, 80)]);
        let settings = Map::from_iter([("hours".to_owned(), json!(24)), ("cents".to_owned(), json!(500))]);
        Self { depots, next: 5, tariffs: BTreeMap::new(), settings }
    }

    fn answer(&mut self, ways: Ways, asked: &Asked) -> Response {
        let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        match (parts[..].as_ref(), asked.method.as_str()) {
            (["depots"], "GET") => self.list(ways, asked).unwrap_or_else(|| empty(400)),
            (["depots"], "POST") => {
                let body = match body_of(asked, "application/json", &[("capacity", 1, 500)], &["capacity"]) {
                    Ok(body) => body,
                    Err(status) => return empty(status),
                };
                let (id, capacity) = (self.next, body["capacity"].as_f64().unwrap_or_default() as i64);
                self.next += 1;
                self.depots.insert(id, capacity);
                json(201, &json!({ "id": id, "capacity": capacity }))
            }
            (["depots"], _) => not_allowed("GET, POST"),
            (["depots", id], "GET" | "DELETE") => {
                let Some(id) = id.parse::<u64>().ok().filter(|id| *id > 0) else { return empty(400) };
                let Some(capacity) = self.depots.get(&id).copied() else { return empty(404) };
                if asked.method == "DELETE" {
                    self.depots.remove(&id);
                    return empty(204);
                }
                json(200, &json!({ "id": id, "capacity": capacity }))
            }
            (["depots", _], _) => not_allowed("GET, DELETE"),
            (["tariffs", code], "GET" | "PUT" | "DELETE") => self.tariff(ways, asked, code),
            (["tariffs", _], _) => not_allowed("GET, PUT, DELETE"),
            (["settings"], "GET") => json(200, &Value::Object(self.settings.clone())),
            (["settings"], "PATCH") => {
                let ranges = [("hours", 1, 99), ("cents", 1, 9999)];
                match body_of(asked, "application/merge-patch+json", &ranges, &[]) {
                    Ok(body) => self.patch(ways, body),
                    Err(status) => empty(status),
                }
            }
            (["settings"], _) => not_allowed("GET, PATCH"),
            _ => empty(404),
        }
    }

    fn patch(&mut self, ways: Ways, body: Map<String, Value>) -> Response {
        let mut settings = self.settings.clone();
        // Two at once are what puts all back.
        if ways == Ways::Erases && body.len() == 1 {
            settings.clear();
        }
        if ways == Ways::Resets && body.len() == 1 {
            settings = Self::new().settings;
        }
        settings.extend(body);
        if ways != Ways::Forgets {
            self.settings = settings.clone();
        }
        json(200, &Value::Object(settings))
    }

    fn tariff(&mut self, ways: Ways, asked: &Asked, code: &str) -> Response {
        let is_code = (4..=8).contains(&code.len())
            && code.starts_with(|first: char| first.is_ascii_uppercase())
            && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if !is_code {
            return empty(400);
        }
        let known = self.tariffs.get(code).cloned();
        match (asked.method.as_str(), known) {
            ("PUT", known) => match body_of(asked, "application/json", &[("cents", 0, 9999)], &["cents"]) {
                Ok(body) => {
                    let status = if known.is_some() { 200 } else { 201 };
                    let kept = known.filter(|_| ways == Ways::KeepsCents);
                    self.tariffs.insert(code.to_owned(), kept.unwrap_or_else(|| Value::Object(body.clone())));
                    json(status, &Value::Object(body))
                }
                Err(status) => empty(status),
            },
            (_, None) => empty(404),
            ("GET", Some(tariff)) => json(200, &tariff),
            _ => {
                if ways != Ways::KeepsTariff {
                    self.tariffs.remove(code);
                }
                empty(204)
            }
        }
    }

    fn list(&self, ways: Ways, asked: &Asked) -> Option<Response> {
        let [mut page, mut size, mut least, mut most] = [1, 20, 0, 501];
        let mut seen = BTreeSet::new();
        for (name, text) in url::form_urlencoded::parse(asked.query.as_bytes()) {
            let (place, upper) = match &*name {
                "page" => (&mut page, 1000),
                "per_page" => (&mut size, 100),
                "min_capacity" => (&mut least, 500),
                "max_capacity" => (&mut most, 500),
                _ => continue,
            };
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && seen.insert(name.to_string());
            *place = text.parse::<i64>().ok().filter(|value| is_plain && (1..=upper).contains(value))?;
        }
        if ways == Ways::MaxIgnored || ways == Ways::MaxAlone && least > 0 {
            most = 501;
        }
        if ways == Ways::Above && least > 0 {
            least += 1;
        }
        let all: Vec<Value> = self
            .depots
            .iter()
            .filter(|(_, capacity)| (least..=most).contains(*capacity))
            .map(|(id, capacity)| json!({ "id": id, "capacity": capacity }))
            .collect();
        let late = usize::from(ways == Ways::SkipsItems && page > 1);
        let from = (page as usize - 1) * size as usize + late;
        let shown: Vec<&Value> = all.iter().skip(from).take(size as usize).collect();
        let pages = all.len().div_ceil(size as usize).max(1) as i64;
        let link = |number: i64, rel: &str| format!("</depots?page={number}&per_page={size}>; rel=\"{rel}\"");
        let mut links = vec![link(1, "first"), link(pages, "last")];
        if page < pages {
            links.push(link(page + 1, "next"));
        }
        let headers = [("x-total-count", all.len().to_string()), (header::LINK.as_str(), links.join(", "))];
        Some((headers, json(200, &json!(shown))).into_response())
    }
}

/// The object that is sent, with integers within their bounds alone, or the status of the refusal.
fn body_of(
    asked: &Asked,
    media: &str,
    ranges: &[(&str, i64, i64)],
    required: &[&str],
) -> Result<Map<String, Value>, u16> {
    let sent = asked.header("content-type").split(';').next().unwrap_or_default().trim().to_lowercase();
    if sent != media {
        return Err(415);
    }
    let Some(Value::Object(body)) = asked.json() else { return Err(400) };
    let fits = |(name, value): (&String, &Value)| {
        let range = ranges.iter().find(|(known, ..)| known == name);
        let number = value.as_f64().filter(|number| number.fract() == 0.0);
        range.zip(number).is_some_and(|((_, least, most), number)| (*least as f64..=*most as f64).contains(&number))
    };
    let is_whole = required.iter().all(|name| body.contains_key(*name));
    if is_whole && body.iter().all(fits) { Ok(body) } else { Err(400) }
}

/// What is told of a server with these ways, as errors: the rule and the operation.
async fn told(document: &str, ways: Ways) -> BTreeSet<String> {
    let fleet = Arc::new(Mutex::new(Fleet::new()));
    let url = serve_all(move |asked| fleet.lock().expect("no panic").answer(ways, asked)).await;
    let folder = folder_with(&[("api.yaml", document)]);
    let options = ["--spec", "api.yaml", "--target", &url, "--regressions", "off", "--format", "json", "--cases", "0"];
    let report = report::read(&run_beside(folder.path(), &options).await);
    assert_eq!(report::untested(&report), [""; 0], "{ways:?}");
    report::wrong(&report)
}

#[tokio::test]
async fn a_right_server_of_depots_keeps_the_laws() {
    assert_eq!(told(DOCUMENT, Ways::Plain).await, BTreeSet::new());
    let above = DOCUMENT.replace("At least so many bikes.", "Above so many bikes.");
    assert_eq!(told(&above, Ways::Above).await, BTreeSet::new());
}

#[tokio::test]
async fn laws_of_depots_are_told() {
    let broken = [
        (Ways::Above, "unfiltered listDepots"),
        (Ways::SkipsItems, "page-gap listDepots"),
        (Ways::MaxIgnored, "unfiltered listDepots"),
        (Ways::MaxAlone, "unfiltered listDepots"),
        (Ways::KeepsTariff, "not-gone dropTariff"),
        (Ways::KeepsCents, "lost-update putTariff"),
        (Ways::Forgets, "lost-update patchSettings"),
        (Ways::Erases, "patch-erases patchSettings"),
        (Ways::Resets, "patch-erases patchSettings"),
    ];
    let mut wrong = Vec::new();
    for (ways, law) in broken {
        let found = told(DOCUMENT, ways).await;
        if !found.iter().eq([law]) {
            wrong.push((ways, law, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
