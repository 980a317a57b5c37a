//! The events of a run, which listeners turn into output.

use std::sync::Arc;
use std::time::Duration;

use super::Job;
use super::coverage::Coverage;
use crate::case::Case;
use crate::contract::{ClauseId, Contract, StatusRange};
use crate::execute::Exchange;
use crate::finding::Finding;
use crate::rule::Severity;

/// Something that happened. Events of one operation come in the order of its cases, whatever the
/// order in which the responses were received, and operations come one after the other.
///
/// Until it is known that the target can be tested at all, cases are held back, so that a wrong token is
/// one sentence and not a hundred findings.
#[derive(Clone, Debug)]
pub enum Event {
    /// A contract is about to be tested.
    ContractStarted {
        /// The contract, and what of it is tested.
        job: Job,
        /// The target's address with the prefix that replaces the server's, if any.
        target: String,
    },
    /// The first cases of an operation are about to be handed on. Operations are planned as they are needed, so that
    /// nobody knows the number of all cases before the last operation.
    OperationPlanned {
        /// The contract.
        contract: Arc<Contract>,
        /// The operation, by its position in the contract.
        operation: usize,
        /// All its cases.
        cases: usize,
    },
    /// One response was received (for progress alone).
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
        /// Under which they were reported until now.
        before: FindingKey,
        /// The finding of the small case; its cause may be another, and one that is known already.
        finding: Box<Finding>,
        /// The small case.
        case: Arc<Case>,
        /// Its exchange; `None` where the finding did not show again.
        exchange: Option<Arc<Exchange>>,
        /// Requests that were sent for it.
        requests: usize,
    },
    /// A judge, or what was sent after all cases of an operation, has shown more, about a case that was reported before.
    FoundLater {
        /// The contract.
        contract: Arc<Contract>,
        /// The finding.
        finding: Box<Finding>,
        /// The case.
        case: Arc<Case>,
        /// Its exchange.
        exchange: Arc<Exchange>,
    },
    /// Requests of an operation that may be finished were sent, after others had written or in the life of a resource.
    SentLater {
        /// The contract.
        contract: Arc<Contract>,
        /// The operation, by its position in the contract.
        operation: usize,
        /// Requests that were sent for it, those that were waited out included.
        requests: usize,
        /// Whether what was found fails the operation.
        fails: bool,
        /// When that was, for people.
        when: &'static str,
    },
    /// A life of a kind of resource was gone through; the last one stands.
    Lived {
        /// The contract.
        contract: Arc<Contract>,
        /// The path template of the resource.
        item: String,
        /// What of it was gone through.
        coverage: Coverage,
    },
    /// All cases of an operation were judged, or given up.
    OperationFinished {
        /// The contract.
        contract: Arc<Contract>,
        /// The operation's result.
        summary: OperationSummary,
    },
    /// What a run has made of a contract's resources was deleted again, as far as that is possible.
    ClearedUp {
        /// The contract.
        contract: Arc<Contract>,
        /// What came of them.
        leavings: Leavings,
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
        /// What it comes to; what an interrupted run did not get to has no part in it.
        outcome: Outcome,
        /// Wall-clock time of the whole run.
        elapsed: Duration,
        /// Whether a person ended it before it was done.
        interrupted: bool,
    },
}

impl Event {
    /// The exchange that it tells of.
    pub fn exchange(&self) -> Option<&Exchange> {
        match self {
            Self::CaseJudged { exchange, .. } | Self::FoundLater { exchange, .. } => Some(exchange),
            Self::FindingShrunk { exchange, .. } => exchange.as_deref(),
            _ => None,
        }
    }
}

/// By what findings of one operation are grouped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FindingKey {
    /// The severity.
    pub severity: Severity,
    /// The cause; see [`Finding::cause`].
    pub cause: String,
}

impl FindingKey {
    /// The key of a finding.
    pub fn of(finding: &Finding) -> Self {
        Self { severity: finding.severity, cause: finding.cause.clone() }
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Every contract is kept.
    Conforms,
    /// At least one error was found.
    Fails,
    /// At least one contract could not be tested, and no error was found in the others.
    Untestable,
}

impl Outcome {
    /// The outcome of both: an error anywhere is an error, and what could not be tested is not conforming.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fails, _) | (_, Self::Fails) => Self::Fails,
            (Self::Untestable, _) | (_, Self::Untestable) => Self::Untestable,
            _ => Self::Conforms,
        }
    }
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Conforms => Self::Conforms,
            Verdict::Fails => Self::Fails,
            Verdict::Untestable => Self::Untestable,
        }
    }
}

/// Whether an operation keeps its contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// No error was found.
    Conforms,
    /// At least one error was found.
    Fails,
    /// Nothing can be said: no valid request was accepted, or the target could not be reached; and no error was found.
    Untestable,
}

/// Valid cases of an operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ValidCases {
    /// Those that were sent.
    pub sent: usize,
    /// Those of them that were accepted.
    pub accepted: usize,
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
    /// Its valid cases.
    pub valid: ValidCases,
    /// Requests that were sent to see whether refusals of valid ones hold.
    pub confirming: usize,
    /// Why nothing can be said of its requests, if so: then no clause counts as exercised. An error in what a refusal
    /// shows fails it all the same.
    pub untestable: Option<String>,
    /// Why the rest of the cases was not sent, if so.
    pub given_up: Option<String>,
    /// What a green run leaves open: clauses that could have been exercised and were not, and a documented
    /// success that was never received. With `--strict` they fail the operation.
    pub gaps: Vec<String>,
    /// The documented statuses, and whether each was seen.
    pub statuses: Vec<(StatusRange, bool)>,
    /// Answers of 429 or 503 that were waited out.
    pub throttled: u32,
    /// From the first request to the last response.
    pub elapsed: Duration,
}

/// What came of the resources that a run has made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leavings {
    /// Those that were deleted.
    pub deleted: usize,
    /// Those that are left.
    pub left: usize,
    /// Their paths, as far as they are known.
    pub left_at: Vec<String>,
    /// The paths of what was there before, was changed, and could not be put back.
    pub changed: Vec<String>,
    /// The paths of those that the run may have made, or found, and that it has left alone.
    pub may_be_left: Vec<String>,
}
