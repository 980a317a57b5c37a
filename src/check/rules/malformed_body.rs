//! A body that is malformed for its media type.

use super::payload::ResponseBody;
use crate::finding::digest;

use super::{Anchor, Check, Finding, ResponseView, Rule, Severity, anchor, brief};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["content"],
    ..Rule::check(
        "malformed-body",
        "A body of JSON or XML does not parse, an object in JSON repeats a key, text is not in its charset, or the body is not in its content coding.",
        "RFC 8259, sections 2, 4 and 8.1; XML 1.0, section 2.1; RFC 9110, section 8.4",
    )
};

/// Bodies of one template begin alike, for so many bytes.
const START: usize = 64;

/// The check.
#[derive(Debug)]
pub struct MalformedBody;

impl Check for MalformedBody {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        if !view.verdict.is_acceptable() {
            return Vec::new();
        }
        let (severity, message, acceptable, detail) = match &view.payload {
            ResponseBody::Broken(kind, reason) => {
                let start = brief(&String::from_utf8_lossy(&view.response.body));
                let length = view.response.header("content-length").and_then(|length| length.trim().parse().ok());
                let is_cut = reason.starts_with("EOF ") && length == Some(view.response.body.len());
                let cut = if is_cut { " (it ends where `Content-Length` says)" } else { "" };
                let message = format!("The body is not {kind}: {reason}{cut}: {start}");
                (Severity::Error, message, well_formed(kind), "broken")
            }
            ResponseBody::Miscoded(coding, reason) => {
                let message = format!("The body is said to be {coding} and is not: {reason}");
                (Severity::Error, message, "a body in the coding that `Content-Encoding` names", "coding")
            }
            ResponseBody::Json { repeated, .. } if !repeated.is_empty() => {
                let first = &repeated[0];
                // The names "SHOULD be unique": what a reader makes of the others is not known.
                let message = format!("The body has the key `{first}` twice");
                (Severity::Warning, message, "each key once in an object", "repeated")
            }
            _ => return Vec::new(),
        };
        let anchor = match (view.media, view.documented) {
            (Some(media), _) => Anchor::new(media.location.clone(), "content", "the media type"),
            (None, Some(response)) => Anchor::new(response.location.clone(), "status", "the response"),
            (None, None) => anchor::operation(view.subject),
        };
        let finding = view.finding(&RULE, &anchor, message, detail);
        let status = view.response.status;
        let manner = match &view.payload {
            _ if status >= 400 => Some(format!("{status} {detail}")),
            ResponseBody::Broken(kind, reason) => Some(format!("{kind} {}", template(reason, &view.response.body))),
            _ => None,
        };
        let finding = match manner {
            Some(manner) => finding.of_habit(manner),
            None => finding,
        };
        vec![finding.with_severity(severity).expecting(acceptable)]
    }
}

/// By what bodies of one template are known, which are broken alike: what is said of them, and how they begin.
fn template(reason: &str, body: &[u8]) -> String {
    let start = String::from_utf8_lossy(&body[..body.len().min(START)]).into_owned();
    let without = |text: &str| text.chars().filter(|letter| !letter.is_ascii_digit()).collect::<String>();
    format!("{:016x}", digest(&[&without(reason), &without(&start)]))
}

fn well_formed(kind: &str) -> &'static str {
    match kind {
        "JSON" => "well-formed JSON",
        "XML" => "well-formed XML",
        _ => "text in UTF-8, as its type says",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Intent;
    use crate::check::testing::*;
    use crate::execute::{Response, StillCoded};
    use serde_json::json;

    #[test]
    fn what_calls_itself_json_must_be_json() {
        let bench = Bench::messages();
        let case = valid(json!({"text": "hello"}));
        for broken in [&b"{\"data\": {"[..], b"{\"data\": \"\xff\"}", b"{} {}", b"<html>"] {
            assert_eq!(bench.checks(&case, raw(201, "application/json", broken)), ["malformed-body"]);
        }
        assert_eq!(bench.checks(&case, created()), [""; 0]);
    }

    #[test]
    fn a_repeated_name_is_a_warning() {
        let body = br#"{"data": {"id": "a", "id": "b", "text": "hello"}}"#;
        let findings =
            Bench::messages().judge(&valid(json!({"text": "hello"})), Ok(raw(201, "application/json", body)));
        assert_eq!((findings[0].rule.id, findings[0].severity), ("malformed-body", Severity::Warning));
        assert!(findings[0].message.contains("/data/id"));
    }

    #[test]
    fn a_body_that_ends_early_by_its_own_length_is_told_so() {
        let bench = Bench::messages();
        let cut = |length| {
            let response = with_header(raw(201, "application/json", b"{\"data\":"), "content-length", length);
            bench.judge(&valid(json!({"text": "hello"})), Ok(response)).remove(0).message
        };
        assert!(cut(Some("8")).contains("where `Content-Length` says"));
        assert!(!cut(None).contains("Content-Length"));
    }

    #[test]
    fn text_is_in_the_charset_that_it_names() {
        let bench = Bench::messages();
        let mut case = case(Intent::WrongMethod);
        case.request.method = "PUT".to_owned();
        assert_eq!(bench.checks(&case, raw(405, "text/plain; charset=UTF-8", b"\xe9")), ["malformed-body"]);
        assert_eq!(bench.checks(&case, raw(405, "text/plain; charset=UTF-8", "é".as_bytes())), [""; 0]);
        assert_eq!(bench.checks(&case, raw(405, "text/plain", b"\xe9")), [""; 0]);
    }

    #[test]
    fn a_body_is_in_the_coding_that_it_names_where_that_is_known() {
        let bench = Bench::messages();
        let coded = |still_coded| Response { still_coded: Some(still_coded), ..created() };
        let broken = coded(StillCoded::Broken("gzip".to_owned(), "it ends too early".to_owned()));
        let findings = bench.judge(&valid(json!({"text": "hello"})), Ok(broken));
        assert_eq!(findings.iter().map(|finding| finding.rule.id).collect::<Vec<_>>(), ["malformed-body"]);
        assert_eq!(findings[0].message, "The body is said to be gzip and is not: it ends too early");
        let unread = Response { body: b"\xff".to_vec(), ..coded(StillCoded::Unknown) };
        assert_eq!(bench.checks(&valid(json!({"text": "hello"})), unread), [""; 0]);
    }

    #[test]
    fn text_of_another_type_need_not_be_json() {
        let bench = Bench::messages();
        let mut case = case(Intent::WrongMethod);
        case.request.method = "PUT".to_owned();
        assert_eq!(bench.checks(&case, raw(405, "text/plain", b"{")), [""; 0]);
        assert_eq!(bench.checks(&case, raw(405, "application/json", b"{")), ["malformed-body"]);
    }
}
