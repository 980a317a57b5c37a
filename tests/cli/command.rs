//! Runs the binary without whatever the tester's own environment says.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

/// How the binary ended.
pub struct Ended {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// The binary, to be run in `folder`.
pub fn conform(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conform"));
    command.current_dir(folder).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let prefixes = ["CONFORM_", "ASAPP_", "ADA_", "TELNYX_", "RESPONDENT_", "EXAMPLE_AI_", "CLICOLOR"];
        if prefixes.iter().any(|prefix| name.starts_with(prefix)) || name == "NO_COLOR" || name == "CI" {
            command.env_remove(name);
        }
    }
    command
}

/// Runs it to its end.
pub fn run(folder: &Path, arguments: &[&str]) -> Ended {
    let output = conform(folder).args(arguments).output().expect("the binary starts");
    Ended {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8 on stdout"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8 on stderr"),
    }
}

/// An address of this machine at which nobody listens.
pub fn refused() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").to_string()
}

/// The text with ports and times as placeholders.
pub fn normalised(text: &str) -> String {
    let replaced = [
        (r"127\.0\.0\.1:\d+", "127.0.0.1:[port]"),
        (r" *\d+\.\d+ s\b", " [time]"),
        (r"\(\d[\d,]*/s\)", "([rate])"),
        (r#""elapsed_ms": \d+"#, r#""elapsed_ms": 0"#),
        (r#""started_at": "[^"]*""#, r#""started_at": """#),
        (r"(?m) +$", ""),
    ];
    replaced.iter().fold(text.to_owned(), |text, (pattern, with)| {
        regex::Regex::new(pattern).expect("a pattern").replace_all(&text, *with).into_owned()
    })
}
