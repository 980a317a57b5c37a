//! What of a request a case is about.

use serde_json::Value;

use super::Case;
use crate::contract::{ClauseId, ClauseTarget, Operation};
use crate::spec::children;

/// What a request has at the node of the clause that its case is about; `None` where it is about none, or is written in
/// another way.
pub fn at_clause<'v>(operation: &Operation, case: &'v Case) -> Option<Vec<&'v Value>> {
    at_node_of(operation, case.clause?, case)
}

/// What a request has at the node of a clause.
pub fn at_node_of<'v>(operation: &Operation, clause: ClauseId, case: &'v Case) -> Option<Vec<&'v Value>> {
    let clause = operation.clauses().get(clause);
    let values = case.values.as_ref().filter(|values| values.mutation.is_none())?;
    let whole = match clause.place {
        ClauseTarget::Parameter(index) => values.parameters.get(index)?.as_ref()?,
        ClauseTarget::Body(_) => &values.body.as_ref()?.1,
        ClauseTarget::Request | ClauseTarget::Response(_) => return None,
    };
    let mut found = vec![whole];
    for token in clause.instance.tokens() {
        found = found.into_iter().flat_map(|value| children(value, &token)).collect();
    }
    Some(found)
}
