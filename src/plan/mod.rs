//! Plans the cases of a contract.

mod budget;
mod edges;
mod faults;
mod planner;
mod protocol;
mod random;
mod read_only;
mod written;
mod xml;

use crate::case::{Case, RequestValues};
use crate::contract::{ClauseId, ClausePlace, Clauses, Contract, Validators};
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
    /// Its clauses.
    pub clauses: Clauses,
    /// The cases in the order in which they are sent.
    pub cases: Vec<Case>,
    /// The plainest valid request, if there is one.
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
    let base = planner.base();
    match &base {
        Ok(base) => {
            written::add(&mut planner, base);
            edges::add(&mut planner, base);
            faults::add(&mut planner, base);
            protocol::add(&mut planner, base);
            read_only::add(&mut planner, base);
            random::add(&mut planner, base, options.seed);
        }
        Err(reason) => planner.give_up(reason),
    }
    planner.finish(base.ok())
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
    let base = planner.base();
    match &base {
        Ok(base) => {
            written::add(&mut planner, base);
            edges::add(&mut planner, base);
        }
        Err(reason) => planner.give_up(reason),
    }
    planner.finish(base.ok())
}

/// Whether a clause speaks of requests.
pub fn is_of_request(place: &ClausePlace) -> bool {
    !matches!(place, ClausePlace::Response(_))
}
