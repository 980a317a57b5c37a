//! What the target sends by itself, webhooks and callbacks: received beside a run, and judged at its end.
//!
//! What they are documented as is a contract of its own, whose operations the target calls. A callback has a place of its
//! own to go to, which requests of its operation name. A webhook goes to where a person has told the target to send it.

use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Request;

use super::event::{Event, OperationSummary, Outcome, ValidCases, Verdict};
use super::job::Job;
use super::listener::{ListenerError, Listeners};
use super::promised::{Meant, Promised, made_out};
use crate::case::Case;
use crate::check::Policy;
use crate::execute::{Answer, Arrival, Attempts, Exchange, Inbox, Masker, Response, SentRequest};
use crate::finding::Finding;
use crate::fixtures::{Fixtures, Resource, Secret};
use crate::rule::Severity;
use crate::wire::{Credentials, Request as CaseRequest};

/// How often it is looked whether all has arrived.
const UNTIL_NEXT_LOOK: Duration = Duration::from_millis(50);

/// Why a callback is not received that another part of the run may receive.
pub const UNASKED: &str = "it belongs to an operation that is not tested here";

/// The variable that stands in reports for an address that is another one in each run.
const VARIABLE: &str = "CONFORM_LISTENER";

/// Where what the target sends is received.
#[derive(Clone, Debug)]
pub struct Listening {
    /// Where to listen; of port 0, the system chooses one.
    pub address: SocketAddr,
    /// What the target is told, where that is not the address itself.
    pub url: Option<String>,
    /// What nobody guesses: only what is sent below it is received. Reports do not show an address with one.
    pub segment: Option<String>,
    /// After a run it waits for so long at most.
    pub wait: Duration,
}

/// Receives what the target sends.
#[derive(Clone, Debug)]
pub struct Receiver {
    promised: Arc<Vec<Promised>>,
    inbox: Inbox<Option<Meant>>,
    wait: Duration,
    /// Where the target is told to send to, and what reports show of that.
    url: String,
    shown: String,
    /// Callbacks that no request can name a place for, by document and operation, with the reason.
    unfit: Vec<((usize, usize), String)>,
    /// Callbacks that nobody asks for, by document and operation: those of operations that are not tested here.
    unasked: HashSet<(usize, usize)>,
}

impl Receiver {
    /// Listens for what these documents say that the target sends, and has requests name the address where callbacks
    /// go. `None` where the target sends nothing.
    ///
    /// # Errors
    /// Nothing can listen there.
    pub async fn listen(listening: Listening, jobs: &mut [Job]) -> io::Result<Option<Self>> {
        let promised: Vec<Promised> = jobs.iter().filter_map(|job| Promised::of(&job.contract)).collect();
        if promised.is_empty() {
            return Ok(None);
        }
        let Listening { address, url, segment, wait } = listening;
        let (inbox, opened) = Inbox::open(address).await?;
        let told = url.unwrap_or_else(|| inbox.url());
        let base = told.trim_end_matches('/');
        let url = segment.as_ref().map_or_else(|| base.to_owned(), |segment| format!("{base}/{segment}"));
        let promised = Arc::new(promised);
        let known = promised.clone();
        let answer: Answer<Option<Meant>> = Arc::new(move |request| made_out(&known, request));
        inbox.answer(opened, path_of(&url), answer);
        let (mut unfit, mut unasked) = (Vec::new(), HashSet::new());
        for job in jobs {
            let own = promised.iter().enumerate().filter(|(_, promised)| promised.is_of(job));
            let mut places: Vec<Resource> = Vec::new();
            for (document, promised) in own {
                let (fit, others) = promised.places(&job.contract, &url);
                places.extend(fit);
                unasked.extend(promised.unasked(job).map(|operation| (document, operation)));
                unfit.extend(others.into_iter().map(|(operation, why)| ((document, operation), why)));
            }
            let fixtures = Arc::make_mut(&mut job.fixtures);
            fixtures.resources.splice(0..0, places);
            let secret = segment.iter().map(|_| Secret { value: url.clone(), variable: VARIABLE.to_owned() });
            fixtures.secrets.extend(secret);
        }
        let shown = if segment.is_some() { format!("${{{VARIABLE}}}") } else { url.clone() };
        Ok(Some(Self { promised, inbox, wait, url, shown, unfit, unasked }))
    }

