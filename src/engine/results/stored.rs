//! What a target has stored of invalid requests that it accepted, or failed over too late. Where a response returns it, that
//! is the bug of having stored it.

use std::collections::HashMap;

use serde_json::Value;

use crate::case::{Case, Intent, at_clause};
use crate::contract::{ClauseTarget, Contract};
use crate::execute::Exchange;
use crate::finding::Finding;
use crate::rule::{Pins, Severity};

/// Bugs that are found, with their severities, by their keys and causes.
pub(super) type Bugs = HashMap<String, (String, Severity)>;

/// A value with the name of its member.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Member {
    name: String,
    value: Value,
}

impl Member {
    /// The value.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// What a response returned.
    pub fn returned(finding: &Finding) -> Option<Self> {
        finding.evidence.returned.clone().map(|(name, value)| Self { name, value })
    }
}

/// What invalid requests have stored, with the keys of the bugs that this is, and their causes.
#[derive(Debug, Default)]
pub(super) struct Stored(HashMap<Member, Vec<String>>);

impl Stored {
    /// Takes what was found of a case.
    pub fn take(&mut self, contract: &Contract, case: &Case, exchange: &Exchange, findings: &[Finding]) {
        // Who fails may have stored it before.
        let is_taken = exchange.result.as_ref().is_ok_and(|response| matches!(response.status, 200..300 | 500..));
        if !is_taken || !matches!(case.intent, Intent::Invalid(_)) {
            return;
        }
        let of_request = findings.iter().filter(|finding| finding.rule.pins == Pins::Request);
        let keys: Vec<String> = of_request.flat_map(|finding| [finding.root_key(), finding.cause.clone()]).collect();
        if keys.is_empty() {
            return;
        }
        for member in sent(contract, case).unwrap_or_default() {
            let known = self.0.entry(member).or_default();
            for key in &keys {
                if !known.contains(key) {
                    known.push(key.clone());
                }
            }
        }
    }

    /// The bug by which a value was stored, of those that are `known`.
    pub fn explains<'k>(&self, member: &Member, known: &'k Bugs) -> Option<&'k (String, Severity)> {
        let bug = |keys: &Vec<String>| keys.iter().find_map(|key| known.get(key));
        // What was stored while a request was made small is a part of what it had.
        let is_of = |text: &str, whole: &Member| {
            whole.name == member.name && whole.value.as_str().is_some_and(|whole| whole.contains(text))
        };
        let part = || {
            let text = member.value.as_str().filter(|text| !text.is_empty())?;
            self.0.iter().filter(|(whole, _)| is_of(text, whole)).filter_map(|(_, keys)| bug(keys)).min()
        };
        self.0.get(member).and_then(bug).or_else(part)
    }
}

/// What of a request breaks its clause.
pub(super) fn sent(contract: &Contract, case: &Case) -> Option<Vec<Member>> {
    let operation = contract.operations.get(case.operation)?;
    let clause = operation.clauses().get(case.clause?);
    let name = match clause.place {
        ClauseTarget::Parameter(index) => operation.parameters.get(index)?.name.clone(),
        _ => String::new(),
    };
    let name = clause.instance.member().unwrap_or(name);
    let all = at_clause(operation, case)?.into_iter();
    Some(all.map(|value| Member { name: name.clone(), value: value.clone() }).collect())
}
