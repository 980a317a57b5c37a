//! Makes the findings of an operation small, over the network: every distinct cause at once.

use std::sync::Arc;

use indexmap::IndexMap;
use proptest::strategy::ValueTree;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::event::Event;
use super::judging;
use super::prepare::Prepared;
use super::{Listener, Transport};
use crate::case::{Case, Intent};
use crate::contract::{ClauseId, ClausePlace};
use crate::execute::{Exchange, Failure};
use crate::finding::{Finding, Flakiness};
use crate::rule::{Severity, Shrink};
use crate::shrink::{Difference, Scope, Tree, difference};

/// Causes of one operation that are made small; further ones are told as they came.
const MOST: usize = 100;
/// A finding with a larger answer, in bytes, is told as it came.
const HUGE: usize = 1 << 20;
/// How often an exchange that did not show its finding again is repeated before it is called flaky.
const REPEATS: usize = 2;

/// A finding with the case that showed it best so far: that breaks least beside it, and is small.
#[derive(Clone, Debug)]
struct Suspect {
    case: Arc<Case>,
    finding: Finding,
    /// How many clauses it breaks beside its own, and its size.
    weight: (usize, usize),
}

/// The findings of one operation, one for each cause.
#[derive(Debug, Default)]
pub(super) struct Suspects(IndexMap<(Severity, String), Suspect>);

impl Suspects {
    /// Takes what was found in one exchange.
    pub fn take(&mut self, case: &Arc<Case>, exchange: &Exchange, findings: &[Finding]) {
        // An unanswered request costs its whole timeout each time.
        if matches!(exchange.outcome, Err(Failure::Timeout(_))) {
            return;
        }
        // A huge answer costs its time and memory each time.
        if exchange.outcome.as_ref().is_ok_and(|answer| answer.body.len() > HUGE) {
            return;
        }
        let size = exchange.sent.url.len() + exchange.sent.body.as_ref().map_or(0, Vec::len);
        let weight = (case.also_broken.len(), size);
        for finding in findings {
            let key = (finding.severity, finding.cause.clone());
            if self.0.len() >= MOST && !self.0.contains_key(&key) {
                continue;
            }
            let suspect = || Suspect { case: case.clone(), finding: finding.clone(), weight };
            let known = self.0.entry(key).or_insert_with(suspect);
            if weight < known.weight {
                *known = suspect();
            }
        }
    }

    /// Makes them small and tells what became of each, in the order in which they were found.
    pub async fn shrink<T: Transport>(
        self,
        prepared: &Arc<Prepared>,
        plan: usize,
        transport: &Arc<T>,
        options: (usize, usize),
        listener: &mut dyn Listener,
    ) {
        let (concurrency, most) = options;
        let permits = Arc::new(Semaphore::new(concurrency.max(1)));
        let mut tasks = JoinSet::new();
        for (index, (key, suspect)) in self.0.into_iter().enumerate() {
            let (prepared, transport, permits) = (prepared.clone(), transport.clone(), permits.clone());
            tasks.spawn(async move {
                let sender = Sender { prepared: &prepared, plan, transport: &*transport, permits: &permits };
                (index, key, sender.shrink(suspect, most).await)
            });
        }
        let mut done = Vec::new();
        while let Some(result) = tasks.join_next().await {
            // A check that panics is a fault of this program.
            done.push(result.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic())));
        }
        done.sort_by_key(|(index, ..)| *index);
        for (_, (severity, cause), small) in done {
            listener.on(&Event::FindingShrunk {
                contract: prepared.contract.clone(),
                before: (severity, cause),
                finding: Box::new(small.finding),
                case: small.case,
                exchange: small.exchange.map(Arc::new),
                requests: small.requests,
            });
        }
    }
}

/// What became of a suspect.
struct Small {
    case: Arc<Case>,
    /// `None` where it did not show again.
    exchange: Option<Exchange>,
    finding: Finding,
    requests: usize,
}

struct Sender<'a, T> {
    prepared: &'a Arc<Prepared>,
    plan: usize,
    transport: &'a T,
    permits: &'a Semaphore,
}

