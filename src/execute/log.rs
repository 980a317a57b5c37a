//! Keeps every exchange for whoever writes them down.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::exchange::Exchange;
use super::room::Room;

/// Octets of bodies that may wait to be taken.
const MOST_OCTETS: usize = 64 << 20;

/// The exchanges of a [`Client`](super::Client), whatever they were for, until somebody takes them. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct ExchangeLog(Arc<Mutex<Logged>>);

/// Exchanges with the times at which they began, in the order in which they ended.
#[derive(Debug, Default)]
pub struct Logged {
    /// With the time at which each was sent. Credentials are masked in requests, and not in responses.
    pub all: Vec<(SystemTime, Exchange)>,
    /// How many there was no room for.
    pub left_out: usize,
    octets: usize,
}

impl ExchangeLog {
    /// Takes an exchange.
    pub(crate) fn note(&self, began: SystemTime, exchange: &Exchange) {
        let sent = exchange.request.body.as_ref().map_or(0, Vec::len);
        let received = exchange.result.as_ref().map_or(0, |response| response.body.len());
        let mut logged = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if logged.octets + sent + received > MOST_OCTETS {
            logged.left_out += 1;
            return;
        }
        logged.octets += sent + received;
        let mut exchange = exchange.clone();
        // What waits here has room of its own.
        if let Ok(response) = &mut exchange.result {
            response.room = Room::default();
        }
        logged.all.push((began, exchange));
    }

    /// Gives away what was noted since it was last asked.
    pub fn take(&self) -> Logged {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
