//! Keeps requests in step with the state of the target: what was deleted is made anew, what is taken only once differs from
//! request to request, what names a state names the present one, and what has a key has one of its own.

mod anew;
mod beside;
mod condition;
mod fault;
mod items;
mod keyed;
mod named;
mod opening;
mod present;
mod state;
mod step;
mod unique;
mod vary;
mod written;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Mutex as Turn;

use super::Transport;
use super::model::PlannedOperation;
use super::patience::Timed;
use super::planning::Planning;
use super::post::Post;
use crate::case::{Case, Fault, Intent, Mutation, RequestValues, is_safe};
use crate::contract::ParameterLocation;
use crate::execute::Exchange;
use crate::plan::Extent;
use beside::Beside;
use condition::Condition;
use state::State;
use step::{Ready, item};
pub(super) use vary::{alike, is_collision};

/// Times that a request is sent with other unique values, or on the present state, before the refusal stands.
const TRIES: usize = 3;

/// The turns of requests that wait for each other, by what they do and their operation.
type Turns = HashMap<(Alone, usize), Arc<Turn<()>>>;

/// What keeps requests in step.
pub(super) struct Fresh {
    /// The changes that are on their way.
    pub beside: Beside,
    planning: Planning,
    conditions: HashMap<usize, Condition>,
    state: Mutex<State>,
    turns: Mutex<Turns>,
    starts: Mutex<HashMap<usize, Arc<PlannedOperation>>>,
}

/// What one request of an operation does while the others of its kind wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Alone {
    /// It changes a resource by the state that it has read.
    Changing,
    /// It finds out what is taken only once.
    Learning,
    /// It finds out what must be done first.
    Opening,
    /// It uses what none has been accepted on.
    Using,
}

/// A case that was sent, as it was sent where that differs.
pub(super) struct Sent {
    pub timed: Timed,
    pub case: Option<Case>,
    /// What has brought its resource into the state that it needs, where it needs one.
    pub before: Vec<Arc<Exchange>>,
}

impl Sent {
    pub fn alone(timed: Timed, case: Option<Case>) -> Self {
        Self { timed, case, before: Vec::new() }
    }
}

impl Fresh {
    pub fn new(planning: &Planning, operations: impl Iterator<Item = usize>) -> Self {
        let contract = &planning.tested.contract;
        let conditions = operations.filter_map(|index| Some((index, Condition::of(contract, index)?))).collect();
        let mut state = State::default();
        for index in 0..contract.operations.len() {
            let known = planning.tested.fixtures_of(index).body_resources();
            let anew = known.filter(|(_, resource)| !resource.templates.is_empty()).map(|(at, _)| at.clone());
            state.learn(index, anew.collect());
        }
        let planning = Planning { extent: Extent::Start, regressions: Arc::default(), ..planning.clone() };
        Self {
            beside: Beside::default(),
            planning,
            conditions,
            state: Mutex::new(state),
            turns: Mutex::default(),
            starts: Mutex::default(),
        }
    }

    /// Sends a case: with what it must name as it is now, and once more where it was out of step.
    pub async fn send<T: Transport>(&self, post: &Post<'_, T>, case: &Case, is_hurried: bool) -> Sent {
        let operation = case.operation;
        self.restore_named(post, case).await;
        let needs_unspent = self.needs_unspent(case);
        let turn = match needs_unspent {
            true => Some(self.turn(Alone::Using, operation)),
            false => self.is_conditional(case).then(|| self.turn(Alone::Changing, operation)),
        };
        let _turn = match &turn {
            Some(turn) => Some(turn.lock().await),
            None => None,
        };
        let unspent = if needs_unspent { self.unspent(post, case).await } else { None };
        let (mut own, before) = match unspent {
            Some(Ready { case, before }) => (Some(case), before),
            None => (self.renewed(post, case).await, Vec::new()),
        };
        own = self.distinct(own.as_ref().unwrap_or(case)).or(own);
        own = self.keyed(own.as_ref().unwrap_or(case)).or(own);
        own = self.at_present(post, own.as_ref().unwrap_or(case)).await.or(own);
        let timed = post.send(operation, own.as_ref().unwrap_or(case), is_hurried).await;
        let mut sent = Sent { timed, case: own, before };
        for _ in 0..TRIES {
            let current = sent.case.as_ref().unwrap_or(case);
            let stale = matches!(status(&sent.timed.exchange), Some(409 | 412 | 428));
            let Some(again) = (if stale { self.at_present(post, current).await } else { None }) else { break };
            let timed = post.send(operation, &again, is_hurried).await;
            sent = Sent { timed, case: Some(again), ..sent };
        }
        if matches!(status(&sent.timed.exchange), Some(409 | 412 | 428))
            && let Some(again) = self.with_version(post, sent.case.as_ref().unwrap_or(case), is_hurried).await
        {
            sent = again;
        }
        if let Some(again) = self.once_more(post, case, &sent, is_hurried).await {
            sent = again;
        }
        self.note(sent.case.as_ref().unwrap_or(case), &sent.timed.exchange);
        let is_spent = || matches!(status(&sent.timed.exchange), Some(404 | 409 | 410));
        if needs_unspent && (is_success(&sent.timed.exchange) || is_spent()) {
            self.state().spend(operation);
        }
        sent
    }

