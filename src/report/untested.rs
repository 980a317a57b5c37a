//! Operations of which a run says nothing, and why.

use crate::contract::Operation;
use crate::engine::{Because, ContractResult, OperationResult, Verdict};

const INTERRUPTED: &str = "the run was interrupted before its end";

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
    let left_out = result.left_out.iter();
    let left_out =
        left_out.map(|(operation, why)| Untested { operation: operation.clone(), reason: left_out_since(*why) });
    tried.chain(left_out).collect()
}

fn left_out_since(why: Because) -> &'static str {
    match why {
        Because::MayHarm => {
            "left out: it may end what the run is logged in by, or change or destroy what it did not make"
        }
        Because::Acts => "left out: its method may act, and the run was to be safe",
        Because::Excluded => "left out: it was excluded",
        Because::Deprecated => "left out: the document calls it deprecated",
    }
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
