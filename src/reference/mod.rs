//! The reference target: five providers' "create a message" endpoints, written by hand from the providers' documents.
//!
//! It proves that the harness and the specs agree with an implementation that someone wrote by reading the docs, so
//! nothing here reads an OpenAPI document. Where a document leaves something open, the widest reading holds: the target
//! refuses only what the document forbids. Each provider is one file of the same shape: its credentials, its typed
//! request and response, its error envelope, and one `create` function that applies the rules in this order, the first
//! broken one being the answer:
//!
//! 1. credentials, 401
//! 2. method, 405 with `Allow`
//! 3. media type, 415
//! 4. size, 413
//! 5. JSON syntax, 400 (Telnyx 422)
//! 6. path parameter, then body properties, 400 (Telnyx 422, with all of them in one response)
//! 7. the conversation exists, 404
//!
//! What hyper refuses before a handler runs (a malformed request line, too many headers) has hyper's own empty answer.

mod ada;
mod asapp;
mod date_time;
mod example_ai;
mod first_conversations;
mod http;
mod respondent;
pub mod seeded;
mod setting;
mod store;
mod telnyx;
mod values;

use std::future::Future;
use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use axum::serve::ListenerExt as _;
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub use store::{Store, StoreError};

use seeded::{Seed, Seeded};

/// How long requests under way may take to finish once [`serve`] has been told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// All five providers on one port, each at the path that its document states.
///
/// Credentials are read from the environment here, once, with the defaults that each provider's file names.
pub fn router(store: Store) -> Router {
    router_with(store, None)
}

/// [`router`] with one seeded fault, if there is one.
pub fn router_with(store: Store, seeded: Option<&'static Seeded>) -> Router {
    let seeded = Seed(seeded);
    Router::new()
        .merge(telnyx::router(store.clone(), seeded))
        .merge(asapp::router(store.clone(), seeded))
        .merge(ada::router(store.clone(), seeded))
        .merge(respondent::router(store.clone(), seeded))
        .merge(example_ai::router(store, seeded))
        .fallback(unknown_route)
}

/// Serves [`router`] on `listener` until `shutdown` completes, then lets requests under way finish for a few seconds.
///
/// # Errors
///
/// An error of the listener that cannot be recovered from.
pub async fn serve(
    listener: TcpListener,
    store: Store,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    serve_router(listener, router(store), shutdown).await
}

/// [`serve`] with another router than [`router`].
///
/// # Errors
///
/// As for [`serve`].
pub async fn serve_router(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    // Answers are one small write each: with Nagle's algorithm on they would wait for the client's delayed ACK.
    // A socket that refuses the option still works, so a failure is not worth an answer.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let (stopping, stopped) = oneshot::channel();
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
        shutdown.await;
        let _ = stopping.send(());
    });
    // A client that stalls in the middle of a request would hold up a purely graceful shutdown for ever.
    let grace_over = async {
        match stopped.await {
            Ok(()) => tokio::time::sleep(GRACE).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        outcome = async { server.await } => outcome,
        () = grace_over => Ok(()),
    }
}

/// 404 for a path that no provider has: in the envelope of the provider whose paths begin the same way, if there is one.
async fn unknown_route(uri: Uri) -> Response {
    #[derive(Serialize)]
    struct Unknown {
        error: &'static str,
    }

    let path = uri.path();
    if path.starts_with("/v2/ai/") {
        telnyx::unknown_route()
    } else if path.starts_with("/conversation/v1/") {
        asapp::unknown_route()
    } else if path.starts_with("/api/v2/") {
        ada::unknown_route()
    } else if path.starts_with("/v1/messaging/") {
        respondent::unknown_route()
    } else if path.starts_with("/v1/") {
        example_ai::unknown_route()
    } else {
        let body = Unknown { error: "no such route" };
        http::json(StatusCode::NOT_FOUND, &body)
    }
}
