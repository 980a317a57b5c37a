//! Plans the cases of a contract.

mod baseline;
mod budget;
mod case_builder;
mod case_list;
mod clause_index;
mod edges;
mod faults;
mod planner;
mod protocol;
mod random;
mod read_only;
#[cfg(test)]
mod tests;
mod why_not;
mod written;

use crate::case::{Case, RequestValues};
use crate::contract::{ClauseId, ClauseTarget, Contract, Validators};
use crate::fixtures::Fixtures;
use planner::Planner;

/// How many cases, and from which seed.
#[derive(Clone, Copy, Debug)]
pub struct PlanOptions {
    /// The seed of all that is left to chance.
    pub seed: u64,
    /// Random cases an operation, on top of the deterministic ones; `None` for 100, fewer in a document of thousands of
    /// operations.
    pub cases: Option<usize>,
}

/// The cases of one operation.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The operation, by its position in the contract.
    pub operation: usize,
    /// The cases in the order in which they are sent.
    pub cases: Vec<Case>,
    /// The baseline: the minimal valid request, if there is one.
    pub base: Option<RequestValues>,
    /// Request clauses that no case breaks, with the reason.
    pub unexercised: Vec<(ClauseId, String)>,
}

/// Plans the cases of one operation: what people wrote, the edges of what is allowed, every single fault,
/// the protocol around them, then chance.
pub fn plan(
    contract: &Contract,
    operation: usize,
    validators: &Validators,
    fixtures: &Fixtures,
    options: PlanOptions,
) -> Plan {
    let mut planner = Planner::new(contract, operation, validators, fixtures, options.cases);
    let baseline = planner.baseline();
    match &baseline {
        Ok(baseline) => {
            written::add(&mut planner, baseline);
            edges::add(&mut planner, baseline);
            faults::add(&mut planner, baseline);
            protocol::add(&mut planner, baseline);
            read_only::add(&mut planner, baseline);
            random::add(&mut planner, baseline, options.seed);
        }
        Err(reason) => planner.give_up(reason),
    }
    planner.finish(baseline.ok())
}

/// The start of the plan of one operation: its written cases and the edges of what is allowed, which are the same, at
/// the same positions, as in the whole plan.
pub fn plan_start(
    contract: &Contract,
    operation: usize,
    validators: &Validators,
    fixtures: &Fixtures,
    options: PlanOptions,
) -> Plan {
    let mut planner = Planner::new(contract, operation, validators, fixtures, options.cases);
    let baseline = planner.baseline();
    match &baseline {
        Ok(baseline) => {
            written::add(&mut planner, baseline);
            edges::add(&mut planner, baseline);
        }
        Err(reason) => planner.give_up(reason),
    }
    planner.finish(baseline.ok())
}

/// Whether a clause speaks of requests.
pub fn is_of_request(place: &ClauseTarget) -> bool {
    !matches!(place, ClauseTarget::Response(_))
}
