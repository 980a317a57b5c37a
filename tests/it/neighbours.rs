//! A valid request may be refused for what the target holds, or for how its values relate: that is no finding. It is one
//! where a value is refused whatever surrounds it, while the same request without it is accepted.

use std::collections::HashSet;
use std::sync::Mutex;

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;
use crate::support::served::{Asked, empty, json, not_allowed, serve_all};

const DOCUMENT: &str = "\
openapi: 3.0.3
info: {title: Bookings, version: '1'}
paths:
  /bookings:
    post:
      operationId: book
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [room, from, to, tier]
              properties:
                room: {type: integer, minimum: 1, example: 1}
                from: {type: string, format: date}
                to: {type: string, format: date}
                tier: {type: string, enum: [low, high, top]}
                guests: {type: array, maxItems: 4, items: {type: string}}
                name: {type: string, maxLength: 40}
                note: {type: string, maxLength: 40}
      responses:
        '201': {description: booked, content: {application/json: {schema: {type: object}}}}
        '400': {description: refused}
        '415': {description: refused}
        '422': {description: refused}
";

/// Beside the schema, what a request must keep.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    /// Nothing.
    None,
    /// There is one room.
    OneRoom,
    /// It ends when it begins, or later.
    EndsAfterItBegins,
    /// Nobody has the name already.
    NameIsFree,
    /// One tier needs a note.
    TopNeedsNote,
    /// A room high up is for several.
    HighRoomNeedsGuests,
    /// A room high up is for nobody.
    NoHighRoom,
    /// No booking is possible at all.
    FullyBooked,
    /// A tier that the document has is not known.
    TopIsUnknown,
    /// The note is shorter than the document says.
    ShortNotes,
    /// No booking ends on a day that there is every fourth year.
    NoLeapDay,
    /// A member that the document has is not known.
    NoNotes,
    /// Two members go with each other in no request.
    NameOrNote,
    /// The same, and the target says so.
    NameOrNoteAndSaysSo,
    /// A note is longer than the name that it is of.
    NoteIsLonger,
}

fn is_schema_kept(body: &Value) -> bool {
    let string =
        |name: &str| body.get(name).is_none_or(|value| value.as_str().is_some_and(|text| text.chars().count() <= 40));
    let date = |name: &str| {
        body[name].as_str().is_some_and(|text| text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10)
    };
    body["room"].as_f64().is_some_and(|room| room >= 1.0 && room.fract() == 0.0)
        && date("from")
        && date("to")
        && ["low", "high", "top"].iter().any(|tier| body["tier"] == *tier)
        && body.get("guests").is_none_or(|guests| {
            guests.as_array().is_some_and(|all| all.len() <= 4 && all.iter().all(Value::is_string))
        })
        && string("name")
        && string("note")
}

fn is_kept(rule: Rule, body: &Value, names: &Mutex<HashSet<String>>) -> bool {
    match rule {
        Rule::None => true,
        Rule::OneRoom => body["room"].as_f64() == Some(1.0),
        Rule::EndsAfterItBegins => body["from"].as_str() <= body["to"].as_str(),
        Rule::NameIsFree => {
            let name = body["name"].as_str();
            name.is_none_or(|name| names.lock().expect("no panic").insert(name.to_owned()))
        }
        Rule::TopNeedsNote => body["tier"] != "top" || body.get("note").is_some(),
        Rule::HighRoomNeedsGuests => {
            body["room"].as_f64() <= Some(1000.0) || body["guests"].as_array().is_some_and(|all| !all.is_empty())
        }
        Rule::NoHighRoom => body["room"].as_f64() <= Some(1000.0),
        Rule::FullyBooked => false,
        Rule::TopIsUnknown => body["tier"] != "top",
        Rule::ShortNotes => body["note"].as_str().is_none_or(|note| note.chars().count() <= 20),
        Rule::NoLeapDay => body["to"] != "2024-02-29",
        Rule::NoNotes => body.get("note").is_none(),
        Rule::NameOrNote | Rule::NameOrNoteAndSaysSo => body.get("note").is_none() || body.get("name").is_none(),
        Rule::NoteIsLonger => {
            let length = |name: &str| body[name].as_str().map(|text| text.chars().count());
            length("note").zip(length("name")).is_none_or(|(note, name)| note > name)
        }
    }
}

