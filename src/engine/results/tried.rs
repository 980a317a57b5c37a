//! How the target took what an operation's cases tried.

use std::collections::{BTreeSet, HashMap};

use crate::case::{Case, Fault, Intent};
use crate::contract::ClauseId;
use crate::execute::Exchange;

/// What the requests of an operation got.
#[derive(Debug, Default)]
pub(super) struct Tried {
    /// The clauses of which requests broke one each.
    clauses: HashMap<ClauseId, Taken>,
    /// The statuses that valid requests got.
    of_valid: BTreeSet<u16>,
}

/// How the target took the requests that break one clause.
#[derive(Clone, Copy, Debug, Default)]
struct Taken {
    accepted: bool,
    refused: bool,
}

impl Tried {
    /// Takes what a case got.
    pub fn take(&mut self, case: &Case, exchange: &Exchange) {
        let Ok(status) = exchange.result.as_ref().map(|response| response.status) else { return };
        match (case.intent, case.clause) {
            (Intent::Valid, _) => {
                self.of_valid.insert(status);
            }
            (Intent::Invalid(Fault::Validation | Fault::PathParameter), Some(clause)) => {
                let taken = self.clauses.entry(clause).or_default();
                taken.accepted |= (200..300).contains(&status);
                taken.refused |= (400..500).contains(&status);
            }
            _ => {}
        }
    }

    /// Whether a valid request got this status.
    pub fn is_of_valid(&self, status: u16) -> bool {
        self.of_valid.contains(&status)
    }

    /// Whether the target accepts whatever breaks the clause; `None` where nobody knows.
    pub fn is_unchecked(&self, clause: ClauseId) -> Option<bool> {
        let taken = self.clauses.get(&clause).filter(|taken| taken.accepted || taken.refused)?;
        Some(!taken.refused)
    }
}
