//! What was there before a run and is changed by it, as its settings are: it is read before anything is sent, and put back
//! at the end. What cannot be read is not changed.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::Transport;
use super::model::PlannedOperation;
use super::planning::Planning;
use super::scheduler::Sender;
use crate::case::{Case, Intent, Origin, RequestValues};
use crate::check::is_server_made;
use crate::contract::{Contract, Operation, SchemaId, Schemas};
use crate::execute::Response;

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
            if former.states.contains_key(&reading) {
                continue;
            }
            let refusal = match read(sender, planning, reading).await {
                Some(response) if response.status == 200 => match serde_json::from_slice(&response.body) {
                    Ok(state @ Value::Object(_)) => {
                        former.states.insert(reading, state);
                        continue;
                    }
                    _ => "is not JSON".to_owned(),
                },
                Some(response) if matches!(response.status, 204 | 404 | 410) => continue,
                Some(response) => format!("was answered with {}", response.status),
                None => "was not answered".to_owned(),
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
            let mut is_back = is_as(&read(sender, planning, *reading).await, state);
            for operation in ways {
                if is_back {
                    break;
                }
                if let Some(case) = request(sender, planning, operation, state) {
                    sender.send(&case.0, &case.1).await;
                }
                is_back = is_as(&read(sender, planning, *reading).await, state);
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

/// Whether what is read is as it was, but for what the server sets itself.
fn is_as(response: &Option<Response>, state: &Value) -> bool {
    let body = response.as_ref().and_then(|response| serde_json::from_slice::<Value>(&response.body).ok());
    let (Some(Value::Object(is)), Value::Object(was)) = (body, state) else { return false };
    is.iter().filter(|(name, _)| !is_server_made(name)).eq(was.iter().filter(|(name, _)| !is_server_made(name)))
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
