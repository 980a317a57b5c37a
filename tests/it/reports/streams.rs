//! Reports of all that happens, and what GitHub Actions and pipelines ask of a run.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::response::Response;
use serde_json::Value;

use super::{careful, careless, run};
use crate::support::command::{conform, ended, folder_with, root, run as once};
use crate::support::served::Asked;

#[tokio::test]
async fn a_line_an_event_tells_the_run() {
    let told = run(careless, &["--report", "ndjson=events.ndjson", "--report", "json=report.json"]).await;
    let events: Vec<Value> =
        told.read("events.ndjson").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |name: &str| events.iter().filter(|event| event["event"] == name).cloned().collect::<Vec<_>>();
    assert_eq!(events[0]["event"], "contract-started");
    assert_eq!(events[events.len() - 1]["event"], "run-finished");
    let report = told.json("report.json");
    assert_eq!(of("run-finished")[0]["findings"], report["totals"]["findings"]);
    assert_eq!(of("operation-finished").len(), 2);
    let cases: u64 = report["contracts"][0]["operations"]
        .as_array()
        .expect("operations")
        .iter()
        .filter_map(|operation| operation["cases"].as_u64())
        .sum();
    assert_eq!(of("case-judged").len() as u64, cases);
    let found = of("case-judged").iter().any(|event| event["findings"][0]["rule"] == "accepted-invalid");
    assert!(found, "a case shows its finding");
}

static ASKED: AtomicUsize = AtomicUsize::new(0);

/// Keeps the document, and counts.
fn counted(asked: &Asked) -> Response {
    ASKED.fetch_add(1, Ordering::Relaxed);
    careful(asked)
}

#[tokio::test]
async fn har_has_every_exchange_whatever_it_was_for_in_the_order_in_which_they_began() {
    let log = run(counted, &["--report", "har=run.har"]).await.json("run.har")["log"].clone();
    let entries = log["entries"].as_array().expect("entries");
    assert_eq!(entries.len(), ASKED.load(Ordering::Relaxed));
    let began: Vec<&str> = entries.iter().filter_map(|entry| entry["startedDateTime"].as_str()).collect();
    let began: Vec<jiff::Timestamp> = began.iter().map(|text| text.parse().expect("a time")).collect();
    assert!(began.is_sorted());
}

#[tokio::test]
async fn har_has_all_that_its_specification_asks_for() {
    let log = run(careless, &["--report", "har=run.har"]).await.json("run.har")["log"].clone();
    assert_eq!(log["version"], "1.2");
    let entries = log["entries"].as_array().expect("entries");
    assert!(!entries.is_empty());
    let lacks = |value: &Value, names: &[&str]| {
        names.iter().find(|name| value[**name].is_null()).map(|name| format!("no {name} in {value}"))
    };
    let of_both = ["httpVersion", "cookies", "headers", "headersSize", "bodySize"];
    for entry in entries {
        let lacking = lacks(entry, &["startedDateTime", "time", "request", "response", "cache", "timings"])
            .or_else(|| lacks(&entry["request"], &["method", "url", "queryString"]))
            .or_else(|| lacks(&entry["request"], &of_both))
            .or_else(|| lacks(&entry["response"], &["status", "statusText", "content", "redirectURL"]))
            .or_else(|| lacks(&entry["response"], &of_both))
            .or_else(|| lacks(&entry["response"]["content"], &["size", "mimeType"]))
            .or_else(|| lacks(&entry["timings"], &["send", "wait", "receive"]));
        assert_eq!(lacking, None);
    }
    assert!(entries.iter().any(|entry| entry["request"]["queryString"][0]["name"] == "limit"));
    assert!(entries.iter().any(|entry| entry["response"]["status"] == 200));
}

#[tokio::test]
async fn no_credential_is_in_what_is_written_of_exchanges() {
    let reports = ["--report", "har=run.har", "--report", "ndjson=events.ndjson", "--report", "allure=results"];
    let told = run(careless, &[&reports[..], &["--header", "X-Key: s3cret-of-mine"]].concat()).await;
    for file in ["run.har", "events.ndjson"] {
        assert!(!told.read(file).contains("s3cret-of-mine"), "{file}");
    }
    assert!(told.read("run.har").contains("x-key"));
}

