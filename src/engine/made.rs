//! Resources that the run has made: what a success of a POST names, for the operations on paths below its own.

use serde_json::Value;

use super::items::{Item, Items};
use crate::case::{Case, Mutation, RequestValues};
use crate::contract::{Operation, ParameterLocation};
use crate::execute::Response;

/// Resources of one collection that are remembered.
const MOST: usize = 8;
/// Names of ids beside that of the path variable itself.
const IDS: [&str; 5] = ["id", "_id", "uuid", "key", "name"];

/// What was made, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Made {
    all: Vec<Resource>,
    /// What was named twice by what does not say that it creates: it was there.
    found: Vec<Resource>,
}

/// A resource: the path template of its item, and the value of each variable in it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Resource {
    pub item: String,
    pub variables: Vec<(String, Value)>,
}

impl Made {
    /// Takes the success of a valid request.
    pub fn take(&mut self, items: &Items, operation: &Operation, case: &Case, response: &Response) {
        for made in Resource::all_of(items, operation, case, response) {
            let is_known = self.all.contains(&made);
            if is_known && response.status != 201 {
                self.all.retain(|known| *known != made);
                self.found.push(made);
            } else if !is_known && !self.found.contains(&made) && self.count(&made.item) < MOST {
                self.all.push(made);
            }
        }
    }

    fn count(&self, item: &str) -> usize {
        self.all.iter().filter(|known| known.item == item).count()
    }

    /// A request with what was made in the place of the variables of its path, for each such resource that its path is
    /// below; those with the most variables come first.
    pub fn put_into(&self, operation: &Operation, values: &RequestValues) -> Vec<RequestValues> {
        let is_below = |made: &&Resource| {
            operation.path.strip_prefix(&made.item).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut above: Vec<&Resource> = self.all.iter().filter(is_below).collect();
        above.sort_by_key(|made| std::cmp::Reverse(made.variables.len()));
        above.into_iter().flat_map(|made| made.put_into(operation, values)).collect()
    }
}

impl Resource {
    /// What the success of a request has made.
    pub fn all_of(items: &Items, operation: &Operation, case: &Case, response: &Response) -> Vec<Self> {
        // A path is tried with other methods, too, and with texts that are not what the values of the case say.
        let is_post = operation.method == "POST" && case.request.method == "POST";
        let is_as_valued =
            case.values.as_ref().is_none_or(|values| !matches!(values.mutation, Some(Mutation::Text { .. })));
        if !is_post || !is_as_valued || !(200..300).contains(&response.status) {
            return Vec::new();
        }
        let is_sent = |id: &Value| case.values.as_ref().is_none_or(|values| names(values, id));
        let made = |Item { template, variable, .. }: &Item| {
            // What a request names may have been there before it, unless it is the name that it gives to what it creates.
            let is_named_here = response.status == 201 && *template == format!("{}/{{{variable}}}", operation.path);
            let id = id(response, variable, &case.request.path).filter(|id| is_named_here || !is_sent(id))?;
            let mut variables = parents(operation, case);
            variables.push((variable.clone(), id));
            Some(Self { item: template.clone(), variables })
        };
        items.of(&operation.path).filter_map(made).collect()
    }

