//! The result of a finding.

use std::collections::BTreeMap;

use indexmap::IndexSet;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::model::{ArtifactLocation, Location, LogicalLocation, PhysicalLocation, Region, ResultModel, Text};
use crate::engine::RootCause;
use crate::finding::{Finding, Place};
use crate::rule::Rule;
use crate::spec::Span;

/// What a path keeps as it is (RFC 3986, section 3.3), and what separates its segments.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
/// Other places of one finding that are named.
const MOST_PLACES: usize = 100;

/// The result of a root cause: its example, with its other places as related ones.
pub(super) fn of_cause(rules: &[&'static Rule], cause: &RootCause<'_>) -> ResultModel {
    let example = cause.example();
    let operations: IndexSet<String> =
        cause.places.iter().map(|place| format!("{} {}", place.operation.method, place.operation.path)).collect();
    let mut message = message(example);
    if operations.len() > 1 {
        message.push_str(&format!(" (in {} operations)", operations.len()));
    }
    let mut result = of_finding(rules, example);
    result.message = Text { text: message };
    result.level = cause.severity.name();
    result.locations[0].logical_locations = operations.into_iter().map(logical).collect();
    result.partial_fingerprints = fingerprint(cause.fingerprint());
    let mut seen = IndexSet::from([at(&example.place)]);
    let others =
        cause.places.iter().map(|place| &place.group.finding).filter(|finding| seen.insert(at(&finding.place)));
    result.related_locations = others
        .take(MOST_PLACES)
        .enumerate()
        .map(|(index, finding)| {
            let text = Some(Text { text: plain(&finding.message) });
            Location { id: Some(index + 1), message: text, ..location(finding) }
        })
        .collect();
    result
}

/// The result of one finding.
pub(super) fn of_finding(rules: &[&'static Rule], finding: &Finding) -> ResultModel {
    ResultModel {
        rule_id: finding.rule.id,
        rule_index: rules.iter().position(|rule| **rule == *finding.rule).unwrap_or_default(),
        level: finding.severity.name(),
        message: Text { text: message(finding) },
        locations: vec![location(finding)],
        related_locations: Vec::new(),
        partial_fingerprints: fingerprint(finding.fingerprint()),
    }
}

fn message(finding: &Finding) -> String {
    match finding.expected.as_str() {
        "" => plain(&finding.message),
        expected => plain(&format!("{}; expected: {expected}", finding.message)),
    }
}

/// `[a](b)` is a link in a message of SARIF (section 3.11.6); there is none of ours.
fn plain(text: &str) -> String {
    text.replace("](", "] (")
}

fn fingerprint(of: String) -> BTreeMap<&'static str, String> {
    BTreeMap::from([("conform/v1", of)])
}

fn location(finding: &Finding) -> Location {
    Location {
        id: None,
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri: uri(&finding.place.file().name) },
            region: at(&finding.place).1,
        },
        logical_locations: finding.operation.iter().map(|operation| logical(operation.to_string())).collect(),
        message: None,
    }
}

fn logical(operation: String) -> LogicalLocation {
    LogicalLocation { fully_qualified_name: operation, kind: "function" }
}

/// File and region of a node's name.
fn at(place: &Place) -> (String, Region) {
    let Span { start, end } = place.file().key_span(&place.location.pointer);
    let end = end.max(start);
    let region =
        Region { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column };
    (place.file().name.clone(), region)
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
