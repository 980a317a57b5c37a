//! Judges a request by the contract, as a server does that knows nothing but the contract and its own data.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;

use crate::contract::{Contract, Operation, SchemeKind, SchemeRequirement, Validators};
use crate::fixtures::Fixtures;
use crate::wire::server::{ProblemKind, Received, Unrouted, read};
use crate::wire::style::scalar;

/// What is wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    WrongMethod,
    Unauthorized,
    WrongMediaType,
    TooLarge,
    Invalid,
    MissingResource,
}

/// All that requests are judged by.
pub(super) struct Judge<'a> {
    pub contract: &'a Contract,
    pub validators: &'a Validators,
    pub fixtures: &'a Fixtures,
}

impl Judge<'_> {
    /// The operation that a request is for, and all that is wrong with it, in the order in which servers look.
    pub fn judge(&self, request: &Request<Vec<u8>>) -> (Option<usize>, Vec<Refusal>) {
        let received = match read(self.contract, self.validators, request) {
            Ok(received) => received,
            Err(Unrouted::WrongMethod(operation)) => return (Some(operation), vec![Refusal::WrongMethod]),
            Err(Unrouted::Unknown) => return (None, Vec::new()),
        };
        let operation = &self.contract.operations[received.operation];
        let mut refusals = Vec::new();
        if !self.is_authorized(operation, &received) {
            refusals.push(Refusal::Unauthorized);
        }
        let refused = |kind: ProblemKind| match kind {
            ProblemKind::Unauthenticated => None,
            ProblemKind::TooLarge => Some(Refusal::TooLarge),
            ProblemKind::MediaType => Some(Refusal::WrongMediaType),
            ProblemKind::Malformed | ProblemKind::Invalid => Some(Refusal::Invalid),
        };
        refusals.extend(received.problems.iter().filter_map(|problem| refused(problem.kind)));
        if self.names_nothing(operation, &received) {
            refusals.push(Refusal::MissingResource);
        }
        (Some(received.operation), refusals)
    }

    fn is_authorized(&self, operation: &Operation, received: &Received) -> bool {
        let has = |used: &SchemeRequirement| {
            let Some(secret) = self.fixtures.credentials.get(&used.scheme) else { return true };
            let due = match &used.kind {
                SchemeKind::Basic => STANDARD.encode(&secret.value),
                SchemeKind::MutualTls => return true,
                _ => secret.value.clone(),
            };
            received.credentials.iter().any(|(scheme, sent)| *scheme == used.scheme && *sent == due)
        };
        operation.security.is_empty() || operation.security.iter().any(|schemes| schemes.iter().all(has))
    }

    /// Whether a parameter is the id of something that does not exist.
    fn names_nothing(&self, operation: &Operation, received: &Received) -> bool {
        operation.parameters.iter().zip(&received.parameters).any(|(parameter, value)| {
            let missing = self.fixtures.resource(parameter).map_or(&[][..], |resource| &resource.missing);
            let sent = value.as_ref().and_then(scalar);
            sent.is_some() && missing.iter().any(|missing| scalar(missing) == sent)
        })
    }
}