    /// A valid request that was refused for what was there, or for what was used up, if it is accepted otherwise.
    async fn once_more<T: Transport>(
        &self,
        post: &Post<'_, T>,
        case: &Case,
        sent: &Sent,
        is_hurried: bool,
    ) -> Option<Sent> {
        let current = sent.case.as_ref().unwrap_or(case);
        let response = sent.timed.exchange.result.as_ref().ok()?;
        let is_of_form = matches!(current.intent, Intent::Robustness | Intent::Invalid(Fault::MediaType));
        if is_of_form && response.status >= 500 && current.request.method == "POST" {
            return self.fails_for_repetition(post, current, response, is_hurried).await;
        }
        if current.intent != Intent::Valid || is_safe(&current.request.method) {
            return None;
        }
        let described = &self.planning.tested.contract.operations[case.operation];
        if response.status >= 500 && described.method == "POST" {
            if self.state().unique(case.operation).is_empty() {
                return self.fails_again(post, current, response, is_hurried).await;
            }
            // It was on its way before that was known.
            if self.distinct(current).is_some() {
                return self.unlike_others(post, current, response, is_hurried).await;
            }
        }
        let makes = !described.path.contains('{') || self.planning.tested.items.of(&described.path).next().is_some();
        let is_for_state = match response.status {
            404 | 409 | 410 | 412 | 423 => true,
            400 | 422 => self.needs_opening(case.operation),
            _ => false,
        };
        let is_used = is_for_state && !current.doubtful && self.state().is_used(current);
        if is_used && !makes {
            return self.on_another(post, current, response.status, is_hurried).await;
        }
        if vary::is_collision(response.status, &response.body) {
            let found = self.unlike_others(post, current, response, is_hurried).await;
            if found.is_some() {
                return found;
            }
        }
        match is_used {
            true => self.on_another(post, current, response.status, is_hurried).await,
            false => None,
        }
    }

    /// The request on a resource that is made for it, unless it is refused as before there, whatever is done to that first.
    async fn on_another<T: Transport>(
        &self,
        post: &Post<'_, T>,
        case: &Case,
        refusal: u16,
        is_hurried: bool,
    ) -> Option<Sent> {
        let segments = case.request.path.trim_end_matches('/').matches('/').count();
        for depth in (1..=segments).rev() {
            let Some(other) = self.anew(post, case, depth).await else { continue };
            let sent = self.send_ready(post, other, is_hurried).await;
            if status(&sent.timed.exchange) != Some(refusal) {
                return Some(sent);
            }
            self.state().sent_beside(case.operation);
            // What changes a thing as such may have called it otherwise: more of that leaves more behind.
            let path = &self.planning.tested.contract.operations[case.operation].path;
            let may_open = !path.trim_end_matches('/').ends_with('}') && self.state().opener(case.operation).is_none();
            let opened = if may_open { Box::pin(self.open(post, case)).await } else { None };
            if let Some(ready) = opened {
                let sent = self.send_ready(post, ready, is_hurried).await;
                if status(&sent.timed.exchange) != Some(refusal) {
                    return Some(sent);
                }
            }
            self.state().in_vain(case.operation);
            return None;
        }
        None
    }

