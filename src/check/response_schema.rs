//! The body of a success against its documented schema.

use super::nearest::body_findings;
use super::{About, Check, Finding, Reading};

/// The check.
#[derive(Debug)]
pub struct ResponseSchema;

impl Check for ResponseSchema {
    fn about(&self) -> About {
        About {
            name: "response-schema",
            sentence: "The body of a success breaks its documented schema, or is not there.",
            clauses: &["content", "required", "type", "enum", "format", "pattern", "additionalProperties"],
            section: "OpenAPI 3.1, section 4.8.14; JSON Schema 2020-12",
        }
    }

    fn judge(&self, reading: &Reading<'_>) -> Vec<Finding> {
        let is_success = reading.answer.status < 400;
        if is_success && reading.standing.is_fine() { body_findings(self.about().name, reading) } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::*;
    use serde_json::json;

    #[test]
    fn the_broken_clause_is_named_once() {
        let bench = Bench::messages();
        let case = valid(json!({"text": "hello"}));
        let found = bench.found(&case, answer(201, &json!({"data": {"id": 7, "text": "hello"}})));
        assert_eq!(found, [("response-schema", "/components/schemas/Stored/properties/id/type".to_owned())]);
        let found = bench.found(&case, answer(201, &json!({"data": {"id": "m1"}})));
        assert_eq!(found, [("response-schema", "/components/schemas/Stored/required/1".to_owned())]);
        let more = answer(201, &json!({"data": {"id": "m1", "text": "hello", "more": 1}, "more": 1}));
        assert_eq!(bench.checks(&case, more), [""; 0]);
    }

    #[test]
    fn a_union_is_followed_into_the_branch_that_is_meant() {
        let bench = Bench::messages();
        let case = valid(json!({"text": "hello"}));
        let kind = |kind| answer(201, &json!({"data": {"id": "m1", "text": "hello", "kind": kind}}));
        let branches = "/components/schemas/Stored/properties/kind/oneOf";
        let found = bench.found(&case, kind(json!({"type": "note", "words": "two"})));
        assert_eq!(found, [("response-schema", format!("{branches}/1/properties/words/type"))]);
        assert_eq!(bench.found(&case, kind(json!(7))), [("response-schema", branches.to_owned())]);
        assert_eq!(bench.found(&case, kind(json!({"type": "note", "words": 2}))), []);
    }

    #[test]
    fn an_empty_body_is_no_json() {
        let bench = Bench::messages();
        let mut case = valid(json!({"text": "hello"}));
        assert_eq!(bench.checks(&case, raw(201, "application/json", b"")), ["response-schema"]);
        case.request.method = "HEAD".to_owned();
        assert_eq!(bench.checks(&case, raw(201, "application/json", b"")), [""; 0]);
    }

    #[test]
    fn nothing_is_said_of_a_body_that_the_document_leaves_open() {
        let open = MESSAGES.replace("'409': {$ref: '#/components/responses/Error'}", "'200': {description: done}");
        let case = valid(json!({"text": "hello"}));
        for body in [&b""[..], b"anything", b"{}"] {
            assert_eq!(Bench::of(&open).checks(&case, raw(200, "text/weird", body)), [""; 0]);
        }
    }
}