    /// Where each webhook is waited for, for people.
    pub fn webhooks(&self) -> Vec<String> {
        let all = self.promised.iter().flat_map(Promised::webhooks);
        all.map(|operation| format!("{} {}{}", operation.method, self.url, operation.path)).collect()
    }

    /// Places of callbacks that the address is no valid value of, so that no request has it there, for people.
    pub fn unfit(&self) -> impl Iterator<Item = &str> {
        self.unfit.iter().map(|(_, why)| why.as_str())
    }

    /// How many requests were not kept: there were too many, or they were too large.
    pub fn dropped(&self) -> usize {
        self.inbox.dropped()
    }

    /// Waits for what has not arrived, and tells what has: whether `cancel` has ended the waiting. In a run that is `strict`
    /// warnings count, too.
    pub(super) async fn tell(
        &self,
        listeners: &mut Listeners<'_>,
        (policy, strict): (&Policy, bool),
        outcome: &mut Outcome,
        cancel: Pin<&mut impl Future<Output = ()>>,
    ) -> Result<bool, ListenerError> {
        let interrupted = tokio::select! {
            biased;
            () = self.all_has_come() => false,
            () = cancel => true,
        };
        let arrived = self.inbox.arrived();
        for document in 0..self.promised.len() {
            self.tell_of((document, &arrived), interrupted, listeners, (policy, strict), outcome)?;
        }
        Ok(interrupted)
    }

    async fn all_has_come(&self) {
        let end = Instant::now() + self.wait;
        let all: usize = self.promised.iter().map(|promised| promised.contract.operations.len()).sum();
        let awaited = all - self.unasked.len();
        while Instant::now() < end {
            let arrived = self.inbox.arrived();
            let meant = arrived.iter().filter_map(|one| one.note.as_ref());
            let seen = meant.map(|meant| (meant.document, meant.operation)).filter(|one| !self.unasked.contains(one));
            if seen.collect::<HashSet<_>>().len() == awaited {
                return;
            }
            tokio::time::sleep(UNTIL_NEXT_LOOK).await;
        }
    }

    fn tell_of(
        &self,
        (document, arrived): (usize, &[Arc<Arrival<Option<Meant>>>]),
        interrupted: bool,
        listeners: &mut Listeners<'_>,
        (policy, strict): (&Policy, bool),
        outcome: &mut Outcome,
    ) -> Result<(), ListenerError> {
        let contract = &self.promised[document].contract;
        let url = &self.shown;
        // The document's own faults are told with the operations that it takes.
        let job = Job { faults: Arc::default(), ..Job::new(contract.clone(), Fixtures::default()) };
        listeners.on(&Event::ContractStarted { job, target: url.clone() })?;
        for (operation, described) in contract.operations.iter().enumerate() {
            let own = arrived.iter().filter_map(|one| Some((one, one.note.as_ref()?)));
            let own = own.filter(|(_, meant)| (meant.document, meant.operation) == (document, operation));
            let (mut count, mut is_wrong) = (0, false);
            for (one, meant) in own {
                let mut findings: Vec<Finding> = meant.finding.iter().cloned().collect();
                policy.grade(described, Some(one.answered), &mut findings);
                is_wrong |= findings.iter().any(|finding| strict || finding.severity == Severity::Error);
                let case = Arc::new(Case::of_target(count, operation, case_request(&one.request)));
                let exchange = Arc::new(exchange(url, one, listeners.results().secrets()));
                listeners.on(&Event::CaseJudged { contract: contract.clone(), case, exchange, findings })?;
                count += 1;
            }
            let verdict = match (count, is_wrong) {
                (0, _) => Verdict::Untestable,
                (_, true) => Verdict::Fails,
                (_, false) => Verdict::Conforms,
            };
            let unfit = self.unfit.iter().find(|(callback, _)| *callback == (document, operation));
            let is_unasked = self.unasked.contains(&(document, operation));
            let untestable = (count == 0).then(|| match (unfit, interrupted) {
                _ if is_unasked => UNASKED.to_owned(),
                (Some((_, why)), _) => format!("no request can name {url}: {why}"),
                (None, true) => format!("the run was ended before the target had sent one to {url}{}", described.path),
                (None, false) => format!("the target has sent none to {url}{} in time", described.path),
            });
            let summary = summary(operation, verdict, count, untestable);
            listeners.on(&Event::OperationFinished { contract: contract.clone(), summary })?;
            // What is accepted is known where findings are grouped.
            if listeners.results().verdict(contract, operation).unwrap_or(verdict) == Verdict::Fails {
                *outcome = Outcome::Fails;
            }
        }
        listeners.on(&Event::ContractFinished { contract: contract.clone(), untestable: None })
    }
}

