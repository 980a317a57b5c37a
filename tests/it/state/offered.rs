//! What a server makes is found by whatever it says of it.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::run;
use crate::support::served::{Asked, empty, json as answer, not_allowed};

/// A document of these paths with their operations, by `METHOD /path`; a POST and a PUT take a name.
fn document(operations: &[&str]) -> String {
    let mut paths: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (index, operation) in operations.iter().enumerate() {
        let (method, path) = operation.split_once(' ').expect("a method and a path");
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let body = match method {
            "POST" | "PUT" => {
                ", requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Named'}}}}"
            }
            _ => "",
        };
        let query = match query {
            "" => String::new(),
            name => format!(", parameters: [{{name: {name}, in: query, required: true, schema: {{type: string}}}}]"),
        };
        paths.entry(path).or_default().push(format!(
            "    {}: {{operationId: op{index}{query}{body}, responses: {{2XX: {{description: fine}}, 4XX: {{description: refused}}}}}}\n",
            method.to_lowercase()
        ));
    }
    let mut text = "openapi: 3.1.0\ninfo: {title: All, version: '1'}\npaths:\n".to_owned();
    for (path, operations) in paths {
        let variables = path.split(['{', '}']).skip(1).step_by(2);
        let parameters: Vec<String> = variables
            .map(|name| format!("{{name: {name}, in: path, required: true, schema: {{type: string}}}}"))
            .collect();
        text += &format!("  {path}:\n    parameters: [{}]\n{}", parameters.join(", "), operations.concat());
    }
    text + "components:\n  schemas:\n    Named: {type: object, required: [name], properties: {name: {type: string, minLength: 1, maxLength: 40}}}\n"
}

/// A store of things by their paths, with the bodies that are shown.
#[derive(Default)]
struct Store {
    next: u64,
    things: BTreeMap<String, Value>,
    deleted: BTreeSet<String>,
    reads: usize,
}

/// How a server makes something: from the path of its collection, a number and the name, the path of what was made, what is
/// shown of it, and the response.
type Making = fn(&str, u64, &str) -> (String, Value, Response);

/// Serves the operations of a document: what it makes is there by its path.
fn serve(operations: &[&str], making: Making, store: &mut Store, asked: &Asked) -> Response {
    let fits = |template: &str| {
        let template = template.split('?').next().unwrap_or_default();
        let (known, own): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), asked.path.split('/').collect());
        known.len() == own.len()
            && known.iter().zip(own).all(|(known, own)| *known == own || known.starts_with('{') && !own.is_empty())
    };
    let is_fixed = |template: &str| !template.contains('{');
    let all: Vec<(&str, &str)> =
        operations.iter().filter_map(|one| one.split_once(' ')).filter(|(_, path)| fits(path)).collect();
    let Some((_, template)) = all.iter().max_by_key(|(_, path)| is_fixed(path)) else { return empty(404) };
    let methods: Vec<&str> = all
        .iter()
        .filter(|(_, path)| path.split('?').next() == template.split('?').next())
        .map(|(method, _)| *method)
        .collect();
    if !methods.contains(&asked.method.as_str()) {
        return not_allowed(Box::leak(methods.join(", ").into_boxed_str()));
    }
    let path = asked.path.clone();
    let above = path.rsplitn(3, '/').last().filter(|above| !above.is_empty()).map(str::to_owned);
    if let Some((_, query)) = all.iter().find_map(|(_, path)| path.split_once('?').filter(|_| asked.method == "GET")) {
        let value = asked.query.split('&').find_map(|pair| pair.strip_prefix(query)?.strip_prefix('='));
        return match value {
            None => empty(400),
            Some(id) if store.things.keys().any(|path| path.ends_with(&format!("/{id}"))) => empty(204),
            Some(_) => empty(404),
        };
    }
    let name = || {
        let name = asked.json()?["name"].as_str()?.to_owned();
        (1..=40).contains(&name.chars().count()).then_some(name)
    };
    match asked.method.as_str() {
        "POST" | "PUT" if !asked.is_json() => empty(415),
        "POST" => {
            let is_below = path.matches('/').count() > 1;
            if is_below && above.is_some() && !store.things.contains_key(path.rsplit_once('/').expect("a path").0) {
                return empty(404);
            }
            let Some(name) = name() else { return empty(400) };
            store.next += 1;
            let (made, shown, response) = making(&path, store.next, &name);
            if store.things.contains_key(&made) {
                return empty(409);
            }
            store.things.insert(made, shown);
            response
        }
        "GET" if template.ends_with('}') => match store.things.get(&path) {
            None => empty(404),
            Some(Value::Object(job)) if job.contains_key("status") => {
                store.reads += 1;
                let is_done = store.reads > 2;
                answer(200, &if is_done { Value::Object(job.clone()) } else { json!({"status": "running"}) })
            }
            Some(thing) => answer(200, thing),
        },
        "GET" if store.things.contains_key(&path) => answer(200, &store.things[&path]),
        "GET" if path.matches('/').count() > 1 => empty(404),
        "GET" => {
            let inside = |one: &&String| one.rsplit_once('/').is_some_and(|(above, _)| above == path);
            let all: Vec<&Value> = store.things.iter().filter(|(one, _)| inside(one)).map(|(_, thing)| thing).collect();
            answer(200, &json!({"_embedded": {"all": all}, "total": all.len()}))
        }
        "PUT" => {
            let Some(name) = name() else { return empty(400) };
            let is_item = template.ends_with('}');
            let (parent, _) = path.rsplit_once('/').expect("a path");
            if !is_item && !store.things.contains_key(parent) {
                return empty(404);
            }
            let status = if store.things.insert(path, json!({"name": name})).is_none() { 201 } else { 200 };
            empty(status)
        }
        _ => match store.things.remove(&path) {
            None => empty(404),
            Some(_) => {
                store.deleted.insert(path);
                empty(204)
            }
        },
    }
}

