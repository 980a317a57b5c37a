//! What a POST has made whose response holds no id: the request has named it itself, which reading it there shows.

use std::sync::Arc;

use serde_json::Value;

use super::Transport;
use super::ids;
use super::made::{Made, Nameless};
use super::model::PlannedOperation;
use super::planning::Planning;
use super::scheduler::Sender;
use super::status::is_accepted;
use crate::case::{Case, Intent};
use crate::contract::{Operation, ParameterLocation};
use crate::plan::IMPROBABLE;
use crate::resource::Item;

/// Looks for what the POST of this plan has made, by at most four requests; how many it took.
pub(super) async fn find<T: Transport>(
    sender: &Sender<T>,
    planning: &Planning,
    planned: &Arc<PlannedOperation>,
    made: &mut Made,
) -> usize {
    let tested = &sender.tested;
    let operation = &tested.contract.operations[planned.operation];
    let items: Vec<&Item> = tested.items.directly_of(&operation.path).collect();
    let accepted = made.nameless(planned.operation);
    let (Some(first), false) = (accepted.first(), items.iter().any(|item| made.knows(item))) else { return 0 };
    let read = |item: &&Item| {
        let is_read = |(_, other): &(usize, &Operation)| other.method == "GET" && other.path == item.template;
        let mut all = tested.contract.operations.iter().enumerate();
        all.find(is_read).map(|(index, _)| (index, item.variable.clone()))
    };
    let Some((reading, variable)) = items.iter().find_map(read) else { return 0 };
    // What is taken already is there.
    let sender = &Sender { fresh: None, ..sender.clone() };
    let probe = Probe { sender, planned, reading, variable: &variable };
    let show = Arc::new(planning.start(reading));
    let mut requests = 0;
    // A name that nobody else gives can be of nothing that was there before.
    if let Some(case) = probe.renamed(first) {
        requests += 1;
        if probe.is_taken(&case).await {
            requests += 1;
            if let Some(id) = named(&case, &variable)
                && probe.is_there(&show, first, &id).await
            {
                items.iter().for_each(|item| made.add(item, &first.parents, id.clone()));
                return requests;
            }
        }
    }
    // What was surely created first.
    let mut accepted = accepted.clone();
    accepted.sort_by_key(|nameless| !nameless.is_created);
    for nameless in &accepted {
        let Some(id) = named(&nameless.case, &variable) else { continue };
        requests += 1;
        if !probe.is_there(&show, nameless, &id).await {
            continue;
        }
        match nameless.is_created {
            true => items.iter().for_each(|item| made.add(item, &nameless.parents, id.clone())),
            false => items.iter().for_each(|item| made.see(item, &nameless.parents, id.clone())),
        }
        break;
    }
    requests
}

struct Probe<'a, T> {
    sender: &'a Sender<T>,
    planned: &'a Arc<PlannedOperation>,
    /// The operation that reads an item, and the variable of its path that names one.
    reading: usize,
    variable: &'a str,
}

impl<T: Transport> Probe<'_, T> {
    /// The request that was accepted, with an improbable name.
    fn renamed(&self, accepted: &Nameless) -> Option<Case> {
        let gate = self.sender.tested.gate(self.planned.operation);
        let renamed = |name: &str| {
            let mut values = accepted.case.values.clone()?;
            *ids::sent_mut(&mut values, self.variable)? = Value::from(name);
            gate.confirm(values, Intent::Valid, None).ok()
        };
        let (request, values) = IMPROBABLE.iter().find_map(|name| renamed(name))?.into_parts();
        Some(Case { request, values: Some(values), expected: None, ..accepted.case.clone() })
    }

    /// Whether it is accepted, or is there already since an earlier run.
    async fn is_taken(&self, case: &Case) -> bool {
        let exchange = self.sender.send(self.planned, case).await.evaluation.exchange;
        is_accepted(&exchange) || exchange.result.is_ok_and(|response| response.status == 409)
    }

    /// Whether an item of this id can be read.
    async fn is_there(&self, show: &Arc<PlannedOperation>, accepted: &Nameless, id: &Value) -> bool {
        let tested = &self.sender.tested;
        let operation = &tested.contract.operations[self.reading];
        let Some(mut values) = show.baseline.clone() else { return false };
        let own = [(self.variable.to_owned(), id.clone())];
        for (name, value) in accepted.parents.iter().chain(&own) {
            if let Some(index) = operation.parameter_position(ParameterLocation::Path, name) {
                values.parameters[index] = Some(value.clone());
            }
        }
        let Some(like) = show.cases.iter().find(|case| case.intent == Intent::Valid) else { return false };
        let Ok(confirmed) = tested.gate(self.reading).confirm(values, Intent::Valid, None) else { return false };
        let (request, values) = confirmed.into_parts();
        let case = Case { request, values: Some(values), expected: None, ..(**like).clone() };
        self.sender.send(show, &case).await.evaluation.exchange.is_success()
    }
}

/// The name that a request gives to what it makes.
fn named(case: &Case, variable: &str) -> Option<Value> {
    ids::sent(case.values.as_ref()?, variable).cloned()
}