    async fn send_ready<T: Transport>(&self, post: &Post<'_, T>, ready: Ready, is_hurried: bool) -> Sent {
        let Ready { case: other, before } = ready;
        let other = self.distinct(&other).unwrap_or(other);
        let other = self.keyed(&other).unwrap_or(other);
        let other = self.at_present(post, &other).await.unwrap_or(other);
        let timed = post.send(other.operation, &other, is_hurried).await;
        Sent { timed, case: Some(other), before }
    }

    /// The request on a new resource in the place of the one that its path names by so many segments, opened for it.
    async fn anew<T: Transport>(&self, post: &Post<'_, T>, case: &Case, depth: usize) -> Option<Ready> {
        let path = &self.planning.tested.contract.operations[case.operation].path;
        let is_item = item(path).is_some_and(|(_, own)| own == depth);
        let opener = self.state().opener(case.operation).filter(|steps| is_item && !steps.is_empty());
        match opener {
            Some(steps) => self.ready(post, case, &steps).await,
            None => self.renew(post, case, depth).await.map(|anew| Ready { case: anew.case, before: Vec::new() }),
        }
    }

    /// The request on something like what it names, where that was deleted.
    async fn renewed<T: Transport>(&self, post: &Post<'_, T>, case: &Case) -> Option<Case> {
        let is_about_path = matches!(case.intent, Intent::MissingResource | Intent::Invalid(Fault::PathParameter));
        let values = case.values.as_ref().filter(|_| !is_about_path)?;
        if matches!(values.mutation, Some(Mutation::Text { place: ParameterLocation::Path, .. })) {
            return None;
        }
        let depth = self.state().gone_at(&case.request.path)?;
        Some(self.anew(post, case, depth).await?.case)
    }

    /// A case with other values, if it is as sure with them.
    fn remade(&self, case: &Case, values: RequestValues) -> Option<Case> {
        let gate = self.planning.tested.gate(case.operation);
        let confirmed = gate.confirm(values, case.intent, case.clause).ok()?;
        let doubtful = case.doubtful || confirmed.is_doubtful();
        let (request, values) = confirmed.into_parts();
        let mut generated = case.generated.clone();
        if let (Some(generated), Some((_, was)), Some((_, is))) =
            (&mut generated, case.values.as_ref().and_then(|values| values.body.as_ref()), &values.body)
            && generated.value == *was
        {
            generated.value.clone_from(is);
        }
        Some(Case { request, values: Some(values), generated, doubtful, ..case.clone() })
    }

    fn note(&self, case: &Case, exchange: &Exchange) {
        if !is_success(exchange) {
            return;
        }
        let described = &self.planning.tested.contract.operations[case.operation];
        let is_own = case.request.method == described.method;
        let mut state = self.state();
        if case.request.method == "DELETE" && is_own && described.path.trim_end_matches('/').ends_with('}') {
            state.delete(&case.request.path);
        }
        if case.intent == Intent::Valid && case.values.is_some() && !is_safe(&described.method) {
            match case.doubtful {
                false => state.accept(case),
                // What a server need not take, as any bytes, does where nothing else was accepted.
                true => drop(state.accepted.entry(case.operation).or_insert_with(|| case.clone())),
            }
        }
        if let Some((_, body)) = case.values.as_ref().and_then(|values| values.body.as_ref()) {
            for place in state.unique(case.operation) {
                body.pointer(place.as_str()).iter().for_each(|value| state.take(case.operation, &place, value));
            }
        }
    }

    /// Takes that something was deleted by this request.
    pub fn deleted(&self, case: &Case) {
        self.state().delete(&case.request.path);
    }

    /// How many operations that change something were accepted.
    pub fn accepted(&self) -> usize {
        self.state().accepted.len()
    }

    /// Requests that were no cases since this was last asked, by operation.
    pub fn sent_beside(&self) -> HashMap<usize, usize> {
        self.state().take_beside()
    }

    fn start(&self, operation: usize) -> Arc<PlannedOperation> {
        let mut starts = self.starts.lock().unwrap_or_else(PoisonError::into_inner);
        starts.entry(operation).or_insert_with(|| Arc::new(self.planning.plan(operation))).clone()
    }

    fn turn(&self, alone: Alone, operation: usize) -> Arc<Turn<()>> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner).entry((alone, operation)).or_default().clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn status(exchange: &Exchange) -> Option<u16> {
    exchange.result.as_ref().ok().map(|response| response.status)
}

fn is_success(exchange: &Exchange) -> bool {
    status(exchange).is_some_and(|status| (200..300).contains(&status))
}
