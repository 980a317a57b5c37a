//! Runs the binary without whatever the tester's own environment says.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The binary under test: the one that `CONFORM_BINARY` names, else the one that Cargo has built for these tests.
///
/// An optimised one takes a tenth of the time.
pub fn binary() -> PathBuf {
    match std::env::var_os("CONFORM_BINARY") {
        // Tests run it in folders of their own.
        Some(path) => root().join(path),
        None => PathBuf::from(env!("CARGO_BIN_EXE_conform")),
    }
}

/// How the binary ended.
pub struct Ended {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The binary, to be run in `folder`.
pub fn conform(folder: &Path) -> Command {
    without_environment(Command::new(binary()), folder)
}

/// A command that runs the binary, with nothing of the tester's environment that the binary reads.
pub fn without_environment(mut command: Command, folder: &Path) -> Command {
    command.current_dir(folder).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let prefixes = ["CONFORM_", "ASAPP_", "ADA_", "TELNYX_", "RESPONDENT_", "EXAMPLE_AI_", "CLICOLOR", "GITHUB_"];
        if prefixes.iter().any(|prefix| name.starts_with(prefix))
            || name == "NO_COLOR"
            || name == "CI"
            || name.to_ascii_uppercase().ends_with("_PROXY")
        {
            command.env_remove(name);
        }
    }
    command
}

/// Runs it to its end.
pub fn run(folder: &Path, arguments: &[&str]) -> Ended {
    ended(conform(folder).args(arguments))
}

/// Runs a command to its end.
pub fn ended(command: &mut Command) -> Ended {
    let output = command.output().expect("the binary starts");
    Ended {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8 on stdout"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8 on stderr"),
    }
}

/// Runs the binary while this runtime serves its target.
pub async fn run_beside(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = conform(folder);
    command.args(arguments);
    tokio::task::spawn_blocking(move || command.output().expect("the binary starts")).await.expect("no panic")
}

/// A folder with these files.
pub fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).expect(name);
    }
    folder
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
        (r#""latency": \[[^\]]*\]"#, r#""latency": []"#),
        (r#""started_at": "[^"]*""#, r#""started_at": """#),
        (r"(?m) +$", ""),
    ];
    replaced.iter().fold(text.to_owned(), |text, (pattern, with)| {
        regex::Regex::new(pattern).expect("a pattern").replace_all(&text, *with).into_owned()
    })
}
