//! White space around texts, which many a server takes off before it looks at them.

use serde_json::{Value, json};

use super::{messages, told};
use crate::support::served::{empty, json, not_allowed};

/// Two operations with texts of a pattern and of a greatest length.
fn document() -> String {
    let operation = |name: &str, texts: &str| {
        format!(
            "  /{name}:
    post:
      operationId: {name}
      requestBody:
        required: true
        content: {{application/json: {{schema: {{type: object, properties: {{{texts}}}}}}}}}
      responses:
        '200': {{description: done, content: {{application/json: {{schema: {{type: object, properties: {{{texts}}}}}}}}}}}
        '400': {{description: refused}}
        '415': {{description: refused}}
"
        )
    };
    let things = operation("things", "slug: {type: string, pattern: '^[a-z-]+$'}, title: {type: string, maxLength: 9}");
    let places =
        operation("places", "code: {type: string, pattern: '^[a-z]{2,4}$'}, city: {type: string, maxLength: 8}");
    format!("openapi: 3.1.0\ninfo: {{title: Margins, version: '1'}}\npaths:\n{things}{places}")
}

/// What is told of a server that reads texts so, by the checks.
async fn habits(read: fn(&str) -> &str) -> (Vec<String>, Vec<String>) {
    let causes = told(&document(), &[], move |asked| {
        let length = |text: &str, most| text.chars().count() <= most;
        let is_of = |text: &str, other: &str| text.bytes().all(|b| b.is_ascii_lowercase() || other.contains(b as char));
        let is_right = |name: &str, text: &str| match name {
            "slug" => !text.is_empty() && is_of(text, "-"),
            "code" => (2..=4).contains(&text.len()) && is_of(text, ""),
            "title" => length(text, 9),
            "city" => length(text, 8),
            _ => true,
        };
        let names = if asked.path == "/things" { ["slug", "title"] } else { ["code", "city"] };
        match (asked.method.as_str(), asked.json()) {
            ("POST", _) if !asked.is_json() => empty(415),
            ("POST", Some(Value::Object(mut members))) => {
                for (name, value) in members.iter_mut().filter(|(name, _)| names.contains(&name.as_str())) {
                    let Some(text) = value.as_str().map(read) else { return empty(400) };
                    if !is_right(name, text) {
                        return empty(400);
                    }
                    *value = json!(text);
                }
                json(200, &Value::Object(members))
            }
            ("POST", _) => empty(400),
            _ => not_allowed("POST"),
        }
    })
    .await;
    let of = |rule| messages(&causes, rule).into_iter().map(str::to_owned).collect();
    (of("accepted-invalid"), of("echo"))
}

#[tokio::test]
async fn white_space_that_is_taken_off_is_one_habit_of_each_rule() {
    let (accepted, changed) = habits(str::trim).await;
    assert_eq!((accepted.len(), changed.len()), (1, 1), "{accepted:#?} {changed:#?}");
    assert!(accepted[0].ends_with("right but for the white space around it"), "{accepted:#?}");
}

#[tokio::test]
async fn what_is_cut_in_another_way_is_told_where_it_is() {
    // The end of a text is cut off, whatever it is.
    let (accepted, _) = habits(|text| text.get(..4).unwrap_or(text)).await;
    assert!(accepted.len() > 1, "{accepted:#?}");
}

const LIST: &str = "\
openapi: 3.1.0
info: {title: List, version: '1'}
paths:
  /list:
    get:
      operationId: list
      parameters: [{name: kind, in: query, schema: {type: string, enum: [json, html]}}]
      responses: {'204': {description: here}, '400': {description: refused}}
";

#[tokio::test]
async fn a_parameter_that_is_trimmed_is_a_warning_and_one_that_is_not_looked_at_an_error() {
    for (is_trimmed, severity) in [(true, "warning"), (false, "error")] {
        let causes = told(LIST, &[], move |asked| {
            let kind = url::form_urlencoded::parse(asked.query.as_bytes()).find(|(name, _)| name == "kind");
            let is_known = |kind: &str| ["json", "html"].contains(&kind);
            match (asked.method.as_str(), kind) {
                ("GET", Some((_, kind))) if is_trimmed && !is_known(kind.trim()) => empty(400),
                ("GET", _) => empty(204),
                _ => not_allowed("GET"),
            }
        })
        .await;
        let told: Vec<&Value> = causes.iter().map(|cause| &cause["example"]).collect();
        let told: Vec<_> = told.iter().filter(|one| one["rule"] == "accepted-invalid").collect();
        assert!(!told.is_empty() && told.iter().all(|one| one["severity"] == severity), "{told:#?}");
    }
}
