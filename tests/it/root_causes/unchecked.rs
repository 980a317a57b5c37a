//! What a server does not check of its requests.

use axum::response::Response;
use serde_json::{Value, json};

use super::{causes, messages};
use crate::support::served::{Asked, empty, json, not_allowed};

/// Two lists with filters whose schemas differ in their titles alone.
const FILTERS: &str = "openapi: 3.1.0
info: {title: Lists, version: '1'}
paths:
  /items:
    get:
      operationId: items
      parameters: [{name: filter, in: query, content: {application/json: {schema: {$ref: '#/components/schemas/Filter'}}}}]
      responses: {'200': {description: all}, '400': {description: refused}}
  /things:
    get:
      operationId: things
      parameters: [{name: filter, in: query, content: {application/json: {schema: {$ref: '#/components/schemas/Filter1'}}}}]
      responses: {'200': {description: all}, '400': {description: refused}}
components:
  schemas:
    Filter: &filter
      title: of items
      type: object
      properties:
        limit: {type: integer, minimum: 1}
        skip: {type: integer, minimum: 0}
        order: {oneOf: [{type: string}, {type: array, items: {type: string}}]}
        name: {type: string, maxLength: 20}
        deep: {type: boolean}
    Filter1: {title: of things, type: object, properties: *properties}
";

fn filters() -> String {
    let properties = "{limit: {type: integer, minimum: 1}, skip: {type: integer, minimum: 0}, order: {oneOf: [{type: string}, {type: array, items: {type: string}}]}, name: {type: string, maxLength: 20}, deep: {type: boolean}}";
    FILTERS.replace(": &filter", ":").replace("*properties", properties)
}

/// A server that reads a filter as an object, and checks of it what it is told to.
fn list(asked: &Asked, checks: fn(&Value) -> bool) -> Response {
    let mut pairs = url::form_urlencoded::parse(asked.query.as_bytes());
    let text = pairs.find(|(name, _)| name == "filter").map(|(_, text)| text.into_owned());
    let filter = text.map_or(Some(json!({})), |text| serde_json::from_str(&text).ok());
    match (asked.method.as_str(), filter) {
        ("GET", Some(filter @ Value::Object(_))) if checks(&filter) => json(200, &json!([])),
        ("GET", _) => json(400, &json!({"error": "filter"})),
        _ => not_allowed("GET"),
    }
}

#[tokio::test]
async fn a_parameter_that_nobody_looks_into_is_one_finding_over_schemas_that_say_the_same() {
    let causes = causes(&filters(), |asked| list(asked, |_| true)).await;
    let found = messages(&causes, "accepted-invalid");
    assert!(found.len() == 1 && found[0].starts_with("Nothing in query parameter `filter` is checked"), "{found:#?}");
    assert_eq!(causes[0]["operations"], 2);
    assert!(causes[0]["places"].as_array().expect("places").len() > 8, "each clause is listed");
}

#[tokio::test]
async fn two_clauses_that_are_not_checked_beside_others_that_are_stay_two() {
    let is_integer = |value: &Value| value.is_null() || value.as_f64().is_some_and(|number| number.fract() == 0.0);
    let checks = move |filter: &Value| {
        let order = &filter["order"];
        let is_list = order.as_array().is_some_and(|items| items.iter().all(Value::is_string));
        let has_null = filter.as_object().is_some_and(|members| members.values().any(Value::is_null));
        !has_null
            && is_integer(&filter["limit"])
            && is_integer(&filter["skip"])
            && filter.get("deep").is_none_or(Value::is_boolean)
            && filter.get("name").is_none_or(Value::is_string)
            && filter.get("order").is_none_or(|order| order.is_string() || is_list)
            // Not the least limit, and not the length of the name.
            && filter["skip"].as_f64().is_none_or(|skip| skip >= 0.0)
    };
    let document = filters();
    let causes = causes(&document, move |asked| match asked.path.as_str() {
        "/items" => list_with(asked, &checks),
        _ => list_with(asked, &|filter| {
            checks(filter)
                && filter["limit"].as_f64().is_none_or(|limit| limit >= 1.0)
                && filter["name"].as_str().is_none_or(|name| name.chars().count() <= 20)
        }),
    });
    let causes = causes.await;
    assert_eq!(messages(&causes, "accepted-invalid").len(), 2, "{causes:#?}");
}

