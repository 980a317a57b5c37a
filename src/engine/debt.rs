//! What the run has changed and must put back, however it ends.

use std::sync::{Arc, Mutex, PoisonError};

use super::model::PlannedOperation;
use crate::case::Case;

/// A request that puts something back.
type Due = (Arc<PlannedOperation>, Case);

/// The request that puts back what was there, as long as it is due.
#[derive(Clone, Debug, Default)]
pub(super) struct Debt(Arc<Mutex<Option<Due>>>);

impl Debt {
    /// Takes what is to be sent.
    pub fn owe(&self, planned: Arc<PlannedOperation>, case: Case) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((planned, case));
    }

    /// Takes that it was sent.
    pub fn settle(&self) {
        self.take();
    }

    /// What is due, which is forgotten here.
    pub fn take(&self) -> Option<Due> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
