//! The server's side: parses a request by the contract alone.
//!
//! A string has several interpretations (`1` is a number and a string): one that its schema allows is preferred. The
//! server's address does not matter, the paths of the document's servers do.

mod body;
mod credential;
mod model;
mod parameter;
#[cfg(test)]
mod tests;

use http::Request;
use serde_json::Value;

pub use model::{Problem, ProblemKind, Received, Unrouted};

use super::interpret::expected_types;
use super::percent::decoded;
use crate::contract::{ClauseId, ClauseTarget, Contract, Direction, Operation, Route, SchemaId, Types, Validators};

/// Reads a request: its operation, parameters, body and credentials, and what is wrong with them.
///
/// # Errors
/// [`Unrouted`], where it belongs to no operation.
pub fn read(contract: &Contract, validators: &Validators, request: &Request<Vec<u8>>) -> Result<Received, Unrouted> {
    let segments: Vec<String> = request.uri().path().split('/').map(decoded).collect();
    let (index, variables) = match contract.route(request.method().as_str(), &segments) {
        Route::Operation(index, variables) => (index, variables),
        Route::WrongMethod(index) => return Err(Unrouted::WrongMethod(index)),
        Route::Unknown => return Err(Unrouted::Unknown),
    };
    let operation = &contract.operations[index];
    let server = Server { operation, validators };
    Ok(server.read(index, &Arrived { request, variables }))
}

/// Reads a request as one of this operation, whatever its path: the variables of that are not looked at.
pub fn read_as(contract: &Contract, validators: &Validators, request: &Request<Vec<u8>>, operation: usize) -> Received {
    let server = Server { operation: &contract.operations[operation], validators };
    server.read(operation, &Arrived { request, variables: Vec::new() })
}

/// One operation of a server.
struct Server<'a> {
    operation: &'a Operation,
    validators: &'a Validators,
}

/// A request that has arrived.
struct Arrived<'a> {
    request: &'a Request<Vec<u8>>,
    /// The path's variables, by name.
    variables: Vec<(String, String)>,
}

impl Arrived<'_> {
    /// The first field of this name.
    fn header(&self, name: &str) -> Option<String> {
        self.request.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    }

    /// The pairs of the query string, decoded.
    fn query(&self) -> Vec<(String, String)> {
        pairs(self.request.uri().query().unwrap_or_default().as_bytes())
    }

    /// The cookies, decoded.
    fn cookies(&self) -> Vec<(String, String)> {
        let fields = self.request.headers().get_all("cookie").iter();
        let fields: Vec<String> = fields.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect();
        let pairs = fields.iter().flat_map(|field| field.split("; ")).filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, string)| (decoded(name), decoded(string))).collect()
    }
}

/// The pairs of a query string or form.
fn pairs(bytes: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(bytes).into_owned().collect()
}

/// What an interpretation is, and whether it is valid.
enum Best {
    Valid(Value),
    Invalid(Value, Vec<ClauseId>),
}

impl Server<'_> {
    fn read(&self, index: usize, arrived: &Arrived<'_>) -> Received {
        let (credentials, unauthenticated) = self.credentials(arrived);
        let mut problems: Vec<Problem> = unauthenticated.into_iter().collect();
        let body = self.body(arrived, &mut problems);
        let parameters = 0..self.operation.parameters.len();
        let parameters = parameters.map(|index| self.parameter(arrived, index, &mut problems)).collect();
        Received { operation: index, parameters, body, credentials, problems }
    }

    /// The interpretation that suits a schema best: a valid one, or else one of its types with the fewest violations.
    fn best(&self, place: &ClauseTarget, schema: Option<SchemaId>, all: Vec<Value>) -> Option<Best> {
        let Some(schema) = schema else { return all.into_iter().next().map(Best::Valid) };
        if let Some(valid) = all.iter().find(|value| self.validators.is_valid(schema, Direction::Request, value)) {
            return Some(Best::Valid(valid.clone()));
        }
        let judged = all.into_iter().map(|value| {
            let violations = self.validators.violations(schema, Direction::Request, &value);
            (value, violations)
        });
        let types = expected_types(self.validators.schemas(), schema);
        let (value, violations) =
            judged.min_by_key(|(value, violations)| (!types.intersects(Types::of(value)), violations.len()))?;
        let mut broken: Vec<ClauseId> = self.operation.clauses().all_broken_by(place, &violations);
        broken.dedup();
        Some(Best::Invalid(value, broken))
    }

    /// The clause of a keyword that speaks of a part of the request as a whole.
    fn clause(&self, keyword: &str, place: &ClauseTarget) -> Vec<ClauseId> {
        self.operation.clauses().find(keyword, place, None).into_iter().collect()
    }
}
