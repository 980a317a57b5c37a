//! A resource that a run knows: the path template of its item, and what its variables are.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::case::{Case, Mutation, RequestValues};
use crate::contract::{Operation, ParameterLocation};
use crate::engine::ids;
use crate::engine::model::TestedContract;
use crate::execute::Response;
use crate::resource::{Item, Items, aligned, read_path};

/// A resource: the path template of its item, and the value of each variable in it.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) struct Resource {
    pub item: String,
    pub variables: Vec<(String, Value)>,
}

impl Resource {
    pub fn new(item: &Item, parents: &[(String, Value)], id: Value) -> Self {
        let mut variables = parents.to_vec();
        variables.push((item.variable.clone(), id));
        Self { item: item.template.clone(), variables }
    }

    /// Whether it is an item of the collection to which an operation adds.
    pub fn is_item_of(&self, items: &Items, operation: &Operation) -> bool {
        let is_directly_in =
            self.item.rsplit_once('/').is_some_and(|(above, _)| above == operation.path.trim_end_matches('/'));
        is_directly_in || items.directly_of(&operation.path).any(|item| item.template == self.item)
    }

    /// What the success of a POST has made, as far as its response names it.
    pub fn all_of(tested: &TestedContract, case: &Case, response: &Response) -> Vec<Self> {
        let operation = &tested.contract.operations[case.operation];
        // A path is tried with other methods, too, and with texts that are not what the values of the case say.
        let is_post = operation.method == "POST" && case.request.method == "POST";
        let is_as_valued =
            case.values.as_ref().is_none_or(|values| !matches!(values.mutation, Some(Mutation::Text { .. })));
        if !is_post || !is_as_valued || !(200..300).contains(&response.status) {
            return Vec::new();
        }
        let is_sent = |id: &Value| case.values.as_ref().is_none_or(|values| names(values, id));
        let made = |item: &Item| {
            // What a request names may have been there before it, unless it is the name that it gives to what it creates.
            let is_named_here = response.status == 201 && item.is_directly_in(&operation.path);
            let id = ids::of_made(&tested.contract, operation, response, &item.variable, &case.request.path);
            let id = id.filter(|id| is_named_here || !is_sent(id))?;
            Some(Self::new(item, &parents_of(operation, case, item), id))
        };
        let mut all: Vec<Self> = tested.items.of(&operation.path).filter_map(made).collect();
        let body: Option<Value> = serde_json::from_slice(&response.body).ok().filter(|_| response.status == 201);
        let several = tested.items.of_several(&operation.path).filter_map(|item| {
            let names = ids::of_several(ids::object(body.as_ref()?)?, item)?;
            Some(Self::of_several(item, &parents_of(operation, case, item), names))
        });
        all.extend(several);
        let is_new = |located: &Self| {
            let is_named_here = located.variables.last().is_none_or(|(_, id)| is_sent(id));
            !is_named_here && all.iter().all(|made| made.item != located.item)
        };
        let located = Self::located(tested, response).filter(is_new);
        all.extend(located);
        all
    }

    /// What a creation of several at once has made: the items of the list in its response. Where the request has no list
    /// that they come of, others may be in it that were there before.
    pub fn listed(tested: &TestedContract, case: &Case, response: &Response) -> Vec<Self> {
        let operation = &tested.contract.operations[case.operation];
        let sent = case.values.as_ref().and_then(|values| values.body.as_ref()).map(|(_, body)| body);
        let body = serde_json::from_slice::<Value>(&response.body).ok().filter(|_| response.status == 201);
        let Some(Value::Array(made)) = body else { return Vec::new() };
        if case.request.method != "POST" || made.len() < 2 || !sent.is_some_and(|sent| asks_for(sent, &made)) {
            return Vec::new();
        }
        let all = tested.items.directly_of(&operation.path).flat_map(|item| {
            let parents = parents_of(operation, case, item);
            let ids = made.iter().filter_map(|object| ids::named(object, &item.variable));
            ids.map(|id| Self::new(item, &parents, id)).collect::<Vec<_>>()
        });
        all.collect()
    }

