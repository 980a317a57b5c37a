//! Ids by which a target's log can be matched with requests.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A header field with an id for each request that no other request has.
#[derive(Clone, Debug)]
pub struct RequestIds {
    name: String,
    run: u64,
    next: Arc<AtomicU64>,
}

impl RequestIds {
    /// Ids in the field of this name.
    pub fn new(name: &str) -> Self {
        let run = RandomState::new().build_hasher().finish();
        Self { name: name.to_ascii_lowercase(), run, next: Arc::default() }
    }

    /// The field of the next request: in the form of a UUID, which whatever reads ids knows for one.
    pub(super) fn next(&self) -> (String, String) {
        let (run, number) = (self.run, self.next.fetch_add(1, Ordering::Relaxed));
        let (high, middle, low) = (run >> 32, run >> 16 & 0xffff, run & 0xfff);
        (self.name.clone(), format!("{high:08x}-{middle:04x}-4{low:03x}-8000-{number:012x}"))
    }
}