fn answer(rule: Rule, names: &Mutex<HashSet<String>>, asked: &Asked) -> Response {
    match asked.json() {
        _ if asked.method != "POST" => not_allowed("POST"),
        _ if !asked.is_json() => empty(415),
        Some(body) if !is_schema_kept(&body) => empty(400),
        Some(body) if !is_kept(rule, &body, names) => {
            let said =
                if rule == Rule::NameOrNoteAndSaysSo { "`name` and `note` do not go together" } else { "refused" };
            (StatusCode::UNPROCESSABLE_ENTITY, said).into_response()
        }
        Some(_) => json(201, &json!({})),
        None => empty(400),
    }
}

/// The exit status, the errors' messages and the report of a run against a server with such a rule.
async fn run(rule: Rule) -> (Option<i32>, Vec<String>, Value) {
    let names = Mutex::default();
    let url = serve_all(move |asked| answer(rule, &names, asked)).await;
    let folder = folder_with(&[("bookings.yaml", DOCUMENT)]);
    let options = ["--spec", "bookings.yaml", "--target", &url, "--regressions", "off", "--format", "json"];
    let output = run_beside(folder.path(), &options).await;
    let report = report::read(&output);
    let message = |finding: &Value| finding["message"].as_str().unwrap_or_default().to_owned();
    let errors = report::findings(&report);
    let errors = errors.iter().filter(|finding| finding["severity"] == "error").map(message).collect();
    (output.status.code(), errors, report)
}

#[tokio::test]
async fn a_refusal_that_no_schema_can_tell_is_no_finding() {
    for rule in [
        Rule::None,
        Rule::OneRoom,
        Rule::EndsAfterItBegins,
        Rule::NameIsFree,
        Rule::TopNeedsNote,
        Rule::HighRoomNeedsGuests,
    ] {
        let (status, errors, _) = run(rule).await;
        assert_eq!((status, &*errors), (Some(0), &[][..]), "{rule:?}");
    }
}

#[tokio::test]
async fn a_value_that_is_refused_whatever_surrounds_it_is_a_finding() {
    let bugs = [
        (Rule::TopIsUnknown, "`/tier`", "`/tier` = \"low\""),
        (Rule::ShortNotes, "`/note`", "`/note` left out"),
        (Rule::NoLeapDay, "`/to`", "`/to` = \"2024-01-15\""),
        (Rule::NoHighRoom, "`/room`", "`/room` = 1"),
        (Rule::NoNotes, "`/note`", "`/note` left out"),
    ];
    for (rule, varied, neighbour) in bugs {
        let (status, errors, _) = run(rule).await;
        assert_eq!(status, Some(1), "{rule:?}");
        let [message] = &*errors else { panic!("{rule:?}: {errors:#?}") };
        assert!(message.starts_with("A 422 was returned for a valid request"), "{rule:?}: {message}");
        let (refused, accepted) = message.split_once("; with ").expect("a neighbour");
        assert!(refused.contains(varied) && accepted.starts_with(neighbour), "{rule:?}: {message}");
    }
}

#[tokio::test]
async fn two_parts_that_are_refused_together_whatever_they_are_are_a_warning() {
    let warnings = async |rule: Rule| {
        let (status, errors, report) = run(rule).await;
        assert_eq!((status, &*errors), (Some(0), &[][..]), "{rule:?}");
        let message = |finding: &Value| finding["message"].as_str().unwrap_or_default().to_owned();
        let all = report::findings(&report).iter().map(message).collect::<Vec<_>>();
        all.into_iter().filter(|message| message.contains("whatever they are")).collect::<Vec<_>>()
    };
    let found = warnings(Rule::NameOrNote).await;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("`/name`") && found[0].contains("`/note`"), "{found:#?}");
    for rule in [Rule::NameOrNoteAndSaysSo, Rule::NoteIsLonger, Rule::NameIsFree, Rule::EndsAfterItBegins] {
        assert_eq!(warnings(rule).await, [""; 0], "{rule:?}");
    }
}

