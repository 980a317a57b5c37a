//! Safe requests that are sent again once something was written.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::reads;
use crate::case::{Case, Fault, Intent};
use crate::check::testing::{case, created, refused, response};
use crate::engine::testing::{Memory, Setting, many, two_operations};
use crate::execute::Response;

/// The reads that got an answer, and what a run reports where the last of them gets this one.
async fn run(
    writes: Vec<Case>,
    written: impl Fn() -> Response + Send + Sync + 'static,
    last: Response,
) -> (usize, Memory) {
    let count = std::sync::Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    let planned = reads(1);
    let early = 3;
    let script = move |case: &Case| match case.operation {
        0 => (0, Ok(written())),
        _ => match counted.fetch_add(1, Ordering::SeqCst) {
            sent if sent < early => (0, Ok(response(200, &json!({})))),
            _ => (0, Ok(last.clone())),
        },
    };
    let setting = Setting { document: two_operations(), ..Setting::default() };
    let (_, memory, _) = setting.run(vec![writes, planned], script).await;
    (count.load(Ordering::SeqCst), memory)
}

#[tokio::test]
async fn a_read_that_fails_after_writes_is_reported_with_its_operation() {
    let (reads, memory) = run(many(2), created, refused(500)).await;
    assert_eq!(reads, 4);
    let told: Vec<_> = memory.findings.iter().map(|finding| (finding.rule.id, finding.message.as_str())).collect();
    let [(rule, message)] = &*told else { panic!("{told:?}") };
    assert_eq!(*rule, "server-error");
    // What was written has nothing to do with it by its name.
    assert!(message.ends_with("before others wrote, the same request was answered with 200"), "{message}");
    // It is no case of the operation's plan.
    assert_eq!((memory.planned, memory.progress), (5, 5));
}

#[tokio::test]
async fn what_may_be_due_to_the_writes_themselves_is_none_of_it() {
    for last in [response(200, &json!({"new": 1})), refused(404), refused(403)] {
        let (reads, memory) = run(many(2), created, last).await;
        assert_eq!((reads, memory.findings.len()), (4, 0));
    }
}

#[tokio::test]
async fn where_nothing_was_written_nothing_is_read_again() {
    let invalid = vec![case(Intent::Invalid(Fault::Malformed))];
    let (reads, _) = run(invalid, || refused(400), refused(500)).await;
    assert_eq!(reads, 3);
}
