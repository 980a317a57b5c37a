//! What the requests that were sent already say of a refusal: reasons that no schema tells.

use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

use serde_json::Value;

use super::branch::are_alike;
use super::model::values;
use super::node::Node;
use super::order::{compare, is_of_time, now_as};
use crate::case::{Case, RequestValues};
use crate::check::speaks_of;
use crate::contract::{Contract, Operation, ParameterLocation, Validators};
use crate::execute::Exchange;
use crate::resource::Noun;
use crate::shrink::difference;
use crate::text::words;

/// Words of a refusal that speaks of what the target holds, or of how values relate.
const OF_STATE: [&str; 23] = [
    "at least one of",
    "exactly one of",
    "mutually exclusive",
    "does not exist",
    "do not exist",
    "n't exist",
    "no longer exist",
    "not found",
    "no such",
    "invalid pk",
    "foreign key",
    "already",
    "taken",
    "duplicate",
    "in use",
    "conflict",
    "expired",
    "is before",
    "is after",
    "be before",
    "be after",
    "in the past",
    "in the future",
];
/// The last words of names whose values name something that must be there.
const OF_REFERENCE: [&str; 9] = ["id", "ids", "uuid", "guid", "ref", "refs", "key", "keys", "slug"];
/// Accepted cases that each refusal is compared with to see which are looked into first.
const MOST_COMPARED: usize = 64;
/// So many different values that are all refused are no chance.
const MANY: usize = 3;
/// A shorter name of what a path names may be any word.
const SHORTEST_NAME: usize = 3;

/// The valid cases of an operation, as the target took them.
pub(super) struct Evidence {
    contract: Arc<Contract>,
    validators: Validators,
    operation: usize,
    accepted: Vec<Arc<Case>>,
    refused: Vec<Arc<Case>>,
}

impl Evidence {
    pub fn new(
        contract: &Arc<Contract>,
        validators: &Validators,
        operation: usize,
        accepted: Vec<Arc<Case>>,
        refused: impl Iterator<Item = Arc<Case>>,
    ) -> Self {
        let validators = validators.clone();
        Self { contract: contract.clone(), validators, operation, accepted, refused: refused.collect() }
    }

    pub fn operation(&self) -> &Operation {
        &self.contract.operations[self.operation]
    }

    /// The values that were accepted.
    pub fn accepted(&self) -> impl Iterator<Item = &RequestValues> {
        self.accepted.iter().filter_map(|case| values(case))
    }

    /// The values that were accepted in the branches that a request takes on the way to these nodes.
    pub fn accepted_like(&self, nodes: &[Node], own: &RequestValues) -> impl Iterator<Item = &RequestValues> {
        let is_like = move |other: &&RequestValues| {
            nodes.iter().all(|node| are_alike(&self.validators, self.operation(), node, own, other))
        };
        self.accepted().filter(is_like)
    }

    /// The values that were refused.
    pub fn refused(&self) -> impl Iterator<Item = &RequestValues> {
        self.refused.iter().filter_map(|case| values(case))
    }

    /// The accepted cases, those that differ least from a case first.
    pub fn nearest(&self, case: &Case) -> Vec<Arc<Case>> {
        let mut all = self.accepted.clone();
        if let Some(values) = values(case) {
            all.retain(|other| self::values(other).is_some());
            all.sort_by_cached_key(|other| (Self::between(values, other), Reverse(Self::depth(values, other))));
        }
        all
    }

    /// In how much a case differs from the nearest one that was accepted.
    pub fn distance(&self, case: &Case) -> usize {
        let Some(values) = values(case) else { return 0 };
        self.accepted.iter().take(MOST_COMPARED).map(|other| Self::between(values, other)).min().unwrap_or(usize::MAX)
    }

    /// How far down the body a case differs from another: the nearer, the farther.
    fn depth(one: &RequestValues, other: &Case) -> usize {
        let Some(other) = values(other) else { return 0 };
        difference(one, other).body.iter().map(|at| at.tokens().count()).min().unwrap_or_default()
    }

