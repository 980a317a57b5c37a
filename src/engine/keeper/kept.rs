//! A resource that a keeper knows.

use crate::engine::made::Resource;

/// A resource that is there.
pub(super) struct KeptResource {
    pub resource: Resource,
    /// Whether it was made by a request with something odd.
    pub is_odd: bool,
    /// Whether its path has a text that no value is written as.
    pub is_oddly_named: bool,
    /// What it may be called since requests about it were accepted.
    pub moved_to: Vec<Resource>,
    /// Whether it was created once more, so that it was not there meanwhile.
    pub is_again: bool,
    /// How often its deletion was refused: that says nothing of others.
    pub refused: usize,
}

impl KeptResource {
    /// One of whose making nothing more is known.
    pub fn odd(resource: Resource) -> Self {
        Self { resource, is_odd: true, is_oddly_named: false, moved_to: Vec::new(), is_again: false, refused: 0 }
    }
}
