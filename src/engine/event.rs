//! What the engine tells while it works. Every output is a listener that turns events into text.

use std::sync::Arc;
use std::time::Duration;

use crate::case::Case;
use crate::contract::{ClauseId, Contract, StatusRange};
use crate::execute::Exchange;
use crate::finding::Finding;
use crate::rule::Severity;

/// Something that happened. Events of one operation come in the order of its cases, whatever the
/// order in which the answers came, and operations come one after the other.
///
/// Until it is known that the target can be tested at all, cases are held back, so that a wrong token is
/// one sentence and not a hundred findings.
#[derive(Clone, Debug)]
pub enum Event {
    /// A contract is about to be tested.
    ContractStarted {
        /// The contract.
        contract: Arc<Contract>,
        /// The target's address with the prefix that replaces the server's, if any.
        target: String,
        /// All cases of all its operations.
        cases: usize,
    },
    /// One answer came (in any order; for progress alone).
    Progress,
    /// A case was judged.
    CaseJudged {
        /// The contract.
        contract: Arc<Contract>,
        /// The case.
        case: Arc<Case>,
        /// The exchange.
        exchange: Arc<Exchange>,
        /// What is wrong with it.
        findings: Vec<Finding>,
    },
    /// The findings of one cause were made small. Comes after all cases of the operation.
    FindingShrunk {
        /// The contract.
        contract: Arc<Contract>,
        /// The severity and cause under which they were told until now.
        before: (Severity, String),
        /// The finding of the small case; its cause may be another, and one that is known already.
        finding: Box<Finding>,
        /// The small case.
        case: Arc<Case>,
        /// Its exchange; `None` where the finding did not show again.
        exchange: Option<Arc<Exchange>>,
        /// Requests that were sent for it.
        requests: usize,
    },
    /// All cases of an operation were judged, or given up.
    OperationFinished {
        /// The contract.
        contract: Arc<Contract>,
        /// The operation's result.
        summary: OperationSummary,
    },
    /// All operations of a contract are finished.
    ContractFinished {
        /// The contract.
        contract: Arc<Contract>,
        /// Why it could not be tested, if so: unreachable, or no valid request was ever accepted.
        untestable: Option<String>,
    },
    /// The run is over.
    RunFinished {
        /// Wall-clock time of the whole run.
        elapsed: Duration,
        /// Whether a person ended it before it was done.
        interrupted: bool,
    },
}

/// Whether an operation keeps its contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// No error was found.
    Conforms,
    /// At least one error was found.
    Fails,
    /// Nothing can be said: no valid request was accepted, or the target could not be reached.
    Untestable,
}

/// The result of an operation.
#[derive(Clone, Debug)]
pub struct OperationSummary {
    /// The operation, by its position in the contract.
    pub operation: usize,
    /// The verdict.
    pub verdict: Verdict,
    /// Cases that were sent.
    pub cases: usize,
    /// Request clauses.
    pub clauses: usize,
    /// Those of them that were exercised in every direction in which they can be.
    pub exercised: usize,
    /// Those that were not, with the reason.
    pub unexercised: Vec<(ClauseId, String)>,
    /// Valid cases, and those of them that were accepted.
    pub accepted: (usize, usize),
    /// Why nothing can be said, where the verdict is [`Verdict::Untestable`].
    pub untestable: Option<String>,
    /// Why the rest of the cases was not sent, if so.
    pub given_up: Option<String>,
    /// What a green run leaves open: clauses that could have been exercised and were not, and a documented
    /// success that never came. With `--strict` they fail the operation.
    pub gaps: Vec<String>,
    /// The documented statuses, and whether each was seen.
    pub statuses: Vec<(StatusRange, bool)>,
    /// Answers of 429 or 503 that were waited out.
    pub throttled: u32,
    /// From the first request to the last answer.
    pub elapsed: Duration,
}
