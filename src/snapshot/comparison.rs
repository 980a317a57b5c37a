//! Compares the exchanges of a run with their snapshots, and writes what differs once an operation is over.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::exchange_text::ExchangeText;
use super::same::is_same;
use super::sections::{Sections, written_node};
use super::selection::{CaseSelection, directory, file_names};
use super::{Record, RecorderOptions, Section, SnapshotError, Update, diff};
use crate::case::{Case, Origin};
use crate::check;
use crate::contract::Contract;
use crate::execute::Exchange;
use crate::finding::{Evidence, Finding, OperationName, Place};
use crate::fixtures::Fixtures;
use crate::rule::Severity;

/// The snapshots of a run, one contract after the other.
pub(super) struct Comparison {
    options: RecorderOptions,
    /// The target's address, without a slash at its end.
    target: String,
    /// The files of the contract's operations.
    files: Vec<String>,
    operations: BTreeMap<usize, OperationSnapshot>,
}

/// The snapshot of an operation whose cases are being judged.
struct OperationSnapshot {
    selection: CaseSelection,
    /// The file; its text is put in when it is written.
    record: Record,
    /// The sections of the file.
    old: Sections,
    /// The sections that this run makes.
    seen: Vec<Section>,
}

impl Comparison {
    /// Compares the contracts that the options name.
    ///
    /// # Errors
    /// [`SnapshotError`] where a snapshot of these contracts cannot be used.
    pub fn new(options: RecorderOptions, contracts: &[Arc<Contract>]) -> Result<Self, SnapshotError> {
        let comparison = Self { options, target: String::new(), files: Vec::new(), operations: BTreeMap::new() };
        for contract in contracts.iter().filter(|contract| comparison.is_compared(contract)) {
            let folder = directory(comparison.options.mode, contract);
            let present = comparison.options.store.names(&folder.to_string_lossy())?;
            for file in file_names(contract).into_iter().map(|file| folder.join(file)) {
                if present.binary_search(&file).is_ok() {
                    comparison.old(&file)?;
                }
            }
        }
        Ok(comparison)
    }

    /// Begins with the operations of another contract.
    pub fn start(&mut self, contract: &Contract, target: &str) {
        target.clone_into(&mut self.target);
        self.files = if self.is_compared(contract) { file_names(contract) } else { Vec::new() };
    }

    /// Compares a case, in the order of the plan; what differs is a finding.
    ///
    /// # Errors
    /// [`SnapshotError`] where the operation's file cannot be used.
    pub fn case(
        &mut self,
        contract: &Contract,
        fixtures: &Fixtures,
        case: &Case,
        exchange: &Exchange,
    ) -> Result<Option<Finding>, SnapshotError> {
        let Some(file) = self.files.get(case.operation).filter(|_| self.is_compared(contract)) else { return Ok(None) };
        let name = directory(self.options.mode, contract).join(file);
        let mut snapshot = match self.operations.remove(&case.operation) {
            Some(snapshot) => snapshot,
            None => self.begin(contract, case.operation, name)?,
        };
        let section = self.section(contract, fixtures, case, exchange, &mut snapshot);
        let finding = section.as_ref().and_then(|section| self.compare(contract, case, section, &snapshot));
        snapshot.seen.extend(section);
        self.operations.insert(case.operation, snapshot);
        Ok(finding)
    }

    /// Writes what differed in an operation, as far as that is asked for.
    ///
    /// # Errors
    /// [`SnapshotError`].
    pub fn end_operation(&mut self, operation: usize) -> Result<(), SnapshotError> {
        self.operations.remove(&operation).map_or(Ok(()), |snapshot| self.write(snapshot))
    }

    /// Writes what differed in the operations that were not finished.
    ///
    /// # Errors
    /// The first [`SnapshotError`].
    pub fn end(&mut self) -> Result<(), SnapshotError> {
        std::mem::take(&mut self.operations).into_values().try_for_each(|snapshot| self.write(snapshot))
    }

    fn is_compared(&self, contract: &Contract) -> bool {
        self.options.contracts.contains(&contract.name)
    }

    /// The sections of a snapshot. A file that is to be written anew need not be readable.
    fn old(&self, name: &Path) -> Result<Sections, SnapshotError> {
        match self.options.store.sections(name, false) {
            Err(SnapshotError::Conflict { .. } | SnapshotError::Broken { .. })
                if self.options.update == Update::All =>
            {
                Ok(Sections::default())
            }
            other => other,
        }
    }

