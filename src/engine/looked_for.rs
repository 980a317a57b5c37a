//! What a POST has made whose response does not name it, and that no path names by what was sent: what is done for it says
//! so in the end, or a list shows it by a name that nobody else gives.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::Transport;
use super::ids;
use super::made::{Made, Nameless, Resource, parents_of};
use super::model::{PlannedOperation, TestedContract};
use super::planning::Planning;
use super::scheduler::Sender;
use crate::case::{Case, Intent};
use crate::contract::{Contract, Operation};
use crate::execute::Response;
use crate::finding::digest;
use crate::plan::IMPROBABLE;
use crate::resource::{Item, Noun, is_same_shape, noun, read_path};
use crate::text::words;

/// What is waited before each look.
const WAITS: [Duration; 5] = [
    Duration::from_millis(50),
    Duration::from_millis(150),
    Duration::from_millis(400),
    Duration::from_millis(1000),
    Duration::from_millis(1500),
];
/// Words of a status by which something is not done yet.
const OPEN: [&str; 12] = [
    "pending",
    "queued",
    "running",
    "processing",
    "progress",
    "accepted",
    "started",
    "waiting",
    "scheduled",
    "submitted",
    "active",
    "created",
];
/// How deep in a message names are looked for.
const DEPTH: usize = 4;

/// Looks for what the POST of this plan has made; how many requests it took.
pub(super) async fn find<T: Transport>(
    sender: &Sender<T>,
    planning: &Planning,
    planned: &Arc<PlannedOperation>,
    made: &mut Made,
) -> usize {
    let tested = sender.tested.clone();
    let operation = &tested.contract.operations[planned.operation];
    let items: Vec<&Item> = tested.items.directly_of(&operation.path).collect();
    let accepted = made.nameless(planned.operation);
    let (Some(first), false) = (accepted.first(), items.is_empty() || items.iter().any(|item| made.knows(item))) else {
        return 0;
    };
    // What is taken already is there.
    let sender = Sender { fresh: None, ..sender.clone() };
    let mut search = Search { sender: &sender, planning, requests: 0 };
    if let Some((id, parents)) = search.search(planned, first, items[0]).await {
        for item in items {
            made.add(item, &parents, id.clone());
            let keeper = sender.keeper.iter();
            keeper.for_each(|keeper| keeper.adopt(Resource::new(item, &parents, id.clone())));
        }
    }
    search.requests
}

struct Search<'a, T> {
    sender: &'a Sender<T>,
    planning: &'a Planning,
    requests: usize,
}

impl<T: Transport> Search<'_, T> {
    async fn search(
        &mut self,
        planned: &Arc<PlannedOperation>,
        accepted: &Nameless,
        item: &Item,
    ) -> Option<(Value, Vec<(String, Value)>)> {
        let tested = self.sender.tested.clone();
        let contract = &tested.contract;
        let list = position(contract, "GET", &contract.operations[planned.operation].path);
        let named = renamed(&tested, self.planning.options.seed, accepted);
        if list.is_none() && !accepted.is_created && accepted.status != 202 {
            return None;
        }
        let case = named.as_ref().map_or(&accepted.case, |(case, _)| case);
        self.requests += 1;
        let answer = self.sender.send(planned, case).await.evaluation.exchange.result.ok()?;
        let parents = parents_of(&contract.operations[planned.operation], case, item);
        if !(200..300).contains(&answer.status) {
            return None;
        }
        if let Some(id) = self.at_its_end(&answer, item).await {
            return Some((id, parents));
        }
        let ((_, name), list) = (named?, list?);
        let waits = if answer.status == 202 { &WAITS[..] } else { &WAITS[..2] };
        for wait in waits {
            tokio::time::sleep(*wait).await;
            let response = self.read(list, &parents, item).await?;
            let all = ids::all_listed(&response);
            if let Some(one) = all.iter().find(|one| holds(one, &name, DEPTH)) {
                return Some((ids::named(one, &item.variable)?, parents));
            }
        }
        None
    }

    /// What a response says is done for the request comes to, once it is.
    async fn at_its_end(&mut self, answer: &Response, item: &Item) -> Option<Value> {
        let tested = self.sender.tested.clone();
        let job = Resource::located(&tested, answer)?;
        let reading = position(&tested.contract, "GET", &job.item)?;
        for wait in WAITS {
            tokio::time::sleep(wait).await;
            let response = self.read_at(reading, &job).await?;
            let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
            let is_open = response.status == 202
                || body.as_object().is_some_and(|body| {
                    let state = ["status", "state"].iter().find_map(|name| body.get(*name)?.as_str());
                    state.is_some_and(|state| words::of(state).iter().any(|word| OPEN.contains(&word.as_str())))
                });
            let located = response.header("location").and_then(|path| id_at(item, path));
            if let Some(id) = located.or_else(|| named_in(&body, item, DEPTH)) {
                return Some(id);
            }
            if !is_open {
                return None;
            }
        }
        None
    }

    async fn read(&mut self, list: usize, parents: &[(String, Value)], item: &Item) -> Option<Response> {
        let above = Resource { item: item.template.clone(), variables: parents.to_vec() };
        self.read_at(list, &above).await
    }

    async fn read_at(&mut self, reading: usize, resource: &Resource) -> Option<Response> {
        let tested = &self.sender.tested;
        let show = Arc::new(self.planning.start(reading));
        let like = show.cases.iter().find(|case| case.intent == Intent::Valid)?;
        let all = resource.put_into(&tested.contract.operations[reading], show.baseline.as_ref()?);
        let gate = tested.gate(reading);
        let confirmed = all.into_iter().find_map(|values| gate.confirm(values, Intent::Valid, None).ok())?;
        let (request, values) = confirmed.into_parts();
        let case = Case { request, values: Some(values), expected: None, ..(**like).clone() };
        self.requests += 1;
        let exchange = self.sender.send(&show, &case).await.evaluation.exchange;
        exchange.result.ok().filter(|response| response.status < 400)
    }
}

