//! A command whose output is a credential.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::answer::TokenAnswer;
use super::trouble::Trouble;

/// In bytes; what is longer is no credential.
const LONGEST: u64 = 64 << 10;

/// Runs it for as long as a response may take, or ten seconds.
pub(super) async fn run(command: &[String], timeout: Duration) -> Result<TokenAnswer, Trouble> {
    let command = command.to_vec();
    let time = timeout.max(Duration::from_secs(10));
    let done = tokio::task::spawn_blocking(move || output(&command, time)).await;
    done.unwrap_or_else(|_| Err(Trouble::ours("the command that obtains the credential was given up", "run it again")))
}

fn output(command: &[String], time: Duration) -> Result<TokenAnswer, Trouble> {
    let (program, arguments) = command.split_first().ok_or_else(|| Trouble::ours("no command is named", "name one"))?;
    let help = "run it in a shell: it is to write the credential alone to stdout, and to end with status 0";
    let wrong = |what: String| Trouble::ours(format!("the command `{program}` {what}"), help);
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| wrong(format!("cannot be run: {error}")))?;
    let stdout = child.stdout.take();
    // A child of its own may keep its output open for ever.
    let (read, written) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let is_read = stdout.is_some_and(|stdout| stdout.take(LONGEST).read_to_end(&mut bytes).is_ok());
        // Nobody may wait for it any more.
        let _ = read.send(is_read.then_some(bytes));
    });
    let started = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if started.elapsed() < time => std::thread::sleep(Duration::from_millis(20)),
            _ => {
                // It may have ended in this very moment.
                let _ = child.kill();
                let _ = child.wait();
                return Err(wrong(format!("did not end within {time:?}")));
            }
        }
    };
    if !status.success() {
        return Err(wrong(format!("failed ({status})")));
    }
    let Ok(bytes) = written.recv_timeout(time.saturating_sub(started.elapsed())) else {
        return Err(wrong(format!("did not close its output within {time:?}")));
    };
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let token = text.map(|text| text.trim_end_matches(['\r', '\n']).to_owned());
    match token {
        Some(token) if !token.is_empty() && !token.contains(char::is_control) => Ok(TokenAnswer::alone(token)),
        _ => Err(wrong("wrote no single line of text".to_owned())),
    }
}
