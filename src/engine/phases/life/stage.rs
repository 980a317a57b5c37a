//! Sends the requests of a life, one after the other, and remembers them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::sizes;
use crate::case::{Case, Intent, RequestValues};
use crate::check::{Subject, failures, laws, of_response};
use crate::contract::Operation;
use crate::engine::Transport;
use crate::engine::accepted::Accepted;
use crate::engine::contract_run::ContractRun;
use crate::engine::coverage::Coverage;
use crate::engine::debt::Debt;
use crate::engine::fresh::{Fresh, alike};
use crate::engine::judge::LateFinding;
use crate::engine::made::Resource;
use crate::engine::model::{PlannedOperation, TestedContract};
use crate::engine::planning::Planning;
use crate::engine::scheduler::Sender;
use crate::execute::Exchange;
use crate::finding::Finding;
use crate::resource::ends_fixed;

/// How long a server may take until it shows what it has accepted: what is waited before each further look.
pub(super) const WAITS: [Duration; 3] =
    [Duration::from_millis(100), Duration::from_millis(400), Duration::from_millis(1600)];

/// What the names that are given begin with.
const PREFIX: &str = "conform";

/// A request that was sent, with its response.
#[derive(Debug)]
pub(super) struct Sent {
    pub operation: usize,
    pub case: Arc<Case>,
    pub exchange: Arc<Exchange>,
}

impl Sent {
    pub fn status(&self) -> Option<u16> {
        self.exchange.status()
    }

    /// What is judged of it.
    pub fn subject<'a>(&'a self, tested: &'a TestedContract) -> Subject<'a> {
        tested.subject(self.operation, &self.case, &self.exchange)
    }

    pub fn is_success(&self) -> bool {
        self.exchange.is_success()
    }
}

/// What a life needs.
pub(super) struct Stage<T> {
    pub tested: Arc<TestedContract>,
    planning: Planning,
    pub(super) sender: Sender<T>,
    /// What the run knows of the values that are taken only once.
    pub(super) fresh: Option<Arc<Fresh>>,
    starts: HashMap<usize, Arc<PlannedOperation>>,
    pub accepted: Arc<Accepted>,
    /// Which life it is, and how many names were given in it.
    names: (usize, usize),
    /// Whether what is made has the plainest values rather than all that it can have.
    pub is_plain: bool,
    /// Whether what was made is not there: the values may be why.
    pub is_lost: bool,
    /// Whether a response that is wrong is not waited for to come right.
    pub is_hurried: bool,
    /// Whether a request got no response: nothing more is sent then.
    pub is_dead: bool,
    requests: BTreeMap<usize, usize>,
    /// Requests that failed: the server's fault whatever the laws say.
    pub failed: Vec<LateFinding>,
    /// Responses that are wrong by themselves, one of each cause.
    wrong: Vec<LateFinding>,
    /// Whether the target has taken anything invalid.
    any_invalid: bool,
    /// Lists with more pages than are gone through.
    pub long: HashSet<usize>,
    /// The numbers of the first pages of lists, as far as they are known.
    pub first_pages: HashMap<usize, usize>,
    /// What has made the resources of this life.
    origin: Vec<Arc<Sent>>,
    /// Whether requests keep the key by which a target knows them again, and the version, rather than having their own.
    pub keeps_keys: bool,
    /// Who acts, where it is another identity than the run's own.
    pub actor: Option<Arc<TestedContract>>,
    /// What of the life was gone through.
    pub coverage: Coverage,
    debt: Debt,
}

