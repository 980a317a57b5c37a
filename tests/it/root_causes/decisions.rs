//! One decision of a server that shows in several schemas, members or media types.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use serde_json::{Map, Value, json};

use super::{causes, messages, told};
use crate::support::served::{Asked, empty, json, not_allowed};

/// The messages of errors of a rule.
async fn errors(
    document: &str,
    rule: &str,
    answer: impl Fn(&Asked) -> axum::response::Response + Send + Sync + 'static,
) -> Vec<String> {
    let causes = causes(document, answer).await;
    messages(&causes, rule).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn ids_of_another_type_in_many_schemas_are_one_habit_and_in_two_they_are_two_bugs() {
    let operation = |name: &str| {
        let schema = format!("{{type: object, properties: {{id: {{type: string}}, {name}_title: {{type: string}}}}}}");
        format!(
            "  /{name}:\n    get:\n      operationId: {name}\n      responses: {{'200': {{description: it, content: {{application/json: {{schema: {schema}}}}}}}}}\n"
        )
    };
    let document: String = ["apples", "pears", "plums"].map(operation).concat();
    let document = format!("openapi: 3.0.3\ninfo: {{title: Fruits, version: '1'}}\npaths:\n{document}");
    let found = |wrong: &'static [&'static str]| {
        let document = document.clone();
        async move {
            let answer = move |asked: &Asked| match asked.method.as_str() {
                "GET" | "HEAD" if wrong.contains(&asked.path.as_str()) => json(200, &json!({"id": 7})),
                "GET" | "HEAD" => json(200, &json!({"id": "7"})),
                _ => not_allowed("GET"),
            };
            errors(&document, "response-schema", answer).await
        }
    };
    let all = found(&["/apples", "/pears", "/plums"]).await;
    assert_eq!(all, ["`id` is an integer where a string is documented, in 3 operations"]);
    assert_eq!(found(&["/apples", "/plums"]).await.len(), 2);
    assert_eq!(found(&[]).await, [""; 0]);
}

const PEOPLE: &str = "openapi: 3.0.3
info: {title: People, version: '1'}
paths:
  /people:
    post:
      operationId: make
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [name], additionalProperties: false, properties: {name: {type: string}, born: {type: string, format: date}}}}}
      responses: {'201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Person'}}}}, '400': {description: refused}, '415': {description: refused}}
  /people/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer, minimum: 1, maximum: 99999}}]
    get:
      operationId: read
      responses: {'200': {description: it, content: {application/json: {schema: {$ref: '#/components/schemas/Person'}}}}, '404': {description: none}}
    patch:
      operationId: change
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, additionalProperties: false, properties: {name: {type: string}, born: {type: string, format: date}}}}}
      responses: {'200': {description: it, content: {application/json: {schema: {$ref: '#/components/schemas/Person'}}}}, '400': {description: refused}, '404': {description: none}, '415': {description: refused}}
components:
  schemas:
    Person: {type: object, required: [id, name], properties: {id: {type: integer}, name: {type: string}, born: {type: string, format: date}}}
";

#[derive(Clone, Copy, Default)]
struct Faults {
    /// Unknown members are dropped where a person is made, and where one is changed.
    open: [bool; 2],
    /// A body that is no JSON by its type is none, and none is an empty one.
    unparsed: bool,
    /// Any text is a date.
    any_date: bool,
}

/// Serves people with these faults.
fn people(faults: Faults) -> impl Fn(&Asked) -> axum::response::Response + Send + Sync + 'static {
    let known: Mutex<HashMap<u64, Map<String, Value>>> = Mutex::default();
    move |asked: &Asked| {
        let mut known = known.lock().expect("no panic");
        let id: Option<u64> = asked.path.strip_prefix("/people/").and_then(|id| id.parse().ok());
        let is_one = asked.path != "/people";
        if is_one && id.is_none_or(|id| !known.contains_key(&id)) {
            return empty(404);
        }
        let is_change = match (asked.method.as_str(), id) {
            ("GET" | "HEAD", Some(id)) => return json(200, &json!(known[&id])),
            ("POST", None) => false,
            ("PATCH", Some(_)) => true,
            (_, Some(_)) => return not_allowed("GET, PATCH"),
            (_, None) => return not_allowed("POST"),
        };
        let body = match (asked.is_json(), asked.json()) {
            (false, _) if is_change && faults.unparsed => json!({}),
            (false, _) => return empty(415),
            (true, Some(body)) => body,
            (true, None) => return empty(400),
        };
        let Value::Object(mut body) = body else { return empty(400) };
        let is_known = |name: &String| name == "name" || name == "born";
        if !faults.open[usize::from(is_change)] && !body.keys().all(is_known)
            || !is_change && !body.contains_key("name")
        {
            return empty(400);
        }
        body.retain(|name, _| is_known(name));
        let is_right = |(name, value): (&String, &Value)| {
            value.as_str().is_some_and(|text| name == "name" || faults.any_date || is_date(text))
        };
        if !body.iter().all(is_right) {
            return empty(400);
        }
        let own = id.unwrap_or(known.len() as u64 + 1);
        let person = known.entry(own).or_default();
        person.insert("id".to_owned(), json!(own));
        person.extend(body);
        json(if is_change { 200 } else { 201 }, &json!(person))
    }
}

