//! A change stores something else than what it was asked for.

use serde_json::Value;

use super::asked::is_merge_patch;
use super::shown::{sent, shown_by};
use super::{Finding, Rule, Severity, Subject, brief, broken, name};
use crate::check::support::equality::is_equal;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "altered-value",
        "A change that was accepted stores a part of the value that it names, or adds it to the old one.",
        "RFC 9110, section 9.3.4; RFC 7396, section 1",
    )
};

/// What is wrong with what is read after `property` was changed to another value than before.
pub fn judge(before: &Subject<'_>, change: &Subject<'_>, after: &Subject<'_>, property: &str) -> Option<Finding> {
    let (before, asked, now) = (shown_by(before)?, sent(change)?.get(property)?, shown_by(after)?);
    let (was, is) = (before.get(property)?, now.get(property)?);
    if is_equal(asked, is) || is_equal(was, is) {
        return None;
    }
    let (how, severity) = match (was, asked, is) {
        (_, Value::String(asked), Value::String(is)) if is_cut(asked, is) => ("cut short", Severity::Error),
        (Value::Array(was), Value::Array(asked), Value::Array(is)) if is_added(was, asked, is) => {
            // What a PATCH of plain JSON does to an array nobody has said.
            let is_sure = change.operation.method == "PUT" || is_merge_patch(change);
            ("added to the old ones", if is_sure { Severity::Error } else { Severity::Warning })
        }
        // Those that are kept to bounds of their own are not of this kind.
        (Value::Bool(_), Value::Bool(_), _) | (Value::Number(_), Value::Number(_), Value::Null) => {
            ("another one", Severity::Warning)
        }
        _ => return None,
    };
    let (is, asked) = (brief(&is.to_string()), brief(&asked.to_string()));
    let message = format!("`{property}` is {is} when it is read, {how}, after {} was accepted", name(change));
    let finding = broken(&RULE, change, message, property, format!("{asked}, as the accepted request set it"));
    Some(finding.with_severity(severity))
}

/// Whether a text is the beginning of another one, and more than white space is missing.
fn is_cut(asked: &str, is: &str) -> bool {
    asked.strip_prefix(is).is_some_and(|rest| !rest.trim().is_empty())
}

fn is_added(was: &[Value], asked: &[Value], is: &[Value]) -> bool {
    let has = |item: &Value| is.iter().any(|known| is_equal(item, known));
    is.len() > asked.len() && !was.is_empty() && was.iter().chain(asked).all(has)
}
