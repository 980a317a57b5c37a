//! SARIF 2.1.0: a result a root cause, at the line of the document that the target breaks.

mod model;
mod result;

use std::io;

use super::json::printable;
use super::view::View;
use crate::finding::Finding;
use crate::registry;
use crate::rule::{Family, Rule};
use model::{Configuration, Driver, Invocation, Log, ResultModel, RuleModel, Run, Text, Tool};

/// A run's findings of the target. What `conform lint` tells of the documents is not among them.
pub(super) fn text(view: &View) -> io::Result<String> {
    let rules = rules(Family::Check);
    let found = view.ranked().into_iter().map(|cause| result::of_cause(&rules, cause));
    log(&rules, found.collect(), !view.interrupted)
}

/// Findings of one family of rules that no run has found.
///
/// # Errors
/// The log cannot be written as JSON.
pub fn of_findings<'a>(family: Family, findings: impl Iterator<Item = &'a Finding>) -> io::Result<String> {
    let rules = rules(family);
    let found = findings.map(|finding| result::of_finding(&rules, finding)).collect();
    log(&rules, found, true)
}

fn rules(family: Family) -> Vec<&'static Rule> {
    registry::all().filter(|rule| rule.family == family).collect()
}

fn log(rules: &[&'static Rule], results: Vec<ResultModel>, is_whole: bool) -> io::Result<String> {
    let driver = Driver {
        name: "conform",
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: env!("CARGO_PKG_REPOSITORY"),
        rules: rules.iter().map(|rule| RuleModel::of(rule)).collect(),
    };
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: vec![Run {
            tool: Tool { driver },
            column_kind: "unicodeCodePoints",
            invocations: vec![Invocation { execution_successful: is_whole }],
            results,
        }],
    };
    Ok(printable(&serde_json::to_string_pretty(&log)?))
}

impl RuleModel {
    fn of(rule: &Rule) -> Self {
        let whole = format!("{} Source: {}", rule.sentence, rule.source);
        Self {
            id: rule.id,
            short_description: Text { text: rule.sentence.to_owned() },
            full_description: Text { text: whole.clone() },
            help: Text { text: whole },
            default_configuration: Configuration { level: rule.severity.name() },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::report::format::Format;
    use crate::report::testing;

    #[test]
    fn a_failing_run() {
        let text = testing::written(Format::Sarif, |listener| testing::failing_run(listener));
        testing::assert_clean(&text);
        let mut log: Value = serde_json::from_str(&text).expect("JSON");
        let driver = &mut log["runs"][0]["tool"]["driver"];
        driver["semanticVersion"] = "[version]".into();
        // `conform checks` has a snapshot of them.
        driver["rules"].as_array_mut().expect("rules").truncate(1);
        insta::assert_snapshot!(serde_json::to_string_pretty(&log).expect("JSON"));
    }

    #[test]
    fn a_result_names_its_rule_by_position_too() {
        let text = testing::written(Format::Sarif, |listener| testing::failing_run(listener));
        let log: Value = serde_json::from_str(&text).expect("JSON");
        let run = &log["runs"][0];
        let results = run["results"].as_array().expect("results");
        assert!(!results.is_empty());
        for result in results {
            let index = result["ruleIndex"].as_u64().expect("an index") as usize;
            assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        }
    }

    #[test]
    fn an_interrupted_run_was_not_successful() {
        let text = testing::written(Format::Sarif, |listener| testing::interrupted_run(listener));
        let log: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
        assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(0));
    }
}
