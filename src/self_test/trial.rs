//! One run of the harness against a target with one seeded fault, or with none.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::sync::Notify;
use url::Url;

use super::options::run_options;
use super::{Expectation, SelfTestOptions};
use crate::contract::{Contract, SchemaId};
use crate::engine::{self, Backend, Event, Job, Listener, ListenerError, Listeners, Observers, Planner, Results};
use crate::execute::{Client, Masker};
use crate::finding::Finding;
use crate::reference::{self, Store, StoreError};
use crate::rule::Severity;
use crate::spec::{Pointer, SourceLocation};

/// How a run with one fault ended.
#[derive(Debug)]
pub struct Trial {
    /// The provider.
    pub provider: String,
    /// What is to be found about the fault; `None` for the target as it should be.
    pub expected: Option<&'static Expectation>,
    /// The first finding that counts against the target.
    pub first: Option<Catch>,
    /// The first finding that names the fault's clause; see [`names`].
    pub named: Option<Catch>,
    /// Why the run said nothing of the target, if so.
    pub untestable: Option<String>,
}

/// A finding with what it took.
#[derive(Debug)]
pub struct Catch {
    /// The finding.
    pub finding: Finding,
    /// The node that it names, `file:line:column`.
    pub place: String,
    /// How many requests were judged until then, the one that it is about included.
    pub requests: usize,
    /// How long after the start of the run.
    pub elapsed: Duration,
}

impl Trial {
    /// Whether all is as it should be: a fault is found and its clause is named, or it is not looked for with a reason;
    /// without a fault nothing is found.
    pub fn has_passed(&self) -> bool {
        match self.expected {
            Some(expected) => self.named.is_some() || self.first.is_none() && expected.unseen.is_some(),
            None => self.first.is_none() && self.untestable.is_none(),
        }
    }

    /// The finding to show: the one that names the clause, or else the first.
    pub fn catch(&self) -> Option<&Catch> {
        self.named.as_ref().or(self.first.as_ref())
    }
}

