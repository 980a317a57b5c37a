//! What is compared with what.

use super::{Mode, Store, Update};
use crate::execute::Masker;

/// What is compared with what.
#[derive(Clone, Debug)]
pub struct RecorderOptions {
    /// The snapshots.
    pub store: Store,
    /// The names of the contracts that are compared.
    pub contracts: Vec<String>,
    /// How much of an exchange is compared.
    pub mode: Mode,
    /// What is written.
    pub update: Update,
    /// An exchange without a snapshot is an error; otherwise it is a warning.
    pub is_missing_an_error: bool,
    /// What may come back from the target and must not be written.
    pub secrets: Masker,
}
