//! Formats of requests: what the dialect makes of them.

use axum::response::Response;
use serde_json::json;

use super::{NOTHING, run};
use crate::support::served::{Asked, empty, json, not_allowed};

const DOCUMENT: &str = r##"
openapi: 3.1.0
info: {title: Visits, version: '1'}
paths:
  /visits:
    post:
      operationId: visit
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [guest, day]
              properties: {guest: {type: string, format: uuid}, day: {type: string, format: date}}
      responses:
        '201': {description: written, content: {application/json: {schema: {type: object}}}}
        '400': {description: invalid}
        '415': {description: no JSON}
"##;

/// Days that not all months or years have, of those that are sent.
const LONG: [&str; 3] = ["2024-02-29", "1969-12-31", "2099-12-31"];

/// Takes any guest, and what is no date where it reads none.
fn answer(reads_dates: bool, asked: &Asked) -> Response {
    let is_json = asked.header("content-type").starts_with("application/json");
    let visit = asked.json().filter(|visit| visit["guest"].is_string());
    let day = visit.as_ref().and_then(|visit| visit["day"].as_str());
    let is_date = |day: &str| day.len() == 10 && day.chars().all(|c| c.is_ascii_digit() || c == '-');
    let last = |month: &str| if month == "02" { "28" } else { "30" };
    let is_day = day.is_some_and(|day| {
        !reads_dates || is_date(day) && (day[5..7] <= *"12" && day[8..] <= *last(&day[5..7]) || LONG.contains(&day))
    });
    match (asked.method.as_str(), is_json, is_day) {
        ("POST", true, true) => json(201, &json!({})),
        ("POST", true, false) => empty(400),
        ("POST", false, _) => empty(415),
        _ => not_allowed("POST"),
    }
}

#[tokio::test]
async fn a_server_that_takes_a_format_for_a_hint_is_no_error_and_one_that_takes_any_date_is() {
    for version in ["3.1.0", "3.0.3"] {
        let document = DOCUMENT.replace("3.1.0", version);
        for (reads_dates, errors) in [(true, 0), (false, 1)] {
            let told = run(&document, NOTHING, &[], move |asked| answer(reads_dates, asked)).await;
            assert_eq!(
                (told.errors().len(), told.of("accepted-invalid").len()),
                (errors, errors + 1),
                "{:#?}",
                told.causes
            );
        }
    }
}
