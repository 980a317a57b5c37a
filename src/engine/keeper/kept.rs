//! A resource that a keeper knows.

use crate::engine::made::Resource;

/// A resource that is there.
pub(super) struct KeptResource {
    pub resource: Resource,
    /// Whether it was made by a request with something odd.
    pub is_odd: bool,
}
