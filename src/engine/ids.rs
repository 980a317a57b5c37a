//! The ids that messages hold: of what was made, by the name of the path variable that names it.

use serde_json::{Map, Value};

use crate::case::RequestValues;
use crate::contract::{Contract, Operation, Types};
use crate::execute::Response;
use crate::resource::{Item, Noun};
use crate::text::words;
use crate::wire;

/// Names of ids beside that of the path variable itself.
const IDS: [&str; 9] = ["id", "_id", "uuid", "guid", "key", "name", "slug", "code", "identifier"];
/// Names of what a request may call what it makes by, beside that of the path variable.
const NAMES: [&str; 6] = ["name", "key", "slug", "id", "code", "username"];
/// Properties that hold what was made, where a response is an object around it.
const HOLDERS: [&str; 6] = ["data", "result", "item", "attributes", "resource", "record"];
/// Properties that hold the items of a list.
const LISTS: [&str; 6] = ["items", "data", "results", "content", "records", "value"];
/// Properties that hold lists by their names (HAL and others).
const GROUPS: [&str; 4] = ["_embedded", "data", "result", "response"];
/// Properties whose value says where something is.
const LINKS: [&str; 4] = ["self", "href", "url", "@id"];
/// Items of a list that are looked at.
const MOST: usize = 8;
/// Other names of one that are tried.
const OTHERS: usize = 3;
/// A text of so many characters with a digit is an id rather than a word.
const LONG: usize = 8;

/// The id of what was made: by the name of the variable in the body, or of any id; the whole body, where it is documented
/// as a string or an integer; else the end of a `Location` below the path of the request, since what is elsewhere is of
/// another kind.
pub(super) fn of_made(
    contract: &Contract,
    operation: &Operation,
    response: &Response,
    variable: &str,
    collection: &str,
) -> Option<Value> {
    let body: Option<Value> = serde_json::from_slice(&response.body).ok();
    let named = body.as_ref().and_then(|body| in_object(body, variable, collection));
    let whole = || body.clone().filter(|body| is_whole(contract, operation, response, body));
    named.or_else(whole).or_else(|| in_location(response, collection))
}

/// By the name of the variable, or of any id, in an object or in what it is around: what is called like the variable or the
/// collection, since any other may be somebody else's.
fn in_object(body: &Value, variable: &str, collection: &str) -> Option<Value> {
    let list = object(body).filter(|_| body.is_array());
    let Some(object) = body.as_object() else { return named(list?, variable) };
    let last = collection.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let is_called_so = |name: &str| {
        let name = words::plain(name);
        // The plural may end otherwise: category, categories.
        let stem = name.get(..name.len().saturating_sub(1)).filter(|stem| stem.len() > 1).unwrap_or(&name);
        !name.is_empty() && (words::plain(variable).starts_with(&name) || words::plain(last).starts_with(stem))
    };
    let only = object.iter().next().filter(|(name, _)| object.len() == 1 && is_called_so(name)).map(|(_, value)| value);
    let held = HOLDERS.iter().chain(&LISTS).filter_map(|name| object.get(*name)).chain(only);
    let held = held.map(or_alone);
    std::iter::once(body).chain(held).find_map(|holder| named(holder, variable))
}

/// The name that a request gives to what it makes: the string of its body that is called like the variable, or like a name.
pub(super) fn sent<'v>(values: &'v RequestValues, variable: &str) -> Option<&'v Value> {
    let body = values.body.as_ref()?.1.as_object()?;
    body.get(property(body, variable)?)
}

/// Whether a variable is called as the id of anything may be.
pub(super) fn is_any(variable: &str) -> bool {
    IDS.iter().any(|name| words::plain(name) == words::plain(variable))
}

/// That name, to be replaced.
pub(super) fn sent_mut<'v>(values: &'v mut RequestValues, variable: &str) -> Option<&'v mut Value> {
    let body = values.body.as_mut()?.1.as_object_mut()?;
    let property = property(body, variable)?.to_owned();
    body.get_mut(&property)
}

