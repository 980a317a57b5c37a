//! Resources that the run has made: what a success of a POST names, or the path of a PUT, for the operations on paths below.

use serde_json::Value;

use super::ids;
use super::model::TestedContract;
use crate::case::{Case, Mutation, RequestValues, is_safe};
use crate::contract::{Operation, ParameterLocation};
use crate::execute::Response;
use crate::resource::Item;

/// Resources of one collection that are remembered.
const MOST: usize = 8;

/// What was made, the oldest first, and what may be read beside it.
#[derive(Debug, Default)]
pub(super) struct Made {
    own: Vec<Resource>,
    /// What was named twice by what does not say that it creates: it was there.
    found: Vec<Resource>,
    /// What a run has not surely made itself: to be read, and never changed.
    seen: Vec<Resource>,
    nameless: Vec<Nameless>,
    total: usize,
}

/// A resource: the path template of its item, and the value of each variable in it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Resource {
    pub item: String,
    pub variables: Vec<(String, Value)>,
}

/// A POST that was accepted, and whose response does not name what it made.
#[derive(Clone, Debug)]
pub(super) struct Nameless {
    pub case: Case,
    /// The values of the variables of its path.
    pub parents: Vec<(String, Value)>,
    /// Whether the response says that something was created.
    pub is_created: bool,
}

impl Made {
    /// Takes the success of a valid request.
    pub fn take(&mut self, tested: &TestedContract, case: &Case, response: &Response) {
        if !response.is_success() {
            return;
        }
        match tested.contract.operations[case.operation].method.as_str() {
            "POST" => self.take_post(tested, case, response),
            "PUT" => self.take_put(tested, case, response),
            "GET" => self.take_list(tested, case, response),
            _ => {}
        }
    }

    fn take_post(&mut self, tested: &TestedContract, case: &Case, response: &Response) {
        let operation = &tested.contract.operations[case.operation];
        let is_created = response.status == 201;
        let parents = parents(operation, case);
        for made in Resource::all_of(tested, case, response) {
            let is_known = self.own.contains(&made);
            if is_known && !is_created {
                self.own.retain(|known| *known != made);
                self.found.push(made);
            } else if !is_known && !self.found.contains(&made) && (is_created || self.count(&made.item) < MOST) {
                self.total += usize::from(add(&mut self.own, made));
            }
        }
        let known = self.nameless(case.operation);
        let is_new = known.iter().all(|known| known.is_created != is_created)
            && tested.items.directly_of(&operation.path).next().is_some();
        if is_new {
            self.nameless.push(Nameless { case: case.clone(), parents, is_created });
        }
    }

    /// The first item of a list.
    fn take_list(&mut self, tested: &TestedContract, case: &Case, response: &Response) {
        let operation = &tested.contract.operations[case.operation];
        let is_new = |item: &&Item| self.seen.iter().all(|known| known.item != item.template);
        let items: Vec<&Item> = tested.items.of(&operation.path).filter(is_new).collect();
        if items.is_empty() {
            return;
        }
        let Some(first) = ids::first_listed(response) else { return };
        for item in items {
            if let Some(id) = ids::named(&first, &item.variable) {
                self.see(item, &parents(operation, case), id);
            }
        }
    }

    /// A PUT that may create what its path names. Without a 201 that may have been there before: then it is only read.
    fn take_put(&mut self, tested: &TestedContract, case: &Case, response: &Response) {
        let operation = &tested.contract.operations[case.operation];
        let Some((collection, last)) = operation.path.rsplit_once('/') else { return };
        let mut variables = parents(operation, case);
        let own = variables.iter().position(|(name, _)| last == format!("{{{name}}}"));
        let Some((name, id)) = own.map(|own| variables.remove(own)) else { return };
        let is_created = response.status == 201;
        let parameter = operation.parameter(ParameterLocation::Path, &name);
        let is_known = parameter.is_some_and(|known| tested.fixtures_of(case.operation).resource(known).is_some());
        for item in tested.items.directly_of(collection) {
            match is_created {
                true => self.add(item, &variables, id.clone()),
                false if !is_known => self.see(item, &variables, id.clone()),
                false => {}
            }
        }
    }

    /// Adds an item that the run has made.
    pub fn add(&mut self, item: &Item, parents: &[(String, Value)], id: Value) {
        self.total += usize::from(add(&mut self.own, Resource::new(item, parents, id)));
    }

    /// Adds an item that is there.
    pub fn see(&mut self, item: &Item, parents: &[(String, Value)], id: Value) {
        self.total += usize::from(add(&mut self.seen, Resource::new(item, parents, id)));
    }

