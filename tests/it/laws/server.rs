//! A server of projects and their tasks that keeps all laws, but for one fault.

use std::collections::BTreeMap;

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use crate::support::served::{Asked, empty, json, not_allowed};

/// What the server does, wrong or otherwise than others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ways {
    Plain,
    /// The third and each further project is not stored.
    LosesCreations,
    /// A note is cut to ten characters when it is stored.
    CutsNotes,
    /// A PUT does not store the weight.
    LosesUpdates,
    /// A PATCH clears the note that it does not name.
    ErasesNotes,
    /// A PUT that changes nothing is refused.
    RefusesSecondPut,
    /// A PATCH sets the property of all projects.
    ChangesAll,
    /// `If-Match` is not looked at.
    IgnoresState,
    /// The tag of a project stays as it is.
    SameTag,
    /// What a client knows is sent again.
    NoNotModified,
    /// A DELETE answers 204 and keeps the project.
    KeepsDeleted,
    /// A DELETE removes the next project as well.
    DeletesMore,
    /// Tasks that were deleted stay in the list.
    ListsDeleted,
    /// The list leaves out the last task.
    ListsLess,
    /// A task is found below every project.
    IgnoresParent,
    /// A page holds one item more than asked for.
    LongPages,
    /// Pages begin one item too early.
    OverlappingPages,
    /// The filter is not looked at.
    NoFilter,
    /// The filter leaves out all.
    EmptyFilter,
    /// The list is sorted by the name, whatever is asked.
    WrongOrder,
    /// A DELETE marks a project, which stays readable.
    Soft,
    /// What is deleted is there for two more reads.
    Eventual,
    /// A change leaves the name as it is, and says so.
    FixedName,
    /// A project has a number of its own beside its id, by which nothing is read.
    Numbered,
    /// What has a closed stage is not there for everybody.
    Hides,
    /// A further project of the same values is the first one.
    GetsOrCreates,
    /// A project has the id behind the last one that is there, which may have been another's.
    NextIds,
    /// What is asked for is there.
    Mock,
}

#[derive(Default)]
pub struct Store {
    projects: BTreeMap<u64, Map<String, Value>>,
    tasks: BTreeMap<u64, (u64, Value)>,
    next: u64,
    /// Reads that still find what was deleted.
    late: BTreeMap<u64, (u32, Map<String, Value>)>,
    hidden: Vec<Value>,
}

impl Store {
    pub fn answer(&mut self, ways: Ways, asked: &Asked) -> Response {
        let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        let id = |text: &str| text.parse::<u64>().ok().filter(|id| *id > 0);
        match parts[..] {
            ["projects"] => self.projects(ways, asked),
            ["projects", project] => match id(project) {
                Some(project) => self.project(ways, asked, project),
                None => empty(400),
            },
            ["projects", project, "tasks"] => match id(project) {
                Some(project) => self.tasks(ways, asked, project),
                None => empty(400),
            },
            ["projects", project, "tasks", task] => match (id(project), id(task)) {
                (Some(project), Some(task)) => self.task(ways, asked, project, task),
                _ => empty(400),
            },
            _ => empty(404),
        }
    }

