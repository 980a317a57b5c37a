//! Tests of the engine against scripted targets.

mod kept;
mod observers;
mod rereads;
mod shrinking;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use super::testing::{Setting, many, two_operations};
use super::{Outcome, Planner, ValidCases, Verdict};
use crate::case::{Case, Intent};
use crate::check::testing::{Bench, MESSAGES, breaks, case, created, raw, refused, response, unauthenticated};
use crate::execute::Failure;
use crate::finding::Finding;
use crate::plan::{Plan, PlanInput};
use crate::wire::CredentialChange;

/// An error about this case.
fn finding(case: &Case) -> Finding {
    let bench = Bench::messages();
    bench.judge(case, Ok(raw(500, "text/plain", b"boom"))).remove(0)
}

/// A planner of these plans, which reports what it plans.
fn planner(plans: Vec<Vec<Case>>, note: impl Fn(usize) + Send + Sync + 'static) -> impl Planner {
    move |_: &PlanInput<'_>, operation: usize| {
        note(operation);
        Plan {
            baseline: None,
            template: None,
            refused: None,
            operation,
            cases: plans.get(operation).cloned().unwrap_or_default(),
            unexercised: Vec::new(),
        }
    }
}

#[tokio::test]
async fn cases_are_told_in_order_whatever_the_order_of_the_answers() {
    let setting = Setting { document: two_operations(), concurrency: 8, ..Setting::default() };
    let script = |case: &crate::case::Case| {
        let response = if case.operation == 0 { created() } else { response(200, &json!({})) };
        ((97 - case.index as u64 * 7 % 97) % 20, Ok(response))
    };
    let (outcome, memory, target) = setting.run(vec![many(40), many(30)], script).await;
    assert_eq!(outcome, Outcome::Conforms);
    let expected: Vec<_> = (0..40).map(|case| (0, case)).chain((0..30).map(|case| (1, case))).collect();
    assert_eq!(memory.cases, expected);
    assert_eq!((memory.planned, memory.progress), (70, 70));
    assert_eq!(memory.operations.len(), 2);
    assert_eq!(memory.operations[0].valid, ValidCases { sent: 40, accepted: 40 });
    assert_eq!(target.most_at_once.load(Ordering::SeqCst), 8);
}

#[tokio::test]
async fn an_error_fails_the_run_and_a_warning_does_so_when_strict() {
    let mut cases = many(1);
    cases.push(unauthenticated(CredentialChange::Wrong));
    let script = |status: u16| {
        move |case: &crate::case::Case| match case.intent {
            Intent::Valid => (0, Ok(created())),
            _ => (0, Ok(refused(status))),
        }
    };
    let (outcome, memory, _) = Setting::default().run(vec![cases.clone()], script(500)).await;
    assert_eq!((outcome, memory.operations[0].verdict), (Outcome::Fails, Verdict::Fails));
    // 401 is right and not documented: a warning.
    let (outcome, memory, _) = Setting::default().run(vec![cases.clone()], script(401)).await;
    assert_eq!((outcome, memory.findings.len()), (Outcome::Conforms, 1));
    let strict = Setting { strict: true, ..Setting::default() };
    assert_eq!(strict.run(vec![cases], script(401)).await.0, Outcome::Fails);
}

#[tokio::test]
async fn a_refused_connection_ends_the_contract_at_once() {
    let script = |_: &crate::case::Case| (0, Err(Failure::Unreachable("connection refused".to_owned())));
    let setting = Setting { document: two_operations(), ..Setting::default() };
    let (outcome, memory, target) = setting.run(vec![many(500), many(500)], script).await;
    assert_eq!(outcome, Outcome::Untestable);
    let reason = memory.untestable.expect("reason");
    assert!(reason.contains("connection refused") && reason.contains("127.0.0.1:1"), "{reason}");
    assert!(memory.findings.is_empty());
    assert_eq!(memory.operations.iter().filter(|summary| summary.verdict == Verdict::Untestable).count(), 2);
    assert!(target.sent.load(Ordering::SeqCst) < 50);
}

