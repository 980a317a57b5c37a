//! Whether a case still is what it was meant to be, once a hook has changed its request.

use super::Change;
use crate::case::{Case, Intent};
use crate::contract::{ClauseTarget, Operation, ParameterLocation};

/// Whether a change touches what the case is about. What no document speaks of, such as a signature or a date, does not.
/// What it speaks of may have been wrong on purpose, and nobody knows whether what is there now is right.
pub(in crate::execute) fn is_amended(operation: &Operation, case: &Case, change: &Change) -> bool {
    if change.body.is_some() || !case.request.credentials.changed.is_empty() {
        return true;
    }
    let headers = change.headers.iter().map(|(name, _)| (ParameterLocation::Header, name));
    let query = change.query.iter().map(|(name, _)| (ParameterLocation::Query, name));
    headers.chain(query).any(|(place, name)| {
        let is_header = place == ParameterLocation::Header;
        if is_header && matches!(name.as_str(), "content-type" | "content-length" | "content-encoding" | "cookie") {
            return true;
        }
        let documented = operation.parameters.iter().position(|parameter| {
            parameter.place == place
                && if is_header { parameter.name.eq_ignore_ascii_case(name) } else { parameter.name == *name }
        });
        let Some(documented) = documented else { return false };
        let is_of_it = |id| operation.clauses().get(id).place == ClauseTarget::Parameter(documented);
        // Of a request whose fault is elsewhere it is one more value that a person vouches for.
        case.intent == Intent::Valid
            || case.clause.is_none_or(is_of_it)
            || case.also_broken.iter().copied().any(is_of_it)
    })
}
