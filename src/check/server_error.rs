//! The server failed: a 5xx whatever the request was.

use super::pin::{self, Pin};
use super::standing::Standing;
use super::{About, Check, Finding, Reading, Severity};

/// The check.
#[derive(Debug)]
pub struct ServerError;

impl Check for ServerError {
    fn about(&self) -> About {
        About {
            name: "server-error",
            sentence: "The server answers with a 5xx, which no request deserves.",
            clauses: &["status"],
            section: "RFC 9110, section 15.6",
        }
    }

    fn judge(&self, reading: &Reading<'_>) -> Vec<Finding> {
        if reading.standing != Standing::Crashed {
            return Vec::new();
        }
        let subject = reading.subject;
        let about: Pin = pin::request(subject);
        let status = reading.answer.status;
        let message = format!("{status} came for {} ({})", intent_in_words(reading), subject.case.name);
        let detail = format!("{status} {}", subject.case.intent.name());
        vec![reading.finding(self.about().name, Severity::Error, &about, message, &detail)]
    }
}

fn intent_in_words(reading: &Reading<'_>) -> &'static str {
    use crate::case::{Fault, Intent};
    match reading.subject.case.intent {
        Intent::Valid => "a valid request",
        Intent::Invalid(Fault::Malformed) => "a malformed body",
        Intent::Invalid(_) => "an invalid request",
        Intent::Unauthenticated => "a request without the right credentials",
        Intent::MissingResource => "a resource that does not exist",
        Intent::WrongMethod => "a method that the path does not have",
    }
}

#[cfg(test)]
mod tests {
    use crate::case::Intent;
    use crate::check::testing::*;

    #[test]
    fn a_5xx_is_a_finding_and_nothing_else_is_told_of_it() {
        let bench = Bench::messages();
        for intent in [Intent::Valid, Intent::Unauthenticated, Intent::MissingResource, Intent::WrongMethod] {
            assert_eq!(bench.checks(&case(intent), raw(500, "text/html", b"oops")), ["server-error"]);
        }
        let clause = bench.clause("minLength", "text/minLength");
        let found = bench.found(&breaks(clause), refused(502));
        assert_eq!(found, [("server-error", "/components/schemas/Message/properties/text/minLength".to_owned())]);
        assert_eq!(bench.checks(&breaks(clause), refused(400)), [""; 0]);
    }

    #[test]
    fn a_documented_503_says_nothing_of_the_case() {
        let busy = MESSAGES.replace("'409': {$ref", "'503': {$ref");
        assert_eq!(Bench::of(&busy).checks(&case(Intent::Valid), refused(503)), [""; 0]);
        assert_eq!(Bench::messages().checks(&case(Intent::Valid), refused(503)), ["server-error"]);
    }

    #[test]
    fn not_implemented_is_right_for_an_unknown_method_alone() {
        let bench = Bench::messages();
        let mut case = case(Intent::WrongMethod);
        for (method, found) in [("BREW", 0), ("PUT", 1)] {
            case.request.method = method.to_owned();
            assert_eq!(bench.checks(&case, refused(501)).len(), found, "{method}");
        }
    }
}
