//! The gate's input, and its results.

use crate::case::RequestValues;
use crate::contract::{ClauseId, Contract, Isolation, Operation, Validators};
use crate::fixtures::Fixtures;
use crate::wire::{Doubt, Request};

/// All that a request is confirmed against.
#[derive(Clone, Copy, Debug)]
pub struct Gate<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The operation that the request is for.
    pub operation: &'a Operation,
    /// Validators of the contract's schemas.
    pub validators: &'a Validators,
    /// What a person knows of the target: an id that exists is right, whatever its schema says.
    pub fixtures: &'a Fixtures,
}

/// A request that surely is what its case says. Only the gate makes one.
#[derive(Clone, Debug)]
pub struct Confirmed {
    pub(super) values: RequestValues,
    pub(super) request: Request,
    pub(super) isolation: Isolation,
    pub(super) also_broken: Vec<ClauseId>,
    pub(super) is_doubtful: bool,
}

impl Confirmed {
    /// The values.
    pub fn values(&self) -> &RequestValues {
        &self.values
    }

    /// The request that is made of them.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Whether an invalid request breaks its clause alone.
    pub fn isolation(&self) -> Isolation {
        self.isolation
    }

    /// The clauses that break together with it.
    pub fn also_broken(&self) -> &[ClauseId] {
        &self.also_broken
    }

    /// Whether a server may well refuse it for more than the contract says.
    pub fn is_doubtful(&self) -> bool {
        self.is_doubtful
    }

    /// The request and the values that it is made of.
    pub fn into_parts(self) -> (Request, RequestValues) {
        (self.request, self.values)
    }
}

/// Why a request is not surely what its case says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsure {
    /// A value cannot be serialised at its place: null in a form, an array within an array.
    #[error("its values cannot be written as a request")]
    Unwritable,
    /// What is meant to be valid is not.
    #[error("it is not valid: {0}")]
    NotValid(String),
    /// What is valid is something else to a server that reads it rightly, too.
    #[error("a server may read {0} as something that is not valid")]
    MayBeInvalid(String),
    /// The clause is kept.
    #[error("it does not break {0}")]
    Kept(String),
    /// A server may read what breaks the clause as something that does not.
    #[error("it does not surely break {clause}: {doubt}")]
    MayBeValid {
        /// The clause.
        clause: String,
        /// What may come of what breaks it.
        doubt: Doubt,
    },
    /// The protocol is not broken.
    #[error("{0}")]
    NoFault(String),
}
