//! What the harness is to find about each fault of the reference target, which knows nothing of the harness.

use std::fmt;

use crate::reference::seeded::Seeded;
use crate::rule::{Rule, Severity};

/// A fault of the reference target, with what the harness is to find about it.
#[derive(Debug)]
pub struct Expectation {
    /// The fault.
    pub fault: &'static Seeded,
    /// How a finding about it looks by default.
    pub severity: Severity,
    /// The check that is to find it.
    pub rule: &'static Rule,
    /// The node of the provider's document that it breaks: a keyword, or a schema where no single keyword is meant. A
    /// JSON pointer; one without a slash in front starts at the provider's operation.
    pub node: &'static str,
    /// Why the harness does not look for it, if so: then it may survive.
    pub unseen: Option<&'static str>,
}

impl fmt::Display for Expectation {
    /// The name of the fault, `telnyx/role-optional`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(out)
    }
}

/// What is expected of every fault, provider by provider.
pub(super) fn all() -> impl Iterator<Item = &'static Expectation> {
    [telnyx::ALL, asapp::ALL, ada::ALL, respondent::ALL, example_ai::ALL].into_iter().flatten()
}

/// Makes `ALL` of a table of one provider's faults, in which a row is
/// `FAULT: Severity check at "node" unseen "reason";`, the last part optional.
macro_rules! expectations {
    (@unseen) => { None };
    (@unseen $reason:expr) => { Some($reason) };
    (
        $provider:ident;
        $($fault:ident: $severity:ident $check:ident at $node:literal $(unseen $reason:expr)?;)*
    ) => {
        pub(super) static ALL: &[$crate::self_test::Expectation] = &[$($crate::self_test::Expectation {
            fault: &$crate::reference::seeded::$provider::$fault,
            severity: $crate::rule::Severity::$severity,
            rule: &$crate::check::rules::$check::RULE,
            node: $node,
            unseen: expectations!(@unseen $($reason)?),
        }),*];
    };
}

mod ada;
mod asapp;
mod example_ai;
mod respondent;
mod telnyx;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::seeded;

    #[test]
    fn every_fault_has_one_expectation() {
        for fault in seeded::all() {
            let of_fault = all().filter(|expected| std::ptr::eq(expected.fault, fault)).count();
            assert_eq!(of_fault, 1, "{fault}");
        }
    }
}
