//! What is read back is not what was made.

use serde_json::Value;

use super::shown::{sent, shown_by};
use super::{Finding, Rule, Subject, brief, broken, is_success, name};
use crate::check::ResponseView;
use crate::check::support::equality::{is_equal, is_secret, is_server_made};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["operation"],
    ..Rule::law(
        "not-kept",
        "A property that the response to a creation repeats as it was sent is another one when it is read back.",
        "RFC 9110, sections 9.3.3 and 15.3.2",
    )
};

/// What is wrong with what is read back: where the creation says that it took a value, reading says the same.
pub fn judge(made: &Subject<'_>, read: &Subject<'_>) -> Option<Finding> {
    let (sent, answered, read_back) = (sent(made)?, shown_by(made)?, shown_by(read)?);
    if !is_success(read) {
        return None;
    }
    let wrong = sent.iter().find_map(|(property, value)| {
        let was = answered
            .get(property)
            .filter(|was| !is_server_made(property) && !is_secret(property) && is_equal(value, was))?;
        let is = read_back.get(property).unwrap_or(&Value::Null);
        if !read_back.contains_key(property) && !is_documented(read, property) {
            return None;
        }
        (!was.is_null() && !is_equal(was, is)).then_some((property, was, read_back.get(property)))
    });
    let (property, was, is) = wrong?;
    let is = is.map_or_else(|| "missing".to_owned(), |is| brief(&is.to_string()));
    let message = format!("`{property}` is {is} when it is read back; {} had answered as it was sent", name(made));
    Some(broken(&RULE, read, message, property, brief(&was.to_string())))
}

/// Whether the response to a read is documented with this property: it may show less than a creation.
fn is_documented(read: &Subject<'_>, property: &str) -> bool {
    let Ok(response) = &read.exchange.result else { return false };
    let schemas = &read.contract.schemas;
    let shown = ResponseView::new(read, response).media.and_then(|media| media.schema);
    let mut all = shown.into_iter().flat_map(|schema| schemas.conjunction(&[schema]));
    all.any(|id| schemas.get(id).properties.contains_key(property))
}
