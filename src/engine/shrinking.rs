//! Shrinks the findings of an operation by sending simpler requests, every cause at once.

use std::sync::Arc;
use std::time::Instant;

use futures_util::future::join_all;
use indexmap::IndexMap;
use proptest::strategy::ValueTree;

use super::Transport;
use super::evaluate;
use super::event::{Event, FindingKey};
use super::listener::{ListenerError, Listeners};
use super::model::PlannedOperation;
use super::scheduler::Sender;
use super::task::Task;
use crate::case::{Case, Intent, RequestValues, is_safe};
use crate::contract::{ClauseId, ClauseTarget};
use crate::execute::{Exchange, Failure};
use crate::finding::{Finding, Flakiness};
use crate::rule::Shrink;
use crate::shrink::{Difference, Scope, Tree, difference};

/// Causes of one operation that are made small; further ones are reported as they were found.
const MOST: usize = 100;
/// A finding with a larger response, in bytes, is reported as it was found.
const HUGE: usize = 1 << 20;
/// How often an exchange that did not show its finding again is repeated before it is called flaky.
const REPEATS: usize = 2;

/// A finding with the case that showed it best so far: that breaks least beside it, and is small.
#[derive(Clone, Debug)]
struct Found {
    case: Arc<Case>,
    finding: Finding,
    /// Whether the request was unsafe and got a success. It may have changed the state that showed the finding, so that
    /// repeats which do not show it prove nothing.
    may_have_changed_state: bool,
    sent_at: Instant,
    /// How many clauses it breaks beside its own, whether anything is wrong with it, whether it is not the plainest one,
    /// and its size.
    weight: (usize, bool, bool, usize),
}

/// The findings of one operation, one for each cause.
#[derive(Debug, Default)]
pub(super) struct FindingsByCause(IndexMap<FindingKey, Found>);

impl FindingsByCause {
    /// Takes what was found in one exchange.
    pub fn take(&mut self, case: &Arc<Case>, exchange: &Exchange, sent_at: Instant, findings: &[Finding]) {
        // An unanswered request costs its whole timeout each time.
        if matches!(exchange.result, Err(Failure::Timeout(_))) {
            return;
        }
        // A huge response costs its time and memory each time.
        if exchange.result.as_ref().is_ok_and(|response| response.body.len() > HUGE) {
            return;
        }
        let size = exchange.request.url.len() + exchange.request.body.as_ref().map_or(0, Vec::len);
        let weight = (case.also_broken.len(), case.intent != Intent::Valid, !case.is_plainest, size);
        let is_success = exchange.is_success();
        let may_have_changed_state = is_success && !is_safe(&case.request.method);
        for finding in findings {
            let key = FindingKey::of(finding);
            if self.0.len() >= MOST && !self.0.contains_key(&key) {
                continue;
            }
            let found =
                || Found { case: case.clone(), finding: finding.clone(), may_have_changed_state, sent_at, weight };
            let known = self.0.entry(key).or_insert_with(found);
            if weight < known.weight {
                *known = found();
            }
        }
    }

    /// Makes them small with up to `most` requests each, none where that is 0, and reports what became of each in the
    /// order in which they were found.
    pub async fn shrink<T: Transport>(
        self,
        sender: &Sender<T>,
        planned: &Arc<PlannedOperation>,
        most: usize,
        listeners: &mut Listeners<'_>,
    ) -> Result<(), ListenerError> {
        if most == 0 {
            return Ok(());
        }
        let tasks = self.0.into_iter().map(|(before, found)| {
            let baseline = planned.baseline.clone();
            let shrinker = Shrinker { sender: sender.clone(), planned: planned.clone(), baseline };
            Task::spawn(async move { (before, shrinker.shrink(found, most).await) })
        });
        for (before, shrunk) in join_all(tasks).await {
            listeners.on(&Event::FindingShrunk {
                contract: sender.tested.contract.clone(),
                before,
                finding: Box::new(shrunk.finding),
                case: shrunk.case,
                exchange: shrunk.exchange.map(Arc::new),
                requests: shrunk.requests,
            })?;
        }
        Ok(())
    }
}

/// What became of a finding.
struct ShrunkFinding {
    case: Arc<Case>,
    /// `None` where it did not show again.
    exchange: Option<Exchange>,
    finding: Finding,
    requests: usize,
}

/// An exchange that showed the finding.
pub(super) struct Shown {
    pub case: Arc<Case>,
    pub exchange: Exchange,
    pub finding: Finding,
}

/// Makes cases of one operation small.
pub(super) struct Shrinker<T> {
    pub sender: Sender<T>,
    pub planned: Arc<PlannedOperation>,
    /// Towards which values.
    pub baseline: Option<RequestValues>,
}

impl<T: Transport> Shrinker<T> {
    /// Sends a case; what it shows, if it is the `wanted` finding.
    pub async fn send(&self, case: Arc<Case>, wanted: &Finding) -> Option<Shown> {
        let evaluation = self.sender.send_again(&self.planned, &case).await?.evaluation;
        let mut findings = evaluation.findings.into_iter().chain(evaluation.contested);
        let finding = findings.find(|found| is_same(found, wanted))?;
        Some(Shown { case, exchange: evaluation.exchange, finding })
    }

