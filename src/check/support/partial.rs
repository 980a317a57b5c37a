//! Requests that ask for a part of what there is.

use serde_json::Value;

use crate::check::Subject;
use crate::contract::ParameterLocation;
use crate::finding::Finding;
use crate::rule::Severity;
use crate::text::words;

/// Words of parameters, and of members of such as carry JSON, that name properties to show or to leave out.
const OF_PARTS: [&str; 8] = ["fields", "select", "only", "exclude", "omit", "projection", "attributes", "props"];

/// Whether a request names properties that the response is to have, or is not to have.
pub fn is_asked_for(subject: &Subject<'_>) -> bool {
    let Some(values) = &subject.case.values else { return false };
    let names_parts = |name: &str, value: &Value| {
        let is_called = words::of(name).last().is_some_and(|word| OF_PARTS.contains(&word.as_str()));
        is_called && !value.is_boolean() && !value.is_number()
    };
    let mut all = subject.operation.parameters.iter().zip(&values.parameters);
    all.any(|(parameter, value)| {
        value.as_ref().filter(|_| parameter.place == ParameterLocation::Query).is_some_and(|value| {
            let mut members = value.as_object().into_iter().flatten();
            names_parts(&parameter.name, value) || members.any(|(name, value)| names_parts(name, value))
        })
    })
}

/// The finding as one of the document: what was not asked for is rightly missing.
pub fn of_document(finding: Finding) -> Finding {
    let help = Some(format!("take what need not be asked for out of `required` at {}", finding.place));
    let cause = format!("{} in a part", finding.cause);
    Finding { help, cause, is_of_document: true, ..finding.with_severity(Severity::Warning) }
}