    /// What the `Location` of a creation names, or of what is done for it (RFC 9110, sections 10.2.2 and 15.3.3).
    pub fn located(tested: &TestedContract, response: &Response) -> Option<Self> {
        Self::at(tested, response.header("location").filter(|_| matches!(response.status, 201 | 202))?)
    }

    /// What a `Location` names.
    fn at(tested: &TestedContract, location: &str) -> Option<Self> {
        let path = location.split(['?', '#']).next()?;
        let all = tested.items.all().filter_map(|item| Some((&item.template, read_path(&item.template, path)?)));
        let (item, variables) = all.max_by_key(|(template, _)| template.split('/').count())?;
        let variables = variables.into_iter().map(|(name, text)| {
            let text = percent_decode_str(text).decode_utf8_lossy();
            (name.to_owned(), Value::from(text))
        });
        Some(Self { variables: variables.collect(), item: item.clone() })
    }

    /// What the creation by a POST may be called as well: by a name of its own beside that of [`Self::all_of`].
    pub fn otherwise(tested: &TestedContract, case: &Case, response: &Response) -> Vec<Self> {
        let operation = &tested.contract.operations[case.operation];
        if response.status != 201 {
            return Vec::new();
        }
        let Ok(body) = serde_json::from_slice::<Value>(&response.body) else { return Vec::new() };
        let Some(object) = ids::object(&body) else { return Vec::new() };
        let all = tested.items.directly_of(&operation.path).flat_map(|item| {
            let names = ids::all_named(object, &item.variable).into_iter().skip(1);
            names.map(|name| Self::new(item, &parents_of(operation, case, item), name))
        });
        all.collect()
    }

    /// What several variables name.
    pub fn of_several(item: &Item, parents: &[(String, Value)], names: Vec<Value>) -> Self {
        let own = item.also.iter().chain([&item.variable]).cloned().zip(names);
        Self { item: item.template.clone(), variables: parents.iter().cloned().chain(own).collect() }
    }

    /// What a PUT names by the last variable of its path, unless a person knows that it is there.
    pub fn put(tested: &TestedContract, case: &Case) -> Option<Self> {
        let operation = &tested.contract.operations[case.operation];
        if operation.method != "PUT" || case.request.method != "PUT" {
            return None;
        }
        let (_, last) = operation.path.rsplit_once('/')?;
        let mut variables = parents(operation, case);
        if let Some(Mutation::Text { place: ParameterLocation::Path, name, encoded }) =
            case.values.as_ref().and_then(|values| values.mutation.as_ref())
        {
            let (_, value) = variables.iter_mut().find(|(known, _)| known == name)?;
            *value = Value::from(percent_decode_str(encoded).decode_utf8_lossy());
        }
        let (name, _) = variables.iter().find(|(name, _)| last == format!("{{{name}}}"))?;
        let parameter = operation.parameter(ParameterLocation::Path, name)?;
        let is_known = tested.fixtures_of(case.operation).resource(parameter).is_some();
        (!is_known).then(|| Self { item: operation.path.clone(), variables })
    }

    /// What a change has renamed: what its path names, and what that is called from now on by the `Location` of the response,
    /// or by its body where the request asks for that very name. The target may as well have repeated what it was sent.
    pub fn moved(tested: &TestedContract, case: &Case, response: &Response) -> Option<(Self, Self)> {
        let operation = &tested.contract.operations[case.operation];
        if !matches!(case.request.method.as_str(), "PUT" | "PATCH") || !response.is_success() {
            return None;
        }
        let from = Self { item: operation.path.clone(), variables: parents(operation, case) };
        let (_, last) = operation.path.rsplit_once('/')?;
        let (name, own) = from.variables.last().filter(|(name, _)| last == format!("{{{name}}}"))?;
        let is_other = |id: &Value| text(id) != text(own);
        let located = || Self::at(tested, response.header("location")?).filter(|to| to.item == from.item);
        let named = || {
            let body: Value = serde_json::from_slice(&response.body).ok()?;
            let id = ids::called(ids::object(&body)?, name)?;
            let asked = ids::called(&case.values.as_ref()?.body.as_ref()?.1, name)?;
            let variables = from
                .variables
                .iter()
                .map(|(known, value)| (known.clone(), if known == name { id.clone() } else { value.clone() }));
            (id == asked).then(|| Self { item: from.item.clone(), variables: variables.collect() })
        };
        let to = located().or_else(named)?;
        is_other(&to.variables.last()?.1).then_some((from, to))
    }

