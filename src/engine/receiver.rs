//! What the target sends by itself, webhooks and callbacks: received beside a run, and judged at its end.
//!
//! What they are documented as is a contract of its own, whose operations the target calls. A callback has a place of its
//! own to go to, which requests of its operation name. A webhook goes to where a person has told the target to send it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Request;

use super::event::{Event, OperationSummary, Outcome, ValidCases, Verdict};
use super::job::Job;
use super::listener::{ListenerError, Listeners};
use crate::case::Case;
use crate::check::{Policy, judge_received};
use crate::contract::{CompileOptions, Contract, ParameterLocation, Validators};
use crate::execute::{Answer, Arrival, Attempts, Exchange, Inbox, Response, SentRequest};
use crate::finding::Finding;
use crate::fixtures::{Fixtures, Resource, ResourcePlace, Scope};
use crate::rule::Severity;
use crate::spec::Pointer;
use crate::wire::server::read_as;
use crate::wire::{Credentials, Request as CaseRequest};

/// How often it is looked whether all has arrived.
const UNTIL_NEXT_LOOK: Duration = Duration::from_millis(50);
const WEBHOOKS: &str = "/webhooks/";

/// Receives what the target sends.
#[derive(Clone, Debug)]
pub struct Receiver {
    sent: Arc<Vec<Sent>>,
    inbox: Inbox,
    wait: Duration,
}

/// What one document says that the target sends.
#[derive(Debug)]
struct Sent {
    contract: Arc<Contract>,
    validators: Validators,
}

impl Receiver {
    /// Listens at an address for what these documents say that the target sends, and has requests name it where callbacks
    /// go. After a run it waits for so long at most. `None` where the target sends nothing.
    ///
    /// # Errors
    /// Nothing can listen there.
    pub async fn listen(address: SocketAddr, wait: Duration, jobs: &mut [Job]) -> io::Result<Option<Self>> {
        let sent: Vec<Sent> = jobs.iter().filter_map(|job| Sent::of(&job.contract)).collect();
        if sent.is_empty() {
            return Ok(None);
        }
        let (inbox, opened) = Inbox::open(address).await?;
        let sent = Arc::new(sent);
        let known = sent.clone();
        let answer: Answer = Arc::new(move |request| status(&known, request));
        inbox.answer(opened, answer);
        let url = inbox.url();
        for job in jobs {
            let places = sent.iter().filter(|sent| sent.is_of(job)).flat_map(|sent| sent.places(&job.contract, &url));
            let places: Vec<Resource> = places.collect();
            if !places.is_empty() {
                Arc::make_mut(&mut job.fixtures).resources.splice(0..0, places);
            }
        }
        Ok(Some(Self { sent, inbox, wait }))
    }

    /// Where each webhook is waited for, for people.
    pub fn webhooks(&self) -> Vec<String> {
        let url = self.inbox.url();
        let all = self.sent.iter().flat_map(|sent| &sent.contract.operations);
        all.filter(|operation| operation.path.starts_with(WEBHOOKS))
            .map(|operation| format!("{} {url}{}", operation.method, operation.path))
            .collect()
    }

    /// Waits for what has not arrived, and tells what has.
    pub(super) async fn tell(
        &self,
        listeners: &mut Listeners<'_>,
        policy: &Policy,
        outcome: &mut Outcome,
    ) -> Result<(), ListenerError> {
        let end = Instant::now() + self.wait;
        while !self.is_complete() && Instant::now() < end {
            tokio::time::sleep(UNTIL_NEXT_LOOK).await;
        }
        let arrived = self.inbox.arrived();
        for sent in self.sent.iter() {
            self.tell_of(sent, &arrived, listeners, policy, outcome)?;
        }
        Ok(())
    }

    fn is_complete(&self) -> bool {
        let arrived = self.inbox.arrived();
        self.sent.iter().all(|sent| {
            let has_come = |operation| arrived.iter().any(|one| sent.meant(&one.request) == Some(operation));
            (0..sent.contract.operations.len()).all(has_come)
        })
    }

