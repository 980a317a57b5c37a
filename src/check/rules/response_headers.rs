//! The header fields of a response, as documented and as HTTP demands.

use serde_json::Value;
use url::Url;

use crate::case::Intent;
use crate::check::has_no_success;
use crate::contract::{Direction, Header, SchemeKind, Types};
use crate::execute::HttpDate;

use super::{Anchor, Check, Finding, ResponseView, Rule, Severity, anchor, brief, schema_violations};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["header", "required"],
    ..Rule::check(
        "response-headers",
        "A header field of a response is missing, breaks its schema, or is not what HTTP demands of it.",
        "OpenAPI 3.1, section 4.8.21; RFC 9110, sections 10.2.1 to 10.2.3, 11.6.1 and 15.4",
    )
};

/// The check.
#[derive(Debug)]
pub struct ResponseHeaders;

impl Check for ResponseHeaders {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        if !view.verdict.is_acceptable() {
            return Vec::new();
        }
        let documented = view.documented.into_iter().flat_map(|response| &response.headers);
        let mut findings: Vec<Finding> = documented.flat_map(|header| documented_header(view, header)).collect();
        let by_http = [allow(view), challenge(view), retry_after(view), location(view)];
        findings.extend(by_http.into_iter().flatten());
        findings
    }
}

fn documented_header(view: &ResponseView<'_>, header: &Header) -> Vec<Finding> {
    let lines: Vec<&str> = view
        .response
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case(&header.name))
        .map(|(_, value)| value.as_str())
        .collect();
    if lines.is_empty() {
        if !header.required {
            return Vec::new();
        }
        let anchor = Anchor::new(header.location.join("required"), "required", "");
        let message = format!("The {} has no `{}`, which is required", view.response.status, header.name);
        let finding = view.finding(&RULE, &anchor, message, "missing");
        return vec![finding.expecting(format!("a `{}` header field", header.name))];
    }
    let Some(schema) = header.schema else { return Vec::new() };
    // Lines of one name are one list (RFC 9110, section 5.3).
    let text = lines.join(", ");
    let Some(readings) = values(types(view, header), &text) else { return Vec::new() };
    let validators = view.subject.validators;
    if readings.iter().any(|value| validators.is_valid(schema, Direction::Response, value)) {
        return Vec::new();
    }
    let Some(violation) =
        readings.first().and_then(|value| schema_violations::violations(validators, schema, value).into_iter().next())
    else {
        return Vec::new();
    };
    let anchor = Anchor::new(violation.location, &violation.keyword, "");
    let message =
        format!("The header field `{}: {}` breaks its schema: {}", header.name, brief(&text), violation.message);
    let finding = view.finding(&RULE, &anchor, message, &header.name.to_ascii_lowercase());
    vec![finding.expecting(format!("`{}` as documented", violation.keyword))]
}

/// The types that the schema of a header names, references and `allOf` counted in.
fn types(view: &ResponseView<'_>, header: &Header) -> Types {
    let schemas = &view.subject.contract.schemas;
    let roots: Vec<_> = header.schema.into_iter().collect();
    let stated = schemas.conjunction(&roots).filter_map(|id| schemas.get(id).types);
    stated.fold(Types::ANY, Types::and)
}

/// The values that the text of a header field may stand for, the likeliest first; `None` where the style
/// of an object would have to be known.
fn values(types: Types, text: &str) -> Option<Vec<Value>> {
    let scalar = |text: &str| {
        let mut readings = Vec::new();
        let parsed = serde_json::from_str::<Value>(text).ok();
        readings.extend(parsed.filter(|value| value.is_number() || value.is_boolean() || value.is_null()));
        readings.push(Value::String(text.to_owned()));
        readings
    };
    if types.contains(Types::OBJECT) {
        return None;
    }
    let mut readings = scalar(text.trim());
    if types.contains(Types::ARRAY) {
        // A list without items is an empty text (RFC 9110, section 5.6.1).
        let items = text.split(',').filter(|_| !text.trim().is_empty());
        let items: Vec<Vec<Value>> = items.map(|item| scalar(item.trim())).collect();
        let pick =
            |at: usize| items.iter().map(|item| item.get(at).or(item.last()).cloned().unwrap_or_default()).collect();
        // All items as they look, or all of them as text.
        readings.splice(0..0, [Value::Array(pick(0)), Value::Array(pick(1))]);
    } else if types.contains(Types::STRING) {
        readings.reverse();
    }
    Some(readings)
}

