//! The listener that has snapshots compared while a run goes on.

use std::sync::Arc;

use super::comparison::Comparison;
use super::{RecorderOptions, SnapshotError};
use crate::case::Case;
use crate::contract::Contract;
use crate::engine::{Event, Listener};
use crate::execute::Exchange;
use crate::finding::Finding;
use crate::fixtures::Fixtures;

/// A listener that stands before another one, and adds what differs from snapshots.
pub struct Recorder<'a> {
    next: &'a mut dyn Listener,
    comparison: Comparison,
    failure: Option<SnapshotError>,
}

impl<'a> Recorder<'a> {
    /// Compares, and hands all events on.
    ///
    /// # Errors
    /// [`SnapshotError`] where a snapshot of these contracts cannot be used, before anything is sent.
    pub fn new(
        options: RecorderOptions,
        contracts: &[Arc<Contract>],
        next: &'a mut dyn Listener,
    ) -> Result<Self, SnapshotError> {
        Ok(Self { next, comparison: Comparison::new(options, contracts)?, failure: None })
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
}

impl Listener for Recorder<'_> {
    fn on(&mut self, event: &Event) {
        if self.failure.is_none() {
            self.failure = match event {
                Event::ContractStarted { job, target, .. } => {
                    self.comparison.start(&job.contract, target);
                    None
                }
                Event::OperationFinished { summary, .. } => self.comparison.end_operation(summary.operation).err(),
                Event::ContractFinished { .. } => self.comparison.end().err(),
                _ => None,
            };
        }
        self.next.on(event);
    }

    fn further(&mut self, contract: &Contract, fixtures: &Fixtures, case: &Case, exchange: &Exchange) -> Vec<Finding> {
        let mut findings = self.next.further(contract, fixtures, case, exchange);
        if self.failure.is_none() {
            match self.comparison.case(contract, fixtures, case, exchange) {
                Ok(finding) => findings.extend(finding),
                Err(failure) => self.failure = Some(failure),
            }
        }
        findings
    }
}
