//! How much of a target's responses is in memory at once, over all connections: of large ones, one.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The most bytes of a response that need no room.
pub(super) const SMALL: usize = 256 << 10;
/// What waits longer goes on without: whoever holds the room may be waiting for it.
const PATIENCE: Duration = Duration::from_secs(5);

/// The room for large responses, shared by all connections of a client.
#[derive(Clone, Debug)]
pub(super) struct Rooms {
    permits: Arc<Semaphore>,
    patience: Duration,
}

/// That a large response may be in memory, until the last copy is dropped.
#[derive(Clone, Debug, Default)]
pub struct Room(#[allow(dead_code, reason = "it is held")] Option<Arc<OwnedSemaphorePermit>>);

impl Default for Rooms {
    fn default() -> Self {
        Self { permits: Arc::new(Semaphore::new(1)), patience: PATIENCE }
    }
}

impl Rooms {
    /// Waits for room.
    pub async fn enter(&self) -> Room {
        let permit = tokio::time::timeout(self.patience, self.permits.clone().acquire_owned()).await;
        // The semaphore is never closed.
        Room(permit.ok().and_then(Result::ok).map(Arc::new))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_large_response_waits_for_another_and_not_for_ever() {
        let rooms = Rooms { patience: Duration::from_millis(300), ..Rooms::default() };
        let first = rooms.enter().await;
        let copy = first.clone();
        drop(first);
        let brief = Duration::from_millis(50);
        assert!(tokio::time::timeout(brief, rooms.enter()).await.is_err(), "a copy holds it");
        let without = rooms.enter().await;
        drop(copy);
        let second = rooms.enter().await;
        assert!(second.0.is_some() && without.0.is_none());
    }
}
