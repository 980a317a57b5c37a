//! A run that is ended before it is done.

#![cfg(unix)]

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::{Act, DOCUMENT, Scripted};
use crate::support::command::{binary, conform, folder_with, without_environment};
use crate::support::report;
use crate::support::scripted::json;

/// A target that fails ten times, too few to be given up, and then hangs, with what tells of that.
fn failing() -> (Scripted, std::sync::mpsc::Receiver<()>) {
    let (hung, hangs) = std::sync::mpsc::channel();
    let target = Scripted::start(move |asked| match asked.number {
        0..10 => json("500 Internal Server Error", "", "{}"),
        _ => {
            let _ = hung.send(());
            Act::Hang
        }
    });
    (target, hangs)
}

/// Ends a run in the middle with a signal; its report is whole as far as it goes.
fn assert_reported(
    mut command: Command,
    format: &str,
    target: (Scripted, std::sync::mpsc::Receiver<()>),
    end: impl Fn(&Child),
) {
    let (target, hangs) = target;
    command.args(["--spec", "notes.yaml", "--regressions", "off", "--timeout", "60s", "--format", format]);
    command.args(["--target", &target.url]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("it starts");
    hangs.recv_timeout(Duration::from_secs(60)).expect("the run comes to a halt");
    // The answers that came are judged by then.
    std::thread::sleep(Duration::from_millis(500));
    end(&child);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130));
    if format == "json" {
        let report = report::read(&output);
        let operation = &report["contracts"][0]["operations"][0];
        assert_eq!((&report["interrupted"], &report["verdict"]), (&Value::Bool(true), &Value::from("unfinished")));
        assert!(operation["verdict"].is_null() && operation["findings"][0]["check"] == "server-error", "{report:#}");
    } else {
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("INTERRUPTED  notes  GET /notes") && text.contains("server-error"), "{text}");
        assert!(text.contains("INTERRUPTED  operations: 0 passed"), "{text}");
    }
}

pub fn kill(signal: &str, process: u32) {
    let sent = Command::new("kill").args([signal, &process.to_string()]).status();
    assert!(sent.expect("kill starts").success());
}

#[test]
fn what_was_found_until_a_run_is_ended_is_reported_whatever_the_signal() {
    let folder = folder_with(&[("notes.yaml", DOCUMENT)]);
    for (signal, format) in [("-INT", "json"), ("-INT", "text"), ("-TERM", "json"), ("-HUP", "text")] {
        assert_reported(conform(folder.path()), format, failing(), |child| kill(signal, child.id()));
    }
}

/// `timeout` signals the process and then its group, so that one end comes as two signals.
#[test]
fn what_was_found_under_timeout_is_reported() {
    let folder = folder_with(&[("notes.yaml", DOCUMENT)]);
    let mut command = without_environment(Command::new("timeout"), folder.path());
    command.args(["--preserve-status", "6s"]).arg(binary());
    assert_reported(command, "json", failing(), |_| {});
}

/// `nohup` has its commands ignore SIGHUP, and so they must.
#[cfg(target_os = "linux")]
#[test]
fn a_run_that_is_to_outlive_its_terminal_does() {
    let folder = folder_with(&[("notes.yaml", DOCUMENT)]);
    assert_reported(
        {
            let mut command = without_environment(Command::new("nohup"), folder.path());
            command.arg(binary());
            command
        },
        "json",
        failing(),
        |child| {
            kill("-HUP", child.id());
            std::thread::sleep(Duration::from_secs(1));
            kill("-TERM", child.id());
        },
    );
}

/// A run that writes to a file where an earlier report is, ended in the middle; the folder and the report then.
fn report_after(signal: &str) -> (tempfile::TempDir, String) {
    let folder = folder_with(&[("notes.yaml", DOCUMENT), ("report.txt", "an earlier report\n")]);
    std::os::unix::fs::symlink("report.txt", folder.path().join("latest.txt")).expect("a link");
    let (target, hangs) = failing();
    let mut command = conform(folder.path());
    command.args(["--spec", "notes.yaml", "--regressions", "off", "--timeout", "60s", "--output", "latest.txt"]);
    let mut child = command.args(["--target", &target.url]).stderr(Stdio::null()).spawn().expect("it starts");
    hangs.recv_timeout(Duration::from_secs(60)).expect("the run comes to a halt");
    std::thread::sleep(Duration::from_millis(500));
    kill(signal, child.id());
    child.wait().expect("it ends");
    let report = std::fs::read_to_string(folder.path().join("report.txt")).expect("a report");
    (folder, report)
}

#[test]
fn an_earlier_report_stays_until_the_next_is_whole() {
    let (_, report) = report_after("-KILL");
    assert_eq!(report, "an earlier report\n");
    let (folder, report) = report_after("-INT");
    assert!(report.contains("server-error") && report.contains("INTERRUPTED  operations: 0 passed"), "{report}");
    assert!(folder.path().join("latest.txt").is_symlink());
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 3, "a draft is left");
}

const LISTS: &str = "openapi: 3.1.0
info: {title: Lists, version: '1'}
paths:
  /calm:
    get: {operationId: calm, responses: {'200': {description: ok, content: {application/json: {schema: {type: object}}}}}}
  /wrong:
    get: {operationId: wrong, responses: {'200': {description: ok, content: {application/json: {schema: {type: object, required: [name]}}}}}}
";

/// The rules that a run has told of the second list, which was ended by a signal when it hung after so many requests.
fn told_of_lists(answered: usize) -> Vec<Value> {
    let folder = folder_with(&[("lists.yaml", LISTS)]);
    let (hung, hangs) = std::sync::mpsc::channel();
    let target = Scripted::start(move |asked| match asked.number < answered {
        true => json("200 OK", "", "{}"),
        false => {
            let _ = hung.send(());
            Act::Hang
        }
    });
    let mut command = conform(folder.path());
    command.args(["--spec", "lists.yaml", "--regressions", "off", "--timeout", "60s", "--format", "json"]);
    command.args(["--target", &target.url]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("it starts");
    hangs.recv_timeout(Duration::from_secs(60)).expect("the run comes to a halt");
    std::thread::sleep(Duration::from_millis(500));
    kill("-TERM", child.id());
    let report = report::read(&child.wait_with_output().expect("it ends"));
    let operations = report["contracts"][0]["operations"].as_array().cloned().unwrap_or_default();
    let wrong = operations.into_iter().find(|operation| operation["id"] == "wrong").unwrap_or_default();
    let findings = wrong["findings"].as_array().cloned().unwrap_or_default();
    findings.into_iter().map(|finding| finding["check"].clone()).collect()
}

#[test]
fn what_was_found_before_the_operation_had_its_turn_is_reported() {
    assert_eq!(told_of_lists(6), ["response-schema"]);
    assert_eq!(told_of_lists(3), [Value::Null; 0], "it was not asked");
}
