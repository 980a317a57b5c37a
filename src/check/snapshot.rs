//! An exchange differs from the one that was recorded before.

use super::{About, Check};

/// The check. It judges nothing by the contract: `snapshot::Recorder` compares with files, and adds what it finds.
#[derive(Debug)]
pub struct Snapshot;

impl Check for Snapshot {
    fn about(&self) -> About {
        About {
            name: "snapshot",
            sentence: "An exchange differs from its snapshot, or has none; a warning where the missing one may be recorded.",
            clauses: &[],
            section: "the team's own record",
        }
    }
}
