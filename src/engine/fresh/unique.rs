//! Finds out what a target takes only once, and has requests differ in it.

use serde_json::Value;

use super::{Alone, Fresh, Sent, TRIES, is_success, vary, written};
use crate::case::{Case, Mutation, RequestValues};
use crate::engine::Transport;
use crate::engine::post::Post;
use crate::execute::{Exchange, Response};
use crate::finding::digest;
use crate::fixtures::Template;
use crate::spec::Pointer;
use crate::wire::Payload;

/// Places that are varied each alone, to see which one must be unique.
const SINGLES: usize = 4;

impl Fresh {
    /// The request with values that nothing else has, if it is accepted so: then it is known what must be unique.
    pub(super) async fn unlike_others<T: Transport>(
        &self,
        post: &Post<'_, T>,
        case: &Case,
        refusal: &Response,
        is_hurried: bool,
    ) -> Option<Sent> {
        let operation = case.operation;
        let body = &case.values.as_ref()?.body.as_ref()?.1;
        // Those that wait meanwhile know more afterwards.
        let turn = self.turn(Alone::Learning, operation);
        let _turn = turn.lock().await;
        let known = self.unique_in(operation, body);
        let places = vary::places(body, &refusal.body);
        let singles = places.iter().filter(|place| !known.contains(place)).take(SINGLES);
        let mut all = vec![known.clone(); if known.is_empty() { 0 } else { TRIES }];
        let lesson = all.len();
        all.extend(singles.map(|place| [&known[..], std::slice::from_ref(place)].concat()));
        all.push(places.clone());
        for (at, places) in all.into_iter().enumerate() {
            if at == lesson && !self.state().may_learn(operation) {
                return None;
            }
            let Some(other) = self.varied(case, &places, is_ordinary(case)) else { continue };
            let other = self.keyed(&other).unwrap_or(other);
            let timed = post.send(operation, &other, is_hurried).await;
            if is_success(&timed.exchange) {
                let mut state = self.state();
                for place in &places {
                    body.pointer(place.as_str()).iter().for_each(|value| state.take(operation, place, value));
                }
                state.learn(operation, places);
                drop(state);
                return Some(Sent::alone(timed, Some(other)));
            }
            self.state().sent_beside(operation);
            // Whoever refuses something else now has had enough of it.
            let is_same = |response: &Response| {
                let is_failure = refusal.status >= 500 && response.status == refusal.status;
                is_failure || vary::is_collision(response.status, &response.body)
            };
            if !timed.exchange.result.as_ref().is_ok_and(is_same) {
                return None;
            }
        }
        None
    }

    /// What was accepted before, sent once more, where the target fails at that, and does not at other values: the failure is
    /// of the repetition, and not of what a case varies.
    pub(super) async fn fails_again<T: Transport>(
        &self,
        post: &Post<'_, T>,
        case: &Case,
        failure: &Response,
        is_hurried: bool,
    ) -> Option<Sent> {
        let before = self.state().accepted.get(&case.operation).cloned()?;
        let again = Case {
            index: case.index,
            name: "what was accepted before, once more".to_owned(),
            clause: None,
            also_broken: Vec::new(),
            generated: None,
            ..before
        };
        let timed = post.send(case.operation, &again, is_hurried).await;
        self.state().sent_beside(case.operation);
        let is_same = timed.exchange.result.as_ref().is_ok_and(|response| response.status == failure.status);
        if !is_same {
            return None;
        }
        self.unlike_others(post, &again, failure, is_hurried).await?;
        Some(Sent::alone(timed, Some(again)))
    }

    /// Whether a case was refused for a value that is taken, and could not be given another one: that says nothing of it.
    pub(in crate::engine) fn is_taken(&self, case: &Case, exchange: &Exchange) -> bool {
        let Ok(response) = &exchange.result else { return false };
        let is_fixed = case.values.as_ref().is_none_or(|values| matches!(values.mutation, Some(Mutation::Body(_))));
        vary::is_collision(response.status, &response.body)
            && (is_fixed || vary::says_taken(&response.body))
            && !self.state().unique(case.operation).is_empty()
    }

    /// The request with other values at places that must be unique, where it has one that is there already.
    pub(super) fn distinct(&self, case: &Case) -> Option<Case> {
        let body = &case.values.as_ref()?.body.as_ref()?.1;
        // What others have made may have the values of items.
        let taken = [self.taken(case), self.unique_items(case.operation, body)].concat();
        let varied = if taken.is_empty() { None } else { self.varied(case, &taken, true) };
        self.claim(varied.as_ref().unwrap_or(case));
        varied
    }

    /// Whether a request has a value that is there already where it must be unique: it is sent with another one.
    pub(in crate::engine) fn is_spent(&self, case: &Case) -> bool {
        !self.taken(case).is_empty()
    }