#[tokio::test]
async fn a_target_that_is_being_started_is_waited_for_a_little() {
    for (late, outcome) in [(3, Outcome::Conforms), (1_000, Outcome::Untestable)] {
        let tries = std::sync::atomic::AtomicUsize::new(0);
        let script = move |_: &crate::case::Case| match tries.fetch_add(1, Ordering::SeqCst) {
            before if before < late => (0, Err(Failure::Unreachable("connection refused".to_owned()))),
            _ => (0, Ok(created())),
        };
        let (told, memory, _) = Setting::default().run(vec![many(20)], script).await;
        assert_eq!((told, memory.findings.len()), (outcome, 0), "{late}");
    }
}

#[tokio::test]
async fn a_target_that_never_answers_costs_a_few_timeouts_and_no_more() {
    for failure in [Failure::Timeout(Duration::from_secs(1)), Failure::Garbage("SSH-2.0".to_owned())] {
        let failing = failure.clone();
        let (outcome, memory, target) =
            Setting::default().run(vec![many(500)], move |_| (20, Err(failing.clone()))).await;
        assert_eq!(outcome, Outcome::Untestable);
        assert!(memory.findings.is_empty());
        assert!(memory.untestable.expect("reason").contains(&failure.to_string()));
        assert!(target.sent.load(Ordering::SeqCst) < 20);
    }
}

#[tokio::test]
async fn an_operation_is_given_up_after_many_timeouts() {
    let script = |case: &crate::case::Case| match (case.operation, case.index) {
        (1, _) => (0, Ok(response(200, &json!({})))),
        (_, 0) => (0, Ok(created())),
        _ => (1, Err(Failure::Timeout(Duration::from_secs(1)))),
    };
    let setting = Setting { document: two_operations(), ..Setting::default() };
    let (outcome, memory, _) = setting.run(vec![many(200), many(5)], script).await;
    assert_eq!(outcome, Outcome::Fails);
    assert_eq!((memory.operations[0].cases, memory.operations[0].verdict), (4, Verdict::Fails));
    assert!(memory.operations[0].given_up.is_some());
    assert_eq!(memory.operations[1].verdict, Verdict::Conforms);
    assert!(memory.untestable.is_none());
}

#[tokio::test]
async fn a_target_that_goes_away_is_a_finding_and_ends_the_contract() {
    let script = |case: &crate::case::Case| match case.index {
        0..10 => (0, Ok(created())),
        _ => (0, Err(Failure::Unreachable("connection refused".to_owned()))),
    };
    let (outcome, memory, _) = Setting::default().run(vec![many(200)], script).await;
    assert_eq!(outcome, Outcome::Fails);
    assert!(memory.findings.iter().all(|finding| finding.rule.id == "no-response"));
    assert_eq!(memory.cases.len(), 14, "as many as may be in flight at once");
    assert!(memory.untestable.expect("reason").contains("went away"));
}

#[tokio::test]
async fn a_wrong_token_is_one_sentence_and_no_finding() {
    let mut cases = vec![breaks(Bench::messages().clause("minLength", "text/minLength"))];
    cases.extend(many(500));
    let (outcome, memory, target) = Setting::default().run(vec![cases], |_| (0, Ok(refused(401)))).await;
    assert_eq!(outcome, Outcome::Untestable);
    assert!(memory.findings.is_empty());
    let reason = memory.operations[0].untestable.clone().expect("reason");
    assert!(reason.contains("401") && reason.contains("API_TOKEN"), "{reason}");
    assert_eq!(memory.untestable, Some(reason));
    assert!(target.sent.load(Ordering::SeqCst) < 100);
}

#[tokio::test]
async fn a_wrong_prefix_names_the_address() {
    let (outcome, memory, _) = Setting::default().run(vec![many(3)], |_| (0, Ok(refused(404)))).await;
    assert_eq!(outcome, Outcome::Untestable);
    assert!(memory.findings.is_empty());
    let reason = memory.untestable.expect("reason");
    assert!(reason.contains("http://127.0.0.1:1/rooms/r1/messages") && reason.contains("`room`"), "{reason}");
}