/// The request that was accepted, with a name that nobody else gives.
fn renamed(tested: &TestedContract, seed: u64, accepted: &Nameless) -> Option<(Case, String)> {
    let gate = tested.gate(accepted.case.operation);
    let values = accepted.case.values.as_ref()?;
    let own = format!("conform-{:016x}", digest(&[&seed.to_string(), &accepted.case.request.path, "looked for"]));
    let texts = [own.clone(), own.replace('-', ""), format!("{own}@example.com")];
    for (property, _) in values.body.as_ref()?.1.as_object()?.iter().filter(|(_, value)| value.is_string()) {
        for text in texts.iter().map(String::as_str).chain(IMPROBABLE) {
            let mut values = values.clone();
            values.body.as_mut()?.1[property] = Value::from(text);
            if let Ok(confirmed) = gate.confirm(values, Intent::Valid, None) {
                let (request, values) = confirmed.into_parts();
                let case = Case { request, values: Some(values), expected: None, ..accepted.case.clone() };
                return Some((case, text.to_owned()));
            }
        }
    }
    None
}

fn position(contract: &Contract, method: &str, path: &str) -> Option<usize> {
    let is_it = |other: &Operation| other.method == method && is_same_shape(&other.path, path);
    contract.operations.iter().position(is_it)
}

fn holds(value: &Value, text: &str, depth: usize) -> bool {
    match value {
        Value::String(own) => own == text,
        Value::Object(members) if depth > 0 => members.values().any(|member| holds(member, text, depth - 1)),
        Value::Array(items) if depth > 0 => items.iter().any(|item| holds(item, text, depth - 1)),
        _ => false,
    }
}

/// The id of an item that a path of it ends with.
fn id_at(item: &Item, path: &str) -> Option<Value> {
    let read = read_path(&item.template, path.split(['?', '#']).next()?)?;
    let (_, text) = read.into_iter().find(|(name, _)| *name == item.variable)?;
    Some(Value::from(percent_encoding::percent_decode_str(text).decode_utf8().ok()?))
}

/// The id of an item that a message names: by its path, by what it is called after, or as the result.
fn named_in(body: &Value, item: &Item, depth: usize) -> Option<Value> {
    let members = body.as_object().filter(|_| depth > 0)?;
    let collection = noun(&item.template)?;
    for (name, value) in members {
        let called = Noun::of(name);
        let is_result =
            ["result", "resource"].contains(&words::of(name).first().map(String::as_str).unwrap_or_default());
        let is_of_it = called.closeness(collection) == Some(0) || is_result;
        let found = match value {
            Value::String(text) if text.contains('/') => id_at(item, text),
            Value::String(_) | Value::Number(_) if is_of_it && called.is_key => Some(value.clone()),
            Value::Object(_) if is_of_it => ids::named(value, &item.variable),
            Value::Object(_) => named_in(value, item, depth - 1),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::resource::Items;
    use crate::testing::contract_of;

    #[test]
    fn what_a_job_names_in_the_end_is_found_in_many_ways() {
        let items = Items::new(&contract_of(&["/things/{thingId}"]));
        let item = items.directly_of("/things").next().expect("an item");
        let found = |body: Value| named_in(&body, item, DEPTH);
        assert_eq!(found(json!({"id": 3, "result": "/v1/things/7"})), Some(json!("7")));
        assert_eq!(found(json!({"id": 3, "thing_id": 7})), Some(json!(7)));
        assert_eq!(found(json!({"id": 3, "result": {"id": 7}})), Some(json!(7)));
        assert_eq!(found(json!({"id": 3, "links": {"thing": "http://here/things/7"}})), Some(json!("7")));
        assert_eq!(found(json!({"id": 3, "status": "done", "owner_id": 4})), None);
    }
}
