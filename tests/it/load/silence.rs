//! Targets that hang.

use std::time::Duration;

use super::{Act, Scripted, run, sound};

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
fn a_target_that_hangs_now_and_then_is_tested_to_the_end() {
    let target = Scripted::start(|asked| if asked.number % 40 == 39 { Act::Hang } else { sound(asked) });
    let ran = run(&target.url, &["--timeout", "300ms", "--cases", "30"]);
    let operations = &ran.report["contracts"][0]["operations"];
    assert!((0..2).all(|index| operations[index]["given_up"].is_null()), "{:#}", ran.report);
    assert_eq!((ran.status, &*ran.findings), (Some(0), &[][..]));
}
