//! A written case got another status than the expected one.

use super::{Check, Finding, Pins, ResponseView, Rule, StatusVerdict, anchor};

/// The rule.
pub static RULE: Rule = Rule {
    pins: Pins::Request,
    clauses: &["status", "responses"],
    ..Rule::check(
        "expected-status",
        "A written case of the fixtures is answered with another status than the one written there.",
        "OpenAPI 3.1, section 4.8.16, as the fixtures read it",
    )
};

/// The check.
#[derive(Debug)]
pub struct ExpectedStatus;

impl Check for ExpectedStatus {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        if view.verdict != StatusVerdict::Unexpected {
            return Vec::new();
        }
        let subject = view.subject;
        let anchor = if subject.case.clause.is_some() { anchor::request(subject) } else { anchor::responses(subject) };
        let at = subject.case.written_at.as_deref().map(|at| format!(" ({at})")).unwrap_or_default();
        let message =
            format!("A {} was returned for the written case `{}`{at}", view.response.status, subject.case.name);
        let detail = format!("{} {}", view.response.status, subject.case.intent.name());
        vec![view.finding(&RULE, &anchor, message, &detail)]
    }
}

#[cfg(test)]
mod tests {
    use crate::case::Intent;
    use crate::case::Origin;
    use crate::check::testing::*;
    use crate::contract::StatusRange;

    #[test]
    fn what_only_a_person_calls_wrong_is_no_breach_of_the_contract() {
        let bench = Bench::messages();
        let mut case = breaks(bench.clause("minLength", "text/minLength"));
        case.origin = Origin::Fixture;
        case.expected = Some(vec![StatusRange::Code(400)]);
        assert_eq!(bench.checks(&case, created()), ["accepted-invalid"]);
        case.doubtful = true;
        assert_eq!(bench.checks(&case, created()), ["expected-status"]);
        assert_eq!(bench.checks(&case, refused(400)), [""; 0]);
    }

    #[test]
    fn what_a_person_wrote_is_the_measure() {
        let bench = Bench::messages();
        let mut case = breaks(bench.clause("minLength", "text/minLength"));
        case.origin = Origin::Fixture;
        case.expected = Some(vec![StatusRange::Code(422)]);
        assert_eq!(bench.checks(&case, refused(422)), [""; 0]);
        assert_eq!(bench.checks(&case, refused(400)), ["expected-status"]);
        assert_eq!(bench.checks(&case, refused(404)), ["wrong-refusal"]);
        // What the check of the case's intent reports as well is reported once, by that check.
        assert_eq!(bench.checks(&case, created()), ["accepted-invalid"]);
        assert_eq!(bench.checks(&case, refused(500)), ["server-error"]);
    }

    #[test]
    fn a_status_that_was_written_down_needs_no_documentation() {
        let bench = Bench::messages();
        let mut case = case(Intent::Unauthenticated);
        case.expected = Some(vec![StatusRange::Code(401)]);
        assert_eq!(bench.checks(&case, refused(401)), [""; 0]);
    }
}
