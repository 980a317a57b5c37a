//! What a run has made, and deletes again: what is more than so many of one collection as it goes, all else at its end.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

mod kept;
mod unsure;

use super::Job;
use super::access::ends_access;
use super::event::Leavings;
use super::made::Resource;
use super::model::{PlannedOperation, TestedContract};
use super::planning::Planning;
use super::spare::MOST;
use crate::case::{Case, Intent};
use crate::contract::{Operation, ParameterLocation};
use crate::execute::Exchange;
use crate::plan::Extent;
use kept::KeptResource;
use unsure::Unsure;

/// The first ones of a collection are what other operations are tested on.
const IN_USE: usize = 16;
/// After so many deletions of one kind that were refused, no more are tried.
const PATIENCE: usize = 3;

/// Remembers what was made, and knows how it is deleted.
pub(super) struct Keeper {
    planning: Planning,
    /// Whether all stays.
    keeps: bool,
    /// The operation that deletes an item, by its path template.
    deletes: HashMap<String, usize>,
    state: Mutex<State>,
    /// The plans of those operations, as far as they were needed.
    plans: Mutex<HashMap<usize, Arc<PlannedOperation>>>,
}

#[derive(Default)]
struct State {
    /// With how many were kept before: an id may be given again.
    kept: Vec<(usize, KeptResource)>,
    count: usize,
    /// Refused deletions, by the path template of the item.
    refused: HashMap<String, usize>,
    made: usize,
    deleted: usize,
    unsure: Unsure,
}

impl State {
    fn keep(&mut self, kept: KeptResource) {
        self.kept.push((self.count, kept));
        self.count += 1;
    }

    fn has(&self, resource: &Resource) -> bool {
        self.kept.iter().any(|(_, kept)| kept.resource == *resource)
    }
}

impl Keeper {
    /// A keeper of what the operations of a job make: of these, those that delete are asked to.
    pub fn new(job: &Job, planning: &Planning, keeps: bool) -> Self {
        let operations = &job.contract.operations;
        let deletes = job.operations().filter(|index| {
            let operation = &operations[*index];
            operation.method == "DELETE" && !ends_access(operation)
        });
        let path = |index: usize| operations[index].path.trim_end_matches('/').to_owned();
        let deletes = deletes.map(|index| (path(index), index)).collect();
        let planning = Planning { extent: Extent::Start, regressions: Arc::default(), ..planning.clone() };
        Self { planning, keeps, deletes, state: Mutex::default(), plans: Mutex::default() }
    }

    /// Takes what came of a case; the resources that are too many, to be deleted at once.
    pub fn take(&self, operation: usize, case: &Case, exchange: &Exchange) -> Vec<Resource> {
        let Some(item) = self.keep(operation, case, exchange) else { return Vec::new() };
        let mut state = self.state();
        if !self.is_deletable(&state, &item) {
            return Vec::new();
        }
        let mut surplus = Vec::new();
        loop {
            let all: Vec<usize> = (0..state.kept.len()).filter(|at| state.kept[*at].1.resource.item == item).collect();
            // The last one was made a moment ago: whoever has made it may need it.
            let spare = all.split_last().and_then(|(_, before)| before.get(IN_USE..));
            let Some(spare) = spare.filter(|_| all.len() > MOST) else { return surplus };
            // What is odd stays as long as there is anything else: a later response may show it.
            let plain = spare.iter().rev().find(|at| !state.kept[**at].1.is_odd).or(spare.last());
            let Some(at) = plain else { return surplus };
            surplus.push(state.kept.remove(*at).1.resource);
        }
    }

    /// Takes what came of a case whose resource stays until somebody deletes it.
    pub fn remember(&self, operation: usize, case: &Case, exchange: &Exchange) {
        self.keep(operation, case, exchange);
    }

    /// Takes what the run has surely made.
    pub fn adopt(&self, resource: Resource) {
        let mut state = self.state();
        if !state.has(&resource) {
            state.keep(KeptResource { resource, is_odd: true });
            state.made += 1;
        }
    }

    /// Takes that somebody has deleted a resource: its id may be somebody else's from now on.
    pub fn forget(&self, resource: &Resource) {
        let mut state = self.state();
        let before = state.kept.len();
        state.kept.retain(|(_, kept)| kept.resource != *resource);
        state.deleted += before - state.kept.len();
    }

    /// Takes what came of a case that may have deleted something.
    pub fn note_deletion(&self, case: &Case, exchange: &Exchange) {
        let is_done = exchange.result.as_ref().is_ok_and(|response| (200..300).contains(&response.status));
        if is_done && case.request.method == "DELETE" {
            let mut state = self.state();
            let before = state.kept.len();
            state.kept.retain(|(_, kept)| kept.resource.path() != case.request.path);
            state.deleted += before - state.kept.len();
        }
    }

    /// Whether an operation surely creates, though it does not say so.
    pub fn creates(&self, operation: usize) -> bool {
        self.state().unsure.creates(operation)
    }