fn property<'b>(body: &'b Map<String, Value>, variable: &str) -> Option<&'b str> {
    let own = body.keys().map(String::as_str).find(|name| words::plain(name) == words::plain(variable));
    let mut all = own.into_iter().chain(NAMES);
    let name = all.find(|name| body.get(*name).is_some_and(Value::is_string))?;
    body.get_key_value(name).map(|(name, _)| name.as_str())
}

/// The id of an object, by the name of the variable alone.
pub(super) fn called(object: &Value, variable: &str) -> Option<Value> {
    let mut all = object.as_object()?.iter();
    let (_, id) = all.find(|(name, _)| words::plain(name) == words::plain(variable))?;
    (id.is_string() || id.is_number()).then(|| id.clone())
}

/// The id of an object, by the name of the variable or of any id.
pub(super) fn named(object: &Value, variable: &str) -> Option<Value> {
    all_named(object, variable).into_iter().next()
}

/// What may be the id of an object, the likeliest first.
pub(super) fn all_named(object: &Value, variable: &str) -> Vec<Value> {
    let Some(object) = object.as_object() else { return Vec::new() };
    let is_id = |value: &&Value| value.is_string() || value.is_number();
    let own = object.iter().find(|(name, _)| words::plain(name) == words::plain(variable)).map(|(_, value)| value);
    // `number` of `issue_number`, `slug` of `team_slug`.
    let is_part = |name: &str| name.len() > 1 && words::plain(variable).ends_with(&words::plain(name));
    let ends = object.iter().filter(|(name, value)| is_part(name) && is_id(value));
    let end = ends.max_by_key(|(name, _)| name.len()).map(|(_, value)| value);
    // `username` of `user`.
    let is_longer =
        |name: &str| words::plain(name).strip_prefix(&words::plain(variable)).is_some_and(|rest| NAMES.contains(&rest));
    let called = object.iter().find(|(name, value)| is_longer(name) && is_id(value)).map(|(_, value)| value);
    let any = IDS.iter().filter_map(|name| object.get(*name));
    let mut found: Vec<Value> = Vec::new();
    for value in own.into_iter().chain(end).chain(called).chain(any).filter(is_id) {
        let value = whole(value);
        if !found.contains(&value) {
            found.push(value);
        }
    }
    if found.is_empty() {
        found.extend(linked(object));
    }
    found.truncate(OTHERS);
    found
}

/// A value as a path has it: `7.0` is the number 7 to JSON.
fn whole(value: &Value) -> Value {
    let number = value.as_f64().filter(|number| value.is_f64() && number.fract() == 0.0 && number.abs() < 9e15);
    number.map_or_else(|| value.clone(), |number| Value::from(number as i64))
}

/// The end of the path by which an object says where it is.
fn linked(object: &Map<String, Value>) -> Option<Value> {
    let groups = ["_links", "links"].iter().filter_map(|name| object.get(*name)?.as_object());
    let mut links = std::iter::once(object).chain(groups).flat_map(|of| LINKS.iter().filter_map(|name| of.get(*name)));
    let link = links.find_map(|link| link.as_str().or_else(|| link.get("href")?.as_str()))?;
    let (_, last) = link.split(['?', '#']).next()?.trim_end_matches('/').rsplit_once('/')?;
    Some(Value::from(percent_encoding::percent_decode_str(last).decode_utf8().ok()?)).filter(|id| id != "")
}

/// What names an object by several variables, in their order: each by its own name, the last one by any.
pub(super) fn of_several(object: &Value, item: &Item) -> Option<Vec<Value>> {
    let part = |variable: &str| {
        let is_it = |name: &str| {
            words::plain(name) == words::plain(variable)
                || Noun::of(name).closeness(variable).is_some_and(|closeness| closeness == 0)
        };
        let (_, value) = object.as_object()?.iter().find(|(name, _)| is_it(name))?;
        match value {
            Value::Object(_) => {
                let login = || ["login", "username", "name"].iter().find_map(|name| value.get(*name).cloned());
                login().or_else(|| named(value, variable))
            }
            value => Some(value.clone()).filter(|value| value.is_string() || value.is_number()),
        }
    };
    let mut names = item.also.iter().map(|variable| part(variable)).collect::<Option<Vec<Value>>>()?;
    names.push(part(&item.variable).or_else(|| named_by_name(object, &item.variable))?);
    Some(names)
}

