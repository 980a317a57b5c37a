//! Faults of the document itself, each with its node; the rest of the document stays in use.

use crate::rule::Rule;
use crate::spec::SourceLocation;

/// One fault of the document. `lint` makes a finding of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that is broken.
    pub rule: &'static Rule,
    /// Where it is broken.
    pub location: SourceLocation,
    /// What is wrong and what is made of it.
    pub message: String,
    /// What distinguishes faults of one rule at one node, by a stable name; empty where there is but one.
    pub manner: String,
}

impl Diagnostic {
    /// A fault at a node.
    pub fn new(rule: &'static Rule, location: SourceLocation, message: impl Into<String>) -> Self {
        Self { rule, location, message: message.into(), manner: String::new() }
    }
}