impl<T: Transport> Stage<T> {
    pub fn new(run: &mut ContractRun<'_, '_, T>) -> Self {
        run.lives += 1;
        Self {
            tested: run.tested.clone(),
            planning: run.planning.clone(),
            // What a life makes stays until it deletes it.
            sender: Sender { trims: false, fresh: None, ..run.sender.clone() },
            fresh: run.sender.fresh.clone(),
            starts: HashMap::new(),
            accepted: run.accepted.clone(),
            names: (run.lives, 0),
            is_plain: false,
            is_lost: false,
            is_hurried: false,
            is_dead: false,
            requests: BTreeMap::new(),
            failed: Vec::new(),
            wrong: Vec::new(),
            any_invalid: run.writes.any_invalid,
            long: HashSet::new(),
            first_pages: HashMap::new(),
            origin: Vec::new(),
            keeps_keys: false,
            actor: None,
            coverage: Coverage::default(),
            debt: run.debt.clone(),
        }
    }

    /// Whether no request was sent.
    pub fn has_sent_nothing(&self) -> bool {
        self.requests.is_empty()
    }

    /// How many requests were sent, by the position of their operation, what was gone through, and the responses that are
    /// wrong by themselves.
    pub fn into_parts(self) -> (Vec<(usize, usize)>, Coverage, Vec<LateFinding>) {
        (self.requests.into_iter().collect(), self.coverage, self.wrong)
    }

    pub fn described(&self, operation: usize) -> &Operation {
        &self.tested.contract.operations[operation]
    }

    /// What is judged of a request.
    pub fn subject<'a>(&'a self, sent: &'a Sent) -> Subject<'a> {
        sent.subject(&self.tested)
    }

    /// The plain request of an operation.
    pub fn baseline(&mut self, operation: usize) -> Option<RequestValues> {
        let known = self.accepted.plainest(operation).cloned();
        known.or_else(|| self.start(operation).baseline.clone())
    }

    /// The plain request of an operation, for as much as a list may be asked for.
    pub fn whole(&mut self, operation: usize) -> Option<RequestValues> {
        let mut values = self.baseline(operation)?;
        if let Some((size, most)) = sizes::largest(&self.tested.contract.schemas, self.described(operation)) {
            let plain = values.parameters[size].replace(most);
            if self.tested.gate(operation).confirm(values.clone(), Intent::Valid, None).is_err() {
                values.parameters[size] = plain;
            }
        }
        Some(values)
    }

    fn start(&mut self, operation: usize) -> Arc<PlannedOperation> {
        let planning = &self.planning;
        self.starts.entry(operation).or_insert_with(|| Arc::new(planning.start(operation))).clone()
    }

    /// Sends a valid request; `None` where it surely is none.
    pub async fn send(&mut self, operation: usize, values: RequestValues, name: &str) -> Option<Arc<Sent>> {
        if self.is_dead {
            return None;
        }
        let values = if self.keeps_keys { values } else { self.keyed(operation, &values).unwrap_or(values) };
        let confirmed = self.tested.gate(operation).confirm(values, Intent::Valid, None).ok()?;
        let case = Arc::new(self.in_step(Case::step(operation, name, confirmed)).await);
        let (exchange, findings) = self.dispatch(operation, &case).await;
        let sent = Arc::new(Sent { operation, case, exchange });
        self.judge_alone(&sent, &findings);
        for finding in failures(findings) {
            let late = self.late(finding, &sent, &[&sent]);
            self.failed.push(late);
        }
        Some(sent)
    }

    /// Sends a case as whoever acts; its exchange, and what the checks find.
    pub(super) async fn dispatch(&mut self, operation: usize, case: &Arc<Case>) -> (Arc<Exchange>, Vec<Finding>) {
        let planned = self.start(operation);
        let completed = match &self.actor {
            Some(actor) => {
                Sender { tested: actor.clone(), keeper: None, ..self.sender.clone() }.send(&planned, case).await
            }
            None => self.sender.send(&planned, case).await,
        };
        let exchange = Arc::new(completed.evaluation.exchange);
        self.is_dead = exchange.result.is_err();
        *self.requests.entry(operation).or_default() += 1 + exchange.attempts.earlier();
        (exchange, completed.evaluation.findings)
    }

