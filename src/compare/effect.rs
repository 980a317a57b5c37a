//! What a change does to a client.

use serde::Serialize;

use crate::finding::Finding;
use crate::rule::Severity;

/// What a change does to a client of the old document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Something that the old document allows surely no longer holds.
    Breaking,
    /// Neither is proven.
    Unknown,
    /// Everything that the old document allows surely still holds.
    Compatible,
}

impl Effect {
    /// All of them, the worst first.
    pub const ALL: [Self; 3] = [Self::Breaking, Self::Unknown, Self::Compatible];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Unknown => "unknown",
            Self::Compatible => "compatible",
        }
    }

    /// The effect of a change.
    pub fn of(change: &Finding) -> Self {
        match change.severity {
            Severity::Error => Self::Breaking,
            Severity::Warning => Self::Unknown,
            Severity::Note => Self::Compatible,
        }
    }

    /// How severe a change of this effect is.
    pub(super) fn severity(self) -> Severity {
        match self {
            Self::Breaking => Severity::Error,
            Self::Unknown => Severity::Warning,
            Self::Compatible => Severity::Note,
        }
    }
}
