//! A resource that does not exist was found.

use crate::case::Intent;

use super::{Check, Finding, Pins, ResponseView, Rule, StatusVerdict, Weight, anchor};

/// The rule.
pub static RULE: Rule = Rule {
    weight: Weight::Accepted,
    pins: Pins::Request,
    clauses: &["parameter"],
    ..Rule::check(
        "missing-resource",
        "A request for a resource that does not exist is accepted.",
        "RFC 9110, section 15.5.5",
    )
};

/// The check.
#[derive(Debug)]
pub struct MissingResource;

impl Check for MissingResource {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        let subject = view.subject;
        if subject.case.intent != Intent::MissingResource || view.verdict != StatusVerdict::Accepted {
            return Vec::new();
        }
        let message = format!(
            "A {} was returned although the resource does not exist: {}",
            view.response.status, subject.case.name
        );
        vec![view.finding(&RULE, &anchor::resource(subject), message, "")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::*;
    use crate::rule::Severity;
    use serde_json::json;

    #[test]
    fn what_does_not_exist_must_not_be_found() {
        let bench = Bench::messages();
        let mut case = case(Intent::MissingResource);
        case.request.path_params[0].1 = "r404".to_owned();
        let found = bench.found(&case, created());
        assert_eq!(found, [("missing-resource", "/paths/~1rooms~1{room}~1messages/post/parameters/0".to_owned())]);
        // The same node, whichever clause of the parameter the case is about.
        case.clause = Some(bench.clause("minLength", "parameters/0/schema/minLength"));
        assert_eq!(bench.found(&case, created()), found);
        assert_eq!(bench.checks(&case, refused(404)), [""; 0]);
        assert_eq!(bench.checks(&case, response(404, &json!({"error": {}}))), ["error-envelope"]);
    }

    #[test]
    fn an_undocumented_404_is_implied_by_the_path() {
        let bench = Bench::of(&MESSAGES.replace("'404': {$ref", "'410': {$ref"));
        let findings = bench.judge(&case(Intent::MissingResource), Ok(refused(404)));
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].rule.id, findings[0].severity), ("undocumented-status", Severity::Warning));
        assert_eq!(bench.checks(&case(Intent::MissingResource), refused(410)), [""; 0]);
    }
}