    async fn shrink(&self, found: Found, most: usize) -> ShrunkFinding {
        let Found { case, finding, may_have_changed_state, sent_at, .. } = found;
        let tested = &self.sender.tested;
        let operation = &tested.contract.operations[self.planned.operation];
        // The run itself may have changed what showed it. A write is itself among those that change it, and says nothing.
        let is_read = is_safe(&case.request.method);
        let is_explained = || may_have_changed_state || is_read && tested.last_writes.is_after(operation, sent_at);
        let mut requests = 0;
        let mut shown = 0;
        let mut best = None;
        // Once is enough where it shows at once.
        for _ in 0..=REPEATS {
            if self.planned.is_too_late() {
                break;
            }
            requests += 1;
            if let Some(again) = self.send(case.clone(), &finding).await {
                shown += 1;
                best = Some(again);
                if requests == 1 {
                    break;
                }
            } else if is_explained() {
                break;
            }
        }
        // Repeats with other values, where one may be taken only once, say nothing of this one.
        let is_explained = || is_explained() || self.is_sent_otherwise(&case);
        let Some(best) = best else {
            let flaky =
                (!is_explained() && !self.planned.is_too_late()).then_some(Flakiness { shown: 1, tries: requests + 1 });
            return ShrunkFinding { case, exchange: None, finding: Finding { flaky, ..finding }, requests };
        };
        if requests > 1 {
            let flaky = Some(Flakiness { shown: shown + 1, tries: requests + 1 });
            let finding = Finding { flaky, ..best.finding };
            return ShrunkFinding { case: best.case, exchange: Some(best.exchange), finding, requests };
        }
        let best = self.simplify(best, &finding, &mut requests, most).await;
        let best = self.pin(best, &case, &finding).await;
        ShrunkFinding { case: best.case, exchange: Some(best.exchange), finding: best.finding, requests }
    }

    /// Whether a case has values that must be unique and that the target has by now, so that it is sent with others.
    fn is_sent_otherwise(&self, case: &Case) -> bool {
        self.sender.fresh.as_ref().is_some_and(|fresh| fresh.is_spent(case))
    }

    /// Sends simpler cases as long as they show the same, up to `most` requests in all.
    pub async fn simplify(&self, mut best: Shown, wanted: &Finding, requests: &mut usize, most: usize) -> Shown {
        let tested = &self.sender.tested;
        let Some(baseline) = &self.baseline else { return best };
        let scope = Scope { gate: tested.gate(self.planned.operation), baseline };
        let any_intent = wanted.rule.shrink == Shrink::ByAnyValues;
        let Some(mut tree) = Tree::new(scope, &best.case, any_intent) else { return best };
        let mut more = tree.simplify();
        while more && *requests < most && !self.planned.is_too_late() {
            *requests += 1;
            let shown = self.send(Arc::new(tree.current()), wanted).await;
            let is_as_before = |shown: &Shown| {
                !wanted.rule.shrink.is_by_values()
                    || status(&shown.exchange) == status(&best.exchange)
                        && shown.finding.root.may_be(&best.finding.root)
            };
            match shown.filter(is_as_before) {
                Some(shown) => {
                    best = shown;
                    more = tree.simplify();
                }
                None => more = tree.complicate(),
            }
        }
        best
    }

    /// Where the cause is in the values, names it by what is left of them, and pins the finding to it.
    pub async fn pin(&self, best: Shown, original: &Case, wanted: &Finding) -> Shown {
        let (Some(baseline), Some(values)) = (&self.baseline, &best.case.values) else { return best };
        if !wanted.rule.shrink.is_by_values() || values.mutation.is_some() {
            return best;
        }
        let operation = &self.sender.tested.contract.operations[self.planned.operation];
        let difference = difference(values, baseline);
        let clause = self.clause(&best.case, original, &difference);
        let name = match (best.case.request == original.request, difference.describe(operation)) {
            (false, Some(name)) if best.case.intent == Intent::Valid => name,
            (false, None) if difference == Difference::default() => "the plainest request".to_owned(),
            _ => best.case.name.clone(),
        };
        let case = Arc::new(Case { clause, name, ..(*best.case).clone() });
        let (tested, exchange) = (&self.sender.tested, best.exchange.clone());
        let again = evaluate::evaluate(tested, &self.planned, &case, exchange).await;
        let mut findings = again.findings.into_iter().chain(again.contested);
        let finding = match findings.find(|found| is_same(found, wanted)) {
            Some(again) => {
                again.caused_by_values(&format!("{} of {}", status(&best.exchange), difference.manner(operation)))
            }
            None => best.finding,
        };
        Shown { case, exchange: best.exchange, finding }
    }

    /// The clause of the one node in which a small case differs from the baseline request: its own where the value is
    /// unchanged or it breaks that clause, else the first at that node.
    fn clause(&self, small: &Case, original: &Case, difference: &Difference) -> Option<ClauseId> {
        let unchanged = small.request == original.request && !difference.is_of_characters();
        if matches!(small.intent, Intent::Invalid(_)) || unchanged {
            return small.clause.or(original.clause);
        }
        let clauses = self.sender.tested.contract.operations[self.planned.operation].clauses();
        let (index, _) = small.values.as_ref()?.body.as_ref()?;
        let ([at], []) = (difference.body.as_slice(), difference.parameters.as_slice()) else { return None };
        clauses
            .iter()
            .find(|(_, clause)| {
                clause.place == ClauseTarget::Body(*index) && clause.site.is_some() && at.matches(&clause.instance)
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
    exchange.result.as_ref().map_or_else(|_| "no answer".to_owned(), |response| response.status.to_string())
}
