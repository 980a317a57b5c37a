//! Support for tests of the engine: a scripted target, and a listener that records events.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;

use super::{
    Backend, Event, Finished, Job, Judge, Listener, ListenerError, Listeners, Observers, OperationSummary, Outcome,
    Results, RunOptions, Transport, run_with,
};
use crate::case::Case;
use crate::check::testing::{Bench, MESSAGES, valid};
use crate::contract::Operation;
use crate::execute::{ClientOptions, Exchange, Failure, Masker, Response, SentRequest};
use crate::finding::{Evidence, Finding};
use crate::fixtures::Fixtures;
use crate::plan::{Plan, PlanInput, PlanOptions};

/// What the target does with a case: how long it takes, and what comes of it.
type Script = dyn Fn(&Case) -> (u64, Result<Response, Failure>) + Send + Sync;

/// A target that follows a script.
pub struct Scripted {
    script: Box<Script>,
    pub sent: AtomicUsize,
    at_once: AtomicUsize,
    pub most_at_once: AtomicUsize,
}

impl Scripted {
    pub fn new(script: impl Fn(&Case) -> (u64, Result<Response, Failure>) + Send + Sync + 'static) -> Self {
        let none = || AtomicUsize::new(0);
        Self { script: Box::new(script), sent: none(), at_once: none(), most_at_once: none() }
    }
}

impl Transport for Scripted {
    async fn send(&self, _: &Operation, case: &Case, _: &Fixtures) -> Exchange {
        self.sent.fetch_add(1, Ordering::SeqCst);
        let at_once = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(at_once, Ordering::SeqCst);
        let (milliseconds, result) = (self.script)(case);
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        let url = format!("http://127.0.0.1:1{}", case.request.path);
        let request =
            SentRequest { method: case.request.method.clone(), url, headers: Vec::new(), ..SentRequest::default() };
        Exchange { request, result, elapsed: Duration::ZERO, attempts: Default::default() }
    }
}

/// Records the events.
#[derive(Default)]
pub struct Memory {
    pub progress: usize,
    /// Cases by operation and position, in the order in which they were reported.
    pub cases: Vec<(usize, usize)>,
    pub findings: Vec<Finding>,
    pub operations: Vec<OperationSummary>,
    pub untestable: Option<String>,
    pub planned: usize,
    /// What became of findings that were to be made small.
    pub shrunk: Vec<Finding>,
    pub finished: Vec<Finished>,
}

impl Listener for Memory {
    fn on(&mut self, event: &Event, _: &Results) -> Result<(), ListenerError> {
        match event {
            Event::OperationPlanned { cases, .. } => self.planned += cases,
            Event::Progress => self.progress += 1,
            Event::CaseJudged { case, findings, .. } => {
                self.cases.push((case.operation, case.index));
                self.findings.extend(findings.iter().map(|finding| {
                    let evidence = Evidence { case: Some(case.clone()), ..finding.evidence.clone() };
                    Finding { evidence, ..finding.clone() }
                }));
            }
            Event::FoundLater { finding, .. } => self.findings.push((**finding).clone()),
            Event::FindingShrunk { finding, .. } => self.shrunk.push((**finding).clone()),
            Event::OperationFinished { summary, .. } => self.operations.push(summary.clone()),
            Event::ContractFinished { untestable, .. } => self.untestable.clone_from(untestable),
            Event::RunFinished { outcome, interrupted, .. } => {
                self.finished.push(Finished { outcome: *outcome, interrupted: *interrupted });
            }
            Event::ContractStarted { .. } | Event::SentLater { .. } | Event::Lived { .. } | Event::ClearedUp { .. } => {
            }
        }
        Ok(())
    }
}

/// The plans of a test, by operation; their cases are numbered here.
pub fn numbered(plans: Vec<Vec<Case>>) -> Vec<Vec<Case>> {
    let number = |operation: usize, cases: Vec<Case>| {
        cases.into_iter().enumerate().map(move |(index, case)| Case { operation, index, ..case }).collect()
    };
    plans.into_iter().enumerate().map(|(operation, cases)| number(operation, cases)).collect()
}

/// Two operations: the message API, and one that lists.
pub fn two_operations() -> String {
    MESSAGES.replace(
        "components:\n  securitySchemes",
        "  /list:\n    get:\n      operationId: list\n      responses: {'200': {description: fine}}\ncomponents:\n  securitySchemes",
    )
}

/// This many valid cases.
pub fn many(count: usize) -> Vec<Case> {
    (0..count).map(|_| valid(json!({"text": "hello"}))).collect()
}

/// Settings for one run.
pub struct Setting {
    pub document: String,
    pub concurrency: usize,
    pub strict: bool,
    pub max_shrinks: usize,
    pub wait: Duration,
}

impl Default for Setting {
    fn default() -> Self {
        Self { document: MESSAGES.to_owned(), concurrency: 4, strict: false, max_shrinks: 0, wait: Duration::ZERO }
    }
}

impl Setting {
    /// Runs these plans against a script.
    pub async fn run(
        &self,
        plans: Vec<Vec<Case>>,
        script: impl Fn(&Case) -> (u64, Result<Response, Failure>) + Send + Sync + 'static,
    ) -> (Outcome, Memory, Arc<Scripted>) {
        let mut memory = Memory::default();
        let (finished, target) = self.run_to(plans, script, Vec::new(), &mut memory, std::future::pending()).await;
        let finished = finished.expect("the listener takes all events");
        assert_eq!(memory.finished, [finished]);
        (finished.outcome, memory, target)
    }

    /// Runs these plans against a script, for these judges and this listener, until `cancel` is ready.
    pub async fn run_to<'o>(
        &self,
        plans: Vec<Vec<Case>>,
        script: impl Fn(&Case) -> (u64, Result<Response, Failure>) + Send + Sync + 'static,
        judges: Vec<&'o mut dyn Judge>,
        listener: &'o mut dyn Listener,
        cancel: impl Future<Output = ()>,
    ) -> (Result<Finished, ListenerError>, Arc<Scripted>) {
        let Bench { contract, fixtures, .. } = Bench::of(&self.document);
        let job = Job::new(contract, fixtures);
        let plans = numbered(plans);
        let planner = move |_: &PlanInput<'_>, operation: usize| Plan {
            baseline: None,
            template: None,
            refused: None,
            operation,
            cases: plans.get(operation).cloned().unwrap_or_default(),
            unexercised: Vec::new(),
        };
        let target = Arc::new(Scripted::new(script));
        let mut observers = Observers { judges, listeners: Listeners::new(Masker::default(), vec![listener]) };
        let backend = Backend { transport: target.clone(), planner: Arc::new(planner) };
        let finished = run_with(&[job], &self.options(), &mut observers, backend, cancel).await;
        (finished, target)
    }

    /// The options of its runs.
    pub fn options(&self) -> RunOptions {
        let target: url::Url = "http://127.0.0.1:1".parse().expect("url");
        RunOptions {
            max_shrinks: self.max_shrinks,
            sequences: 0,
            client: ClientOptions::new(target.clone(), Duration::from_secs(1)),
            sessions: Default::default(),
            plan: PlanOptions { seed: 0, cases: Some(0), destructive: false },
            concurrency: self.concurrency,
            strict: self.strict,
            wait: self.wait,
            ..RunOptions::new(target)
        }
    }
}