fn is_date(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok_and(|date| date.to_string() == text)
}

#[tokio::test]
async fn members_that_one_resource_does_not_heed_are_one_bug_and_one_of_them_is_another() {
    let found = |faults| errors(PEOPLE, "accepted-invalid", people(faults));
    assert_eq!(found(Faults::default()).await, [""; 0]);
    let both = found(Faults { open: [true, true], ..Faults::default() }).await;
    assert_eq!(both.len(), 1, "{both:#?}");
    let two = found(Faults { open: [true, false], any_date: true, ..Faults::default() }).await;
    assert_eq!(two.len(), 2, "the members of one, and the dates of both: {two:#?}");
}

#[tokio::test]
async fn a_body_that_is_not_parsed_is_one_bug_with_none() {
    let found = causes(PEOPLE, people(Faults { unparsed: true, ..Faults::default() })).await;
    let rules: Vec<&str> = found.iter().filter_map(|cause| cause["example"]["rule"].as_str()).collect();
    assert!(matches!(rules[..], ["wrong-media-type" | "accepted-invalid"]), "{found:#?}");
}

#[tokio::test]
async fn what_was_stored_against_its_schema_is_one_bug_with_having_stored_it() {
    let found = causes(PEOPLE, people(Faults { any_date: true, ..Faults::default() })).await;
    assert_eq!((found.len(), messages(&found, "accepted-invalid").len()), (1, 1), "{found:#?}");
}

const LINKS: &str = "openapi: 3.0.3
info: {title: Links, version: '1'}
paths:
  /links:
    post:
      operationId: make
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [url], properties: {url: {type: string, format: uri}}}}}}
      responses: {'201': {description: made, content: {application/json: {schema: {type: object, properties: {id: {type: integer}}}}}}, '400': {description: refused}, '415': {description: refused}}
  /links/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer, minimum: 1, maximum: 99999}}]
    get:
      operationId: read
      responses: {'200': {description: it, content: {application/json: {schema: {type: object, properties: {url: {type: string, format: uri}}}}}}, '404': {description: none}}
";

#[tokio::test]
async fn what_a_warning_lets_pass_is_no_error_where_it_is_read_back_and_what_the_server_adds_is() {
    let found = |before: &'static str| async move {
        let known: Mutex<Vec<String>> = Mutex::default();
        let answer = move |asked: &Asked| {
            let mut known = known.lock().expect("no panic");
            let at = asked.path.strip_prefix("/links/").and_then(|id| id.parse::<usize>().ok()).unwrap_or_default();
            match (asked.method.as_str(), asked.path.as_str()) {
                ("POST", "/links") if !asked.is_json() => empty(415),
                ("POST", "/links") => {
                    let body = asked.json();
                    let url = body.as_ref().and_then(|body| body["url"].as_str());
                    let Some(url) = url.filter(|url| url::Url::parse(url.trim()).is_ok()) else { return empty(400) };
                    known.push(url.to_owned());
                    json(201, &json!({"id": known.len()}))
                }
                ("GET" | "HEAD", _) if at > 0 && at <= known.len() => {
                    json(200, &json!({"url": format!("{before}{}", known[at - 1])}))
                }
                (_, "/links") => not_allowed("POST"),
                _ if at > 0 && at <= known.len() => not_allowed("GET"),
                _ => empty(404),
            }
        };
        errors(LINKS, "response-schema", answer).await
    };
    assert_eq!(found("").await, [""; 0]);
    assert_eq!(found("see ").await.len(), 1);
}

