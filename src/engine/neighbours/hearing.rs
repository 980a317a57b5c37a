//! Looks into refusals one after the other, by requests that differ in little.

use std::cmp::Ordering;
use std::sync::Arc;

use serde_json::Value;

use super::cause::Refusal;
use super::evidence::Evidence;
use super::model::{Held, Refused, values};
use super::node::Node;
use super::open::is_any_text;
use super::order::compare;
use crate::case::{Case, Intent, RequestValues};
use crate::engine::Transport;
use crate::engine::diverse::diverse;
use crate::engine::habits::{LeftOut, Omission};
use crate::engine::judge::LateFinding;
use crate::engine::model::PlannedOperation;
use crate::engine::scheduler::{Completed, Sender};
use crate::engine::shrinking::{Shown, Shrinker};
use crate::engine::status::is_accepted;
use crate::finding::Finding;
use crate::rule::Severity;
use crate::shrink::{Difference, difference};
use crate::spec::Pointer;
use crate::text::ellipsis;

/// Accepted requests that are sent again until one is accepted again.
const BASES: usize = 3;
/// Accepted requests into which a refused value is put.
const SURROUNDINGS: usize = 6;
/// Those that are chosen from.
const MOST_SURROUNDINGS: usize = 128;
/// Values that are tried beside one that may stand in the wrong order to them.
const REPAIRS: usize = 3;

/// The hearing of all refusals of one operation.
pub(super) struct Hearing<'a, T> {
    sender: &'a Sender<T>,
    planned: &'a Arc<PlannedOperation>,
    pub(super) evidence: Evidence,
    most: usize,
    /// Nodes of which it is known why their values are refused.
    settled: Vec<Node>,
    /// Objects of free keys of which nothing but an empty one is accepted.
    maps: Vec<Pointer>,
    /// Objects of free keys with how a value of one was refused, and what of: what is found of one is found of all.
    keys: Vec<(Pointer, String)>,
    /// What was found to be left out, with the node and the words of the refusal.
    left_out: Vec<(Node, String, Omission, String)>,
    pub requests: usize,
}

impl<'a, T: Transport> Hearing<'a, T> {
    pub fn new(sender: &'a Sender<T>, planned: &'a Arc<PlannedOperation>, evidence: Evidence, most: usize) -> Self {
        Self {
            sender,
            planned,
            evidence,
            most,
            settled: Vec::new(),
            maps: Vec::new(),
            keys: Vec::new(),
            left_out: Vec::new(),
            requests: 0,
        }
    }

    /// The refusal without the values that are settled already; `None` where nothing is left that is refused.
    pub async fn unsettled(&mut self, refused: Refused) -> Option<Refused> {
        let Some(own) = values(&refused.case) else { return Some(refused) };
        let nearest = self.evidence.nearest(&refused.case);
        let base = nearest.first().and_then(|base| values(base))?;
        let nodes = Node::all_of(&difference(own, base));
        let (settled, left): (Vec<_>, Vec<_>) = nodes.into_iter().partition(|node| self.is_settled(node));
        if settled.is_empty() {
            return Some(refused);
        }
        if left.is_empty() {
            return None;
        }
        let mut rest = own.clone();
        for node in settled {
            node.set(&mut rest, node.get(base).cloned());
        }
        let case = self.case(&refused.case, rest)?;
        let shown = self.refusal(case, &refused.finding).await?;
        Some(Refused { case: shown.case, finding: shown.finding })
    }

    fn is_settled(&self, node: &Node) -> bool {
        let is_within = |map: &Pointer| matches!(node, Node::Body(at) if at.is_inside(map));
        self.settled.contains(node) || self.maps.iter().any(is_within)
    }

    /// The finding, if the refusal holds.
    pub async fn hear(&mut self, refused: Refused) -> Option<Held> {
        let base = self.base(&refused.case).await?;
        let again = self.refusal(refused.case.clone(), &refused.finding).await?;
        let (Some(_), Some(plain)) = (values(&refused.case), values(&base)) else {
            // There is nothing else to vary.
            return self.is_accepted(base.clone()).await.then(|| Held::Finding(late(again)));
        };
        let shrinker = self.shrinker(Some(plain.clone()));
        let mut spent = 0;
        let small = shrinker.simplify(again, &refused.finding, &mut spent, self.most).await;
        self.requests += spent;
        let own = values(&small.case)?.clone();
        let difference = difference(&own, plain);
        let nodes = Node::all_of(&difference);
        let is_unsettled = nodes.iter().any(|node| !self.is_settled(node));
        let holds = is_unsettled
            && self.is_accepted(base.clone()).await
            && !self.evidence.excuses(&nodes, &own, &small.exchange)
            && !self.is_accepted_in_other_surroundings(&small.case, &nodes, &own).await
            && !self.is_matter_of_order(&small.case, &nodes, &own, plain).await
            && !nodes.iter().any(|node| self.shows_only_its_lack(node, plain))
            // What was not answered may have been accepted.
            && !self.planned.is_too_late();
        // Of several nodes, nobody knows which one it is.
        if holds || nodes.len() == 1 {
            self.settled.extend(nodes.iter().cloned());
        }
        if !holds {
            let [node] = &nodes[..] else { return None };
            return self.together(small, node, &own, plain).await;
        }
        let mut small = shrinker.pin(small, &refused.case, &refused.finding).await;
        small.finding.message.push_str(&self.neighbour(&nodes, plain));
        self.attribute(small, &nodes, (&own, plain), &difference)
    }

