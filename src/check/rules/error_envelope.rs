//! The body of a refusal against its documented schema.

use super::schema_violations::body_findings;
use super::{Check, Finding, ResponseView, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["content", "required", "type", "enum", "format", "pattern", "additionalProperties"],
    ..Rule::check(
        "error-envelope",
        "The body of an error breaks its documented schema, is missing, or has another shape than other errors.",
        "OpenAPI 3.1, section 4.8.16; JSON Schema 2020-12",
    )
};

/// The check.
#[derive(Debug)]
pub struct ErrorEnvelope;

impl Check for ErrorEnvelope {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        let is_error = view.response.status >= 400;
        if is_error && view.verdict.is_acceptable() { body_findings(&RULE, view) } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use crate::case::Intent;
    use crate::check::testing::*;
    use serde_json::json;

    #[test]
    fn an_error_keeps_the_documented_envelope() {
        let bench = Bench::messages();
        let case = breaks(bench.clause("minLength", "text/minLength"));
        let found = bench.found(&case, response(400, &json!({"error": {"code": 7}})));
        let code = "/components/schemas/Error/properties/error/properties/code/type";
        assert_eq!(found, [("error-envelope", code.to_owned())]);
        let found = bench.found(&case, response(400, &json!({"error": {}})));
        assert_eq!(found, [("error-envelope", "/components/schemas/Error/properties/error/required/0".to_owned())]);
        assert_eq!(bench.checks(&case, refused(400)), [""; 0]);
    }

    #[test]
    fn the_envelope_does_not_bind_what_another_method_gets() {
        let defaulted = MESSAGES.replace("'409': {$ref", "default: {$ref");
        let mut case = case(Intent::WrongMethod);
        case.request.method = "PUT".to_owned();
        assert_eq!(Bench::of(&defaulted).checks(&case, response(405, &json!({"error": {}}))), [""; 0]);
    }
}
