//! What a status alone tells of a request.

use crate::execute::Exchange;

/// Whether a request was accepted, as far as its status tells. Who is to ask elsewhere was not.
pub(super) fn is_accepted(exchange: &Exchange) -> bool {
    exchange.result.as_ref().is_ok_and(|response| matches!(response.status, 200..=300 | 302..=306))
}

/// Whether whoever has sent a request is to send it elsewhere.
pub(super) fn is_moved(exchange: &Exchange) -> bool {
    exchange.result.as_ref().is_ok_and(|response| matches!(response.status, 301 | 307 | 308))
}

/// Whether a request was turned away before it was looked at.
pub(super) fn is_denied(exchange: &Exchange) -> bool {
    exchange.result.as_ref().is_ok_and(|response| matches!(response.status, 401 | 403 | 404))
}