    /// Names the bug that a refusal is of; `None` where it was told of another key of the same object.
    fn attribute(
        &mut self,
        mut small: Shown,
        nodes: &[Node],
        (own, plain): (&RequestValues, &RequestValues),
        difference: &Difference,
    ) -> Option<Held> {
        let contract = &self.sender.tested.contract;
        let refusal = Refusal { contract, evidence: &self.evidence, nodes, own, plain };
        let Ok(response) = &small.exchange.result else { return Some(Held::Finding(late(small))) };
        let words = refusal.words(&small.case, response);
        let said = (!words.is_empty()).then(|| format!("{}{words}", response.status));
        let key = refusal.free_key().map(|holder| {
            let how = format!("{}{words} {}", response.status, difference.kinds.join(", "));
            (holder, how)
        });
        if key.as_ref().is_some_and(|key| self.keys.contains(key)) {
            return None;
        }
        let (finding, omission) = refusal.attribute(small.finding, &small.case, response, difference);
        small.finding = finding;
        let map = nodes.first().and_then(|node| refusal.map_of(node));
        let is_of_map = omission.as_ref().is_some_and(|(omission, _)| omission.keyword == "properties");
        let own = omission.clone();
        let omission = omission.or_else(|| self.explained(nodes, said.as_deref()?));
        self.maps.extend(map.filter(|_| is_of_map));
        self.keys.extend(key);
        if let ([node], Some(said), Some((omission, manner))) = (nodes, said, own) {
            self.left_out.push((node.clone(), said, omission, manner));
        }
        Some(match omission {
            Some((omission, manner)) => Held::LeftOut(LeftOut { late: late(small), omission, manner }),
            None => Held::Finding(late(small)),
        })
    }

    /// What was left out of a node within these, where the target said the same.
    fn explained(&self, nodes: &[Node], words: &str) -> Option<(Omission, String)> {
        let is_it = |(node, said, ..): &&(Node, String, Omission, String)| {
            said == words && nodes.iter().any(|outer| outer.holds(node))
        };
        self.left_out.iter().find(is_it).map(|(_, _, omission, manner)| (omission.clone(), manner.clone()))
    }

    fn shrinker(&self, baseline: Option<RequestValues>) -> Shrinker<T> {
        Shrinker { sender: self.sender.clone(), planned: self.planned.clone(), baseline }
    }

    /// An accepted case that is accepted again, the most similar one that there is.
    async fn base(&mut self, case: &Arc<Case>) -> Option<Arc<Case>> {
        let near = match &case.values {
            // What is written in another way has the usual way for its neighbour.
            Some(values) if values.mutation.is_some() => {
                self.case(case, RequestValues { mutation: None, ..values.clone() }).into_iter().collect()
            }
            _ => self.evidence.nearest(case),
        };
        for near in near.into_iter().take(BASES) {
            if self.is_accepted(near.clone()).await {
                return Some(near);
            }
        }
        None
    }

    /// A valid case of other values; `None` where they are not surely valid.
    pub(super) fn case(&self, like: &Arc<Case>, values: RequestValues) -> Option<Arc<Case>> {
        let gate = self.sender.tested.gate(self.planned.operation);
        let confirmed = gate.confirm(values, Intent::Valid, None).ok().filter(|confirmed| !confirmed.is_doubtful())?;
        let (request, values) = confirmed.into_parts();
        Some(Arc::new(Case { request, values: Some(values), is_plainest: false, generated: None, ..(**like).clone() }))
    }

    pub(super) async fn is_accepted(&mut self, case: Arc<Case>) -> bool {
        self.requests += 1;
        let Some(Completed { evaluation, .. }) = self.sender.send_again(self.planned, &case).await else {
            return false;
        };
        let is_wrong = evaluation.findings.iter().any(|finding| finding.severity == Severity::Error);
        is_accepted(&evaluation.exchange) && !is_wrong
    }

