//! The modes of the terminal, which the wait for a key changes: a signal leaves them as they were.

#[cfg(unix)]
use std::process::{Command, Stdio};

#[cfg(unix)]
use super::{Exit, signals};

/// How long the modes take at most.
#[cfg(unix)]
const LONGEST: std::time::Duration = std::time::Duration::from_secs(1);

/// Has the process put the modes of its terminal back where it is told to end, from now on.
#[cfg(unix)]
pub(super) fn keep() {
    let Some(modes) = stty(&["-g"]) else { return };
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    std::thread::spawn(move || {
        runtime.block_on(signals::told_to_end());
        // What fails here fails for a terminal that is gone; who is in the background and stopped by it does not wait for it.
        let (told, done) = std::sync::mpsc::channel();
        std::thread::spawn(move || told.send(stty(&[modes.trim()])));
        let _ = done.recv_timeout(LONGEST);
        std::process::exit(Exit::Interrupted.status().into());
    });
}

/// Nothing here ends a process so that it could.
#[cfg(not(unix))]
pub(super) fn keep() {}

/// What the program says of the terminal that is read; `None` where it fails or is not there.
#[cfg(unix)]
fn stty(arguments: &[&str]) -> Option<String> {
    let output = Command::new("stty").args(arguments).stdin(Stdio::inherit()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
