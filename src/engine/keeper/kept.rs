//! A resource that a keeper knows.

use crate::case::Mutation;
use crate::engine::made::Resource;

/// A resource that is there.
pub(super) struct KeptResource {
    pub resource: Resource,
    /// Whether it was made by a request with something odd.
    pub is_odd: bool,
    /// The text in its path that no value is written as.
    pub written: Option<Mutation>,
    /// What it may be called since a request about it was accepted.
    pub moved_to: Option<Resource>,
}

impl KeptResource {
    /// One of whose making nothing more is known.
    pub fn odd(resource: Resource) -> Self {
        Self { resource, is_odd: true, written: None, moved_to: None }
    }
}