    /// The places that must be unique at which a request has what is there already.
    fn taken(&self, case: &Case) -> Vec<Pointer> {
        let Some((_, body)) = case.values.as_ref().and_then(|values| values.body.as_ref()) else { return Vec::new() };
        let state = self.state();
        let mut unique = state.unique(case.operation);
        let is_taken = |place: &Pointer| {
            body.pointer(place.as_str()).is_some_and(|value| state.is_taken(case.operation, place, value))
        };
        unique.retain(is_taken);
        unique
    }

    /// A request with a fault of its form alone that the target fails at, if it does not with values that nothing else has: what
    /// it fails at is told of the requests that repeat a value.
    pub(super) async fn fails_for_repetition<T: Transport>(
        &self,
        post: &Post<'_, T>,
        case: &Case,
        failure: &Response,
        is_hurried: bool,
    ) -> Option<Sent> {
        if self.state().unique(case.operation).is_empty() {
            self.fails_again(post, case, failure, is_hurried).await?;
        }
        let other = self.unlike(case)?;
        let timed = post.send(case.operation, &other, is_hurried).await;
        let is_answered = timed.exchange.result.as_ref().is_ok_and(|response| response.status < 500);
        if !is_answered {
            self.state().sent_beside(case.operation);
        }
        is_answered.then(|| Sent::alone(timed, Some(other)))
    }

    /// The places of an operation's bodies whose values are known to be taken only once.
    pub(in crate::engine) fn unique_of(&self, operation: usize) -> Vec<Pointer> {
        self.state().unique(operation)
    }

    /// The request with values that nothing else has at all places that must be unique, where any are known.
    pub(in crate::engine) fn unlike(&self, case: &Case) -> Option<Case> {
        let body = &case.values.as_ref()?.body.as_ref()?.1;
        let unique = self.unique_in(case.operation, body);
        if unique.is_empty() { None } else { self.varied(case, &unique, true) }
    }

    /// The request with other values at these places, as far as that leaves it what it is.
    pub(super) fn varied(&self, case: &Case, places: &[Pointer], is_free: bool) -> Option<Case> {
        let mut values = case.values.clone()?;
        let what = format!("{:?} {}", values.parameters, values.body.as_ref()?.1);
        let count = self.state().vary(case.operation, digest(&[&what]));
        let mut varied = None;
        for place in places {
            let Some(value) = values.body.as_ref()?.1.pointer(place.as_str()).cloned() else { continue };
            let nonce = vary::nonce(self.planning.options.seed, &format!("{what} {}", place.as_str()), count);
            let is_free = is_free || self.state().is_taken(case.operation, place, &value);
            for other in self.others(case.operation, place, (&value, nonce, is_free)) {
                let mut changed = values.clone();
                rewrite(&mut changed, place, &other);
                place.assign(&mut changed.body.as_mut()?.1, other);
                if let Some(case) = self.remade(case, changed.clone()) {
                    varied = Some(case);
                    values = changed;
                    break;
                }
            }
        }
        varied
    }
}

impl Fresh {
    /// The templates of the fixtures for a place of the body.
    fn templates(&self, operation: usize, place: &Pointer) -> &[Template] {
        let mut known = self.planning.tested.fixtures_of(operation).body_resources();
        known.find(|(at, _)| *at == place).map_or(&[], |(_, resource)| &resource.templates)
    }

    /// Values in the place of another one: what the fixtures make, or else what has its shape.
    fn others(&self, operation: usize, place: &Pointer, of: (&Value, u64, bool)) -> Vec<Value> {
        let (value, nonce, is_free) = of;
        match self.templates(operation, place) {
            [] => vary::others(value, nonce, is_free),
            templates => templates.iter().flat_map(|template| template.others(nonce)).collect(),
        }
    }

    /// Takes the values of templates that a request has: the next one has others.
    fn claim(&self, case: &Case) {
        let Some((_, body)) = case.values.as_ref().and_then(|values| values.body.as_ref()) else { return };
        let resources = self.planning.tested.fixtures_of(case.operation).body_resources();
        for (place, _) in resources.filter(|(_, resource)| !resource.templates.is_empty()) {
            body.pointer(place.as_str()).iter().for_each(|value| self.state().take(case.operation, place, value));
        }
    }
}

/// Whether a case is about no value of its own, so that a longer one is as good.
fn is_ordinary(case: &Case) -> bool {
    case.clause.is_none()
}

/// Puts a value in the place of another one in a body that is written in its own way.
fn rewrite(values: &mut RequestValues, place: &Pointer, other: &Value) {
    let before = values.body.as_ref().map(|(_, body)| body);
    let Some(Mutation::Body(body)) = &mut values.mutation else { return };
    match &mut body.payload {
        Payload::Json(value) => {
            place.assign(value, other.clone());
        }
        Payload::Bytes(bytes) => {
            let text = std::str::from_utf8(bytes).ok();
            let changed = text.zip(before).and_then(|(text, before)| written::with(text, before, place, other));
            if let Some(changed) = changed {
                *bytes = changed.into_bytes();
            }
        }
        Payload::Padded { .. } => {}
    }
}