    fn tell_of(
        &self,
        sent: &Sent,
        arrived: &[Arrival],
        listeners: &mut Listeners<'_>,
        policy: &Policy,
        outcome: &mut Outcome,
    ) -> Result<(), ListenerError> {
        let contract = &sent.contract;
        let url = self.inbox.url();
        // The document's own faults are told with the operations that it takes.
        let job = Job { faults: Arc::default(), ..Job::new(contract.clone(), Fixtures::default()) };
        listeners.on(&Event::ContractStarted { job, target: url.clone() })?;
        for (operation, described) in contract.operations.iter().enumerate() {
            let own = arrived.iter().filter(|one| sent.meant(&one.request) == Some(operation));
            let (mut count, mut is_wrong) = (0, false);
            for one in own {
                let mut findings: Vec<Finding> = sent.judge(&one.request, operation).into_iter().collect();
                policy.grade(described, Some(one.answered), &mut findings);
                is_wrong |= findings.iter().any(|finding| finding.severity == Severity::Error);
                let case = Arc::new(Case::of_target(count, operation, case_request(&one.request)));
                let exchange = Arc::new(exchange(&url, one));
                listeners.on(&Event::CaseJudged { contract: contract.clone(), case, exchange, findings })?;
                count += 1;
            }
            let verdict = match (count, is_wrong) {
                (0, _) => Verdict::Untestable,
                (_, true) => Verdict::Fails,
                (_, false) => Verdict::Conforms,
            };
            if verdict == Verdict::Fails {
                *outcome = outcome.and(Outcome::Fails);
            }
            let untestable =
                (count == 0).then(|| format!("the target has sent none to {url}{} in time", described.path));
            let summary = summary(operation, verdict, count, untestable);
            listeners.on(&Event::OperationFinished { contract: contract.clone(), summary })?;
        }
        listeners.on(&Event::ContractFinished { contract: contract.clone(), untestable: None })
    }
}

impl Sent {
    fn of(contract: &Contract) -> Option<Self> {
        let options = CompileOptions { sent: true, ..CompileOptions::default() };
        let mut sent = Contract::compile_with(contract.document.clone(), &options).ok()?;
        sent.name = format!("{} (sent)", contract.name);
        let validators = Validators::new(sent.schemas.clone());
        (!sent.operations.is_empty()).then(|| Self { contract: Arc::new(sent), validators })
    }

    fn is_of(&self, job: &Job) -> bool {
        self.contract.document.files()[0].name == job.contract.document.files()[0].name
    }

    /// Where requests are to say that callbacks go, as resources of their operations.
    fn places<'a>(&'a self, contract: &'a Contract, url: &'a str) -> impl Iterator<Item = Resource> + 'a {
        self.contract.callbacks.iter().filter_map(move |callback| {
            let (method, path) = &callback.of;
            let operation = contract.operations.iter().find(|one| one.method == *method && one.path == *path)?;
            let at = place(&callback.expression)?;
            let is_there = match &at {
                ResourcePlace::Parameter(place, name) => operation.parameter(*place, name).is_some(),
                ResourcePlace::Body(_) => operation.body.is_some(),
            };
            let path = &self.contract.operations[callback.operation].path;
            let base: Vec<&str> = path.split('/').take(3).collect();
            is_there.then(|| Resource {
                operations: Scope(vec![operation.id.clone()]),
                at,
                existing: vec![format!("{url}{}", base.join("/")).into()],
                missing: Vec::new(),
            })
        })
    }

    /// The operations that a request may be of: by its path, or, of a webhook that is sent elsewhere, by its method alone.
    fn candidates(&self, request: &Request<Vec<u8>>) -> Vec<usize> {
        let operations = || {
            let all = self.contract.operations.iter().enumerate();
            all.filter(|(_, operation)| operation.method == request.method().as_str())
        };
        let path = request.uri().path().trim_end_matches('/');
        let named: Vec<usize> =
            operations().filter(|(_, operation)| is_led_to(&operation.path, path)).map(|(index, _)| index).collect();
        let is_ours = path.starts_with("/callbacks/") || path.starts_with(WEBHOOKS);
        if !named.is_empty() || is_ours {
            return named;
        }
        operations().filter(|(_, operation)| operation.path.starts_with(WEBHOOKS)).map(|(index, _)| index).collect()
    }

    /// The operation that a request is: the first one that it keeps, or else the first one that it may be of.
    fn meant(&self, request: &Request<Vec<u8>>) -> Option<usize> {
        let candidates = self.candidates(request);
        let kept = candidates.iter().find(|operation| self.judge(request, **operation).is_none());
        kept.or(candidates.first()).copied()
    }

    fn judge(&self, request: &Request<Vec<u8>>, operation: usize) -> Option<Finding> {
        let received = read_as(&self.contract, &self.validators, request, operation);
        judge_received(&self.contract, &self.validators, &self.contract.operations[operation], &received)
    }
}