/// All ways, each with its operations.
const WAYS: [(&[&str], Making); 9] = [
    // A `Location` alone.
    (&["POST /regions", "GET /regions/{region_id}", "DELETE /regions/{region_id}"], |path, next, _| {
        let at = format!("{path}/r-{next}");
        let response = (axum::http::StatusCode::CREATED, [(header::LOCATION, at.clone())]).into_response();
        (at, json!({}), response)
    }),
    // A list alone, in an envelope of HAL.
    (&["POST /tags", "GET /tags", "GET /tags/{tag}", "PUT /tags/{tag}"], |path, next, name| {
        (format!("{path}/t-{next}"), json!({"id": format!("t-{next}"), "label": name}), empty(204))
    }),
    // Links alone.
    (&["POST /notes", "GET /notes/{note}"], |path, next, _| {
        let at = format!("{path}/n-{next}");
        let shown = json!({"_links": {"self": {"href": format!("http://here/v1{at}")}}});
        (at, shown.clone(), answer(201, &shown))
    }),
    // A key of two parts.
    (
        &[
            "POST /repos",
            "GET /repos/{owner}/{repo}",
            "PUT /repos/{owner}/{repo}/settings",
            "GET /repos/{owner}/{repo}/settings",
        ],
        |path, next, _| {
            let shown = json!({"id": next, "owner": {"id": 9, "login": "acme"}, "name": format!("repo-{next}")});
            (format!("{path}/acme/repo-{next}"), shown.clone(), answer(201, &shown))
        },
    ),
    // A slug that the server makes, beside an id.
    (&["POST /articles", "GET /articles/{slug}", "DELETE /articles/{slug}"], |path, next, _| {
        let shown = json!({"article": {"id": next, "slug": format!("an-article-{next}")}});
        (format!("{path}/an-article-{next}"), shown.clone(), answer(201, &shown))
    }),
    // The name that the client gives, beside an id.
    (&["POST /users", "GET /users/{user}", "DELETE /users/{user}"], |path, next, name| {
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let name = format!("{name}{next}");
        (
            format!("{path}/{name}"),
            json!({"id": next, "username": name}),
            answer(201, &json!({"id": next, "username": name})),
        )
    }),
    // Three levels, whose variables are called otherwise each time, and a singleton.
    (
        &[
            "POST /projects",
            "GET /projects/{id}",
            "PUT /projects/{project}/settings",
            "GET /projects/{project}/settings",
            "POST /projects/{projectId}/tasks",
            "GET /projects/{project_id}/tasks/{id}",
            "POST /projects/{projectId}/tasks/{taskId}/comments",
            "GET /projects/{pid}/tasks/{tid}/comments/{commentId}",
            "DELETE /projects/{pid}/tasks/{tid}/comments/{commentId}",
        ],
        |path, next, _| {
            let shown = json!({"data": {"id": format!("x{next}"), "attributes": {"size": 3}}});
            (format!("{path}/x{next}"), shown.clone(), answer(201, &shown))
        },
    ),
    // A PUT that creates what its path names.
    (&["PUT /files/{file}", "GET /files/{file}", "DELETE /files/{file}"], |path, next, _| {
        (format!("{path}/{next}"), json!({}), empty(204))
    }),
    // What names its parent by a query.
    (&["POST /posts", "GET /posts/{post}", "GET /comments?post_id"], |path, next, _| {
        let shown = json!([{"uuid": format!("p{next}")}]);
        (format!("{path}/p{next}"), json!({}), answer(201, &json!({"items": shown})))
    }),
];

