//! What has no form in XML.

use std::fmt;

/// Why a value cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwritable(String);

impl Unwritable {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