/// A 405 names the methods that are there (RFC 9110, section 15.5.6).
fn allow(view: &ResponseView<'_>) -> Option<Finding> {
    if view.response.status != 405 {
        return None;
    }
    let operation = view.subject.operation;
    let (message, detail) = match view.response.header("allow") {
        None => ("A 405 was returned without `Allow`".to_owned(), "missing"),
        Some(_) if view.subject.case.intent != Intent::WrongMethod => return None,
        Some(methods) => {
            let has = |wanted: &str| methods.split(',').any(|method| method.trim() == wanted);
            let refused = view.subject.case.request.method.as_str();
            if has(refused) {
                let message = format!("`Allow: {}` names {refused}, which the 405 refuses", brief(methods));
                let acceptable = format!("`Allow` without {refused}");
                let anchor = anchor::operation(view.subject);
                return Some(warning(view, &anchor, message, acceptable, "allow contradiction"));
            }
            // What is documented with refusals alone is not there.
            if has(&operation.method) || has_no_success(operation) {
                return None;
            }
            let is_of_part = operation.methods_on_path.iter().any(|method| has(method));
            let detail = if is_of_part { "partial" } else { "incomplete" };
            (format!("`Allow: {}` leaves out {}, which the path has", brief(methods), operation.method), detail)
        }
    };
    let acceptable = format!("`Allow` with {}", operation.methods_on_path.join(", "));
    let finding = warning(view, &anchor::operation(view.subject), message, acceptable, &format!("allow {detail}"));
    // RFC 9110 says MUST, and the method that the contract documents is known. Routers that keep a route for each method name
    // those of the first one that they come to.
    Some(if detail == "partial" { finding } else { finding.with_severity(Severity::Error) })
}

/// A 401 says how to authenticate (RFC 9110, section 11.6.1). API keys have no challenge to send.
fn challenge(view: &ResponseView<'_>) -> Option<Finding> {
    let by_http = |kind: &SchemeKind| matches!(kind, SchemeKind::Basic | SchemeKind::Bearer | SchemeKind::Http(_));
    let used = view.subject.operation.security.iter().flatten().find(|used| by_http(&used.kind))?;
    let sent = view.response.header("www-authenticate");
    if view.response.status != 401 || sent.is_some_and(|challenge| !challenge.trim().is_empty()) {
        return None;
    }
    let anchor = Anchor::new(used.location.clone(), "security", "");
    let how = if sent.is_some() { "with an empty" } else { "without" };
    let message = format!("A 401 was returned {how} `WWW-Authenticate`");
    Some(warning(view, &anchor, message, "`WWW-Authenticate` with a challenge".to_owned(), "challenge"))
}

/// `Retry-After` is a date or a number of seconds (RFC 9110, section 10.2.3). The obsolete forms of a date are read by
/// every recipient, and yet a sender must not use them (section 5.6.7).
fn retry_after(view: &ResponseView<'_>) -> Option<Finding> {
    let value = view.response.header("retry-after")?.trim();
    let is_delay = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let date = HttpDate::parse(value);
    if is_delay || date.is_some_and(|date| date.is_current) {
        return None;
    }
    let shown = brief(value);
    let (message, acceptable, detail) = match date {
        Some(date) => (
            format!("`Retry-After: {shown}` is a date in an obsolete form"),
            format!("`{}`, or a number of seconds", date.current()),
            "retry-after form",
        ),
        None => (
            format!("`Retry-After: {shown}` is neither a date of HTTP nor a number of seconds"),
            "a date such as `Sun, 06 Nov 1994 08:49:37 GMT`, or a number of seconds".to_owned(),
            "retry-after",
        ),
    };
    Some(warning(view, &anchor::operation(view.subject), message, acceptable, detail))
}

