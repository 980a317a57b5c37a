//! The type of all findings.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::{Place, Root};
use crate::case::Case;
use crate::contract::Operation;
use crate::execute::Exchange;
use crate::rule::{Rule, Severity};
use crate::spec::Pointer;

/// A broken rule.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// How severe it is.
    pub severity: Severity,
    /// What of the operation it is about, for example "request body `/text`"; empty where the message says it.
    pub subject: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The node of the document that is broken.
    pub place: Place,
    /// Other nodes that take part.
    pub related: Vec<Related>,
    /// The operation that it is about; `None` where the whole document is meant.
    pub operation: Option<Arc<OperationName>>,
    /// What shows it.
    pub evidence: Evidence,
    /// What would have been acceptable, for example "400 or 422, as documented"; empty where the message says it.
    pub expected: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Findings of an operation with the same cause are shown as one. It is made of stable names alone: the rule, the
    /// node and what distinguishes causes at one node.
    pub cause: String,
    /// What it has in common with findings of other operations, or of other causes, that are the same bug.
    pub root: Root,
    /// The keys of bugs that bring this one along, the widest first: who lets in everybody lets in any token. An operation
    /// that shows one of them shows nothing new with this.
    pub part_of: Vec<String>,
    /// The keys of bugs whose shadow this is where the target shows one of them, and answers the operation's valid requests
    /// in the same way.
    pub shadow_of: Vec<String>,
    /// What it says of a value, of which others may say more.
    pub aspect: Option<Aspect>,
    /// Whether the document is to be changed for it, and not the target.
    pub is_of_document: bool,
    /// What distinguishes this finding from others of the same cause, where a reader wants to know all variants: the
    /// method, the media type.
    pub variant: Option<String>,
    /// How often it showed, where it did not show each time.
    pub flaky: Option<Flakiness>,
    /// How many cases show it, at least 1.
    pub cases: usize,
}

/// A finding as one of several about one value: where the same responses show them, they are one bug.
#[derive(Clone, Debug)]
pub struct Aspect {
    /// What they have in common, in stable words.
    pub of: String,
    /// How a sentence about them begins, for example "`/0` of the 200 lacks".
    pub beginning: String,
    /// What this one adds to it.
    pub part: String,
    /// Whether they are one bug of an operation whichever of its responses show them.
    pub is_of_any_response: bool,
}

/// Another node that takes part in a finding.
#[derive(Clone, Debug)]
pub struct Related {
    /// Its part, for example "before".
    pub label: &'static str,
    /// The node.
    pub place: Place,
}

/// What shows a finding, as far as there is something to show.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// The case whose exchange it is.
    pub case: Option<Arc<Case>>,
    /// What was sent and what was received.
    pub exchange: Option<Arc<Exchange>>,
    /// What was sent and received before it, where it takes several exchanges to show it, and itself among them.
    pub sequence: Vec<Arc<Exchange>>,
    /// The node of the request's body that the case is about; `*` in it is any item or key.
    pub focus: Option<Pointer>,
    /// A value that shows it: one that the new document refuses and the old one allowed, say.
    pub witness: Option<Value>,
    /// A small value of a response that is wrong, with the name of its member.
    pub returned: Option<(String, Value)>,
    /// What differs from what was recorded before: a unified diff.
    pub difference: Option<String>,
}

/// How often a finding showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Flakiness {
    /// Tries that showed it.
    pub shown: usize,
    /// All tries.
    pub tries: usize,
}

/// An operation, by all its names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OperationName {
    /// The operation's id.
    pub id: String,
    /// The method, in capitals.
    pub method: String,
    /// The path template.
    pub path: String,
}

impl OperationName {
    /// The names of an operation.
    pub fn of(operation: &Operation) -> Arc<Self> {
        Arc::new(Self { id: operation.id.clone(), method: operation.method.clone(), path: operation.path.clone() })
    }
}

impl fmt::Display for OperationName {
    /// `POST /path`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// A message as a sentence: its first word in a capital, unless that is a name of the document in backticks.
fn sentence(message: String) -> String {
    let mut rest = message.chars();
    match rest.next() {
        Some(first) if first.is_ascii_lowercase() => format!("{}{}", first.to_ascii_uppercase(), rest.as_str()),
        _ => message,
    }
}

impl Finding {
    /// A finding of a rule at a node, with the rule's severity; `manner` distinguishes causes at one node.
    pub fn new(rule: &'static Rule, place: Place, message: impl Into<String>, manner: &str) -> Self {
        let cause = format!("{rule} {} {manner}", place.address());
        Self {
            rule,
            severity: rule.severity,
            subject: String::new(),
            message: sentence(message.into()),
            place,
            related: Vec::new(),
            operation: None,
            evidence: Evidence::default(),
            expected: String::new(),
            help: None,
            cause,
            root: Root::Node,
            part_of: Vec::new(),
            shadow_of: Vec::new(),
            aspect: None,
            is_of_document: false,
            variant: None,
            flaky: None,
            cases: 1,
        }
    }

    /// The same finding with this severity.
    #[must_use]
    pub fn with_severity(self, severity: Severity) -> Self {
        Self { severity, ..self }
    }

    /// The same finding with what would have been acceptable.
    #[must_use]
    pub fn expecting(self, expected: impl Into<String>) -> Self {
        Self { expected: expected.into(), ..self }
    }

    /// The same finding, its cause identified by the values of the request and not by a node.
    #[must_use]
    pub fn caused_by_values(self, manner: &str) -> Self {
        Self { cause: format!("{} {manner}", self.rule), ..self }
    }
}
