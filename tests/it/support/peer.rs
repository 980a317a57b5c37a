//! A server in Python that a test runs against.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::command::root;

/// A peer, ended when it goes out of scope.
pub struct Peer {
    process: Child,
    pub url: String,
}

/// A script of `tests/peers`, to be run.
pub fn script(name: &str) -> Command {
    let mut command = Command::new("python3");
    command.arg(root().join("tests/peers").join(name)).env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// Explains why Python does not start.
pub fn needed(error: std::io::Error) -> ! {
    panic!("the peers need Python 3 as `python3`, from your package manager or https://www.python.org: {error}")
}

impl Peer {
    /// Starts a script, with one of its faults.
    pub fn start(name: &str, arguments: &[&str], fault: Option<&str>) -> Self {
        let mut command = script(name);
        command.args(arguments).args(["--port", "0"]);
        command.args(fault.into_iter().flat_map(|fault| ["--fault", fault]));
        Self::of(command, name)
    }

    /// Starts a server that says in its first line where it listens.
    pub fn of(mut command: Command, name: &str) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap_or_else(|error| needed(error));
        let mut line = String::new();
        let output = process.stdout.take().expect("piped");
        BufReader::new(output).read_line(&mut line).expect("the peer speaks");
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap_or_default().to_owned();
        assert!(!url.is_empty(), "{name} does not say where it listens: {line}");
        Self { process, url }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