fn list_with(asked: &Asked, checks: &dyn Fn(&Value) -> bool) -> Response {
    match list(asked, |_| true) {
        answer if answer.status() != 200 => answer,
        answer => {
            let mut pairs = url::form_urlencoded::parse(asked.query.as_bytes());
            let text = pairs.find(|(name, _)| name == "filter").map(|(_, text)| text.into_owned());
            let filter = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or(json!({}));
            if checks(&filter) { answer } else { json(400, &json!({"error": "filter"})) }
        }
    }
}

const BODIES: &str = "openapi: 3.1.0
info: {title: Bodies, version: '1'}
paths:
  /rooms:
    post:
      operationId: room
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {size: {type: integer}, tags: {type: array, items: {type: string}}, name: {type: string}}}}}}
      responses: {'204': {description: done}, '400': {description: refused}, '415': {description: refused}}
  /users:
    post:
      operationId: user
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {age: {type: integer}, nick: {type: string}, order: {oneOf: [{type: string}, {type: boolean}]}}}}}}
      responses: {'204': {description: done}, '400': {description: refused}, '415': {description: refused}}
";

/// What a server takes.
#[derive(Clone, Copy, Default)]
struct Lax {
    /// Null for whatever is there.
    null: bool,
    /// A number for a name.
    number_for_name: bool,
    /// A number for an order, which is a text or a truth.
    number_for_order: bool,
    /// A number for a text, wherever one is asked for, and nothing else.
    coerces: bool,
    /// No body at all.
    no_body: bool,
}

fn store(lax: Lax, asked: &Asked) -> Response {
    match asked.method.as_str() {
        "POST" => {}
        _ => return not_allowed("POST"),
    }
    if asked.body.is_empty() && lax.no_body {
        return empty(204);
    }
    if !asked.is_json() {
        return empty(415);
    }
    let Some(Value::Object(members)) = asked.json() else { return empty(400) };
    let is_integer = |value: &Value| value.as_f64().is_some_and(|number| number.fract() == 0.0);
    let is_right = |name: &str, value: &Value| match (asked.path.as_str(), name) {
        _ if value.is_null() && lax.null => true,
        ("/rooms", "name") | ("/users", "nick") if lax.coerces && value.is_number() => true,
        ("/rooms", "size") | ("/users", "age") => is_integer(value),
        ("/rooms", "tags") => {
            value.as_array().is_some_and(|tags| tags.iter().all(|tag| tag.is_string() || tag.is_null() && lax.null))
        }
        ("/users", "nick") => value.is_string(),
        ("/rooms", "name") => value.is_string() || value.is_number() && lax.number_for_name,
        ("/users", "order") => value.is_string() || value.is_boolean() || value.is_number() && lax.number_for_order,
        _ => true,
    };
    empty(if members.iter().all(|(name, value)| is_right(name, value)) { 204 } else { 400 })
}

