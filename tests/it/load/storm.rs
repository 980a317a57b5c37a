//! A target that answers 429 or 503 whatever is sent, or 404.

use std::collections::HashSet;

use super::{DOCUMENT, run, run_by, sound};
use crate::support::scripted::{Scripted, json};

/// The two operations of [`DOCUMENT`], and many more that are like the second.
fn many() -> String {
    let at = DOCUMENT.find("  /status:").expect("an operation");
    let (head, status) = DOCUMENT.split_at(at);
    let of = |index| status.replace("/status", &format!("/status{index}")).replace(": status", &format!(": s{index}"));
    (0..40).fold(head.to_owned(), |text, index| text + &of(index))
}

#[test]
fn a_storm_ends_the_run_after_a_few_operations() {
    let target = Scripted::start(|_| json("429 Too Many Requests", "Retry-After: 0\r\n", "{}"));
    let ran = run_by(&many(), &target.url, &["--cases", "30"]);
    assert_eq!(ran.status, Some(3), "{:#}", ran.report);
    let untestable = ran.report["contracts"][0]["untestable"].as_str().unwrap_or_default();
    assert!(untestable.contains("lets nobody in") && untestable.contains("429 or 503"), "{untestable}");
    let log = target.log();
    let paths: HashSet<&str> = log.iter().map(|(_, line)| line.split(['?', ' ']).nth(1).unwrap_or_default()).collect();
    // Each operation is knocked at once before all others; cases are sent of the first few.
    assert!(log.len() < 300, "{} of {paths:?}", log.len());
}

#[test]
fn what_one_operation_meets_ends_that_operation_alone() {
    let target = Scripted::start(|asked| match asked.line.contains("/notes") {
        true => json("503 Service Unavailable", "", "{}"),
        false => sound(asked),
    });
    let ran = run(&target.url, &["--cases", "30"]);
    let operations = &ran.report["contracts"][0]["operations"];
    let given_up = operations[0]["given_up"].as_str().unwrap_or_default();
    assert!(given_up.contains("429 or 503"), "{:#}", operations[0]);
    assert!(operations[1]["given_up"].is_null() && operations[1]["verdict"] == "conforms", "{:#}", operations[1]);
}

#[test]
fn a_prefix_under_which_nothing_is_ends_the_run_after_a_few_operations() {
    let target = Scripted::start(|_| json("404 Not Found", "", r#"{"detail": "Not Found"}"#));
    let ran = run_by(&many(), &target.url, &["--cases", "30"]);
    assert_eq!(ran.status, Some(3), "{:#}", ran.report);
    let untestable = ran.report["contracts"][0]["untestable"].as_str().unwrap_or_default();
    assert!(untestable.contains("is the path prefix in `--target` the right one?"), "{untestable}");
    assert!(target.log().len() < 100, "{}", target.log().len());
}

#[test]
fn what_is_there_is_tested_however_much_is_not() {
    let target = Scripted::start(|asked| match asked.line.contains("/status7") {
        true => sound(asked),
        false => json("404 Not Found", "", r#"{"detail": "Not Found"}"#),
    });
    let ran = run_by(&many(), &target.url, &["--cases", "30"]);
    assert!(ran.report["contracts"][0]["untestable"].is_null(), "{:#}", ran.report["contracts"][0]["untestable"]);
}
