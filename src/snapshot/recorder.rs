//! Compares the exchanges of a run with their snapshots, and writes what differs.

use std::collections::HashMap;
use std::sync::Arc;

use super::choice::{Choice, directory};
use super::exchange::Scene;
use super::{Mode, Record, SnapshotError, Store, Update, diff};
use crate::case::{Case, Origin};
use crate::check::{self, Subject};
use crate::contract::Contract;
use crate::engine::{Judge, Judged};
use crate::execute::Masker;
use crate::finding::{Evidence, Finding, OperationName, Place};
use crate::rule::Severity;

/// What is compared with what.
#[derive(Clone, Debug)]
pub struct RecorderOptions {
    /// The snapshots.
    pub store: Store,
    /// The names of the contracts that are compared.
    pub contracts: Vec<String>,
    /// How much of an exchange is compared.
    pub mode: Mode,
    /// What is written.
    pub update: Update,
    /// An exchange without a snapshot is an error; otherwise it is a warning.
    pub is_missing_an_error: bool,
    /// What may come back from the target and must not be written.
    pub secrets: Masker,
}

/// A judge that compares exchanges with their snapshots.
pub struct Recorder {
    options: RecorderOptions,
    target: String,
    choices: HashMap<usize, Choice>,
    failure: Option<SnapshotError>,
}

impl Recorder {
    /// Compares with the snapshots of these contracts.
    ///
    /// # Errors
    /// [`SnapshotError`] where a snapshot of these contracts cannot be used, before anything is sent.
    pub fn new(options: RecorderOptions, contracts: &[Arc<Contract>]) -> Result<Self, SnapshotError> {
        for contract in contracts.iter().filter(|contract| options.contracts.contains(&contract.name)) {
            let folder = directory(options.mode, contract);
            for name in options.store.names(&folder.to_string_lossy())? {
                if name.extension().is_some_and(|extension| extension == "snap") && options.update != Update::All {
                    options.store.read(&name)?;
                }
            }
        }
        Ok(Self { options, target: String::new(), choices: HashMap::new(), failure: None })
    }

    /// How it went.
    ///
    /// # Errors
    /// The first snapshot that could not be read or written.
    pub fn finish(self) -> Result<(), SnapshotError> {
        self.failure.map_or(Ok(()), Err)
    }

    /// Compares a record with its snapshot; the finding's message, diff and severity, if they differ.
    fn compare(&self, record: &Record) -> Result<Option<(String, Option<String>, Severity)>, SnapshotError> {
        let options = &self.options;
        let shown = options.store.path(&record.name).display().to_string();
        // What is written anew need not have been readable.
        let old = match options.store.read(&record.name) {
            Err(SnapshotError::Conflict { .. } | SnapshotError::Broken { .. }) if options.update == Update::All => None,
            other => other?,
        };
        let told = match &old {
            Some(old) if Store::is_same(old, &record.text) => {
                if options.update != Update::No {
                    options.store.drop_pending(&record.name)?;
                }
                return Ok(None);
            }
            Some(old) => (format!("The exchange differs from {shown}"), Some(diff(old, &record.text)), Severity::Error),
            None => {
                let severity = if options.is_missing_an_error { Severity::Error } else { Severity::Warning };
                (format!("There is no snapshot {shown}"), None, severity)
            }
        };
        match options.update {
            Update::No => Ok(Some(told)),
            Update::New => {
                options.store.write(record, true)?;
                Ok(Some(told))
            }
            Update::All => {
                options.store.write(record, false)?;
                Ok(None)
            }
        }
    }

    fn record(&mut self, subject: &Subject<'_>) -> Option<Record> {
        let Subject { contract, fixtures, case, exchange, .. } = *subject;
        let Self { options, choices, target, .. } = self;
        let choice = choices.entry(case.operation).or_insert_with(|| Choice::new(contract, case.operation));
        let name = directory(options.mode, contract).join(choice.of(case)?);
        let operation = contract.operations.get(case.operation)?;
        let clean = options.secrets.exchange(exchange);
        let scene = Scene { contract, operation, fixtures, case, exchange: &clean, target, mode: options.mode };
        let clause = case.clause.map(|id| operation.clauses().get(id));
        let about = clause.map_or_else(String::new, |clause| format!(": {}", clause.describe(operation)));
        let location = clause.map_or(&operation.location, |clause| &clause.location);
        let document = &contract.document.file(location.file).name;
        let source = match (&fixtures.source, case.origin) {
            (Some(file), Origin::Fixture) => &file.name,
            _ => document,
        };
        Some(Record {
            name,
            source: source.clone(),
            description: options.secrets.text(&format!("{} ({}{about})", case.name, case.intent.name())).into_owned(),
            node: format!("{document}#{}", location.pointer),
            text: scene.text()?,
        })
    }
}

impl Judge for Recorder {
    fn at_start(&mut self, _: &Contract, target: &str) {
        target.clone_into(&mut self.target);
        self.choices.clear();
    }

    fn after_response(&mut self, judged: &Judged<'_>) -> Vec<Finding> {
        let Subject { contract, case, .. } = judged.subject;
        // The responses of a closed door are nobody's behaviour.
        if !judged.is_let_in || self.failure.is_some() || !self.options.contracts.contains(&contract.name) {
            return Vec::new();
        }
        let Some(record) = self.record(&judged.subject) else { return Vec::new() };
        match self.compare(&record) {
            Ok(None) => Vec::new(),
            Ok(Some((message, diff, severity))) => vec![finding(contract, case, &record, message, diff, severity)],
            Err(failure) => {
                self.failure = Some(failure);
                Vec::new()
            }
        }
    }
}

fn finding(
    contract: &Contract,
    case: &Case,
    record: &Record,
    message: String,
    diff: Option<String>,
    severity: Severity,
) -> Finding {
    let operation = &contract.operations[case.operation];
    let (location, keyword) = match case.clause.map(|id| operation.clauses().get(id)) {
        Some(clause) => (clause.location.clone(), clause.keyword),
        None => (operation.location.clone(), "operation"),
    };
    let place = Place::new(&contract.document, location, keyword);
    Finding {
        severity,
        operation: Some(OperationName::of(operation)),
        evidence: Evidence { difference: diff, ..Evidence::default() },
        ..Finding::new(&check::rules::snapshot::RULE, place, message, &record.name.display().to_string())
    }
    .expecting("what the snapshot shows, or what a review of it accepts: conform snapshots review")
}
