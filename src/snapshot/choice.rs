//! Which cases have a snapshot: every written one, and for each clause the first that breaks it.

use std::collections::HashSet;
use std::path::PathBuf;

use super::Mode;
use super::name::{Names, of_clause, slug};
use crate::case::{Case, Intent, Origin};
use crate::contract::{ClauseId, Contract, Validators};
use crate::fixtures::Fixtures;
use crate::plan::{self, PlanOptions};

/// Chooses among the cases of one operation. It must see all of them, in the order of the plan.
#[derive(Debug)]
pub(super) struct Choice {
    operation: String,
    by_clause: Vec<String>,
    names: Names,
    shown: HashSet<ClauseId>,
}

impl Choice {
    /// For the operation at this position of the contract.
    pub fn new(contract: &Contract, operation: usize) -> Self {
        let described = &contract.operations[operation];
        let mut names = Names::default();
        let by_clause = described.clauses().all.iter().map(|clause| names.take(of_clause(clause, described))).collect();
        Self { operation: operation_names(contract).swap_remove(operation), by_clause, names, shown: HashSet::new() }
    }

    /// The name of the case's snapshot without its directory, if it has one.
    ///
    /// The choice depends on nothing that a seed or a number of cases changes.
    pub fn of(&mut self, case: &Case) -> Option<String> {
        let name = match (case.origin, case.intent, case.clause) {
            (Origin::Fixture, ..) => self.names.take(slug(&case.name)),
            (Origin::Fault | Origin::Protocol, Intent::Invalid(_) | Intent::Unauthenticated, Some(clause))
                if self.shown.insert(clause) =>
            {
                self.by_clause[clause.0 as usize].clone()
            }
            _ => return None,
        };
        Some(format!("{}.{name}.snap", self.operation))
    }
}

/// The slugs of the contract's operations.
pub(super) fn operation_names(contract: &Contract) -> Vec<String> {
    let mut names = Names::default();
    contract.operations.iter().map(|operation| names.take(slug(&operation.id))).collect()
}

/// The name of a contract's directories, below that of each kind of snapshot.
pub fn folder(contract: &Contract) -> String {
    slug(&contract.name)
}

/// The directory of a contract's snapshots of behaviour.
pub(super) fn directory(mode: Mode, contract: &Contract) -> PathBuf {
    [mode.directory(), &folder(contract)].iter().collect()
}

/// The names of all snapshots of behaviour that runs of this contract make.
pub fn planned(contract: &Contract, fixtures: &Fixtures, mode: Mode) -> Vec<PathBuf> {
    let validators = Validators::new(contract.schemas.clone());
    let folder = directory(mode, contract);
    let operations = 0..contract.operations.len();
    let names = operations.flat_map(|operation| {
        let plan = plan::plan(contract, operation, &validators, fixtures, PlanOptions { seed: 0, cases: Some(0) });
        let mut choice = Choice::new(contract, operation);
        plan.cases.iter().filter_map(|case| choice.of(case)).collect::<Vec<_>>()
    });
    names.map(|name| folder.join(name)).collect()
}
