//! `conform serve`: runs the reference target until it is interrupted.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use tokio::net::TcpListener;

use super::providers::PROVIDERS;
use super::{CliError, Exit};
use crate::reference::{self, Store};

/// What `conform serve` is told.
#[derive(Args, Debug)]
pub(super) struct ServeArgs {
    /// The address to listen on; port 0 is any free port
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: String,
    /// Keep messages in this SQLite file across restarts; they are kept in memory by default
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
}

/// Serves until SIGINT or SIGTERM.
pub(super) fn run(args: &ServeArgs) -> Result<Exit, CliError> {
    let store = match &args.database {
        Some(path) => Store::open(path)?,
        None => Store::in_memory()?,
    };
    let runtime =
        tokio::runtime::Runtime::new().map_err(|error| CliError::system("cannot start the async runtime", error))?;
    runtime.block_on(async {
        let failed = |error: std::io::Error| CliError::System {
            doing: format!("cannot listen on {}", args.listen),
            reason: error.to_string(),
            help: Some(
                "give --listen a host and port of this machine, for example 127.0.0.1:0 for any free port".into(),
            ),
        };
        let listener = TcpListener::bind(&args.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        announce(&address.to_string());
        reference::serve(listener, store, interrupted())
            .await
            .map_err(|error| CliError::system("the reference target stopped", error))?;
        Ok(Exit::Conforms)
    })
}

/// Says where the target is. A caller that reads no more of it is no reason to stop.
fn announce(address: &str) {
    let names: Vec<_> = PROVIDERS.iter().map(|provider| provider.name).collect();
    let mut stdout = std::io::stdout();
    let _ = writeln!(stdout, "listening on http://{address} ({}); Ctrl-C stops it", names.join(", "));
    let _ = stdout.flush();
}

/// Completes at the first SIGINT or SIGTERM.
async fn interrupted() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