/// Why a fault could not be tried.
#[derive(Debug, thiserror::Error)]
pub enum SelfTestError {
    /// The target's store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The target's socket.
    #[error("cannot start the reference target: {0}")]
    Socket(#[from] std::io::Error),
    /// The harness's own HTTP client.
    #[error("no HTTP client can be set up: {0}")]
    Client(#[from] reqwest::Error),
    /// The run.
    #[error(transparent)]
    Listener(#[from] ListenerError),
    /// The target's address.
    #[error("cannot name the reference target: {0}")]
    Address(#[from] url::ParseError),
}

/// Runs the harness until a finding names the fault's clause, or to the end.
pub(super) async fn run(
    job: &Job,
    planner: Arc<dyn Planner>,
    expected: Option<&'static Expectation>,
    options: SelfTestOptions,
) -> Result<Trial, SelfTestError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let target = Url::parse(&format!("http://{}", listener.local_addr()?))?;
    let router = reference::router_with(Store::in_memory()?, expected.map(|expected| expected.fault));
    let server = tokio::spawn(reference::serve_router(listener, router, std::future::pending()));
    let run = run_options(target, options);
    let backend = Backend { transport: Arc::new(Client::new(run.client.clone())?), planner };
    let enough = Arc::new(Notify::new());
    let mut watch = Watch::new(job, expected, enough.clone());
    let listeners = Listeners::new(Masker::default(), vec![&mut watch]);
    let mut observers = Observers { judges: Vec::new(), listeners };
    engine::run_with(std::slice::from_ref(job), &run, &mut observers, backend, enough.notified()).await?;
    server.abort();
    Ok(watch.trial)
}

/// Looks for the findings that a trial is about.
struct Watch {
    trial: Trial,
    node: Option<SourceLocation>,
    started: Instant,
    requests: usize,
    enough: Arc<Notify>,
}

impl Watch {
    fn new(job: &Job, expected: Option<&'static Expectation>, enough: Arc<Notify>) -> Self {
        let provider = job.contract.name.clone();
        let node = expected.map(|expected| node(&job.contract, expected));
        let trial = Trial { provider, expected, first: None, named: None, untestable: None };
        Self { trial, node, started: Instant::now(), requests: 0, enough }
    }
}

impl Watch {
    fn find(&mut self, contract: &Contract, finding: &Finding) {
        let names = match (self.trial.expected, &self.node) {
            (Some(expected), Some(node)) => names(contract, expected, node, finding),
            _ => false,
        };
        let catch = || Catch {
            finding: finding.clone(),
            place: contract.place(&finding.place.location),
            requests: self.requests,
            elapsed: self.started.elapsed(),
        };
        if self.trial.first.is_none() && (names || finding.severity == Severity::Error) {
            self.trial.first = Some(catch());
        }
        if self.trial.named.is_none() && names {
            self.trial.named = Some(catch());
        }
        let enough = match self.trial.expected {
            Some(_) => self.trial.named.is_some(),
            None => self.trial.first.is_some(),
        };
        if enough {
            self.enough.notify_one();
        }
    }
}

impl Listener for Watch {
    fn on(&mut self, event: &Event, _: &Results) -> Result<(), ListenerError> {
        match event {
            Event::ContractStarted { .. } => self.started = Instant::now(),
            Event::CaseJudged { contract, findings, .. } => {
                self.requests += 1;
                for finding in findings {
                    self.find(contract, finding);
                }
            }
            Event::FoundLater { contract, finding, .. } => self.find(contract, finding),
            Event::ContractFinished { untestable, .. } => self.trial.untestable.clone_from(untestable),
            _ => {}
        }
        Ok(())
    }
}

/// The node that a fault breaks, in the document of its provider's contract.
pub fn node(contract: &Contract, expected: &Expectation) -> SourceLocation {
    let operation = contract.operations.first().map(|operation| &operation.location);
    let root = operation.cloned().unwrap_or_default();
    let (start, path) = match expected.node.strip_prefix('/') {
        Some(path) => (SourceLocation { pointer: Pointer::root(), ..root }, path),
        None => (root, expected.node),
    };
    match path {
        "" => start,
        path => SourceLocation { pointer: Pointer::new(format!("{}/{path}", start.pointer)), ..start },
    }
}

/// Whether a finding names the clause of a fault: it is of the fault's check and severity, and is pinned to the fault's
/// node or, where that is a schema, to a keyword of that schema or of one below it.
pub fn names(contract: &Contract, expected: &Expectation, node: &SourceLocation, finding: &Finding) -> bool {
    if finding.rule != expected.rule || finding.severity != expected.severity {
        return false;
    }
    let mut schemas = (0..contract.schemas.len()).map(|index| contract.schemas.get(SchemaId(index as u32)));
    finding.place.location == *node
        || finding.place.location.is_inside(node) && schemas.any(|schema| schema.location == *node)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::LoadOptions;

    #[test]
    fn a_finding_names_a_fault_by_its_check_and_its_node_alone() {
        let contract = Contract::load("specs/telnyx.yaml".as_ref(), LoadOptions::default()).expect("compiles");
        let named = |name: &str, check: &'static str, pointer: &str| {
            let expected = super::super::faults(Some(name)).remove(0);
            let node = node(&contract, expected);
            let location = SourceLocation { pointer: Pointer::new(pointer), ..node.clone() };
            let rule = crate::check::rules().find(|rule| rule.id == check).expect("a rule");
            let finding = crate::testing::finding(&contract, rule, location, "", "");
            names(&contract, expected, &node, &finding)
        };
        let request = "/components/schemas/CreateMsgReq";
        assert!(named("telnyx/role-optional", "accepted-invalid", &format!("{request}/required/0")));
        assert!(!named("telnyx/role-optional", "rejected-valid", &format!("{request}/required/0")));
        assert!(!named("telnyx/role-optional", "accepted-invalid", &format!("{request}/required")));
        assert!(!named("telnyx/role-optional", "accepted-invalid", &format!("{request}/properties/role/type")));
        // A schema is named by its keywords.
        assert!(named("telnyx/content-long", "rejected-valid", &format!("{request}/properties/content/type")));
        assert!(!named("telnyx/content-long", "rejected-valid", &format!("{request}/properties/content_type/type")));
        // What is no schema is not named by what is below it.
        let operation = "/paths/~1ai~1conversations~1{conversation_id}~1message/post";
        assert!(named("telnyx/text-plain", "wrong-media-type", &format!("{operation}/requestBody/content")));
        assert!(!named("telnyx/text-plain", "wrong-media-type", &format!("{operation}/requestBody/content/x")));
    }
}
