//! Refusals of requests that may not have come to their operation, for their size or their path: what a server takes, no
//! document says unless it has a limit.

use super::{Subject, is_named};
use crate::wire::{Carrier, Channel, LONG};

/// A body above this size may be too large for a server that documents no 413.
const LARGE_BODY: usize = 16 * 1024;
/// A body above this size may be too large for a server that documents 413 without a limit.
const LIMITED_BODY: usize = 1024;

/// Whether a request may have been refused before it came to its operation. Where the document names the status of a
/// length, its word on the response holds.
pub(super) fn may_be_outside(subject: &Subject<'_>, status: u16) -> bool {
    is_for_length(subject, status) && !is_told(subject, status) || is_for_path(subject, status)
}

/// Whether a refusal may be for the length of the request's target or header section alone. Servers say so with 414 or 431,
/// but also with 400, and routers with 404 (RFC 9110, section 15.5.15; RFC 6585, section 5).
pub(super) fn is_for_length(subject: &Subject<'_>, status: u16) -> bool {
    let request = &subject.exchange.request;
    let target = request.url.split_once("://").map_or(&*request.url, |(_, rest)| rest);
    let target = target.find('/').map_or("", |start| &target[start..]);
    let path = target.split('?').next().unwrap_or_default();
    let fields: usize = request.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    match status {
        404 => path.len() > LONG,
        400 | 413 | 414 | 431 => target.len() > LONG || fields > LONG,
        _ => false,
    }
}

/// Whether a path may be none that the router knows as the operation's: it holds what some servers end a segment at.
fn is_for_path(subject: &Subject<'_>, status: u16) -> bool {
    let segment = Channel::new(Carrier::Path, "");
    let is_split = || subject.case.request.path_params.iter().any(|(_, value)| !segment.carries(value));
    // Some routers send a path with a slash at its end to the one without.
    matches!(status, 301 | 307 | 308 | 400 | 404) && is_split()
}

/// Whether the document says itself what such a refusal looks like, and that it is one for length.
fn is_told(subject: &Subject<'_>, status: u16) -> bool {
    matches!(status, 414 | 431) && is_named(subject.operation, status)
}

/// Whether a body may be too large for any server that has no limit in its document.
pub(super) fn is_large_body(subject: &Subject<'_>) -> bool {
    has_no_limit(subject) && size(subject) > LARGE_BODY
}

/// Whether a body may be too large for a server that is known to have a limit, though not which.
pub(super) fn is_limited_body(subject: &Subject<'_>) -> bool {
    has_no_limit(subject) && size(subject) > LIMITED_BODY
}

fn has_no_limit(subject: &Subject<'_>) -> bool {
    subject.operation.body.as_ref().and_then(|body| body.max_size.as_ref()).is_none()
}

fn size(subject: &Subject<'_>) -> usize {
    subject.exchange.request.body.as_ref().map_or(0, Vec::len)
}
