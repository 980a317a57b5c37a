//! Makes failing cases small: the simplest request that still breaks the same rule.
//!
//! What is simpler is decided here, without a network; the engine sends what [`Tree`] proposes and says
//! whether it still fails.

mod candidates;
mod signature;
mod tree;

pub use signature::{Difference, difference};
pub use tree::Tree;

use crate::case::RequestValues;
use crate::contract::{Operation, Validators};

/// What a failing case is made smaller in the light of.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// Validators of its schemas.
    pub validators: &'a Validators,
    /// The plainest valid request.
    pub base: &'a RequestValues,
}
