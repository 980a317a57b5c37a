//! A valid request was refused.

use super::{Anchor, Check, Finding, Pins, ResponseView, Rule, Shrink, StatusVerdict, anchor, brief};

/// The rule.
pub static RULE: Rule = Rule {
    shrink: Shrink::ByValues,
    pins: Pins::Request,
    needs_neighbour: true,
    clauses: &["required", "type", "enum", "minLength", "pattern", "format", "requestBody", "security"],
    ..Rule::check("rejected-valid", "A valid request is refused with a 4xx.", "OpenAPI 3.1, sections 4.8.12 and 4.8.13")
};

/// The check.
#[derive(Debug)]
pub struct RejectedValid;

impl Check for RejectedValid {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        if view.verdict != StatusVerdict::Rejected {
            return Vec::new();
        }
        let subject = view.subject;
        let status = view.response.status;
        let anchor: Anchor = match status {
            401 | 403 => anchor::security(subject),
            404 | 410 => anchor::path(subject),
            _ => anchor::request(subject),
        };
        let said = std::str::from_utf8(&view.response.body).map(|text| brief(text.trim())).unwrap_or_default();
        let said = if said.is_empty() { said } else { format!("; the target says: {said}") };
        let message = format!("A {status} was returned for a valid request ({}){said}", subject.case.name);
        vec![view.finding(&RULE, &anchor, message, &status.to_string())]
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::*;
    use serde_json::json;

    #[test]
    fn a_valid_request_must_not_be_refused() {
        let bench = Bench::messages();
        let mut case = valid(json!({"text": "hello"}));
        assert_eq!(bench.checks(&case, refused(400)), ["rejected-valid"]);
        case.clause = Some(bench.clause("minLength", "text/minLength"));
        let found = bench.found(&case, refused(400));
        assert_eq!(found, [("rejected-valid", "/components/schemas/Message/properties/text/minLength".to_owned())]);
        assert_eq!(bench.checks(&case, created()), [""; 0]);
    }

    #[test]
    fn what_the_server_holds_may_be_the_reason() {
        let mut bench = Bench::messages();
        let case = valid(json!({"text": "hello"}));
        assert_eq!(bench.checks(&case, refused(409)), [""; 0]);
        assert_eq!(bench.checks(&case, refused(412)), ["rejected-valid"]);
        assert_eq!(bench.checks(&case, refused(404)), ["rejected-valid"]);
        bench.fixtures.resources.clear();
        assert_eq!(bench.checks(&case, refused(404)), [""; 0]);
    }

    #[test]
    fn credentials_that_nobody_gave_cannot_be_right() {
        let mut bench = Bench::messages();
        let case = valid(json!({"text": "hello"}));
        assert_eq!(bench.found(&case, refused(401)), [("rejected-valid", "/security/0/bearer".to_owned())]);
        bench.fixtures.credentials.clear();
        assert_eq!(bench.checks(&case, refused(401)), [""; 0]);
    }
}
