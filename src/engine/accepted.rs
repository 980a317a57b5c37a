//! Valid requests that were accepted, a few of each operation: what later phases send again.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::case::{Case, RequestValues};

/// Requests of one operation that are remembered.
const MOST: usize = 8;

/// They, by the position of their operation, the first that was accepted first.
#[derive(Debug, Default)]
pub(super) struct Accepted(HashMap<usize, Vec<Arc<Case>>>);

impl Accepted {
    /// Takes a valid request that was accepted. What a server need not take, or what the fixtures wrote as text, shows
    /// nothing of the next one.
    pub fn take(&mut self, case: &Arc<Case>) {
        let Some(values) = &case.values else { return };
        if case.doubtful || values.mutation.is_some() {
            return;
        }
        let known = self.0.entry(case.operation).or_default();
        if known.len() < MOST {
            known.push(case.clone());
            return;
        }
        // The first one stays; of the others, the one that says the least goes.
        let least = (1..known.len()).min_by_key(|at| (properties(&known[*at]), Reverse(*at)));
        if let Some(least) = least.filter(|least| properties(&known[*least]) < properties(case)) {
            known.remove(least);
            known.push(case.clone());
        }
    }

    /// The values of those of an operation.
    pub fn of(&self, operation: usize) -> impl Iterator<Item = &RequestValues> {
        self.0.get(&operation).into_iter().flatten().filter_map(|case| case.values.as_ref())
    }

    /// The values of the first one with the fewest parameters.
    pub fn plainest(&self, operation: usize) -> Option<&RequestValues> {
        self.of(operation).min_by_key(|values| values.parameters.iter().flatten().count())
    }

    /// The values of the first one whose body has the most properties.
    pub fn fullest(&self, operation: usize) -> Option<&RequestValues> {
        let cases = self.0.get(&operation)?;
        cases.iter().rev().max_by_key(|case| (properties(case), within(case)))?.values.as_ref()
    }

    /// The values of a property in the bodies of those of an operation.
    pub fn property(&self, operation: usize, name: &str) -> impl Iterator<Item = &Value> {
        self.of(operation).filter_map(move |values| values.body.as_ref()?.1.get(name))
    }
}

/// How many properties its body has; those that hold something count twice.
fn properties(case: &Case) -> usize {
    let body = case.values.as_ref().and_then(|values| values.body.as_ref());
    let is_filled = |value: &&Value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    };
    let all = body.and_then(|(_, body)| body.as_object());
    all.map_or(0, |all| all.len() + all.values().filter(is_filled).count())
}

/// How many properties the objects in its body have.
fn within(case: &Case) -> usize {
    let body = case.values.as_ref().and_then(|values| values.body.as_ref());
    let all = body.and_then(|(_, body)| body.as_object());
    all.map_or(0, |all| all.values().filter_map(Value::as_object).map(serde_json::Map::len).sum())
}
