//! What ends a run before it is done.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::peer::Peer;
use crate::support::command::{Ended, folder_with, run};

fn document() -> String {
    let paths = (0..6).map(|index| {
        format!("  /things{index}: {{get: {{operationId: list{index}, responses: {{'204': {{description: all}}}}}}}}\n")
    });
    format!("openapi: 3.1.0\ninfo: {{title: Things, version: '1'}}\npaths:\n{}", paths.collect::<String>())
}

fn run_against(server: &Peer, more: &[&str]) -> (Ended, Value) {
    let folder = folder_with(&[("things.yaml", &document())]);
    let target = format!("http://127.0.0.1:{}", server.port);
    let options = ["things.yaml", "--target", &target, "--regressions", "off", "--cases", "0", "--format", "json"];
    let ended = run(folder.path(), &[&options[..], more].concat());
    let report = serde_json::from_str(&ended.stdout).unwrap_or_default();
    (ended, report)
}

fn finished(report: &Value) -> usize {
    let operations = report["contracts"][0]["operations"].as_array().cloned().unwrap_or_default();
    operations.iter().filter(|operation| !operation["verdict"].is_null()).count()
}

#[test]
fn a_run_ends_when_its_time_is_over_and_reports_what_was_done() {
    let slow = Peer::start(None, "204 No Content", Duration::from_millis(300));
    let started = Instant::now();
    let (ended, report) = run_against(&slow, &["--max-time", "1s"]);
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    assert_eq!(ended.status, Some(130), "{}", ended.stderr);
    assert!(ended.stderr.contains("--max-time 1s is over"), "{}", ended.stderr);
    assert_eq!(report["interrupted"], true);
    // One that is over before is whole.
    let quick = Peer::start(None, "204 No Content", Duration::ZERO);
    let (ended, report) = run_against(&quick, &["--max-time", "1m"]);
    assert_eq!((ended.status, &report["interrupted"]), (Some(0), &Value::Bool(false)), "{}", ended.stderr);
}

#[test]
fn a_run_ends_when_enough_is_found() {
    let broken = Peer::start(None, "500 Internal Server Error", Duration::from_millis(5));
    let (ended, report) = run_against(&broken, &["--fail-fast"]);
    assert_eq!(ended.status, Some(1), "{}", ended.stderr);
    assert!(ended.stderr.contains("the rest is not tested"), "{}", ended.stderr);
    assert!((1..6).contains(&finished(&report)), "{}", finished(&report));
    // So many are not there.
    let (ended, report) = run_against(&broken, &["--max-findings", "1000"]);
    assert_eq!((ended.status, finished(&report)), (Some(1), 6), "{}", ended.stderr);
    let right = Peer::start(None, "204 No Content", Duration::ZERO);
    assert_eq!(run_against(&right, &["--fail-fast"]).0.status, Some(0));
}

#[test]
fn a_wrong_limit_is_told() {
    let right = Peer::start(None, "204 No Content", Duration::ZERO);
    for (flags, told) in [
        (&["--max-time", "soon"][..], "write a time such as 10s"),
        (&["--max-findings", "0"], "write a whole number from 1 up"),
        (&["--max-findings", "2", "--fail-fast"], "cannot be used with"),
    ] {
        let (ended, _) = run_against(&right, flags);
        assert_eq!(ended.status, Some(2));
        assert!(ended.stderr.contains(told), "{}", ended.stderr);
    }
}
