//! Accepted findings.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::finding::Finding;

/// Accepted findings, by their fingerprints.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    pub(super) accepted: Vec<Accepted>,
    by_fingerprint: HashMap<String, usize>,
    today: Date,
}

/// A finding that is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// What it is known by; the rest but for `expires` is for people.
    pub fingerprint: String,
    /// The rule that it breaks.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// The document's name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// The operation, as `METHOD /path`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub operation: String,
    /// The clause: a JSON pointer, and the keyword there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub clause: String,
    /// What is wrong.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Why it is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who has accepted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The last day on which it is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "super::file::date")]
    pub expires: Option<Date>,
}

impl Accepted {
    /// A finding, without a reason yet.
    pub fn of(finding: &Finding) -> Self {
        let place = &finding.place;
        Self {
            fingerprint: finding.fingerprint(),
            rule: finding.rule.id.to_owned(),
            document: place.document().to_owned(),
            operation: finding.operation.as_ref().map(ToString::to_string).unwrap_or_default(),
            clause: format!("#{} {}", place.location.pointer, place.keyword).trim_end().to_owned(),
            message: finding.message.clone(),
            reason: None,
            author: None,
            expires: None,
        }
    }
}

impl Baseline {
    /// These findings, on a day; the last of a fingerprint counts.
    pub fn new(accepted: Vec<Accepted>, today: Date) -> Self {
        let by_fingerprint = accepted.iter().enumerate().map(|(at, one)| (one.fingerprint.clone(), at)).collect();
        Self { accepted, by_fingerprint, today }
    }

    /// Whether nothing is accepted.
    pub fn is_empty(&self) -> bool {
        self.accepted.is_empty()
    }

    /// All of them, expired ones too.
    pub fn all(&self) -> &[Accepted] {
        &self.accepted
    }

    /// What is known of a finding by its fingerprint, be it expired.
    pub fn find(&self, fingerprint: &str) -> Option<&Accepted> {
        self.by_fingerprint.get(fingerprint).map(|at| &self.accepted[*at])
    }

    /// Whether one of them is none any more.
    pub fn is_expired(&self, accepted: &Accepted) -> bool {
        accepted.expires.is_some_and(|last| last < self.today)
    }

    /// Whether a finding is accepted today.
    pub fn accepts(&self, finding: &Finding) -> bool {
        !self.is_empty() && self.find(&finding.fingerprint()).is_some_and(|accepted| !self.is_expired(accepted))
    }
}
