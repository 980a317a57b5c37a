//! Notes what the contract says of a written request. It is sent in any case.

use super::{Gate, Unsure};
use crate::case::Intent;
use crate::wire::Request;
use crate::wire::server::{ProblemKind, Unrouted, read};

impl Gate<'_> {
    /// Whether a server that knows the contract would take a request for what its case says.
    ///
    /// # Errors
    /// [`Unsure`]: why not.
    pub fn confirm_written(&self, request: &Request, intent: Intent) -> Result<(), Unsure> {
        let request = request.to_http(self.operation).ok_or(Unsure::Unwritable)?;
        let wrong = match read(self.contract, self.validators, &request) {
            // Credentials are put in when it is sent.
            Ok(received) => received.problems.iter().any(|problem| problem.kind != ProblemKind::Unauthenticated),
            Err(Unrouted::WrongMethod(_) | Unrouted::Unknown) => true,
        };
        match intent {
            Intent::Valid if wrong => Err(Unsure::NotValid("the contract forbids it".to_owned())),
            Intent::Invalid(_) | Intent::WrongMethod if !wrong => {
                Err(Unsure::NoFault("the contract allows it".to_owned()))
            }
            _ => Ok(()),
        }
    }
}
