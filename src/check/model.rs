//! What an exchange is judged with.

use std::time::Duration;

use crate::case::Case;
use crate::contract::{Contract, Operation, Validators};
use crate::execute::Exchange;
use crate::fixtures::Fixtures;

/// One exchange with all that it is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// Validators of its schemas.
    pub validators: &'a Validators,
    /// The operation.
    pub operation: &'a Operation,
    /// What is known of the target.
    pub fixtures: &'a Fixtures,
    /// The case.
    pub case: &'a Case,
    /// The request and its response.
    pub exchange: &'a Exchange,
    /// The longest time that a response may take, if there is a limit.
    pub max_response_time: Option<Duration>,
}
