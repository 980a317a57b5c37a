//! What a hook answers.

use std::collections::HashSet;

use base64::Engine as _;
use http::{HeaderName, HeaderValue};
use serde_json::{Map, Value};

use crate::text::nearest::suggest;

/// What a hook changes of a request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::execute) struct Change {
    /// Header fields that take the place of those of their names, in lower case; `None` takes them away.
    pub headers: Vec<(String, Option<String>)>,
    /// Query pairs, likewise.
    pub query: Vec<(String, Vec<String>)>,
    /// Another body.
    pub body: Option<Vec<u8>>,
}

impl Change {
    fn is_nothing(&self) -> bool {
        self.headers.is_empty() && self.query.is_empty() && self.body.is_none()
    }
}

/// Why the run is to end, if the hook says so.
pub(super) fn refusal(answer: &Value) -> Option<&str> {
    answer["error"].as_str()
}

/// The events that it wants to hear of, if it says so.
pub(super) fn events(answer: &Value, known: &[&str]) -> Result<Option<HashSet<String>>, String> {
    let keys = keys(answer, &["id", "events", "error"])?;
    let Some(events) = keys.get("events") else { return Ok(None) };
    let events = events.as_array().ok_or("answers with `events` that are no list")?;
    let event = |event: &Value| match event.as_str() {
        Some(name) if known.contains(&name) => Ok(name.to_owned()),
        _ => {
            let name = event.as_str().map_or_else(|| event.to_string(), str::to_owned);
            Err(format!("asks for the event `{name}`; {}", suggest(&name, known.iter().copied(), "")))
        }
    };
    events.iter().map(event).collect::<Result<_, _>>().map(Some)
}

/// What it changes.
pub(super) fn change(answer: &Value) -> Result<Option<Change>, String> {
    let Some(request) = keys(answer, &["id", "request", "error"])?.get("request") else { return Ok(None) };
    let request = keys(request, &["headers", "query", "body", "body_base64"])?;
    let mut change = Change::default();
    for (name, value) in pairs(request, "headers")? {
        let is_name = HeaderName::try_from(name.as_str()).is_ok();
        let value = match value {
            Value::Null => None,
            value => Some(text(value).ok_or_else(|| format!("answers with a header `{name}` that is no text"))?),
        };
        if !is_name || value.as_deref().is_some_and(|value| HeaderValue::try_from(value).is_err()) {
            return Err(format!("answers with a header `{name}` that HTTP cannot carry"));
        }
        change.headers.push((name.to_ascii_lowercase(), value));
    }
    for (name, value) in pairs(request, "query")? {
        let values = match value {
            Value::Null => Some(Vec::new()),
            Value::Array(values) => values.iter().map(text).collect(),
            value => text(value).map(|value| vec![value]),
        };
        let values = values.ok_or_else(|| format!("answers with a query `{name}` that is no text"))?;
        change.query.push((name.clone(), values));
    }
    change.body = match (request.get("body"), request.get("body_base64")) {
        (None, None) => None,
        (Some(Value::String(text)), None) => Some(text.clone().into_bytes()),
        (None, Some(Value::String(bytes))) => {
            let bytes = base64::engine::general_purpose::STANDARD.decode(bytes);
            Some(bytes.map_err(|_| "answers with a `body_base64` that is no base64")?)
        }
        _ => return Err("answers with no text as `body` or `body_base64`, or with both".to_owned()),
    };
    Ok(Some(change).filter(|change| !change.is_nothing()))
}

fn keys<'v>(value: &'v Value, known: &[&str]) -> Result<&'v Map<String, Value>, String> {
    let members = value.as_object().ok_or("answers with what is no object")?;
    match members.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(format!("answers with `{key}`; {}", suggest(key, known.iter().copied(), ""))),
        None => Ok(members),
    }
}

fn pairs<'v>(
    request: &'v Map<String, Value>,
    key: &str,
) -> Result<impl Iterator<Item = (&'v String, &'v Value)>, String> {
    let members = match request.get(key) {
        None => None,
        Some(Value::Object(members)) => Some(members),
        Some(_) => return Err(format!("answers with `{key}` that are no object of names and values")),
    };
    Ok(members.into_iter().flatten())
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_changes_header_fields_query_and_body() {
        let found = change(&json!({"id": 1, "request": {
            "headers": {"X-Sign": "a", "Accept": null}, "query": {"t": 1, "u": ["a", "b"], "v": null}, "body_base64": "YQ=="}}));
        let headers = vec![("x-sign".to_owned(), Some("a".to_owned())), ("accept".to_owned(), None)];
        let query = vec![
            ("t".to_owned(), vec!["1".to_owned()]),
            ("u".to_owned(), vec!["a".to_owned(), "b".to_owned()]),
            ("v".to_owned(), Vec::new()),
        ];
        assert_eq!(found, Ok(Some(Change { headers, query, body: Some(b"a".to_vec()) })));
        for nothing in [json!({}), json!({"id": 3}), json!({"request": {}}), json!({"request": {"headers": {}}})] {
            assert_eq!(change(&nothing), Ok(None));
        }
    }

    #[test]
    fn what_is_no_answer_is_told() {
        for (answer, told) in [
            (json!([]), "what is no object"),
            (json!({"requset": {}}), "`requset`; did you mean `request`?"),
            (json!({"request": {"header": {}}}), "`header`; did you mean `headers`?"),
            (json!({"request": {"headers": []}}), "`headers` that are no object"),
            (json!({"request": {"headers": {"a b": "c"}}}), "`a b` that HTTP cannot carry"),
            (json!({"request": {"headers": {"a": "c\nd"}}}), "`a` that HTTP cannot carry"),
            (json!({"request": {"headers": {"a": {}}}}), "`a` that is no text"),
            (json!({"request": {"query": {"a": {}}}}), "`a` that is no text"),
            (json!({"request": {"body": 1}}), "no text as `body`"),
            (json!({"request": {"body_base64": "*"}}), "no base64"),
        ] {
            let error = change(&answer).expect_err(told);
            assert!(error.contains(told), "{error}");
        }
        let error = events(&json!({"events": ["before-requests"]}), &["before-request"]).expect_err("none");
        assert!(error.contains("did you mean `before-request`?"), "{error}");
    }
}
