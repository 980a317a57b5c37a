//! JUnit's XML: a suite a contract, a test case an operation and rule.
//!
//! Every rule that judges single exchanges is a test case of every operation that was tested, so that a test that
//! failed is seen to pass again; rules that take several exchanges are there where they are broken. An operation that
//! was not tested is one test case that was skipped.

mod suite;
mod xml;

use std::io;

use super::view::View;
use suite::{Suite, Tally};
use xml::Element;

/// The report as text.
pub(super) fn text(view: &View) -> io::Result<String> {
    let suites: Vec<Suite<'_>> = view.contracts.iter().map(Suite::of).collect();
    let tally = suites.iter().map(Suite::tally).fold(Tally::default(), Tally::add);
    let mut root = Element::new("testsuites").with("name", "conform");
    root = tally.on(root).lasting(view.elapsed());
    root.children = suites.iter().map(|suite| suite.element(view.seed)).collect();
    root.document()
}

#[cfg(test)]
mod tests {
    use crate::report::format::Format;
    use crate::report::testing;

    #[test]
    fn a_failing_run() {
        let text = testing::written(Format::Junit, |listener| testing::failing_run(listener));
        testing::assert_clean(&text);
        insta::assert_snapshot!(text);
    }

    #[test]
    fn what_could_not_be_tested_is_skipped() {
        insta::assert_snapshot!(testing::written(Format::Junit, |listener| testing::untestable_run(listener)));
    }

    #[test]
    fn a_run_without_findings_has_no_failure() {
        let contracts = [testing::contract("ada")];
        let text = testing::written(Format::Junit, |listener| testing::passing_run(listener, &contracts));
        assert!(text.contains("failures=\"0\"") && !text.contains("<failure"), "{text}");
        assert!(!text.contains("<skipped"), "{text}");
    }
}
