//! How the process behaves towards those around it: pipes, signals, ports, targets that hang.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::command::{conform, ended, folder_with, refused, root, run};

/// Ends the process when a test ends, however it ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_closed_pipe_is_no_fault() {
    let run = ["--provider", "asapp", "--cases", "0", "--format"];
    for arguments in [vec!["--help"], [&run[..], &["text"]].concat(), [&run[..], &["json"]].concat()] {
        let mut child = Running(
            conform(root())
                .args(&arguments)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the binary starts"),
        );
        drop(child.0.stdout.take());
        let mut stderr = String::new();
        child.0.stderr.take().expect("stderr").read_to_string(&mut stderr).expect("UTF-8");
        let status = child.0.wait().expect("it ends");
        assert_eq!((status.code(), stderr.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_the_run_with_a_message() {
    for format in ["text", "json"] {
        let arguments =
            ["--provider", "asapp", "--cases", "0", "--regressions", "off", "--output", "/dev/full", "--format"];
        let ended = run(root(), &[&arguments[..], &[format]].concat());
        assert_eq!(ended.status, Some(2), "{}", ended.stderr);
        assert!(
            ended.stderr.contains("cannot write the report") && ended.stderr.contains("No space left"),
            "{}",
            ended.stderr
        );
    }
}

const NOTES: &str = "\
openapi: 3.1.0
info: {title: Notes, version: '1'}
paths:
  /notes:
    get: {operationId: list, responses: {'204': {description: all}}}
";
const KEPT: &str = "{contract: notes, operation: list, check: server-error, found: a 500, case: c, intent: valid}";

/// `conform replay` of a kept case, against a target where nobody listens.
fn replay(folder: &Path, case: &str) -> Command {
    let mut command = conform(folder);
    command.args(["replay", case, "--spec", "notes.yaml", "--target", &format!("http://{}", refused())]);
    command
}

#[test]
fn a_replay_against_a_dead_target_is_untestable_also_into_a_closed_pipe() {
    let folder = folder_with(&[("notes.yaml", NOTES), ("kept.yaml", KEPT)]);
    let told = ended(&mut replay(folder.path(), "kept.yaml"));
    assert!(told.status == Some(3) && told.stdout.contains("NOT REACHED  server-error: "), "{}", told.stdout);
    let mut command = replay(folder.path(), "kept.yaml");
    let mut child = Running(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts"));
    drop(child.0.stdout.take());
    let mut stderr = String::new();
    child.0.stderr.take().expect("stderr").read_to_string(&mut stderr).expect("UTF-8");
    assert_eq!((child.0.wait().expect("it ends").code(), stderr.as_str()), (Some(3), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_a_replay_with_a_message() {
    let folder = folder_with(&[("notes.yaml", NOTES), ("kept.yaml", KEPT)]);
    let full = || OpenOptions::new().write(true).open("/dev/full").expect("a device");
    let output = replay(folder.path(), "kept.yaml").stdout(full()).output().expect("the binary starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && told.contains("cannot write the report"), "{told}");
    // Where not even that can be told, the status says it.
    for case in ["kept.yaml", "none.yaml"] {
        let status = replay(folder.path(), case).stdout(full()).stderr(full()).status().expect("the binary starts");
        assert_eq!(status.code(), Some(2), "{case}");
    }
}

#[test]
fn serve_says_where_it_listens_and_answers() {
    let mut child = Running(
        conform(root())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts"),
    );
    let mut line = String::new();
    BufReader::new(child.0.stdout.take().expect("stdout")).read_line(&mut line).expect("a line");
    let address = line.split("http://").nth(1).and_then(|rest| rest.split(' ').next()).expect("an address");
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.write_all(b"GET /v1/messages HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
}

#[test]
fn a_port_that_is_taken_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let ended = run(root(), &["serve", "--listen", &taken.local_addr().expect("an address").to_string()]);
    assert_eq!(ended.status, Some(2));
    assert!(ended.stderr.contains("cannot listen on 127.0.0.1:") && ended.stderr.contains("--listen"));
}

/// Takes connections and never answers.
fn hung_target() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    (listener, url)
}

#[test]
fn a_target_that_hangs_is_untestable_in_bounded_time() {
    let (_listener, url) = hung_target();
    let start = Instant::now();
    let ended = run(root(), &["--target", &url, "--provider", "ada", "--timeout", "300ms"]);
    assert_eq!(ended.status, Some(3), "{}{}", ended.stdout, ended.stderr);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_tells_what_is_known() {
    let (listener, url) = hung_target();
    let child = conform(root())
        .args(["--target", &url, "--provider", "ada", "--timeout", "60s"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut child = Running(child);
    // Once it connects, the run is under way and the signal is listened to.
    listener.set_nonblocking(true).expect("a socket option");
    let start = Instant::now();
    while listener.accept().is_err() {
        assert!(start.elapsed() < Duration::from_secs(30), "it never connected");
        assert!(child.0.try_wait().expect("a status").is_none(), "it ended before it connected");
        std::thread::sleep(Duration::from_millis(20));
    }
    let sent = std::process::Command::new("kill").args(["-INT", &child.0.id().to_string()]).status();
    assert!(sent.expect("kill starts").success());
    let mut stdout = String::new();
    child.0.stdout.take().expect("stdout").read_to_string(&mut stdout).expect("UTF-8");
    assert_eq!(child.0.wait().expect("it ends").code(), Some(130), "{stdout}");
    assert!(stdout.contains("INTERRUPTED  ada  POST") && stdout.contains("1 not finished"), "{stdout}");
}
