//! What a team has accepted, as results are held to it.

use std::sync::Arc;

use crate::baseline::Baseline;

/// What is accepted, and what fails an operation beside errors.
#[derive(Debug, Default)]
pub struct Accepting {
    pub baseline: Arc<Baseline>,
    pub strict: bool,
}