const AUTOS: &str = "openapi: 3.0.3
info: {title: Autos, version: '1'}
paths:
  /autos:
    post:
      operationId: make
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [ip, ns], properties: {ip: {type: string}, ns: {type: string}}}}}}
      responses: {'201': {description: made}, '400': {description: refused}, '415': {description: refused}}
";

#[tokio::test]
async fn a_failure_at_each_repetition_is_not_flaky_and_told_once() {
    let known: Mutex<HashSet<(String, String)>> = Mutex::default();
    let answer = move |asked: &Asked| {
        if asked.method != "POST" {
            return not_allowed("POST");
        }
        // It reads whatever the body is called.
        let text = |name: &str| asked.json().and_then(|body| body[name].as_str().map(str::to_owned));
        let (Some(ip), Some(ns)) = (text("ip"), text("ns")) else { return empty(400) };
        match known.lock().expect("no panic").insert((ip, ns)) {
            true => empty(201),
            false => json(500, &json!({"error": "Internal Server Error"})),
        }
    };
    let found = causes(AUTOS, answer).await;
    let failures: Vec<&Value> = found.iter().filter(|cause| cause["example"]["rule"] == "server-error").collect();
    assert_eq!(failures.len(), 1, "{failures:#?}");
    assert_eq!(failures[0]["example"]["flaky"], Value::Null, "{failures:#?}");
}

const SILENCES: &str = "openapi: 3.0.3
info: {title: Silences, version: '1'}
paths:
  /silences:
    post:
      operationId: make
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [matchers, comment]
              properties:
                comment: {type: string}
                matchers: {type: array, minItems: 1, items: {type: object, required: [name, value], properties: {name: {type: string}, value: {type: string}}}}
      responses: {'201': {description: made}, '400': {description: refused}, '415': {description: refused}}
";

#[tokio::test]
async fn a_refusal_of_one_member_of_an_item_is_that_of_the_member() {
    let answer = |asked: &Asked| {
        if asked.method != "POST" {
            return not_allowed("POST");
        }
        if !asked.is_json() {
            return empty(415);
        }
        let refused = |said: &str| json(400, &json!({"error": said}));
        let Some(body) = asked.json() else { return refused("no JSON") };
        let matchers = body["matchers"].as_array().filter(|all| !all.is_empty() && body["comment"].is_string());
        let Some(matchers) = matchers else { return refused("types") };
        for (at, matcher) in matchers.iter().enumerate() {
            let (Some(name), Some(_)) = (matcher["name"].as_str(), matcher["value"].as_str()) else {
                return refused("types");
            };
            if name.is_empty() {
                return refused(&format!("invalid matcher {at}: invalid name \"\""));
            }
        }
        empty(201)
    };
    let found = told(SILENCES, &[], answer).await;
    let found = messages(&found, "rejected-valid");
    assert!(found.iter().all(|message| message.contains("/name`")), "{found:#?}");
}

#[tokio::test]
async fn failures_without_a_word_over_three_parameters_are_one_bug_and_over_two_they_are_two() {
    let document = "openapi: 3.0.3
info: {title: Decisions, version: '1'}
paths:
  /decisions:
    head:
      operationId: decisions
      parameters:
        - {name: ip, in: query, schema: {type: string}}
        - {name: range, in: query, schema: {type: string}}
        - {name: deep, in: query, schema: {type: boolean}}
      responses: {'200': {description: all}, '400': {description: refused}}
";
    let found = |careless: &'static [&'static str]| async move {
        let answer = move |asked: &Asked| {
            if asked.method != "HEAD" {
                return not_allowed("HEAD");
            }
            let is_right = |(name, text): &(String, String)| match name.as_str() {
                "ip" => text.parse::<std::net::IpAddr>().is_ok(),
                "range" => text.contains('/'),
                "deep" => matches!(text.as_str(), "true" | "false"),
                _ => true,
            };
            let pairs = url::form_urlencoded::parse(asked.query.as_bytes()).into_owned();
            let wrong: Vec<_> = pairs.filter(|pair| !is_right(pair)).collect();
            match wrong.iter().any(|(name, _)| careless.contains(&name.as_str())) {
                true => empty(500),
                false if wrong.is_empty() => empty(200),
                false => empty(400),
            }
        };
        errors(document, "server-error", answer).await
    };
    let all = found(&["ip", "range", "deep"]).await;
    assert_eq!(all.len(), 1, "{all:#?}");
    let two = found(&["ip", "range"]).await;
    assert_eq!(two.len(), 2, "{two:#?}");
}
