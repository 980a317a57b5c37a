//! A stand-in for a stranger's server: it knows the contract and nothing else. It refuses what the contract forbids and
//! answers with values of the contract's schemas, or does one thing wrong.
//!
//! It shares the contract's reading and the validator with the harness, so it proves that the checks fire and that the
//! harness agrees with itself; what only an independent implementation can show, the reference target shows.

mod lax;
mod mutant;
mod reply;
mod request;

use std::collections::HashSet;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::Request;
use axum::response::Response;
use serde_json::Value;
use tokio::net::TcpListener;
use url::Url;

pub use lax::{LaxRun, survey};
pub use mutant::Mutant;

use super::options::run_options;
use super::{SelfTestError, SelfTestOptions};
use crate::case::{Fault, Intent};
use crate::contract::{ClauseId, Contract, Direction, ParameterLocation, SchemeKind, Validators};
use crate::engine::{self, Event, Job, Listener, ListenerError, Listeners, Observers, Results};
use crate::execute::Masker;
use crate::finding::Finding;
use crate::fixtures::{Fixtures, Resource, ResourcePlace, Secret};
use crate::generate::Generator;
use crate::rule::Severity;
use crate::wire::{Carrier, Channel};
use reply::{Replies, Reply};
use request::{Judge, Refusal};

/// What came of a stand-in.
#[derive(Debug)]
pub struct StandInRun {
    /// What it did wrong, if anything.
    pub mutant: Option<Mutant>,
    /// Whether the document gave it occasion to.
    pub applied: bool,
    /// The first error finding of the check that is meant, or without a mutant the first of any, with its place.
    pub found: Option<(Finding, String)>,
    /// Clauses that a request broke and that no finding names although the request was accepted.
    pub overlooked: Vec<String>,
    /// Why nothing could be said, if so.
    pub untestable: Option<String>,
}

impl StandInRun {
    /// Whether what is wrong was found, and nothing else was.
    pub fn has_passed(&self) -> bool {
        match self.mutant {
            None => self.found.is_none() && self.untestable.is_none(),
            Some(_) => !self.applied || self.found.is_some() && self.overlooked.is_empty(),
        }
    }
}

/// Tests a stand-in for `contract` that does nothing wrong, and one for each [`Mutant`].
///
/// # Errors
///
/// [`SelfTestError`], where a stand-in cannot be started.
pub async fn run(contract: Contract, options: SelfTestOptions) -> Result<Vec<StandInRun>, SelfTestError> {
    let job = job_of(contract);
    let validators = Arc::new(Validators::new(job.contract.schemas.clone()));
    let replies = Arc::new(Replies::new(&job.contract, &validators));
    let mut staged = Vec::new();
    for mutant in std::iter::once(None).chain(Mutant::ALL.map(Some)) {
        let stand_in = Arc::new(StandIn {
            job: job.clone(),
            validators: validators.clone(),
            replies: replies.clone(),
            mutant,
            applied: AtomicBool::new(false),
            successes: job.contract.operations.iter().map(|_| AtomicUsize::new(0)).collect(),
            first_sizes: job.contract.operations.iter().map(|_| OnceLock::new()).collect(),
        });
        staged.push(stage(stand_in, options).await?);
    }
    Ok(staged)
}

/// A job with credentials for every scheme, and for every path variable an id that exists and one that does not.
fn job_of(contract: Contract) -> Job {
    let mut fixtures = Fixtures::default();
    let validators = Validators::new(contract.schemas.clone());
    let texts = Channel::new(Carrier::Path, ",;=.");
    let generator = Generator::new(&validators, Direction::Request, texts);
    for operation in &contract.operations {
        for used in operation.security.iter().flatten() {
            let value = if used.kind == SchemeKind::Basic { "conform:stand-in-key" } else { "conform-stand-in-key" };
            let secret = Secret { value: value.to_owned(), variable: "STAND_IN_KEY".to_owned() };
            fixtures.credentials.insert(used.scheme.clone(), secret);
        }
        for parameter in operation.parameters.iter().filter(|p| p.place == ParameterLocation::Path) {
            let at = ResourcePlace::Parameter(parameter.place, parameter.name.clone());
            let Some(schema) = parameter.schema.filter(|_| fixtures.resources.iter().all(|known| known.at != at))
            else {
                continue;
            };
            let mut ids =
                generator.boundary_values(schema).into_iter().map(|boundary| boundary.value).filter(Value::is_string);
            if let (Some(existing), Some(missing)) = (ids.next(), ids.next_back()) {
                fixtures.resources.push(Resource {
                    operations: Default::default(),
                    at,
                    existing: vec![existing],
                    missing: vec![missing],
                    always: false,
                    templates: Vec::new(),
                });
            }
        }
    }
    drop(generator);
    Job::new(contract, fixtures)
}

struct StandIn {
    job: Job,
    validators: Arc<Validators>,
    replies: Arc<Replies>,
    mutant: Option<Mutant>,
    /// Whether the mutant has changed an answer.
    applied: AtomicBool,
    /// Valid requests so far, by operation.
    successes: Vec<AtomicUsize>,
    /// The size of the first valid request in bytes, by operation.
    first_sizes: Vec<OnceLock<usize>>,
}

/// How much larger a request is that the first one is no measure of, in bytes.
const LARGER: usize = 8;

/// More than any document that states a limit is likely to ask for.
const LARGEST: usize = 256 * 1024 * 1024;

async fn answer(State(stand_in): State<Arc<StandIn>>, request: Request<Body>) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, LARGEST).await.map(Vec::from).unwrap_or_default();
    stand_in.answer(&Request::from_parts(head, body)).into_response()
}

