//! The gate: confirms that a request has the intent of its case.
//!
//! Planner, shrinker and regressions propose values; only confirmed requests are sent. A valid request is valid in every
//! interpretation of a correct server. An invalid one violates its clause in every interpretation of any server.

mod credentials;
mod fault;
mod model;
mod mutation;
mod robustness;
#[cfg(test)]
mod tests;
mod valid;
mod written;

pub use model::{Confirmed, Gate, Unsure};
pub use mutation::as_text;

use super::{Intent, RequestValues};
use crate::contract::{ClauseId, Isolation};

/// The part of a request that is meant to be at fault, so that it is not held against the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Nothing,
    Parameter(usize),
    Body,
}

/// How a request breaks its clause.
struct Fault {
    part: Part,
    isolation: Isolation,
    also_broken: Vec<ClauseId>,
}

impl Fault {
    /// A part that is wrong as a whole, or nothing that is.
    fn alone(part: Part) -> Self {
        Self { part, isolation: Isolation::Alone, also_broken: Vec::new() }
    }
}

impl Gate<'_> {
    /// The request of `values`, if it surely is what `intent` says; an invalid one breaks `clause`.
    ///
    /// # Errors
    /// [`Unsure`]: why it is not.
    pub fn confirm(
        &self,
        values: RequestValues,
        intent: Intent,
        clause: Option<ClauseId>,
    ) -> Result<Confirmed, Unsure> {
        let fault = match (intent, clause) {
            (Intent::Invalid(_), Some(clause)) if values.mutation.is_none() => self.fault(&values, clause)?,
            // A fault of a value is that of a clause, and of the values alone.
            (Intent::Invalid(super::Fault::Validation | super::Fault::PathParameter), _) => {
                return Err(Unsure::NoFault("nothing of it is said to be wrong".to_owned()));
            }
            _ => Fault::alone(Part::Nothing),
        };
        match intent {
            Intent::Unauthenticated => self.changes_credentials(&values)?,
            Intent::MissingResource => self.names_nothing(&values)?,
            _ => {}
        }
        self.is_valid_beside(fault.part, &values)?;
        let schemas = &self.contract.schemas;
        let request = values.request(self.operation, schemas).ok_or(Unsure::Unwritable)?;
        self.mutation(&values, &request, intent)?;
        self.body_of_nothing(&values, &request, fault.part)?;
        let is_doubtful = values.is_doubtful(self.operation, self.validators);
        Ok(Confirmed { values, request, isolation: fault.isolation, also_broken: fault.also_broken, is_doubtful })
    }
}
