//! No complete response was received.

use crate::case::{Fault, Intent, MADE_UP_METHOD};
use crate::execute::Failure;

use crate::text::words;

use super::{Check, Finding, Pins, Rule, Severity, Shrink, Subject, Weight, anchor, crash, finding};
use crate::finding::{Root, Symptom};

/// The rule.
pub static RULE: Rule = Rule {
    weight: Weight::Crash,
    shrink: Shrink::ByAnyValues,
    pins: Pins::Request,
    clauses: &["responses"],
    ..Rule::check(
        "no-response",
        "No whole response is received: it is too late, cut off, or not HTTP.",
        "RFC 9112, section 8",
    )
};

/// The check.
#[derive(Debug)]
pub struct NoResponse;

impl Check for NoResponse {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge_failure(&self, subject: &Subject<'_>, failure: &Failure) -> Vec<Finding> {
        let attempts = subject.exchange.attempts;
        // It hung up on this request twice, and was gone after the first time.
        let has_died = attempts.refused > 0 && attempts.lost > 0;
        let kind = match failure {
            Failure::Closed(_) if has_died => "died",
            Failure::Unreachable(_) | Failure::Insecure(_) => "unreachable",
            Failure::Timeout(_) => "timeout",
            Failure::Closed(_) | Failure::CutOff(_) => "closed",
            Failure::TooLarge(_) | Failure::Inflated(_) | Failure::TooMany(_) => "too-large",
            Failure::Garbage(_) => "garbage",
            // The request never left: that says nothing of the target.
            Failure::Unsendable(_) => return Vec::new(),
        };
        // A server may hang up on a method that it does not know.
        if matches!(failure, Failure::Closed(_)) && subject.case.request.method == MADE_UP_METHOD {
            return Vec::new();
        }
        // A server may close the connection rather than read all of a body that is too large
        // (RFC 9110, section 15.5.14), and then the response is lost with it.
        let upload_refused = subject.case.intent == Intent::Invalid(Fault::TooLarge)
            && matches!(failure, Failure::Closed(_) | Failure::CutOff(_) | Failure::Timeout(_));
        // Nothing says how large a response may be: this one is too large to be judged.
        let is_unread = matches!(failure, Failure::TooLarge(_) | Failure::Inflated(_) | Failure::TooMany(_));
        // The time that it takes may be what was asked for.
        let is_delay = matches!(failure, Failure::Timeout(_)) && speaks_of_delay(subject);
        let severity = if upload_refused || is_unread || is_delay { Severity::Warning } else { Severity::Error };
        let message = match failure {
            Failure::Unreachable(_) if attempts.lost > 0 => {
                format!(
                    "The target stopped accepting connections after this request ({}): {failure}",
                    subject.case.name
                )
            }
            Failure::Closed(_) if has_died => format!(
                "The target stopped accepting connections after this request ({}), also when it was sent again alone",
                subject.case.name
            ),
            _ => format!("No response: {failure} ({}){}", subject.case.name, attempts.again()),
        };
        // A target that is gone is gone for every clause and intent alike.
        let (anchor, intent, family) = match failure {
            Failure::Unreachable(_) | Failure::Insecure(_) => (anchor::operation(subject), "", ""),
            // How long an answer takes is a matter of what there is to do, and not of the one clause that a case is about.
            Failure::Timeout(_) => (anchor::operation(subject), "", crash::family(subject.operation)),
            _ => (anchor::request(subject), subject.case.intent.name(), crash::family(subject.operation)),
        };
        let detail = format!("{kind} {intent}");
        let root = Root::Crash {
            signature: format!("{kind} {family}"),
            occasion: Some(intent),
            symptom: Symptom { kind: kind.to_owned(), words: Some(String::new()), nameless: None },
        };
        let finding = Finding { root, ..finding(subject, &RULE, &anchor, message, &detail) };
        vec![finding.with_severity(severity).expecting("a whole response")]
    }
}

/// Whether the document says of an operation that it answers late.
fn speaks_of_delay(subject: &Subject<'_>) -> bool {
    let operation = subject.operation;
    let text = |name: &'static str| {
        let value = subject.contract.document.get(&operation.location.join(name));
        value.and_then(|value| value.as_str()).unwrap_or_default()
    };
    let names = operation.parameters.iter().map(|parameter| parameter.name.as_str());
    let all: Vec<String> =
        [text("summary"), text("description"), &operation.path].into_iter().chain(names).flat_map(words::of).collect();
    let is_of_delay = |word: &String| matches!(word.as_str(), "delay" | "delays" | "delayed" | "sleep" | "sleeps");
    all.iter().any(is_of_delay) || all.windows(2).any(|pair| pair[0] == "long" && pair[1].starts_with("poll"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::*;
    use serde_json::json;
    use std::time::Duration;

    #[test]
    fn a_response_that_does_not_come_is_a_finding() {
        let bench = Bench::messages();
        let case = valid(json!({"text": "hello"}));
        for failure in [
            Failure::Timeout(Duration::from_secs(1)),
            Failure::Closed("reset".to_owned()),
            Failure::Garbage("not HTTP".to_owned()),
        ] {
            let findings = bench.judge(&case, Err(failure));
            assert_eq!((findings[0].rule.id, findings[0].severity), ("no-response", Severity::Error));
        }
        assert!(bench.judge(&case, Err(Failure::Unsendable("no such method".to_owned()))).is_empty());
    }

    #[test]
    fn a_delay_that_the_document_speaks_of_may_be_what_was_asked_for() {
        let severity = |said: &str, failure| {
            let document = MESSAGES.replacen("    post:", &format!("    post:\n      summary: {said}"), 1);
            Bench::of(&document).judge(&valid(json!({"text": "hello"})), Err(failure))[0].severity
        };
        let late = || Failure::Timeout(Duration::from_secs(1));
        assert_eq!(severity("Answers after a delay", late()), Severity::Warning);
        assert_eq!(severity("Long-polls for messages", late()), Severity::Warning);
        assert_eq!(severity("Answers without further ado", late()), Severity::Error);
        assert_eq!(severity("Answers after a delay", Failure::Closed("reset".to_owned())), Severity::Error);
    }

    #[test]
    fn a_response_that_is_too_large_to_be_read_may_well_be_right() {
        let findings = Bench::messages().judge(&valid(json!({"text": "hello"})), Err(Failure::TooLarge(16 << 20)));
        assert_eq!((findings[0].rule.id, findings[0].severity), ("no-response", Severity::Warning));
    }

    #[test]
    fn a_server_may_hang_up_on_a_method_that_nobody_knows() {
        let bench = Bench::messages();
        let mut case = case(Intent::WrongMethod);
        for (method, found) in [(MADE_UP_METHOD, 0), ("GET", 1)] {
            case.request.method = method.to_owned();
            assert_eq!(bench.judge(&case, Err(Failure::Closed("reset".to_owned()))).len(), found, "{method}");
        }
    }

    #[test]
    fn a_server_may_hang_up_on_a_body_that_is_too_large() {
        let bench = Bench::messages();
        let case = case(Intent::Invalid(Fault::TooLarge));
        let findings = bench.judge(&case, Err(Failure::Closed("reset".to_owned())));
        assert_eq!(findings[0].severity, Severity::Warning);
        let findings = bench.judge(&case, Err(Failure::Garbage("not HTTP".to_owned())));
        assert_eq!(findings[0].severity, Severity::Error);
    }
}
