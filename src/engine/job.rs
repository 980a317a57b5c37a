//! A job: a contract to test, with its fixtures and kept cases.

use std::sync::Arc;

use super::selection::{Because, Selection};
use crate::contract::{CompileOptions, Contract, Operation};
use crate::finding::Finding;
use crate::fixtures::Fixtures;
use crate::lint;
use crate::regression::Kept;
use crate::spec::{Document, SpecError};

/// A contract with what is known of the target about it. Clones share all of it.
#[derive(Clone, Debug)]
pub struct Job {
    /// The contract.
    pub contract: Arc<Contract>,
    /// Its fixtures; the default ones where there are none.
    pub fixtures: Arc<Fixtures>,
    /// Which of its operations are tested.
    pub selection: Selection,
    /// The document's own faults.
    pub faults: Arc<Vec<Finding>>,
    /// Cases that failed in earlier runs; they are sent first.
    pub regressions: Arc<Vec<Kept>>,
}

impl Job {
    /// A job for all operations of a contract that was compiled with the credentials of these fixtures
    /// ([`CompileOptions::credentials`]). Of the document's faults, those that reading found are known.
    pub fn new(contract: impl Into<Arc<Contract>>, fixtures: Fixtures) -> Self {
        let contract = contract.into();
        Self {
            faults: Arc::new(lint::noted(&contract)),
            contract,
            fixtures: Arc::new(fixtures),
            selection: Selection::default(),
            regressions: Arc::default(),
        }
    }

    /// A job for all operations of a document: parameters that the fixtures hold a credential for become part of the
    /// contract's security.
    ///
    /// # Errors
    /// [`SpecError::NotOpenApi`].
    pub fn compile(document: Document, fixtures: Fixtures) -> Result<Self, SpecError> {
        let options = CompileOptions { credentials: fixtures.credential_names(), ..CompileOptions::default() };
        Ok(Self::new(Contract::compile_with(document, &options)?, fixtures))
    }

    /// The operations that are tested, by their positions in the contract.
    pub fn operations(&self) -> impl Iterator<Item = usize> {
        let verdict = self.selection.verdicts(&self.contract);
        let operations = self.contract.operations.iter().enumerate();
        operations.filter(move |(index, operation)| verdict(*index, operation) == Some(None)).map(|(index, _)| index)
    }

    /// The operations that were chosen and are left out all the same, with the reason.
    pub fn left_out(&self) -> impl Iterator<Item = (&Operation, Because)> {
        let verdict = self.selection.verdicts(&self.contract);
        let operations = self.contract.operations.iter().enumerate();
        operations.filter_map(move |(index, operation)| Some((operation, verdict(index, operation)??)))
    }
}