#[tokio::test]
async fn a_single_404_among_accepted_requests_is_a_finding() {
    let script = |case: &crate::case::Case| (0, Ok(if case.index == 0 { refused(404) } else { created() }));
    let (outcome, memory, _) = Setting::default().run(vec![many(5)], script).await;
    assert_eq!(outcome, Outcome::Fails);
    assert_eq!(memory.findings.iter().map(|finding| finding.rule.id).collect::<Vec<_>>(), ["rejected-valid"]);
}

#[tokio::test]
async fn a_redirect_that_is_not_documented_accepts_nothing() {
    let (outcome, memory, _) = Setting::default().run(vec![many(2)], |_| (0, Ok(refused(308)))).await;
    assert_eq!((outcome, memory.operations[0].valid), (Outcome::Fails, ValidCases { sent: 2, accepted: 0 }));
}

#[tokio::test]
async fn an_operation_that_refuses_all_requests_cannot_be_tested() {
    let (outcome, memory, _) = Setting::default().run(vec![many(5)], |_| (0, Ok(refused(400)))).await;
    assert_eq!((outcome, memory.operations[0].verdict), (Outcome::Untestable, Verdict::Untestable));
    let reason = memory.operations[0].untestable.clone().expect("a reason");
    assert!(
        reason.starts_with("every valid request was answered with 400") && reason.contains("the target says"),
        "{reason}"
    );
    assert_eq!((memory.findings.len(), memory.operations[0].exercised), (0, 0));
}

#[tokio::test]
async fn a_target_that_is_only_ever_busy_cannot_be_tested() {
    let busy = Setting { document: MESSAGES.replace("'409': {$ref", "'429': {$ref"), ..Setting::default() };
    let (outcome, memory, _) = busy.run(vec![many(5)], |_| (0, Ok(refused(429)))).await;
    assert_eq!(outcome, Outcome::Untestable);
    let reason = memory.untestable.expect("reason");
    assert!(reason.contains("429") && reason.contains("--concurrency"), "{reason}");
    // The same where the document does not know the status.
    let (outcome, memory, _) = Setting::default().run(vec![many(5)], |_| (0, Ok(refused(429)))).await;
    assert_eq!(outcome, Outcome::Untestable);
    assert!(memory.untestable.expect("reason").contains("--concurrency"));
}

/// The gaps that a run leaves where every second request is answered so.
async fn gaps_where(cases: Vec<crate::case::Case>, status: u16) -> Vec<String> {
    let documented = MESSAGES.replace("'409': {$ref", "'401': {$ref");
    let setting = Setting { document: documented, ..Setting::default() };
    let script =
        move |case: &crate::case::Case| (0, Ok(if case.index.is_multiple_of(2) { created() } else { refused(status) }));
    let (_, memory, _) = setting.run(vec![cases], script).await;
    let is_of_clause = |gap: &String| gap.contains("was answered");
    memory.operations[0].gaps.iter().filter(|gap| !is_of_clause(gap)).cloned().collect()
}

#[tokio::test]
async fn requests_that_only_met_a_busy_target_are_a_gap() {
    let gaps = gaps_where(many(10), 429).await;
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert!(gaps[0].starts_with("5 of 10 requests received nothing but 429 or 503"), "{gaps:?}");
    assert_eq!(gaps_where(many(1), 429).await, [""; 0]);
}

#[tokio::test]
async fn a_documented_refusal_that_was_asked_for_and_never_came_is_a_gap() {
    let mut cases = many(1);
    cases.push(unauthenticated(CredentialChange::Wrong));
    let gaps = gaps_where(cases.clone(), 400).await;
    assert_eq!(gaps, ["no documented 401 was ever seen, though requests without the right credentials were answered"]);
    assert_eq!(gaps_where(cases, 401).await, [""; 0]);
    // A server may hide what the caller may not see, which is no gap where it is documented.
    let mut cases = many(1);
    cases.push(case(Intent::MissingResource));
    let found = gaps_where(cases, 400).await;
    assert_eq!(found, ["no documented 404 was ever seen, though requests for what does not exist were answered"]);
    let mut cases = many(1);
    cases.push(case(Intent::MissingResource));
    assert_eq!(gaps_where(cases, 404).await, [""; 0]);
}

