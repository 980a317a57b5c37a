//! How the target took what an operation's cases tried.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::mem::{Discriminant, discriminant};

use serde_json::Value;

use super::stored;
use crate::case::{Case, Fault, Intent};
use crate::contract::{ClauseId, Contract, Operation};
use crate::execute::Exchange;
use crate::finding::digest;

/// What the requests of an operation got.
#[derive(Debug, Default)]
pub(super) struct Tried {
    /// The clauses of which requests broke one each.
    clauses: HashMap<ClauseId, Taken>,
    /// The statuses that valid requests got.
    of_valid: BTreeSet<u16>,
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
        match (case.intent, case.clause) {
            (Intent::Valid, _) => {
                self.of_valid.insert(status);
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
            }
            _ => {}
        }
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
