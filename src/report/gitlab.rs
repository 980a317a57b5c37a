//! GitLab's code quality report: an issue a root cause, at the line of the document.

use std::io;

use serde::Serialize;

use super::json::printable;
use super::view::{CauseView, View};
use crate::rule::Severity;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
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
pub(super) fn text(view: &View) -> io::Result<String> {
    let issues: Vec<Issue> = view.ranked().into_iter().map(Issue::of).collect();
    Ok(printable(&serde_json::to_string_pretty(&issues)?))
}

impl Issue {
    fn of(cause: &CauseView) -> Self {
        let finding = &cause.example;
        let operations = cause.operations;
        let others = if operations > 1 { format!(" (in {operations} operations)") } else { String::new() };
        let operation = cause.places.first().map(|place| format!("{}: ", place.operation.title()));
        Self {
            description: format!("{}{}{others}", operation.unwrap_or_default(), finding.message),
            check_name: finding.rule().to_owned(),
            fingerprint: cause.fingerprint.clone(),
            severity: match finding.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Note => "info",
            },
            location: Location { path: finding.clause.file.clone(), lines: Lines { begin: finding.clause.line } },
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
