//! Targets that hang.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::{Act, DOCUMENT, Scripted, json, run, run_by, sound};
use crate::support::report;

/// The longest that a run may take that has nothing but timeouts of half a second to wait for.
const A_FEW_TIMEOUTS: Duration = Duration::from_secs(12);

#[test]
fn an_operation_that_hangs_is_given_up_and_the_others_are_tested() {
    let target = Scripted::start(|asked| match asked.line.contains("/notes?") {
        true => Act::Hang,
        false => sound(asked),
    });
    let ran = run(&target.url, &["--timeout", "500ms"]);
    let operations = &ran.report["contracts"][0]["operations"];
    let given_up = operations[0]["given_up"].as_str().unwrap_or_default();
    assert!(given_up.contains("3 requests in a row"), "{:#}", ran.report);
    assert_eq!((ran.status, &operations[1]["verdict"]), (Some(1), &"conforms".into()), "{:#}", ran.report);
    assert!(ran.elapsed < A_FEW_TIMEOUTS, "{:?}", ran.elapsed);
}

#[test]
fn a_target_that_hangs_altogether_ends_the_run() {
    let target = Scripted::start(|asked| if asked.number < 20 { sound(asked) } else { Act::Hang });
    let ran = run(&target.url, &["--timeout", "500ms"]);
    assert_ne!(ran.status, Some(0));
    assert!(ran.elapsed < A_FEW_TIMEOUTS, "{:?}", ran.elapsed);
    let target = Scripted::start(|_| Act::Hang);
    let ran = run(&target.url, &["--timeout", "500ms"]);
    assert_eq!(ran.status, Some(3));
    assert!(ran.elapsed < A_FEW_TIMEOUTS, "{:?}", ran.elapsed);
}

#[test]
fn a_target_that_has_never_answered_is_asked_three_times() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let target = Scripted::start(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Act::Hang
    });
    let ran = run(&target.url, &["--timeout", "500ms"]);
    assert_eq!((ran.status, asked.load(Ordering::SeqCst)), (Some(3), 3));
    let reason = ran.report["contracts"][0]["untestable"].as_str().unwrap_or_default();
    assert!(reason.contains("500"), "{:#}", ran.report["contracts"][0]["untestable"]);
}

#[test]
fn a_target_that_stops_to_answer_costs_a_few_timeouts_whatever_was_in_flight() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let target = Scripted::start(move |asked| match asked.number < 20 {
        true => sound(asked),
        false => {
            counted.fetch_add(1, Ordering::SeqCst);
            Act::Hang
        }
    });
    let ran = run(&target.url, &["--timeout", "500ms", "--concurrency", "8"]);
    assert_ne!(ran.status, Some(0));
    // Those in flight, at once, and those that were answered before, one after the other.
    assert!(asked.load(Ordering::SeqCst) <= 8 + 3, "{asked:?}");
    assert!(ran.elapsed < Duration::from_secs(6), "{:?}", ran.elapsed);
}

/// What makes comes first, and its timeouts are no sign that nobody is there: others were read before.
#[test]
fn what_is_read_is_tested_where_all_that_is_made_hangs() {
    let making = "    post:
      operationId: makeNote
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {'201': {description: made}, '400': {description: refused}, '405': {description: refused}}
  /status:";
    let document = DOCUMENT.replace("  /status:", making);
    let target = Scripted::start(|asked| if asked.line.starts_with("POST /notes") { Act::Hang } else { sound(asked) });
    let ran = run_by(&document, &target.url, &["--timeout", "500ms"]);
    let verdicts: Vec<(&str, &str)> = ran.report["contracts"][0]["operations"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|operation| ["id", "verdict"].map(|key| operation[key].as_str().unwrap_or_default()).into())
        .collect();
    let told = format!("{:#}", ran.report);
    assert!(verdicts.contains(&("listNotes", "conforms")) && verdicts.contains(&("status", "conforms")), "{told}");
    assert_eq!(ran.status, Some(1), "{verdicts:?} {:?}", ran.findings);
    assert!(ran.findings.iter().any(|(check, _)| check == "no-response"), "{:?}", ran.findings);
    assert!(ran.elapsed < A_FEW_TIMEOUTS, "{:?}", ran.elapsed);
}

