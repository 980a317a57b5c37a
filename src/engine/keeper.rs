//! What a run has made, and deletes again: what is more than so many of one collection as it goes, all else at its end.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

mod kept;
mod unsure;

use tokio::task::JoinHandle;

use super::Job;
use super::access::ends_access;
use super::event::Leavings;
use super::made::Resource;
use super::model::{PlannedOperation, TestedContract};
use super::planning::Planning;
use super::spare::MOST;
use crate::case::{Case, Intent, Mutation};
use crate::contract::ParameterLocation;
use crate::execute::Exchange;
use crate::plan::Extent;
use kept::KeptResource;
use unsure::Unsure;

/// The first ones of a collection are what other operations are tested on.
const IN_USE: usize = 16;
/// The latest ones are what requests in flight may be about.
const LATEST: usize = 16;
/// After so many deletions of one kind in a row that were refused, no more are tried: of one that was never granted, and of
/// one that was.
const PATIENCE: usize = 3;
const PATIENCE_ONCE_GRANTED: usize = 64;
/// So often one resource is asked to be deleted.
const TRIES: usize = 4;

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
    /// What is on its way, and nobody waits for.
    arrivals: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Default)]
struct State {
    /// With how many were kept before: an id may be given again.
    kept: Vec<(usize, KeptResource)>,
    count: usize,
    /// Items of which there is one more than when their surplus was last looked for.
    grown: BTreeSet<String>,
    /// Refused deletions, by the path template of the item.
    refused: HashMap<String, usize>,
    /// The path templates of items of which one was deleted on demand.
    granted: HashSet<String>,
    made: usize,
    deleted: usize,
    /// The paths of what was deleted.
    gone: HashSet<String>,
    /// The paths of what may have been renamed.
    moved: BTreeSet<String>,
    unsure: Unsure,
}

impl State {
    fn keep(&mut self, kept: KeptResource) {
        self.kept.push((self.count, kept));
        self.count += 1;
    }

