//! What a run knows of the state of a target that its requests must keep up with.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::step::{Ready, Step};
use crate::case::Case;
use crate::spec::Pointer;

/// Times that what is unique is looked for in the requests of one operation.
const LESSONS: usize = 3;
/// Resources that are made anew for one operation.
const RENEWALS: usize = 60;
/// Resources that were made anew and refused as before, after which no more are made.
const FRUITLESS: usize = 3;

#[derive(Debug, Default)]
pub(super) struct State {
    /// Values by which a state was named, by operation.
    issued: HashSet<(usize, String)>,
    /// The places of each operation whose values a target takes only once.
    unique: HashMap<usize, Vec<Pointer>>,
    /// The values that were there before, by operation and place.
    taken: HashSet<(usize, Pointer, String)>,
    /// The keys under which requests were sent, by operation.
    keys: HashSet<(usize, String)>,
    /// How often requests with the same values were sent with others in their place.
    varied: HashMap<(usize, u64), usize>,
    lessons: HashMap<usize, usize>,
    /// Paths of what was deleted.
    gone: HashSet<String>,
    /// A request of each operation that was accepted: that of the first case.
    pub accepted: HashMap<usize, Case>,
    /// Paths on which one of each operation was.
    used: HashSet<(usize, String)>,
    renewals: HashMap<usize, usize>,
    fruitless: HashMap<usize, usize>,
    /// What must be done to a resource before an operation is accepted on it.
    openers: HashMap<usize, Vec<Step>>,
    /// What was tried to open an operation.
    tried: HashSet<(usize, u64)>,
    /// A request of each operation on a resource on which it can be accepted, and was not yet.
    unspent: HashMap<usize, Ready>,
    /// Requests that were no cases, by operation.
    beside: HashMap<usize, usize>,
}

impl State {
    pub fn issue(&mut self, operation: usize, value: &Value) {
        self.issued.insert((operation, value.to_string()));
    }

    pub fn has_issued(&self, operation: usize, value: &Value) -> bool {
        self.issued.contains(&(operation, value.to_string()))
    }

    pub fn unique(&self, operation: usize) -> Vec<Pointer> {
        self.unique.get(&operation).cloned().unwrap_or_default()
    }

    pub fn learn(&mut self, operation: usize, places: Vec<Pointer>) {
        let known = self.unique.entry(operation).or_default();
        places.into_iter().for_each(|place| {
            if !known.contains(&place) {
                known.push(place);
            }
        });
    }

    /// Whether another lesson is worth it; counts it.
    pub fn may_learn(&mut self, operation: usize) -> bool {
        let lessons = self.lessons.entry(operation).or_default();
        *lessons += 1;
        *lessons <= LESSONS
    }

    pub fn take(&mut self, operation: usize, place: &Pointer, value: &Value) {
        self.taken.insert((operation, place.clone(), value.to_string()));
    }

    pub fn is_taken(&self, operation: usize, place: &Pointer, value: &Value) -> bool {
        self.taken.contains(&(operation, place.clone(), value.to_string()))
    }

    /// Takes the key of a request: whether it is a new one.
    pub fn take_key(&mut self, operation: usize, key: &Value) -> bool {
        self.keys.insert((operation, key.to_string()))
    }

    /// How often such a request was varied before.
    pub fn vary(&mut self, operation: usize, request: u64) -> usize {
        let count = self.varied.entry((operation, request)).or_default();
        *count += 1;
        *count
    }

    pub fn delete(&mut self, path: &str) {
        self.gone.insert(path.trim_end_matches('/').to_owned());
    }

    pub fn revive(&mut self, path: &str) {
        self.gone.remove(path.trim_end_matches('/'));
    }

    /// Paths of what is gone.
    pub fn gone(&self) -> impl Iterator<Item = &str> {
        self.gone.iter().map(String::as_str)
    }

    /// How many segments the path of what is gone has that this path is at or below.
    pub fn gone_at(&self, path: &str) -> Option<usize> {
        if self.gone.is_empty() {
            return None;
        }
        let path = path.trim_end_matches('/');
        let ends = path.match_indices('/').map(|(at, _)| at).skip(1).chain([path.len()]);
        ends.map(|end| &path[..end]).find(|above| self.gone.contains(*above)).map(|above| above.matches('/').count())
    }

    pub fn accept(&mut self, case: &Case) {
        self.used.insert((case.operation, case.request.path.clone()));
        let first = self.accepted.entry(case.operation).or_insert_with(|| case.clone());
        if case.index < first.index || first.doubtful {
            *first = case.clone();
        }
    }

    pub fn is_used(&self, case: &Case) -> bool {
        self.used.contains(&(case.operation, case.request.path.clone()))
    }

    /// Whether another resource may be made for an operation; counts it.
    pub fn may_renew(&mut self, operation: usize) -> bool {
        let renewals = self.renewals.entry(operation).or_default();
        *renewals += 1;
        *renewals <= RENEWALS && self.fruitless.get(&operation).is_none_or(|count| *count < FRUITLESS)
    }

    pub fn opener(&self, operation: usize) -> Option<Vec<Step>> {
        self.openers.get(&operation).cloned()
    }

    pub fn open(&mut self, operation: usize, steps: Vec<Step>) {
        self.openers.insert(operation, steps);
    }

    /// Whether this was not tried yet to open an operation; takes that it is.
    pub fn may_try(&mut self, operation: usize, what: u64) -> bool {
        self.tried.insert((operation, what))
    }

    pub fn unspent(&self, operation: usize) -> Option<Ready> {
        self.unspent.get(&operation).cloned()
    }

    pub fn keep_unspent(&mut self, ready: Ready) {
        self.unspent.insert(ready.case.operation, ready);
    }

    pub fn spend(&mut self, operation: usize) {
        self.unspent.remove(&operation);
    }

    pub fn in_vain(&mut self, operation: usize) {
        *self.fruitless.entry(operation).or_default() += 1;
    }

    pub fn sent_beside(&mut self, operation: usize) {
        *self.beside.entry(operation).or_default() += 1;
    }

    pub fn take_beside(&mut self) -> HashMap<usize, usize> {
        std::mem::take(&mut self.beside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_below_what_is_gone_is_gone() {
        let mut state = State::default();
        state.delete("/a/1/");
        assert_eq!((state.gone_at("/a/1"), state.gone_at("/a/1/b/2")), (Some(2), Some(2)));
        assert_eq!((state.gone_at("/a/12"), state.gone_at("/a")), (None, None));
    }
}
