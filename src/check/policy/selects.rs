//! The findings that a row of a policy selects, and whether it can select any.

use std::collections::BTreeSet;

use serde_json::Value;

use super::PolicyError;
use super::model::{OwnValue, Row, Written};
use crate::check;
use crate::contract::{Contract, Operation};
use crate::finding::Finding;
use crate::fixtures::ResourcePlace;
use crate::spec::{Pointer, children};
use crate::text::nearest::{nearest, suggest};

/// Something that a row names and that is not there.
pub(super) struct Unknown {
    line: usize,
    message: String,
    help: String,
}

impl Unknown {
    pub fn in_file(self, file: &str) -> PolicyError {
        PolicyError { place: format!("{file}:{}", self.line), message: self.message, help: self.help }
    }
}

impl Row {
    /// Whether a finding is one that the row is for.
    pub fn selects(&self, operation: &Operation, status: Option<u16>, finding: &Finding) -> bool {
        let place = &finding.place;
        self.rule.is_none_or(|rule| rule == finding.rule)
            && self.operation.as_ref().is_none_or(|name| is_called(operation, &name.value))
            && self.status.is_none_or(|range| status.is_some_and(|status| range.contains(status)))
            && self.clause.as_ref().is_none_or(|clause| clause.value == place.keyword)
            && self.pointer.as_ref().is_none_or(|pattern| place.location.pointer.is_led_to_by(&pattern.value))
    }

    /// Whether the operation, the clause and the node are there, in one of these contracts at least.
    pub fn check(&self, contracts: &[&Contract]) -> Result<(), Unknown> {
        self.operation.as_ref().map_or(Ok(()), |name| operation(name, contracts))?;
        self.clause.as_ref().map_or(Ok(()), clause)?;
        self.pointer.as_ref().map_or(Ok(()), |pattern| pointer(pattern, contracts))
    }
}

pub(super) fn is_called(operation: &Operation, name: &str) -> bool {
    operation.id == name
        || name.split_once(' ').is_some_and(|(method, path)| {
            operation.method.eq_ignore_ascii_case(method) && operation.path == path.trim()
        })
}

pub(super) fn operation(name: &Written<String>, contracts: &[&Contract]) -> Result<(), Unknown> {
    let mut all = contracts.iter().flat_map(|contract| &contract.operations);
    if all.clone().any(|operation| is_called(operation, &name.value)) {
        return Ok(());
    }
    let titles: Vec<String> = match name.value.contains(' ') {
        true => all.map(|operation| format!("{} {}", operation.method, operation.path)).collect(),
        false => all.by_ref().map(|operation| operation.id.clone()).collect(),
    };
    let help = suggest(&name.value, titles.iter().map(String::as_str), "");
    Err(Unknown { line: name.line, message: format!("there is no operation `{}`", name.value), help })
}

/// Whether one of the operations that are called so has this place.
pub(super) fn place(name: &Written<String>, own: &Written<OwnValue>, contracts: &[&Contract]) -> Result<(), Unknown> {
    let called = contracts.iter().flat_map(|contract| &contract.operations);
    let called: Vec<&Operation> = called.filter(|operation| is_called(operation, &name.value)).collect();
    let has = |operation: &&Operation| match &own.value.at {
        ResourcePlace::Parameter(place, parameter) => operation.parameter(*place, parameter).is_some(),
        ResourcePlace::Body(_) => operation.body.is_some(),
    };
    if called.iter().any(has) {
        return Ok(());
    }
    let known: Vec<String> = called
        .iter()
        .flat_map(|operation| &operation.parameters)
        .map(|parameter| format!("{}.{}", parameter.place, parameter.name))
        .collect();
    let help = suggest(&own.value.place, known.iter().map(String::as_str), "");
    Err(Unknown { line: own.line, message: format!("`{}` has no `{}`", name.value, own.value.place), help })
}

fn clause(keyword: &Written<String>) -> Result<(), Unknown> {
    let rules = check::rules().chain(crate::compare::rules());
    let known: BTreeSet<&str> = rules.flat_map(|rule| rule.clauses.iter().copied()).collect();
    if known.contains(keyword.value.as_str()) {
        return Ok(());
    }
    let help = suggest(&keyword.value, known, "");
    Err(Unknown { line: keyword.line, message: format!("there is no clause `{}`", keyword.value), help })
}

fn pointer(pattern: &Written<Pointer>, contracts: &[&Contract]) -> Result<(), Unknown> {
    let files = || contracts.iter().flat_map(|contract| contract.document.files());
    let tokens: Vec<String> = pattern.value.tokens().map(|token| token.into_owned()).collect();
    if files().any(|file| reach(&file.value, &tokens) == tokens.len()) {
        return Ok(());
    }
    let help = files()
        .find_map(|file| {
            let depth = reach(&file.value, &tokens);
            let keys = keys(&file.value, &tokens[..depth]);
            let near = nearest(&tokens[depth], keys.iter().map(String::as_str))?.to_owned();
            let (above, below) = (&tokens[..depth], &tokens[depth + 1..]);
            let all = above.iter().chain([&near]).chain(below);
            let meant = all.fold(Pointer::root(), |pointer, token| pointer.join(token));
            Some(format!("did you mean `{meant}`?"))
        })
        .unwrap_or_else(|| {
            "a JSON pointer into the document, such as /paths/~1pets/get; `*` is any key or item".into()
        });
    Err(Unknown { line: pattern.line, message: format!("no document has the node `{}`", pattern.value), help })
}

/// How many tokens of a pattern lead somewhere, on the way that leads furthest.
fn reach(value: &Value, tokens: &[String]) -> usize {
    let Some((token, rest)) = tokens.split_first() else { return 0 };
    children(value, token).map(|child| 1 + reach(child, rest)).max().unwrap_or(0)
}

/// The keys of all objects that a pattern leads to.
fn keys(value: &Value, tokens: &[String]) -> Vec<String> {
    match tokens.split_first() {
        Some((token, rest)) => children(value, token).flat_map(|child| keys(child, rest)).collect(),
        None => value.as_object().into_iter().flat_map(|members| members.keys().cloned()).collect(),
    }
}
