//! Targets that stop accepting connections.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::{Act, Asked, Scripted, run, sound};
use crate::support::command::refused;

const DIED: &str = "stopped accepting connections after this request";

fn is_deadly(line: &str) -> bool {
    line.ends_with("limit=100")
}

#[test]
fn the_request_that_a_target_died_of_is_named() {
    let target = Scripted::start(|asked| if is_deadly(&asked.line) { Act::Die(None) } else { sound(asked) });
    let ran = run(&target.url, &["--cases", "0"]);
    assert_eq!(ran.status, Some(1));
    let [(check, message)] = &*ran.findings else { panic!("{:?}", ran.findings) };
    assert!(check == "no-response" && message.contains(DIED), "{message}");
    let reason = ran.report["contracts"][0]["untestable"].as_str().unwrap_or_default();
    assert!(reason.contains("went away") && reason.contains("limit=100"), "{reason}");
}

#[test]
fn of_all_that_was_in_flight_the_oddest_comes_first() {
    let act = |asked: &Asked| if asked.line.contains("%00") { Act::Die(None) } else { sound(asked) };
    let target = Scripted::slow(Duration::from_millis(20), act);
    let ran = run(&target.url, &["--cases", "0"]);
    let [(check, message)] = &*ran.findings else { panic!("{:?}", ran.findings) };
    assert!(check == "no-response" && message.contains(DIED), "{message}");
    // Of those that are odd, nobody knows which: it is named first, or among the others.
    assert!(message.contains("a NUL character") || message.contains("x%00y"), "{message}");
    assert!(!message.contains("the plainest"), "{message}");
}

#[test]
fn a_target_that_comes_back_is_asked_again_and_named_where_it_dies_again() {
    let back = Some(Duration::from_millis(300));
    let target = Scripted::start(move |asked| if is_deadly(&asked.line) { Act::Die(back) } else { sound(asked) });
    let ran = run(&target.url, &["--cases", "0", "--wait", "20s"]);
    assert_eq!(ran.status, Some(1));
    let [(check, message)] = &*ran.findings else { panic!("{:?}", ran.findings) };
    assert!(check == "no-response" && message.contains(DIED) && message.contains("sent again alone"), "{message}");
    assert!(message.contains("limit"), "{message}");
    assert!(ran.report["contracts"][0]["untestable"].is_null(), "the run goes on");
}

#[test]
fn a_target_that_dies_of_something_else_and_comes_back_gives_no_finding() {
    let has_died = AtomicBool::new(false);
    let target = Scripted::start(move |asked| match is_deadly(&asked.line) && !has_died.swap(true, Ordering::SeqCst) {
        true => Act::Die(Some(Duration::from_millis(300))),
        false => sound(asked),
    });
    let ran = run(&target.url, &["--cases", "0", "--wait", "20s"]);
    assert_eq!((ran.status, &*ran.findings), (Some(0), &[][..]));
}

#[test]
fn a_target_that_comes_up_late_is_waited_for_if_asked() {
    let address: std::net::SocketAddr = refused().parse().expect("an address");
    let late = thread::spawn(move || {
        thread::sleep(Duration::from_millis(700));
        Scripted::at(address, Duration::ZERO, sound)
    });
    let ran = run(&format!("http://{address}"), &["--cases", "0", "--wait", "20s"]);
    assert_eq!((ran.status, &*ran.findings), (Some(0), &[][..]), "{:#}", ran.report);
    late.join().expect("no panic");
    let ran = run(&format!("http://{}", refused()), &["--cases", "0"]);
    assert_eq!(ran.status, Some(3));
    assert!(ran.elapsed < Duration::from_secs(5));
}

/// A worker that dies of each request over a new connection, and one that closes connections as it may.
#[test]
fn what_is_answered_only_when_it_is_sent_again_is_told_once() {
    let found = |act: fn(&Asked) -> Act| {
        let target = Scripted::start(act);
        let ran = run(&target.url, &["--cases", "30", "--concurrency", "1"]);
        assert_eq!(ran.status, Some(0), "{:?}", ran.findings);
        ran.findings.into_iter().map(|(check, _)| check).collect::<Vec<_>>()
    };
    assert_eq!(found(|asked| if asked.number % 2 == 0 { Act::HangUp } else { closing(asked) }), ["lost-connection"]);
    let twice = |asked: &Asked| if [0, 2].contains(&asked.number) { Act::HangUp } else { closing(asked) };
    assert_eq!(found(twice), [""; 0], "that may be somebody else's doing");
    assert_eq!(found(closing), [""; 0], "it says that it closes");
    // Over a connection that was open before, a request is lost at times, and nobody is to blame.
    assert_eq!(found(|asked| if asked.number % 3 == 2 { Act::HangUp } else { sound(asked) }), [""; 0], "it has idled");
}

/// A sound answer, after which the connection is closed.
fn closing(asked: &Asked) -> Act {
    match sound(asked) {
        Act::Answer(bytes) => {
            let text = String::from_utf8_lossy(&bytes).replacen("\r\n", "\r\nConnection: close\r\n", 1);
            Act::Answer(text.into_bytes())
        }
        other => other,
    }
}
