//! Tests of judges, listeners and early ends.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::json;

use crate::check::testing::{created, refused, response};
use crate::contract::Contract;
use crate::engine::testing::{Memory, Setting, many, two_operations};
use crate::engine::{Event, Finished, Judge, Judged, LateFinding, Listener, ListenerError, Outcome, Results, Verdict};
use crate::finding::Finding;

/// Fails at the case of this number.
struct FullDisk(usize);

impl Listener for FullDisk {
    fn on(&mut self, event: &Event, _: &Results) -> Result<(), ListenerError> {
        if let Event::CaseJudged { .. } = event {
            self.0 -= 1;
            if self.0 == 0 {
                return Err(io::Error::from(io::ErrorKind::StorageFull).into());
            }
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_listener_that_cannot_go_on_ends_the_run() {
    let script = |_: &crate::case::Case| (0, Ok(created()));
    let (mut full, never) = (FullDisk(3), std::future::pending());
    let (finished, target) = Setting::default().run_to(vec![many(500)], script, Vec::new(), &mut full, never).await;
    assert_eq!(finished.expect_err("nobody hears of more").to_string(), "no storage space");
    assert!(target.sent.load(Ordering::SeqCst) < 100);
}

#[tokio::test]
async fn a_cancelled_run_reports_what_it_has_found() {
    let enough = Arc::new(tokio::sync::Notify::new());
    let notify = enough.clone();
    let script = move |case: &crate::case::Case| {
        if case.operation == 1 {
            notify.notify_one();
            return (60_000, Ok(created()));
        }
        (0, Ok(refused(500)))
    };
    let setting = Setting { document: two_operations(), ..Setting::default() };
    let mut memory = Memory::default();
    let plans = vec![many(3), many(3)];
    let (finished, _) = setting.run_to(plans, script, Vec::new(), &mut memory, enough.notified()).await;
    let finished = finished.expect("the listener takes all events");
    assert!(finished.interrupted);
    assert_eq!(memory.finished, [finished]);
}

/// Remembers what it was asked, and finds what the test wants.
#[derive(Default)]
struct Witness {
    target: String,
    responses: Vec<(usize, bool)>,
    after_operation: bool,
    at_end: bool,
    seen: Option<LateFinding>,
}

impl Judge for Witness {
    fn at_start(&mut self, _: &Contract, target: &str) {
        target.clone_into(&mut self.target);
    }

    fn after_response(&mut self, judged: &Judged<'_>) -> Vec<Finding> {
        let case = judged.subject.case;
        self.responses.push((case.index, judged.is_let_in));
        self.seen = Some(LateFinding {
            finding: super::finding(case),
            case: Arc::new(case.clone()),
            exchange: Arc::new(judged.subject.exchange.clone()),
        });
        Vec::new()
    }

    fn after_operation(&mut self, _: &Contract, _: usize) -> Vec<LateFinding> {
        self.seen.clone().filter(|_| self.after_operation).into_iter().collect()
    }

    fn at_end(&mut self, _: &Contract) -> Vec<LateFinding> {
        self.seen.clone().filter(|_| self.at_end).into_iter().collect()
    }
}

async fn judged_by(witness: &mut Witness, status: u16) -> (Finished, Memory) {
    let script = move |case: &crate::case::Case| {
        let response = if status == 201 { created() } else { refused(status) };
        (13 - case.index as u64 % 13, Ok(response))
    };
    let mut memory = Memory::default();
    let (finished, _) =
        Setting::default().run_to(vec![many(5)], script, vec![witness], &mut memory, std::future::pending()).await;
    (finished.expect("the listener takes all events"), memory)
}

#[tokio::test]
async fn judges_are_asked_in_the_order_of_the_cases() {
    let mut witness = Witness::default();
    let (finished, memory) = judged_by(&mut witness, 201).await;
    assert_eq!(finished, Finished { outcome: Outcome::Conforms, interrupted: false });
    assert_eq!(witness.target, "http://127.0.0.1:1");
    assert_eq!(witness.responses, (0..5).map(|case| (case, true)).collect::<Vec<_>>());
    assert!(memory.findings.is_empty());
    // Judges are told that no request is let in.
    let mut witness = Witness::default();
    judged_by(&mut witness, 401).await;
    assert!(witness.responses.iter().all(|(_, is_let_in)| !is_let_in));
}

#[tokio::test]
async fn what_is_found_after_an_operation_fails_it_and_what_is_found_at_the_end_fails_the_run() {
    let mut witness = Witness { after_operation: true, ..Witness::default() };
    let (finished, memory) = judged_by(&mut witness, 201).await;
    assert_eq!((finished.outcome, memory.operations[0].verdict), (Outcome::Fails, Verdict::Fails));
    assert_eq!(memory.findings.len(), 1);
    let mut witness = Witness { at_end: true, ..Witness::default() };
    let (finished, memory) = judged_by(&mut witness, 201).await;
    assert_eq!((finished.outcome, memory.operations[0].verdict), (Outcome::Fails, Verdict::Conforms));
    assert_eq!(memory.findings.len(), 1);
}

#[tokio::test]
async fn plans_are_made_as_they_are_needed() {
    use crate::engine::{Backend, Job, Listeners, Observers, run_with};
    use std::sync::Mutex;

    let paths: String =
        (0..60).map(|n| format!("  /item{n}: {{post: {{responses: {{'200': {{description: fine}}}}}}}}\n")).collect();
    let document = format!("openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n{paths}");
    let setting = Setting { document, ..Setting::default() };
    // The furthest operation that was planned, and how far that was ahead of the one that was sent.
    let planned = Arc::new(Mutex::new((0, 0)));
    let (note, look) = (planned.clone(), planned.clone());
    let planner = super::planner(numbered_many(60), move |operation| {
        let mut planned = note.lock().expect("not poisoned");
        planned.0 = planned.0.max(operation);
    });
    let script = move |case: &crate::case::Case| {
        let mut planned = look.lock().expect("not poisoned");
        planned.1 = planned.1.max(planned.0 - case.operation);
        (0, Ok(response(200, &json!({}))))
    };
    let target = Arc::new(crate::engine::testing::Scripted::new(script));
    let bench = crate::check::testing::Bench::of(&setting.document);
    let job = Job::new(bench.contract, bench.fixtures);
    let mut memory = Memory::default();
    let listeners = Listeners::new(Default::default(), vec![&mut memory]);
    let mut observers = Observers { judges: Vec::new(), listeners };
    let backend = Backend { transport: target, planner: Arc::new(planner) };
    run_with(&[job], &setting.options(), &mut observers, backend, std::future::pending()).await.expect("it ends");
    assert_eq!((memory.operations.len(), memory.cases.len()), (60, 60 * 40));
    let most = planned.lock().expect("not poisoned").1;
    assert!((1..40).contains(&most), "{most} operations ahead");
}

fn numbered_many(operations: usize) -> Vec<Vec<crate::case::Case>> {
    crate::engine::testing::numbered((0..operations).map(|_| many(40)).collect())
}
