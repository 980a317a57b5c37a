//! What a plan is made of, and the plan.

use crate::case::{Case, RequestValues};
use crate::contract::{ClauseId, ClauseTarget, Contract, Validators};
use crate::fixtures::Fixtures;

/// How many cases, and from which seed.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanOptions {
    /// The seed of all that is left to chance.
    pub seed: u64,
    /// Random cases an operation, on top of the deterministic ones; `None` for 100, fewer in a document of thousands of
    /// operations, and in an operation of hundreds of other cases.
    pub cases: Option<usize>,
    /// Whether requests may do harm: methods that a path does not document are tried by their own names, and what logs
    /// in is changed and deleted.
    pub destructive: bool,
}

/// How much of an operation is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All its cases.
    Whole,
    /// Its first valid cases: the same, at the same positions, as in the whole plan.
    Start,
}

/// What a plan is made of.
#[derive(Clone, Copy, Debug)]
pub struct PlanInput<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The validators of its schemas.
    pub validators: &'a Validators,
    /// What is known of the target.
    pub fixtures: &'a Fixtures,
    /// How many cases, and from which seed.
    pub options: PlanOptions,
    /// How much of each operation.
    pub extent: Extent,
    /// A valid request that the target accepts, in the place of the baseline.
    pub base: Option<&'a RequestValues>,
}

impl<'a> PlanInput<'a> {
    /// For whole plans.
    pub fn new(
        contract: &'a Contract,
        validators: &'a Validators,
        fixtures: &'a Fixtures,
        options: PlanOptions,
    ) -> Self {
        Self { contract, validators, fixtures, options, extent: Extent::Whole, base: None }
    }
}

/// The cases of one operation.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The operation, by its position in the contract.
    pub operation: usize,
    /// The cases in the order in which they are sent.
    pub cases: Vec<Case>,
    /// The minimal valid request, if there is one.
    pub baseline: Option<RequestValues>,
    /// A request that would be the baseline if what its path names were known to be there; it is not to be sent.
    pub template: Option<RequestValues>,
    /// Why there is no case, if there is none.
    pub refused: Option<String>,
    /// Request clauses that no case breaks, with the reason.
    pub unexercised: Vec<(ClauseId, String)>,
}

/// Whether a clause speaks of requests.
pub fn is_of_request(place: &ClauseTarget) -> bool {
    !matches!(place, ClauseTarget::Response(_))
}