#[tokio::test]
async fn nothing_that_was_not_tested_is_called_conforming() {
    let (outcome, memory, _) = Setting::default().run(vec![Vec::new()], |_| (0, Ok(created()))).await;
    assert_eq!(outcome, Outcome::Untestable);
    assert!(memory.untestable.is_some());
    let (outcome, ..) = Setting::default().run(vec![vec![case(Intent::WrongMethod)]], |_| (0, Ok(refused(404)))).await;
    assert_eq!(outcome, Outcome::Untestable);
}

#[tokio::test]
async fn clauses_are_exercised_when_they_were_kept_and_broken() {
    let bench = Bench::messages();
    let text = bench.clause("minLength", "text/minLength");
    let mut cases = many(1);
    cases.push(breaks(text));
    let script = |case: &crate::case::Case| match case.intent {
        Intent::Valid => (0, Ok(created())),
        _ => (0, Ok(refused(400))),
    };
    let (_, memory, _) = Setting::default().run(vec![cases], script).await;
    let summary = &memory.operations[0];
    assert_eq!(summary.exercised, 1);
    assert_eq!(summary.unexercised.len() + 1, summary.clauses);
    let kept_only = bench.clause("type", "text/type");
    let reason = |id| summary.unexercised.iter().find(|(known, _)| *known == id).map(|(_, reason)| reason.as_str());
    assert_eq!(reason(kept_only), Some("no request that breaks it was answered"));
    assert_eq!(reason(bench.clause("format", "sent_at/format")), Some("no request that it speaks of was answered"));
    let seen: Vec<String> = summary.statuses.iter().filter(|(_, seen)| *seen).map(|(s, _)| s.to_string()).collect();
    assert_eq!(seen, ["201", "400"]);
}

/// Valid requests of the second operation of [`two_operations`].
fn reads(count: usize) -> Vec<crate::case::Case> {
    let read = |mut case: crate::case::Case| {
        case.request.method = "GET".to_owned();
        case.request.path = "/list".to_owned();
        case.request.body = None;
        case
    };
    many(count).into_iter().map(read).collect()
}

/// The method and result of each request in the order in which they were received, and what was found.
async fn asked(
    responses: impl Fn(usize) -> Result<crate::execute::Response, Failure> + Send + Sync + 'static,
) -> (Vec<String>, super::testing::Memory) {
    let methods = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = methods.clone();
    let script = move |case: &crate::case::Case| {
        let mut methods = log.lock().expect("not poisoned");
        methods.push(case.request.method.clone());
        let reads = methods.iter().filter(|method| *method == "GET").count();
        (1, if case.operation == 0 { Ok(created()) } else { responses(reads) })
    };
    let setting = Setting { document: two_operations(), ..Setting::default() };
    let (_, memory, _) = setting.run(vec![many(20), reads(5)], script).await;
    let methods = methods.lock().expect("not poisoned").clone();
    (methods, memory)
}

#[tokio::test]
async fn safe_requests_are_repeated_before_anything_else_and_told_in_order() {
    let (methods, memory) = asked(|_| Ok(response(200, &json!({})))).await;
    assert!(methods[..3].iter().all(|method| method == "GET"), "{methods:?}");
    assert!(methods[3..23].iter().filter(|method| *method == "POST").count() >= 16, "{methods:?}");
    // The last is one that is read again, since others have written.
    assert_eq!((methods.len(), memory.planned, memory.progress, memory.cases.len()), (28, 27, 27, 27));
    let expected: Vec<_> = (0..20).map(|case| (0, case)).chain((0..7).map(|case| (1, case))).collect();
    assert_eq!(memory.cases, expected);
    assert!(memory.findings.is_empty());
    assert_eq!(memory.operations[1].valid, ValidCases { sent: 7, accepted: 7 });
}

