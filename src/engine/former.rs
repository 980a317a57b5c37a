//! What was there before a run and is changed by it, as its settings are: it is read before anything is sent, and put back
//! at the end. What cannot be read is not changed.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::Transport;
use super::model::PlannedOperation;
use super::planning::Planning;
use super::scheduler::Sender;
use crate::case::{Case, Intent, Origin, RequestValues};
use crate::check::is_server_made;
use crate::contract::{Contract, Operation, SchemaId, Schemas, Types};
use crate::execute::Response;
use crate::text::list;

/// So many properties are named where they are lost.
const MOST_NAMED: usize = 3;
/// How deep in a schema its properties are looked for.
const DEPTH: usize = 6;

/// The former states, by the operations that read them.
#[derive(Debug, Default)]
pub(super) struct Former {
    states: HashMap<usize, Value>,
    /// Operations that would change what could not be read, and why they are not sent.
    barred: HashMap<usize, String>,
}

impl Former {
    /// Reads what these operations would change. What is not there yet is nothing that could be lost.
    pub async fn read<T: Transport>(sender: &Sender<T>, planning: &Planning, operations: &[usize]) -> Self {
        let contract = &sender.tested.contract;
        let mut former = Self::default();
        for (operation, reading) in changing(contract, operations) {
            let refusal = match former.state(sender, planning, reading).await {
                Ok(Some(state)) => match loss(sender, planning, (operation, reading), state) {
                    Some(loss) => loss,
                    None => continue,
                },
                Ok(None) => continue,
                Err(refusal) => refusal,
            };
            if planning.options.destructive {
                continue;
            }
            let path = &contract.operations[reading].path;
            former.barred.insert(
                operation,
                format!("it would change what was there before and cannot be put back, since GET {path} {refusal}: --destructive tests it"),
            );
        }
        former
    }

    /// What an operation reads, once for all that change it; nothing where nothing is there.
    async fn state<T: Transport>(
        &mut self,
        sender: &Sender<T>,
        planning: &Planning,
        reading: usize,
    ) -> Result<Option<&Value>, String> {
        let place = match self.states.entry(reading) {
            Entry::Occupied(known) => return Ok(Some(known.into_mut())),
            Entry::Vacant(place) => place,
        };
        match read(sender, planning, reading).await {
            Some(response) if response.status == 200 => match serde_json::from_slice(&response.body) {
                Ok(state @ Value::Object(_)) => Ok(Some(place.insert(state))),
                _ => Err("is not JSON".to_owned()),
            },
            Some(response) if matches!(response.status, 204 | 404 | 410) => Ok(None),
            Some(response) => Err(format!("was answered with {}", response.status)),
            None => Err("was not answered".to_owned()),
        }
    }

    /// Whether an operation is not sent.
    pub fn bars(&self, operation: usize) -> bool {
        self.barred.contains_key(&operation)
    }

    /// The plan, or that of an operation that is not sent.
    pub fn check(&self, planned: Arc<PlannedOperation>) -> Arc<PlannedOperation> {
        match self.barred.get(&planned.operation) {
            Some(reason) => Arc::new(PlannedOperation {
                refused: Some(reason.clone()),
                ..PlannedOperation::empty(planned.operation)
            }),
            None => planned,
        }
    }

    /// Puts back what was changed; the paths of what could not be.
    pub async fn put_back<T: Transport>(
        &self,
        sender: &Sender<T>,
        planning: &Planning,
        operations: &[usize],
    ) -> Vec<String> {
        let contract = &sender.tested.contract;
        let mut lost = Vec::new();
        for (reading, state) in &self.states {
            let mut ways: Vec<usize> = changing(contract, operations)
                .filter(|(_, read)| read == reading)
                .map(|(operation, _)| operation)
                .collect();
            ways.sort_by_key(|operation| contract.operations[*operation].method != "PUT");
            let mut is_back = is_as(contract, *reading, &read(sender, planning, *reading).await, state);
            for operation in ways {
                if is_back {
                    break;
                }
                if let Some(case) = request(sender, planning, operation, inner(contract, *reading, state).1) {
                    sender.send(&case.0, &case.1).await;
                }
                is_back = is_as(contract, *reading, &read(sender, planning, *reading).await, state);
            }
            if !is_back {
                lost.push(contract.operations[*reading].path.clone());
            }
        }
        lost.sort();
        lost
    }
}