/// `Location` is a URI reference (RFC 9110, section 10.2.2), and a redirect says where to (section 15.4).
fn location(view: &ResponseView<'_>) -> Option<Finding> {
    let anchor = anchor::operation(view.subject);
    let status = view.response.status;
    let Some(value) = view.response.header("location") else {
        let is_redirect = matches!(status, 301 | 302 | 303 | 307 | 308);
        let message = format!("A {status} was returned without `Location`");
        let acceptable = "`Location` with a URI reference".to_owned();
        return is_redirect.then(|| warning(view, &anchor, message, acceptable, "location missing"));
    };
    let is_reference = Url::parse(&view.subject.exchange.request.url).is_ok_and(|base| base.join(value).is_ok());
    if is_reference && !value.contains(char::is_whitespace) {
        return None;
    }
    let message = format!("`Location: {}` is not a URI reference", brief(value));
    Some(warning(view, &anchor, message, "a URI reference".to_owned(), "location"))
}

fn warning(view: &ResponseView<'_>, anchor: &Anchor, message: String, acceptable: String, detail: &str) -> Finding {
    // What HTTP demands of every response is set in one place, if at all.
    let finding = view.finding(&RULE, anchor, message, detail).of_habit(detail);
    finding.with_severity(Severity::Warning).expecting(acceptable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::*;
    use crate::wire::CredentialChange;
    use serde_json::json;

    #[test]
    fn a_required_field_is_there_and_keeps_its_schema() {
        let bench = Bench::messages();
        let case = valid(json!({"text": "hello"}));
        let header = "/paths/~1rooms~1{room}~1messages/post/responses/201/headers/X-Count";
        let found = |value| bench.found(&case, with_header(created(), "x-count", value));
        assert_eq!(found(None), [("response-headers", format!("{header}/required"))]);
        assert_eq!(found(Some("-1")), [("response-headers", format!("{header}/schema/minimum"))]);
        assert_eq!(found(Some("many")), [("response-headers", format!("{header}/schema/type"))]);
        assert_eq!(found(Some(" 7 ")), []);
    }

    #[test]
    fn a_list_is_read_item_by_item_and_text_may_look_like_a_number() {
        let listed = MESSAGES.replace("{type: integer, minimum: 0}", "{type: array, items: {type: integer}}");
        let case = valid(json!({"text": "hello"}));
        let bench = Bench::of(&listed);
        assert_eq!(bench.checks(&case, with_header(created(), "x-count", Some("1, 2"))), [""; 0]);
        assert_eq!(bench.checks(&case, with_header(created(), "x-count", Some("1, b"))), ["response-headers"]);
        assert_eq!(bench.checks(&case, with_header(created(), "x-count", Some(""))), [""; 0]);
        let some = Bench::of(&listed.replace("{type: array,", "{type: array, minItems: 1,"));
        assert_eq!(some.checks(&case, with_header(created(), "x-count", Some(""))), ["response-headers"]);
        let text = Bench::of(&MESSAGES.replace("{type: integer, minimum: 0}", "{type: string, maxLength: 3}"));
        assert_eq!(text.checks(&case, with_header(created(), "x-count", Some("123"))), [""; 0]);
        assert_eq!(text.checks(&case, with_header(created(), "x-count", Some("1234"))), ["response-headers"]);
    }

    #[test]
    fn a_405_names_the_methods() {
        let bench = Bench::messages();
        let mut case = case(Intent::WrongMethod);
        case.request.method = "PUT".to_owned();
        let findings = bench.judge(&case, Ok(with_header(refused(405), "allow", None)));
        assert_eq!((findings[0].rule.id, findings[0].severity), ("response-headers", Severity::Error));
        assert_eq!(bench.checks(&case, with_header(refused(405), "allow", Some("GET"))), ["response-headers"]);
        assert_eq!(bench.checks(&case, with_header(refused(405), "allow", Some("GET, POST"))), [""; 0]);
        let findings = bench.judge(&case, Ok(with_header(refused(405), "allow", Some("POST, PUT"))));
        assert_eq!((findings[0].rule.id, findings[0].severity), ("response-headers", Severity::Warning));
        assert!(findings[0].message.contains("names PUT"), "{findings:?}");
    }

    #[test]
    fn a_401_says_how_to_get_in_where_http_knows_the_scheme() {
        let documented = MESSAGES.replace("'409': {$ref", "'401': {$ref");
        let case = unauthenticated(CredentialChange::Missing);
        let response = with_header(refused(401), "www-authenticate", None);
        assert_eq!(Bench::of(&documented).checks(&case, response.clone()), ["response-headers"]);
        assert_eq!(Bench::of(&documented).checks(&case, refused(401)), [""; 0]);
        let empty = with_header(refused(401), "www-authenticate", Some(" "));
        assert_eq!(Bench::of(&documented).checks(&case, empty), ["response-headers"]);
        let keyed = documented.replace("{type: http, scheme: bearer}", "{type: apiKey, in: header, name: x-key}");
        assert_eq!(Bench::of(&keyed).checks(&case, response), [""; 0]);
    }

    #[test]
    fn a_date_to_retry_after_has_the_form_that_senders_use() {
        let bench = Bench::messages();
        let case = valid(json!({"text": "hello"}));
        let found = |value| {
            let findings = bench.judge(&case, Ok(with_header(created(), "retry-after", Some(value))));
            findings.iter().map(|finding| (finding.severity, finding.message.clone())).next()
        };
        for right in ["120", "0", "Sun, 06 Nov 1994 08:49:37 GMT", "Sat, 31 Dec 2016 23:59:60 GMT"] {
            assert_eq!(found(right), None, "{right}");
        }
        for (wrong, reason) in [
            ("Sunday, 06-Nov-94 08:49:37 GMT", "is a date in an obsolete form"),
            ("Sun Nov  6 08:49:37 1994", "is a date in an obsolete form"),
            ("Sun, 06 Nov 1994 08:49:37 +0000", "is neither a date of HTTP nor a number of seconds"),
            ("Mon, 06 Nov 1994 08:49:37 GMT", "is neither a date of HTTP nor a number of seconds"),
            ("1.5", "is neither a date of HTTP nor a number of seconds"),
            ("soon", "is neither a date of HTTP nor a number of seconds"),
        ] {
            assert_eq!(found(wrong), Some((Severity::Warning, format!("`Retry-After: {wrong}` {reason}"))));
        }
    }

    #[test]
    fn places_are_what_they_say() {
        let bench = Bench::messages();
        let case = valid(json!({"text": "hello"}));
        let found = |name, value| bench.checks(&case, with_header(created(), name, Some(value))).len();
        assert_eq!(found("retry-after", "120"), 0);
        assert_eq!(found("location", "/rooms/r1/messages/m1"), 0);
        assert_eq!(found("location", "http://[nowhere"), 1);
        let moved =
            Bench::of(&MESSAGES.replace("'409': {$ref: '#/components/responses/Error'}", "'303': {description: see}"));
        let response = raw(303, "text/plain", b"");
        assert_eq!(moved.checks(&case, response.clone()), ["response-headers"]);
        assert_eq!(moved.checks(&case, with_header(response, "location", Some("/rooms"))), [""; 0]);
    }
}
