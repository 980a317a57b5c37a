//! The objects that responses show.

use serde_json::{Map, Value};

use crate::check::Subject;
use crate::text::words::plain;

/// Properties that hold what is shown, where a response is an object around it.
const HOLDERS: [&str; 3] = ["data", "result", "item"];
/// Properties that hold the items of a list.
const LISTS: [&str; 4] = ["items", "data", "results", "records"];

/// Names of ids, of which a resource may have several.
const IDS: [&str; 8] = ["id", "_id", "uuid", "key", "iid", "number", "slug", "index"];

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

/// The body of a success, in JSON.
pub(super) fn body(subject: &Subject<'_>) -> Option<Value> {
    let response = subject.exchange.result.as_ref().ok()?;
    if !(200..300).contains(&response.status) {
        return None;
    }
    serde_json::from_slice(&response.body).ok()
}

/// Whether the response to a creation surely says that `id` is what the variable of a path stands for: by its name, by a
/// `Location`, or since there is no other id.
pub fn names(made: &Subject<'_>, variable: &str, id: &Value) -> bool {
    let id = text(id);
    let location = made.exchange.result.as_ref().ok().and_then(|response| response.header("location"));
    if location.is_some_and(|at| at.trim_end_matches('/').rsplit('/').next() == Some(&*id)) {
        return true;
    }
    let Some(shown) = shown_by(made) else { return false };
    let is_named = |(name, value): (&String, &Value)| is_id_of(name, variable) && text(value) == id;
    let ids = IDS.iter().filter(|name| shown.contains_key(**name)).count();
    shown.iter().any(is_named) || ids == 1
}

/// Whether an item of a list has this id.
pub(super) fn has_id(item: &Value, variable: &str, id: &Value) -> bool {
    let Value::Object(members) = item else { return text(item) == text(id) };
    let is_id = |name: &str| is_id_of(name, variable) || IDS.contains(&name) || name == "name";
    members.iter().any(|(name, value)| is_id(name) && text(value) == text(id))
}

/// Whether a property is called like a variable, or like its end: `number` of `issue_number`.
fn is_id_of(name: &str, variable: &str) -> bool {
    let (name, variable) = (plain(name), plain(variable));
    name.len() > 1 && variable.ends_with(&name)
}

/// Whether two responses show one resource: no id of the first is another one in the second.
pub fn are_one(made: &Subject<'_>, read: &Subject<'_>) -> bool {
    let (Some(made), Some(read)) = (shown_by(made), shown_by(read)) else { return true };
    let is_same = |name: &&str| match (made.get(*name), read.get(*name)) {
        (Some(one), Some(other)) => text(one) == text(other),
        _ => true,
    };
    IDS.iter().all(is_same)
}

/// Whether a list may be told to be whole: it says nothing of more.
pub fn is_whole(list: &Subject<'_>) -> bool {
    let says_more = |name: &str| ["next", "more", "cursor", "continue"].iter().any(|word| plain(name).contains(word));
    let is_set = |value: &Value| !matches!(value, Value::Null | Value::Bool(false)) && value != "";
    let link = list.exchange.result.as_ref().ok().and_then(|response| response.header("link"));
    let body = body(list);
    let members = body.as_ref().and_then(Value::as_object);
    link.is_none() && !members.into_iter().flatten().any(|(name, value)| says_more(name) && is_set(value))
}

/// Whether a response may be an old one (RFC 9111, section 4.2).
pub fn is_cached(read: &Subject<'_>) -> bool {
    let Ok(response) = &read.exchange.result else { return false };
    let control = response.header("cache-control").unwrap_or_default().to_lowercase();
    let may_be_kept =
        control.split(',').filter_map(|part| part.trim().split_once("max-age=")).any(|(_, age)| age != "0");
    response.header("age").is_some() || may_be_kept || control.contains("s-maxage")
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