    pub(super) async fn refusal(&mut self, case: Arc<Case>, wanted: &Finding) -> Option<Shown> {
        self.requests += 1;
        self.shrinker(None).send(case, wanted).await
    }

    /// Whether the refused values are accepted in what was accepted elsewhere.
    async fn is_accepted_in_other_surroundings(
        &mut self,
        like: &Arc<Case>,
        nodes: &[Node],
        own: &RequestValues,
    ) -> bool {
        let put_into = |other: &RequestValues| {
            let mut other = other.clone();
            nodes.iter().all(|node| node.set(&mut other, node.get(own).cloned())).then_some(other)
        };
        let mut all: Vec<RequestValues> = Vec::new();
        for other in self.evidence.accepted_like(nodes, own).filter_map(put_into) {
            if all.len() < MOST_SURROUNDINGS && other != *own && !all.contains(&other) {
                all.push(other);
            }
        }
        for other in diverse(all, SURROUNDINGS) {
            if let Some(case) = self.case(like, other)
                && self.is_accepted(case).await
            {
                return true;
            }
        }
        false
    }

    /// Whether a value may be refused since it is not before, or after, one beside it: it is accepted once it is, or
    /// nothing could be sent in which it is.
    async fn is_matter_of_order(
        &mut self,
        like: &Arc<Case>,
        nodes: &[Node],
        own: &RequestValues,
        plain: &RequestValues,
    ) -> bool {
        let [node] = nodes else { return false };
        let Some(value) = node.get(own).cloned() else { return false };
        for sibling in node.siblings(own) {
            let Some(now) = sibling.get(own).and_then(|other| compare(&value, other)) else { continue };
            let Some(before) = self.order_among_accepted(node, &sibling, plain) else { continue };
            if now == before {
                continue;
            }
            let mut is_kept_and_refused = false;
            for other in self.repairs(&sibling, &value, before) {
                let mut values = own.clone();
                sibling.set(&mut values, Some(other));
                let Some(case) = self.case(like, values) else { continue };
                if self.is_accepted(case).await {
                    return true;
                }
                is_kept_and_refused = true;
            }
            if !is_kept_and_refused {
                return true;
            }
        }
        false
    }

    /// Whether only requests without the node are known to be accepted, and nothing says what it may be: a parameter of any
    /// text may have to be a word that the target has given out (a cursor, an expression), and an item more may be one too
    /// many for what stands elsewhere.
    fn shows_only_its_lack(&self, node: &Node, plain: &RequestValues) -> bool {
        let is_open = match node {
            Node::Parameter(index) => {
                let contract = &self.sender.tested.contract;
                let schema = self.evidence.operation().parameters.get(*index).and_then(|parameter| parameter.schema);
                schema.is_none_or(|schema| is_any_text(&contract.schemas, schema))
            }
            Node::Body(at) => at.parent().is_some_and(|(_, own)| own.parse::<usize>().is_ok()),
        };
        is_open && node.get(plain).is_none() && self.evidence.accepted().all(|values| node.get(values).is_none())
    }

    /// How two nodes compare in the accepted request, or else in the first that has both.
    fn order_among_accepted(&self, node: &Node, sibling: &Node, plain: &RequestValues) -> Option<Ordering> {
        let order = |values: &RequestValues| compare(node.get(values)?, sibling.get(values)?);
        order(plain).or_else(|| self.evidence.accepted().find_map(order))
    }

    /// Values of a node to which `value` compares as it should.
    fn repairs(&self, node: &Node, value: &Value, order: Ordering) -> Vec<Value> {
        let mut all: Vec<Value> = Vec::new();
        if let Some(number) = value.as_i64() {
            let beside = if order == Ordering::Less { number.checked_add(1) } else { number.checked_sub(1) };
            all.extend(beside.map(Value::from));
        }
        for other in self.evidence.accepted().filter_map(|values| node.get(values)) {
            if compare(value, other) == Some(order) && !all.contains(other) {
                all.push(other.clone());
            }
        }
        all.truncate(REPAIRS);
        all
    }

    /// What was accepted in place of the refused values, for the message.
    fn neighbour(&self, nodes: &[Node], plain: &RequestValues) -> String {
        let operation = self.evidence.operation();
        let value = |node: &Node| match node.get(plain) {
            Some(value) => format!("{} = {}", node.describe(operation), ellipsis::end(&value.to_string(), 40)),
            None => format!("{} left out", node.outermost_lack(plain).describe(operation)),
        };
        let [node] = nodes else { return String::new() };
        format!("; with {} the same request is accepted", value(node))
    }
}

pub(super) fn late(shown: Shown) -> LateFinding {
    LateFinding { finding: shown.finding, case: shown.case, exchange: Arc::new(shown.exchange) }
}
