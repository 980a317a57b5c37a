//! Refusals, before and after they are looked into.

use std::sync::Arc;

use crate::case::{Case, RequestValues};
use crate::engine::habits::LeftOut;
use crate::engine::judge::LateFinding;
use crate::finding::Finding;

/// A valid case that was refused, with what holds if its neighbours are accepted.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub case: Arc<Case>,
    pub finding: Finding,
}

/// A refusal that holds.
pub(in crate::engine) enum Held {
    /// What the target does wrong.
    Finding(LateFinding),
    /// What the document may have left out.
    LeftOut(LeftOut),
}

/// The values of a case, where it is made of nothing else.
pub(super) fn values(case: &Case) -> Option<&RequestValues> {
    case.values.as_ref().filter(|values| values.mutation.is_none())
}