    /// A request with it in the place of the variables of its path, in each spelling of its ids.
    pub fn put_into(&self, operation: &Operation, values: &RequestValues) -> Vec<RequestValues> {
        let put = |spelling: fn(&Value) -> Option<Value>| {
            let mut values = values.clone();
            for (index, parameter) in operation.parameters.iter().enumerate() {
                let is_own = |(name, _): &&(String, Value)| {
                    parameter.place == ParameterLocation::Path && *name == parameter.name
                };
                if let Some((_, id)) = self.variables.iter().find(is_own) {
                    values.parameters[index] = Some(spelling(id)?);
                }
            }
            Some(values)
        };
        [put(as_it_is), put(respelt)].into_iter().flatten().collect()
    }
}

/// Whether a request has a value of this text anywhere.
fn names(values: &RequestValues, id: &Value) -> bool {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let id = text(id);
    let mut rest: Vec<&Value> =
        values.parameters.iter().flatten().chain(values.body.as_ref().map(|(_, body)| body)).collect();
    while let Some(value) = rest.pop() {
        match value {
            Value::Object(members) => rest.extend(members.values()),
            Value::Array(items) => rest.extend(items),
            value if text(value) == id => return true,
            _ => {}
        }
    }
    false
}

fn as_it_is(id: &Value) -> Option<Value> {
    Some(id.clone())
}

/// A number as a string and the reverse: bodies and paths need not agree on the type of an id.
fn respelt(id: &Value) -> Option<Value> {
    match id {
        Value::Number(number) => Some(Value::from(number.to_string())),
        Value::String(text) => text.parse::<u64>().ok().map(Value::from),
        _ => None,
    }
}

/// The values of the path variables of the request that made it.
fn parents(operation: &Operation, case: &Case) -> Vec<(String, Value)> {
    let Some(values) = &case.values else { return Vec::new() };
    let parameters = operation.parameters.iter().zip(&values.parameters);
    let of_path = parameters.filter(|(parameter, _)| parameter.place == ParameterLocation::Path);
    of_path.filter_map(|(parameter, value)| Some((parameter.name.clone(), value.clone()?))).collect()
}

/// The id of what was made: by the name of the variable in the body, or of any id; else the end of a `Location` below the
/// path of the request, since what is elsewhere is of another kind.
fn id(response: &Response, variable: &str, collection: &str) -> Option<Value> {
    let body: Option<Value> = serde_json::from_slice(&response.body).ok();
    let named = body.as_ref().and_then(|body| {
        let holders = [Some(body), body.get("data"), body.get("result"), body.get("item")];
        holders.into_iter().flatten().find_map(|holder| of_object(holder, variable))
    });
    named.or_else(|| {
        let location = response.header("location")?;
        let path = location.split(['?', '#']).next()?.trim_end_matches('/');
        let (above, last) = path.rsplit_once('/').unwrap_or((collection, path));
        if last.is_empty() || !above.ends_with(collection.trim_end_matches('/')) {
            return None;
        }
        Some(Value::from(percent_encoding::percent_decode_str(last).decode_utf8().ok()?))
    })
}

fn of_object(object: &Value, variable: &str) -> Option<Value> {
    let object = object.as_object()?;
    let plain = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let is_id = |value: &&Value| value.is_string() || value.is_number();
    let own = object.iter().find(|(name, _)| plain(name) == plain(variable)).map(|(_, value)| value);
    let any = IDS.iter().find_map(|name| object.get(*name));
    own.or(any).filter(is_id).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_request_names_it_did_not_make() {
        let values = |body: Value| RequestValues {
            parameters: vec![Some(Value::from(7))],
            body: Some((0, body)),
            credentials: Default::default(),
            mutation: None,
        };
        let sent = values(serde_json::json!({"lines": [{"product": "12"}]}));
        assert!(names(&sent, &Value::from(12)) && names(&sent, &Value::from("7")));
        assert!(!names(&sent, &Value::from(1)));
    }

    #[test]
    fn an_id_is_found_by_the_name_of_its_variable_or_of_any_id() {
        let response = |body: Value, location: Option<&str>| Response {
            status: 201,
            headers: location.map(|at| ("location".to_owned(), at.to_owned())).into_iter().collect(),
            body: body.to_string().into_bytes(),
            ..Response::default()
        };
        let found = |body: Value, location| id(&response(body, location), "petId", "/pets");
        assert_eq!(found(serde_json::json!({"id": 1, "pet_id": 2}), None), Some(Value::from(2)));
        assert_eq!(found(serde_json::json!({"data": {"id": "a"}}), None), Some(Value::from("a")));
        assert_eq!(found(Value::Null, Some("/pets/a%20b?x=1")), Some(Value::from("a b")));
        assert_eq!(found(Value::Null, Some("http://here/v1/pets/7/")), Some(Value::from("7")));
        assert_eq!(found(Value::Null, Some("/jobs/17")), None, "that is a job");
        assert_eq!(found(serde_json::json!({"id": {"nested": 1}}), None), None);
    }
}