    /// Its path, as people read it.
    pub fn path(&self) -> String {
        self.variables
            .iter()
            .fold(self.item.clone(), |path, (name, value)| path.replace(&format!("{{{name}}}"), &text(value)))
    }

    /// A request with it in the place of the variables of its path, in each spelling of its ids.
    pub fn put_into(&self, operation: &Operation, values: &RequestValues) -> Vec<RequestValues> {
        let same: Vec<(&str, &str)> = aligned(&self.item, &operation.path).collect();
        let value = |name: &str| self.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        let put = |spelling: fn(&Value) -> Option<Value>| {
            let mut values = values.clone();
            for (index, parameter) in operation.parameters.iter().enumerate() {
                if parameter.place != ParameterLocation::Path {
                    continue;
                }
                let known = same.iter().find(|(_, own)| *own == parameter.name).and_then(|(known, _)| value(known));
                // What is called so may be that of something else on the way: `/a/{id}` is no `/a/{a_id}/b/{id}`.
                let is_other = || same.iter().any(|(known, own)| *known == parameter.name && known != own);
                if let Some(id) = known.or_else(|| value(&parameter.name).filter(|_| !is_other())) {
                    values.parameters[index] = Some(spelling(id)?);
                }
            }
            Some(values)
        };
        [put(as_it_is), put(respelt)].into_iter().flatten().collect()
    }
}

/// Whether a body is a list that these things come of, or has one as a member: each shows what an item of it has.
fn asks_for(body: &Value, made: &[Value]) -> bool {
    let lists = std::iter::once(body).chain(body.as_object().into_iter().flat_map(|members| members.values()));
    let is_of = |thing: &Value, item: &Value| match (thing, item) {
        (Value::Object(thing), Value::Object(item)) => item.iter().any(|(name, value)| thing.get(name) == Some(value)),
        (Value::Object(thing), _) => thing.values().any(|value| value == item),
        _ => thing == item,
    };
    let makes = |items: &Vec<Value>| {
        items.len() >= made.len() && made.iter().all(|thing| items.iter().any(|item| is_of(thing, item)))
    };
    lists.filter_map(Value::as_array).any(makes)
}

/// Whether a request has a value of this text anywhere.
fn names(values: &RequestValues, id: &Value) -> bool {
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

/// A value as people read it in a path.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn as_it_is(id: &Value) -> Option<Value> {
    Some(id.clone())
}

/// A number as a string and the reverse: bodies and paths need not agree on the type of an id.
pub(in crate::engine) fn respelt(id: &Value) -> Option<Value> {
    match id {
        Value::Number(number) => Some(Value::from(number.to_string())),
        Value::String(text) => text.parse::<u64>().ok().map(Value::from),
        _ => None,
    }
}

/// The values of the path variables of the request that made it.
pub(in crate::engine) fn parents(operation: &Operation, case: &Case) -> Vec<(String, Value)> {
    let Some(values) = &case.values else { return Vec::new() };
    let parameters = operation.parameters.iter().zip(&values.parameters);
    let of_path = parameters.filter(|(parameter, _)| parameter.place == ParameterLocation::Path);
    of_path.filter_map(|(parameter, value)| Some((parameter.name.clone(), value.clone()?))).collect()
}

/// They, by the names that they have in the template of an item.
pub(in crate::engine) fn parents_of(operation: &Operation, case: &Case, item: &Item) -> Vec<(String, Value)> {
    let same: Vec<(&str, &str)> = aligned(&operation.path, &item.template).collect();
    let mut all = parents(operation, case);
    for (name, _) in &mut all {
        if let Some((_, own)) = same.iter().find(|(known, _)| known == name) {
            *name = (*own).to_owned();
        }
    }
    all
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
}
