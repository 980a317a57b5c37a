//! A policy and its rows.

use std::time::Duration;

use crate::contract::StatusRange;
use crate::rule::{Rule, Severity};
use crate::spec::Pointer;

/// A row of a policy: the findings that it selects, and their severity.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub rule: Option<&'static Rule>,
    /// An operation's id, or its method and path.
    pub operation: Option<Written<String>>,
    pub status: Option<StatusRange>,
    /// The keyword of the clause.
    pub clause: Option<Written<String>>,
    /// A node of the document; all below it are meant as well. `*` is any key or item.
    pub pointer: Option<Written<Pointer>>,
    pub level: Level,
}

/// A value with the line of the file that holds it.
#[derive(Clone, Debug)]
pub(super) struct Written<T> {
    pub value: T,
    pub line: usize,
}

/// The effect of a row on a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Level {
    #[default]
    Error,
    Warning,
    Off,
}

impl Level {
    /// The severity; `None` drops the finding.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Off => None,
        }
    }
}

/// How findings are graded.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The longest time that a response may take; no limit where there is none.
    pub max_response_time: Option<Duration>,
    /// How long single operations are waited for; the last that fits counts.
    pub(super) timeouts: Vec<(Written<String>, Duration)>,
    /// The file, for messages.
    pub(super) file: String,
    /// The last that fits counts.
    pub(super) rows: Vec<Row>,
}
