//! What the tests of the engine have in common: a scripted target and a listener that remembers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;

use super::{Event, Job, Listener, OperationSummary, Outcome, RunOptions, Transport, run_with};
use crate::case::Case;
use crate::check::testing::{Bench, MESSAGES, valid};
use crate::contract::Operation;
use crate::execute::{Answer, ClientOptions, Exchange, Failure, Sent};
use crate::finding::{Evidence, Finding};
use crate::fixtures::Fixtures;
use crate::plan::{Plan, PlanOptions};

/// What the target does with a case: how long it takes, and what comes of it.
type Script = dyn Fn(&Case) -> (u64, Result<Answer, Failure>) + Send + Sync;

/// A target that follows a script.
pub struct Scripted {
    script: Box<Script>,
    pub sent: AtomicUsize,
    at_once: AtomicUsize,
    pub most_at_once: AtomicUsize,
}

impl Transport for Scripted {
    async fn send(&self, _: &Operation, case: &Case, _: &Fixtures) -> Exchange {
        self.sent.fetch_add(1, Ordering::SeqCst);
        let at_once = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(at_once, Ordering::SeqCst);
        let (milliseconds, outcome) = (self.script)(case);
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        let url = format!("http://127.0.0.1:1{}", case.request.path);
        let sent = Sent { method: case.request.method.clone(), url, headers: Vec::new(), ..Sent::default() };
        Exchange { sent, outcome, elapsed: Duration::ZERO, throttled: 0 }
    }
}

/// Remembers what was told.
#[derive(Default)]
pub struct Memory {
    pub progress: usize,
    /// Cases by operation and position, in the order in which they were told.
    pub cases: Vec<(usize, usize)>,
    pub findings: Vec<Finding>,
    pub operations: Vec<OperationSummary>,
    pub untestable: Option<String>,
    pub planned: usize,
}

impl Listener for Memory {
    fn on(&mut self, event: &Event) {
        match event {
            Event::ContractStarted { cases, .. } => self.planned = *cases,
            Event::Progress => self.progress += 1,
            Event::CaseJudged { case, findings, .. } => {
                self.cases.push((case.operation, case.index));
                self.findings.extend(findings.iter().map(|finding| {
                    let evidence = Evidence { case: Some(case.clone()), ..finding.evidence.clone() };
                    Finding { evidence, ..finding.clone() }
                }));
            }
            Event::OperationFinished { summary, .. } => self.operations.push(summary.clone()),
            Event::ContractFinished { untestable, .. } => self.untestable.clone_from(untestable),
            Event::FindingShrunk { .. } | Event::RunFinished { .. } => {}
        }
    }
}

/// The plans of a test, by operation; their cases are numbered here.
pub fn numbered(plans: Vec<Vec<Case>>) -> Vec<Vec<Case>> {
    let number = |operation: usize, cases: Vec<Case>| {
        cases.into_iter().enumerate().map(move |(index, case)| Case { operation, index, ..case }).collect()
    };
    plans.into_iter().enumerate().map(|(operation, cases)| number(operation, cases)).collect()
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
}

impl Default for Setting {
    fn default() -> Self {
        Self { document: MESSAGES.to_owned(), concurrency: 4, strict: false }
    }
}

impl Setting {
    /// Runs these plans against a script.
    pub async fn run(
        &self,
        plans: Vec<Vec<Case>>,
        script: impl Fn(&Case) -> (u64, Result<Answer, Failure>) + Send + Sync + 'static,
    ) -> (Outcome, Memory, Arc<Scripted>) {
        let Bench { contract, fixtures, .. } = Bench::of(&self.document);
        let job = Job::new(contract, fixtures);
        let options = RunOptions {
            max_shrinks: 0,
            policy: Arc::default(),
            client: ClientOptions {
                target: "http://127.0.0.1:1".parse().expect("url"),
                timeout: Duration::from_secs(1),
                headers: Vec::new(),
            },
            plan: PlanOptions { seed: 0, cases: Some(0) },
            concurrency: self.concurrency,
            strict: self.strict,
        };
        let plans = numbered(plans);
        let planner = move |_: &crate::contract::Contract, operation: usize, _: &_, _: &_, _| Plan {
            base: None,
            operation,
            cases: plans.get(operation).cloned().unwrap_or_default(),
            unexercised: Vec::new(),
        };
        let target = Arc::new(Scripted {
            script: Box::new(script),
            sent: AtomicUsize::new(0),
            at_once: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
        });
        let mut memory = Memory::default();
        let outcome = run_with(&[job], &options, &mut memory, target.clone(), Arc::new(planner)).await;
        (outcome, memory, target)
    }
}
