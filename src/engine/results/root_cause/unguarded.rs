//! Faults of one kind over which nearly all operations of a target fail, without a word of why: what should have refused them
//! is missing once, and not in each operation.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::OperationResult;
use super::super::tried::kind_of_fault;
use super::rooted::Rooted;
use crate::contract::Operation;
use crate::finding::Root;

/// So many operations fail so by no chance, and so many for each that refuses the like.
const LEAST: (usize, usize) = (3, 2);

/// The kinds of faults that are not refused, with how many operations fail over them.
pub(super) struct Unguarded(BTreeMap<String, usize>);

/// How many operations do what.
#[derive(Default)]
struct Count {
    failing: usize,
    refusing: usize,
}

/// Whether a value has an integer that takes all of 64 bits, or more.
fn holds_huge(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_some_and(|number| number.abs() >= i64::MAX as f64),
        Value::Array(items) => items.iter().any(holds_huge),
        Value::Object(members) => members.values().any(holds_huge),
        _ => false,
    }
}

impl Unguarded {
    /// Those of these operations.
    pub fn of<'a>(operations: impl Iterator<Item = (&'a Operation, &'a OperationResult)>) -> Self {
        let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
        for (kind, fared) in operations.flat_map(|(_, result)| result.tried.faults()) {
            let count = counts.entry(kind).or_default();
            // Who refuses one such fault has forgotten the other.
            count.failing += usize::from(fared.is_failed && !fared.is_refused);
            count.refusing += usize::from(fared.is_refused);
        }
        let (least, each) = LEAST;
        let is_habit = |count: &Count| count.failing >= least && count.refusing * each <= count.failing;
        let found = counts.into_iter().filter(|(_, count)| is_habit(count));
        Self(found.map(|(kind, count)| (kind.to_owned(), count.failing)).collect())
    }

    /// The key of the habit of which a failure is, and what it tells.
    pub fn told(&self, one: &Rooted<'_>) -> Option<(String, Option<String>)> {
        let finding = &one.group.finding;
        let Root::Crash { symptom, .. } = &finding.root else { return None };
        let words = symptom.words.as_deref().filter(|_| one.key == finding.root_key())?;
        let is_own = words.is_empty();
        // Integers that no machine word holds are looked at in one place, or in none.
        let is_of_size = one.group.case.generated.as_ref().is_some_and(|generated| holds_huge(&generated.value));
        if is_own && is_of_size {
            return Some((format!("{} {} where integers are huge", finding.rule, symptom.kind), None));
        }
        let kind = kind_of_fault(one.operation, &one.group.case)?;
        let operations = self.0.get(&kind)?;
        let message = format!("{operations} operations return a {} for requests that {kind}", symptom.kind);
        let key = format!("{} {} where requests {kind} {words}", finding.rule, symptom.kind);
        Some((key.trim_end().to_owned(), is_own.then_some(message)))
    }
}
