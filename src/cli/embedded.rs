//! The reference target, for a run that names no other.

use tokio::sync::oneshot;
use url::Url;

use super::CliError;

/// Starts the reference target on a free port; it stops when the sender is dropped.
#[cfg(feature = "reference")]
pub(super) async fn start() -> Result<(Url, oneshot::Sender<()>), CliError> {
    use std::net::Ipv4Addr;

    use crate::reference::{self, Store};

    let failed = |error| CliError::system("cannot start the reference target", error);
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let store = Store::in_memory()?;
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(reference::serve(listener, store, async {
        let _ = stopped.await;
    }));
    let url = Url::parse(&format!("http://{address}"));
    Ok((url.map_err(|error| CliError::system("cannot name the reference target", error))?, stop))
}

/// A build without the reference target has nothing to start.
#[cfg(not(feature = "reference"))]
pub(super) async fn start() -> Result<(Url, oneshot::Sender<()>), CliError> {
    Err(CliError::usage(
        "there is no target: conform was built without the reference target",
        "name your server with --target URL, or build with the feature `reference`",
    ))
}