    fn projects(&mut self, ways: Ways, asked: &Asked) -> Response {
        match asked.method.as_str() {
            "GET" => {
                let Some(query) = Query::read(&asked.query) else { return empty(400) };
                let mut all: Vec<&Map<String, Value>> = self.projects.values().collect();
                match (ways, &query.stage) {
                    (Ways::NoFilter, _) | (_, None) => {}
                    (Ways::EmptyFilter, Some(_)) => all.clear(),
                    (_, Some(stage)) => all.retain(|project| project["stage"] == **stage),
                }
                let weight = |project: &&Map<String, Value>| project["weight"].as_i64().unwrap_or_default();
                match query.sort.as_deref() {
                    Some(_) if ways == Ways::WrongOrder => all.sort_by_key(|project| project["name"].to_string()),
                    Some("weight") => all.sort_by_key(weight),
                    Some("-weight") => all.sort_by_key(|project| std::cmp::Reverse(weight(project))),
                    _ => {}
                }
                let early = usize::from(ways == Ways::OverlappingPages && query.offset > 0);
                let more = usize::from(ways == Ways::LongPages);
                let page = all.into_iter().skip(query.offset - early).take(query.limit + more);
                json(200, &json!(page.collect::<Vec<_>>()))
            }
            "POST" if !asked.is_json() => empty(415),
            "POST" => {
                let Some(mut project) = project_of(asked).filter(|project| project.contains_key("name")) else {
                    return empty(400);
                };
                let same =
                    |known: &&Map<String, Value>| project.iter().all(|(name, value)| known.get(name) == Some(value));
                if let (Ways::GetsOrCreates, Some(known)) = (ways, self.projects.values().find(same)) {
                    return json(201, &json!(known));
                }
                self.next = match ways {
                    Ways::NextIds => self.projects.keys().next_back().map_or(1, |id| id + 1),
                    _ => self.next + 1,
                };
                project.insert("id".to_owned(), json!(self.next));
                complete(&mut project);
                if ways == Ways::Numbered {
                    project.insert("number".to_owned(), json!(self.next + 500));
                }
                let answer = json!(project);
                if ways == Ways::CutsNotes {
                    project["note"] =
                        json!(project["note"].as_str().unwrap_or_default().chars().take(1).collect::<String>());
                }
                if ways != Ways::LosesCreations || self.projects.len() < 2 {
                    self.projects.insert(self.next, project);
                }
                ([(header::LOCATION, format!("/projects/{}", self.next))], json(201, &answer)).into_response()
            }
            _ => not_allowed("GET, POST"),
        }
    }

    fn project(&mut self, ways: Ways, asked: &Asked, id: u64) -> Response {
        let method = asked.method.as_str();
        if !matches!(method, "GET" | "PUT" | "PATCH" | "DELETE") {
            return not_allowed("GET, PUT, PATCH, DELETE");
        }
        if let ("GET", Some((times, project))) = (method, self.late.get_mut(&id))
            && *times > 0
        {
            *times -= 1;
            return json(200, &json!(project));
        }
        if ways == Ways::Mock && method == "GET" {
            return json(200, &json!({"id": id, "name": "mock"}));
        }
        let Some(before) = self.projects.get(&id).cloned() else { return empty(404) };
        match method {
            "GET" if ways == Ways::Hides && before["stage"] == "closed" => empty(404),
            "GET" => {
                let tag = tag(ways, &before);
                if ways != Ways::NoNotModified
                    && matches!(asked.header("if-none-match"), known if known == tag || known == "*")
                {
                    return ([(header::ETAG, tag)], empty(304)).into_response();
                }
                ([(header::ETAG, tag)], json(200, &json!(before))).into_response()
            }
            "DELETE" => {
                match ways {
                    Ways::KeepsDeleted => {}
                    Ways::Soft => {
                        self.projects.entry(id).or_default().insert("deleted".to_owned(), json!(true));
                    }
                    _ => {
                        self.projects.remove(&id);
                        self.tasks.retain(|_, (project, _)| *project != id);
                    }
                }
                if ways == Ways::DeletesMore
                    && let Some(other) = self.projects.keys().rev().find(|other| **other != id).copied()
                {
                    self.projects.remove(&other);
                }
                if ways == Ways::Eventual {
                    self.late.insert(id, (2, before));
                }
                empty(204)
            }
            _ if !asked.is_json() => empty(415),
            _ => {
                let Some(change) = project_of(asked) else { return empty(400) };
                let is_put = method == "PUT";
                let named = asked.header("if-match");
                let is_named = named.is_empty() || named == "*" || named == tag(ways, &before);
                if is_put && !is_named && ways != Ways::IgnoresState {
                    return empty(412);
                }
                if is_put && !change.contains_key("name") || change.is_empty() {
                    return empty(400);
                }
                let mut after = if is_put { Map::new() } else { before.clone() };
                after.extend(change.clone());
                after.insert("id".to_owned(), json!(id));
                complete(&mut after);
                match ways {
                    Ways::FixedName => after["name"] = before["name"].clone(),
                    Ways::LosesUpdates if is_put => after = before.clone(),
                    Ways::ErasesNotes if !is_put && !change.contains_key("note") => after["note"] = json!(""),
                    Ways::RefusesSecondPut if is_put && after == before => return empty(400),
                    Ways::ChangesAll if !is_put => {
                        self.projects.values_mut().for_each(|other| other.extend(change.clone()));
                    }
                    _ => {}
                }
                self.projects.insert(id, after.clone());
                json(200, &json!(after))
            }
        }
    }

