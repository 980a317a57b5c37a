//! A body of an undocumented media type was accepted.

use serde::de::IgnoredAny;

use crate::case::{Fault, Intent};

use super::{Check, Finding, Pins, ResponseView, Rule, StatusVerdict, Weight, anchor};

/// The rule.
pub static RULE: Rule = Rule {
    weight: Weight::Accepted,
    pins: Pins::Request,
    clauses: &["content", "contentType"],
    ..Rule::check(
        "wrong-media-type",
        "A body of a media type that is not documented is accepted.",
        "RFC 9110, section 15.5.16",
    )
};

/// The check.
#[derive(Debug)]
pub struct WrongMediaType;

impl Check for WrongMediaType {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        let subject = view.subject;
        if subject.case.intent != Intent::Invalid(Fault::MediaType) || view.verdict != StatusVerdict::Accepted {
            return Vec::new();
        }
        let body = subject.case.request.body.as_ref();
        let sent = body.and_then(|body| body.media_type.as_deref());
        let named = sent.map_or("without a media type".to_owned(), |name| format!("of `{name}`"));
        let clause = subject.case.clause.map(|id| subject.operation.clauses().get(id));
        if clause.is_some_and(|clause| clause.keyword == "contentType") {
            let status = view.response.status;
            let message =
                format!("A {status} was returned for {}, which its `encoding` does not list", subject.case.name);
            return vec![view.finding(&RULE, &anchor::request(subject), message, "").of_habit("a part")];
        }
        let message = format!("A {} was returned for a body {named}, which is not documented", view.response.status);
        // The same JSON under any name: the name is not looked at. What is read as a form is, by another parser.
        let is_json = body.is_some_and(|body| serde_json::from_slice::<IgnoredAny>(&body.payload.bytes()).is_ok());
        let detail = if is_json { "JSON" } else { &named };
        let mut finding = view.finding(&RULE, &anchor::request(subject), message, detail).of_habit(detail);
        finding.variant = sent.map(|name| format!("`{name}`"));
        vec![finding]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::*;
    use crate::rule::Severity;
    use crate::wire::{Body, Payload};

    #[test]
    fn another_media_type_must_be_refused() {
        let bench = Bench::messages();
        let mut case = case(Intent::Invalid(Fault::MediaType));
        case.request.body.as_mut().expect("body").media_type = Some("text/plain".to_owned());
        assert_eq!(bench.checks(&case, created()), ["wrong-media-type"]);
        assert_eq!(bench.checks(&case, refused(400)), [""; 0]);
        let undocumented = bench.judge(&case, Ok(refused(415)));
        assert_eq!((undocumented.len(), undocumented[0].severity), (1, Severity::Warning));
    }

    #[test]
    fn json_under_any_name_is_one_cause_and_a_form_is_another() {
        let bench = Bench::messages();
        let cause = |name: &str, payload: Payload| {
            let mut case = case(Intent::Invalid(Fault::MediaType));
            case.request.body = Some(Body { media_type: Some(name.to_owned()), payload });
            bench.judge(&case, Ok(created())).remove(0).cause
        };
        let json = || Payload::Bytes(b"{\"text\":\"hello\"}".to_vec());
        let form = "application/x-www-form-urlencoded";
        assert_eq!(cause("text/plain", json()), cause(form, json()));
        assert_ne!(cause(form, Payload::Bytes(b"text=hello".to_vec())), cause(form, json()));
    }
    #[test]
    fn a_file_that_is_none_of_those_that_are_listed_is_told_at_the_list() {
        let bench = Bench::of(
            "openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /photos:
    post:
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema: {type: object, properties: {photo: {type: string, format: binary}}}
            encoding: {photo: {contentType: 'image/png, image/jpeg'}}
      responses: {'201': {description: made}, '415': {description: refused}}
",
        );
        let mut case = case(Intent::Invalid(Fault::MediaType));
        case.clause = Some(bench.clause("contentType", "photo/contentType"));
        let made = || raw(201, "text/plain", b"");
        let at = "/paths/~1photos/post/requestBody/content/multipart~1form-data/encoding/photo/contentType";
        assert_eq!(bench.found(&case, made()), [("wrong-media-type", at.to_owned())]);
        assert_eq!(bench.checks(&case, raw(415, "text/plain", b"")), [""; 0]);
    }
}