    fn begin(&self, contract: &Contract, index: usize, name: PathBuf) -> Result<OperationSnapshot, SnapshotError> {
        let operation = &contract.operations[index];
        let source = contract.document.file(operation.location.file).name.clone();
        Ok(OperationSnapshot {
            selection: CaseSelection::new(contract, index),
            old: self.old(&name)?,
            record: Record {
                name,
                description: format!("{}: what was sent, and what the target answered", operation.id),
                node: format!("{source}#{}", operation.location.pointer),
                source,
                text: String::new(),
            },
            seen: Vec::new(),
        })
    }

    /// The section of a case; `None` where it has none, or no complete response was received.
    fn section(
        &self,
        contract: &Contract,
        fixtures: &Fixtures,
        case: &Case,
        exchange: &Exchange,
        snapshot: &mut OperationSnapshot,
    ) -> Option<Section> {
        let RecorderOptions { mode, secrets, .. } = &self.options;
        let name = snapshot.selection.section(case)?;
        let operation = &contract.operations[case.operation];
        secrets.learn(exchange);
        let exchange = secrets.exchange(exchange);
        let text = ExchangeText {
            contract,
            operation,
            fixtures,
            case,
            exchange: &exchange,
            target: &self.target,
            mode: *mode,
        };
        let clause = case.clause.map(|id| operation.clauses().get(id));
        let about = clause.map_or_else(String::new, |clause| format!(": {}", clause.describe(operation)));
        let location = clause.map_or(&operation.location, |clause| &clause.location);
        let node = format!("{}#{}", contract.document.file(location.file).name, location.pointer);
        let source = fixtures.source.as_ref().filter(|_| case.origin == Origin::Fixture);
        Some(Section {
            name,
            description: secrets.text(&format!("{} ({}{about})", case.name, case.intent.name())).into_owned(),
            node: written_node(&node, &snapshot.record.node),
            source: source.map(|file| file.name.clone()),
            text: secrets.text(&text.text()?).into_owned(),
        })
    }

    /// The finding of a section that differs and is not simply recorded.
    fn compare(
        &self,
        contract: &Contract,
        case: &Case,
        section: &Section,
        snapshot: &OperationSnapshot,
    ) -> Option<Finding> {
        let RecorderOptions { store, update, is_missing_an_error, .. } = &self.options;
        let file = &snapshot.record.name;
        let shown = store.shown(file, Some(&section.name));
        let (severity, message, difference) = match snapshot.old.get(&section.name) {
            _ if *update == Update::All => return None,
            Some(old) if is_same(&old.text, &section.text) => return None,
            Some(old) => {
                let message = format!("The exchange differs from {shown}");
                (Severity::Error, message, Some(diff(&old.text, &section.text)))
            }
            None => {
                let severity = if *is_missing_an_error { Severity::Error } else { Severity::Warning };
                (severity, format!("There is no snapshot {shown}"), None)
            }
        };
        let operation = &contract.operations[case.operation];
        let (location, keyword) = match case.clause.map(|id| operation.clauses().get(id)) {
            Some(clause) => (clause.location.clone(), clause.keyword),
            None => (operation.location.clone(), "operation"),
        };
        let place = Place::new(&contract.document, location, keyword);
        let manner = format!("{}#{}", file.display(), section.name);
        let finding = Finding {
            severity,
            operation: Some(OperationName::of(operation)),
            evidence: Evidence { difference, ..Evidence::default() },
            ..Finding::new(&check::rules::snapshot::RULE, place, message, &manner)
        };
        Some(finding.expecting("what the snapshot shows, or what a review of it accepts: conform snapshots review"))
    }

    /// Writes the sections that differ among those that stay as they are.
    fn write(&self, snapshot: OperationSnapshot) -> Result<(), SnapshotError> {
        let RecorderOptions { store, update, .. } = &self.options;
        let OperationSnapshot { record, old, seen, .. } = snapshot;
        // What waits and was not seen by this run waits on. A file that cannot be read is written anew.
        let waiting = match update {
            Update::No => return Ok(()),
            Update::New => store.sections(&record.name, true).unwrap_or_default(),
            Update::All => Sections::default(),
        };
        let new = old.clone().updated(waiting.iter().cloned()).updated(seen);
        let is_same = match update {
            Update::All => old == new,
            Update::New | Update::No => old.differences(&new).next().is_none(),
        };
        if is_same {
            return store.drop_pending(&record.name);
        }
        store.write(&Record { text: new.to_string(), ..record }, *update == Update::New)
    }
}

#[cfg(test)]
mod tests;
