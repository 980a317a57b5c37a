//! A request was refused with the status of another kind of fault.

use crate::case::{Fault, Intent};

use super::{Check, Finding, Pins, ResponseView, Rule, StatusVerdict, anchor, auth_ignored};

/// The rule.
pub static RULE: Rule = Rule {
    pins: Pins::Request,
    needs_base: true,
    clauses: &["status"],
    ..Rule::check(
        "wrong-refusal",
        "An invalid request is refused with a status that stands for another kind of fault.",
        "RFC 9110, section 15.5",
    )
};

/// The check.
#[derive(Debug)]
pub struct WrongRefusal;

impl Check for WrongRefusal {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        let subject = view.subject;
        if view.verdict != StatusVerdict::WrongClass || subject.case.intent == Intent::WrongMethod {
            return Vec::new();
        }
        // The state may forbid the request before anybody asks what it holds, or what was stored of such a one before.
        if subject.case.intent == Intent::Invalid(Fault::MediaType) && view.response.status == 409 {
            return Vec::new();
        }
        let anchor = anchor::request(subject);
        let status = view.response.status;
        let message = format!(
            "A {status} was returned, which stands for another fault than that of the request: {}",
            subject.case.name
        );
        let finding = view.finding(&RULE, &anchor, message, &status.to_string());
        let intent = subject.case.intent;
        // These are refused before any operation has a say.
        let is_of_protocol =
            matches!(intent, Intent::Unauthenticated | Intent::Invalid(Fault::MediaType | Fault::Malformed));
        let kind = if intent == Intent::Invalid(Fault::MediaType) { "media type" } else { intent.name() };
        let mut finding = if is_of_protocol { finding.of_habit(format!("{status} {kind}")) } else { finding };
        if intent == Intent::Unauthenticated {
            finding.shadow_of = auth_ignored::that_let_in(subject);
        }
        vec![finding]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Case;
    use crate::check::testing::*;
    use crate::fixtures::{Resource, ResourcePlace};
    use crate::rule::Severity;
    use crate::spec::Pointer;

    #[test]
    fn a_refusal_must_be_of_the_kind_of_the_fault() {
        let bench = Bench::messages();
        let case = breaks(bench.clause("minLength", "text/minLength"));
        assert_eq!(bench.checks(&case, refused(404)), ["wrong-refusal"]);
        assert_eq!(bench.checks(&case, refused(400)), [""; 0]);
    }

    #[test]
    fn where_no_refusal_is_documented_any_will_do() {
        let silent = MESSAGES
            .replace("        '400': {$ref: '#/components/responses/Error'}\n", "")
            .replace("        '409': {$ref: '#/components/responses/Error'}\n", "");
        let bench = Bench::of(&silent);
        let case = breaks(bench.clause("minLength", "text/minLength"));
        for status in [400, 418, 422] {
            assert_eq!(bench.checks(&case, refused(status)), [""; 0], "{status}");
        }
        let case = Case { intent: Intent::Invalid(Fault::PathParameter), ..case };
        assert_eq!(bench.checks(&case, refused(404)), [""; 0]);
        assert_eq!(bench.checks(&case, refused(400)), ["undocumented-status"]);
    }

    #[test]
    fn a_body_that_is_not_there_has_no_media_type_either() {
        let bench = Bench::messages();
        let mut case = breaks(bench.clause("required", "requestBody/required"));
        assert_eq!(bench.checks(&case, refused(404)), ["wrong-refusal"]);
        case.request.body = None;
        let findings = bench.judge(&case, Ok(refused(415)));
        assert_eq!((findings[0].rule.id, findings[0].severity), ("undocumented-status", Severity::Warning));
    }

    #[test]
    fn a_conflict_says_nothing_of_the_media_type() {
        let case = case(Intent::Invalid(Fault::MediaType));
        assert_eq!(Bench::messages().checks(&case, refused(404)), ["wrong-refusal"]);
        assert_eq!(Bench::messages().checks(&case, refused(409)), [""; 0]);
    }

    #[test]
    fn a_broken_id_may_name_nothing() {
        let mut bench = Bench::messages();
        let case = breaks(bench.clause("type", "Message/properties/id/type"));
        assert_eq!(bench.checks(&case, refused(404)), ["wrong-refusal"]);
        let at = ResourcePlace::Body(Pointer::new("/id"));
        bench.fixtures.resources.push(Resource {
            operations: Default::default(),
            at,
            existing: Vec::new(),
            missing: Vec::new(),
            always: false,
            templates: Vec::new(),
        });
        assert_eq!(bench.checks(&case, refused(404)), [""; 0]);
    }

    #[test]
    fn size_is_refused_by_413_or_by_any_4xx_where_that_is_not_documented() {
        let bench = Bench::messages();
        let case = case(Intent::Invalid(Fault::TooLarge));
        assert_eq!(bench.checks(&case, refused(400)), [""; 0]);
        let documented = Bench::of(&MESSAGES.replace("'409': {$ref", "'413': {$ref"));
        assert_eq!(documented.checks(&case, refused(413)), [""; 0]);
        assert_eq!(documented.checks(&case, refused(400)), ["wrong-refusal"]);
    }
}
