//! The signals that end a run early: its reports are written all the same.

use std::time::Duration;

#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};

use super::Exit;

/// Signals within this time are one: `timeout` sends its own to the process and to its group.
const ONE_END: Duration = Duration::from_millis(500);

/// Is ready when the run is to end: by Ctrl-C, and on Unix by SIGTERM or a terminal that is gone (SIGHUP) as well.
pub(super) async fn end() {
    next().await;
    // Who asks twice does not want to wait for the report.
    tokio::spawn(async {
        tokio::time::sleep(ONE_END).await;
        quit().await;
    });
}

/// Ends the process at the next signal: the run is being ended already.
pub(super) fn quit_on_next() {
    tokio::spawn(quit());
}

async fn quit() {
    next().await;
    std::process::exit(Exit::Interrupted.status().into());
}

/// Waits until the process is told to end, by SIGTERM or since the terminal is gone; Ctrl-C is somebody else's.
#[cfg(unix)]
pub(super) async fn told_to_end() {
    tokio::select! {
        () = wait(SignalKind::terminate()) => {}
        () = wait(SignalKind::hangup()) => {}
    }
}

/// Waits for the next signal. One that cannot be caught ends the process as it would without us.
#[cfg(unix)]
async fn next() {
    tokio::select! {
        () = wait(SignalKind::interrupt()) => {}
        () = wait(SignalKind::terminate()) => {}
        () = wait(SignalKind::hangup()) => {}
    }
}

#[cfg(unix)]
async fn wait(kind: SignalKind) {
    // `nohup` has it ignored, and to listen would end that.
    let is_ignored = kind == SignalKind::hangup() && is_hangup_ignored();
    match (!is_ignored).then(|| signal(kind).ok()).flatten() {
        Some(mut signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn next() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Whether this process was started with SIGHUP ignored, as far as the system says.
#[cfg(unix)]
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // SIGHUP is the first signal, and so the lowest bit.
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}
