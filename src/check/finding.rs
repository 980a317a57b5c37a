//! A finding: a broken rule, pinned to the clause that makes it.

pub use crate::contract::Severity;
use crate::spec::Location;

/// A broken rule.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The check's stable name, for example `accepted-invalid`.
    pub check: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// The operation, by its position in the contract.
    pub operation: usize,
    /// The case, by its position in the operation's plan.
    pub case: usize,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The node of the document that is broken, whose line is shown.
    pub location: Location,
    /// The keyword of that node, for example `minLength`, `status`, `security`.
    pub keyword: String,
    /// What would have been acceptable, for example "400 or 422, as documented".
    pub acceptable: String,
    /// Findings with the same cause are shown as one: check, pinned node, and what tells causes apart
    /// (the status that came, the place in the response).
    pub cause: String,
    /// What tells this finding from others of the same cause, where a reader wants to know for what else it holds: the
    /// method, the media type.
    pub variant: Option<String>,
    /// What differs from what was recorded before: a unified diff, where that is what the finding is about.
    pub diff: Option<String>,
    /// How often it showed in how many tries, where it did not show each time.
    pub flaky: Option<(usize, usize)>,
}