    /// Keeps what is wrong with a response whatever was sent before it.
    fn judge_alone(&mut self, sent: &Arc<Sent>, findings: &[Finding]) {
        let described = self.described(sent.operation);
        let is_shared = described.method == "GET" && ends_fixed(&described.path);
        for finding in of_response(findings, sent.status(), self.any_invalid && is_shared) {
            if !self.wrong.iter().any(|late| late.finding.cause == finding.cause) {
                let late = self.late(finding.clone(), sent, &[sent]);
                self.wrong.push(late);
            }
        }
    }

    /// Sends a request about a resource, in the first spelling of its id that is valid.
    pub async fn send_on(
        &mut self,
        operation: usize,
        values: &RequestValues,
        resource: &Resource,
        name: &str,
    ) -> Option<Arc<Sent>> {
        let all = resource.put_into(self.described(operation), values);
        let gate = self.tested.gate(operation);
        let fits = |values: &RequestValues| gate.confirm(values.clone(), Intent::Valid, None).is_ok();
        let values = all.into_iter().find(fits)?;
        self.send(operation, values, name).await
    }

    /// Reads until the law is kept, or the server has had its time: what it comes to in the end.
    pub async fn look(
        &mut self,
        operation: usize,
        resource: &Resource,
        name: &str,
        judge: impl Fn(&Subject<'_>) -> Option<Finding>,
    ) -> Option<(Arc<Sent>, Option<Finding>)> {
        let values = self.whole(operation)?;
        let mut waits = if self.is_hurried { [].iter() } else { WAITS.iter() };
        loop {
            let sent = self.send_on(operation, &values, resource, name).await?;
            let finding = judge(&self.subject(&sent)).filter(|_| !laws::is_cached(&self.subject(&sent)));
            match waits.next().filter(|_| finding.is_some()) {
                Some(wait) => tokio::time::sleep(*wait).await,
                None => return Some((sent, finding)),
            }
        }
    }

    /// Waits for longer than a second, so that times differ that have no fractions.
    pub async fn wait(&self) {
        if !self.is_hurried {
            tokio::time::sleep(WAITS[2]).await;
        }
    }

    /// Waits until what was promised can be read, as long as any law is waited for.
    pub async fn settle(&mut self, operation: usize, resource: &Resource) {
        let Some(values) = self.baseline(operation) else { return };
        for wait in WAITS {
            let sent = self.send_on(operation, &values, resource, "what was promised").await;
            if sent.is_none_or(|sent| sent.status() != Some(404)) {
                return;
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// Takes what has made a resource that later steps are about.
    pub fn begins_with(&mut self, made: &Arc<Sent>) {
        self.origin.push(made.clone());
    }

    /// A finding about one request, with the steps that show it.
    pub fn late(&self, finding: Finding, shown_by: &Arc<Sent>, steps: &[&Arc<Sent>]) -> LateFinding {
        let all: Vec<&Arc<Sent>> = self.origin.iter().chain(steps.iter().copied()).collect();
        self.late_alone(finding, shown_by, &all)
    }

    /// One with no other steps than these.
    pub fn late_alone(&self, mut finding: Finding, shown_by: &Arc<Sent>, steps: &[&Arc<Sent>]) -> LateFinding {
        if steps.len() > 1 {
            finding.evidence.sequence = steps.iter().map(|sent| sent.exchange.clone()).collect();
        }
        LateFinding { finding, case: shown_by.case.clone(), exchange: shown_by.exchange.clone() }
    }

    /// Whether this is a name that was given here.
    pub fn has_given(&self, name: &str) -> bool {
        name.starts_with(PREFIX)
    }

    /// Sends a request about a resource as somebody else.
    pub async fn send_as(
        &mut self,
        actor: &Arc<TestedContract>,
        (operation, values): (usize, &RequestValues),
        resource: &Resource,
        name: &str,
    ) -> Option<Arc<Sent>> {
        self.actor = Some(actor.clone());
        let sent = self.send_on(operation, values, resource, name).await;
        self.actor = None;
        sent
    }

    /// Takes what a life has deleted.
    pub fn deleted(&self, resource: &Resource) {
        if let Some(keeper) = &self.sender.keeper {
            keeper.forget(resource);
        }
    }

    /// Texts that nothing else has in this run.
    pub fn texts(&mut self) -> Vec<Value> {
        let name = self.name();
        [format!("{name}@example.com"), name.replace('-', ""), name].into_iter().map(Value::from).collect()
    }

    /// Takes the request that puts back what is about to be changed: it is sent at the end of the run, whenever that is.
    pub fn put_back(&mut self, operation: usize, values: &RequestValues, resource: &Resource) {
        let planned = self.start(operation);
        let values = resource.put_into(self.described(operation), values).into_iter().next();
        let confirmed = values.and_then(|values| self.tested.gate(operation).confirm(values, Intent::Valid, None).ok());
        if let Some(confirmed) = confirmed {
            self.debt.owe(planned, Case::step(operation, "what was there before", confirmed));
        }
    }

    /// Takes that all is as it was.
    pub fn is_put_back(&mut self) {
        self.debt.settle();
    }

    /// Keys that nothing else has in this run: a name, a UUID, a number, and what is like one that is `known` to be valid.
    pub fn keys(&mut self, known: Option<&Value>) -> Vec<Value> {
        let name = self.name();
        let own = crate::finding::digest(&[&name]);
        let uuid = format!("6f1c0d0e-52b7-4c39-8d0b-{:012x}", own & 0xffff_ffff_ffff);
        let mut keys = vec![Value::from(name), Value::from(uuid), Value::from(1_800_000_000 + own % 100_000_000)];
        keys.extend(known.into_iter().flat_map(|known| alike(known, own)));
        keys
    }

    /// The request under a key of its own, if it has one.
    pub fn keyed(&mut self, operation: usize, values: &RequestValues) -> Option<RequestValues> {
        let at = self.described(operation).idempotency_key()?;
        let known = values.parameters.get(at)?.clone()?;
        let keys = self.keys(Some(&known));
        let own = |key: Value| {
            let mut values = values.clone();
            values.parameters[at] = Some(key);
            self.tested.gate(operation).confirm(values.clone(), Intent::Valid, None).is_ok().then_some(values)
        };
        keys.into_iter().find_map(own)
    }

    /// A name that nothing else has in this run.
    fn name(&mut self) -> String {
        self.names.1 += 1;
        format!("{PREFIX}-{}-{}-{}", self.planning.options.seed, self.names.0, self.names.1)
    }

    /// The same request with other values at the places that a target is known to take only once.
    pub fn unlike(&self, operation: usize, values: &RequestValues) -> Option<RequestValues> {
        let confirmed = self.tested.gate(operation).confirm(values.clone(), Intent::Valid, None).ok()?;
        self.fresh.as_ref()?.unlike(&Case::step(operation, "", confirmed))?.values
    }

    /// What must be done to a resource before an operation is accepted on it, as far as that is requests.
    pub fn openers(&self, operation: usize) -> Vec<(usize, RequestValues)> {
        let known = self.fresh.iter().flat_map(|fresh| fresh.openers(operation));
        known.filter_map(|case| Some((case.operation, case.values?))).collect()
    }

    /// The same request with names of its own: where a server takes each only once.
    pub fn renamed(&mut self, operation: usize, values: &RequestValues) -> Option<RequestValues> {
        let mut renamed = values.clone();
        let name = self.name();
        let properties: Vec<String> = values.body.as_ref()?.1.as_object()?.keys().cloned().collect();
        for property in properties {
            let Some(was @ Value::String(_)) = renamed.body.as_ref()?.1.get(&property).cloned() else { continue };
            for text in [name.clone(), format!("{name}@example.com"), name.replace('-', "")] {
                renamed.body.as_mut()?.1[&property] = Value::from(text);
                if self.tested.gate(operation).confirm(renamed.clone(), Intent::Valid, None).is_ok() {
                    break;
                }
                renamed.body.as_mut()?.1[&property] = was.clone();
            }
        }
        (renamed != *values).then_some(renamed)
    }
}
