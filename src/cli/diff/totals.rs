//! How many changes there are of each effect.

use crate::compare::{Comparison, Effect};

/// "2 breaking, 1 unknown, 3 compatible".
pub(super) fn totals(comparison: &Comparison<'_>) -> String {
    [Effect::Breaking, Effect::Unknown, Effect::Compatible]
        .map(|effect| format!("{} {}", comparison.count(effect), effect.name()))
        .join(", ")
}
