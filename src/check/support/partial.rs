//! Requests that ask for a part of what there is.

use serde_json::Value;

use crate::check::Subject;
use crate::contract::ParameterLocation;
use crate::finding::Finding;
use crate::rule::Severity;
use crate::text::words;

/// Words of parameters, and of members of such as carry JSON, that name properties to show or to leave out.
const OF_PARTS: [&str; 10] =
    ["fields", "field", "select", "only", "exclude", "omit", "projection", "attributes", "columns", "props"];

/// Whether a request names properties that the response is to have, or is not to have.
pub fn is_asked_for(subject: &Subject<'_>) -> bool {
    let Some(values) = &subject.case.values else { return false };
    subject.operation.parameters.iter().zip(&values.parameters).any(|(parameter, value)| {
        let names_parts = |name: &str| words::of(name).iter().any(|word| OF_PARTS.contains(&word.as_str()));
        let is_of_query = parameter.place == ParameterLocation::Query;
        is_of_query
            && match value {
                Some(Value::Object(members)) => {
                    names_parts(&parameter.name) || members.keys().any(|key| names_parts(key))
                }
                Some(_) => names_parts(&parameter.name),
                None => false,
            }
    })
}

/// The finding as one of the document: what was not asked for is rightly missing.
pub fn of_document(finding: Finding) -> Finding {
    let help = Some(format!("take what need not be asked for out of `required` at {}", finding.place));
    let cause = format!("{} in a part", finding.cause);
    Finding { help, cause, is_of_document: true, ..finding.with_severity(Severity::Warning) }
}