#[tokio::test]
async fn what_is_made_is_found_by_whatever_says_where_it_is() {
    for (operations, making) in WAYS {
        let (ran, _) = run(&document(operations), Store::default(), &[], move |store, asked| {
            serve(operations, making, store, asked)
        })
        .await;
        assert!(ran.is_whole(), "{operations:?}: {ran}");
    }
}

const JOBS: [&str; 4] = ["POST /exports", "GET /exports/{export}", "DELETE /exports/{export}", "GET /tasks/{task}"];

/// Exports are done in tasks: what a task comes to.
async fn exports(result: Option<fn(u64) -> Value>) -> (super::Ran, BTreeSet<String>) {
    let answered = move |store: &mut Store, asked: &Asked| {
        if asked.method != "POST" || asked.path != "/exports" || result.is_none() && store.next > 900 {
            return serve(&JOBS, |path, _, _| (path.to_owned(), json!({}), empty(500)), store, asked);
        }
        let making: Making = |path, next, _| {
            let at = [(header::LOCATION, format!("/tasks/k{next}"))];
            (format!("{path}/e{next}"), json!({}), (axum::http::StatusCode::ACCEPTED, at).into_response())
        };
        let response = serve(&JOBS, making, store, asked);
        if response.status() == 202 {
            let next = store.next;
            let done =
                result.map_or(json!({"status": "running"}), |result| json!({"status": "done", "result": result(next)}));
            store.things.insert(format!("/tasks/k{next}"), done);
            store.reads = 0;
        }
        response
    };
    let store = Store { things: [("/exports/mine".to_owned(), json!({}))].into(), ..Store::default() };
    let (ran, store) = run(&document(&JOBS), store, &[], answered).await;
    let deleted = store.lock().expect("no panic").deleted.clone();
    (ran, deleted)
}

#[tokio::test]
async fn what_is_done_later_is_waited_for() {
    let results: [fn(u64) -> Value; 2] =
        [|next| json!({"export_id": format!("e{next}")}), |next| json!(format!("/v1/exports/e{next}"))];
    for result in results {
        let (ran, deleted) = exports(Some(result)).await;
        assert!(ran.is_whole(), "{ran}");
        assert!(!deleted.is_empty() && !deleted.contains("/exports/mine"));
    }
    // What never ends, or names something else, is no reason to change what was there.
    let rows: fn(u64) -> Value = |_| json!({"rows": 5});
    for result in [None, Some(rows)] {
        let (ran, deleted) = exports(result).await;
        assert!(ran.errors.is_empty() && deleted.is_empty(), "{ran} {deleted:?}");
        assert_eq!(ran.untested.len(), 2, "{ran}");
    }
}
