//! A default is not what it is documented to be.

use serde_json::Value;

use super::shown::{sent, shown_by};
use super::{Finding, Rule, Subject, brief, broken, is_success, name};
use crate::check::support::equality::{is_equal, is_kept, is_server_made};
use crate::check::support::payload;
use crate::check::support::ways::{in_all, ways};
use crate::contract::{Direction, SchemaId, Schemas};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["default"],
    ..Rule::law(
        "wrong-default",
        "A property that a creation leaves out, or sends with its `default`, is read back with another value than that.",
        "OpenAPI 3.0.3, section 4.7.24.1; JSON Schema 2020-12 validation, section 9.2",
    )
};

/// What is wrong with what is read after a creation that leaves properties out.
pub fn judge(made: &Subject<'_>, read: &Subject<'_>) -> Option<Finding> {
    let (sent, now) = (sent(made)?, shown_by(read)?);
    if !is_success(made) || !is_success(read) {
        return None;
    }
    let (property, asked, is) = defaults_of(made).into_iter().find_map(|(property, asked)| {
        // What is left out, and what is sent so, is the same.
        let is_so = sent.get(&property).is_none_or(|sent| is_equal(sent, &asked));
        let is = now.get(&property).filter(|_| is_so && !is_server_made(&property))?;
        (!is_equal(&asked, is)).then(|| (property, asked, is.clone()))
    })?;
    let (asked, is) = (brief(&asked.to_string()), brief(&is.to_string()));
    let how = if sent.contains_key(&property) { format!("sent {asked}") } else { "left it out".to_owned() };
    let message = format!("`{property}` is {is} when it is read back, and {} had {how}", name(made));
    Some(broken(&RULE, made, message, &property, format!("{asked}, its `default`")))
}

/// The properties of these schemas with their defaults, none of one that has several.
fn defaults(schemas: &Schemas, own: &[SchemaId]) -> Vec<(String, Value)> {
    let named = own.iter().flat_map(|id| &schemas.get(*id).properties);
    let all: Vec<_> = named.filter_map(|(name, id)| Some((name.clone(), default(schemas, *id)?))).collect();
    let is_one = |(name, value): &&(String, Value)| all.iter().all(|(other, known)| other != name || known == value);
    all.iter().filter(is_one).cloned().collect()
}

/// The one default of a schema, where it is a plain value: the members of others may have defaults of their own.
fn default(schemas: &Schemas, schema: SchemaId) -> Option<Value> {
    let is_plain = |value: &Value| matches!(value, Value::Bool(_) | Value::Number(_) | Value::String(_));
    documented(schemas, schema).filter(is_plain)
}

/// The schemas of a property of the body that a request has.
pub(super) fn schemas_of(change: &Subject<'_>, property: &str) -> Vec<SchemaId> {
    let schemas = &change.contract.schemas;
    let sent = change.case.request.body.as_ref().and_then(|body| body.media_type.as_deref());
    let body = change.operation.body.as_ref();
    let media = body.and_then(|body| payload::matching(&body.content, sent)).and_then(|media| media.schema);
    let all = media.into_iter().flat_map(|schema| schemas.with_branches(&[schema]));
    all.filter_map(|id| schemas.get(id).properties.get(property).copied()).collect()
}

/// Whether a value is what was asked for: an object has all members that it was sent with, and of those that it was not
/// sent with what is the server's own, their defaults.
pub(super) fn is_set(schemas: &Schemas, own: &[SchemaId], asked: &Value, is: &Value) -> bool {
    let (Value::Object(asked), Value::Object(is)) = (asked, is) else { return is_equal(asked, is) };
    let named: Vec<_> = schemas.with_branches(own).flat_map(|id| &schemas.get(id).properties).collect();
    let of = |name: &str| named.iter().filter(|(known, _)| *known == name).map(|(_, id)| **id).collect::<Vec<_>>();
    let is_own = |name: &str, value: &Value| {
        let all = of(name);
        let is_unnamed = all.is_empty() && !named.is_empty();
        is_unnamed || all.iter().any(|id| documented(schemas, *id).is_some_and(|default| is_equal(&default, value)))
    };
    let is_there = |(name, value): (&String, &Value)| match is.get(name) {
        Some(is) if value.is_object() => is_set(schemas, &of(name), value, is),
        is => is_kept(value, is),
    };
    asked.iter().all(is_there) && is.iter().all(|(name, value)| asked.contains_key(name) || is_own(name, value))
}

/// The defaults of the properties of the body of a request, where they are plain values.
pub fn defaults_of(request: &Subject<'_>) -> Vec<(String, Value)> {
    let Some(sent) = sent(request) else { return Vec::new() };
    let Some(schema) = body_schema(request) else { return Vec::new() };
    let ways = ways(request.validators, schema, Direction::Request, &Value::Object(sent.clone()));
    in_all(&ways, |way| defaults(&request.contract.schemas, way), |a, b| a == b)
}

/// The schema of the body of a request.
fn body_schema(request: &Subject<'_>) -> Option<SchemaId> {
    let body = request.case.request.body.as_ref()?;
    payload::matching(&request.operation.body.as_ref()?.content, body.media_type.as_deref())?.schema
}

/// The one default of a schema.
pub fn documented(schemas: &Schemas, schema: SchemaId) -> Option<Value> {
    let all = schemas.conjunction(&[schema]).flat_map(|id| &schemas.get(id).examples);
    let mut defaults = all.filter(|(_, at)| at.pointer.tokens().last().is_some_and(|last| last == "default"));
    let (value, _) = defaults.next().filter(|_| defaults.next().is_none())?;
    Some(value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::*;
    use serde_json::json;

    #[test]
    fn a_default_counts_in_the_branch_that_takes_what_was_sent() {
        let found = |schema: &str, sent: Value, shown: Value| {
            let document =
                MESSAGES.replace("schema: {$ref: '#/components/schemas/Message'}", &format!("schema: {schema}"));
            let bench = Bench::of(&document);
            let case = valid(sent);
            let exchange = bench.exchange(&case, Ok(response(201, &json!({ "data": shown }))));
            let subject = bench.subject(&case, &exchange);
            judge(&subject, &subject).map(|finding| finding.message)
        };
        let of = |kind: &str, size: &str| {
            format!(
                "{{type: object, properties: {{kind: {{const: {kind}}}, size: {{type: integer, default: {size}}}}}}}"
            )
        };
        let union = format!("{{oneOf: [{}, {}]}}", of("a", "1"), of("b", "2"));
        let shown = json!({"id": "m1", "text": "t", "size": 2});
        assert!(
            found(&union, json!({"kind": "a"}), shown.clone()).is_some_and(|message| message.contains("`size` is 2"))
        );
        assert_eq!(found(&union, json!({"kind": "b"}), shown.clone()), None);
        // Both branches take it, and they have other defaults.
        let any = format!("{{anyOf: [{}, {}]}}", of("a", "1"), "{type: object, properties: {size: {default: 2}}}");
        assert_eq!(found(&any, json!({"kind": "a"}), shown.clone()), None);
        let all = format!("{{allOf: [{}, {{properties: {{text: {{type: string}}}}}}]}}", of("a", "1"));
        assert!(found(&all, json!({"kind": "a"}), shown.clone()).is_some());
        assert_eq!(found(&all, json!({"kind": "a", "size": 2}), shown), None);
    }
}
