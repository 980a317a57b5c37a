//! How a server must have read a value that it takes: as one of another type, or without what is around it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::check::Subject;
use crate::contract::{ClauseId, Contract, Direction, Operation, Step};
use crate::text::list::one_of;

/// As what a scalar is read that breaks the type of a clause's node, or a list of one, in a body or parameter that tells types
/// apart.
pub fn manner(contract: &Contract, operation: &Operation, clause: ClauseId, sent: &Value) -> Option<String> {
    let clause = operation.clauses().get(clause);
    if !matches!(clause.keyword, "type" | "oneOf" | "anyOf") || sent.is_object() {
        return None;
    }
    let schemas = &contract.schemas;
    // A value that is of no branch is of none of all their types, whichever branch the clause is of.
    let mut site = operation.clauses().site(clause.site?);
    while let (Step::Branch(_), Some(union)) = (&site.step, site.parent) {
        site = operation.clauses().site(union);
    }
    let schema = site.schema;
    let names = schemas
        .with_branches(&[schema])
        .filter_map(|id| schemas.get(id).types)
        .flat_map(|types| types.names().into_iter().filter(|name| !matches!(*name, "object" | "null")));
    let mut names: BTreeSet<&str> = names.collect();
    let is_list = names.remove("array");
    match sent {
        Value::Array(items) => {
            let is_wrapped = matches!(&items[..], [item] if is_of(item, &names)) && !is_list;
            return is_wrapped.then(|| "a list of one read as its item".to_owned());
        }
        _ if is_of(sent, &names) => return None,
        Value::Null => {}
        _ if is_list && names.is_empty() => return Some("a scalar read as a list of one".to_owned()),
        _ => {}
    }
    // Whoever reads a text as a number reads it as one of either kind.
    let sent = match kind(sent) {
        "integer" => "number",
        "fraction" if names.contains("number") => "number",
        other => other,
    };
    let names: BTreeSet<&str> = names.into_iter().map(|name| if name == "integer" { "number" } else { name }).collect();
    // An object was asked for, and none was seen.
    (!names.is_empty()).then(|| format!("{sent} read as {}", one_of(names)))
}

/// Whether it is the white space around a text alone which breaks a clause.
pub fn is_right_within(subject: &Subject<'_>, clause: ClauseId, sent: &Value) -> bool {
    let clauses = subject.operation.clauses();
    let site = clauses.get(clause).site.map(|id| clauses.site(id));
    let read = without_margins(sent).map(Value::from);
    site.zip(read).is_some_and(|(site, read)| subject.validators.is_valid(site.schema, Direction::Request, &read))
}

/// What a server does that takes white space off.
pub const MARGINS: &str = "white space around texts taken off";

/// A text without the white space around it, if there is any.
pub(in crate::check) fn without_margins(value: &Value) -> Option<&str> {
    let text = value.as_str()?;
    Some(text.trim()).filter(|trimmed| trimmed.len() < text.len())
}

/// Whether a scalar is of one of these types: then something else is wrong with it.
fn is_of(sent: &Value, names: &BTreeSet<&str>) -> bool {
    match sent {
        Value::String(_) => names.contains("string"),
        Value::Bool(_) => names.contains("boolean"),
        Value::Number(number) => {
            names.contains("number") || names.contains("integer") && crate::contract::is_integer(number)
        }
        _ => false,
    }
}

/// What a value looks like where all values are text.
pub(in crate::check) fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(text) => match serde_json::from_str::<Value>(text) {
            Ok(read @ (Value::Number(_) | Value::Bool(_) | Value::Null)) => kind(&read),
            _ if text.is_empty() => "nothing",
            _ => "text",
        },
        Value::Null => "null",
        Value::Bool(_) => "truth",
        Value::Number(number) if crate::contract::is_integer(number) => "integer",
        Value::Number(_) => "fraction",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}
