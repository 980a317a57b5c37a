//! Which statuses a document names.

use crate::contract::{Operation, StatusRange};

/// Whether the document names the status, by its code or its class.
pub fn is_named(operation: &Operation, status: u16) -> bool {
    operation.responses.iter().any(|r| r.status != StatusRange::Default && r.status.contains(status))
}
