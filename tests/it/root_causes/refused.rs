//! Valid requests that a server refuses in one manner, and what the document leaves out.

use axum::response::Response;
use serde_json::{Value, json};

use super::{messages, told};
use crate::support::served::{Asked, empty, json, not_allowed};

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Refusals, version: '1'}
paths:
  /users:
    post:
      operationId: user
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties: {nick: {type: string, maxLength: 40}, motto: {type: string, maxLength: 40}, age: {type: integer, minimum: 0, maximum: 1000000}}
      responses: {'204': {description: done}, '400': {description: refused}, '415': {description: refused}}
  /rooms:
    post:
      operationId: room
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties: {title: {type: string, maxLength: 40}, size: {type: integer, minimum: 0, maximum: 1000000}}
      responses: {'204': {description: done}, '400': {description: refused}, '415': {description: refused}}
";
const PROPERTIES: [(&str, &[&str]); 2] = [("/users", &["nick", "motto", "age"]), ("/rooms", &["title", "size"])];

/// Keeps the document, and refuses besides what `reason` gives a reason for.
fn answer(asked: &Asked, reason: impl Fn(&str, &Value) -> Option<String>) -> Response {
    if asked.method != "POST" {
        return not_allowed("POST");
    }
    if !asked.is_json() {
        return json(415, &json!({"message": "media type"}));
    }
    let Some(Value::Object(members)) = asked.json() else { return json(400, &json!({"message": "an object"})) };
    let is_wrong = |name: &str, value: &Value| match name {
        "nick" | "motto" | "title" => value.as_str().is_none_or(|text| text.chars().count() > 40),
        "age" | "size" => !value.as_f64().is_some_and(|number| number.fract() == 0.0 && (0.0..=1e6).contains(&number)),
        _ => false,
    };
    for (name, value) in &members {
        if is_wrong(name, value) {
            return json(400, &json!({"message": format!("{name} is wrong")}));
        }
        if let Some(reason) = reason(name, value) {
            return json(400, &json!({"message": format!("body.{name} {reason}")}));
        }
    }
    empty(204)
}

fn is_declared(asked: &Asked, name: &str) -> bool {
    PROPERTIES.iter().any(|(path, names)| *path == asked.path && names.contains(&name))
}

fn no_empty(value: &Value) -> Option<String> {
    (value == "").then(|| "must not be blank".to_owned())
}

/// Rule, blame and help of each.
fn blamed(causes: &[Value]) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let refused = causes.iter().filter(|cause| cause["example"]["rule"] == "rejected-valid");
    refused.map(|cause| format!("{} {}", word(&cause["example"]["severity"]), word(&cause["blames"]))).collect()
}

#[tokio::test]
async fn an_empty_text_that_is_refused_everywhere_is_one_omission_of_the_document() {
    let server = |asked: &Asked| answer(asked, |_, value| no_empty(value));
    let causes = told(DOCUMENT, &[], server).await;
    assert_eq!(blamed(&causes), ["warning document"], "{causes:#?}");
    assert_eq!(causes[0]["operations"], 2);
    assert_eq!(causes[0]["places"].as_array().map(Vec::len), Some(3));
    let clause = &causes[0]["example"]["clause"];
    assert_eq!(clause["keyword"], "minLength");
    let strict = [("conform.toml", "[checks]\nrejected-valid = \"error\"\n")];
    assert_eq!(blamed(&told(DOCUMENT, &strict, server).await), ["error target"], "by choice");
}

#[tokio::test]
async fn an_empty_text_that_the_document_allows_in_so_many_words_is_the_target_s_matter() {
    let document = DOCUMENT.replace("maxLength: 40", "minLength: 0, maxLength: 40");
    let causes = told(&document, &[], |asked| answer(asked, |_, value| no_empty(value))).await;
    assert_eq!(blamed(&causes), ["error target"], "{causes:#?}");
}

