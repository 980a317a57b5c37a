//! What a status alone tells of a request.

use crate::contract::Operation;
use crate::execute::Exchange;

/// Whether a request was accepted, as far as its status tells.
pub(super) fn is_accepted(exchange: &Exchange) -> bool {
    exchange.result.as_ref().is_ok_and(|response| (200..400).contains(&response.status))
}

/// Whether whoever has sent a request is to send it elsewhere, which the document does not say of its operation.
pub(super) fn is_moved(operation: &Operation, exchange: &Exchange) -> bool {
    let is_elsewhere = |status: u16| matches!(status, 301 | 307 | 308) && operation.response(status).is_none();
    exchange.result.as_ref().is_ok_and(|response| is_elsewhere(response.status))
}

/// Whether a request was turned away before it was looked at.
pub(super) fn is_denied(exchange: &Exchange) -> bool {
    exchange.result.as_ref().is_ok_and(|response| matches!(response.status, 401 | 403 | 404))
}
