//! What a target answers where what a request names is not there, or not any more. A refusal that says the same says
//! nothing of the fault of a request.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::case::{Case, Coverage, Fault, Intent};
use crate::check::{Sent, says};
use crate::contract::{ClauseId, Operation};
use crate::execute::Exchange;

/// A refusal by which it is known again: its status, and its words without what changes from request to request.
type Refusal = (u16, String);

/// What valid requests of one operation got, by the path that they name.
#[derive(Debug, Default)]
pub(super) struct Gone {
    /// Paths that a success has deleted.
    deleted: HashSet<String>,
    /// Whether the last valid request to a path was accepted.
    accepted: HashMap<String, bool>,
    /// How valid requests were refused.
    refusals: HashSet<Refusal>,
    /// Cases on what was deleted before.
    late: Vec<(Arc<Case>, Refusal)>,
}

impl Gone {
    /// Takes the next case; whether it may have met what is not there any more, so that it exercises nothing as yet.
    pub fn take(&mut self, operation: &Operation, case: &Arc<Case>, exchange: &Exchange) -> bool {
        let Ok(response) = &exchange.result else { return false };
        let path = &case.request.path;
        let refusal = refusal(case, exchange);
        let is_late = self.deleted.contains(path) && refusal.is_some();
        let is_plain = !case.doubtful && case.expected.is_none();
        match (case.intent, refusal) {
            (Intent::Valid, Some(refusal)) if is_plain => {
                self.accepted.insert(path.clone(), false);
                self.refusals.insert(refusal.clone());
                self.late.extend(is_late.then(|| (case.clone(), refusal)));
            }
            (Intent::MissingResource, Some(refusal)) => {
                self.refusals.insert(refusal);
            }
            (_, Some(refusal)) => self.late.extend(is_late.then(|| (case.clone(), refusal))),
            (Intent::Valid, None) if response.is_success() => {
                self.accepted.insert(path.clone(), true);
                if operation.method == "DELETE" {
                    self.deleted.insert(path.clone());
                }
            }
            _ => {}
        }
        is_late
    }

    /// Whether a refusal may be for what is not there, and not for the fault of the request.
    pub fn explains(&self, case: &Case, exchange: &Exchange) -> bool {
        let path = &case.request.path;
        let Some(refusal) = refusal(case, exchange) else { return false };
        let is_of_value = matches!(case.intent, Intent::Invalid(fault) if fault != Fault::PathParameter);
        let is_deleted = self.deleted.contains(path);
        is_of_value
            && (is_deleted || self.accepted.get(path) == Some(&false))
            && (is_deleted && self.refusals.is_empty() || self.refusals.contains(&refusal))
    }

    /// Counts what cases on what was deleted before have exercised all the same: they got another answer than valid ones.
    /// The clauses that none of them has, with the reason.
    pub fn count(&self, operation: &Operation, coverage: &mut Coverage) -> Vec<(ClauseId, String)> {
        let is_told = |refusal: &Refusal| !self.refusals.is_empty() && !self.refusals.contains(refusal);
        let (told, gone): (Vec<_>, Vec<_>) = self.late.iter().partition(|(_, refusal)| is_told(refusal));
        told.into_iter().for_each(|(case, _)| coverage.count(operation, case));
        let clauses = gone.iter().filter_map(|(case, _)| case.clause);
        let mut open: Vec<ClauseId> = clauses.filter(|id| coverage.of(*id) != (true, true)).collect();
        open.sort_unstable();
        open.dedup();
        open.into_iter().map(|id| (id, "what the request names was deleted before".to_owned())).collect()
    }
}

fn refusal(case: &Case, exchange: &Exchange) -> Option<Refusal> {
    let response = exchange.result.as_ref().ok()?;
    (400..500).contains(&response.status).then(|| (response.status, says(&response.body, &Sent::of(case))))
}