#[tokio::test]
async fn what_is_not_declared_is_another_omission_than_a_length() {
    let server = |asked: &Asked| {
        let names = |name: &str| !is_declared(asked, name);
        answer(asked, |name, value| {
            no_empty(value).filter(|_| !names(name)).or_else(|| names(name).then(|| "is not known".to_owned()))
        })
    };
    let causes = told(DOCUMENT, &[], server).await;
    assert_eq!(blamed(&causes), ["warning document"; 2], "{causes:#?}");
    let keywords: Vec<&Value> = causes.iter().map(|cause| &cause["example"]["clause"]["keyword"]).collect();
    assert!(keywords.contains(&&json!("additionalProperties")) && keywords.contains(&&json!("minLength")));
}

/// Refuses what has such a member, on such a path.
fn refuses(is_it: impl Fn(&str, &str, &Value) -> bool) -> impl Fn(&Asked) -> Response {
    move |asked| {
        let path = asked.path.clone();
        answer(asked, |name, value| is_it(&path, name, value).then(|| "is not welcome".to_owned()))
    }
}

#[tokio::test]
async fn an_empty_text_that_is_refused_at_one_place_and_taken_elsewhere_is_a_slip_of_the_target() {
    for (slip, elsewhere) in [("nick", "`motto` of POST /users"), ("title", "`motto` of POST /users")] {
        let causes = told(DOCUMENT, &[], refuses(move |_, name, value| name == slip && value == "")).await;
        assert_eq!(blamed(&causes), ["error target"], "{causes:#?}");
        let [message] = &*messages(&causes, "rejected-valid") else { panic!("{causes:#?}") };
        assert!(message.contains(elsewhere) && message.contains("(api.yaml:"), "{message}");
        assert_eq!(causes[0]["example"]["help"], Value::Null);
    }
}

#[tokio::test]
async fn an_empty_text_that_is_refused_under_one_name_is_a_rule_of_the_target() {
    let document = DOCUMENT.replace("title", "nick");
    let server =
        |is_it: fn(&str) -> bool| refuses(move |path, name, value| name == "nick" && value == "" && is_it(path));
    let by_name = told(&document, &[], server(|_| true)).await;
    assert_eq!(blamed(&by_name), ["warning document"], "{by_name:#?}");
    let by_path = told(&document, &[], server(|path| path == "/rooms")).await;
    assert_eq!(blamed(&by_path), ["error target"], "{by_path:#?}");
}

#[tokio::test]
async fn what_is_not_declared_and_refused_by_one_operation_is_a_slip_of_the_target() {
    let is_known = |name: &str| PROPERTIES.iter().any(|(_, names)| names.contains(&name));
    let everywhere = told(DOCUMENT, &[], refuses(move |_, name, _| !is_known(name))).await;
    assert_eq!(blamed(&everywhere), ["warning document"], "{everywhere:#?}");
    let once = told(DOCUMENT, &[], refuses(move |path, name, _| !is_known(name) && path == "/rooms")).await;
    assert_eq!(blamed(&once), ["error target"], "{once:#?}");
}

#[tokio::test]
async fn what_is_refused_at_the_only_place_that_there_is_breaks_the_word_of_the_document() {
    let document =
        DOCUMENT.split("  /rooms").next().unwrap_or_default().replace(", motto: {type: string, maxLength: 40}", "");
    let causes = told(&document, &[], refuses(|_, name, value| name == "nick" && value == "")).await;
    assert_eq!(blamed(&causes), ["error target"], "{causes:#?}");
    let help = causes[0]["example"]["help"].as_str().unwrap_or_default();
    assert!(help.starts_with("accept it, or add `minLength: 1` at api.yaml:"), "{help}");
}