/// The name of an object that is called by more than its id.
fn named_by_name(object: &Value, variable: &str) -> Option<Value> {
    object.get("name").filter(|name| name.is_string()).cloned().or_else(|| named(object, variable))
}

/// The object that a body is, or is around.
pub(super) fn object(body: &Value) -> Option<&Value> {
    if let Some(alone) = alone(body) {
        return Some(alone);
    }
    let whole = body.as_object()?;
    let is_one = |value: &&Value| value.is_object() || alone(value).is_some();
    let held = HOLDERS.iter().find_map(|name| whole.get(*name).filter(is_one)).map(or_alone);
    let only = whole.values().next().filter(|value| whole.len() == 1 && is_one(value)).map(or_alone);
    Some(held.filter(|_| !whole.contains_key("id")).or(only).unwrap_or(body))
}

fn or_alone(value: &Value) -> &Value {
    alone(value).unwrap_or(value)
}

/// The object that a list holds alone.
fn alone(value: &Value) -> Option<&Value> {
    let [one] = value.as_array()?.as_slice() else { return None };
    one.is_object().then_some(one)
}

/// The first object of a list: of the body, or of one array in it.
pub(super) fn first_listed(response: &Response) -> Option<Value> {
    listed(response).into_iter().next()
}

/// What a response may call the items of a collection that it does not list as objects: the first texts of an array, or the
/// first keys of an object of objects.
pub(super) fn names_listed(response: &Response) -> impl Iterator<Item = Value> + use<> {
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let names: Vec<Value> = match body {
        Value::Array(items) => items.into_iter().take_while(Value::is_string).take(OTHERS).collect(),
        // What has a list is around it.
        Value::Object(members) if members.values().any(Value::is_array) => Vec::new(),
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, member)| member.is_object())
            .map(|(name, _)| name.into())
            .take(OTHERS)
            .collect(),
        _ => Vec::new(),
    };
    names.into_iter()
}

/// The first objects of a list.
pub(super) fn listed(response: &Response) -> Vec<Value> {
    let mut all = all_listed(response);
    all.truncate(MOST);
    all
}

/// The objects of a list.
pub(super) fn all_listed(response: &Response) -> Vec<Value> {
    let Ok(body) = serde_json::from_slice::<Value>(&response.body) else { return Vec::new() };
    let list = match &body {
        Value::Array(items) => Some(items),
        Value::Object(properties) => {
            let group = GROUPS.iter().find_map(|name| properties.get(*name)?.as_object());
            listed_in(properties).or_else(|| listed_in(group?))
        }
        _ => None,
    };
    list.into_iter().flatten().take_while(|item| item.is_object()).cloned().collect()
}

fn listed_in(properties: &Map<String, Value>) -> Option<&Vec<Value>> {
    let mut arrays = properties.values().filter_map(Value::as_array);
    let only = arrays.next().filter(|_| arrays.next().is_none());
    LISTS.iter().find_map(|name| properties.get(*name)?.as_array()).or(only)
}

/// Whether the whole body is the id. It may as well be a count or a word, unless the status says that something was made
/// or the text is like no word.
fn is_whole(contract: &Contract, operation: &Operation, response: &Response, body: &Value) -> bool {
    let media = operation.response(response.status).and_then(|known| known.content.as_ref());
    let is_documented = media.into_iter().flatten().filter_map(|media| media.schema).any(|schema| {
        let types = wire::expected_types(&contract.schemas, schema);
        types.contains(Types::of(body)) && !types.intersects(Types::OBJECT.or(Types::ARRAY))
    });
    let is_like_an_id = |text: &str| {
        text.len() >= LONG && text.contains(|c: char| c.is_ascii_digit()) && !text.contains(char::is_whitespace)
    };
    is_documented
        && match body {
            Value::String(text) => is_like_an_id(text) || response.status == 201 && !text.is_empty(),
            // A number may as well be a count.
            _ => false,
        }
}

