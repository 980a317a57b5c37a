//! An exchange differs from the one that was recorded before.

use super::{Check, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    is_of_one_request: false,
    is_replayable: false,
    ..Rule::check(
        "snapshot",
        "An exchange differs from its snapshot, or has none; a warning where the missing one may be recorded.",
        "the team's own record",
    )
};

/// The check. It judges nothing by the contract: `snapshot::Recorder` compares with files, and adds what it finds.
#[derive(Debug)]
pub struct Snapshot;

impl Check for Snapshot {
    fn rule(&self) -> &'static Rule {
        &RULE
    }
}
