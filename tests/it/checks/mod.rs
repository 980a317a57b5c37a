//! Each check against a target that breaks its rule and against a near twin that keeps it, by the real binary over a
//! real socket.

mod target;

use futures_util::stream::{self, StreamExt as _};
use serde_json::Value;
use target::{Target, Wire};

use crate::support::command::{folder_with, run_beside};
use crate::support::report;

/// A check, what a target does that breaks it, with the severity that it has, and what its near twin does.
const TABLE: [(&str, &str, &str, &str); 24] = [
    ("no-response", "error", "cuts long answers off", "sends its answers in pieces"),
    ("server-error", "error", "fails on letters beyond ASCII", "is busy for a moment"),
    ("accepted-invalid", "error", "takes a text of any length", "calls what is invalid 422"),
    ("wrong-media-type", "error", "takes JSON under any name", "calls another media type a bad request"),
    ("auth-ignored", "error", "takes any bearer token", "forbids in place of asking who it is"),
    ("missing-resource", "error", "has every room", "forbids what does not exist"),
    ("wrong-method", "error", "takes every method for POST", "says 404 to another method"),
    ("rejected-valid", "error", "takes short texts alone", "knows some texts already"),
    ("idempotence", "error", "shows a room once", "counts its readers"),
    ("wrong-refusal", "error", "says 409 to what is invalid", "calls what is invalid 422"),
    ("undocumented-status", "error", "says 200 in place of 201", "takes notes for later"),
    ("expected-status", "error", "takes notes for later", "knows some texts already"),
    ("media-type", "error", "calls its JSON a page", "adds a profile to its media type"),
    ("not-acceptable", "error", "writes JSON to everybody", "writes text where both will do"),
    ("malformed-body", "error", "forgets the last brace", "writes JSON in lines"),
    ("malformed-body", "error", "says gzip and sends none", "packs its answers with gzip"),
    ("response-headers", "error", "counts below zero", "counts nothing"),
    ("response-schema", "error", "makes ids that are numbers", "adds members"),
    ("error-envelope", "error", "has errors without a code", "adds members"),
    ("false-success", "warning", "takes notes for later and calls it an error", "takes notes for later and says so"),
    ("write-only", "error", "sends secrets back", "says that there is a secret"),
    ("read-only", "warning", "takes the id from the note", "adds members"),
    ("echo", "warning", "trims texts", "adds members"),
    ("leak", "warning", "shows where it failed", "says which line is wrong"),
];

/// The findings that a target gives occasion to, as check and severity.
async fn found(behaviour: &'static str, more: &[&str]) -> Vec<(String, String)> {
    let url = Target::start(behaviour).await;
    run(&url, more).await
}

async fn run(url: &str, more: &[&str]) -> Vec<(String, String)> {
    let folder = folder_with(&[("notes.yaml", target::DOCUMENT), ("fixtures.yaml", target::FIXTURES)]);
    let inputs = ["--target", url, "--spec", "notes.yaml", "--fixtures", "fixtures.yaml"];
    let options = ["--cases", "20", "--max-shrinks", "0", "--regressions", "off", "--format", "json"];
    let output = run_beside(folder.path(), &[&inputs[..], &options, more].concat()).await;
    let string = |finding: &Value, key: &str| finding[key].as_str().expect("a string").to_owned();
    let findings = report::findings(&report::read(&output)).into_iter();
    findings.map(|finding| (string(&finding, "check"), string(&finding, "severity"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_check_fires_for_a_target_that_breaks_it_and_not_for_its_near_twin() {
    let failures: Vec<String> = stream::iter(TABLE)
        .map(async |(check, severity, broken, twin)| {
            let mut failures = Vec::new();
            let told = found(broken, &[]).await;
            if !told.iter().any(|(name, grave)| (name.as_str(), grave.as_str()) == (check, severity)) {
                failures.push(format!("{check}: a target that {broken}: {told:?}"));
            }
            let told = found(twin, &[]).await;
            // What the fixtures say is another matter for a twin that answers otherwise, and rightly.
            let is_fine =
                |(name, grave): &&(String, String)| name != check && (grave != "error" || name == "expected-status");
            if told.iter().filter(is_fine).count() != told.len() {
                failures.push(format!("{check}: the near twin that {twin}: {told:?}"));
            }
            failures
        })
        .buffered(4)
        .concat()
        .await;
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_table_has_every_check() {
    // `slow` and `snapshot` need a limit and a record: see below, and the snapshots beside this. `head-body` is of bytes,
    // and `lost-connection` of what is no answer, beside `load`. `received-invalid` is of what a target sends: see `listen`.
    let others = ["slow", "snapshot", "head-body", "lost-connection", "received-invalid"];
    let mut named: Vec<&str> =
        TABLE.iter().map(|(check, ..)| *check).chain(others).chain(crate::laws::laws()).collect();
    let mut known: Vec<&str> = conform::check::rules().map(|rule| rule.id).collect();
    named.sort_unstable();
    named.dedup();
    known.sort_unstable();
    assert_eq!(named, known);
}

#[tokio::test]
async fn a_sound_target_gives_no_occasion() {
    let told = found("keeps its contract", &["--strict"]).await;
    assert_eq!(told, []);
}

#[tokio::test]
async fn slow_is_what_takes_longer_than_the_limit() {
    let is_slow = |told: Vec<(String, String)>| told.iter().any(|(name, _)| name == "slow");
    assert!(is_slow(found("takes its time", &["--max-response-time", "20ms"]).await));
    assert!(!is_slow(found("takes its time", &["--max-response-time", "20s"]).await));
    assert!(!is_slow(found("takes its time", &[]).await));
}

/// What `Content-Length` says and what comes: more cannot be told from the next response, less is never whole. Nothing comes
/// where HEAD asks, whatever it says.
#[tokio::test]
async fn what_is_wrong_with_the_bytes_is_told() {
    for (wire, checks) in [
        (Wire::Right, &[][..]),
        (Wire::TooShort, &["malformed-body"]),
        (Wire::TooLong, &["no-response"]),
        (Wire::InvalidUtf8, &["malformed-body"]),
        (Wire::BodyToHead, &["head-body"]),
    ] {
        let url = target::raw(wire);
        let told = run(&url, &["--operation", "room", "--timeout", "2s"]).await;
        let mut errors: Vec<&str> =
            told.iter().filter(|(_, grave)| grave == "error").map(|(name, _)| name.as_str()).collect();
        // On valid requests and on odd ones.
        errors.dedup();
        assert_eq!(errors, checks, "{wire:?}: {told:?}");
    }
}