    fn between(one: &RequestValues, other: &Case) -> usize {
        values(other).map_or(usize::MAX, |other| difference(one, other).kinds.len())
    }

    /// Whether what was refused need not be wrong by its value: the same was accepted elsewhere, it names what may not be
    /// there, time may have passed over it, or the target says that it is not the value.
    pub fn excuses(&self, nodes: &[Node], small: &RequestValues, exchange: &Exchange) -> bool {
        self.is_accepted_elsewhere(nodes, small)
            || speaks_of_state(exchange)
            || self.speaks_of_resource(nodes, small, exchange)
            || nodes.iter().any(|node| self.is_reference(node, small) || self.is_out_of_time(node, small))
    }

    /// Whether a refusal may be due to a node whatever its value: the target speaks of no state and of no relation, and the
    /// node names nothing.
    pub fn may_be_at_odds(&self, node: &Node, exchange: &Exchange) -> bool {
        const OF_RELATION: [&str; 8] =
            ["together", "combine", "combined", "both", "either", "exclusive", "only one", "not allowed with"];
        let says = |exchange: &Exchange| {
            let body = exchange.result.as_ref().map(|response| String::from_utf8_lossy(&response.body).to_lowercase());
            body.is_ok_and(|text| OF_RELATION.iter().any(|words| text.contains(words)))
        };
        !speaks_of_state(exchange) && !says(exchange) && !self.is_named_as_reference(node)
    }

    /// Whether the target speaks of what the path names: another one may be otherwise.
    fn speaks_of_resource(&self, nodes: &[Node], small: &RequestValues, exchange: &Exchange) -> bool {
        let Ok(response) = &exchange.result else { return false };
        let said = String::from_utf8_lossy(&response.body).to_lowercase();
        if nodes.iter().any(|node| says_name(&said, &node.name(self.operation()))) {
            return false;
        }
        (0..self.operation().parameters.len()).map(Node::Parameter).any(|node| {
            let name = node.get(small).and_then(Value::as_str).filter(|name| name.len() >= SHORTEST_NAME);
            self.is_of_path(&node) && !nodes.contains(&node) && name.is_some_and(|name| speaks_of(&response.body, name))
        })
    }

    fn is_accepted_elsewhere(&self, nodes: &[Node], small: &RequestValues) -> bool {
        self.accepted_like(nodes, small).any(|other| {
            nodes.iter().all(|node| node.get(other) == node.get(small) && node.has_place(other)) && !nodes.is_empty()
        })
    }

    /// Whether the values there seem to name things, of which the target knows few.
    fn is_reference(&self, node: &Node, small: &RequestValues) -> bool {
        let Some(value) = node.get(small).filter(|value| value.is_string() || value.is_number()) else { return false };
        let accepted = distinct(self.accepted().filter_map(|values| node.get(values)));
        let mut refused = distinct(self.refused.iter().filter_map(|case| node.get(values(case)?)));
        refused.retain(|value| !accepted.contains(value));
        // Numbers included: `owner: 1` names somebody no less than `owner: ada`. This hides a target that takes a single one
        // of the numbers that it should, which cannot be told from one that knows a single owner.
        let is_alone = accepted.len() == 1 && refused.len() >= MANY;
        // What another branch of a union takes is there.
        let is_named = self.is_of_path(node) || self.is_named_as_reference(node);
        !accepted.contains(&value)
            && (is_alone || self.names_known(node) || is_named && accepted.len() <= refused.len())
    }

    /// Whether it is called a key of what is made or listed elsewhere (`account_id` beside `/accounts`): of those there are
    /// few, however many were named.
    fn names_known(&self, node: &Node) -> bool {
        let noun = Noun::of(&node.name(self.operation()));
        let is_of = |path: &str| path.split('/').any(|segment| noun.closeness(segment) == Some(0));
        noun.is_key && !noun.is_bare() && self.contract.operations.iter().any(|operation| is_of(&operation.path))
    }

    /// A variable of a path names what is there, and what nothing has may be refused with any 4xx.
    fn is_of_path(&self, node: &Node) -> bool {
        let Node::Parameter(index) = node else { return false };
        self.operation().parameters[*index].place == ParameterLocation::Path
    }

