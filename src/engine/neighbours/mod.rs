//! Refusals of valid requests: which of them hold.
//!
//! A schema does not tell which resources exist, which names are taken, or how two values must relate, so a refusal may
//! have such a reason. It holds where a value is what is refused: where a request that differs in it alone is accepted,
//! before and after, and none with it ever is, whatever surrounds it. Two parts that are refused together alone are a warning.

mod branch;
mod cause;
mod evidence;
mod hearing;
mod model;
mod narrowed;
mod node;
mod omission;
mod open;
mod order;
mod stated;
mod together;

use std::sync::Arc;

use super::Transport;
use super::model::PlannedOperation;
use super::scheduler::Sender;
use crate::case::{Case, RequestValues};
use crate::finding::Finding;
use evidence::Evidence;
use hearing::Hearing;
pub(super) use model::Held;
use model::{Refused, values};

/// Refusals of one operation that are looked into.
const MOST: usize = 12;
/// Refusals that are sent again without what was settled before.
const MOST_AGAIN: usize = 48;

/// The valid cases of one operation, as the target took them.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    accepted: Vec<Arc<Case>>,
    refused: Vec<Refused>,
}

impl Neighbours {
    /// Takes a case that was accepted.
    pub fn accept(&mut self, case: &Arc<Case>) {
        self.accepted.push(case.clone());
    }

    /// The cases that were accepted.
    pub fn accepted(&self) -> &[Arc<Case>] {
        &self.accepted
    }

    /// The values that were accepted.
    pub fn accepted_values(&self) -> impl Iterator<Item = &RequestValues> {
        self.accepted.iter().filter_map(|case| values(case))
    }

    /// Takes what holds only if neighbours of the case are accepted.
    pub fn refuse(&mut self, case: &Arc<Case>, findings: Vec<Finding>) {
        self.refused.extend(findings.into_iter().map(|finding| Refused { case: case.clone(), finding }));
    }

    /// The refusals that hold, each made small with up to `most` requests, and how many requests were sent in all.
    pub async fn confirm<T: Transport>(
        mut self,
        sender: &Sender<T>,
        planned: &Arc<PlannedOperation>,
        most: usize,
    ) -> (Vec<Held>, usize) {
        if self.accepted.is_empty() || self.refused.is_empty() {
            return (Vec::new(), 0);
        }
        let refused = self.refused.iter().map(|refused| refused.case.clone());
        let evidence = Evidence::new(
            &sender.tested.contract,
            &sender.tested.validators,
            planned.operation,
            self.accepted,
            refused,
        );
        // The nearest first, and of those the ones that are about a clause.
        self.refused
            .sort_by_cached_key(|Refused { case, .. }| (evidence.distance(case), case.clause.is_none(), case.index));
        let mut hearing = Hearing::new(sender, planned, evidence, most);
        let (mut found, mut heard) = (Vec::new(), 0);
        for refused in self.refused.into_iter().take(MOST_AGAIN) {
            let Some(refused) = hearing.unsettled(refused).await else { continue };
            found.extend(hearing.hear(refused).await);
            heard += 1;
            if heard == MOST || planned.is_too_late() {
                break;
            }
        }
        (found, hearing.requests)
    }
}
