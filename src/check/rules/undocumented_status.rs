//! A status that is not documented.

use super::{Check, Finding, ResponseView, Rule, Severity, StatusVerdict, anchor, auth_ignored};
use crate::case::Intent;

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["status", "responses"],
    ..Rule::check(
        "undocumented-status",
        "A status is returned that the operation does not document; a warning where security, path parameters or HTTP imply it.",
        "OpenAPI 3.1, section 4.8.16",
    )
};

/// The check.
#[derive(Debug)]
pub struct UndocumentedStatus;

impl Check for UndocumentedStatus {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        // A fault of the document: no status would be documented.
        if view.subject.operation.responses.is_empty() {
            return Vec::new();
        }
        let status = view.response.status;
        let (severity, message) = match view.verdict {
            StatusVerdict::Undocumented => {
                (Severity::Error, format!("A {status} was returned, which is not documented"))
            }
            StatusVerdict::Implied => {
                (Severity::Warning, format!("A {status} was returned, which is right by HTTP and yet not documented"))
            }
            StatusVerdict::DefaultSuccess => (
                Severity::Warning,
                format!("A {status} was returned, which only `default` covers, while other successes are documented"),
            ),
            _ => return Vec::new(),
        };
        let anchor = anchor::responses(view.subject);
        let is_past_credentials = view.subject.case.intent == Intent::Unauthenticated
            && view.verdict == StatusVerdict::Undocumented
            && !matches!(status, 401 | 403);
        let occasion = if is_past_credentials { " without credentials" } else { "" };
        let manner = format!("{status} {}{occasion}", severity.name());
        let mut finding = view.finding(&RULE, &anchor, message, &manner).with_severity(severity).of_habit(manner);
        if is_past_credentials {
            finding.shadow_of = auth_ignored::that_let_in(view.subject);
        }
        if view.verdict == StatusVerdict::Implied {
            finding.expected = format!("a response for {status} in the document");
            let at = finding.place.position().line;
            let file = &finding.place.file().name;
            finding.help = Some(format!("add a `{status}` response at {file}:{at}"));
            finding.is_of_document = true;
        }
        vec![finding]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::*;
    use crate::wire::CredentialChange;
    use serde_json::json;

    #[test]
    fn another_success_than_the_documented_one_is_a_finding() {
        let bench = Bench::messages();
        let case = valid(json!({"text": "hello"}));
        let mut response = created();
        assert_eq!(bench.checks(&case, response.clone()), [""; 0]);
        response.status = 200;
        let responses = "/paths/~1rooms~1{room}~1messages/post/responses".to_owned();
        assert_eq!(bench.found(&case, response.clone()), [("undocumented-status", responses)]);
        let class = Bench::of(&MESSAGES.replace("'201'", "2XX"));
        assert_eq!(class.checks(&case, response), [""; 0]);
    }

    #[test]
    fn where_no_response_is_documented_none_can_be_judged() {
        let mut bench = Bench::messages();
        bench.contract.operations[0].responses.clear();
        assert_eq!(bench.checks(&valid(json!({"text": "hello"})), created()), [""; 0]);
    }

    #[test]
    fn default_alone_covers_a_success_with_a_warning() {
        let case = valid(json!({"text": "hello"}));
        let named = Bench::of(&MESSAGES.replace("'409': {$ref", "default: {$ref"));
        let mut response = created();
        response.status = 200;
        let findings = named.judge(&case, Ok(response.clone()));
        assert_eq!((findings[0].rule.id, findings[0].severity), ("undocumented-status", Severity::Warning));
        let sole = Bench::of(&MESSAGES.replace("'201':", "default:"));
        assert_eq!(sole.checks(&case, response), [""; 0]);
    }

    #[test]
    fn the_other_validation_status_is_a_finding_where_one_is_documented() {
        let bench = Bench::messages();
        let case = breaks(bench.clause("minLength", "text/minLength"));
        let findings = bench.judge(&case, Ok(refused(422)));
        assert_eq!((findings[0].rule.id, findings[0].severity), ("undocumented-status", Severity::Error));
        let covered = Bench::of(&MESSAGES.replace("'409': {$ref", "default: {$ref"));
        assert_eq!(covered.checks(&case, refused(422)), [""; 0]);
    }

    #[test]
    fn what_is_implied_is_to_be_written_into_the_document() {
        let bench = Bench::messages();
        let findings = bench.judge(&unauthenticated(CredentialChange::Wrong), Ok(refused(401)));
        assert!(findings[0].is_of_document);
        let line = MESSAGES.lines().position(|line| line == "      responses:").expect("a line") + 1;
        assert_eq!(findings[0].help, Some(format!("add a `401` response at api.yaml:{line}")));
        let case = breaks(bench.clause("minLength", "text/minLength"));
        let findings = bench.judge(&case, Ok(refused(422)));
        assert!(!findings[0].is_of_document, "the document has a status for it, and the target another");
    }
}
