//! An exchange differs from its snapshot.

use super::Rule;

/// The rule, by which `snapshot` compares exchanges with files.
pub static RULE: Rule = Rule {
    is_of_one_request: false,
    is_replayable: false,
    ..Rule::check(
        "snapshot",
        "An exchange differs from its snapshot, or has none; a warning where the missing one may be recorded.",
        "the team's own record",
    )
};
