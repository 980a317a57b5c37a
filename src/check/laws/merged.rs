//! A PUT leaves something as it was.

use serde_json::Value;

use super::default::{documented, schemas_of};
use super::shown::{sent, shown_by};
use super::{Finding, Rule, Severity, Subject, brief, broken, is_success, name, spaced};
use crate::check::support::equality::{is_equal, is_same};
use crate::text::words;

/// Words of a description by which a PUT is meant to merge.
const MERGES: [&str; 9] =
    ["merge", "partial", "as it was", "as they were", "unchanged", "untouched", "left alone", "keeps its", "not named"];
/// What an operation is called that does not merge.
const REPLACES: [&str; 4] = ["replace", "replaces", "overwrite", "overwrites"];

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    // Many servers read a PUT as a partial change, and say so in prose.
    severity: Severity::Warning,
    ..Rule::law(
        "put-merges",
        "A PUT leaves the value of a property as it was that it does not name.",
        "RFC 9110, section 9.3.4",
    )
};

/// What is wrong with what is read after a PUT that leaves out `property`, which had been set to something of its own.
pub fn judge(before: &Subject<'_>, put: &Subject<'_>, after: &Subject<'_>, property: &str) -> Option<Finding> {
    let description = put.operation.description.as_deref().unwrap_or_default().to_lowercase();
    let is_meant = MERGES.iter().any(|words| description.contains(words));
    if is_meant || !is_success(put) || sent(put)?.contains_key(property) {
        return None;
    }
    let was = shown_by(before)?.get(property).filter(|was| !is_empty(was)).cloned()?;
    let is = shown_by(after)?.get(property).cloned()?;
    if !is_same(&was, &is) || may_be_default(put, property, &is) {
        return None;
    }
    let message = format!("`{property}` is still {} after {}, which leaves it out", brief(&is.to_string()), name(put));
    let finding = broken(&RULE, put, message, property, "no value, or its default: a PUT replaces".to_owned());
    // One that is called so leaves no doubt of what it means.
    let is_called = words::of(&put.operation.id).iter().any(|word| REPLACES.contains(&word.as_str()));
    let is_sure = is_called || says_replaces(&description);
    // Whoever reads one PUT so reads all of them so.
    let finding = finding.of_habit("keeps what it leaves out");
    Some(finding.with_severity(if is_sure { Severity::Error } else { Severity::Warning }))
}

/// Whether a description says that all is replaced, and not that it is some of it.
pub fn says_replaces(description: &str) -> bool {
    let said = spaced(description);
    let has = |all: &[&str]| all.iter().any(|word| said.contains(&format!(" {word} ")));
    has(&REPLACES)
        && !has(&["only", "any", "some", "optional", "optionally", "given", "provided", "specified", "supplied"])
}

/// Whether a value may be what a property has that is not named: its default, or one of a few.
fn may_be_default(put: &Subject<'_>, property: &str, value: &Value) -> bool {
    let schemas = &put.contract.schemas;
    schemas_of(put, property).into_iter().any(|schema| {
        let is_one_of_few = schemas.conjunction(&[schema]).any(|id| schemas.get(id).enum_values.is_some());
        is_one_of_few || documented(schemas, schema).is_some_and(|default| is_equal(&default, value))
    })
}

/// Whether a value is what stands for none.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}
