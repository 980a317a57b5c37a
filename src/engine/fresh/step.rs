//! What is done to a resource before a request about it, and a request on what that has brought about.

use std::sync::Arc;

use crate::case::Case;
use crate::execute::Exchange;

/// What is done to a thing before a request about it.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Deletion,
    /// A request that is sent about it.
    Request(Box<Case>),
}

/// A request on a resource on which it can be accepted, and what has brought that about.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Ready {
    pub case: Case,
    pub before: Vec<Arc<Exchange>>,
}

/// The template of the thing that a path is about, and how many segments it has.
pub(super) fn item(path: &str) -> Option<(&str, usize)> {
    let item = &path[..=path.rfind('}')?];
    Some((item, item.matches('/').count()))
}

impl Step {
    /// By what it is known again.
    pub fn name(&self) -> String {
        match self {
            Self::Deletion => "deletion".to_owned(),
            Self::Request(case) => {
                let body = case.values.as_ref().and_then(|values| values.body.as_ref());
                format!("{} {}", case.operation, body.map(|(_, body)| body.to_string()).unwrap_or_default())
            }
        }
    }
}
