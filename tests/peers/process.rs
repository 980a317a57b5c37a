//! A server in Python that a test runs against.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A peer, ended when it goes out of scope.
pub struct Peer {
    process: Child,
    pub url: String,
}

impl Peer {
    /// Starts a script of this folder; `None` where there is no Python to run it, which only a continuous integration
    /// forbids.
    pub fn start(script: &str, arguments: &[&str], fault: Option<&str>) -> Option<Self> {
        let mut command = Command::new("python3");
        command.arg(format!("tests/peers/{script}")).args(arguments).args(["--port", "0"]);
        command.env("PYTHONDONTWRITEBYTECODE", "1").stdout(Stdio::piped());
        command.args(fault.into_iter().flat_map(|fault| ["--fault", fault]));
        let Ok(mut process) = command.spawn() else {
            assert!(std::env::var_os("CI").is_none(), "python3 is needed to run the peers");
            eprintln!("skipped: there is no python3 to run the peers");
            return None;
        };
        let mut line = String::new();
        let output = process.stdout.take().expect("piped");
        BufReader::new(output).read_line(&mut line).expect("the peer speaks");
        let url = line.trim().rsplit(' ').next().expect("an address").to_owned();
        Some(Self { process, url })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
