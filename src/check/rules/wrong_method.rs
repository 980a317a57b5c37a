//! A method that is not documented for the path was accepted.

use crate::case::{Intent, is_safe};
use crate::contract::MediaRange;

use super::{Check, Finding, ResponseView, Rule, Severity, StatusVerdict, Weight, anchor};

/// The rule.
pub static RULE: Rule = Rule {
    weight: Weight::Accepted,
    clauses: &["operation"],
    ..Rule::check(
        "wrong-method",
        "A method that the document does not have for a path is accepted.",
        "RFC 9110, section 15.5.6",
    )
};

/// The check.
#[derive(Debug)]
pub struct WrongMethod;

impl Check for WrongMethod {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        let subject = view.subject;
        if subject.case.intent != Intent::WrongMethod {
            return Vec::new();
        }
        let method = &subject.case.request.method;
        let status = view.response.status;
        let (severity, message) = match view.verdict {
            StatusVerdict::Accepted if is_page(view) => (
                Severity::Warning,
                format!("A {status} was returned for {method}, which the path does not have: a page for people"),
            ),
            StatusVerdict::Accepted => {
                (Severity::Error, format!("A {status} was returned for {method}, which the path does not have"))
            }
            // Perhaps the method is there and undocumented: no reason to fail, and worth a look.
            StatusVerdict::WrongClass => (
                Severity::Warning,
                format!(
                    "A {status} was returned for {method}, which the path does not have: the method itself was not refused"
                ),
            ),
            _ => return Vec::new(),
        };
        // One handler that takes every method answers all of them alike; what reads and what writes are two.
        let media = MediaRange::parse(view.response.header("content-type").unwrap_or_default());
        let essence = media.essence();
        let detail = format!("{} {status} {essence}", if is_safe(method) { "safe" } else { "unsafe" });
        let alike = format!("{} {}xx {essence}", if is_safe(method) { "safe" } else { "unsafe" }, status / 100);
        let finding = view.finding(&RULE, &anchor::operation(subject), message, &detail).of_habit(alike);
        let mut finding = finding.with_severity(severity);
        finding.variant = Some(method.clone());
        vec![finding]
    }
}

/// Whether what is read is a page for people, of which the document of an API says nothing.
fn is_page(view: &ResponseView<'_>) -> bool {
    let subject = view.subject;
    let is_html = |name: &str| MediaRange::parse(name).essence() == "text/html";
    let responses = subject.contract.operations.iter().flat_map(|operation| &operation.responses);
    let is_documented =
        || responses.flat_map(|response| response.content.iter().flatten()).any(|media| is_html(&media.name));
    let is_read = matches!(subject.case.request.method.as_str(), "GET" | "HEAD");
    is_read && view.response.header("content-type").is_some_and(is_html) && !is_documented()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::MADE_UP_METHOD;
    use crate::check::testing::*;

    #[test]
    fn a_method_that_is_not_there_must_be_refused() {
        let bench = Bench::messages();
        let mut case = case(Intent::WrongMethod);
        case.request.method = "PUT".to_owned();
        assert_eq!(bench.checks(&case, created()), ["wrong-method"]);
        let findings = bench.judge(&case, Ok(refused(400)));
        assert_eq!((findings[0].rule.id, findings[0].severity), ("wrong-method", Severity::Warning));
        for fine in [401, 403, 404, 405] {
            assert_eq!(bench.checks(&case, raw(fine, "text/plain", b"no")), [""; 0], "{fine}");
        }
    }

    #[test]
    fn a_page_for_people_beside_an_api_is_a_warning() {
        let mut case = case(Intent::WrongMethod);
        case.request.method = "GET".to_owned();
        let severity = |bench: &Bench, response| bench.judge(&case, Ok(response))[0].severity;
        let page = || raw(200, "text/html; charset=utf-8", b"<form>");
        assert_eq!(severity(&Bench::messages(), page()), Severity::Warning);
        assert_eq!(severity(&Bench::messages(), response(200, &serde_json::json!([]))), Severity::Error);
        let html = Bench::of(&MESSAGES.replace(
            "'409': {$ref: '#/components/responses/Error'}",
            "'200': {description: done, content: {text/html: {}}}",
        ));
        assert_eq!(severity(&html, page()), Severity::Error);
    }

    #[test]
    fn a_method_that_nobody_knows_may_be_refused_by_the_parser() {
        let bench = Bench::messages();
        let mut case = case(Intent::WrongMethod);
        case.request.method = MADE_UP_METHOD.to_owned();
        for fine in [400, 401, 403, 404, 405, 501] {
            assert_eq!(bench.checks(&case, raw(fine, "text/plain", b"no")), [""; 0], "{fine}");
        }
        assert_eq!(bench.checks(&case, created()), ["wrong-method"]);
        assert_eq!(bench.checks(&case, refused(500)), ["server-error"]);
    }

    #[test]
    fn methods_that_are_answered_alike_are_one_cause() {
        let bench = Bench::messages();
        let cause = |method: &str, response| {
            let mut case = case(Intent::WrongMethod);
            case.request.method = method.to_owned();
            bench.judge(&case, Ok(response)).remove(0).cause
        };
        assert_eq!(cause("PUT", created()), cause("DELETE", created()));
        assert_ne!(cause("PUT", created()), cause("DELETE", raw(204, "application/json", b"")));
        assert_ne!(cause("PUT", created()), cause("GET", created()));
    }

    #[test]
    fn head_and_options_come_along() {
        let bench = Bench::messages();
        let mut case = case(Intent::WrongMethod);
        case.request.method = "OPTIONS".to_owned();
        assert_eq!(bench.checks(&case, raw(204, "text/plain", b"")), [""; 0]);
    }
}