    fn tasks(&mut self, ways: Ways, asked: &Asked, project: u64) -> Response {
        let method = asked.method.as_str();
        if !matches!(method, "GET" | "POST") {
            return not_allowed("GET, POST");
        }
        if !self.projects.contains_key(&project) {
            return empty(404);
        }
        if method == "GET" {
            let mut all: Vec<&Value> =
                self.tasks.values().filter(|(own, _)| *own == project).map(|(_, task)| task).collect();
            if ways == Ways::ListsLess && all.len() > 1 {
                all.pop();
            }
            all.extend(self.hidden.iter().filter(|_| ways == Ways::ListsDeleted));
            return json(200, &json!(all));
        }
        if !asked.is_json() {
            return empty(415);
        }
        let title = asked.json().and_then(|body| match body.as_object() {
            Some(members) if members.len() == 1 => text(&body["title"], 1, 40).then(|| body["title"].clone()),
            _ => None,
        });
        let Some(title) = title else { return empty(400) };
        self.next += 1;
        let task = json!({"id": self.next, "title": title});
        self.tasks.insert(self.next, (project, task.clone()));
        json(201, &task)
    }

    fn task(&mut self, ways: Ways, asked: &Asked, project: u64, id: u64) -> Response {
        let method = asked.method.as_str();
        if !matches!(method, "GET" | "DELETE") {
            return not_allowed("GET, DELETE");
        }
        let known = self.tasks.get(&id).filter(|(own, _)| *own == project || ways == Ways::IgnoresParent);
        let Some((_, task)) = known.cloned() else { return empty(404) };
        if method == "GET" {
            return json(200, &task);
        }
        self.tasks.remove(&id);
        self.hidden.push(task);
        empty(204)
    }
}

/// A tag of what a project holds.
fn tag(ways: Ways, project: &Map<String, Value>) -> String {
    let mut hasher = std::hash::DefaultHasher::new();
    if ways != Ways::SameTag {
        std::hash::Hash::hash(&json!(project).to_string(), &mut hasher);
    }
    format!("\"{:x}\"", std::hash::Hasher::finish(&hasher))
}

struct Query {
    limit: usize,
    offset: usize,
    stage: Option<String>,
    sort: Option<String>,
}

impl Query {
    fn read(query: &str) -> Option<Self> {
        let mut read = Self { limit: 1000, offset: 0, stage: None, sort: None };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "limit" => read.limit = value.parse().ok().filter(|limit| (1..=1000).contains(limit))?,
                "offset" => read.offset = value.parse().ok().filter(|offset| *offset <= 100_000)?,
                "stage" => read.stage = Some(value.into_owned()).filter(|stage| stage == "open" || stage == "closed"),
                "sort" => read.sort = Some(value.into_owned()).filter(|sort| sort == "weight" || sort == "-weight"),
                _ => continue,
            }
            let is_read = match &*name {
                "stage" => read.stage.is_some(),
                "sort" => read.sort.is_some(),
                _ => true,
            };
            if !is_read {
                return None;
            }
        }
        Some(read)
    }
}

/// The properties that a valid body sets.
fn project_of(asked: &Asked) -> Option<Map<String, Value>> {
    let Value::Object(members) = asked.json()? else { return None };
    let is_fine = |(name, value): (&String, &Value)| match name.as_str() {
        "name" => text(value, 1, 40),
        "note" => text(value, 0, 200),
        "stage" => value == "open" || value == "closed",
        "weight" => {
            let number = value.as_f64();
            number.is_some_and(|number| number.fract() == 0.0 && (0.0..=1000.0).contains(&number))
        }
        _ => false,
    };
    members.iter().all(is_fine).then_some(members)
}

fn complete(project: &mut Map<String, Value>) {
    for (name, value) in [("note", json!("-")), ("stage", json!("open")), ("weight", json!(0))] {
        project.entry(name).or_insert(value);
    }
    project["weight"] = json!(project["weight"].as_f64().unwrap_or_default() as i64);
}

fn text(value: &Value, least: usize, most: usize) -> bool {
    value.as_str().is_some_and(|text| (least..=most).contains(&text.chars().count()))
}
