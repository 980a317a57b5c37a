//! Servers in another language, written from the providers' documents alone: correct ones must pass clean,
//! ones with a single fault must fail for the right reason.

use serde_json::Value;

use crate::support::PROVIDERS;
use crate::support::command::{conform, root};
use crate::support::peer::{Peer, needed, script};
use crate::support::report::{self, errors};

fn start(provider: &str, fault: Option<&str>) -> Peer {
    Peer::start("peer.py", &["--provider", provider], fault)
}

/// The exit status and the report of a run against a peer.
fn run(peer: &Peer, provider: &str, seed: u64, cases: usize) -> (Option<i32>, Value) {
    run_with(peer, provider, seed, cases, &[])
}

fn run_with(peer: &Peer, provider: &str, seed: u64, cases: usize, options: &[&str]) -> (Option<i32>, Value) {
    let output = conform(root())
        .args(["--provider", provider, "--target", &peer.url, "--format", "json", "--regressions", "off"])
        .args(["--seed", &seed.to_string(), "--cases", &cases.to_string()])
        .args(options)
        .output()
        .expect("the binary starts");
    (output.status.code(), report::read(&output))
}

fn passes_clean(provider: &str, seeds: std::ops::Range<u64>, cases: usize) {
    let peer = start(provider, None);
    for seed in seeds {
        let (status, report) = run(&peer, provider, seed, cases);
        assert_eq!((status, errors(&report)), (Some(0), Vec::new()), "{provider} with seed {seed}");
    }
}

#[test]
fn a_correct_server_passes_clean() {
    for provider in PROVIDERS {
        passes_clean(provider, 0..2, 200);
    }
}

#[test]
#[ignore = "long: takes an optimised binary"]
fn a_correct_server_passes_clean_with_many_seeds() {
    for provider in PROVIDERS {
        passes_clean(provider, 0..20, 1000);
    }
}

/// Provider, fault, and the finding that must name it: check, keyword, end of the pointer.
const FAULTS: [(&str, &str, &str, &str, &str); 13] = [
    ("asapp", "missing-text-accepted", "accepted-invalid", "required", "/schema/required/0"),
    ("asapp", "role-enum-ignored", "accepted-invalid", "enum", "/properties/role/enum"),
    ("asapp", "envelope-without-request-id", "error-envelope", "required", "/properties/error/required/0"),
    ("asapp", "api-secret-ignored", "auth-ignored", "security", "/security/0/API-Secret"),
    ("asapp", "emoji-500", "server-error", "type", "/properties/text/type"),
    ("asapp", "path-lower-case-accepted", "accepted-invalid", "pattern", "/parameters/0/schema/pattern"),
    ("respondent", "status-200", "undocumented-status", "responses", "/post/responses"),
    ("respondent", "secret-ignored", "auth-ignored", "security", "/parameters/1"),
    ("example-ai", "missing-text-accepted", "accepted-invalid", "required", "/SendMessagePayload/required/2"),
    ("example-ai", "error-without-status", "error-envelope", "required", "/ErrorResponse/required/0"),
    ("telnyx", "metadata-negative-rejected", "rejected-valid", "type", "/additionalProperties/anyOf/1/type"),
    ("telnyx", "sent-at-fraction-500", "server-error", "format", "/properties/sent_at/format"),
    ("ada", "size-one-megabyte", "rejected-valid", "x-max-request-size", "/x-max-request-size"),
];

#[test]
fn a_single_fault_is_found_and_named() {
    for (provider, fault, check, keyword, pointer) in FAULTS {
        let peer = start(provider, Some(fault));
        let (status, report) = run(&peer, provider, 0, 100);
        let errors = errors(&report);
        assert_eq!(status, Some(1), "{provider} {fault}");
        let named = errors.iter().any(|error| error[0] == check && error[1] == keyword && error[2].ends_with(pointer));
        assert!(named, "{provider} {fault}: {errors:#?}");
    }
}

#[test]
fn a_finding_is_made_small_and_told_once() {
    let peer = start("asapp", Some("emoji-500"));
    let (_, report) = run(&peer, "asapp", 3, 200);
    assert_eq!(errors(&report).len(), 1, "{:#?}", errors(&report));
    let finding = &report["contracts"][0]["operations"][0]["findings"][0];
    let body = &finding["request"]["body"];
    let body: Value = body["json"].as_object().map_or_else(
        || serde_json::from_str(body["text"].as_str().expect("a text")).expect("JSON"),
        |members| Value::Object(members.clone()),
    );
    assert_eq!(body.as_object().map(|members| members.len()), Some(3), "only what is required: {body}");
    assert_eq!(body["text"].as_str().map(|text| text.chars().count()), Some(1), "{body}");
}

#[test]
#[ignore = "long: takes an optimised binary"]
fn every_fault_of_the_peers_is_found() {
    for provider in PROVIDERS {
        let listed = script("peer.py").args(["--provider", provider, "--list-faults"]).output();
        let listed = listed.unwrap_or_else(|error| needed(error));
        let faults: Value = serde_json::from_slice(&listed.stdout).expect("a table");
        let survivors: Vec<&String> = faults
            .as_object()
            .expect("a table")
            .iter()
            .filter(|(name, fault)| {
                let peer = start(provider, Some(name));
                // A method that acts is tried only where the user lets it act.
                let options: &[&str] = if fault["clause"] == "method" { &["--destructive"] } else { &[] };
                let (status, _) = run_with(&peer, provider, 0, 100, options);
                status != Some(1)
            })
            .map(|(name, _)| name)
            .collect();
        assert!(survivors.is_empty(), "{provider}: {survivors:?}");
    }
}
