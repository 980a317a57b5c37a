//! Decides when a failing target is given up.

use super::untestable;
use crate::execute::{Exchange, Failure};

/// After this many failures in a row, a target that did respond before has stopped to.
const SILENCE: usize = 60;

/// What the responses so far say of the target as a whole.
#[derive(Debug)]
pub(super) struct Health {
    target: String,
    /// Failures in a row that are taken for the end.
    patience: usize,
    answered: bool,
    failures: usize,
}

impl Health {
    /// A silent target costs one timeout for each `concurrency` requests, so with few at once fewer are tried.
    pub fn new(target: String, concurrency: usize) -> Self {
        Self { target, patience: concurrency.clamp(3, 8), answered: false, failures: 0 }
    }

    /// Takes the next exchange in order; why there is no point in going on, if so.
    pub fn take(&mut self, exchange: &Exchange) -> Option<String> {
        let failure = match &exchange.result {
            Ok(_) => {
                self.answered = true;
                self.failures = 0;
                return None;
            }
            // It never left, which is nothing that the target did.
            Err(Failure::Unsendable(_)) => return None,
            Err(failure) => failure,
        };
        self.failures += 1;
        match failure {
            Failure::Unreachable(_) | Failure::Insecure(_) if !self.answered => {
                Some(untestable::unreachable(&self.target, failure))
            }
            _ if !self.answered && self.failures >= self.patience => {
                Some(untestable::unreachable(&self.target, failure))
            }
            Failure::Unreachable(_) if self.failures >= self.patience => {
                Some(format!("{} went away during the run: {failure}", self.target))
            }
            _ if self.failures >= SILENCE => {
                Some(format!("{} stopped answering during the run: {failure}", self.target))
            }
            _ => None,
        }
    }
}