    /// Remembers what came of a case, if anything did; the path template of its item.
    fn keep(&self, operation: usize, case: &Case, exchange: &Exchange) -> Option<String> {
        let response = exchange.result.as_ref().ok().filter(|response| matches!(response.status, 200..=202))?;
        let tested = &*self.planning.tested;
        let described = &tested.contract.operations[operation];
        let mut all = Resource::all_of(tested, case, response);
        all.extend(Resource::listed(tested, case, response));
        all.retain(|resource| is_item_of(resource, described));
        // One path may call what names it otherwise than another.
        let deletable = all.iter().position(|resource| self.deletes.contains_key(&resource.item));
        let named = deletable.map(|at| all.swap_remove(at)).or_else(|| all.pop());
        let resource = named.or_else(|| Resource::put(tested, case))?;
        let is_odd = case.intent != Intent::Valid || case.doubtful;
        let mut state = self.state();
        if state.has(&resource) {
            return None;
        }
        // Whoever does not say that it creates may have found what it names.
        if response.status != 201 {
            state.unsure.take(operation, case, KeptResource { resource, is_odd });
            return None;
        }
        let item = resource.item.clone();
        // One request may make several.
        let others = all.into_iter().filter(|other| other.item == item);
        for resource in std::iter::once(resource).chain(others) {
            if !state.has(&resource) {
                state.keep(KeptResource { resource, is_odd });
                state.made += 1;
            }
        }
        Some(item)
    }

    /// All that is there and can be deleted, in sets of which each may be deleted at once: the deepest first.
    pub fn rest(&self) -> Vec<Vec<Resource>> {
        let mut state = self.state();
        let created = state.unsure.created();
        state.made += created.len();
        created.into_iter().for_each(|kept| state.keep(kept));
        let depth = |resource: &Resource| Reverse(resource.item.split('/').count());
        // It is there until its deletion is settled.
        let going = state.kept.iter().filter(|(_, kept)| self.is_deletable(&state, &kept.resource.item));
        let mut going: Vec<Resource> = going.map(|(_, kept)| kept.resource.clone()).collect();
        going.sort_by_key(depth);
        going.chunk_by(|one, two| depth(one) == depth(two)).map(<[Resource]>::to_vec).collect()
    }

    /// The request that deletes a resource, if there is a sure one.
    pub fn deletion(&self, resource: &Resource) -> Option<(Arc<PlannedOperation>, Case)> {
        let index = *self.deletes.get(&resource.item).filter(|_| self.is_deletable(&self.state(), &resource.item))?;
        let TestedContract { contract, .. } = &*self.planning.tested;
        let operation = &contract.operations[index];
        let is_known = |name: &String| resource.variables.iter().any(|(known, _)| known == name);
        let mut variables = operation.parameters.iter().filter(|other| other.place == ParameterLocation::Path);
        if !variables.all(|parameter| is_known(&parameter.name)) {
            return None;
        }
        // Whoever else has something to delete waits for the plan, and makes nothing more meanwhile.
        let planned = {
            let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
            plans.entry(index).or_insert_with(|| Arc::new(self.planning.plan(index))).clone()
        };
        let gate = self.planning.tested.gate(index);
        let values = resource.put_into(operation, planned.like()?).into_iter();
        let confirmed = values.filter_map(|values| gate.confirm(values, Intent::Valid, None).ok()).next()?;
        Some((planned.clone(), Case::step(index, "what the run has made", confirmed)))
    }

    /// As what a resource that is about to be deleted is kept, if it still is.
    pub fn number(&self, resource: &Resource) -> Option<usize> {
        self.state().kept.iter().find(|(_, kept)| kept.resource == *resource).map(|(number, _)| *number)
    }

    /// Takes what came of the deletion of a resource that was kept under this number; `None` where there was no request for
    /// it. What was made meanwhile under the same id stays.
    pub fn settle(&self, resource: Resource, number: Option<usize>, exchange: Option<&Exchange>) {
        let mut state = self.state();
        let status = exchange.and_then(|exchange| Some(exchange.result.as_ref().ok()?.status));
        match status {
            Some(200..300 | 404 | 410) => {
                state.deleted += 1;
                state.refused.remove(&resource.item);
                state.kept.retain(|(own, _)| Some(*own) != number);
            }
            _ => {
                if exchange.is_some() {
                    *state.refused.entry(resource.item.clone()).or_default() += 1;
                }
                if !state.has(&resource) {
                    state.keep(KeptResource { resource, is_odd: true });
                }
            }
        }
    }

    /// What came of all.
    pub fn leavings(&self) -> Leavings {
        let state = self.state();
        let may_be_left = state.unsure.paths();
        let mut left_at: Vec<String> = state.kept.iter().map(|(_, kept)| kept.resource.path()).collect();
        left_at.sort();
        let left = state.made.saturating_sub(state.deleted);
        Leavings { deleted: state.deleted, left, left_at, changed: Vec::new(), may_be_left }
    }

    fn is_deletable(&self, state: &State, item: &str) -> bool {
        !self.keeps
            && self.deletes.contains_key(item)
            && state.refused.get(item).is_none_or(|refused| *refused < PATIENCE)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a resource stands right below the path of what made it.
fn is_item_of(resource: &Resource, operation: &Operation) -> bool {
    resource.item.rsplit_once('/').is_some_and(|(above, _)| above == operation.path.trim_end_matches('/'))
}