/// The documented success of what a request is, or 404.
fn status(sent: &[Sent], request: &Request<Vec<u8>>) -> u16 {
    let meant = sent.iter().find_map(|sent| Some(&sent.contract.operations[sent.meant(request)?]));
    let Some(operation) = meant else { return 404 };
    let documented = |status: &u16| operation.responses.iter().any(|response| response.status.contains(*status));
    [200, 204, 202, 201].into_iter().chain(200..300).find(documented).unwrap_or(200)
}

/// Where the expression of a callback says that it goes.
fn place(expression: &str) -> Option<ResourcePlace> {
    let (inner, _) = expression.trim().strip_prefix('{')?.split_once('}')?;
    let source = inner.strip_prefix("$request.")?;
    if let Some(pointer) = source.strip_prefix("body#") {
        return (!pointer.is_empty()).then(|| ResourcePlace::Body(Pointer::new(pointer)));
    }
    let (place, name) = source.split_once('.')?;
    Some(ResourcePlace::Parameter(ParameterLocation::named(place)?, name.to_owned()))
}

/// Whether a template leads to a path: its variables are any segment.
fn is_led_to(template: &str, path: &str) -> bool {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    let is_same = |(known, given): (&&str, &&str)| known == given || known.contains('{');
    template.len() == path.len() && template.iter().zip(&path).all(is_same)
}

fn case_request(request: &Request<Vec<u8>>) -> CaseRequest {
    CaseRequest {
        method: request.method().to_string(),
        path_params: Vec::new(),
        path: request.uri().path().to_owned(),
        is_whole: true,
        query: Vec::new(),
        headers: Vec::new(),
        cookies: Vec::new(),
        credentials: Credentials::default(),
        body: None,
    }
}

fn exchange(url: &str, arrival: &Arrival) -> Exchange {
    let Arrival { request, answered } = arrival;
    let headers = request.headers().iter();
    let headers =
        headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let request = SentRequest {
        method: request.method().to_string(),
        url: format!("{url}{}", request.uri().path_and_query().map_or("/", |path| path.as_str())),
        headers: headers.collect(),
        body: Some(request.body().clone()).filter(|body| !body.is_empty()),
        variables: Vec::new(),
        curl: String::new(),
        is_amended: false,
    };
    let response = Response { status: *answered, ..Response::default() };
    Exchange { request, result: Ok(response), elapsed: Duration::ZERO, attempts: Attempts::default() }
}

fn summary(operation: usize, verdict: Verdict, count: usize, untestable: Option<String>) -> OperationSummary {
    OperationSummary {
        operation,
        verdict,
        cases: count,
        clauses: 0,
        exercised: 0,
        unexercised: Vec::new(),
        valid: ValidCases { sent: count, accepted: count },
        confirming: 0,
        untestable,
        given_up: None,
        gaps: Vec::new(),
        statuses: Vec::new(),
        throttled: 0,
        elapsed: Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_callback_goes_is_a_place_of_the_request() {
        let parameter = |place, name: &str| Some(ResourcePlace::Parameter(place, name.to_owned()));
        for (expression, at) in [
            ("{$request.body#/a/url}", Some(ResourcePlace::Body(Pointer::new("/a/url")))),
            ("{$request.query.back}/done", parameter(ParameterLocation::Query, "back")),
            ("{$request.header.X-Back}", parameter(ParameterLocation::Header, "X-Back")),
            ("{$response.body#/url}", None),
            ("https://fixed.example.test", None),
        ] {
            assert_eq!(place(expression), at, "{expression}");
        }
    }

    #[test]
    fn variables_of_a_path_are_any_segment() {
        assert!(is_led_to("/callbacks/a/{value1}/done", "/callbacks/a/7/done"));
        assert!(!is_led_to("/callbacks/a/{value1}/done", "/callbacks/a/7"));
        assert!(!is_led_to("/callbacks/a", "/callbacks/b"));
    }
}
