//! What came of a case.

use std::sync::Arc;
use std::time::Instant;

use super::evaluate::Evaluation;
use crate::case::Case;
use crate::finding::Finding;

/// A case that was sent and evaluated.
#[derive(Debug)]
pub(super) struct Completed {
    pub evaluation: Evaluation,
    /// Findings of the sequence that it is part of. The request alone does not reproduce them.
    pub of_sequence: Vec<Finding>,
    /// When it was sent and when its response was received.
    pub sent_at: Instant,
    pub responded_at: Instant,
    /// Whether it was sent in an earlier phase, so that its time does not count for its operation.
    pub is_early: bool,
    /// The case as it was sent, where it was brought in step with the state of the target.
    pub case: Option<Arc<Case>>,
}
