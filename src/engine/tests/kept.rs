//! Tests of kept cases.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::planner;
use crate::case::{Case, Fault, Intent, RequestValues};
use crate::check::Policy;
use crate::check::testing::{Bench, MESSAGES, created, raw, refused, response, valid};
use crate::engine::testing::{Scripted, Setting, many, numbered};
use crate::engine::{
    Backend, Event, Fate, Job, Listener, ListenerError, Listeners, Observers, RegressionWriter, Replay, Results,
    replay, run_with,
};
use crate::execute::{Failure, Masker, Response};
use crate::plan::{PlanOptions, plan};
use crate::regression::{self, Saved};
use crate::rule::Severity;
use crate::wire::Credentials;

/// The causes of crashes, in how many cases each, at the end of a run.
#[derive(Default)]
struct Crashes(Vec<(String, usize)>);

impl Listener for Crashes {
    fn on(&mut self, event: &Event, results: &Results) -> Result<(), ListenerError> {
        if let Event::RunFinished { .. } = event {
            let groups = results.groups(Severity::Error).map(|(.., group)| group);
            let crashes = groups.filter(|group| group.finding.rule.id == "server-error");
            self.0 = crashes.map(|group| (group.finding.cause.clone(), group.finding.cases)).collect();
        }
        Ok(())
    }
}

/// Fails on an emoji, and does what it should otherwise.
fn stumbles_over_an_emoji(case: &Case) -> (u64, Result<Response, Failure>) {
    let body = case.request.body.as_ref().map(|body| body.payload.bytes()).unwrap_or_default();
    let response = match case.intent {
        _ if String::from_utf8_lossy(&body).chars().any(|c| c > '\u{ffff}') => raw(500, "text/plain", b"boom"),
        Intent::Valid => created(),
        Intent::Invalid(Fault::MediaType) => refused(415),
        Intent::Invalid(_) | Intent::Robustness => refused(400),
        Intent::Unauthenticated => refused(401),
        Intent::MissingResource => refused(404),
        Intent::WrongMethod => refused(405),
    };
    (0, Ok(response))
}

/// The crashes of a run that sends what `folder` holds first, and keeps there what fails.
async fn crashes(folder: &Path) -> Vec<(String, usize)> {
    let bench = Bench::messages();
    let kept = regression::load(folder).expect("is read");
    let job = Job { regressions: Arc::new(kept), ..Job::new(bench.contract, bench.fixtures) };
    let setting = Setting { max_shrinks: 60, ..Setting::default() };
    let options = crate::engine::RunOptions {
        plan: PlanOptions { seed: 0, cases: Some(20), destructive: false },
        ..setting.options()
    };
    let (mut crashes, mut writer) = (Crashes::default(), RegressionWriter::new(folder.to_owned(), Masker::default()));
    let listeners: Vec<&mut dyn Listener> = vec![&mut crashes, &mut writer];
    let mut observers = Observers { judges: Vec::new(), listeners: Listeners::new(Masker::default(), listeners) };
    let transport = Arc::new(Scripted::new(stumbles_over_an_emoji));
    let backend = Backend { transport, planner: Arc::new(plan) };
    run_with(&[job], &options, &mut observers, backend, std::future::pending()).await.expect("it ends");
    writer.finish().expect("cases are kept");
    crashes.0
}

#[tokio::test]
async fn a_kept_finding_is_shown_once_in_the_next_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = crashes(folder.path()).await;
    assert!(!first.is_empty());
    let again = crashes(folder.path()).await;
    let causes = |crashes: &[(String, usize)]| -> Vec<String> {
        let mut causes: Vec<_> = crashes.iter().map(|(cause, _)| cause.clone()).collect();
        causes.sort();
        causes
    };
    assert_eq!(causes(&again), causes(&first));
    let cases = |crashes: &[(String, usize)]| crashes.iter().map(|(_, count)| count).sum::<usize>();
    assert_eq!(cases(&again), cases(&first) + first.len(), "each kept case is one case more");
}

/// A case with the values that it is made of.
fn made_of(case: Case, body: Value) -> Case {
    let parameters = vec![Some(json!("r1"))];
    let body = Some((0, body));
    let values = RequestValues { parameters, body, credentials: Credentials::default(), mutation: None };
    Case { values: Some(values), ..case }
}

