//! Judges exchanges against the contract.

mod finding;

pub use finding::{Finding, Severity};

use crate::contract::{Clauses, Contract, Operation, Validators};
use crate::execute::Exchange;
use crate::fixtures::Fixtures;
use crate::plan::Case;

/// One exchange with all that it is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// Validators of its schemas.
    pub validators: &'a Validators,
    /// The operation.
    pub operation: &'a Operation,
    /// Its clauses.
    pub clauses: &'a Clauses,
    /// What is known of the target.
    pub fixtures: &'a Fixtures,
    /// The case.
    pub case: &'a Case,
    /// What was sent and what came back.
    pub exchange: &'a Exchange,
}

/// All that is wrong with one exchange.
pub fn judge(subject: &Subject<'_>) -> Vec<Finding> {
    let _ = subject;
    Vec::new()
}
