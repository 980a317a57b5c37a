//! The media type of a response.

use crate::contract::{MediaRange, PayloadKind};
use crate::text::list::{code, one_of};

use super::payload::charset;
use super::{Anchor, Check, Finding, ResponseView, Rule, Severity, anchor};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["content"],
    ..Rule::check(
        "media-type",
        "A response has no media type, one that is not documented, or a body where none is allowed.",
        "OpenAPI 3.1, section 4.8.17; RFC 9110, sections 6.4.1, 8.3 and 15.3.6; RFC 8259, section 8.1",
    )
};

/// The check.
#[derive(Debug)]
pub struct MediaTypes;

impl Check for MediaTypes {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        if !view.verdict.is_acceptable() {
            return Vec::new();
        }
        let mut findings = Vec::new();
        findings.extend(unwanted_body(view));
        findings.extend(undocumented_type(view));
        findings.extend(foreign_charset(view));
        findings
    }
}

/// A 204 or 304 ends with its header section, so a body would be taken for the next response; a 205 says that there is
/// none (RFC 9110, section 15.3.6). In Swagger 2.0, a response without a schema is one without a body.
fn unwanted_body(view: &ResponseView<'_>) -> Option<Finding> {
    let status = view.response.status;
    // The length in a 304 is that of the 200 it stands for (RFC 9110, section 8.6).
    let announced = status == 204 && view.response.header("content-length").is_some_and(|length| length.trim() != "0");
    let there = matches!(status, 204 | 205 | 304) && !view.response.body.is_empty();
    let is_swagger = view.subject.contract.version.starts_with("2.");
    let open = view.documented.is_some_and(|response| response.content.is_none()) && !view.has_no_body();
    let (severity, message, detail) = if announced || there {
        (Severity::Error, format!("A {status} was returned with a body"), "body")
    } else if is_swagger && open && !view.response.body.is_empty() {
        (
            Severity::Warning,
            format!("A {status} was returned with a body, and the document has no schema for it"),
            "no schema",
        )
    } else {
        return None;
    };
    let anchor = match view.documented {
        Some(response) => Anchor::new(response.location.clone(), "status", "the response"),
        None => anchor::responses(view.subject),
    };
    let finding = view.finding(&RULE, &anchor, message, detail).expecting(format!("a {status} without a body"));
    if severity == Severity::Error {
        return Some(finding);
    }
    // A document is written in one manner, and this one says of no body what it is.
    let place = finding.place.to_string();
    let help = Some(format!("add the `schema` of its body at {place}"));
    Some(Finding { help, is_of_document: true, ..finding.with_severity(severity).of_habit(detail) })
}

fn undocumented_type(view: &ResponseView<'_>) -> Option<Finding> {
    let response = view.documented?;
    let content = response.content.as_deref().filter(|content| !content.is_empty())?;
    if view.response.body.is_empty() || view.has_no_body() {
        return None;
    }
    let (message, detail) = match view.response.header("content-type") {
        None => ("The response has a body and no `Content-Type`".to_owned(), String::new()),
        Some(_) if view.media.is_some() => return None,
        Some(name) => {
            let essence = MediaRange::parse(name).essence().to_owned();
            (
                format!(
                    "The response is of the media type `{essence}`, which is not documented for {}",
                    response.status
                ),
                essence,
            )
        }
    };
    let anchor = Anchor::new(response.location.join("content"), "content", "the media types of the response");
    let finding = view.finding(&RULE, &anchor, message, &detail);
    let finding = finding.expecting(one_of(code(content.iter().map(|media| &media.name))));
    // The pages of errors are made in one place, and so is the choice between the types that successes have.
    let what = if view.response.status >= 400 { "an error" } else { "" };
    let manner = format!("{what} {detail} for {}", finding.expected);
    Some(finding.of_habit(manner.trim_start()))
}

