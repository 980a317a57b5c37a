//! Servers in another language, written from the providers' documents alone: correct ones must pass clean,
//! ones with a single fault must fail for the right reason.

#[path = "peers/process.rs"]
mod process;

use std::process::Command;

use process::Peer;
use serde_json::Value;

fn start(provider: &str, fault: Option<&str>) -> Option<Peer> {
    Peer::start("peer.py", &["--provider", provider], fault)
}

impl Peer {
    fn report(&self, provider: &str, seed: u64, cases: usize) -> (Option<i32>, Value) {
        let (seed, cases) = (seed.to_string(), cases.to_string());
        let output = Command::new(env!("CARGO_BIN_EXE_conform"))
            .args([
                "--provider",
                provider,
                "--target",
                &self.url,
                "--format",
                "json",
                "--seed",
                &seed,
                "--cases",
                &cases,
            ])
            .args(["--regressions", "off"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("conform runs");
        let report = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
        (output.status.code(), report)
    }
}

/// The errors of a report: check, keyword and pointer of each.
fn errors(report: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let mut errors = Vec::new();
    for contract in report["contracts"].as_array().into_iter().flatten() {
        for operation in contract["operations"].as_array().into_iter().flatten() {
            for finding in operation["findings"].as_array().into_iter().flatten() {
                if finding["severity"] == "error" {
                    let clause = &finding["clause"];
                    errors.push((text(&finding["check"]), text(&clause["keyword"]), text(&clause["pointer"])));
                }
            }
        }
    }
    errors
}

fn passes_clean(provider: &str, seeds: std::ops::Range<u64>, cases: usize) {
    let Some(peer) = start(provider, None) else { return };
    for seed in seeds {
        let (status, report) = peer.report(provider, seed, cases);
        assert_eq!((status, errors(&report)), (Some(0), Vec::new()), "{provider} with seed {seed}");
    }
}

#[test]
fn a_correct_server_passes_clean() {
    for provider in ["telnyx", "asapp", "ada", "respondent", "example-ai"] {
        passes_clean(provider, 0..2, 200);
    }
}

#[test]
#[ignore = "long: run with --release"]
fn a_correct_server_passes_clean_with_many_seeds() {
    for provider in ["telnyx", "asapp", "ada", "respondent", "example-ai"] {
        passes_clean(provider, 0..20, 1000);
    }
}

/// Provider, fault, and the finding that must name it: check, keyword, end of the pointer.
const FAULTS: [(&str, &str, &str, &str, &str); 12] = [
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
    ("telnyx", "sent-at-fraction-500", "server-error", "format", "/properties/sent_at/format"),
    ("ada", "size-one-megabyte", "rejected-valid", "x-max-request-size", "/x-max-request-size"),
];

#[test]
fn a_single_fault_is_found_and_named() {
    for (provider, fault, check, keyword, pointer) in FAULTS {
        let Some(peer) = start(provider, Some(fault)) else { return };
        let (status, report) = peer.report(provider, 0, 100);
        let errors = errors(&report);
        assert_eq!(status, Some(1), "{provider} {fault}");
        let named = errors.iter().any(|error| error.0 == check && error.1 == keyword && error.2.ends_with(pointer));
        assert!(named, "{provider} {fault}: {errors:#?}");
    }
}

#[test]
fn a_finding_is_made_small_and_told_once() {
    let Some(peer) = start("asapp", Some("emoji-500")) else { return };
    let (_, report) = peer.report("asapp", 3, 200);
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
#[ignore = "long: run with --release"]
fn every_fault_of_the_peers_is_found() {
    for provider in ["telnyx", "asapp", "ada", "respondent", "example-ai"] {
        let listed = Command::new("python3")
            .args(["tests/peers/peer.py", "--provider", provider, "--list-faults"])
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .expect("python3 runs");
        let faults: Value = serde_json::from_slice(&listed.stdout).expect("a table");
        let survivors: Vec<&String> = faults
            .as_object()
            .expect("a table")
            .keys()
            .filter(|fault| {
                let peer = start(provider, Some(fault)).expect("python3 runs");
                peer.report(provider, 0, 100).0 != Some(1)
            })
            .collect();
        assert!(survivors.is_empty(), "{provider}: {survivors:?}");
    }
}
