//! The body of a refusal against its documented schema.

use super::body_findings::body_findings;
use super::{Check, Finding, ResponseView, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["content", "required", "type", "enum", "format", "pattern", "additionalProperties"],
    ..Rule::check(
        "error-envelope",
        "The body of an error breaks its documented schema, or is missing.",
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

    /// A framework's own errors seldom look like those of the application, nor those of one field like those of another.
    #[test]
    fn errors_that_a_document_leaves_open_may_have_two_envelopes() {
        let open = MESSAGES.replace("'400': {$ref: '#/components/responses/Error'}", "'400': {description: refused}");
        let bench = Bench::of(&open);
        let case = breaks(bench.clause("minLength", "text/minLength"));
        for body in [json!({"detail": "no JSON"}), json!({"text": ["too short"]}), json!({"id": ["no text"]})] {
            assert_eq!(bench.checks(&case, response(400, &body)), [""; 0]);
        }
    }

    #[test]
    fn the_envelope_does_not_bind_what_another_method_gets() {
        let defaulted = MESSAGES.replace("'409': {$ref", "default: {$ref");
        let mut case = case(Intent::WrongMethod);
        case.request.method = "PUT".to_owned();
        assert_eq!(Bench::of(&defaulted).checks(&case, response(405, &json!({"error": {}}))), [""; 0]);
    }

    #[test]
    fn errors_in_another_envelope_are_one_bug_of_their_status() {
        let strict = MESSAGES.replace(
            "    Error:\n      type: object\n",
            "    Error:\n      type: object\n      required: [error, detail]\n",
        );
        let bench = Bench::of(&strict);
        let case = breaks(bench.clause("minLength", "text/minLength"));
        let keys = |status, body| {
            let findings = bench.judge(&case, Ok(response(status, &body)));
            findings.iter().map(crate::finding::Finding::root_key).collect::<Vec<_>>()
        };
        let foreign = keys(400, json!({"message": "no"}));
        assert_eq!((foreign.len(), &foreign[0]), (2, &foreign[1]));
        // With a member that is documented, it is this envelope, and what it lacks is another bug.
        let lacking = keys(400, json!({"error": {"code": "a"}}));
        assert_eq!(lacking.len(), 1);
        assert_ne!(lacking[0], foreign[0]);
    }
}
