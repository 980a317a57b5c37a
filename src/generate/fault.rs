//! Faults: values that break one keyword of a schema and keep all else, as far as that is possible.

use serde_json::Value;

use crate::contract::{Clause, Violation};
use crate::spec::Pointer;

/// A value that breaks a clause.
#[derive(Clone, Debug)]
pub struct Broken {
    /// What was done, for example "one character too long".
    pub label: String,
    /// The whole value.
    pub value: Value,
}

/// What a value's violations are, seen from one clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hit {
    /// It is the only clause that breaks (with the unions above it, if it stands in a branch).
    Alone,
    /// It breaks together with others.
    WithOthers,
    /// It does not break.
    Missed,
}

/// Whether `violations` come from `clause`.
pub fn hit(clause: &Clause, violations: &[Violation]) -> Hit {
    let own = |violation: &Violation| is_of(clause, violation);
    if violations.is_empty() {
        return Hit::Missed;
    }
    if violations.iter().all(own) {
        return Hit::Alone;
    }
    if violations.iter().any(own) {
        return Hit::WithOthers;
    }
    // A clause of a branch breaks when its branch fails for it and no other branch holds.
    let best = violations
        .iter()
        .flat_map(|violation| &violation.branches)
        .map(|branch| hit(clause, branch))
        .min()
        .unwrap_or(Hit::Missed);
    if best == Hit::Alone && violations.len() > 1 { Hit::WithOthers } else { best }
}

fn is_of(clause: &Clause, violation: &Violation) -> bool {
    let (here, there) = (&violation.location, &clause.location);
    let same_node = here == there
        // What `propertyNames`, `contains` and `not` hold is told of their inside or of themselves.
        || here.is_inside(there)
        || (clause.keyword == "dependentRequired" && there.is_inside(here))
        // How often something must be contained is told of the count.
        || (clause.keyword == "contains"
            && matches!(violation.keyword.as_str(), "minContains" | "maxContains")
            && here.file == there.file
            && here.pointer.parent().map(|(holder, _)| holder) == there.pointer.parent().map(|(holder, _)| holder));
    same_node && at_place(&clause.instance, &violation.instance)
}

/// Whether a node of a value is one that a clause speaks of; `*` is any item or name.
fn at_place(pattern: &Pointer, instance: &Pointer) -> bool {
    let mut wanted = pattern.tokens();
    let mut found = instance.tokens();
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == "*" || wanted == found => {}
            // A clause on names or items may be told at the name or item itself.
            (None, Some(_)) => return found.next().is_none(),
            _ => return false,
        }
    }
}
