//! Operations of which a run says nothing, and why.

use crate::contract::Operation;
use crate::engine::{ContractResult, OperationResult, Verdict};

const INTERRUPTED: &str = "the run was interrupted before its end";
const LEFT_OUT: &str = "left out: it may end what the run is logged in by, or change or destroy what it did not make";

/// An operation that was not tested.
#[derive(Debug)]
pub(super) struct Untested<'a> {
    /// `METHOD /path`, as the document writes it.
    pub operation: String,
    /// Why.
    pub reason: &'a str,
}

/// The operations of a contract that were not tested: those that were tried, then those that were left out.
pub(super) fn of(result: &ContractResult) -> Vec<Untested<'_>> {
    let tried = result.operations.iter().filter_map(|(index, operation)| {
        let described = result.contract.operations.get(*index)?;
        Some(Untested { operation: title(described), reason: reason(result, operation)? })
    });
    let left_out = result.left_out.iter().map(|operation| Untested { operation: operation.clone(), reason: LEFT_OUT });
    tried.chain(left_out).collect()
}

/// Why an operation was not tested; `None` where it was.
pub(super) fn reason<'a>(result: &'a ContractResult, operation: &'a OperationResult) -> Option<&'a str> {
    let summary = operation.summary.as_ref();
    let own = summary.and_then(|summary| summary.untestable.as_deref());
    match operation.verdict(result.finished) {
        None => Some(INTERRUPTED),
        Some(Verdict::Untestable) => {
            own.or(result.untestable.as_deref()).or(Some("nothing can be said of its responses"))
        }
        Some(Verdict::Conforms | Verdict::Fails) => own,
    }
}

/// `METHOD /path`, as the document writes it.
pub(super) fn title(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}
