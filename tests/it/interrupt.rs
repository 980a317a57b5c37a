//! A run that a person ends before it is done.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::Value;

use crate::support::{command, report};

const DOCUMENT: &str = "\
openapi: 3.0.3
info: {title: Notes, version: '1'}
paths:
  /notes:
    get:
      operationId: listNotes
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
      responses:
        '200':
          description: notes
          content: {application/json: {schema: {type: object}}}
        '400': {description: refused}
";

/// Answers each request with what `reply` makes of its number; nothing at all for `None`.
fn target(reply: impl Fn(usize) -> Option<Vec<u8>> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let reply = Arc::new((std::sync::atomic::AtomicUsize::new(0), reply));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let reply = reply.clone();
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().expect("a handle"));
                while read_request(&mut reader) {
                    let number = reply.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    match (reply.1)(number) {
                        Some(answer) if (&stream).write_all(&answer).is_ok() => {}
                        Some(_) => return,
                        None => std::thread::park(),
                    }
                }
            });
        }
    });
    format!("http://{address}")
}

/// Reads one request; false at the end of the connection.
fn read_request(reader: &mut BufReader<TcpStream>) -> bool {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return false;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line == "\r\n" {
            return std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink()).is_ok();
        }
    }
}

fn json(status: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        .into_bytes()
}

fn conform(folder: &Path, target: &str, arguments: &[&str]) -> Command {
    std::fs::write(folder.join("notes.yaml"), DOCUMENT).expect("written");
    let mut command = command::conform(folder);
    command.args(["--spec", "notes.yaml", "--regressions", "off", "--target", target]);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[cfg(unix)]
#[test]
fn what_was_found_until_a_run_is_interrupted_is_reported() {
    for format in ["json", "text"] {
        let folder = tempfile::tempdir().expect("a folder");
        let (hung, hangs) = std::sync::mpsc::channel();
        let target = target(move |number| {
            if number < 30 {
                return Some(json("500 Internal Server Error", "{}"));
            }
            let _ = hung.send(());
            None
        });
        let child =
            conform(folder.path(), &target, &["--format", format, "--timeout", "60s"]).spawn().expect("it starts");
        hangs.recv_timeout(std::time::Duration::from_secs(60)).expect("the run comes to a halt");
        // The answers that came are judged by then.
        std::thread::sleep(std::time::Duration::from_millis(500));
        let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(sent.expect("kill starts").success());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(130));
        if format == "json" {
            let report = report::read(&output);
            let operation = &report["contracts"][0]["operations"][0];
            assert_eq!((&report["interrupted"], &report["verdict"]), (&Value::Bool(true), &Value::from("unfinished")));
            assert!(
                operation["verdict"].is_null() && operation["findings"][0]["check"] == "server-error",
                "{report:#}"
            );
        } else {
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(text.contains("INTERRUPTED  notes  GET /notes") && text.contains("server-error"), "{text}");
            assert!(text.contains("INTERRUPTED  operations: 0 passed"), "{text}");
        }
    }
}
