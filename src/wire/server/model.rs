//! A request as a server has parsed it.

use serde_json::Value;

use crate::contract::ClauseId;

/// A request as a server that knows the contract, and nothing else, reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The operation, by its position in the contract.
    pub operation: usize,
    /// The value of each parameter of the operation: the interpretation that suits its schema best.
    pub parameters: Vec<Option<Value>>,
    /// The media type, by its position, and the value of the body, as far as there is one.
    pub body: Option<(usize, Value)>,
    /// What is sent for each security scheme of the operation, by its name.
    pub credentials: Vec<(String, String)>,
    /// All that is wrong, in the order in which servers look.
    pub problems: Vec<Problem>,
}

impl Received {
    /// The clauses that the request breaks.
    pub fn broken(&self) -> impl Iterator<Item = ClauseId> {
        self.problems.iter().flat_map(|problem| &problem.clauses).copied()
    }
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Of what kind.
    pub kind: ProblemKind,
    /// The clauses that are broken; none where the contract needs none to say so, as with a path.
    pub clauses: Vec<ClauseId>,
}

/// What is wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// No security alternative has all its credentials.
    Unauthenticated,
    /// The body is larger than what is accepted.
    TooLarge,
    /// The media type is none that the operation takes.
    MediaType,
    /// The body is malformed for its media type.
    Malformed,
    /// A parameter or the body breaks its schema, or is missing.
    Invalid,
}

/// Why a request was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unrouted {
    /// The path has operations, the first at this position, and none of them has the method.
    WrongMethod(usize),
    /// The document has no such path.
    Unknown,
}
