//! The judge that compares exchanges with their snapshots.

use std::sync::Arc;

use super::comparison::Comparison;
use super::{RecorderOptions, SnapshotError};
use crate::check::Subject;
use crate::contract::Contract;
use crate::engine::{Judge, Judged, LateFinding};
use crate::finding::Finding;

/// A judge that compares exchanges with their snapshots.
pub struct Recorder {
    comparison: Comparison,
    failure: Option<SnapshotError>,
}

impl Recorder {
    /// Compares the exchanges of these contracts.
    ///
    /// # Errors
    /// [`SnapshotError`] where a snapshot of these contracts cannot be used, before anything is sent.
    pub fn new(options: RecorderOptions, contracts: &[Arc<Contract>]) -> Result<Self, SnapshotError> {
        Ok(Self { comparison: Comparison::new(options, contracts)?, failure: None })
    }

    /// Writes what differed where a run was cut short, and says how it went.
    ///
    /// # Errors
    /// The first snapshot that could not be read or written.
    pub fn finish(mut self) -> Result<(), SnapshotError> {
        match self.failure {
            Some(failure) => Err(failure),
            None => self.comparison.end(),
        }
    }

    /// Does nothing more once something has failed.
    fn attempt<T: Default>(&mut self, work: impl FnOnce(&mut Comparison) -> Result<T, SnapshotError>) -> T {
        if self.failure.is_some() {
            return T::default();
        }
        work(&mut self.comparison).unwrap_or_else(|failure| {
            self.failure = Some(failure);
            T::default()
        })
    }
}

impl Judge for Recorder {
    fn at_start(&mut self, contract: &Contract, target: &str) {
        self.comparison.start(contract, target);
    }

    fn after_response(&mut self, judged: &Judged<'_>) -> Vec<Finding> {
        // The responses of a closed door are nobody's behaviour.
        if !judged.is_let_in {
            return Vec::new();
        }
        let Subject { contract, fixtures, case, exchange, .. } = judged.subject;
        self.attempt(|comparison| comparison.case(contract, fixtures, case, exchange)).into_iter().collect()
    }

    fn after_operation(&mut self, _: &Contract, operation: usize) -> Vec<LateFinding> {
        self.attempt(|comparison| comparison.end_operation(operation));
        Vec::new()
    }

    fn at_end(&mut self, _: &Contract) -> Vec<LateFinding> {
        self.attempt(Comparison::end);
        Vec::new()
    }
}
