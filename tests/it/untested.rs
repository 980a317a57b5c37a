//! Operations of which no valid request was accepted are untested, whatever else is found, and it is told why.

use serde_json::Value;

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, json, not_allowed, serve_all};

const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Notes, version: '1'}
paths:
  /notes:
    get:
      operationId: list
      parameters: [{name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 10}}]
      responses: {'204': {description: none}, '400': {description: refused}}
  /sealed:
    post:
      operationId: seal
      requestBody: {required: true, content: {application/json: {schema: {type: string, minLength: 5, maxLength: 3}}}}
      responses: {'204': {description: sealed}}
";

/// The report, where the notes are listed with this status whatever is asked for.
async fn run(status: u16) -> Value {
    let answer = move |asked: &Asked| match (asked.method.as_str(), asked.path.as_str()) {
        ("GET", "/notes") => empty(status),
        (_, "/notes") => not_allowed("GET"),
        (_, "/sealed") => not_allowed("POST"),
        _ => empty(404),
    };
    let url = serve_all(answer).await;
    let folder = folder_with(&[("notes.yaml", DOCUMENT)]);
    let options = ["--spec", "notes.yaml", "--target", &url, "--regressions", "off", "--format", "json"];
    report::read(&run_beside(folder.path(), &options).await)
}

#[tokio::test]
async fn an_operation_that_always_fails_is_untested_and_fails() {
    let report = run(500).await;
    let [list, seal] = &report["contracts"][0]["operations"].as_array().expect("operations")[..] else { panic!() };
    assert_eq!((&list["verdict"], &list["clauses"]["exercised"]), (&"fails".into(), &0.into()));
    assert!(
        list["untestable"]
            .as_str()
            .is_some_and(|reason| reason.starts_with("every valid request was answered with 500"))
    );
    assert!(seal["untestable"].as_str().is_some_and(|reason| reason.contains("no valid body of `application/json`")));
    assert_eq!((&report["totals"]["failed"], &report["totals"]["failed_untested"]), (&1.into(), &1.into()));
}

#[tokio::test]
async fn one_that_accepts_what_is_valid_and_fails_is_tested() {
    let report = run(204).await;
    let list = &report["contracts"][0]["operations"][0];
    assert_eq!((&list["verdict"], &list["untestable"]), (&"fails".into(), &Value::Null), "{list:#}");
    assert!(list["clauses"]["exercised"].as_u64() > Some(0));
    assert_eq!((&report["totals"]["failed"], &report["totals"]["failed_untested"]), (&1.into(), &0.into()));
}

const MANY: &str = "\
openapi: 3.1.0
info: {title: Rooms, version: '1'}
paths:
  /rooms:
    post:
      operationId: book
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [a], properties: {
        a: {type: string, minLength: 2, maxLength: 9}, b: {type: string, minLength: 2, maxLength: 9},
        c: {type: integer, minimum: 1, maximum: 9}, d: {type: string, enum: [x, y, z]},
        e: {type: array, minItems: 1, maxItems: 3, items: {type: string, minLength: 2}}, f: {type: string, format: date}}}}}}
      responses: {'204': {description: booked}, '422': {description: refused}, '415': {description: refused}}
";

#[tokio::test]
async fn what_is_refused_however_it_is_varied_is_not_varied_for_long() {
    let posts = |is_full: bool| async move {
        let count = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let counted = count.clone();
        let answer = move |asked: &Asked| {
            if asked.method != "POST" {
                return not_allowed("POST");
            }
            counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            match asked.is_json() {
                false => empty(415),
                // What is odd about a request makes it no more welcome.
                true => {
                    empty(if is_full || !asked.json().is_some_and(|body| body["a"].is_string()) { 422 } else { 204 })
                }
            }
        };
        let url = serve_all(answer).await;
        let folder = folder_with(&[("rooms.yaml", MANY)]);
        let options = ["--spec", "rooms.yaml", "--target", &url, "--regressions", "off", "--format", "json"];
        let report = report::read(&run_beside(folder.path(), &options).await);
        (report["contracts"][0]["operations"][0].clone(), count.load(std::sync::atomic::Ordering::Relaxed))
    };
    let (full, refused) = posts(true).await;
    let (_, taken) = posts(false).await;
    assert!(refused < 150 && refused * 2 < taken, "{refused} of {taken}");
    assert!(full["untestable"].as_str().is_some_and(|reason| reason.contains("422")), "{}", full["untestable"]);
    assert_eq!(full["given_up"], Value::Null, "all else is still asked");
}

const SITUATION: &str = "\
openapi: 3.0.3
info: {title: Situation, version: '1'}
paths:
  /calculate:
    post:
      operationId: calculate
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Situation'}}}
      responses: {'204': {description: done}, '400': {description: refused}, '415': {description: refused}}
components:
  schemas:
    Situation:
      type: object
      additionalProperties: false
      properties:
        households: {type: object, additionalProperties: {$ref: '#/components/schemas/Household'}}
        persons: {type: object, additionalProperties: {$ref: '#/components/schemas/Person'}}
    Household:
      type: object
      additionalProperties: false
      properties:
        rent: {type: object, additionalProperties: {type: number}}
        size: {type: object, additionalProperties: {type: number}}
        rooms: {type: object, additionalProperties: {type: number}}
        place: {type: object, additionalProperties: {type: number}}
    Person:
      type: object
      additionalProperties: false
      properties:
        age: {type: object, additionalProperties: {type: number}}
";

/// Whether a situation is as its schema says.
fn is_situation(body: &Value) -> bool {
    let numbers = |value: &Value| value.as_object().is_some_and(|all| all.values().all(Value::is_number));
    let all_of = |value: &Value, names: &[&str]| {
        let is_one = |one: &Value| {
            let members = one.as_object();
            members.is_some_and(|all| all.iter().all(|(name, value)| names.contains(&&**name) && numbers(value)))
        };
        value.as_object().is_some_and(|all| all.values().all(is_one))
    };
    body.as_object().is_some_and(|members| {
        members.iter().all(|(name, value)| match name.as_str() {
            "households" => all_of(value, &["rent", "size", "rooms", "place"]),
            "persons" => all_of(value, &["age"]),
            _ => false,
        })
    })
}

#[tokio::test]
async fn an_operation_is_given_up_only_after_requests_of_other_shapes() {
    let answer = move |asked: &Asked| match asked.json() {
        _ if asked.path != "/calculate" => empty(404),
        _ if asked.method != "POST" => not_allowed("POST"),
        _ if !asked.is_json() => empty(415),
        Some(body) if is_situation(&body) => {
            let has_person = body["persons"].as_object().is_some_and(|persons| !persons.is_empty());
            match has_person {
                true => empty(204),
                false => json(400, &serde_json::json!({"error": "No person found: at least one of them is needed."})),
            }
        }
        _ => empty(400),
    };
    let url = serve_all(answer).await;
    let folder = folder_with(&[("api.yaml", SITUATION)]);
    let options = ["--spec", "api.yaml", "--target", &url, "--regressions", "off", "--format", "json"];
    let output = run_beside(folder.path(), &options).await;
    let report = report::read(&output);
    let operation = &report["contracts"][0]["operations"][0];
    assert_eq!((&operation["untestable"], report::errors(&report).len()), (&Value::Null, 0), "{report:#}");
    assert_eq!(output.status.code(), Some(0));
}