    /// By its name: the last word is that of a key, or the whole that of a collection among the paths.
    fn is_named_as_reference(&self, node: &Node) -> bool {
        let name = node.name(self.operation());
        let last = words::of(&name).pop().unwrap_or_default();
        OF_REFERENCE.contains(&&*last) || self.is_collection(&name.to_lowercase())
    }

    fn is_collection(&self, name: &str) -> bool {
        let same = |segment: &str| {
            let segment = segment.to_lowercase();
            let plural = |ending: &str| segment.strip_suffix(ending).is_some_and(|stem| stem == name);
            segment == name
                || plural("s")
                || plural("es")
                || segment.strip_suffix("ies").is_some_and(|stem| name.strip_suffix('y') == Some(stem))
        };
        self.contract.operations.iter().any(|operation| operation.path.split('/').any(same))
    }

    /// Whether a date lies outside of all that were accepted, and may be too late or too early for the target: now lies
    /// between them, or it is not the only one out there.
    fn is_out_of_time(&self, node: &Node, small: &RequestValues) -> bool {
        let Some(value) = node.get(small).filter(|value| is_of_time(value)) else { return false };
        let accepted = distinct(self.accepted().filter_map(|values| node.get(values)));
        let refused = distinct(self.refused.iter().filter_map(|case| node.get(values(case)?)));
        [Ordering::Less, Ordering::Greater].into_iter().any(|side| {
            let is_beyond = |value: &Value| accepted.iter().all(|other| compare(value, other) == Some(side));
            let is_now_between = now_as(value)
                .is_some_and(|now| is_beyond(&now) && compare(&now, value).is_some_and(|order| order != side));
            let others = refused.iter().filter(|other| **other != value && is_beyond(other));
            is_beyond(value) && (is_now_between || accepted.len() < 2 || others.count() > 0)
        })
    }
}

/// Whether a text in small letters has a name as a word.
pub(super) fn says_name(said: &str, name: &str) -> bool {
    let name = name.to_lowercase();
    let is_of_name = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    !name.is_empty()
        && said.match_indices(&*name).any(|(at, _)| {
            !is_of_name(said[..at].chars().next_back()) && !is_of_name(said[at + name.len()..].chars().next())
        })
}

pub(super) fn distinct<'v>(all: impl Iterator<Item = &'v Value>) -> Vec<&'v Value> {
    let mut found: Vec<&Value> = Vec::new();
    for value in all {
        if !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

fn speaks_of_state(exchange: &Exchange) -> bool {
    exchange.result.as_ref().is_ok_and(|response| is_of_state(&String::from_utf8_lossy(&response.body)))
}

/// Whether a text has one of the words, whole, or a code in the manner of `no_such_host`.
fn is_of_state(text: &str) -> bool {
    let text = text.to_lowercase();
    has_words(&text) || quoted(&text).any(|code| has_words(&code.replace(['_', '-', '.'], " ")))
}

/// The texts between quotes that are one word.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2).filter(|code| code.contains(['_', '-']) && !code.contains(char::is_whitespace))
}

fn has_words(text: &str) -> bool {
    let is_bound = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_');
    OF_STATE.iter().any(|words| {
        text.match_indices(words).any(|(at, _)| {
            let is_begun = is_bound(text[..at].chars().next_back()) || words.starts_with("n't");
            is_begun && is_bound(text[at + words.len()..].chars().next())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_state_are_whole_words() {
        for text in [
            "Invalid pk \"127\" - object does not exist.",
            "Email ALREADY in use!",
            "it doesn't exist",
            "`to` is before `from`",
            r#"{"code":"no_such_host"}"#,
            r#"{"type": "urn:problem:name-already-taken"}"#,
        ] {
            assert!(is_of_state(text), "{text}");
        }
        for text in [
            "validation failed in userCreate",
            "mistaken",
            "expired_at is wrong",
            "property note should not exist",
            r#"{"code": "invalid_host"}"#,
        ] {
            assert!(!is_of_state(text), "{text}");
        }
    }
}
