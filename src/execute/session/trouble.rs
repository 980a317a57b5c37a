//! What stands in the way of a credential.

/// Why a credential cannot be obtained.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// Whether what the fixtures say is wrong, and not the target.
    pub is_ours: bool,
    /// Whether nobody accepts a connection, and may later.
    pub is_unreachable: bool,
    /// Whether the target answered that nobody is let in with this: there may be no such account any more.
    pub is_refusal: bool,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Trouble {
    pub(in crate::execute) fn ours(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { is_ours: true, is_unreachable: false, is_refusal: false, message: message.into(), help: help.into() }
    }

    pub(super) fn of_target(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { is_ours: false, is_unreachable: false, is_refusal: false, message: message.into(), help: help.into() }
    }
}
