//! Plans the cases of a contract.

mod case;

pub use case::{
    Body, Case, CredentialChange, Credentials, Fault, Generated, Intent, Origin, Payload, QueryPair, Request,
};

use crate::contract::{ClauseId, Clauses, Contract, Validators};
use crate::fixtures::Fixtures;

/// How many cases, and from which seed.
#[derive(Clone, Copy, Debug)]
pub struct PlanOptions {
    /// The seed of all that is left to chance.
    pub seed: u64,
    /// Random cases an operation, on top of the deterministic ones.
    pub cases: usize,
}

/// The cases of one operation.
#[derive(Debug)]
pub struct Plan {
    /// The operation, by its position in the contract.
    pub operation: usize,
    /// Its clauses.
    pub clauses: Clauses,
    /// The cases in the order in which they are sent.
    pub cases: Vec<Case>,
    /// Request clauses that no case keeps or breaks, with the reason.
    pub unexercised: Vec<(ClauseId, String)>,
}

/// Plans the cases of one operation.
pub fn plan(
    contract: &Contract,
    operation: usize,
    validators: &Validators,
    fixtures: &Fixtures,
    options: PlanOptions,
) -> Plan {
    let _ = (validators, fixtures, options);
    let clauses = Clauses::of(&contract.operations[operation], &contract.schemas);
    Plan { operation, clauses, cases: Vec::new(), unexercised: Vec::new() }
}