    /// How many there were so far.
    pub fn total(&self) -> usize {
        self.total
    }

    /// Whether such an item was made.
    pub fn knows(&self, item: &Item) -> bool {
        self.own.iter().any(|known| known.item == item.template)
    }

    /// The requests of an operation that were accepted, and that may have made something without a word of its id: the
    /// first one, and the first of those with the other kind of success.
    pub fn nameless(&self, operation: usize) -> Vec<Nameless> {
        self.nameless.iter().filter(|known| known.case.operation == operation).cloned().collect()
    }

    fn count(&self, item: &str) -> usize {
        self.own.iter().filter(|known| known.item == item).count()
    }

    /// A request with what was made in the place of the variables of its path, for each such resource that its path is
    /// below; those with the most variables come first.
    pub fn put_into(&self, operation: &Operation, values: &RequestValues) -> Vec<RequestValues> {
        let is_below = |made: &&Resource| {
            operation.path.strip_prefix(&made.item).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut above: Vec<&Resource> = self.own.iter().filter(is_below).collect();
        above.sort_by_key(|made| std::cmp::Reverse(made.variables.len()));
        let mut seen: Vec<&Resource> =
            self.seen.iter().filter(is_below).filter(|_| is_safe(&operation.method)).collect();
        seen.sort_by_key(|seen| std::cmp::Reverse(seen.variables.len()));
        above.extend(seen);
        above.into_iter().flat_map(|made| made.put_into(operation, values)).collect()
    }
}

impl Resource {
    fn new(item: &Item, parents: &[(String, Value)], id: Value) -> Self {
        let mut variables = parents.to_vec();
        variables.push((item.variable.clone(), id));
        Self { item: item.template.clone(), variables }
    }

    /// What the success of a POST has made, as far as its response names it.
    pub fn all_of(tested: &TestedContract, case: &Case, response: &Response) -> Vec<Self> {
        let operation = &tested.contract.operations[case.operation];
        // A path is tried with other methods, too, and with texts that are not what the values of the case say.
        let is_post = operation.method == "POST" && case.request.method == "POST";
        let is_as_valued =
            case.values.as_ref().is_none_or(|values| !matches!(values.mutation, Some(Mutation::Text { .. })));
        if !is_post || !is_as_valued || !response.is_success() {
            return Vec::new();
        }
        let is_sent = |id: &Value| case.values.as_ref().is_none_or(|values| names(values, id));
        let made = |item: &Item| {
            // What a request names may have been there before it, unless it is the name that it gives to what it creates.
            let is_named_here = response.status == 201 && item.is_directly_in(&operation.path);
            let id = ids::of_made(&tested.contract, operation, response, &item.variable, &case.request.path);
            let id = id.filter(|id| is_named_here || !is_sent(id))?;
            Some(Self::new(item, &parents(operation, case), id))
        };
        tested.items.of(&operation.path).filter_map(made).collect()
    }

    /// What a PUT names by the last variable of its path, unless a person knows that it is there.
    pub fn put(tested: &TestedContract, case: &Case) -> Option<Self> {
        let operation = &tested.contract.operations[case.operation];
        let is_as_valued = case.values.as_ref().is_none_or(|values| values.mutation.is_none());
        if operation.method != "PUT" || case.request.method != "PUT" || !is_as_valued {
            return None;
        }
        let (_, last) = operation.path.rsplit_once('/')?;
        let variables = parents(operation, case);
        let (name, _) = variables.iter().find(|(name, _)| last == format!("{{{name}}}"))?;
        let parameter = operation.parameter(ParameterLocation::Path, name)?;
        let is_known = tested.fixtures_of(case.operation).resource(parameter).is_some();
        (!is_known).then(|| Self { item: operation.path.clone(), variables })
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

/// Remembers the first ones and the last ones: those between may be gone by now. Whether it is new.
fn add(known: &mut Vec<Resource>, new: Resource) -> bool {
    if known.contains(&new) {
        return false;
    }
    let alike: Vec<usize> = (0..known.len()).filter(|index| known[*index].item == new.item).collect();
    if alike.len() == MOST {
        known.remove(alike[MOST / 2]);
    }
    known.push(new);
    true
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
pub(super) fn parents(operation: &Operation, case: &Case) -> Vec<(String, Value)> {
    let Some(values) = &case.values else { return Vec::new() };
    let parameters = operation.parameters.iter().zip(&values.parameters);
    let of_path = parameters.filter(|(parameter, _)| parameter.place == ParameterLocation::Path);
    of_path.filter_map(|(parameter, value)| Some((parameter.name.clone(), value.clone()?))).collect()
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
