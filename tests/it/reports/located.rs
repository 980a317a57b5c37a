//! The formats that point at lines of the document.

use serde_json::{Value, json};

use super::{DOCUMENT, MINIMUM, careful, careless, run};
use crate::support::command::{conform, ended, folder_with};
use crate::support::served::serve_all;

/// Whether a line of the document is that of the `type` or the `minimum` of the parameter.
fn is_of_limit(line: &Value) -> bool {
    line.as_u64().is_some_and(|line| (MINIMUM as u64 - 1..=MINIMUM as u64).contains(&line))
}

#[tokio::test]
async fn sarif_has_a_result_a_root_cause() {
    let told = run(careless, &["--report", "sarif=report.sarif", "--report", "json=report.json"]).await;
    let log = told.json("report.sarif");
    assert_eq!((&log["version"], log["runs"].as_array().map(Vec::len)), (&json!("2.1.0"), Some(1)));
    let run = &log["runs"][0];
    let results = run["results"].as_array().expect("results");
    let causes = told.json("report.json")["contracts"][0]["root_causes"].as_array().cloned().expect("causes");
    let of = |values: Vec<&Value>| values.into_iter().map(Value::to_string).collect::<Vec<_>>();
    assert_eq!(
        of(results.iter().map(|result| &result["partialFingerprints"]["conform/v1"]).collect()),
        of(causes.iter().map(|cause| &cause["fingerprint"]).collect()),
    );
    let invalid = results.iter().find(|result| result["ruleId"] == "accepted-invalid").expect("the rule is broken");
    let location = &invalid["locations"][0];
    let physical = &location["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "api.yaml");
    assert!(is_of_limit(&physical["region"]["startLine"]), "{invalid}");
    assert_eq!(location["logicalLocations"][0]["fullyQualifiedName"], "GET /notes");
    assert_eq!(invalid["level"], "error");
    let index = invalid["ruleIndex"].as_u64().expect("an index") as usize;
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "accepted-invalid");
}

#[tokio::test]
async fn a_server_that_keeps_the_document_has_no_result() {
    let told = run(careful, &["--report", "sarif=report.sarif", "--report", "gitlab=quality.json"]).await;
    assert_eq!(told.status, Some(0), "{}", told.stdout);
    assert_eq!(told.json("report.sarif")["runs"][0]["results"], json!([]));
    assert_eq!(told.json("quality.json"), json!([]));
}

#[tokio::test]
async fn gitlab_has_an_issue_a_root_cause() {
    let told = run(careless, &["--report", "gitlab=quality.json"]).await;
    let issues = told.json("quality.json");
    let issues = issues.as_array().expect("a list");
    let mut fingerprints: Vec<String> = issues.iter().map(|issue| issue["fingerprint"].to_string()).collect();
    fingerprints.sort();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), issues.len(), "GitLab takes equal ones for one");
    let invalid = issues.iter().find(|issue| issue["check_name"] == "accepted-invalid").expect("the rule is broken");
    assert_eq!((&invalid["severity"], &invalid["location"]["path"]), (&json!("major"), &json!("api.yaml")));
    assert!(is_of_limit(&invalid["location"]["lines"]["begin"]), "{invalid}");
    assert!(invalid["description"].as_str().is_some_and(|text| text.starts_with("GET /notes: ")), "{invalid}");
}

#[tokio::test]
async fn github_gets_annotations_among_the_lines_for_people() {
    let told = run(careless, &["--report", "github"]).await;
    assert!(told.stdout.lines().any(|line| line.starts_with("FAIL")), "{}", told.stdout);
    let (shown, commands) = guarded(&told.stdout);
    assert!(shown.contains("::error::x"), "the target's own words are shown, and are no command: {shown}");
    let commands: Vec<&str> = commands.lines().collect();
    assert!(commands.iter().all(|line| line.starts_with("::")), "{commands:?}");
    let invalid = commands.iter().find(|line| line.contains("title=accepted-invalid")).expect("the rule is broken");
    let rest = invalid.strip_prefix("::error file=api.yaml,line=").expect("an error in the document");
    let line: u64 = rest.split(',').next().expect("a line").parse().expect("a number");
    assert!(is_of_limit(&json!(line)), "{invalid}");
    assert!(invalid.contains("%0Ain: GET /notes"), "{invalid}");
    let quiet = run(careful, &["--report", "github"]).await;
    assert_eq!(guarded(&quiet.stdout).1, "");
    assert_ne!(token(&told.stdout), token(&quiet.stdout), "a target could guess it");
}