impl StandIn {
    fn answer(&self, request: &Request<Vec<u8>>) -> Reply {
        let contract = &self.job.contract;
        let judge = Judge { contract, validators: &self.validators, fixtures: &self.job.fixtures };
        let (index, refusals) = judge.judge(request);
        let Some(index) = index else { return Reply { status: 404, ..Reply::default() } };
        let operation = &contract.operations[index];
        let overlooks = |refusal: &Refusal| self.mutant.is_some_and(|mutant| mutant.overlooks(*refusal));
        let refusal = refusals.iter().find(|refusal| !overlooks(refusal)).copied();
        let right = refusal.map_or_else(|| reply::success(operation), |refusal| reply::refusal(operation, refusal));
        let is_valid = usize::from(refusal.is_none());
        let earlier = self.successes[index].fetch_add(is_valid, Ordering::Relaxed);
        let turn = refusal.is_none() && earlier % 2 == 1;
        let size = request.uri().to_string().len() + request.body().len();
        let is_larger = refusal.is_none() && size > self.first_sizes[index].get_or_init(|| size) + LARGER;
        let other = self.mutant.and_then(|mutant| mutant.status(operation, refusal, earlier, is_larger));
        let accept = request.headers().get("accept").and_then(|accept| accept.to_str().ok()).unwrap_or("*/*");
        let right = if refusal.is_none() { self.replies.acceptable(operation, index, right, accept) } else { right };
        let mut reply = self.replies.get(index, right, accept);
        if let Some(status) = other {
            reply = Reply { status, ..self.replies.get(index, status, accept) };
        }
        if reply.status == 405 {
            reply.headers.push(("allow".to_owned(), operation.methods_on_path.join(", ")));
        }
        if reply.status == 401 {
            reply.headers.push(("www-authenticate".to_owned(), "Bearer".to_owned()));
        }
        let spoilt = self.mutant.is_some_and(|mutant| mutant.apply(operation, &self.validators, turn, &mut reply));
        if spoilt || other.is_some() || refusal.is_none() && !refusals.is_empty() {
            self.applied.store(true, Ordering::Relaxed);
        }
        reply
    }
}

/// Runs the harness against one stand-in.
async fn stage(stand_in: Arc<StandIn>, options: SelfTestOptions) -> Result<StandInRun, SelfTestError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let target = Url::parse(&format!("http://{}", listener.local_addr()?))?;
    let router = Router::new().fallback(answer).with_state(stand_in.clone());
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let mut watch = Watch::new(stand_in.mutant);
    let jobs = std::slice::from_ref(&stand_in.job);
    let listeners = Listeners::new(Masker::default(), vec![&mut watch]);
    let mut observers = Observers { judges: Vec::new(), listeners };
    engine::run(jobs, &run_options(target, options), &mut observers, std::future::pending()).await?;
    server.abort();
    let overlooked = watch.overlooked(&stand_in.job.contract);
    Ok(StandInRun { applied: stand_in.applied.load(Ordering::Relaxed), overlooked, ..watch.staged })
}

/// Looks for the findings that are due.
struct Watch {
    staged: StandInRun,
    /// The clauses that an accepted request broke, and those of them that a finding names, by operation.
    broken: HashSet<(usize, ClauseId)>,
    named: HashSet<(usize, ClauseId)>,
}

impl Watch {
    fn new(mutant: Option<Mutant>) -> Self {
        let staged = StandInRun { mutant, applied: false, found: None, overlooked: Vec::new(), untestable: None };
        Self { staged, broken: HashSet::new(), named: HashSet::new() }
    }

    /// Whether a finding is one that the stand-in has to give.
    fn is_meant(&self, finding: &Finding) -> bool {
        let rule = self.staged.mutant.map(Mutant::rule);
        finding.severity == Severity::Error && rule.is_none_or(|rule| finding.rule == rule)
    }

    fn find(&mut self, finding: &Finding) {
        self.staged.found.get_or_insert_with(|| (finding.clone(), finding.place.to_string()));
    }

    fn overlooked(&self, contract: &Contract) -> Vec<String> {
        let mut missed: Vec<_> = self.broken.difference(&self.named).copied().collect();
        missed.sort_unstable();
        let place = |(operation, clause): (usize, ClauseId)| {
            let operation = &contract.operations[operation];
            contract.place(&operation.clauses().get(clause).location)
        };
        missed.into_iter().map(place).collect()
    }
}

impl Listener for Watch {
    fn on(&mut self, event: &Event, _: &Results) -> Result<(), ListenerError> {
        match event {
            Event::CaseJudged { case, exchange, findings, .. } => {
                let found = findings.iter().find(|finding| self.is_meant(finding));
                let accepts = self.staged.mutant == Some(Mutant::AcceptsInvalid)
                    && matches!(case.intent, Intent::Invalid(fault) if fault != Fault::MediaType)
                    && exchange.result.as_ref().is_ok_and(|response| response.status < 300);
                if let (Some(clause), true) = (case.clause, accepts) {
                    self.broken.insert((case.operation, clause));
                    if found.is_some() {
                        self.named.insert((case.operation, clause));
                    }
                }
                if let Some(found) = found {
                    self.find(found);
                }
            }
            Event::FoundLater { finding, .. } if self.is_meant(finding) => self.find(finding),
            Event::ContractFinished { untestable, .. } => self.staged.untestable.clone_from(untestable),
            _ => {}
        }
        Ok(())
    }
}
