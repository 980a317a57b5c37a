//! Which changes of one thing were on their way at once: the response to one may show what another has set.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

use crate::case::Case;

/// So many changes of one thing go out one after another, so that something is surely seen of each kind.
const ALONE: usize = 24;

/// The changes of each path.
#[derive(Debug, Default)]
pub(in crate::engine) struct Beside(Mutex<HashMap<String, Changes>>);

#[derive(Debug, Default)]
struct Changes {
    in_flight: usize,
    /// Those that were ever sent.
    count: usize,
    turn: Arc<Turn<()>>,
}

/// A change that is on its way.
pub(in crate::engine) struct Change<'a> {
    all: &'a Beside,
    path: String,
    was_alone: bool,
    /// How many were sent up to it.
    count: usize,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Beside {
    /// Lets a case go out, if it changes what is there: the first ones to a path one after another.
    pub async fn begin(&self, case: &Case) -> Option<Change<'_>> {
        if !matches!(case.request.method.as_str(), "PUT" | "PATCH") {
            return None;
        }
        let path = case.request.path.clone();
        let turn = {
            let mut all = self.all();
            let changes = all.entry(path.clone()).or_default();
            (changes.count < ALONE).then(|| changes.turn.clone())
        };
        let turn = match turn {
            Some(turn) => Some(turn.lock_owned().await),
            None => None,
        };
        let mut all = self.all();
        let changes = all.entry(path.clone()).or_default();
        changes.in_flight += 1;
        changes.count += 1;
        let (was_alone, count) = (changes.in_flight == 1, changes.count);
        drop(all);
        Some(Change { all: self, path, was_alone, count, _turn: turn })
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Changes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Change<'_> {
    /// Whether no other change of the same path was on its way meanwhile.
    pub fn is_alone(&self) -> bool {
        self.was_alone && self.all.all().get(&self.path).is_some_and(|changes| changes.count == self.count)
    }
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        if let Some(changes) = self.all.all().get_mut(&self.path) {
            changes.in_flight -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Intent;
    use crate::testing::{case, request};

    fn to(method: &str, path: &str) -> Case {
        case(Intent::Valid, request(method, path))
    }

    #[tokio::test]
    async fn changes_of_one_path_at_once_are_not_alone() {
        let beside = Beside::default();
        for _ in 0..ALONE {
            assert!(beside.begin(&to("PUT", "/a")).await.is_some_and(|change| change.is_alone()));
        }
        let (first, other) = (beside.begin(&to("PUT", "/a")).await, beside.begin(&to("PUT", "/b")).await);
        assert!(first.as_ref().is_some_and(Change::is_alone) && other.is_some_and(|other| other.is_alone()));
        let second = beside.begin(&to("PATCH", "/a")).await;
        assert!(!first.is_some_and(|first| first.is_alone()) && !second.is_some_and(|second| second.is_alone()));
        assert!(beside.begin(&to("PUT", "/a")).await.is_some_and(|change| change.is_alone()));
        assert!(beside.begin(&to("POST", "/a")).await.is_none(), "it changes nothing that is there");
    }
}