/// JSON between systems is UTF-8 (RFC 8259, section 8.1).
fn foreign_charset(view: &ResponseView<'_>) -> Option<Finding> {
    let content_type = view.response.header("content-type")?;
    let charset =
        charset(view.response).filter(|charset| !matches!(charset.as_str(), "utf-8" | "utf8" | "us-ascii"))?;
    if MediaRange::parse(content_type).kind() != PayloadKind::Json {
        return None;
    }
    let anchor = match view.media {
        Some(media) => Anchor::new(media.location.clone(), "content", "the media type"),
        None => anchor::operation(view.subject),
    };
    let message = format!("The response says that its JSON is in the charset `{charset}`");
    let finding = view.finding(&RULE, &anchor, message, &charset).of_habit(&*charset);
    Some(finding.with_severity(Severity::Warning).expecting("JSON in UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::*;
    use serde_json::json;

    #[test]
    fn a_documented_body_is_of_a_documented_type() {
        let bench = Bench::messages();
        let case = valid(json!({"text": "hello"}));
        let content = "/paths/~1rooms~1{room}~1messages/post/responses/201/content".to_owned();
        let html = with_header(created(), "content-type", Some("text/html"));
        assert_eq!(bench.found(&case, html), [("media-type", content.clone())]);
        assert_eq!(bench.found(&case, with_header(created(), "content-type", None)), [("media-type", content)]);
        for fine in ["application/json; charset=UTF-8", "Application/JSON", "application/json;profile=x"] {
            assert_eq!(bench.checks(&case, with_header(created(), "content-type", Some(fine))), [""; 0], "{fine}");
        }
    }

    #[test]
    fn a_range_covers_its_types() {
        let body = created().body;
        let case = valid(json!({"text": "hello"}));
        let range = |name: &str| {
            let document = MESSAGES.replacen(
                "          content:\n            application/json:\n              schema:\n                type",
                &format!("          content:\n            '{name}':\n              schema:\n                type"),
                1,
            );
            Bench::of(&document).checks(&case, raw(201, "application/problem+json", &body))
        };
        assert_eq!(range("application/*"), [""; 0]);
        assert_eq!(range("*/*"), [""; 0]);
        assert_eq!(range("text/*"), ["media-type"]);
    }

    #[test]
    fn json_in_another_charset_is_a_warning() {
        let response = with_header(created(), "content-type", Some("application/json; charset=iso-8859-1"));
        let findings = Bench::messages().judge(&valid(json!({"text": "hello"})), Ok(response));
        assert_eq!((findings[0].rule.id, findings[0].severity), ("media-type", Severity::Warning));
    }

    #[test]
    fn a_204_has_no_body() {
        let bench = Bench::of(&MESSAGES.replace("'409': {$ref", "'204': {$ref"));
        let case = valid(json!({"text": "hello"}));
        assert_eq!(bench.checks(&case, raw(204, "application/json", b"{}")), ["media-type"]);
        assert!(!bench.judge(&case, Ok(raw(204, "application/json", b"{}")))[0].is_of_document);
        assert_eq!(bench.checks(&case, with_header(raw(204, "a/b", b""), "content-length", Some("2"))), ["media-type"]);
        assert_eq!(bench.checks(&case, raw(204, "application/json", b"")), [""; 0]);
    }

    #[test]
    fn a_205_has_no_body_either() {
        let bench = Bench::of(
            &MESSAGES.replace("'409': {$ref: '#/components/responses/Error'}", "'205': {description: reset}"),
        );
        let case = valid(json!({"text": "hello"}));
        assert_eq!(bench.checks(&case, raw(205, "application/json", b"{}")), ["media-type"]);
        assert_eq!(bench.checks(&case, raw(205, "application/json", b"")), [""; 0]);
    }

    #[test]
    fn no_schema_is_no_body_in_swagger_alone() {
        let swagger = "\
swagger: '2.0'
info: {title: t, version: '1'}
paths:
  /notes:
    post:
      produces: [application/json]
      responses: {'200': {description: made}}
";
        let case = valid(json!({}));
        let findings = Bench::of(swagger).judge(&case, Ok(response(200, &json!({"id": 1}))));
        assert_eq!((findings.len(), findings[0].rule.id, findings[0].severity), (1, "media-type", Severity::Warning));
        assert!(findings[0].is_of_document);
        assert_eq!(Bench::of(swagger).checks(&case, raw(200, "application/json", b"")), [""; 0]);
        let open =
            swagger.replace("swagger: '2.0'", "openapi: 3.0.3").replace("      produces: [application/json]\n", "");
        assert_eq!(Bench::of(&open).checks(&case, response(200, &json!({"id": 1}))), [""; 0]);
    }
}