#[tokio::test]
async fn what_reading_uses_up_is_one_finding() {
    let (_, memory) = asked(|reads| Ok(if reads == 1 { response(200, &json!({})) } else { refused(404) })).await;
    let found: Vec<_> = memory.findings.iter().filter(|finding| finding.rule.id == "idempotence").collect();
    assert_eq!(
        found.iter().map(|finding| finding.evidence.case.as_ref().map(|case| case.index)).collect::<Vec<_>>(),
        [Some(5)]
    );
    assert_eq!(found[0].place.location.pointer.as_str(), "/paths/~1list/get");
    // A refusal in between, or of the moment, shows no use.
    let (_, memory) = asked(|reads| Ok(if reads == 2 { refused(404) } else { response(200, &json!({})) })).await;
    assert!(memory.findings.iter().all(|finding| finding.rule.id != "idempotence"));
    let (_, memory) = asked(|reads| Ok(if reads > 1 { refused(429) } else { response(200, &json!({})) })).await;
    assert!(memory.findings.iter().all(|finding| finding.rule.id != "idempotence"));
}

#[tokio::test]
async fn what_is_refused_or_silent_is_not_asked_again_at_the_quiet_moment() {
    let (methods, _) = asked(|_| Ok(refused(404))).await;
    assert_eq!((methods[0].as_str(), methods[1].as_str()), ("GET", "POST"));
    let (methods, memory) = asked(|_| Err(Failure::Unreachable("connection refused".to_owned()))).await;
    // Once, and as often as who is just being started is waited for.
    assert_eq!(methods.iter().position(|method| method == "POST"), Some(4), "{methods:?}");
    assert!(memory.untestable.is_some());
}

#[tokio::test]
async fn of_many_operations_several_are_asked_at_once() {
    let paths: String =
        (0..120).map(|n| format!("  /list{n}: {{get: {{responses: {{'200': {{description: fine}}}}}}}}\n")).collect();
    let document = format!("openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n{paths}");
    let first = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = first.clone();
    let script = move |case: &crate::case::Case| {
        log.lock().expect("not poisoned").push(case.operation);
        // The first take long enough that others are planned in the meantime, on a busy machine too.
        (if case.operation < 16 { 200 } else { 1 }, Ok(response(200, &json!({}))))
    };
    let setting = Setting { document, concurrency: 8, ..Setting::default() };
    let (outcome, memory, target) = setting.run((0..120).map(|_| reads(1)).collect(), script).await;
    assert_eq!((outcome, memory.cases.len(), memory.planned), (Outcome::Conforms, 360, 360));
    assert_eq!((target.sent.load(Ordering::SeqCst), target.most_at_once.load(Ordering::SeqCst)), (360, 8));
    assert_eq!(memory.cases[..3], [(0, 0), (0, 1), (0, 2)]);
    assert_ne!(first.lock().expect("not poisoned")[..3], [0, 0, 0]);
}

#[tokio::test]
async fn answers_are_received_while_a_large_one_is_judged() {
    let items = vec![json!({"id": 1, "text": "a note of some length"}); 300_000];
    let large = response(201, &json!({"data": {"id": "m1", "text": "hello", "items": items}}));
    let longest = Arc::new(AtomicU64::new(0));
    let watch = longest.clone();
    tokio::spawn(async move {
        loop {
            let before = Instant::now();
            tokio::time::sleep(Duration::from_millis(5)).await;
            watch.fetch_max(before.elapsed().as_millis() as u64, Ordering::SeqCst);
        }
    });
    let started = Instant::now();
    let (outcome, memory, _) = Setting::default().run(vec![many(1)], move |_| (0, Ok(large.clone()))).await;
    let took = started.elapsed().as_millis() as u64;
    assert_eq!((outcome, memory.cases.len()), (Outcome::Conforms, 1));
    // There is one thread: a response that was received in the meantime had to wait as long as the watch did.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let waited = longest.load(Ordering::SeqCst);
    assert!(waited < took / 2, "{waited} of {took} ms");
}

#[tokio::test]
async fn an_operation_is_given_up_after_very_many_bytes() {
    let large = raw(200, "text/plain", &vec![b'a'; 16 << 20]);
    let (_, memory, target) = Setting::default().run(vec![many(100)], move |_| (0, Ok(large.clone()))).await;
    let given_up = memory.operations[0].given_up.clone().expect("a reason");
    assert!(given_up.contains("512 MiB"), "{given_up}");
    assert!(target.sent.load(Ordering::SeqCst) < 100);
}
