//! The policy of `conform.toml`: severities by rule, operation, status, clause and node of the document.

mod error;
mod file;
mod model;
mod selects;
#[cfg(test)]
mod tests;

pub use error::PolicyError;
#[cfg(feature = "cli")]
pub use file::POLICY_KEYS;
pub use model::Policy;

use std::path::Path;
use std::time::Duration;

use crate::contract::{Contract, Operation};
use crate::finding::Finding;
use crate::fixtures::{Resource, Scope};
use crate::whole_file;
use selects::{is_called, operation, place};

impl Policy {
    /// Reads from `conform.toml` a table `checks` of severities by rule, an array `rules` of `check`, `operation`, `status`,
    /// `clause`, `pointer` and `severity`, and an array `operations` of `operation`, `timeout`, `expect`,
    /// `severity`, `rate` and `values`. The options of a run that stand beside them are the command line's.
    ///
    /// # Errors
    /// [`PolicyError`] names the file and line of an unknown check or severity.
    pub fn load(path: &Path, duration: impl Fn(&str) -> Result<Duration, String>) -> Result<Self, PolicyError> {
        let name = path.display().to_string();
        let text = whole_file::read_by_hand(path).map_err(|reason| PolicyError {
            place: name.clone(),
            message: format!("cannot be read: {reason}"),
            help: "check the path and its permissions".to_owned(),
        })?;
        file::parse(&name, &text, duration)
    }

    /// The operations of a contract that are waited for longer, or less long, by their ids.
    pub fn timeouts<'a>(&'a self, contract: &'a Contract) -> impl Iterator<Item = (String, Duration)> + 'a {
        contract.operations.iter().filter_map(|operation| {
            let (_, time) = self.timeouts.iter().rfind(|(name, _)| is_called(operation, &name.value))?;
            Some((operation.id.clone(), *time))
        })
    }

    /// The operations of a contract that are called so often a second at most, by their ids.
    pub fn rates<'a>(&'a self, contract: &'a Contract) -> impl Iterator<Item = (String, u32)> + 'a {
        contract.operations.iter().filter_map(|operation| {
            let (_, rate) = self.rates.iter().rfind(|(name, _)| is_called(operation, &name.value))?;
            Some((operation.id.clone(), *rate))
        })
    }

    /// What stands at places of valid requests of single operations: as resources of fixtures, which are asked in order.
    pub fn resources(&self, contract: &Contract) -> Vec<Resource> {
        let all = self.values.iter().rev().flat_map(|(name, own)| {
            let called = contract.operations.iter().filter(|operation| is_called(operation, &name.value));
            called.map(|operation| Resource {
                operations: Scope(vec![operation.id.clone()]),
                at: own.value.at.clone(),
                existing: own.value.values.clone(),
                missing: Vec::new(),
                always: true,
                templates: Vec::new(),
            })
        });
        all.collect()
    }

    /// Whether all that the policy names is there, in one of these contracts at least.
    ///
    /// # Errors
    /// [`PolicyError`] names the file and line of the first operation, clause or node that none of them has.
    pub fn check(&self, contracts: &[&Contract]) -> Result<(), PolicyError> {
        let timeouts = self.timeouts.iter().map(|(name, _)| operation(name, contracts));
        let rates = self.rates.iter().map(|(name, _)| operation(name, contracts));
        let values = self.values.iter().map(|(name, own)| {
            operation(name, contracts)?;
            place(name, own, contracts)
        });
        let rows = self.rows.iter().map(|row| row.check(contracts));
        timeouts
            .chain(rates)
            .chain(values)
            .chain(rows)
            .try_for_each(|found| found.map_err(|unknown| unknown.in_file(&self.file)))
    }

    /// Grades what was found in one exchange that was answered with `status`, and drops what is switched off.
    pub fn grade(&self, operation: &Operation, status: Option<u16>, findings: &mut Vec<Finding>) {
        findings.retain_mut(|finding| self.grades(operation, status, finding));
    }

    /// Grades one finding; false if it is switched off.
    pub fn grades(&self, operation: &Operation, status: Option<u16>, finding: &mut Finding) -> bool {
        let Some(row) = self.rows.iter().rev().find(|row| row.selects(operation, status, finding)) else { return true };
        let severity = row.level.severity();
        finding.severity = severity.unwrap_or(finding.severity);
        severity.is_some()
    }
}
