//! A 5xx to any request.

use super::crash::{Crash, crash};
use super::{
    Anchor, Check, Finding, Pins, ResponseView, Rule, Severity, Shrink, StatusVerdict, Subject, Weight, anchor, finding,
};
use crate::case::is_safe;

/// The rule.
pub static RULE: Rule = Rule {
    weight: Weight::Crash,
    shrink: Shrink::ByAnyValues,
    pins: Pins::Request,
    clauses: &["status"],
    ..Rule::check("server-error", "A 5xx is returned, whatever the request was.", "RFC 9110, section 15.6")
};

/// The check.
#[derive(Debug)]
pub struct ServerError;

impl Check for ServerError {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        if view.verdict != StatusVerdict::Crashed {
            return Vec::new();
        }
        let subject = view.subject;
        // What is around a fault is sent without it, too, and tells what it is that fails.
        if subject.case.is_surrounded {
            return Vec::new();
        }
        let about: Anchor = anchor::request(subject);
        let status = view.response.status;
        let message = format!("A {status} was returned for {} ({})", intent_in_words(view), subject.case.name);
        let message = message + subject.exchange.attempts.again();
        let detail = format!("{status} {}", subject.case.intent.name());
        let Crash { root, part_of } = crash(subject, view.response, &RULE);
        vec![Finding { root, ..view.finding(&RULE, &about, message, &detail) }.within(part_of)]
    }
}

/// That a request failed while others were in flight, and not again while it was alone: a warning, one for all.
pub fn under_load(subject: &Subject<'_>) -> Vec<Finding> {
    let is_failure = subject.exchange.result.as_ref().is_ok_and(|response| response.status >= 500);
    let Some(status) = subject.exchange.attempts.failed.filter(|_| !is_failure) else { return Vec::new() };
    // What changes something may be refused the second time for what the first, or one beside it, has done.
    let refusal = subject.exchange.result.as_ref().ok().map(|response| response.status);
    let refusal = refusal.filter(|status| (400..500).contains(status) && !is_safe(&subject.case.request.method));
    let name = &subject.case.name;
    let message = match refusal {
        Some(refusal) => format!(
            "A {status} was returned under load; when the same was the only request in flight, it got the {refusal} that is shown, perhaps for what was there by then: requests that were sent at once may fail so ({name})"
        ),
        None => format!(
            "A {status} was returned under load, and not again when it was the only request in flight, which is what is shown ({name})"
        ),
    };
    let found = finding(subject, &RULE, &anchor::operation(subject), message, "under load");
    vec![found.with_severity(Severity::Warning).expecting("the response that it receives alone").of_habit("under load")]
}

fn intent_in_words(view: &ResponseView<'_>) -> &'static str {
    use crate::case::{Fault, Intent};
    match view.subject.case.intent {
        Intent::Valid => "a valid request",
        Intent::Invalid(Fault::Malformed) => "a malformed body",
        Intent::Invalid(_) => "an invalid request",
        Intent::Unauthenticated => "a request without the right credentials",
        Intent::MissingResource => "a resource that does not exist",
        Intent::WrongMethod => "a method that the path does not have",
        Intent::Robustness => "an odd request",
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
    fn an_odd_request_may_be_answered_with_all_but_a_failure() {
        let bench = Bench::messages();
        let case = case(Intent::Robustness);
        for response in [
            created(),
            refused(418),
            raw(400, "text/html", b"<p>Bad Request"),
            raw(404, "application/json", b"{\"error\": {}}"),
        ] {
            assert_eq!(bench.checks(&case, response.clone()), [""; 0], "{}", response.status);
        }
        assert_eq!(bench.checks(&case, raw(500, "text/html", b"oops")), ["server-error"]);
        assert_eq!(bench.checks(&case, raw(400, "application/json", b"{")), ["malformed-body"]);
        assert_eq!(bench.checks(&case, response(201, &serde_json::json!({}))), ["response-schema"]);
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
        for (method, found) in [("BREW", 0), ("HEAD", 0), ("PUT", 1)] {
            case.request.method = method.to_owned();
            assert_eq!(bench.checks(&case, refused(501)).len(), found, "{method}");
        }
    }
}
