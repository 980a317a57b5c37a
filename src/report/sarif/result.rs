//! The result of a finding.

use std::collections::{BTreeMap, HashSet};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::model::{ArtifactLocation, Location, LogicalLocation, PhysicalLocation, Region, ResultModel, Text};
use crate::finding::{Finding, Place};
use crate::report::view::{CauseView, ClauseView};
use crate::rule::Rule;
use crate::spec::Span;

/// What a path keeps as it is (RFC 3986, section 3.3), and what separates its segments.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
/// Other places of one finding that are named.
const MOST_PLACES: usize = 100;

/// The result of a root cause: its example, with its other places as related ones.
pub(super) fn of_cause(rules: &[&'static Rule], cause: &CauseView) -> ResultModel {
    let example = &cause.example;
    let operations = cause.titles();
    let mut message = message(&example.message, &example.expected);
    if operations.len() > 1 {
        message.push_str(&format!(" (in {} operations)", operations.len()));
    }
    let mut seen = HashSet::from([&example.clause]);
    let others = cause.places.iter().filter(|place| seen.insert(&place.clause));
    let related = others.take(MOST_PLACES).enumerate().map(|(index, place)| Location {
        id: Some(index + 1),
        message: Some(Text { text: plain(&place.message) }),
        ..location(&place.clause.file, region(&place.clause), vec![place.operation.title()])
    });
    ResultModel {
        rule_id: example.rule().to_owned(),
        rule_index: index(rules, example.rule()),
        level: example.severity.name(),
        message: Text { text: message },
        locations: vec![location(&example.clause.file, region(&example.clause), operations)],
        related_locations: related.collect(),
        partial_fingerprints: fingerprint(cause.fingerprint.clone()),
    }
}

/// The result of one finding.
pub(super) fn of_finding(rules: &[&'static Rule], finding: &Finding) -> ResultModel {
    ResultModel {
        rule_id: finding.rule.id.to_owned(),
        rule_index: index(rules, finding.rule.id),
        level: finding.severity.name(),
        message: Text { text: message(&finding.message, &finding.expected) },
        locations: vec![location(
            &finding.place.file().name,
            at(&finding.place),
            finding.operation.iter().map(ToString::to_string).collect(),
        )],
        related_locations: Vec::new(),
        partial_fingerprints: fingerprint(finding.fingerprint()),
    }
}

fn index(rules: &[&'static Rule], id: &str) -> usize {
    rules.iter().position(|rule| rule.id == id).unwrap_or_default()
}

fn message(message: &str, expected: &str) -> String {
    match expected {
        "" => plain(message),
        expected => plain(&format!("{message}; expected: {expected}")),
    }
}

/// `[a](b)` is a link in a message of SARIF (section 3.11.6); there is none of ours.
fn plain(text: &str) -> String {
    text.replace("](", "] (")
}

fn fingerprint(of: String) -> BTreeMap<&'static str, String> {
    BTreeMap::from([("conform/v1", of)])
}

fn location(file: &str, region: Region, operations: Vec<String>) -> Location {
    Location {
        id: None,
        physical_location: PhysicalLocation { artifact_location: ArtifactLocation { uri: uri(file) }, region },
        logical_locations: operations.into_iter().map(logical).collect(),
        message: None,
    }
}

fn logical(operation: String) -> LogicalLocation {
    LogicalLocation { fully_qualified_name: operation, kind: "function" }
}

/// The region of a node's name.
fn at(place: &Place) -> Region {
    let Span { start, end } = place.file().key_span(&place.location.pointer);
    let end = end.max(start);
    Region { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
}

fn region(clause: &ClauseView) -> Region {
    let ClauseView { line, column, end_line, end_column, .. } = *clause;
    Region { start_line: line, start_column: column, end_line, end_column }
}

/// A file's name as a URI: relative where it lies below the folder of the run.
fn uri(name: &str) -> String {
    if name.contains("://") {
        return name.to_owned();
    }
    let path = utf8_percent_encode(name, PATH).to_string();
    if path.starts_with('/') { format!("file://{path}") } else { path }
}

#[cfg(test)]
mod tests {
    use super::{plain, uri};

    #[test]
    fn no_message_holds_a_link() {
        assert_eq!(plain("see [this](https://a.test) or a[0]"), "see [this] (https://a.test) or a[0]");
    }

    #[test]
    fn a_file_is_named_by_a_uri() {
        for (name, wanted) in [
            ("specs/a.yaml", "specs/a.yaml"),
            ("my specs/ä#1.yaml", "my%20specs/%C3%A4%231.yaml"),
            ("/tmp/a.yaml", "file:///tmp/a.yaml"),
            ("https://a.test/a.yaml?x=1", "https://a.test/a.yaml?x=1"),
        ] {
            assert_eq!(uri(name), wanted);
        }
    }
}
