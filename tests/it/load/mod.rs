//! A target that does not keep up with the run, and one that fails whatever the load: by the real binary over real
//! sockets.

mod death;
mod deletions;
mod failing;
mod left_behind;
mod signals;
mod silence;
mod storm;

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::command::{conform, folder_with};
use crate::support::report;
use crate::support::scripted::{Act, Asked, Scripted, json};

/// Two operations, of which the first knows valid and invalid limits.
pub const DOCUMENT: &str = "\
openapi: 3.0.3
info: {title: Notes, version: '1'}
paths:
  /notes:
    get:
      operationId: listNotes
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
      responses:
        '200': {description: notes, content: {application/json: {schema: {type: object}}}}
        '400': {description: refused}
        '405': {description: refused}
  /status:
    get:
      operationId: status
      parameters:
        - {name: level, in: query, schema: {type: integer, minimum: 1, maximum: 5}}
      responses:
        '200': {description: fine, content: {application/json: {schema: {type: object}}}}
        '400': {description: refused}
        '405': {description: refused}
";

/// What a sound server says to a request.
pub fn sound(asked: &Asked) -> Act {
    let (method, target) = asked.line.split_once(' ').unwrap_or_default();
    if method != "GET" {
        return json("405 Method Not Allowed", "Allow: GET\r\n", "{}");
    }
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let most = if target.starts_with("/notes") { 100 } else { 5 };
    let is_fine = |pair: &str| {
        let Some((name, value)) = pair.split_once('=') else { return pair.is_empty() };
        !matches!(name, "limit" | "level") || value.parse().is_ok_and(|value: i64| (1..=most).contains(&value))
    };
    match query.split('&').all(is_fine) {
        true => json("200 OK", "", "{}"),
        false => json("400 Bad Request", "", "{}"),
    }
}

/// A run: its exit status, its report, its findings as check and message, and how long it took.
pub struct Ran {
    pub status: Option<i32>,
    pub report: Value,
    pub findings: Vec<(String, String)>,
    pub elapsed: Duration,
}

pub fn run(url: &str, more: &[&str]) -> Ran {
    run_by(DOCUMENT, url, more)
}

fn run_by(document: &str, url: &str, more: &[&str]) -> Ran {
    let folder = folder_with(&[("notes.yaml", document)]);
    let mut options = vec!["--spec", "notes.yaml", "--regressions", "off", "--format", "json"];
    if !more.contains(&"--max-shrinks") {
        options.extend(["--max-shrinks", "0"]);
    }
    let started = Instant::now();
    let output = conform(folder.path()).args(options).args(["--target", url]).args(more).output().expect("it starts");
    let elapsed = started.elapsed();
    let report = report::read(&output);
    let string = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report::findings(&report);
    let findings = findings.iter().map(|finding| (string(&finding["check"]), string(&finding["message"]))).collect();
    Ran { status: output.status.code(), report, findings, elapsed }
}

/// What comes of each request that a server does not keep up with.
type Overload = fn() -> Act;

const CASES: [&str; 2] = ["--cases", "30"];

#[test]
fn what_only_the_load_brings_about_is_no_finding() {
    let overloaded: [(&str, Overload); 4] = [
        ("503", || json("503 Service Unavailable", "Retry-After: 0\r\n", "{}")),
        ("429", || json("429 Too Many Requests", "", "{}")),
        ("hangs up", || Act::HangUp),
        ("hangs", || Act::Hang),
    ];
    for (name, act) in overloaded {
        let target = Scripted::start(move |asked| if asked.in_flight > 1 { act() } else { sound(asked) });
        let ran = run(&target.url, &[&CASES[..], &["--timeout", "700ms", "--concurrency", "4"]].concat());
        assert_eq!((ran.status, &*ran.findings), (Some(0), &[][..]), "{name}: {:#}", ran.report);
        assert!(target.most_in_flight() > 1, "{name}");
    }
}

#[test]
fn what_happens_alone_too_is_a_finding_that_says_so() {
    let broken: [(&str, &str, Overload); 3] = [
        ("503", "server-error", || json("503 Service Unavailable", "", "{}")),
        ("hangs up", "no-response", || Act::HangUp),
        ("hangs", "no-response", || Act::Hang),
    ];
    for (name, check, act) in broken {
        let target = Scripted::slow(Duration::from_millis(20), move |asked| match asked.line.ends_with("limit=100") {
            true => act(),
            false => sound(asked),
        });
        let ran = run(&target.url, &["--cases", "0", "--timeout", "700ms"]);
        assert_eq!(ran.status, Some(1), "{name}");
        let [(found, message)] = &*ran.findings else { panic!("{name}: {:?}", ran.findings) };
        assert_eq!(found, check, "{name}");
        assert!(message.contains("also when it was the only request in flight"), "{name}: {message}");
    }
}

#[test]
fn an_undocumented_429_that_stays_is_a_warning() {
    let target = Scripted::start(|asked| match asked.line.ends_with("limit=100") {
        true => json("429 Too Many Requests", "", "{}"),
        false => sound(asked),
    });
    let ran = run(&target.url, &["--cases", "0"]);
    assert_eq!(ran.status, Some(0), "{:?}", ran.findings);
    assert_eq!(ran.findings.iter().map(|(check, _)| check.as_str()).collect::<Vec<_>>(), ["undocumented-status"]);
}

#[test]
fn retry_after_is_honoured_and_nothing_else_is_sent_meanwhile() {
    let target = Scripted::start(|asked| match asked.number {
        20 => json("429 Too Many Requests", "Retry-After: 1\r\n", "{}"),
        _ => sound(asked),
    });
    let ran = run(&target.url, &CASES);
    assert_eq!((ran.status, &*ran.findings), (Some(0), &[][..]));
    let log = target.log();
    let gaps = log.windows(2).filter(|pair| pair[1].0 - pair[0].0 > Duration::from_millis(900));
    assert_eq!(gaps.count(), 1);
}

#[test]
fn the_number_in_flight_grows_to_the_ceiling_and_no_further() {
    let slowly = || Scripted::slow(Duration::from_millis(20), sound);
    for (more, most) in [(&[][..], 8), (&["--concurrency", "3"], 3), (&["--concurrency", "1"], 1)] {
        let target = slowly();
        let ran = run(&target.url, &[&CASES[..], more].concat());
        assert_eq!((ran.status, target.most_in_flight()), (Some(0), most));
    }
}

#[test]
fn cases_do_not_depend_on_the_number_in_flight() {
    let asked = |concurrency: &str| {
        let target = Scripted::start(sound);
        run(&target.url, &[&CASES[..], &["--concurrency", concurrency]].concat());
        let mut lines: Vec<String> = target.log().into_iter().map(|(_, line)| line).collect();
        lines.sort_unstable();
        lines
    };
    assert_eq!(asked("1"), asked("8"));
}

#[test]
fn a_rate_limits_the_whole_run() {
    let target = Scripted::start(sound);
    let ran = run(&target.url, &["--cases", "0", "--rate", "40"]);
    let log = target.log();
    let took = log[log.len() - 1].0 - log[0].0;
    assert_eq!(ran.status, Some(0));
    assert!(log.len() > 20 && took >= Duration::from_millis(25) * (log.len() as u32 - 2), "{} in {took:?}", log.len());
    // Without one, the same run takes no such time.
    let target = Scripted::start(sound);
    run(&target.url, &["--cases", "0"]);
    let log = target.log();
    assert!(log[log.len() - 1].0 - log[0].0 < took / 2);
}
