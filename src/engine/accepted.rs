//! Valid requests that were accepted, a few of each operation: what later phases send again.

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
        let known = self.0.entry(case.operation).or_default();
        if !case.doubtful && values.mutation.is_none() && known.len() < MOST {
            known.push(case.clone());
        }
    }

    /// The values of those of an operation.
    pub fn of(&self, operation: usize) -> impl Iterator<Item = &RequestValues> {
        self.0.get(&operation).into_iter().flatten().filter_map(|case| case.values.as_ref())
    }

    /// The values of a property in the bodies of those of an operation.
    pub fn property(&self, operation: usize, name: &str) -> impl Iterator<Item = &Value> {
        self.of(operation).filter_map(move |values| values.body.as_ref()?.1.get(name))
    }
}
