//! Which bugs of the operations of a contract are one.

use std::collections::{HashMap, HashSet};

use super::Twins;
use super::rooted::Rooted;
use crate::rule::Severity;

/// The bugs of a contract by their keys.
pub(super) struct Joined<'a> {
    twins: &'a Twins,
    /// A bug that each is one with, of the lesser key.
    parents: HashMap<String, String>,
    /// The keys of the bugs that are shown, with their severities.
    shown: HashMap<String, Severity>,
}

impl<'a> Joined<'a> {
    pub fn new(twins: &'a Twins, rooted: &[Rooted<'_>]) -> Self {
        let mut joined = Self { twins, parents: HashMap::new(), shown: HashMap::new() };
        let mut seen = HashSet::new();
        for one in rooted {
            for other in &one.same {
                if seen.insert((&one.key, other)) {
                    joined.join(&one.key, other);
                }
            }
        }
        for one in rooted {
            let shown = joined.shown.entry(one.key.clone()).or_insert(one.severity);
            *shown = one.severity.max(*shown);
        }
        joined
    }

    /// The severity and key of a bug.
    pub fn cause(&self, one: &Rooted<'_>) -> (Severity, String) {
        let shadow_of = one.shadow_of.iter().find_map(|key| Some((*self.shown.get(key)?, key)));
        let (severity, key) = shadow_of.unwrap_or((one.severity, &one.key));
        (severity, self.root(key))
    }

    fn join(&mut self, one: &str, other: &str) {
        let (one, other) = (self.root(one), self.root(other));
        if one != other {
            let (first, second) = if one < other { (one, other) } else { (other, one) };
            self.parents.insert(second, first);
        }
    }

    fn root(&self, key: &str) -> String {
        let mut key = self.twins.key(key);
        while let Some(parent) = self.parents.get(&key) {
            key.clone_from(parent);
        }
        key
    }
}
