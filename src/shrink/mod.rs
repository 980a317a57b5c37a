//! Makes failing cases small: the simplest request that still breaks the same rule.
//!
//! What is simpler is decided here, without a network; the engine sends what [`Tree`] proposes and says
//! whether it still fails.

mod signature;
mod tree;

pub use signature::{Difference, difference};
pub use tree::Tree;

use crate::case::{Gate, RequestValues};

/// What a failing case is made smaller in the light of.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// What every simpler request must pass.
    pub gate: Gate<'a>,
    /// The minimal valid request.
    pub baseline: &'a RequestValues,
}
