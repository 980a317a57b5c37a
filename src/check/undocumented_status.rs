//! The document does not have the status that came.

use super::standing::Standing;
use super::{About, Check, Finding, Reading, Severity, pin};

/// The check.
#[derive(Debug)]
pub struct UndocumentedStatus;

impl Check for UndocumentedStatus {
    fn about(&self) -> About {
        About {
            name: "undocumented-status",
            sentence: "The status is none that the operation documents; a warning where security, path variables or HTTP imply it.",
            clauses: &["status", "responses"],
            section: "OpenAPI 3.1, section 4.8.16",
        }
    }

    fn judge(&self, reading: &Reading<'_>) -> Vec<Finding> {
        // A fault of the document: whatever came would not be in it.
        if reading.subject.operation.responses.is_empty() {
            return Vec::new();
        }
        let status = reading.answer.status;
        let (severity, message) = match reading.standing {
            Standing::Undocumented => (Severity::Error, format!("{status} came, which is not documented")),
            Standing::Implied => {
                (Severity::Warning, format!("{status} came, which is right by HTTP and yet not documented"))
            }
            Standing::DefaultSuccess => (
                Severity::Warning,
                format!("{status} came, which only `default` covers, while other successes are documented"),
            ),
            _ => return Vec::new(),
        };
        let pin = pin::responses(reading.subject);
        let mut finding =
            reading.finding(self.about().name, severity, &pin, message, &format!("{status} {severity:?}"));
        if reading.standing == Standing::Implied {
            finding.acceptable = format!("a response for {status} in the document");
        }
        vec![finding]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::*;
    use serde_json::json;

    #[test]
    fn another_success_than_the_documented_one_is_a_finding() {
        let bench = Bench::messages();
        let case = valid(json!({"text": "hello"}));
        let mut answer = created();
        assert_eq!(bench.checks(&case, answer.clone()), [""; 0]);
        answer.status = 200;
        let responses = "/paths/~1rooms~1{room}~1messages/post/responses".to_owned();
        assert_eq!(bench.found(&case, answer.clone()), [("undocumented-status", responses)]);
        let class = Bench::of(&MESSAGES.replace("'201'", "2XX"));
        assert_eq!(class.checks(&case, answer), [""; 0]);
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
        let mut answer = created();
        answer.status = 200;
        let findings = named.judge(&case, Ok(answer.clone()));
        assert_eq!((findings[0].check, findings[0].severity), ("undocumented-status", Severity::Warning));
        let sole = Bench::of(&MESSAGES.replace("'201':", "default:"));
        assert_eq!(sole.checks(&case, answer), [""; 0]);
    }

    #[test]
    fn the_other_validation_status_is_a_finding_where_one_is_documented() {
        let bench = Bench::messages();
        let case = breaks(bench.clause("minLength", "text/minLength"));
        let findings = bench.judge(&case, Ok(refused(422)));
        assert_eq!((findings[0].check, findings[0].severity), ("undocumented-status", Severity::Error));
        let covered = Bench::of(&MESSAGES.replace("'409': {$ref", "default: {$ref"));
        assert_eq!(covered.checks(&case, refused(422)), [""; 0]);
    }
}