/// The path of a URL, without a slash at its end.
fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("", |start| &rest[start..])
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

/// The request with the status that it was answered with. What it hands out is hidden as in a response: the target has
/// made it, too.
fn exchange(url: &str, arrival: &Arrival<Option<Meant>>, secrets: &Masker) -> Exchange {
    let Arrival { request, answered, .. } = arrival;
    let url = format!("{url}{}", request.uri().path_and_query().map_or("/", |path| path.as_str()));
    let fields = request.headers().iter();
    let fields = fields.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let fields: Vec<(String, String)> = fields.collect();
    let handed = |(name, value): &(String, String)| match name.as_str() {
        "cookie" | "proxy-authorization" => ("authorization".to_owned(), value.clone()),
        // It holds a port that may be another one in each run.
        "host" => (name.clone(), "listener".to_owned()),
        _ => (name.clone(), value.clone()),
    };
    // A URL hands out what the one of a redirection would.
    let headers = std::iter::once(("location".to_owned(), url)).chain(fields.iter().map(handed)).collect();
    let made = Response { status: 200, headers, body: request.body().clone(), ..Response::default() };
    let made = exchange_of(SentRequest::default(), made);
    secrets.learn(&made);
    let Ok(shown) = secrets.exchange(&made).into_owned().result else { return made };
    let mut values = shown.headers.into_iter().map(|(_, value)| value);
    let request = SentRequest {
        method: request.method().to_string(),
        url: values.next().unwrap_or_default(),
        headers: fields.into_iter().map(|(name, _)| name).zip(values).collect(),
        body: Some(shown.body).filter(|body| !body.is_empty()),
        variables: Vec::new(),
        curl: String::new(),
        is_amended: false,
    };
    exchange_of(request, Response { status: *answered, ..Response::default() })
}

fn exchange_of(request: SentRequest, response: Response) -> Exchange {
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
    fn the_path_of_a_url() {
        for (url, path) in [("http://a.test:1", ""), ("https://a.test/b/c", "/b/c")] {
            assert_eq!(path_of(url), path);
        }
    }

    #[test]
    fn what_an_arrival_hands_out_is_hidden() {
        let masker = Masker::default();
        let request = Request::post("/a?access_token=abcdefghij&page=0123456789")
            .header("authorization", "Bearer abcdefghijklmnop")
            .header("x-webhook-secret", "bcdefghijk")
            .header("x-event-id", "0123456789")
            .body(br#"{"client_secret": "cdefghijkl", "id": "1234567890"}"#.to_vec());
        let arrival = Arrival { request: request.expect("a request"), answered: 204, note: None };
        let shown = exchange("http://a.test", &arrival, &masker);
        let SentRequest { url, headers, body, .. } = &shown.request;
        assert_eq!(url, "http://a.test/a?access_token=[secret]&page=0123456789");
        let value = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!(value("authorization"), Some("[secret]"));
        assert_eq!(value("x-webhook-secret"), Some("[secret]"));
        assert_eq!(value("x-event-id"), Some("0123456789"));
        let body = String::from_utf8_lossy(body.as_deref().unwrap_or_default()).into_owned();
        assert_eq!(body, r#"{"client_secret": "[secret]", "id": "1234567890"}"#);
        assert_eq!(shown.result.map(|response| response.status), Ok(204));
        // What was made by chance is hidden wherever else it stands.
        assert!(!masker.text("it was Bearer abcdefghijklmnop").contains("abcdefghijklmnop"));
    }
}
