//! How the target took what an operation's cases tried.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::mem::{Discriminant, discriminant};

use serde_json::Value;

use super::{outright, stored};
use crate::case::{Case, Fault, Intent};
use crate::check::manner;
use crate::contract::{ClauseId, ClauseTarget, Contract, Operation};
use crate::execute::Exchange;
use crate::finding::digest;

/// What the requests of an operation got.
#[derive(Debug, Default)]
pub(super) struct Tried {
    /// The clauses of which requests broke one each.
    clauses: HashMap<ClauseId, Taken>,
    /// The statuses that valid requests got.
    of_valid: BTreeSet<u16>,
    /// What was tried of reading values as others, by the parameter or body and by how they would be read.
    readings: BTreeMap<(Place, String), Read>,
    /// How requests with a fault of one kind fared, by what is wrong and where.
    faults: BTreeMap<String, Fared>,
    /// Members by which valid requests were told outright that they succeeded.
    tells_success: BTreeSet<String>,
}

/// How requests with a fault of one kind fared.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fared {
    pub is_failed: bool,
    pub is_refused: bool,
}

/// What requests like an invalid one do wrong, and where, whatever the operation.
pub(super) fn kind_of_fault(operation: &Operation, case: &Case) -> Option<String> {
    if case.intent == Intent::Invalid(Fault::Malformed) {
        return Some("have a malformed body".to_owned());
    }
    let is_of_clause = matches!(case.intent, Intent::Invalid(Fault::Validation | Fault::PathParameter));
    let clause = operation.clauses().get(case.clause.filter(|_| is_of_clause)?);
    if clause.place == ClauseTarget::Request && clause.keyword == "required" {
        return Some("have no body".to_owned());
    }
    let place = match clause.place {
        ClauseTarget::Parameter(index) => format!("{} parameter", operation.parameters.get(index)?.place),
        ClauseTarget::Body(_) if !clause.instance.as_str().is_empty() => "member of a body".to_owned(),
        ClauseTarget::Body(_) | ClauseTarget::Request => "body".to_owned(),
        ClauseTarget::Response(_) => return None,
    };
    Some(format!("break `{}` in a {place}", clause.keyword))
}

/// Whether it is a body, and which parameter or body of the operation.
pub(super) type Place = (bool, usize);

/// The parameter or body that a clause is of.
pub(super) fn place(target: &ClauseTarget) -> Option<Place> {
    match target {
        ClauseTarget::Parameter(index) => Some((false, *index)),
        ClauseTarget::Body(index) => Some((true, *index)),
        ClauseTarget::Request | ClauseTarget::Response(_) => None,
    }
}

/// Where values were read as others, and where they were refused.
#[derive(Clone, Debug, Default)]
pub(super) struct Read {
    pub taken: BTreeSet<String>,
    pub refused: BTreeSet<String>,
}

/// How the target took the requests that break one clause, by what breaks it.
#[derive(Clone, Debug, Default)]
pub(super) struct Taken {
    accepted: BTreeSet<u64>,
    refused: BTreeSet<u64>,
    /// The types of what was accepted.
    types: HashSet<Discriminant<Value>>,
}

impl Taken {
    /// Whether it took one.
    pub fn is_accepted(&self) -> bool {
        !self.accepted.is_empty()
    }

    /// Whether all that it took is of one type.
    pub fn is_of_one_type(&self) -> bool {
        self.types.len() == 1
    }

    /// Whether it refused one for what breaks the clause: what it takes elsewhere was refused for something else.
    pub fn is_refused(&self) -> bool {
        self.refused.difference(&self.accepted).next().is_some()
    }
}