/// The operations of these that change the only thing at their path, with those that read it.
fn changing<'a>(contract: &'a Contract, operations: &'a [usize]) -> impl Iterator<Item = (usize, usize)> + 'a {
    let is_changing =
        |operation: &Operation| matches!(operation.method.as_str(), "PUT" | "PATCH") && !operation.path.contains('{');
    let all = operations.iter().copied().filter(move |index| is_changing(&contract.operations[*index]));
    all.filter_map(|index| {
        let path = &contract.operations[index].path;
        let reading = contract.operations.iter().position(|other| other.method == "GET" && other.path == *path)?;
        Some((index, reading))
    })
}

async fn read<T: Transport>(sender: &Sender<T>, planning: &Planning, reading: usize) -> Option<Response> {
    let show = Arc::new(planning.start(reading));
    let case = show.cases.iter().find(|case| case.intent == Intent::Valid && case.values == show.baseline)?.clone();
    sender.send(&show, &case).await.evaluation.exchange.result.ok()
}

/// What of a state would be lost by an operation, in words: what it sets and is not shown, so that nobody knows what it
/// was, or all of it where no request can hold it.
fn loss<T: Transport>(
    sender: &Sender<T>,
    planning: &Planning,
    (operation, reading): (usize, usize),
    state: &Value,
) -> Option<String> {
    let contract = &sender.tested.contract;
    let schemas = &contract.schemas;
    let (changes, reads) = (&contract.operations[operation], &contract.operations[reading]);
    let (around, state) = inner(contract, reading, state);
    let mut set = Vec::new();
    for media in changes.body.iter().flat_map(|body| &body.content) {
        media.schema.iter().for_each(|schema| writable(schemas, *schema, DEPTH, &mut set));
    }
    let shown = || reads.response(200).into_iter().flat_map(|response| response.content.iter().flatten());
    let is_documented = |name: &str| {
        shown().filter_map(|media| media.schema).any(|schema| {
            let mut all = Vec::new();
            properties(schemas, schema, DEPTH, &mut all);
            if let Some(around) = around {
                let inner: Vec<SchemaId> = all.iter().filter(|(known, _)| known == around).map(|(_, id)| *id).collect();
                all.clear();
                inner.into_iter().for_each(|schema| properties(schemas, schema, DEPTH, &mut all));
            }
            all.iter().any(|(known, id)| known == name && !schemas.get(*id).write_only)
        })
    };
    // What is left out of a PUT is as if it had never been set; null takes it away by PATCH.
    let can_be_absent = |name: &str, id: SchemaId| {
        is_documented(name)
            && (changes.method == "PUT" || schemas.get(id).types.is_some_and(|types| types.contains(Types::NULL)))
    };
    set.retain(|(name, id)| state.get(name).is_none() && !can_be_absent(name, *id));
    let mut names: Vec<String> = set.into_iter().map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    if !names.is_empty() {
        let several = names.len() > MOST_NAMED;
        names.truncate(MOST_NAMED);
        let more = if several { " and more" } else { "" };
        return Some(format!("does not show {}{more}, which it sets", list::code(names).join(", ")));
    }
    let can_be_planned = planning.start(operation).baseline.as_ref().is_some_and(|values| values.body.is_some());
    (can_be_planned && request(sender, planning, operation, state).is_none())
        .then(|| "shows what no request may hold".to_owned())
}

/// What a body shows of a state, and the property that it is around, if it is: an object whose members requests set, where
/// they set none beside it.
fn inner<'s>(contract: &Contract, reading: usize, body: &'s Value) -> (Option<&'s str>, &'s Value) {
    let path = &contract.operations[reading].path;
    let is_changing = |other: &&Operation| matches!(&*other.method, "PUT" | "PATCH") && other.path == *path;
    let bodies = contract.operations.iter().filter(is_changing).filter_map(|other| other.body.as_ref());
    let media = bodies.flat_map(|body| &body.content).filter_map(|media| media.schema);
    let schemas: Vec<SchemaId> = media.collect();
    let is_set = |name: &String| schemas.iter().any(|schema| has(&contract.schemas, *schema, name, DEPTH));
    let Value::Object(members) = body else { return (None, body) };
    if members.keys().any(is_set) {
        return (None, body);
    }
    let is_it = |(_, value): &(&String, &Value)| value.as_object().is_some_and(|inner| inner.keys().any(is_set));
    let mut all = members.iter().filter(is_it);
    match (all.next(), all.next()) {
        (Some((name, value)), None) => (Some(name), value),
        _ => (None, body),
    }
}

