//! A policy and its rows.

use std::time::Duration;

use serde_json::Value;

use crate::contract::StatusRange;
use crate::fixtures::ResourcePlace;
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

/// What stands at a place of valid requests.
#[derive(Clone, Debug)]
pub(super) struct OwnValue {
    /// The place as it is written.
    pub place: String,
    pub at: ResourcePlace,
    pub values: Vec<Value>,
}

/// How findings are graded, and what is different for single operations.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The longest time that a response may take; no limit where there is none.
    pub max_response_time: Option<Duration>,
    /// How long single operations are waited for; the last that fits counts.
    pub(super) timeouts: Vec<(Written<String>, Duration)>,
    /// How often single operations are called a second at most; the last that fits counts.
    pub(super) rates: Vec<(Written<String>, u32)>,
    /// What single operations are called with; the last that fits a place counts.
    pub(super) values: Vec<(Written<String>, Written<OwnValue>)>,
    /// The file, for messages.
    pub(super) file: String,
    /// The last that fits counts.
    pub(super) rows: Vec<Row>,
}
