//! A default is not what it is documented to be.

use serde_json::Value;

use super::shown::{sent, shown_by};
use super::{Finding, Rule, Subject, brief, broken, is_success, name};
use crate::check::support::equality::{is_equal, is_server_made};
use crate::check::support::payload;
use crate::contract::{SchemaId, Schemas};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["default"],
    ..Rule::law(
        "wrong-default",
        "A property that a creation leaves out is read back with another value than its `default`.",
        "OpenAPI 3.0.3, section 4.7.24.1; JSON Schema 2020-12 validation, section 9.2",
    )
};

/// What is wrong with what is read after a creation that leaves properties out.
pub fn judge(made: &Subject<'_>, read: &Subject<'_>) -> Option<Finding> {
    let (sent, now) = (sent(made)?, shown_by(read)?);
    if !is_success(made) || !is_success(read) {
        return None;
    }
    let schemas = &made.contract.schemas;
    let body = made.case.request.body.as_ref()?;
    let media = payload::matching(&made.operation.body.as_ref()?.content, body.media_type.as_deref())?;
    let (property, asked, is) = schemas.conjunction(&[media.schema?]).find_map(|id| {
        schemas.get(id).properties.iter().find_map(|(property, schema)| {
            let is = now.get(property).filter(|_| !sent.contains_key(property) && !is_server_made(property))?;
            let asked = default(schemas, *schema)?;
            (!is_equal(&asked, is)).then(|| (property.clone(), asked, is.clone()))
        })
    })?;
    let (asked, is) = (brief(&asked.to_string()), brief(&is.to_string()));
    let message = format!("`{property}` is {is} when it is read back, and {} had left it out", name(made));
    Some(broken(&RULE, made, message, &property, format!("{asked}, its `default`")))
}

/// The one default of a schema, where it is a plain value.
pub(super) fn default(schemas: &Schemas, schema: SchemaId) -> Option<Value> {
    let all = schemas.conjunction(&[schema]).flat_map(|id| &schemas.get(id).examples);
    let mut defaults = all.filter(|(_, at)| at.pointer.tokens().last().is_some_and(|last| last == "default"));
    let (value, _) = defaults.next().filter(|_| defaults.next().is_none())?;
    matches!(value, Value::Bool(_) | Value::Number(_) | Value::String(_)).then(|| value.clone())
}