impl Tried {
    /// Takes what a case got.
    pub fn take(&mut self, contract: &Contract, case: &Case, exchange: &Exchange) {
        let Ok(status) = exchange.result.as_ref().map(|response| response.status) else { return };
        let said = outright::says(exchange);
        // Who says that it has failed has taken nothing.
        let status = if self.refused_by(exchange, &said).is_some() { 400 } else { status };
        let kind = contract.operations.get(case.operation).and_then(|operation| kind_of_fault(operation, case));
        if let Some(kind) = kind {
            let fared = self.faults.entry(kind).or_default();
            fared.is_failed |= status >= 500;
            fared.is_refused |= matches!(status, 400..500);
        }
        match (case.intent, case.clause) {
            (Intent::Valid, _) => {
                self.of_valid.insert(status);
                let successes = said.into_iter().filter(|(_, is_good)| *is_good);
                self.tells_success.extend(successes.map(|(name, _)| name));
            }
            (Intent::Invalid(Fault::Validation | Fault::PathParameter), Some(clause)) => {
                let taken = self.clauses.entry(clause).or_default();
                if matches!(status, 200..300) {
                    let values = stored::sent(contract, case).unwrap_or_default();
                    taken.types.extend(values.iter().map(|member| discriminant(member.value())));
                }
                let all = match status {
                    200..300 => &mut taken.accepted,
                    400..500 => &mut taken.refused,
                    _ => return,
                };
                all.insert(wrong(contract, case));
                self.read(contract, case, clause, matches!(status, 200..300));
            }
            _ => {}
        }
    }

    /// Notes how the target would read what breaks a type, and whether it did.
    fn read(&mut self, contract: &Contract, case: &Case, id: ClauseId, is_taken: bool) {
        let Some(operation) = contract.operations.get(case.operation) else { return };
        let clause = operation.clauses().get(id);
        let Some(place) = place(&clause.place) else { return };
        for member in stored::sent(contract, case).unwrap_or_default() {
            let Some(manner) = manner(contract, operation, id, member.value()) else { continue };
            let read = self.readings.entry((place, manner)).or_default();
            let nodes = if is_taken { &mut read.taken } else { &mut read.refused };
            nodes.insert(clause.instance.as_str().to_owned());
        }
    }

    /// What was tried of reading values as others, by the parameter or body and by how they would be read.
    pub fn readings(&self) -> &BTreeMap<(Place, String), Read> {
        &self.readings
    }

    /// The member by which a success says that it is a refusal, where those of valid requests say there that they are none.
    pub fn refusal(&self, exchange: &Exchange) -> Option<String> {
        self.refused_by(exchange, &outright::says(exchange)).cloned()
    }

    fn refused_by<'s>(&self, exchange: &Exchange, said: &'s [(String, bool)]) -> Option<&'s String> {
        let is_known = |name: &str| exchange.is_success() && self.tells_success.contains(name);
        let mut failures =
            said.iter().filter(|(name, is_good)| !is_good && is_known(name)).map(|(name, _)| name).peekable();
        failures.peek()?;
        // What was sent by that name may be shown again.
        let sent = exchange.request.body.as_ref().and_then(|body| serde_json::from_slice::<Value>(body).ok());
        failures.find(|name| sent.as_ref().is_none_or(|sent| sent.get(name.as_str()).is_none()))
    }

    /// How requests fared with a fault of one kind.
    pub fn faults(&self) -> impl Iterator<Item = (&str, Fared)> {
        self.faults.iter().map(|(kind, fared)| (kind.as_str(), *fared))
    }

    /// Whether a valid request was answered.
    pub fn has_valid(&self) -> bool {
        !self.of_valid.is_empty()
    }

    /// Whether a valid request got this status.
    pub fn is_of_valid(&self, status: u16) -> bool {
        self.of_valid.contains(&status)
    }

    /// How the target took what breaks the clause; `None` where nobody knows.
    pub fn taken(&self, clause: ClauseId) -> Option<&Taken> {
        self.clauses.get(&clause).filter(|taken| taken.is_accepted() || taken.is_refused())
    }
}

/// By what a value that breaks a clause is known again in other surroundings; what is missing is missing in all alike.
fn wrong(contract: &Contract, case: &Case) -> u64 {
    let clauses = contract.operations.get(case.operation).map(Operation::clauses);
    let is_lack = clauses.zip(case.clause).is_some_and(|(clauses, id)| clauses.get(id).keyword == "required");
    let values = stored::sent(contract, case).filter(|_| !is_lack).unwrap_or_default();
    let values: Vec<String> = values.iter().map(|member| member.value().to_string()).collect();
    digest(&values.iter().map(String::as_str).collect::<Vec<_>>())
}
