//! An invalid request was accepted.

use crate::case::{Fault, Intent};

use super::{Check, Finding, Pins, ResponseView, Rule, StatusVerdict, anchor};

/// The rule.
pub static RULE: Rule = Rule {
    pins: Pins::Request,
    clauses: &["required", "type", "enum", "minLength", "pattern", "format", "content", "x-max-request-size"],
    ..Rule::check(
        "accepted-invalid",
        "A request that breaks one clause of its parameters or body is accepted.",
        "OpenAPI 3.1, sections 4.8.12 and 4.8.13",
    )
};

/// The check.
#[derive(Debug)]
pub struct AcceptedInvalid;

impl Check for AcceptedInvalid {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        let Intent::Invalid(fault) = view.subject.case.intent else { return Vec::new() };
        if view.verdict != StatusVerdict::Accepted || fault == Fault::MediaType {
            return Vec::new();
        }
        let anchor = anchor::request(view.subject);
        let status = view.response.status;
        let message = match fault {
            Fault::Malformed => {
                format!("A {status} was returned for a body that is malformed: {}", view.subject.case.name)
            }
            Fault::TooLarge => {
                format!("A {status} was returned for a body that is too large: {}", view.subject.case.name)
            }
            _ => format!(
                "A {status} was returned for a request that breaks {}: {}",
                anchor.description, view.subject.case.name
            ),
        };
        // Without a clause, what was tried distinguishes the causes.
        let detail = if view.subject.case.clause.is_none() { view.subject.case.name.as_str() } else { "" };
        vec![view.finding(&RULE, &anchor, message, detail)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::*;
    use serde_json::json;

    #[test]
    fn the_broken_clause_is_named_and_the_body_of_the_success_is_not_judged() {
        let bench = Bench::messages();
        let case = breaks(bench.clause("minLength", "text/minLength"));
        let found = bench.found(&case, response(201, &json!({})));
        assert_eq!(found, [("accepted-invalid", "/components/schemas/Message/properties/text/minLength".to_owned())]);
        assert_eq!(bench.checks(&case, refused(400)), [""; 0]);
    }

    #[test]
    fn two_clauses_are_two_causes() {
        let bench = Bench::messages();
        let cause = |clause| bench.judge(&breaks(clause), Ok(created())).remove(0).cause;
        assert_ne!(cause(bench.clause("minLength", "text/minLength")), cause(bench.clause("type", "text/type")));
    }

    #[test]
    fn a_malformed_body_is_pinned_to_the_media_types() {
        let bench = Bench::messages();
        let case = case(Intent::Invalid(Fault::Malformed));
        let content = "/paths/~1rooms~1{room}~1messages/post/requestBody/content".to_owned();
        assert_eq!(bench.found(&case, created()), [("accepted-invalid", content)]);
    }
}