async fn accepted(lax: Lax) -> Vec<String> {
    let causes = causes(BODIES, move |asked| store(lax, asked)).await;
    messages(&causes, "accepted-invalid").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn null_for_what_may_not_be_null_is_one_habit() {
    let found = accepted(Lax { null: true, ..Lax::default() }).await;
    assert_eq!(found.len(), 1, "{found:#?}");
    let found = accepted(Lax { null: true, number_for_name: true, ..Lax::default() }).await;
    assert_eq!(found.len(), 2, "a number is another matter: {found:#?}");
    assert_eq!(accepted(Lax::default()).await, [""; 0]);
}

#[tokio::test]
async fn a_value_that_no_branch_allows_is_of_no_branch_s_type() {
    let found = accepted(Lax { number_for_order: true, ..Lax::default() }).await;
    assert_eq!(found.len(), 1, "{found:#?}");
    let found = accepted(Lax { number_for_order: true, number_for_name: true, ..Lax::default() }).await;
    assert_eq!(found.len(), 2, "{found:#?}");
}

#[tokio::test]
async fn no_body_where_one_is_required_is_one_habit() {
    let found = accepted(Lax { no_body: true, ..Lax::default() }).await;
    assert_eq!(found.len(), 1, "{found:#?}");
    let found = accepted(Lax { no_body: true, null: true, ..Lax::default() }).await;
    assert_eq!(found.len(), 2, "{found:#?}");
}

#[tokio::test]
async fn numbers_that_are_read_as_texts_are_one_habit_where_nothing_else_is() {
    let found = accepted(Lax { coerces: true, ..Lax::default() }).await;
    assert_eq!(found.len(), 1, "{found:#?}");
    // What is not looked at is forgotten in each place anew.
    let causes = causes(BODIES, |asked| {
        let members = asked.json().and_then(|body| body.as_object().cloned()).unwrap_or_default();
        let is_right = |(name, value): (&String, &Value)| match name.as_str() {
            "size" | "age" => value.is_i64(),
            "tags" => value.as_array().is_some_and(|tags| tags.iter().all(Value::is_string)),
            "order" => value.is_string() || value.is_boolean(),
            _ => true,
        };
        let is_there = members.contains_key("name") || members.contains_key("nick");
        let is_forgotten = is_there && members.iter().all(is_right);
        let is_asked = asked.method == "POST" && asked.is_json();
        if is_asked && is_forgotten { empty(204) } else { store(Lax::default(), asked) }
    });
    let causes = causes.await;
    assert_eq!(messages(&causes, "accepted-invalid").len(), 2, "{causes:#?}");
}

const LISTS: &str = "openapi: 3.1.0
info: {title: Lists, version: '1'}
paths:
  /pages:
    get:
      operationId: pages
      parameters:
        - {name: f, in: query, schema: {type: string, enum: [json, html]}}
        - {name: lang, in: query, schema: {type: string, enum: [en, de]}}
      responses: {'200': {description: all}, '400': {description: refused}}
  /maps:
    get:
      operationId: maps
      parameters: [{name: profile, in: query, schema: {type: string, enum: [full, short]}}]
      responses: {'200': {description: all}, '400': {description: refused}}
";

/// What a server says that looks at the lists of these parameters alone.
async fn lists(checked: &'static [&'static str]) -> Vec<String> {
    let causes = causes(LISTS, move |asked| {
        let is_listed = |name: &str, value: &str| match name {
            "f" => ["json", "html"].contains(&value),
            "lang" => ["en", "de"].contains(&value),
            "profile" => ["full", "short"].contains(&value),
            _ => true,
        };
        let mut pairs = url::form_urlencoded::parse(asked.query.as_bytes());
        let is_right = pairs.all(|(name, value)| !checked.contains(&&*name) || is_listed(&name, &value));
        match asked.method.as_str() {
            "GET" => json(if is_right { 200 } else { 400 }, &json!([])),
            _ => not_allowed("GET"),
        }
    });
    messages(&causes.await, "accepted-invalid").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn lists_of_parameters_that_nobody_looks_at_are_one_habit() {
    assert_eq!(lists(&[]).await, ["The lists of query parameters are not checked: of `f`, `lang`, `profile`"]);
    let found = lists(&["f"]).await;
    assert_eq!(found.len(), 2, "one is checked, and two are not: {found:#?}");
}

const BOOK: &str = "openapi: 3.1.0
info: {title: Books, version: '1'}
paths:
  /books:
    post:
      operationId: book
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [id]
              properties:
                id: {type: integer, minimum: 1}
                title: {type: string, maxLength: 40}
                tags: {type: array, maxItems: 9, items: {type: string}}
                kind: {type: string, enum: [long, short]}
                code: {type: string, pattern: '^[A-Z]+$'}
      responses: {'204': {description: done}, '400': {description: refused}, '415': {description: refused}}
";

/// What a server says that takes what `takes` says beside what is right.
async fn books(takes: fn(&str, &Value) -> bool) -> Vec<String> {
    let causes = causes(BOOK, move |asked| {
        if asked.method != "POST" {
            return not_allowed("POST");
        }
        if !asked.is_json() {
            return empty(415);
        }
        let Some(Value::Object(members)) = asked.json() else { return empty(400) };
        let is_right = |name: &str, value: &Value| match name {
            "id" => value.as_f64().is_some_and(|number| number.fract() == 0.0 && number >= 1.0),
            "title" => value.as_str().is_some_and(|title| title.chars().count() <= 40),
            "tags" => value.as_array().is_some_and(|tags| tags.len() <= 9 && tags.iter().all(Value::is_string)),
            "kind" => value == "long" || value == "short",
            "code" => {
                value.as_str().is_some_and(|code| !code.is_empty() && code.bytes().all(|b| b.is_ascii_uppercase()))
            }
            _ => true,
        };
        let all = members.iter().all(|(name, value)| is_right(name, value) || takes(name, value));
        empty(if all && members.contains_key("id") { 204 } else { 400 })
    });
    messages(&causes.await, "accepted-invalid").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn members_of_one_body_that_may_be_of_any_type_are_one_finding() {
    let found = books(|name, value| match name {
        "title" => !value.is_string(),
        "tags" => !value.is_array(),
        _ => false,
    });
    assert_eq!(found.await, ["The types of `/tags`, `/title` in the body are not checked"]);
    let found = books(|name, value| match name {
        "title" => !value.is_string(),
        "tags" => value.as_array().is_some_and(|tags| tags.iter().all(Value::is_string)),
        _ => false,
    });
    let found = found.await;
    assert_eq!(found.len(), 2, "a type and a bound: {found:#?}");
}

#[tokio::test]
async fn an_empty_text_for_nothing_is_one_habit_and_other_texts_are_another_bug() {
    let found = books(|name, value| matches!(name, "kind" | "code") && value == "").await;
    assert_eq!(found.len(), 1, "{found:#?}");
    let found = books(|name, value| name == "code" && value.is_string() || name == "kind" && value == "").await;
    assert_eq!(found.len(), 2, "{found:#?}");
}

#[tokio::test]
async fn sets_that_are_made_of_lists_are_one_habit() {
    const SETS: &str = "openapi: 3.1.0
info: {title: Sets, version: '1'}
paths:
  /sets:
    post:
      operationId: set
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {a: {type: array, uniqueItems: true, items: {type: string}}, b: {type: array, uniqueItems: true, items: {type: integer}}}}}}}
      responses: {'204': {description: done}, '400': {description: refused}, '415': {description: refused}}
