//! What an exchange is judged with, and what judges it.

use std::time::Duration;

use super::ResponseView;
use crate::case::Case;
use crate::contract::{Contract, Operation, Validators};
use crate::execute::{Exchange, Failure};
use crate::finding::Finding;
use crate::fixtures::Fixtures;
use crate::rule::Rule;

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

/// A check of one exchange.
pub trait Check: Sync {
    /// The rule that it judges by.
    fn rule(&self) -> &'static Rule;

    /// What is wrong with a response.
    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        let _ = view;
        Vec::new()
    }

    /// The findings of an exchange without a complete response.
    fn judge_failure(&self, subject: &Subject<'_>, failure: &Failure) -> Vec<Finding> {
        let _ = (subject, failure);
        Vec::new()
    }
}
