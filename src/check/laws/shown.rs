//! The objects that responses show.

use serde_json::{Map, Value};

use crate::check::Subject;

/// Properties that hold what is shown, where a response is an object around it.
const HOLDERS: [&str; 3] = ["data", "result", "item"];
/// Properties that hold the items of a list.
const LISTS: [&str; 4] = ["items", "data", "results", "records"];

/// The object that a response shows: its body, or what that is around.
pub fn shown_by(subject: &Subject<'_>) -> Option<Map<String, Value>> {
    let Value::Object(body) = body(subject)? else { return None };
    let only = if body.len() == 1 { body.values().next() } else { None };
    let held = HOLDERS.iter().find_map(|name| body.get(*name)?.as_object());
    Some(held.or(only.and_then(Value::as_object)).unwrap_or(&body).clone())
}

/// The items of the list that a response shows: its body, or the one array in it.
pub fn listed_in(subject: &Subject<'_>) -> Option<Vec<Value>> {
    match body(subject)? {
        Value::Array(items) => Some(items),
        Value::Object(members) => {
            let mut arrays = members.values().filter_map(Value::as_array);
            let only = arrays.next().filter(|_| arrays.next().is_none());
            LISTS.iter().find_map(|name| members.get(*name)?.as_array()).or(only).cloned()
        }
        _ => None,
    }
}

/// The object that a request sets.
pub(super) fn sent<'a>(subject: &Subject<'a>) -> Option<&'a Map<String, Value>> {
    match &subject.case.request.body.as_ref()?.payload {
        crate::wire::Payload::Json(Value::Object(members)) => Some(members),
        _ => None,
    }
}

fn body(subject: &Subject<'_>) -> Option<Value> {
    let response = subject.exchange.result.as_ref().ok()?;
    if !(200..300).contains(&response.status) {
        return None;
    }
    serde_json::from_slice(&response.body).ok()
}
