//! When the target last took what the run wrote, by what the routes are about: what was seen before may have been a matter of
//! the state.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::case::is_safe;
use crate::check::family;
use crate::contract::Operation;
use crate::execute::Exchange;

/// The time of the last write of each family of routes.
#[derive(Debug, Default)]
pub(super) struct LastWrites(Mutex<HashMap<String, Instant>>);

impl LastWrites {
    /// Takes an exchange that was over at a time.
    pub fn take(&self, operation: &Operation, exchange: &Exchange, at: Instant) {
        if exchange.is_success() && !is_safe(&exchange.request.method) {
            self.times().insert(family(operation).to_owned(), at);
        }
    }

    /// Whether anything was written there since a time.
    pub fn is_after(&self, operation: &Operation, time: Instant) -> bool {
        self.times().get(family(operation)).is_some_and(|at| *at > time)
    }

    fn times(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
