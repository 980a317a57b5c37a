//! Goes on with an operation on another base, where the target refuses that of its cases.

use std::sync::Arc;

use super::{OperationRun, PATIENCE, VAIN};
use crate::case::{Case, Coverage};
use crate::engine::judge::Judges;
use crate::engine::listener::{ListenerError, Listeners};
use crate::engine::model::PlannedOperation;
use crate::engine::untestable::Refusals;

impl OperationRun {
    /// Whether the cases vary a request that the target refuses, so that they show little.
    pub fn needs_base(&self) -> bool {
        self.is_worth_it() && (self.is_base_accepted == Some(false) || self.planned.template.is_some())
    }

    /// The valid cases that were accepted.
    pub fn accepted(&self) -> &[Arc<Case>] {
        self.neighbours.accepted()
    }

    /// Counts requests that were no cases.
    pub fn also_sent(&mut self, requests: usize) {
        self.confirming += requests;
    }

    /// Reports what was held back so far as long as nothing has shown that the operation can be tested. What is refused
    /// with one request is no sign that it is refused otherwise.
    pub fn put_off(&mut self, judges: &mut Judges<'_, '_>, listeners: &mut Listeners<'_>) -> Result<(), ListenerError> {
        if self.held.is_some() {
            self.is_closed = true;
            self.release(judges, listeners)?;
            self.is_closed = false;
            self.held = Some(Vec::new());
        }
        Ok(())
    }

    /// Goes on with cases that vary another request.
    pub fn rebase(
        &mut self,
        planned: &Arc<PlannedOperation>,
        is_accepted: bool,
        judges: &mut Judges<'_, '_>,
        listeners: &mut Listeners<'_>,
    ) -> Result<(), ListenerError> {
        self.put_off(judges, listeners)?;
        self.is_base_accepted = Some(is_accepted);
        self.counts.denied = self.counts.valid.sent;
        self.refusals = Refusals::default();
        self.patience = self.counts.denied + PATIENCE;
        self.vain = self.counts.valid.sent + VAIN;
        self.given_up = None;
        let before = Coverage::new(self.tested.contract.operations[planned.operation].clauses());
        let before = std::mem::replace(&mut self.coverage, before);
        self.coverage.take_broken(&before, &planned.broken_before);
        self.planned = planned.clone();
        Ok(())
    }
}
