//! What the requests of a run say of the load that they are.

use std::time::Duration;

/// An operation of a run: its contract, and its position in it.
pub(super) type OperationKey = (usize, usize);

/// What a response, or that there is none, says of the load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Load {
    /// It was answered, after this time.
    Answered(Duration),
    /// 429, 503, or the connection was refused or cut.
    TooMuch,
    /// It took longer than the timeout.
    Silent,
    /// Nothing: it never left.
    Unknown,
}
