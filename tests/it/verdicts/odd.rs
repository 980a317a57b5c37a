//! Values that a schema allows and that right servers need not take: numbers larger than anybody said, and names by which
//! programs are attacked.

use axum::response::Response;
use serde_json::json;

use super::{NOTHING, Told, run};
use crate::support::served::{Asked, empty, json, not_allowed};

const DOCUMENT: &str = r##"
openapi: 3.1.0
info: {title: Log, version: '1'}
paths:
  /changes:
    get:
      operationId: changes
      parameters: [{name: since, in: query, schema: {type: integer, minimum: 0}}]
      responses:
        '200': {description: since then, content: {application/json: {schema: {type: object}}}}
        '400': {description: invalid}
  /labels:
    post:
      operationId: label
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, additionalProperties: {type: string}}}}
      responses:
        '200': {description: labelled, content: {application/json: {schema: {type: object}}}}
        '400': {description: invalid}
        '415': {description: no JSON}
"##;

/// What a server makes of what it does not like.
#[derive(Clone, Copy)]
struct Log {
    greatest: i128,
    to_greater: u16,
    takes_fractions: bool,
    /// Of a label.
    names: &'static [&'static str],
    to_name: u16,
}

const RIGHT: Log = Log {
    greatest: 1 << 51,
    to_greater: 400,
    takes_fractions: false,
    names: &["__proto__", "constructor", "prototype"],
    to_name: 400,
};

fn answer(log: Log, asked: &Asked) -> Response {
    let given = |status: u16| if status == 200 { json(200, &json!({})) } else { empty(status) };
    let fraction = |text: &str| text.parse::<f64>().ok().filter(|_| log.takes_fractions).map(|number| number as i128);
    let number = |text: &str| text.parse::<i128>().ok().or_else(|| fraction(text)).filter(|since| *since >= 0);
    let since = asked.query.strip_prefix("since=").map(number);
    let labels = || asked.json()?.as_object().filter(|labels| labels.values().all(|label| label.is_string())).cloned();
    match (asked.method.as_str(), asked.path.as_str()) {
        ("GET", "/changes") => match since {
            Some(None) => empty(400),
            Some(Some(since)) if since > log.greatest => empty(log.to_greater),
            _ => given(200),
        },
        ("POST", "/labels") if !asked.is_json() => empty(415),
        ("POST", "/labels") => match labels() {
            None => empty(400),
            Some(labels) if labels.keys().any(|name| log.names.contains(&name.as_str())) => empty(log.to_name),
            Some(_) => given(200),
        },
        ("GET" | "HEAD" | "OPTIONS" | "CONFORM", "/labels") => not_allowed("POST"),
        (_, "/changes") => not_allowed("GET"),
        _ => empty(404),
    }
}

async fn told(document: &str, log: Log) -> Told {
    run(document, NOTHING, &[], move |asked| answer(log, asked)).await
}

#[tokio::test]
async fn how_large_a_number_may_be_is_the_servers_own_affair_where_nobody_says() {
    let int64 = DOCUMENT.replace("minimum: 0", "minimum: 0, format: int64");
    let bounded = DOCUMENT.replace("minimum: 0", "minimum: 0, maximum: 4000000000000000");
    let number = DOCUMENT.replace("type: integer, minimum", "type: number, minimum");
    for (document, greatest, rejected) in [
        (DOCUMENT, 1 << 51, 0),
        (DOCUMENT, i128::from(i32::MAX), 0),
        (DOCUMENT, 1 << 20, 1),
        (&int64, 1 << 51, 1),
        (&int64, i64::MAX.into(), 0),
        (&bounded, 1 << 51, 1),
        (&bounded, 4_000_000_000_000_000, 0),
    ] {
        let told = told(document, Log { greatest, ..RIGHT }).await;
        assert_eq!((told.of("rejected-valid").len(), told.errors().len()), (rejected, rejected), "{:#?}", told.causes);
    }
    let told = told(&number, Log { greatest: 1 << 53, takes_fractions: true, ..RIGHT }).await;
    assert_eq!(told.of("rejected-valid"), [""; 0]);
}

#[tokio::test]
async fn a_server_that_fails_on_a_large_number_is_told() {
    let told = told(DOCUMENT, Log { to_greater: 500, ..RIGHT }).await;
    assert_eq!(told.of("server-error").len(), 1, "{:#?}", told.causes);
}

#[tokio::test]
async fn names_that_are_attacks_may_be_refused_and_no_others() {
    for (log, rule, count) in [
        (RIGHT, "rejected-valid", 0),
        (Log { names: &["key with blanks"], ..RIGHT }, "rejected-valid", 1),
        (Log { to_name: 500, ..RIGHT }, "server-error", 1),
    ] {
        let told = told(DOCUMENT, log).await;
        assert_eq!((told.of(rule).len(), told.errors().len()), (count, count), "{:#?}", told.causes);
    }
}