    /// Takes what was made.
    fn make(&mut self, kept: KeptResource) {
        if !self.has(&kept.resource) {
            self.grown.insert(kept.resource.item.clone());
            let path = kept.resource.path();
            let is_at_or_below =
                |known: &String| known.strip_prefix(&path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            self.gone.retain(|known| !is_at_or_below(known));
            self.keep(kept);
            self.made += 1;
        }
    }

    /// Forgets these, which are gone.
    fn lose(&mut self, is_gone: impl Fn(usize, &Resource) -> bool) {
        let (gone, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.kept).into_iter().partition(|(number, kept)| is_gone(*number, &kept.resource));
        self.kept = kept;
        self.deleted += gone.len();
        self.gone.extend(gone.into_iter().map(|(_, kept)| kept.resource.path()));
    }

    /// Whether a resource stands below one that was deleted.
    fn is_below_gone(&self, resource: &Resource) -> bool {
        let path = resource.path();
        path.match_indices('/').any(|(end, _)| self.gone.contains(&path[..end]))
    }

    /// Whether something that is there stands below a resource.
    fn is_above_others(&self, resource: &Resource) -> bool {
        let above = format!("{}/", resource.path());
        self.kept.iter().any(|(_, kept)| kept.resource.path().starts_with(&above))
    }

    fn kept_as(&self, resource: &Resource) -> Option<&(usize, KeptResource)> {
        self.kept.iter().find(|(_, kept)| kept.resource == *resource)
    }

    fn has(&self, resource: &Resource) -> bool {
        self.kept_as(resource).is_some()
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
        Self { planning, keeps, deletes, state: Mutex::default(), plans: Mutex::default(), arrivals: Mutex::default() }
    }

    /// The resources that are too many, to be deleted at once.
    pub fn surplus(&self) -> Vec<Resource> {
        let mut state = self.state();
        let grown = std::mem::take(&mut state.grown);
        let deletable: Vec<String> = grown.into_iter().filter(|item| self.is_deletable(&state, item)).collect();
        deletable.iter().flat_map(|item| surplus_of(&mut state, item)).collect()
    }

    /// Takes what came of a case.
    pub fn remember(&self, operation: usize, case: &Case, exchange: &Exchange) {
        self.keep(operation, case, exchange);
        self.note_move(case, exchange);
    }

    /// Takes a request that is on its way and that nobody waits for.
    pub fn expect(&self, arrival: JoinHandle<()>) {
        let mut arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        arrivals.retain(|arrival| !arrival.is_finished());
        arrivals.push(arrival);
    }

    /// Waits for what came of those: no longer than requests may take.
    pub async fn arrivals(&self) {
        let arrivals = std::mem::take(&mut *self.arrivals.lock().unwrap_or_else(PoisonError::into_inner));
        for arrival in arrivals {
            // What was aborted with its runtime has nothing to tell.
            let _ = arrival.await;
        }
    }

    /// Takes what the run has surely made.
    pub fn adopt(&self, resource: Resource) {
        self.state().make(KeptResource::odd(resource));
    }

    /// Takes that somebody has deleted a resource: its id may be somebody else's from now on.
    pub fn forget(&self, resource: &Resource) {
        self.state().lose(|_, kept| kept == resource);
    }

    /// Takes what came of a case that may have deleted something.
    pub fn note_deletion(&self, case: &Case, exchange: &Exchange) {
        let is_done = exchange.result.as_ref().is_ok_and(|response| (200..300).contains(&response.status));
        if is_done && case.request.method == "DELETE" {
            let mut state = self.state();
            // What was made again under its name had been given another one, under which it may still be there.
            let again =
                state.kept.iter().filter(|(_, kept)| kept.is_again && kept.resource.path() == case.request.path);
            let moved: Vec<String> = again.flat_map(|(_, kept)| kept.moved_to.iter().map(Resource::path)).collect();
            state.moved.extend(moved);
            state.lose(|_, kept| kept.path() == case.request.path);
        }
    }

    /// Whether an operation surely creates, though it does not say so.
    pub fn creates(&self, operation: usize) -> bool {
        self.state().unsure.creates(operation)
    }

    /// Remembers what came of a case, if anything did.
    fn keep(&self, operation: usize, case: &Case, exchange: &Exchange) -> Option<()> {
        let response = exchange.result.as_ref().ok().filter(|response| matches!(response.status, 200..=202))?;
        let tested = &*self.planning.tested;
        let described = &tested.contract.operations[operation];
        let mut all = Resource::all_of(tested, case, response);
        all.extend(Resource::listed(tested, case, response));
        all.retain(|resource| resource.is_item_of(&tested.items, described));
        // One path may call what names it otherwise than another.
        let deletable = all.iter().position(|resource| self.deletes.contains_key(&resource.item));
        let named = deletable.map(|at| all.swap_remove(at)).or_else(|| all.pop());
        let (resource, is_oddly_named) = match named {
            Some(named) => (named, false),
            None => (Resource::put(tested, case)?, is_oddly_named(case)),
        };
        let is_odd = case.intent != Intent::Valid || case.doubtful;
        let mut state = self.state();
        if let Some((_, kept)) = state.kept.iter_mut().find(|(_, kept)| kept.resource == resource) {
            kept.is_again |= response.status == 201;
            return None;
        }
        let item = resource.item.clone();
        let kept = KeptResource { is_odd, is_oddly_named, ..KeptResource::odd(resource) };
        // Whoever does not say that it creates may have found what it names.
        if response.status != 201 {
            state.unsure.take(operation, case, kept);
            return None;
        }
        state.make(kept);
        // One request may make several.
        for resource in all.into_iter().filter(|other| other.item == item) {
            state.make(KeptResource { is_odd, ..KeptResource::odd(resource) });
        }
        Some(())
    }

    /// Takes that a request may have given a resource that is kept another path.
    fn note_move(&self, case: &Case, exchange: &Exchange) {
        let Ok(response) = &exchange.result else { return };
        let Some((from, to)) = Resource::moved(&self.planning.tested, case, response) else { return };
        let mut state = self.state();
        let kept = state.kept.iter_mut().find(|(_, kept)| kept.resource == from);
        if let Some((_, kept)) = kept.filter(|(_, kept)| !kept.moved_to.contains(&to)) {
            kept.moved_to.push(to);
        }
    }

    /// All that is there and can be deleted, in sets of which each may be deleted at once: the deepest first.
    pub fn rest(&self) -> Vec<Vec<Resource>> {
        let mut state = self.state();
        state.grown.clear();
        // What has kept others may be gone by now.
        state.refused.clear();
        let created = state.unsure.created();
        state.made += created.len();
        created.into_iter().for_each(|kept| state.keep(kept));
        let depth = |resource: &Resource| Reverse(resource.item.split('/').count());
        // It is there until its deletion is settled.
        let is_going = |kept: &KeptResource| kept.refused < TRIES && self.is_deletable(&state, &kept.resource.item);
        let going = state.kept.iter().filter(|(_, kept)| is_going(kept));
        let mut going: Vec<Resource> = going.map(|(_, kept)| kept.resource.clone()).collect();
        going.sort_by_key(depth);
        going.chunk_by(|one, two| depth(one) == depth(two)).map(<[Resource]>::to_vec).collect()
    }

    /// How much was deleted.
    pub fn deleted(&self) -> usize {
        self.state().deleted
    }

    /// Whether the deletion of something was refused that may be asked for again.
    pub fn has_refused(&self) -> bool {
        self.state().kept.iter().any(|(_, kept)| (1..TRIES).contains(&kept.refused))
    }

    /// Whether something is known since that was asked for.
    pub fn has_grown(&self) -> bool {
        !self.state().grown.is_empty()
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
        // Nobody knows what a server that cuts an odd name short would delete.
        if self.state().kept_as(resource).is_some_and(|(_, kept)| kept.is_oddly_named) {
            return None;
        }
        let values = resource.put_into(operation, planned.like()?).into_iter();
        let confirmed = values.filter_map(|values| gate.confirm(values, Intent::Valid, None).ok()).next()?;
        Some((planned.clone(), Case::step(index, "what the run has made", confirmed)))
    }

    /// As what a resource that is about to be deleted is kept, if it still is.
    pub fn number(&self, resource: &Resource) -> Option<usize> {
        self.state().kept_as(resource).map(|(number, _)| *number)
    }

    /// Takes what came of the deletion of a resource that was kept under this number; `None` where there was no request for
    /// it. What was made meanwhile under the same id stays.
    pub fn settle(&self, resource: Resource, number: Option<usize>, exchange: Option<&Exchange>) {
        let mut state = self.state();
        let status = exchange.and_then(|exchange| Some(exchange.result.as_ref().ok()?.status));
        let is_gone = match status {
            Some(200..300 | 404 | 410) => true,
            // Whoever may not know what was deleted may not know what stood below it either.
            Some(400 | 403 | 409 | 422) => state.is_below_gone(&resource),
            _ => false,
        };
        if is_gone {
            let kept = state.kept.iter().find(|(own, _)| Some(*own) == number).map(|(_, kept)| kept);
            let moved = kept.filter(|kept| kept.is_again || status == Some(404));
            // Whether it was there before under that name, nobody knows: it is told, and not deleted.
            let moved_to: Vec<String> =
                moved.map(|kept| kept.moved_to.iter().map(Resource::path).collect()).unwrap_or_default();
            state.moved.extend(moved_to);
            if status.is_some_and(|status| status < 300) {
                state.granted.insert(resource.item.clone());
            }
            state.refused.remove(&resource.item);
            state.gone.insert(resource.path());
            state.deleted += 1;
            state.kept.retain(|(own, _)| Some(*own) != number);
            return;
        }
        if exchange.is_some() {
            *state.refused.entry(resource.item.clone()).or_default() += 1;
        }
        if let Some((_, kept)) = state.kept.iter_mut().find(|(_, kept)| kept.resource == resource) {
            kept.refused += usize::from(exchange.is_some());
            return;
        }
        state.keep(KeptResource { refused: usize::from(exchange.is_some()), ..KeptResource::odd(resource) });
    }

    /// What came of all.
    pub fn leavings(&self) -> Leavings {
        let state = self.state();
        let moved = state.moved.iter().filter(|path| !state.gone.contains(*path)).cloned();
        let mut may_be_left: Vec<String> = state.unsure.paths().into_iter().chain(moved).collect();
        may_be_left.sort();
        may_be_left.dedup();
        let mut left_at: Vec<String> = state.kept.iter().map(|(_, kept)| kept.resource.path()).collect();
        left_at.sort();
        let left = state.made.saturating_sub(state.deleted);
        Leavings { deleted: state.deleted, left, left_at, changed: Vec::new(), may_be_left }
    }

    fn is_deletable(&self, state: &State, item: &str) -> bool {
        let patience = if state.granted.contains(item) { PATIENCE_ONCE_GRANTED } else { PATIENCE };
        !self.keeps
            && self.deletes.contains_key(item)
            && state.refused.get(item).is_none_or(|refused| *refused < patience)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What of an item is more than is kept; it is forgotten here.
fn surplus_of(state: &mut State, item: &str) -> Vec<Resource> {
    let mut surplus = Vec::new();
    loop {
        let all: Vec<usize> = (0..state.kept.len()).filter(|at| state.kept[*at].1.resource.item == item).collect();
        // The last ones were made a moment ago: whoever has made them may need them.
        let spare = all.get(IN_USE..all.len().saturating_sub(LATEST)).unwrap_or_default();
        if all.len() <= MOST || spare.is_empty() {
            return surplus;
        }
        let is_free = |at: &&usize| {
            let kept = &state.kept[**at].1;
            !kept.is_oddly_named
                && kept.refused == 0
                && kept.moved_to.is_empty()
                && !state.is_above_others(&kept.resource)
        };
        // What is odd stays as long as there is anything else: a later response may show it.
        let plain = spare.iter().filter(|at| !state.kept[**at].1.is_odd).find(is_free);
        let Some(at) = plain.or_else(|| spare.iter().find(is_free)).copied() else { return surplus };
        surplus.push(state.kept.remove(at).1.resource);
    }
}

/// Whether a request has a text in its path that no value is written as.
fn is_oddly_named(case: &Case) -> bool {
    let mutation = case.values.as_ref().and_then(|values| values.mutation.as_ref());
    matches!(mutation, Some(Mutation::Text { place: ParameterLocation::Path, .. }))
}
