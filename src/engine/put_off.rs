//! Operations that wait for what others may make.

use std::sync::Arc;

use super::model::PlannedOperation;
use super::operation::OperationRun;

/// An operation that refused all valid requests, while another one may still make what it names, or bring it into the state that it needs.
pub(super) struct PutOff {
    pub operation: OperationRun,
    pub planned: Arc<PlannedOperation>,
    /// What was made, and which operations were accepted, when it was last tried.
    pub progress: usize,
}
