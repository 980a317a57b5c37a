//! What reports show of that which was gone through, whatever was found.

use serde::Deserialize;

use super::clause::ClauseView;

/// A clause that was not exercised.
#[derive(Debug, Deserialize)]
pub struct UnexercisedView {
    /// The node of the document.
    pub clause: ClauseView,
    /// What it speaks of.
    pub description: String,
    /// Why it was not.
    pub reason: String,
}

/// What of the life of one kind of resource was gone through.
#[derive(Debug, Deserialize)]
pub struct LifeView {
    /// The path template of one.
    pub resource: String,
    /// The parts that were.
    pub exercised: Vec<String>,
    /// Those that were not.
    pub unexercised: Vec<NotLivedView>,
}

/// A part of a life that was not gone through.
#[derive(Debug, Deserialize)]
pub struct NotLivedView {
    /// The part.
    pub part: String,
    /// Why.
    pub reason: String,
}

/// So many responses that took less than so long.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct LatencyView {
    /// In milliseconds; `None` of the slowest ones.
    pub below_ms: Option<u64>,
    /// How many there were.
    pub responses: usize,
}

/// A file of a document, with its lines, from 1, by what came of them.
#[derive(Debug, Deserialize)]
pub struct SourceView {
    /// The file.
    pub file: String,
    /// Its text, as its lines are counted.
    pub text: String,
    /// The lines of clauses that were exercised.
    pub exercised: Vec<u32>,
    /// Those of clauses that were not.
    pub unexercised: Vec<u32>,
    /// Where errors are.
    pub broken: Vec<BrokenView>,
}

/// A line that the target breaks.
#[derive(Debug, Deserialize)]
pub struct BrokenView {
    /// The line.
    pub line: u32,
    /// The fingerprint of the root cause.
    pub root_cause: String,
}
