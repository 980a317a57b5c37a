//! Selects the cases that have a snapshot: every written one, and for each clause the first that violates it.

use std::collections::HashSet;
use std::path::PathBuf;

use super::Mode;
use super::name::{Names, of_clause, slug};
use crate::case::{Case, Intent, Origin};
use crate::contract::{ClauseId, Contract, Validators};
use crate::fixtures::Fixtures;
use crate::plan::{self, PlanInput, PlanOptions};
use crate::wire::Request;

/// Selects among the cases of one operation. It must see all of them, in the order of the plan.
///
/// The selection depends on nothing that a seed or a number of cases changes.
#[derive(Debug)]
pub(super) struct CaseSelection {
    /// The name of each clause's section.
    by_clause: Vec<String>,
    names: Names,
    shown: HashSet<ClauseId>,
    /// The requests of written cases.
    written: Vec<Request>,
}

impl CaseSelection {
    /// For the operation at this position of the contract.
    pub fn new(contract: &Contract, operation: usize) -> Self {
        let described = &contract.operations[operation];
        let mut names = Names::default();
        let by_clause = described.clauses().all.iter().map(|clause| names.take(of_clause(clause, described))).collect();
        Self { by_clause, names, shown: HashSet::new(), written: Vec::new() }
    }

    /// The name of the case's section, if it has one.
    pub fn section(&mut self, case: &Case) -> Option<String> {
        match (case.origin, case.intent, case.clause) {
            (Origin::Fixture, ..) => {
                self.written.push(case.request.clone());
                Some(self.names.take(slug(&case.name)))
            }
            // The same exchange as that of a written case is not shown twice.
            (Origin::Fault | Origin::Protocol, Intent::Invalid(_) | Intent::Unauthenticated, Some(clause))
                if self.shown.insert(clause) && !self.written.contains(&case.request) =>
            {
                Some(self.by_clause[clause.0 as usize].clone())
            }
            _ => None,
        }
    }
}

/// The names of the operations' files, `createMessage.snap`, in the contract's order.
pub(super) fn file_names(contract: &Contract) -> Vec<String> {
    let mut names = Names::default();
    contract.operations.iter().map(|operation| format!("{}.snap", names.take(slug(&operation.id)))).collect()
}

/// The name of a contract's directories, below that of each kind of snapshot.
pub fn folder(contract: &Contract) -> String {
    slug(&contract.name)
}

/// The directory of a contract's snapshots of behaviour.
pub(super) fn directory(mode: Mode, contract: &Contract) -> PathBuf {
    [mode.directory(), &folder(contract)].iter().collect()
}

/// The files of a contract's behaviour, each with the sections that runs make. Operations without sections have none.
pub(super) fn planned(contract: &Contract, fixtures: &Fixtures) -> Vec<(String, Vec<String>)> {
    let validators = Validators::new(contract.schemas.clone());
    let input =
        PlanInput::new(contract, &validators, fixtures, PlanOptions { seed: 0, cases: Some(0), destructive: false });
    let sections = |operation: usize| {
        let plan = plan::plan(&input, operation);
        let mut selection = CaseSelection::new(contract, operation);
        plan.cases.iter().filter_map(|case| selection.section(case)).collect::<Vec<_>>()
    };
    let files = file_names(contract).into_iter().enumerate().map(|(operation, file)| (file, sections(operation)));
    files.filter(|(_, sections)| !sections.is_empty()).collect()
}