/// What ends the lines in which GitHub takes no command.
fn token(stdout: &str) -> &str {
    stdout.lines().find_map(|line| line.strip_prefix("::stop-commands::")).expect("commands are stopped")
}

/// The lines for people, and what follows them.
fn guarded(stdout: &str) -> (&str, &str) {
    stdout.split_once(&format!("\n::{}::\n", token(stdout))).expect("commands are taken again")
}

#[tokio::test]
async fn the_summary_of_a_step_is_added_to_what_is_there() {
    let url = serve_all(careless).await;
    for (report, is_told) in [("github=annotations.txt", true), ("json=report.json", false)] {
        let files = [("api.yaml", DOCUMENT), ("fixtures.yaml", "credentials: {}\n"), ("summary.md", "# Before\n")];
        let folder = folder_with(&files);
        let mut command = conform(folder.path());
        command.args(["--target", &url, "--spec", "api.yaml", "--fixtures", "fixtures.yaml", "--cases", "0"]);
        command.args(["--regressions", "off", "--report", report]).env("GITHUB_STEP_SUMMARY", "summary.md");
        let run = tokio::task::spawn_blocking(move || ended(&mut command)).await.expect("no panic");
        assert_eq!(run.status, Some(1), "{}", run.stderr);
        let summary = std::fs::read_to_string(folder.path().join("summary.md")).expect("a summary");
        assert!(summary.starts_with("# Before\n"), "{summary}");
        assert_eq!(summary.contains("conform: fails"), is_told, "{summary}");
    }
}

#[test]
fn lint_tells_faults_in_sarif_too() {
    let faulty = DOCUMENT.replace("minimum: 1", "minimum: one");
    let folder = folder_with(&[("faulty.yaml", faulty.as_str()), ("sound.yaml", DOCUMENT)]);
    let lint = |file: &str| {
        let run = ended(conform(folder.path()).args(["lint", "--format", "sarif", file]));
        (run.status, serde_json::from_str::<Value>(&run.stdout).expect("JSON")["runs"][0].clone())
    };
    let (status, run) = lint("faulty.yaml");
    assert_eq!(status, Some(1));
    let result = &run["results"][0];
    let region = &result["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], MINIMUM, "{result}");
    let index = result["ruleIndex"].as_u64().expect("an index") as usize;
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    let (status, run) = lint("sound.yaml");
    assert_eq!((status, &run["results"]), (Some(0), &json!([])));
}

#[test]
fn diff_tells_changes_in_sarif_too() {
    let narrowed = DOCUMENT.replace("minimum: 1", "minimum: 2");
    let folder = folder_with(&[("old.yaml", DOCUMENT), ("new.yaml", narrowed.as_str())]);
    let diff = |new: &str| {
        let run = ended(conform(folder.path()).args(["diff", "--format", "sarif", "old.yaml", new]));
        (run.status, serde_json::from_str::<Value>(&run.stdout).expect("JSON")["runs"][0]["results"].clone())
    };
    let (status, results) = diff("new.yaml");
    assert_eq!((status, results.as_array().map(Vec::len)), (Some(1), Some(1)), "{results}");
    assert_eq!(results[0]["level"], "error");
    let physical = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "new.yaml");
    assert!(is_of_limit(&physical["region"]["startLine"]), "{physical}");
    assert_eq!(diff("old.yaml"), (Some(0), json!([])));
}