impl<T: Transport> Sender<'_, T> {
    async fn send(&self, case: &Case) -> (Exchange, Vec<Finding>) {
        let operation = &self.prepared.contract.operations[case.operation];
        let permit = self.permits.acquire().await;
        let exchange = self.transport.send(operation, case, &self.prepared.fixtures).await;
        let _permit = judging::is_large(&exchange).then_some(permit);
        let judged = judging::judge(self.prepared, self.plan, case, exchange).await;
        (judged.exchange, judged.findings)
    }

    async fn shrink(&self, suspect: Suspect, most: usize) -> Small {
        let planned = &self.prepared.plans[self.plan];
        let Suspect { case, finding, .. } = suspect;
        let mut requests = 0;
        let mut shown = 0;
        let mut best = None;
        // Once is enough where it shows at once.
        for _ in 0..=REPEATS {
            requests += 1;
            let (exchange, findings) = self.send(&case).await;
            if let Some(same) = findings.into_iter().find(|found| is_same(found, &finding)) {
                shown += 1;
                best = Some((case.clone(), exchange, same));
                if requests == 1 {
                    break;
                }
            }
        }
        let Some((mut small, mut exchange, mut found)) = best else {
            let finding = Finding { flaky: Some(Flakiness { shown: 1, tries: requests + 1 }), ..finding };
            return Small { case, exchange: None, finding, requests };
        };
        if requests > 1 {
            let finding = Finding { flaky: Some(Flakiness { shown: shown + 1, tries: requests + 1 }), ..found };
            return Small { case: small, exchange: Some(exchange), finding, requests };
        }
        let Some(base) = &planned.base else {
            return Small { case: small, exchange: Some(exchange), finding: found, requests };
        };
        let operation = &self.prepared.contract.operations[case.operation];
        let scope = Scope { operation, clauses: &planned.clauses, validators: &self.prepared.validators, base };
        let any_intent = finding.rule.shrink == Shrink::ByAnyValues;
        if let Some(mut tree) = Tree::new(scope, &case, any_intent) {
            let mut more = tree.simplify();
            while more && requests < most {
                requests += 1;
                let candidate = tree.current();
                let (answer, findings) = self.send(&candidate).await;
                let same_status = !finding.rule.shrink.is_by_values() || status(&answer) == status(&exchange);
                match findings.into_iter().find(|found| same_status && is_same(found, &finding)) {
                    Some(same) => {
                        (small, exchange, found) = (Arc::new(candidate), answer, same);
                        more = tree.simplify();
                    }
                    None => more = tree.complicate(),
                }
            }
        }
        if finding.rule.shrink.is_by_values()
            && let Some(draft) = &small.values
        {
            let difference = difference(draft, base);
            let clause = self.clause(&small, &case, &difference);
            let name = match (small.request == case.request, difference.describe(operation)) {
                (false, Some(name)) if small.intent == Intent::Valid => name,
                (false, None) if difference == Difference::default() => "the plainest request".to_owned(),
                _ => small.name.clone(),
            };
            let pinned = Case { clause, name, ..(*small).clone() };
            let judged = judging::judge(self.prepared, self.plan, &pinned, exchange.clone()).await;
            if let Some(again) = judged.findings.into_iter().find(|found| is_same(found, &finding)) {
                let manner = format!("{} of {}", status(&exchange), difference.manner(operation));
                found = again.caused_by_values(&manner);
            }
            small = Arc::new(pinned);
        }
        Small { case: small, exchange: Some(exchange), finding: found, requests }
    }

    /// The clause of the one node in which a small case differs from a plain one: its own where the value is
    /// unchanged or it breaks that clause, else the first at that node.
    fn clause(&self, small: &Case, original: &Case, difference: &Difference) -> Option<ClauseId> {
        let unchanged = small.request == original.request && !difference.is_of_characters();
        if matches!(small.intent, Intent::Invalid(_)) || unchanged {
            return small.clause.or(original.clause);
        }
        let clauses = &self.prepared.plans[self.plan].clauses;
        let (index, _) = small.values.as_ref()?.body.as_ref()?;
        let ([at], []) = (difference.body.as_slice(), difference.parameters.as_slice()) else { return None };
        clauses
            .iter()
            .find(|(_, clause)| {
                clause.place == ClausePlace::Body(*index) && clause.site.is_some() && clause.speaks_of(at)
            })
            .map(|(id, _)| id)
    }
}

/// Whether two findings break the same rule: by their cause, save for crashes, which may come by many ways.
fn is_same(found: &Finding, wanted: &Finding) -> bool {
    found.rule == wanted.rule
        && found.severity == wanted.severity
        && (found.cause == wanted.cause || wanted.rule.shrink.is_by_values())
}

fn status(exchange: &Exchange) -> String {
    exchange.outcome.as_ref().map_or_else(|_| "no answer".to_owned(), |answer| answer.status.to_string())
}
