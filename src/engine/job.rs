//! A job: a contract to test, with its fixtures and kept cases.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::access::{Places, ends_access};
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
            selection: Selection::All,
            regressions: Arc::default(),
        }
    }

    /// A job for all operations of a document: parameters that the fixtures hold a credential for become part of the
    /// contract's security.
    ///
    /// # Errors
    /// [`SpecError::NotOpenApi`].
    pub fn compile(document: Document, fixtures: Fixtures) -> Result<Self, SpecError> {
        let options = CompileOptions { credentials: fixtures.credentials.keys().cloned().collect() };
        Ok(Self::new(Contract::compile_with(document, &options)?, fixtures))
    }

    /// The operations that are tested, by their positions in the contract.
    pub fn operations(&self) -> impl Iterator<Item = usize> {
        let is_selected = self.is_selected();
        let operations = self.contract.operations.iter().enumerate();
        operations.filter(move |(_, operation)| is_selected(operation)).map(|(index, _)| index)
    }

    /// The operations that nobody has left out, and that are left out for the harm that they may do.
    pub fn left_out(&self) -> impl Iterator<Item = &Operation> {
        let is_selected = self.is_selected();
        let is_harmless = self.selection == Selection::Harmless;
        self.contract.operations.iter().filter(move |operation| is_harmless && !is_selected(operation))
    }

    fn is_selected(&self) -> impl Fn(&Operation) -> bool {
        let places = (self.selection == Selection::Harmless).then(|| Places::new(&self.contract));
        move |operation| match (&self.selection, &places) {
            (Selection::Ids(ids), _) => ids.contains(&operation.id),
            (_, Some(places)) => !ends_access(operation) && !places.destroys_unnamed(operation),
            (_, None) => true,
        }
    }
}

/// A choice among the operations of contracts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// All of them.
    #[default]
    All,
    /// All but those that end or change what the run is logged in by, or change or destroy what no id in their path names.
    Harmless,
    /// Those with these ids.
    Ids(BTreeSet<String>),
}

impl Selection {
    /// The operations with these ids, or all where there are none.
    pub fn of(ids: &[String]) -> Self {
        if ids.is_empty() { Self::All } else { Self::Ids(ids.iter().cloned().collect()) }
    }
}
