//! Failures (5xx) that are the load's doing: those that are not seen again while nothing else is in flight.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::case::Case;
use crate::check::{Sent, says};
use crate::execute::Response;

/// Different failures of an operation that were seen alone; further ones need no proof.
const ENOUGH: usize = 5;
/// So many requests of an operation are alone at once after one that failed and did not fail again: what it changed before
/// it failed may be why it did not.
const SUSPECTED: usize = 3;

/// A failure as it is known again: its status and its words.
pub fn failure(case: &Case, response: &Response) -> (u16, String) {
    (response.status, says(&response.body, &Sent::of(case)))
}

/// What is known of the failures of one contract.
#[derive(Debug, Default)]
pub(super) struct Failures(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Those that were seen alone, by their operation: status and words.
    alone: HashMap<usize, HashSet<(u16, String)>>,
    suspected: HashMap<usize, usize>,
}

impl Failures {
    /// Whether a failure that was seen beside other requests is to be looked for again, alone.
    pub fn needs_proof(&self, operation: usize, failure: &(u16, String)) -> bool {
        let state = self.state();
        let seen = state.alone.get(&operation);
        seen.is_none_or(|seen| seen.len() < ENOUGH && !seen.contains(failure))
    }

    /// Takes a failure that was seen alone.
    pub fn prove(&self, operation: usize, failure: (u16, String)) {
        let mut state = self.state();
        state.suspected.remove(&operation);
        let seen = state.alone.entry(operation).or_default();
        if seen.len() < ENOUGH {
            seen.insert(failure);
        }
    }

    /// Takes that a failure was not seen again.
    pub fn suspect(&self, operation: usize) {
        self.state().suspected.entry(operation).or_insert(SUSPECTED);
    }

    /// Whether the next request of an operation is to be alone at once.
    pub fn is_suspected(&self, operation: usize) -> bool {
        let mut state = self.state();
        let Some(left) = state.suspected.get_mut(&operation).filter(|left| **left > 0) else { return false };
        *left -= 1;
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_proved_once() {
        let failures = Failures::default();
        let failure = |words: &str| (500, words.to_owned());
        assert!(failures.needs_proof(0, &failure("division by zero")));
        failures.prove(0, failure("division by zero"));
        assert!(!failures.needs_proof(0, &failure("division by zero")));
        assert!(failures.needs_proof(0, &failure("database is locked")) && failures.needs_proof(1, &failure("")));
        for word in ["one", "two", "three", "four"] {
            failures.prove(0, failure(word));
        }
        assert!(!failures.needs_proof(0, &failure("database is locked")));
    }

    #[test]
    fn what_was_not_seen_again_is_suspected_for_a_few_requests() {
        let failures = Failures::default();
        assert!(!failures.is_suspected(0));
        failures.suspect(0);
        assert!((0..SUSPECTED).all(|_| failures.is_suspected(0)));
        failures.suspect(0);
        assert!(!failures.is_suspected(0));
    }
}