";
    let causes = causes(SETS, |asked| match (asked.method.as_str(), asked.json()) {
        ("POST", _) if !asked.is_json() => empty(415),
        ("POST", Some(Value::Object(members))) => {
            let is_right = |(name, value): (&String, &Value)| match (name.as_str(), value.as_array()) {
                ("a", Some(items)) => items.iter().all(Value::is_string),
                ("b", Some(items)) => {
                    items.iter().all(|item| item.as_f64().is_some_and(|number| number.fract() == 0.0))
                }
                ("a" | "b", None) => false,
                _ => true,
            };
            empty(if members.iter().all(is_right) { 204 } else { 400 })
        }
        ("POST", _) => empty(400),
        _ => not_allowed("POST"),
    });
    let causes = causes.await;
    assert_eq!(messages(&causes, "accepted-invalid").len(), 1, "{causes:#?}");
}

#[tokio::test]
async fn a_body_that_nobody_reads_is_one_finding_whatever_is_sent_in_its_place() {
    let of = |reads_rooms: fn(&Asked) -> bool| async move {
        let told = causes(BODIES, move |asked| match (asked.method.as_str(), asked.path.as_str()) {
            ("POST", "/rooms") if !reads_rooms(asked) => empty(204),
            _ => store(Lax::default(), asked),
        });
        let errors = told.await.into_iter().filter(|cause| cause["example"]["severity"] == "error");
        errors.map(|cause| cause["example"]["rule"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of(|_| false).await, ["accepted-invalid"]);
    // What is called JSON is read, and nothing else.
    assert_eq!(of(|asked| asked.is_json() || asked.body.is_empty()).await, ["wrong-media-type"]);
}