#[tokio::test]
async fn what_is_never_accepted_is_untested_in_the_words_of_the_target() {
    let (status, errors, report) = run(Rule::FullyBooked).await;
    assert_eq!((status, errors.len()), (Some(3), 0));
    let operation = &report["contracts"][0]["operations"][0];
    let reason = operation["untestable"].as_str().expect("a reason");
    assert!(
        reason.contains("every valid request was answered with 422") && reason.contains("the target says: refused"),
        "{reason}"
    );
    assert_eq!(operation["clauses"]["exercised"], 0);
}

const SHAPES: &str = "\
openapi: 3.1.0
info: {title: Shapes, version: '1'}
paths:
  /shapes:
    post:
      operationId: draw
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties: {note: {type: string, maxLength: 9}}
              oneOf:
                - type: object
                  required: [kind, width]
                  properties: {kind: {const: rect}, width: {type: integer, minimum: 1}, label: {type: string, maxLength: 9}}
                - type: object
                  required: [kind, radius]
                  properties: {kind: {const: round}, radius: {type: integer, minimum: 1}, label: {type: string, maxLength: 9}}
      responses:
        '201': {description: drawn, content: {application/json: {schema: {type: object}}}}
        '400': {description: refused}
        '415': {description: refused}
        '422': {description: refused}
";

/// The exit status and the errors of a run against a server that refuses a member of round shapes.
async fn draw(refused: &'static str) -> (Option<i32>, Vec<Value>) {
    let is_text = |value: &Value| value.as_str().is_some_and(|text| text.chars().count() <= 9);
    let is_count = |value: &Value| value.as_f64().is_some_and(|count| count >= 1.0 && count.fract() == 0.0);
    let is_kept = move |body: &Value| {
        let own = if body["kind"] == "rect" { "width" } else { "radius" };
        ["rect", "round"].iter().any(|kind| body["kind"] == *kind)
            && is_count(&body[own])
            && ["note", "label"].iter().all(|name| body.get(name).is_none_or(is_text))
    };
    let url = serve_all(move |asked| match asked.json() {
        _ if asked.method != "POST" => not_allowed("POST"),
        _ if !asked.is_json() => empty(415),
        Some(body) if !is_kept(&body) => empty(400),
        Some(body) if body["kind"] == "round" && body.get(refused).is_some() => empty(422),
        Some(_) => json(201, &json!({})),
        None => empty(400),
    })
    .await;
    let folder = folder_with(&[("shapes.yaml", SHAPES)]);
    let options = ["--spec", "shapes.yaml", "--target", &url, "--regressions", "off", "--format", "json"];
    let output = run_beside(folder.path(), &options).await;
    let mut findings = report::findings(&report::read(&output));
    findings.retain(|finding| finding["severity"] == "error");
    (output.status.code(), findings)
}

#[tokio::test]
async fn a_member_that_one_branch_alone_refuses_is_a_finding_though_another_has_its_name() {
    let (status, errors) = draw("label").await;
    assert_eq!((status, errors.len()), (Some(1), 1), "{errors:#?}");
    let message = errors[0]["message"].as_str().unwrap_or_default();
    assert!(message.contains("422 was returned for a valid request") && message.contains("/label"), "{message}");
    // What stands beside the union may go with one kind alone, which no schema tells.
    assert_eq!(draw("note").await, (Some(0), Vec::new()));
    assert_eq!(draw("nothing").await, (Some(0), Vec::new()));
}
