//! What judges one exchange.

use super::{ResponseView, Subject};
use crate::execute::Failure;
use crate::finding::Finding;
use crate::rule::Rule;

/// A check of one exchange.
pub trait Check: Sync {
    /// The rule that it judges by.
    fn rule(&self) -> &'static Rule;

    /// What is wrong with a response.
    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        let _ = view;
        Vec::new()
    }

    /// The findings of an exchange without a complete response.
    fn judge_failure(&self, subject: &Subject<'_>, failure: &Failure) -> Vec<Finding> {
        let _ = (subject, failure);
        Vec::new()
    }
}