#[tokio::test]
async fn what_is_asked_for_and_not_required_is_an_omission_where_the_document_requires_nothing() {
    let server = |asked: &Asked| {
        let has_title = asked.json().is_some_and(|body| body.get("title").is_some());
        match answer(asked, |_, _| None) {
            right if right.status() == 204 && asked.path == "/rooms" && !has_title => {
                json(400, &json!({"message": "a title is needed"}))
            }
            other => other,
        }
    };
    let causes = told(DOCUMENT, &[], server).await;
    assert_eq!(blamed(&causes), ["warning document"], "{causes:#?}");
    assert_eq!(causes[0]["example"]["clause"]["keyword"], "required");
    // It does so where it is meant.
    let document = DOCUMENT.replacen("type: object", "type: object\n              required: [nick]", 1);
    let causes = told(&document, &[], server).await;
    assert_eq!(blamed(&causes), ["error target"], "{causes:#?}");
}

#[tokio::test]
async fn one_limit_in_the_same_words_is_one_finding_and_other_words_are_another() {
    let long = |value: &Value| value.as_str().is_some_and(|text| text.chars().count() == 40);
    let one = move |asked: &Asked| answer(asked, |_, value| long(value).then(|| "is too long".to_owned()));
    let causes = told(DOCUMENT, &[], one).await;
    assert_eq!(blamed(&causes), ["error target"], "{:#?}", messages(&causes, "rejected-valid"));
    let two = move |asked: &Asked| {
        let is_title = asked.path == "/rooms";
        answer(asked, |_, value| {
            long(value).then(|| if is_title { "does not fit the sign" } else { "is too long" }.to_owned())
        })
    };
    let causes = told(DOCUMENT, &[], two).await;
    assert_eq!(blamed(&causes), ["error target"; 2], "{:#?}", messages(&causes, "rejected-valid"));
}

const UNBOUNDED: &str = "openapi: 3.1.0
info: {title: Unbounded, version: '1'}
paths:
  /one:
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {count: {type: integer}, tags: {type: array, maxItems: 5, items: {type: string}}}}}}}
      responses: {'204': {description: done}, '400': {description: refused}, '415': {description: refused}}
  /two:
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {many: {type: integer}, words: {type: array, maxItems: 5, items: {type: string}}}}}}}
      responses: {'204': {description: done}, '400': {description: refused}, '415': {description: refused}}
";

#[tokio::test]
async fn the_least_values_that_are_refused_everywhere_are_an_omission_and_at_one_place_a_slip() {
    let is_negative: fn(&Value) -> bool = |value| value.as_f64().is_some_and(|number| number < 0.0);
    let is_empty: fn(&Value) -> bool = |value| value.as_array().is_some_and(Vec::is_empty);
    for (is_least, keyword) in [(is_negative, "minimum"), (is_empty, "minItems")] {
        for (everywhere, blame) in [(true, "warning document"), (false, "error target")] {
            let server = move |asked: &Asked| match (asked.method.as_str(), asked.json()) {
                ("POST", _) if !asked.is_json() => empty(415),
                ("POST", Some(Value::Object(members))) => {
                    let is_right = |(name, value): (&String, &Value)| match name.as_str() {
                        "count" | "many" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
                        "tags" | "words" => {
                            value.as_array().is_some_and(|tags| tags.len() <= 5 && tags.iter().all(Value::is_string))
                        }
                        _ => true,
                    };
                    let is_refused = (everywhere || asked.path == "/one") && members.values().any(is_least);
                    match (members.iter().all(is_right), is_refused) {
                        (true, false) => empty(204),
                        (true, true) => json(400, &json!({"message": "that is too little"})),
                        _ => json(400, &json!({"message": "wrong"})),
                    }
                }
                ("POST", _) => json(400, &json!({"message": "an object"})),
                _ => not_allowed("POST"),
            };
            let causes = told(UNBOUNDED, &[], server).await;
            assert_eq!(blamed(&causes), [blame], "{keyword}: {:#?}", messages(&causes, "rejected-valid"));
            let clause =
                &causes.iter().find(|cause| cause["example"]["rule"] == "rejected-valid").expect("it")["example"];
            assert_eq!(clause["clause"]["keyword"] == keyword, everywhere, "{clause:#?}");
        }
    }
}
