//! The main job from the outside: the reference target against the five contracts.

use std::path::Path;

use serde_json::Value;

use crate::command::{normalised, run};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_reference_target_keeps_all_five_contracts() {
    let ended = run(root(), &["--cases", "20"]);
    assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
    let passed = ended.stdout.lines().filter(|line| line.starts_with("PASS      ")).count();
    assert_eq!(passed, 5, "{}", ended.stdout);
    assert!(ended.stdout.contains("5 passed, 0 failed, 0 untestable; 0 findings"), "{}", ended.stdout);
    assert!(!ended.stdout.contains('\u{1b}'), "colour without a terminal");
    assert_eq!(ended.stderr, "", "a progress bar without a terminal");
}

#[test]
fn the_binary_needs_no_file_beside_it() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let ended = run(elsewhere.path(), &["--provider", "asapp", "--cases", "0"]);
    assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
}

#[test]
fn the_same_seed_gives_the_same_report() {
    let report = || {
        let ended = run(root(), &["--cases", "20", "--seed", "7", "--format", "json"]);
        assert_eq!(ended.status, Some(0), "{}", ended.stderr);
        normalised(&ended.stdout)
    };
    let (first, second) = (report(), report());
    assert_eq!(first, second);
    let report: Value = serde_json::from_str(&first).expect("JSON");
    assert_eq!(
        (&report["schema_version"], &report["seed"], &report["verdict"]),
        (&1.into(), &7.into(), &"conforms".into())
    );
    assert_eq!(report["contracts"].as_array().map(Vec::len), Some(5));
}

#[test]
fn a_report_goes_to_the_file_that_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let ended =
        run(folder.path(), &["--provider", "ada", "--cases", "0", "--format", "json", "--output", "report.json"]);
    assert_eq!((ended.status, ended.stdout.as_str()), (Some(0), ""));
    let text = std::fs::read(folder.path().join("report.json")).expect("a report");
    let report: Value = serde_json::from_slice(&text).expect("JSON");
    assert_eq!(report["contracts"][0]["name"], "ada");
}