/// The properties that a schema names, but for those that no request sets.
fn writable(schemas: &Schemas, schema: SchemaId, depth: usize, found: &mut Vec<(String, SchemaId)>) {
    let mut all = Vec::new();
    properties(schemas, schema, depth, &mut all);
    found.extend(all.into_iter().filter(|(name, id)| !schemas.get(*id).read_only && !is_server_made(name)));
}

/// The properties that a schema names.
fn properties(schemas: &Schemas, schema: SchemaId, depth: usize, found: &mut Vec<(String, SchemaId)>) {
    let schema = schemas.get(schema);
    found.extend(schema.properties.iter().map(|(name, id)| (name.clone(), *id)));
    if depth > 0 {
        for part in schema.reference.iter().chain(&schema.all_of).chain(&schema.any_of).chain(&schema.one_of) {
            properties(schemas, *part, depth - 1, found);
        }
    }
}

/// Whether what is read is as it was, but for what the server sets itself.
fn is_as(contract: &Contract, reading: usize, response: &Option<Response>, state: &Value) -> bool {
    let body = response.as_ref().and_then(|response| serde_json::from_slice::<Value>(&response.body).ok());
    let Some(body) = body else { return false };
    let [is, was] = [&body, state].map(|whole| inner(contract, reading, whole).1);
    let (Value::Object(is), Value::Object(was)) = (is, was) else { return false };
    // Nothing is said by the order of members (RFC 8259, section 4).
    let own = |members: &Map<String, Value>| -> BTreeMap<String, Value> {
        members.iter().filter(|(name, _)| !is_server_made(name)).map(|(name, is)| (name.clone(), is.clone())).collect()
    };
    own(is) == own(was)
}

/// The request that puts a state back: all of it that the document lets a request have.
fn request<T: Transport>(
    sender: &Sender<T>,
    planning: &Planning,
    operation: usize,
    state: &Value,
) -> Option<(Arc<PlannedOperation>, Case)> {
    let tested = &sender.tested;
    let planned = Arc::new(planning.start(operation));
    let like = planned.cases.iter().find(|case| case.intent == Intent::Valid)?;
    let baseline = planned.baseline.as_ref()?;
    let (media, _) = baseline.body.as_ref()?;
    let gate = tested.gate(operation);
    let confirm = |body: Map<String, Value>| {
        let values = RequestValues { body: Some((*media, Value::Object(body))), ..baseline.clone() };
        gate.confirm(values, Intent::Valid, None).ok()
    };
    let whole = state.as_object()?;
    let some = |is_wanted: &dyn Fn(&String) -> bool| {
        let members = whole.iter().filter(|(name, _)| is_wanted(name));
        confirm(members.map(|(name, value)| (name.clone(), value.clone())).collect())
    };
    let schemas = &tested.contract.schemas;
    let schema = tested.contract.operations[operation].body.as_ref()?.content.get(*media)?.schema?;
    let known = || some(&|name| has(schemas, schema, name, DEPTH));
    // What a server sets itself may not be sent.
    let own = || some(&|name| !is_server_made(name));
    let (request, values) = known().or_else(own).or_else(|| confirm(whole.clone()))?.into_parts();
    let name = "what was there before".to_owned();
    let case = Case { name, origin: Origin::Step, request, values: Some(values), expected: None, ..(**like).clone() };
    Some((planned.clone(), case))
}

/// Whether a schema names a property.
fn has(schemas: &Schemas, schema: SchemaId, name: &str, depth: usize) -> bool {
    let schema = schemas.get(schema);
    let parts = schema.reference.iter().chain(&schema.all_of).chain(&schema.any_of).chain(&schema.one_of);
    schema.properties.get(name).is_some_and(|own| !schemas.get(*own).read_only)
        || depth > 0 && parts.into_iter().any(|part| has(schemas, *part, name, depth - 1))
}
