//! Failures (5xx) that are the load's doing: those that are not seen again while nothing else is in flight.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::case::Case;
use crate::check::{Sent, is_empty_talk, says};
use crate::execute::Response;

/// Failures of an operation in different words that were seen alone; further ones need no proof.
const ENOUGH: usize = 50;
/// After so many timeouts no failure of an operation is looked for again.
const UNANSWERED: usize = 2;
/// So many requests of an operation are alone at once after one that failed and did not fail again: what it changed before
/// it failed may be why it did not.
const SUSPECTED: usize = 3;

/// A failure as it is known again: its status and its words; one that says nothing, which the load may bring about as well as
/// anything else, by what its request is about.
pub fn failure(case: &Case, response: &Response) -> (u16, String) {
    let said = says(&response.body, &Sent::of(case));
    let words = match (is_empty_talk(&said), case.clause) {
        (false, _) => said,
        (true, Some(clause)) => format!("{:?} of clause {}", case.intent, clause.0),
        (true, None) => format!("case {}", case.index),
    };
    (response.status, words)
}

/// What is known of the failures of one contract.
#[derive(Debug, Default)]
pub(super) struct Failures(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Those that were seen alone, by their operation: status and words.
    alone: HashMap<usize, HashSet<(u16, String)>>,
    suspected: HashMap<usize, usize>,
    /// How often nothing was answered when a failure was looked for again.
    unanswered: HashMap<usize, usize>,
}

impl Failures {
    /// Whether a failure that was seen beside other requests is to be looked for again, alone.
    pub fn needs_proof(&self, operation: usize, failure: &(u16, String)) -> bool {
        let state = self.state();
        if state.unanswered.get(&operation).is_some_and(|times| *times >= UNANSWERED) {
            return false;
        }
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

    /// Takes that there was no answer when a failure was looked for again, which proves nothing: it is looked for in the next
    /// request.
    pub fn unanswered(&self, operation: usize) {
        *self.state().unanswered.entry(operation).or_default() += 1;
        self.suspect(operation);
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
    use crate::case::Intent;
    use crate::check::testing::response;
    use crate::contract::ClauseId;
    use serde_json::json;

    #[test]
    fn a_failure_is_proved_once() {
        let failures = Failures::default();
        let failure = |words: &str| (500, words.to_owned());
        assert!(failures.needs_proof(0, &failure("division by zero")));
        failures.prove(0, failure("division by zero"));
        assert!(!failures.needs_proof(0, &failure("division by zero")));
        assert!(failures.needs_proof(0, &failure("database is locked")) && failures.needs_proof(1, &failure("")));
        for word in 0..5 {
            failures.prove(0, failure(&word.to_string()));
        }
        assert!(failures.needs_proof(0, &failure("database is locked")));
    }

    #[test]
    fn a_failure_that_says_nothing_proves_none_of_another_request() {
        let of = |clause: Option<u32>, index: usize, said: &str| {
            let mut case = crate::testing::case(Intent::Valid, crate::testing::request("GET", "/a"));
            (case.clause, case.index) = (clause.map(ClauseId), index);
            failure(&case, &response(500, &json!({"error": said})))
        };
        let nothing = "Internal Server Error";
        assert_eq!(of(Some(1), 3, nothing), of(Some(1), 4, "unexpected error"));
        assert_ne!(of(Some(1), 3, nothing), of(Some(2), 3, nothing));
        assert_ne!(of(None, 3, nothing), of(None, 4, nothing));
        assert_eq!(of(Some(1), 3, "division by zero"), of(None, 4, "division by zero"));
    }

    #[test]
    fn what_is_not_answered_is_not_asked_over_and_over() {
        let failures = Failures::default();
        let failure = (500, String::new());
        (0..UNANSWERED).for_each(|_| {
            assert!(failures.needs_proof(0, &failure));
            failures.unanswered(0);
        });
        assert!(!failures.needs_proof(0, &failure) && failures.needs_proof(1, &failure));
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