/// Sends a kept crash again to a target that answers valid requests with `baseline` and the kept one with `kept`.
async fn replayed(
    policy: &str,
    kept: Result<Response, Failure>,
    baseline: Result<Response, Failure>,
) -> (Replay, usize) {
    let bench = Bench::messages();
    let case = made_of(valid(json!({"text": "👋"})), json!({"text": "👋"}));
    let crash = bench.judge(&case, Ok(raw(500, "text/plain", b"boom"))).remove(0);
    let saved = Saved::of(&bench.contract, &case, &crash).expect("no secret in it");
    let script = move |case: &Case| {
        let body = case.request.body.as_ref().map(|body| body.payload.bytes()).unwrap_or_default();
        let is_kept = String::from_utf8_lossy(&body).contains('👋');
        (0, if is_kept { kept.clone() } else { baseline.clone() })
    };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("conform.toml");
    std::fs::write(&file, policy).expect("is written");
    let policy = Policy::load(&file, |_| Err(String::new())).expect("a policy");
    let options = crate::engine::RunOptions { policy: Arc::new(policy), ..Setting::default().options() };
    let target = Arc::new(Scripted::new(script));
    let planner = planner(numbered(vec![many(1)]), |_| {});
    let backend = Backend { transport: target.clone(), planner: Arc::new(planner) };
    let replay = replay(&Job::new(bench.contract, bench.fixtures), 0, &saved, &options, &backend).await;
    (replay, target.sent.load(std::sync::atomic::Ordering::SeqCst))
}

fn crash() -> Result<Response, Failure> {
    Ok(raw(500, "text/plain", b"boom"))
}

#[tokio::test]
async fn a_kept_finding_that_shows_again_still_fails() {
    let (replay, sent) = replayed("", crash(), Ok(created())).await;
    assert_eq!((replay.fate, sent), (Fate::StillFails, 1));
    let resent = replay.sent.expect("it was sent");
    assert!(!resent.kept.is_empty() && resent.kept.iter().all(|finding| finding.rule.id == "server-error"));
}

#[tokio::test]
async fn a_kept_finding_that_shows_no_more_is_fixed() {
    let stored = response(201, &json!({"data": {"id": "m1", "text": "👋"}}));
    let (replay, sent) = replayed("", Ok(stored), Ok(created())).await;
    assert_eq!((replay.fate, sent), (Fate::Fixed, 1));
    let resent = replay.sent.expect("it was sent");
    assert!(resent.kept.is_empty() && resent.others.is_empty());
}

#[tokio::test]
async fn what_else_the_exchange_shows_is_told_apart_from_the_kept_finding() {
    let mut wrong = created();
    wrong.body = b"{}".to_vec();
    let (replay, _) = replayed("", Ok(wrong), Ok(created())).await;
    assert_eq!(replay.fate, Fate::Fixed);
    let others = replay.sent.expect("it was sent").others;
    assert!(!others.is_empty() && others.iter().all(|finding| finding.rule.id != "server-error"), "{others:?}");
}

#[tokio::test]
async fn a_crash_behind_a_closed_door_is_not_called_fixed() {
    let (replay, sent) = replayed("", Ok(refused(401)), Ok(refused(401))).await;
    let Fate::NotReached(reason) = replay.fate else { panic!("{:?}", replay.fate) };
    assert!(reason.contains("401") && reason.contains("API_TOKEN"), "{reason}");
    assert_eq!(sent, 2);
    // Where other valid requests are let in, the door is none: the crash is gone, and something else is wrong.
    let (replay, _) = replayed("", Ok(refused(403)), Ok(created())).await;
    assert_eq!(replay.fate, Fate::Fixed);
    assert!(!replay.sent.expect("it was sent").others.is_empty());
}

#[tokio::test]
async fn a_target_that_is_not_there_or_busy_fixes_nothing() {
    let gone = || Err(Failure::Unreachable("connection refused".to_owned()));
    let (replay, _) = replayed("", gone(), gone()).await;
    assert!(matches!(&replay.fate, Fate::NotReached(reason) if reason.contains("connection refused")));
    let (replay, _) = replayed("", Ok(refused(429)), Ok(created())).await;
    assert!(matches!(&replay.fate, Fate::NotReached(reason) if reason.contains("429")), "{:?}", replay.fate);
}

#[tokio::test]
async fn a_check_that_is_switched_off_keeps_nothing_alive() {
    let (replay, _) = replayed("[checks]\nserver-error = \"off\"\n", crash(), Ok(created())).await;
    assert_eq!(replay.fate, Fate::Tolerated);
}

#[tokio::test]
async fn a_case_that_the_document_does_not_bear_out_is_not_sent() {
    let bench = Bench::messages();
    let case = crate::check::testing::breaks(bench.clause("minLength", "text/minLength"));
    let case = made_of(case, json!({"text": ""}));
    let crash = bench.judge(&case, crash()).remove(0);
    let saved = Saved::of(&bench.contract, &case, &crash).expect("no secret in it");
    let other = Bench::of(&MESSAGES.replace("text: {type: string, minLength: 1}", "text: {type: string}"));
    let target = Arc::new(Scripted::new(|_| (0, Ok(created()))));
    let backend = Backend { transport: target.clone(), planner: Arc::new(plan) };
    let job = Job::new(other.contract, other.fixtures);
    let replay = replay(&job, 0, &saved, &Setting::default().options(), &backend).await;
    assert!(matches!(&replay.fate, Fate::NotReached(reason) if reason.contains("does not fit the document")));
    assert!(replay.sent.is_none());
}
