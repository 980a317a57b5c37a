//! What a target has stored of invalid requests that it accepted, or failed over too late. Where a response returns it, that
//! is the bug of having stored it.

use std::collections::HashMap;

use serde_json::Value;

use crate::case::{Case, Intent, at_clause};
use crate::contract::{ClauseTarget, Contract};
use crate::execute::Exchange;
use crate::finding::Finding;
use crate::rule::Pins;

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

    /// The key of the bug by which a value was stored, of those that are `known`, by their keys and causes.
    pub fn explains<'k>(&self, member: &Member, known: &'k HashMap<String, String>) -> Option<&'k str> {
        self.0.get(member)?.iter().find_map(|key| known.get(key)).map(String::as_str)
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
