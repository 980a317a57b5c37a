//! A task that is aborted when its handle is dropped.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::task::JoinHandle;

/// A task on another thread. Dropping the handle aborts it, unless it is blocking and has begun.
#[derive(Debug)]
pub(super) struct Task<R>(JoinHandle<R>);

impl<R: Send + 'static> Task<R> {
    /// Starts asynchronous work.
    pub fn spawn(work: impl Future<Output = R> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }

    /// Starts work that keeps a processor busy.
    pub fn spawn_blocking(work: impl FnOnce() -> R + Send + 'static) -> Self {
        Self(tokio::task::spawn_blocking(work))
    }
}

impl<R> Future for Task<R> {
    type Output = R;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<R> {
        Pin::new(&mut self.0).poll(context).map(|result| match result {
            Ok(result) => result,
            // A panic is a fault of this program: it must not pass for a result. Only the handle gives up a task, and
            // nobody waits for it then.
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        })
    }
}

impl<R> Drop for Task<R> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
