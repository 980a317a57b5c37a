//! What a rule is, as data. A rule is what an exchange, a document or a pair of documents must keep.
//!
//! Each rule is one static value beside the code that judges by it: those of checks in `check`, those of documents in
//! `contract` and `lint`, those of changes in `compare`. `registry` lists them all. Whatever
//! another module must know of a rule is a field here, so that no module names a rule of another.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

/// How severe a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing, and nothing to act on: a compatible change.
    Note,
    /// Worth a look, and no reason to fail.
    Warning,
    /// The contract is broken.
    Error,
}

impl Severity {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a rule judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Exchanges with a target (`conform run`).
    Check,
    /// A document by itself (`conform lint`).
    Lint,
    /// The change from one document to another (`conform diff`).
    Diff,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Check, Self::Lint, Self::Diff];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Lint => "lint",
            Self::Diff => "diff",
        }
    }
}

/// How a failing case is made small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shrink {
    /// As long as the finding keeps its cause.
    ByCause,
    /// As long as the rule is broken by a request that is still what it was: the values of the request are the cause,
    /// and are named by what is left of them.
    ByValues,
    /// As long as the rule is broken by any request, valid or not: a crash is a crash.
    ByAnyValues,
}

impl Shrink {
    /// Whether the cause is in the values of the request.
    pub fn is_by_values(self) -> bool {
        self != Self::ByCause
    }
}

/// What a finding points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pins {
    /// The clause of the request that the case is about, so that one request shows one finding of the rule.
    Request,
    /// The clauses of the response, each a finding of its own, or anything else.
    Other,
}

/// How much a broken rule weighs beside others of its severity: reports show the heaviest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The server fails.
    Crash,
    /// Somebody is let in who must not be.
    OpenDoor,
    /// What is wrong is taken for right.
    Accepted,
    /// Anything else.
    #[default]
    Other,
}

/// A rule. There is one static value of each; [`Rule::id`] is its identity.
pub struct Rule {
    /// The stable name, for example `accepted-invalid`; no two rules share one.
    pub id: &'static str,
    /// What it judges.
    pub family: Family,
    /// The severity of its findings, where they do not say less.
    pub severity: Severity,
    /// Its rank among the rules of its severity.
    pub weight: Weight,
    /// What breaks it, in one sentence.
    pub sentence: &'static str,
    /// The RFC or specification, with the section, that makes it.
    pub source: &'static str,
    /// The clauses that it judges, by keyword.
    pub clauses: &'static [&'static str],
    /// What its findings point at.
    pub pins: Pins,
    /// How a case that breaks it is made small.
    pub shrink: Shrink,
    /// Whether one request shows it, so that it can be made small.
    pub is_of_one_request: bool,
    /// Whether a case that breaks it is kept and sent again in the next run.
    pub is_replayable: bool,
    /// Whether a finding holds only where a request that differs in a value is accepted and this value never is: till then
    /// the state of the target, or a rule across values that no schema tells, may be the reason.
    pub needs_neighbour: bool,
    /// Whether a finding says that the target does not look at the clause of the request, so that several below one node are
    /// one.
    pub tells_unchecked: bool,
    /// Whether a finding holds only where the target accepts the request that the case varies: how it refuses the fault
    /// cannot be seen where it refuses the rest.
    pub needs_base: bool,
    /// Rules whose findings about the same exchange say less than one of this rule, and are left out beside it.
    pub supersedes: &'static [&'static Rule],
}

impl Rule {
    /// A rule that judges an exchange.
    pub const fn check(id: &'static str, sentence: &'static str, source: &'static str) -> Self {
        Self::new(Family::Check, id, sentence, source)
    }

    /// A rule that judges what several exchanges show together: no request shows it alone.
    pub const fn law(id: &'static str, sentence: &'static str, source: &'static str) -> Self {
        Self { is_of_one_request: false, is_replayable: false, ..Self::check(id, sentence, source) }
    }

    /// A rule that judges a document.
    pub const fn lint(id: &'static str, sentence: &'static str, source: &'static str) -> Self {
        Self::new(Family::Lint, id, sentence, source)
    }

    /// A rule that judges a change.
    pub const fn diff(id: &'static str, sentence: &'static str, source: &'static str) -> Self {
        Self::new(Family::Diff, id, sentence, source)
    }

    const fn new(family: Family, id: &'static str, sentence: &'static str, source: &'static str) -> Self {
        Self {
            id,
            family,
            severity: Severity::Error,
            weight: Weight::Other,
            sentence,
            source,
            clauses: &[],
            pins: Pins::Other,
            shrink: Shrink::ByCause,
            is_of_one_request: matches!(family, Family::Check),
            is_replayable: matches!(family, Family::Check),
            needs_neighbour: false,
            tells_unchecked: false,
            needs_base: false,
            supersedes: &[],
        }
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

impl Hash for Rule {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}
