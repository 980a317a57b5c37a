//! Decides when a failing target is given up.

use std::collections::HashSet;
use std::time::Duration;

use super::pace::Pace;
use super::storm::is_busy;
use super::untestable;
use crate::case::Case;
use crate::execute::{Exchange, Failure};

/// After this many failures in a row, a target that did respond before has stopped to.
const SILENCE: usize = 60;
/// After this many in a row, one that never responded, or that accepts no connections any more, is not there.
const PATIENCE: usize = 3;

/// After this many requests, all of which met 429 or 503 ..
const BUSY: usize = 30;
/// .. of so many operations, it lets nobody in.
const OPERATIONS: usize = 3;

/// What the responses so far say of the target as a whole.
#[derive(Debug)]
pub(super) struct Health {
    pub target: String,
    answered: bool,
    failures: usize,
    /// The operations of the first requests, as long as all of them met 429 or 503.
    busy: Vec<usize>,
    /// Whether any met something else: then it is not the target as a whole that lets nobody in.
    lets_in: bool,
}

impl Health {
    pub fn new(target: String) -> Self {
        Self { target, answered: false, failures: 0, busy: Vec::new(), lets_in: false }
    }

    /// Takes the next exchange in order, of an operation; why there is no point in going on, if so.
    pub fn take(&mut self, operation: usize, case: &Case, exchange: &Exchange, pace: &Pace) -> Option<String> {
        let failure = match &exchange.result {
            Ok(response) => {
                self.answered = true;
                self.failures = 0;
                return self.storm(operation, is_busy(case, response));
            }
            // What is too large is an answer all the same.
            Err(Failure::TooLarge(_) | Failure::Inflated(_) | Failure::TooMany(_)) => {
                self.answered = true;
                self.failures = 0;
                return None;
            }
            // It never left, which is nothing that the target did.
            Err(Failure::Unsendable(_)) => return None,
            Err(failure) => failure,
        };
        self.failures += 1;
        // What was read before all else is taken in its turn.
        self.answered |= pace.silence(|silence| silence.has_answered());
        match failure {
            Failure::Unreachable(_) | Failure::Insecure(_) if !self.answered => {
                Some(untestable::unreachable(&self.target, failure))
            }
            _ if !self.answered && (self.failures >= PATIENCE || pace.silence(|silence| silence.is_all())) => {
                Some(untestable::unreachable(&self.target, failure))
            }
            // What was in flight may come in any order: its results come first.
            Failure::Unreachable(_) if self.failures >= PATIENCE.max(pace.ceiling()) => {
                let lost = pace.lost();
                let after = match lost.is_empty() {
                    true => String::new(),
                    false => format!("; in flight when it did: {}", lost.join(", ")),
                };
                Some(format!("{} went away during the run: {failure}{after}", self.target))
            }
            Failure::Timeout(_) => self.silent(failure, pace),
            _ => self.stopped(failure),
        }
    }

    /// Why a target is given up that did not answer in time, if it is.
    fn silent(&self, failure: &Failure, pace: &Pace) -> Option<String> {
        let target = &self.target;
        let (hangs, enough) = pace.silence(|silence| (silence.hangs(), silence.enough()));
        if hangs {
            let told = "for any of the last requests, not even for one that was alone";
            return Some(format!("{target} hangs: {failure} {told}"));
        }
        let hangs = |waited: Duration| {
            let waited = waited.as_secs();
            format!("{target} hangs over and over: {waited} s were spent on requests that it did not answer in time")
        };
        enough.map(hangs).or_else(|| self.stopped(failure))
    }

    fn stopped(&self, failure: &Failure) -> Option<String> {
        (self.failures >= SILENCE).then(|| format!("{} stopped answering during the run: {failure}", self.target))
    }

    fn storm(&mut self, operation: usize, is_busy: bool) -> Option<String> {
        self.lets_in |= !is_busy;
        if self.lets_in {
            return None;
        }
        self.busy.push(operation);
        let operations: HashSet<&usize> = self.busy.iter().collect();
        (self.busy.len() >= BUSY && operations.len() >= OPERATIONS).then(|| {
            format!(
                "{} lets nobody in: the first {} requests, of {} operations, were answered with 429 or 503, however often they \
                 were sent; a lower --rate may help",
                self.target,
                self.busy.len(),
                operations.len()
            )
        })
    }
}
