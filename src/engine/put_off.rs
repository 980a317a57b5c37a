//! Operations that wait for what others may make.

use std::sync::Arc;

use super::model::PlannedOperation;
use super::operation::OperationRun;

/// An operation that refused all valid requests, while another one may still make what it names.
pub(super) struct PutOff {
    pub operation: OperationRun,
    pub planned: Arc<PlannedOperation>,
    /// What was made when it was last tried.
    pub made: usize,
}