#[tokio::test]
async fn allure_gets_a_file_a_test() {
    let told = run(careless, &["--report", "allure=results"]).await;
    let files = std::fs::read_dir(told.folder.path().join("results")).expect("a folder");
    let mut statuses = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file.expect("an entry").path()).expect("a file");
        let test: Value = serde_json::from_str(&text).expect("JSON");
        for name in ["uuid", "historyId", "name", "status", "stage", "start", "stop", "labels"] {
            assert!(!test[name].is_null(), "{name} in {test}");
        }
        statuses.push(test["status"].as_str().expect("a status").to_owned());
    }
    assert!(statuses.iter().any(|status| status == "failed"), "{statuses:?}");
    assert!(statuses.iter().any(|status| status == "skipped"), "nobody is let in at /closed: {statuses:?}");
    let ended = once(root(), &["--provider", "ada", "--report", "allure"]);
    assert_eq!(ended.status, Some(2));
    assert!(ended.stderr.contains("writes a folder of files"), "{}", ended.stderr);
}

/// The five contracts, as far as ada goes, with a variable of GitHub's.
fn at_github(arguments: &[&str], actions: &str) -> (String, String) {
    let folder = folder_with(&[("api.yaml", super::DOCUMENT)]);
    let summary = folder.path().join("summary.md");
    let mut command = conform(folder.path());
    command.env("GITHUB_ACTIONS", actions).env("GITHUB_STEP_SUMMARY", &summary);
    let fixed = ["--provider", "ada", "--cases", "0", "--regressions", "off"];
    let ended = ended(command.args(fixed).args(arguments));
    assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), ""));
    (ended.stdout, std::fs::read_to_string(summary).unwrap_or_default())
}

#[test]
fn at_github_annotations_and_the_summary_come_by_themselves() {
    let (stdout, summary) = at_github(&[], "true");
    assert!(stdout.contains("::stop-commands::") && summary.contains("conform: conforms"), "{stdout}\n{summary}");
    // Elsewhere, and where stdout is for a program, nothing comes.
    let (stdout, summary) = at_github(&[], "");
    assert!(!stdout.contains("::stop-commands::") && summary.is_empty(), "{stdout}\n{summary}");
    let (stdout, summary) = at_github(&["--format", "json"], "true");
    assert!(
        serde_json::from_str::<Value>(&stdout).is_ok() && summary.contains("conform: conforms"),
        "{stdout}\n{summary}"
    );
}

#[tokio::test]
async fn what_was_not_exercised_fails_where_a_limit_says_so() {
    for (limit, status) in [("operations=100", 0), ("clauses=0", 0), ("statuses=100", 0)] {
        let told = run(careful, &["--min-coverage", limit, "--report", "coverage=coverage.json"]).await;
        let coverage = told.json("coverage.json");
        assert_eq!(told.status, Some(status), "{limit}: {coverage}");
    }
    let url = crate::support::served::serve_all(careful).await;
    let folder =
        folder_with(&[("api.yaml", &super::DOCUMENT.replace("'400'", "'409': {description: never}\n        '400'"))]);
    let more = ["api.yaml", "--target", &url, "--regressions", "off", "--cases", "0", "--min-coverage", "statuses=100"];
    let output = crate::support::command::run_beside(folder.path(), &more).await;
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(1));
    assert!(told.contains("of the statuses, and --min-coverage asks for 100 %"), "{told}");
}

#[tokio::test]
async fn the_report_keeps_its_published_schema() {
    let schema = std::fs::read_to_string(root().join("docs/report.schema.json")).expect("the schema");
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).expect("JSON")).expect("a schema");
    for answer in [careful, careless] {
        let report = run(answer, &["--report", "json=report.json"]).await.json("report.json");
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0]);
    }
}
