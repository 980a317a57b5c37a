//! How the process behaves towards those around it: pipes, signals, ports, targets that hang.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::command::{conform, root, run};

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
