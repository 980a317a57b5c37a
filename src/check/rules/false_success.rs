//! A 2xx with the body of an error.

use serde_json::Value;

use super::payload::ResponseBody;
use super::{Anchor, Check, Finding, ResponseView, Rule, Severity};
use crate::contract::{Direction, SchemaId, Schemas, StatusRange};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["status"],
    severity: Severity::Warning,
    ..Rule::check(
        "false-success",
        "A 2xx has the body that is documented for errors, and not one that is documented for successes.",
        "RFC 9110, section 15.3",
    )
};

/// The check.
#[derive(Debug)]
pub struct FalseSuccess;

impl Check for FalseSuccess {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        let subject = view.subject;
        if !view.response.is_success() || !view.verdict.is_acceptable() {
            return Vec::new();
        }
        let ResponseBody::Json { value: Value::Object(members), .. } = &view.payload else { return Vec::new() };
        let schemas = &subject.contract.schemas;
        let names_of = |schema: Option<SchemaId>| schema.map(|schema| names(schemas, schema)).unwrap_or_default();
        let of_success = names_of(view.media.and_then(|media| media.schema));
        // Only what errors alone have distinguishes them from successes.
        if members.is_empty() || members.keys().any(|name| of_success.contains(name)) {
            return Vec::new();
        }
        let is_error = |status: StatusRange| match status {
            StatusRange::Code(code) => code >= 400,
            StatusRange::Class(class) => class >= 4,
            StatusRange::Default => true,
        };
        let errors = subject.operation.responses.iter().filter(|response| is_error(response.status));
        let found = errors
            .flat_map(|response| response.content.iter().flatten().map(move |media| (response, media)))
            .find(|(_, media)| {
                media.schema.is_some_and(|schema| {
                    let declared = names(schemas, schema);
                    let value = Value::Object(members.clone());
                    members.keys().all(|name| declared.contains(name))
                        && subject.validators.is_valid(schema, Direction::Response, &value)
                })
            });
        let Some((response, _)) = found else { return Vec::new() };
        let anchor = Anchor::new(response.location.clone(), "status", format!("the response {}", response.status));
        let status = view.response.status;
        let message = format!("A {status} was returned with the body of an error ({})", subject.case.name);
        vec![view.finding(&RULE, &anchor, message, &status.to_string())]
    }
}

/// The properties that a schema declares at its top.
fn names(schemas: &Schemas, schema: SchemaId) -> Vec<String> {
    schemas.with_branches(&[schema]).flat_map(|id| schemas.get(id).properties.keys().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::*;
    use serde_json::json;

    const NOTES: &str = "\
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /notes:
    post:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses:
        '200': {description: made}
        '422':
          description: refused
          content:
            application/json: {schema: {type: object, properties: {detail: {type: string}}}}
";

    #[test]
    fn a_success_with_the_body_of_an_error_is_told() {
        let bench = Bench::of(NOTES);
        let case = valid(json!({}));
        assert_eq!(bench.checks(&case, response(200, &json!({"detail": "no"}))), ["false-success"]);
        assert_eq!(bench.checks(&case, response(200, &json!({"detail": "no", "id": "1"}))), [""; 0]);
        assert_eq!(bench.checks(&case, response(200, &json!({"id": "1"}))), [""; 0]);
        assert_eq!(bench.checks(&case, response(200, &json!({}))), [""; 0]);
    }
}
