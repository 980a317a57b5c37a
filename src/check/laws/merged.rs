//! A PUT leaves something as it was.

use serde_json::Value;

use super::default::{documented, schemas_of};
use super::shown::{sent, shown_by};
use super::{Finding, Rule, Severity, Subject, brief, broken, is_success, name, spaced};
use crate::check::support::equality::{is_equal, is_same, is_server_made};
use crate::contract::{Operation, SchemaId};
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
    if !may_be_meant(put) || sent(put)?.contains_key(property) {
        return None;
    }
    let was = shown_by(before)?.get(property).filter(|was| !is_empty(was)).cloned()?;
    let is = shown_by(after)?.get(property).cloned()?;
    if !is_same(&was, &is) || may_be_default(put, &schemas_of(put, property), &is) {
        return None;
    }
    Some(kept(put, property, &is, property))
}

/// What is wrong with what is read after a PUT of an object `property` that leaves out a member of it.
pub fn judge_within(before: &Subject<'_>, put: &Subject<'_>, after: &Subject<'_>, property: &str) -> Option<Finding> {
    let [was, is] = [before, after].map(|read| shown_by(read).and_then(|mut shown| shown.remove(property)));
    let (was, is) = (was?, is?);
    let (was, asked, is) = (was.as_object()?, sent(put)?.get(property)?.as_object()?, is.as_object()?);
    // What is replaced by nothing that was asked for shows nothing.
    let is_set = asked.iter().all(|(member, asked)| is.get(member).is_some_and(|is| is_equal(asked, is)));
    if !may_be_meant(put) || asked.is_empty() || !is_set {
        return None;
    }
    let schemas = &put.contract.schemas;
    let own = schemas_of(put, property);
    let named: Vec<_> = schemas.with_branches(&own).flat_map(|id| &schemas.get(id).properties).collect();
    let (member, is) = was.iter().find_map(|(member, was)| {
        let is = is.get(member).filter(|is| !asked.contains_key(member) && !is_empty(was) && is_same(was, is))?;
        let own: Vec<SchemaId> = named.iter().filter(|(known, _)| *known == member).map(|(_, id)| **id).collect();
        let is_settable = !own.is_empty() && own.iter().all(|id| !schemas.get(*id).read_only);
        (is_settable && !is_server_made(member) && !may_be_default(put, &own, is)).then_some((member, is))
    })?;
    Some(kept(put, &format!("{property}.{member}"), is, &format!("{property}/{member}")))
}

/// Whether a PUT was accepted that is not documented to merge.
fn may_be_meant(put: &Subject<'_>) -> bool {
    let description = put.operation.description.as_deref().unwrap_or_default().to_lowercase();
    is_success(put) && !MERGES.iter().any(|words| description.contains(words))
}

fn kept(put: &Subject<'_>, what: &str, is: &Value, manner: &str) -> Finding {
    let message = format!("`{what}` is still {} after {}, which leaves it out", brief(&is.to_string()), name(put));
    let finding = broken(&RULE, put, message, manner, "no value, or its default: a PUT replaces".to_owned());
    // Whoever reads one PUT so reads all of them so.
    let finding = finding.of_habit("keeps what it leaves out");
    finding.with_severity(if is_replacement(put.operation) { Severity::Error } else { Severity::Warning })
}

/// Whether a PUT is called a replacement, or described as one: that leaves no doubt of what it means.
pub fn is_replacement(put: &Operation) -> bool {
    let description = put.description.as_deref().unwrap_or_default().to_lowercase();
    words::of(&put.id).iter().any(|word| REPLACES.contains(&word.as_str())) || says_replaces(&description)
}

/// Whether a description says that all is replaced, and not that it is some of it.
pub fn says_replaces(description: &str) -> bool {
    let said = spaced(description);
    let has = |all: &[&str]| all.iter().any(|word| said.contains(&format!(" {word} ")));
    has(&REPLACES)
        && !has(&["only", "any", "some", "optional", "optionally", "given", "provided", "specified", "supplied"])
}

/// Whether a value may be what a property has that is not named: its default, or one of a few.
fn may_be_default(put: &Subject<'_>, own: &[SchemaId], value: &Value) -> bool {
    let schemas = &put.contract.schemas;
    own.iter().copied().any(|schema| {
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