fn in_location(response: &Response, collection: &str) -> Option<Value> {
    let location = response.header("location")?;
    let path = location.split(['?', '#']).next()?.trim_end_matches('/');
    let (above, last) = path.rsplit_once('/').unwrap_or((collection, path));
    if last.is_empty() || !above.ends_with(collection.trim_end_matches('/')) {
        return None;
    }
    Some(Value::from(percent_encoding::percent_decode_str(last).decode_utf8().ok()?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::contract;

    #[test]
    fn an_id_is_found_by_the_name_of_its_variable_or_of_any_id() {
        let found = |status: u16, body: Value, location: Option<&str>| {
            let schema = json!({"anyOf": [{"type": "string"}, {"type": "integer"}]});
            let content = json!({"application/json": {"schema": schema}});
            let post = json!({"post": {"responses": {"2XX": {"description": "made", "content": content}}}});
            let contract = contract(&json!({"/pets": post}), &Value::Null);
            let response = Response {
                status,
                headers: location.map(|at| ("location".to_owned(), at.to_owned())).into_iter().collect(),
                body: body.to_string().into_bytes(),
                ..Response::default()
            };
            of_made(&contract, &contract.operations[0], &response, "petId", "/pets")
        };
        assert_eq!(found(201, json!({"id": 1, "pet_id": 2}), None), Some(json!(2)));
        assert_eq!(found(201, json!({"data": {"id": "a"}}), None), Some(json!("a")));
        assert_eq!(found(200, json!({"pet": {"id": 3}}), None), Some(json!(3)));
        assert_eq!(found(200, json!({"pet": {"id": 3}, "owner": {"id": 4}}), None), None);
        assert_eq!(found(201, Value::Null, Some("/pets/a%20b?x=1")), Some(json!("a b")));
        assert_eq!(found(201, Value::Null, Some("http://here/v1/pets/7/")), Some(json!("7")));
        assert_eq!(found(201, Value::Null, Some("/jobs/7")), None);
        assert_eq!(found(201, json!({"id": {"nested": 1}}), None), None);
        assert_eq!(found(200, json!("01a2-b3c4"), None), Some(json!("01a2-b3c4")));
        assert_eq!(found(200, json!("done"), None), None);
        assert_eq!(found(201, json!("rex"), None), Some(json!("rex")));
        assert_eq!((found(201, json!(7), None), found(200, json!(7), None)), (None, None), "a count");
        assert_eq!(found(201, json!({"id": 1.0e2}), None), Some(json!(100)));
        assert_eq!(found(201, json!({"id": 1.5}), None), Some(json!(1.5)));
        assert_eq!(found(201, json!({"owner": {"id": 4}}), None), None, "somebody else");
        assert_eq!(found(201, json!(true), None), None);
    }

    #[test]
    fn what_is_not_listed_as_objects_has_names() {
        let found = |body: Value| {
            let response = Response { status: 200, body: body.to_string().into_bytes(), ..Response::default() };
            names_listed(&response).collect::<Vec<_>>()
        };
        assert_eq!(found(json!(["cpu", "mem"])), [json!("cpu"), json!("mem")]);
        assert_eq!(found(json!({"core": {"a": 1}, "count": 2, "mail": {}})), [json!("core"), json!("mail")]);
        assert_eq!(found(json!({"data": [], "meta": {}, "links": {}})), [json!(null); 0]);
        assert_eq!((found(json!([{"id": 1}])), found(json!([1, 2])), found(json!("a"))), (vec![], vec![], vec![]));
    }
}
