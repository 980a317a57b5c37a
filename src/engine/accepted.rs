//! Valid requests that were accepted, a few of each operation: what later phases send again.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::Value;

use crate::case::{Case, RequestValues};

/// Requests of one operation that are remembered.
const MOST: usize = 8;
/// A value is long from so many characters on, and too long to be sent once more beyond so many.
const LONG: usize = 40;
const TOO_LONG: usize = 4096;
/// An item of an array counts as so many characters.
const ITEM: usize = 16;

/// They, by the position of their operation, the first that was accepted first.
#[derive(Debug, Default)]
pub(super) struct Accepted {
    cases: HashMap<usize, Vec<Arc<Case>>>,
    /// The longest value of each property of a body, by operation.
    longest: HashMap<usize, BTreeMap<String, Value>>,
}

impl Accepted {
    /// Takes a valid request that was accepted. What a server need not take, or what the fixtures wrote as text, shows
    /// nothing of the next one.
    pub fn take(&mut self, case: &Arc<Case>) {
        let Some(values) = &case.values else { return };
        if case.doubtful || values.mutation.is_some() {
            return;
        }
        self.take_longest(case.operation, values);
        let known = self.cases.entry(case.operation).or_default();
        if known.len() < MOST {
            known.push(case.clone());
            return;
        }
        // The first one stays; of the others, the one that says the least goes.
        let weight = |case: &Case| (properties(case), within(case));
        let least = (1..known.len()).min_by_key(|at| (weight(&known[*at]), Reverse(*at)));
        if let Some(least) = least.filter(|least| weight(&known[*least]) < weight(case)) {
            known.remove(least);
            known.push(case.clone());
        }
    }

    fn take_longest(&mut self, operation: usize, values: &RequestValues) {
        let Some((_, Value::Object(body))) = &values.body else { return };
        let known = self.longest.entry(operation).or_default();
        for (name, value) in body {
            let is_longer = known.get(name).is_none_or(|known| length(known) < length(value));
            if (LONG..=TOO_LONG).contains(&length(value)) && is_longer {
                known.insert(name.clone(), value.clone());
            }
        }
    }

    /// The fullest request of an operation, with the longest values that were accepted anywhere, where that has any.
    pub fn longest(&self, operation: usize) -> Option<RequestValues> {
        let mut values = self.fullest(operation)?.clone();
        let longest = self.longest.get(&operation).filter(|longest| !longest.is_empty())?;
        let (_, Value::Object(body)) = values.body.as_mut()? else { return None };
        body.extend(longest.iter().map(|(name, value)| (name.clone(), value.clone())));
        Some(values)
    }

    /// The values of those of an operation.
    pub fn of(&self, operation: usize) -> impl Iterator<Item = &RequestValues> {
        self.cases.get(&operation).into_iter().flatten().filter_map(|case| case.values.as_ref())
    }

    /// The values of the first one with the fewest parameters.
    pub fn plainest(&self, operation: usize) -> Option<&RequestValues> {
        self.of(operation).min_by_key(|values| values.parameters.iter().flatten().count())
    }

    /// The values of the first one whose body has the most properties.
    pub fn fullest(&self, operation: usize) -> Option<&RequestValues> {
        let cases = self.cases.get(&operation)?;
        cases.iter().rev().max_by_key(|case| (properties(case), within(case)))?.values.as_ref()
    }

    /// The fullest request of an operation, with what others that were accepted have beside it: what has all may be refused for
    /// one value.
    pub fn richest(&self, operation: usize) -> Option<RequestValues> {
        let mut values = self.fullest(operation)?.clone();
        let Some((media, Value::Object(body))) = values.body.as_mut() else { return Some(values) };
        let others = self.of(operation).filter_map(|other| other.body.as_ref()).filter(|(other, _)| other == media);
        for (name, value) in others.filter_map(|(_, other)| other.as_object()).flatten().filter(|(_, it)| is_filled(it))
        {
            let is_fuller = body.get(name).is_none_or(|own| !is_filled(own) || filled(own) < filled(value));
            if is_fuller {
                body.insert(name.clone(), value.clone());
            }
        }
        Some(values)
    }

    /// The values of a property in the bodies of those of an operation.
    pub fn property(&self, operation: usize, name: &str) -> impl Iterator<Item = &Value> {
        self.of(operation).filter_map(move |values| values.body.as_ref()?.1.get(name))
    }
}

/// How long a text is, in characters, or an array, in items.
fn length(value: &Value) -> usize {
    match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len() * ITEM,
        _ => 0,
    }
}

/// How many properties its body has; those that hold something count twice.
fn properties(case: &Case) -> usize {
    let body = case.values.as_ref().and_then(|values| values.body.as_ref());
    let all = body.and_then(|(_, body)| body.as_object());
    all.map_or(0, |all| all.len() + all.values().filter(|value| is_filled(value)).count())
}

/// Whether a value is another one than what most programs begin with.
fn is_filled(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(is) => *is,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// How many members of an object are filled; none of what is no object.
fn filled(value: &Value) -> usize {
    value.as_object().map_or(0, |members| members.values().filter(|member| is_filled(member)).count())
}

/// How many properties the objects in its body have.
fn within(case: &Case) -> usize {
    let body = case.values.as_ref().and_then(|values| values.body.as_ref());
    let all = body.and_then(|(_, body)| body.as_object());
    all.map_or(0, |all| all.values().filter_map(Value::as_object).map(serde_json::Map::len).sum())
}
