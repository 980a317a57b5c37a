//! The main job from the outside: the reference target against the five contracts.

use serde_json::Value;

use crate::support::command::{normalised, root, run};

#[test]
fn the_reference_target_keeps_all_five_contracts() {
    let ended = run(root(), &["--cases", "20"]);
    assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
    let passed = ended.stdout.lines().filter(|line| line.starts_with("PASS      ")).count();
    assert_eq!(passed, 5, "{}", ended.stdout);
    assert!(ended.stdout.contains("5 passed, 0 failed, 0 untestable; 0 errors"), "{}", ended.stdout);
    assert!(!ended.stdout.contains('\u{1b}'), "colour without a terminal");
    assert_eq!(ended.stderr, "", "a progress bar without a terminal");
}

#[test]
fn the_binary_needs_no_file_beside_it() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let ended = run(elsewhere.path(), &["--provider", "asapp", "--cases", "0"]);
    assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
}

/// Takes out what a target makes up: times and ids in its answers.
fn without_server_values(mut report: Value) -> Value {
    fn clean(value: &mut Value) {
        match value {
            Value::Object(members) => {
                if let Some(Value::Object(response)) = members.get_mut("response") {
                    response.remove("body");
                    response.remove("headers");
                }
                members.values_mut().for_each(clean);
            }
            Value::Array(items) => items.iter_mut().for_each(clean),
            _ => {}
        }
    }
    clean(&mut report);
    report
}

#[test]
fn the_same_seed_gives_the_same_report() {
    let report = || {
        let ended = run(root(), &["--cases", "20", "--seed", "7", "--format", "json"]);
        assert_eq!(ended.status, Some(0), "{}", ended.stderr);
        without_server_values(serde_json::from_str(&normalised(&ended.stdout)).expect("JSON"))
    };
    let (first, second) = (report(), report());
    assert_eq!(first.to_string(), second.to_string());
    assert_eq!(first["schema_version"], 3);
    assert_eq!(first["seed"], 7);
    assert_eq!(first["verdict"], "conforms");
    assert_eq!(first["contracts"].as_array().map(Vec::len), Some(5));
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
