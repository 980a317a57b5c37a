//! GitLab's code quality report: an issue a root cause, at the line of the document.

use std::io;

use serde::Serialize;

use super::Setting;
use super::json::printable;
use crate::engine::{Results, RootCause};
use crate::report::ranked::ranked;
use crate::rule::Severity;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// The report as text.
pub(super) fn text(results: &Results, _: &Setting) -> io::Result<String> {
    let issues: Vec<Issue> = ranked(results).iter().map(Issue::of).collect();
    Ok(printable(&serde_json::to_string_pretty(&issues)?))
}

impl Issue {
    fn of(cause: &RootCause<'_>) -> Self {
        let finding = cause.example();
        let operations = cause.operations();
        let others = if operations > 1 { format!(" (in {operations} operations)") } else { String::new() };
        let operation =
            cause.places.first().map(|place| format!("{} {}: ", place.operation.method, place.operation.path));
        Self {
            description: format!("{}{}{others}", operation.unwrap_or_default(), finding.message),
            check_name: finding.rule.id,
            fingerprint: cause.fingerprint(),
            severity: match cause.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Note => "info",
            },
            location: Location {
                path: finding.place.file().name.clone(),
                lines: Lines { begin: finding.place.position().line },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::report::format::Format;
    use crate::report::testing;

    #[test]
    fn a_failing_run() {
        let text = testing::written(Format::Gitlab, |listener| testing::failing_run(listener));
        testing::assert_clean(&text);
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_run_without_findings_is_an_empty_list() {
        let contracts = [testing::contract("ada")];
        assert_eq!(testing::written(Format::Gitlab, |listener| testing::passing_run(listener, &contracts)), "[]\n");
    }
}
