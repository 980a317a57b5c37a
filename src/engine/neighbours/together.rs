//! Two optional parts that are refused together, while each is accepted without the other.
//!
//! The document could say so (`not: {required: [a, b]}`), and does not; a right server may have such a rule all the same, so
//! that it is a warning. Nothing is said where the values may be what is at odds: every pair of values that are accepted
//! apart has to be refused, in either order.

use std::cmp::Ordering;

use serde_json::Value;

use super::evidence::distinct;
use super::hearing::{Hearing, late};
use super::model::Held;
use super::node::Node;
use super::order::compare;
use crate::case::RequestValues;
use crate::engine::Transport;
use crate::engine::shrinking::Shown;
use crate::rule::Severity;

/// Parts that may be the other one.
const PARTNERS: usize = 4;
/// Values of each of the two.
const VALUES: usize = 3;
/// Pairs of them that have to be refused, besides the first.
const LEAST: usize = 2;

impl<T: Transport> Hearing<'_, T> {
    /// The warning, if a part that the neighbour lacks is refused beside another one, whatever they are.
    pub(super) async fn together(
        &mut self,
        small: Shown,
        node: &Node,
        own: &RequestValues,
        plain: &RequestValues,
    ) -> Option<Held> {
        if node.get(plain).is_some() || node.get(own).is_none() || !self.evidence.may_be_at_odds(node, &small.exchange)
        {
            return None;
        }
        let mut partner = None;
        let present = node.siblings(own).into_iter().filter(|other| other.get(own).is_some());
        // What is required is none of them.
        let optional = present.filter_map(|other| {
            let mut without = own.clone();
            let case = other.set(&mut without, None).then(|| self.case(&small.case, without)).flatten();
            Some((other, case?))
        });
        let optional: Vec<_> = optional.take(PARTNERS).collect();
        for (other, case) in optional {
            if self.evidence.may_be_at_odds(&other, &small.exchange) && self.is_accepted(case).await {
                partner = Some(other);
                break;
            }
        }
        let partner = partner?;
        let has_both = |values: &RequestValues| node.get(values).is_some() && partner.get(values).is_some();
        if self.evidence.accepted().any(has_both) || !self.are_always_refused(&small, node, &partner, own).await {
            return None;
        }
        let operation = self.evidence.operation();
        let names = [&partner, node].map(|node| node.describe(operation));
        let said = format!("; {} and {} are each accepted without the other, whatever they are", names[0], names[1]);
        let mut shown = small;
        shown.finding = shown.finding.with_severity(Severity::Warning);
        shown.finding.message.push_str(&said);
        Some(Held::Finding(late(shown)))
    }

    /// Whether other values of the two are refused together, too.
    async fn are_always_refused(&mut self, small: &Shown, one: &Node, other: &Node, own: &RequestValues) -> bool {
        let known = |node: &Node| -> Vec<Value> {
            let accepted = distinct(self.evidence.accepted().filter_map(|values| node.get(values)));
            accepted.into_iter().take(VALUES).cloned().collect()
        };
        let (ones, others) = (known(one), known(other));
        let is_own = |a: &Value, b: &Value| one.get(own) == Some(a) && other.get(own) == Some(b);
        let all = ones.iter().flat_map(|a| others.iter().map(move |b| (a, b)));
        let pairs: Vec<(&Value, &Value)> = all.filter(|(a, b)| !is_own(a, b)).collect();
        let mut orders: Vec<Ordering> =
            one.get(own).zip(other.get(own)).and_then(|(a, b)| compare(a, b)).into_iter().collect();
        let mut refused = 0;
        for (a, b) in pairs {
            let mut values = own.clone();
            one.set(&mut values, Some(a.clone()));
            other.set(&mut values, Some(b.clone()));
            let Some(case) = self.case(&small.case, values) else { continue };
            if self.refusal(case, &small.finding).await.is_none() {
                return false;
            }
            refused += 1;
            orders.extend(compare(a, b));
        }
        let is_ordered = !orders.is_empty();
        refused >= LEAST && (!is_ordered || orders.contains(&Ordering::Less) && orders.contains(&Ordering::Greater))
    }
}