#[test]
fn a_target_that_hangs_now_and_then_is_tested_to_the_end() {
    let target = Scripted::start(|asked| if asked.number % 40 == 39 { Act::Hang } else { sound(asked) });
    let ran = run(&target.url, &["--timeout", "800ms", "--cases", "30"]);
    let operations = &ran.report["contracts"][0]["operations"];
    assert!((0..2).all(|index| operations[index]["given_up"].is_null()), "{:#}", ran.report);
    assert_eq!((ran.status, &*ran.findings), (Some(0), &[][..]));
}

/// It works on each request to its end, whether or not anybody waits for the answer.
#[test]
fn of_a_target_that_serves_one_at_a_time_only_the_operation_that_hangs_is_told() {
    let serial = |hangs: fn(&str) -> bool| {
        let turn = Mutex::new(());
        Scripted::start(move |asked| {
            let _turn = turn.lock().expect("no panic");
            if hangs(&asked.line) {
                thread::sleep(Duration::from_millis(1_500));
            }
            sound(asked)
        })
    };
    let judged = |operation: &Value| (operation["verdict"].clone(), operation["cases"].clone());
    for concurrency in ["1", "2"] {
        let options = ["--timeout", "1s", "--cases", "10", "--concurrency", concurrency];
        let sound = run(&serial(|_| false).url, &options);
        assert_eq!((sound.status, &*sound.findings), (Some(0), &[][..]));
        let ran = run(&serial(|line| line.contains("/notes?")).url, &options);
        let [notes, status] = [0, 1].map(|index| &ran.report["contracts"][0]["operations"][index]);
        assert_eq!(judged(status), judged(&sound.report["contracts"][0]["operations"][1]), "{concurrency}: {status:#}");
        assert_eq!(notes["verdict"], "fails", "{concurrency}: {notes:#}");
        assert!(ran.findings.iter().all(|(check, _)| check == "no-response"), "{concurrency}: {:?}", ran.findings);
        let found = report::findings(&ran.report);
        assert!(found.iter().all(|finding| finding["operation"]["path"] == "/notes"), "{concurrency}: {found:#?}");
    }
}

#[test]
fn to_make_findings_small_costs_a_few_timeouts_at_most() {
    // What is invalid fails once, and from then on the target hangs on it for so many times.
    // A few more are spent on seeing failures alone, as many as were in flight.
    for (hangs, most) in [(usize::MAX, 8), (0, 0)] {
        let hung = Arc::new(AtomicUsize::new(0));
        let (counted, seen) = (hung.clone(), Mutex::new(HashMap::new()));
        let target = Scripted::start(move |asked| {
            let act = sound(asked);
            let is_refused = matches!(&act, Act::Answer(bytes) if bytes.starts_with(b"HTTP/1.1 400"));
            if !is_refused || !asked.line.starts_with("GET /status?") {
                return act;
            }
            let mut seen = seen.lock().expect("no panic");
            let times: &mut usize = seen.entry(asked.line.clone()).or_default();
            *times += 1;
            if *times == 1 || *times - 1 > hangs {
                return json("500 Internal Server Error", "", "{}");
            }
            counted.fetch_add(1, Ordering::SeqCst);
            Act::Hang
        });
        let options = ["--cases", "10", "--timeout", "300ms", "--concurrency", "2", "--max-shrinks", "60"];
        let ran = run(&target.url, &options);
        let hung = hung.load(Ordering::SeqCst);
        assert!(hung <= most && (hung > 0) == (most > 0), "{hung}");
        assert!(ran.findings.iter().any(|(check, _)| check == "server-error"), "{:?}", ran.findings);
        let flaky = report::findings(&ran.report).iter().any(|finding| !finding["flaky"].is_null());
        assert!(!flaky, "what was not answered shows nothing");
    }
}
