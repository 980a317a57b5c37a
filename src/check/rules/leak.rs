//! A response leaks stack traces, SQL errors or the caller's credentials.

use serde_json::Value;

use crate::contract::{Direction, ParameterLocation, SchemaId, Schemas, SchemeKind};
use crate::fixtures::is_distinct;

use super::payload::ResponseBody;
use super::traces::TRACES;
use super::{Check, Finding, ResponseView, Rule, Severity, anchor, brief};

/// The rule.
pub static RULE: Rule = Rule {
    clauses: &["responses"],
    severity: Severity::Warning,
    ..Rule::check(
        "leak",
        "A response shows a stack trace, a database error, a path of the server's file system or a credential.",
        "RFC 9110, section 17; OWASP API Security Top 10, API8:2023",
    )
};

/// The check.
#[derive(Debug)]
pub struct Leak;

impl Check for Leak {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn judge(&self, view: &ResponseView<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (kind, excerpt) in traces(view) {
            findings.push(self.leaked(view, kind, format!("The response shows {kind}: {excerpt}")));
        }
        for name in credentials(view) {
            findings.push(self.leaked(view, &name, format!("The response shows the credential `{name}`")));
        }
        findings
    }
}

impl Leak {
    fn leaked(&self, view: &ResponseView<'_>, kind: &str, message: String) -> Finding {
        let anchor = anchor::operation(view.subject);
        view.finding(&RULE, &anchor, message, kind).of_habit(kind).expecting("a response without it")
    }
}

/// Each kind of trace once, with what was found.
fn traces(view: &ResponseView<'_>) -> Vec<(&'static str, String)> {
    let mut found: Vec<(&'static str, String)> = Vec::new();
    each_text(view, &mut |text| {
        for index in TRACES.any.matches(text) {
            let Some((kind, pattern)) = TRACES.each.get(index) else { continue };
            if found.iter().any(|(known, _)| known == kind) {
                continue;
            }
            let Some(matched) = pattern.find(text) else { continue };
            let excerpt = matched.as_str().trim();
            if !was_sent(view, excerpt) {
                found.push((kind, brief(excerpt)));
            }
        }
    });
    found
}

/// The variables of the credentials that the response shows where the document does not say that it returns them.
fn credentials(view: &ResponseView<'_>) -> Vec<String> {
    let known = view.subject.fixtures.credentials.iter();
    known
        .filter(|(_, secret)| is_distinct(&secret.value) && !was_sent(view, &secret.value))
        .filter(|(scheme, secret)| in_body(view, &secret.value) || in_headers(view, scheme, &secret.value))
        .map(|(_, secret)| secret.variable.clone())
        .collect()
}

/// Whether the body shows a credential. What a login returns is a property that the document names: there it is
/// meant, but not in the middle of a sentence, nor in the body of an error.
fn in_body(view: &ResponseView<'_>, secret: &str) -> bool {
    let Some(value) = view.payload.json() else {
        return String::from_utf8_lossy(&view.response.body).contains(secret);
    };
    let schema = view.media.and_then(|media| media.schema).filter(|_| is_success(view));
    let schemas = &view.subject.contract.schemas;
    shows(schemas, &schema.into_iter().collect::<Vec<_>>(), false, value, secret)
}

/// Whether a value, held to these schemas, shows a credential. `is_named`: the document names the property.
fn shows(schemas: &Schemas, ids: &[SchemaId], is_named: bool, value: &Value, secret: &str) -> bool {
    let ids: Vec<SchemaId> = schemas.with_branches(ids).collect();
    match value {
        Value::String(text) => text.contains(secret) && !(is_named && is_credential(text, secret)),
        Value::Number(number) => number.to_string().contains(secret) && !is_named,
        Value::Array(items) => {
            let below: Vec<SchemaId> = ids.iter().filter_map(|id| schemas.get(*id).items).collect();
            items.iter().any(|item| shows(schemas, &below, is_named, item, secret))
        }
        Value::Object(members) => members.iter().any(|(key, member)| {
            let below: Vec<SchemaId> =
                ids.iter().filter_map(|id| schemas.get(*id).properties.get(key)).copied().collect();
            let is_named = below.iter().any(|id| !schemas.hidden(*id, Direction::Response));
            key.contains(secret) || shows(schemas, &below, is_named, member, secret)
        }),
        Value::Null | Value::Bool(_) => false,
    }
}

/// Whether a string is the credential, as it is or with the name of its scheme in front (RFC 9110, section 11.4).
fn is_credential(text: &str, secret: &str) -> bool {
    let rest = text.trim().strip_suffix(secret).map(str::trim_end);
    rest.is_some_and(|scheme| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
}

/// Whether a header field shows a credential, but for those that the document names and for the cookie that the
/// credential is: servers set it anew.
fn in_headers(view: &ResponseView<'_>, scheme: &str, secret: &str) -> bool {
    let documented = view.documented.iter().filter(|_| is_success(view)).flat_map(|response| &response.headers);
    let is_named = |name: &str| documented.clone().any(|header| header.name.eq_ignore_ascii_case(name));
    let schemes = view.subject.contract.operations.iter().flat_map(|operation| operation.security.iter().flatten());
    let cookies: Vec<&str> = schemes
        .filter(|used| used.scheme == scheme)
        .filter_map(|used| match &used.kind {
            SchemeKind::ApiKey(ParameterLocation::Cookie, name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let is_cookie = |name: &str, value: &str| {
        name.eq_ignore_ascii_case("set-cookie")
            && value.split_once('=').is_some_and(|(cookie, _)| cookies.contains(&cookie.trim()))
    };
    let mut fields = view.response.headers.iter().filter(|(_, value)| value.contains(secret));
    fields.any(|(name, value)| !is_named(name) && !is_cookie(name, value))
}

fn is_success(view: &ResponseView<'_>) -> bool {
    view.response.is_success()
}

/// Whether the request carried the text outside its credentials: then it may be repeated.
fn was_sent(view: &ResponseView<'_>, text: &str) -> bool {
    let request = &view.subject.case.request;
    let in_body = request.body.as_ref().is_some_and(|body| match &body.payload {
        crate::wire::Payload::Json(value) | crate::wire::Payload::Padded { value, .. } => holds(value, text),
        crate::wire::Payload::Bytes(bytes) => String::from_utf8_lossy(bytes).contains(text),
    });
    in_body
        || request.path_params.iter().chain(&request.headers).chain(&request.cookies).any(|(_, v)| v.contains(text))
        || request.query.iter().any(|pair| pair.value.contains(text) || pair.name.contains(text))
}

fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(string) => string.contains(text),
        Value::Array(items) => items.iter().any(|item| holds(item, text)),
        Value::Object(members) => members.iter().any(|(name, member)| name.contains(text) || holds(member, text)),
        _ => false,
    }
}

/// The texts of a body: of JSON, its strings with their escapes undone. What the document says that a success has is meant to
/// be shown: the commands of processes, the log of a job.
fn each_text(view: &ResponseView<'_>, take: &mut dyn FnMut(&str)) {
    let schema = view.media.and_then(|media| media.schema).filter(|_| is_success(view));
    match &view.payload {
        ResponseBody::Empty => {}
        ResponseBody::Json { value, .. } => {
            let schemas = &view.subject.contract.schemas;
            each_string(schemas, &schema.into_iter().collect::<Vec<_>>(), false, value, take);
        }
        ResponseBody::Text(text) | ResponseBody::Xml(_, text) => take(text),
        ResponseBody::Broken(..) | ResponseBody::Miscoded(..) | ResponseBody::Opaque => {
            if let Ok(text) = std::str::from_utf8(&view.response.body) {
                take(text);
            }
        }
    }
}

/// The strings in a value, held to these schemas, but for those in properties that the document names (`is_named`).
fn each_string(schemas: &Schemas, ids: &[SchemaId], is_named: bool, value: &Value, take: &mut dyn FnMut(&str)) {
    let ids: Vec<SchemaId> = schemas.with_branches(ids).collect();
    match value {
        Value::String(text) if !is_named => take(text),
        Value::Array(items) => {
            let below: Vec<SchemaId> = ids.iter().filter_map(|id| schemas.get(*id).items).collect();
            items.iter().for_each(|item| each_string(schemas, &below, is_named, item, take));
        }
        Value::Object(members) => {
            for (key, member) in members {
                let of = |id: &SchemaId| {
                    let schema = schemas.get(*id);
                    // A map of texts has no names to give.
                    let others = schema.additional_properties.filter(|id| is_named && schemas.get(*id).types.is_some());
                    schema.properties.get(key).copied().or(others)
                };
                let below: Vec<SchemaId> = ids.iter().filter_map(of).collect();
                let is_named = below.iter().any(|id| !schemas.hidden(*id, Direction::Response));
                each_string(schemas, &below, is_named, member, take);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::*;
    use crate::fixtures::Secret;
    use serde_json::json;

    #[test]
    fn traces_and_database_errors_are_told() {
        let bench = Bench::messages();
        let case = breaks(bench.clause("minLength", "text/minLength"));
        for leak in [
            "Traceback (most recent call last):\n  File \"app.py\", line 3, in create",
            "Error\n    at create (/srv/app/index.js:10:3)",
            "java.lang.NullPointerException\n\tat com.acme.Api.create(Api.java:42)",
            "thread 'main' panicked at src/main.rs:3:5",
            "goroutine 1 [running]:",
            "SQLSTATE[23000]: Integrity constraint violation",
            "UNIQUE constraint failed: messages.id",
            "syntax error at or near \"SELECT\"",
        ] {
            let response = response(400, &json!({"error": {"code": leak}}));
            assert!(bench.checks(&case, response).contains(&"leak"), "{leak}");
        }
        for fine in ["Look at the documentation (see section 3).", "the file is missing, line 3", "SQL is not accepted"]
        {
            assert_eq!(bench.checks(&case, response(400, &json!({"error": {"code": fine}}))), [""; 0], "{fine}");
        }
    }

    const PROCESSES: &str = "\
openapi: 3.0.3
info: {title: Processes, version: '1'}
paths:
  /processes:
    get:
      responses:
        '200':
          description: all
          content:
            application/json:
              schema:
                type: array
                items:
                  type: object
                  properties:
                    command: {type: array, items: {type: string}}
                    environment: {type: object, additionalProperties: {type: string}}
                    details: {type: object}
        default:
          description: an error
          content: {application/json: {schema: {type: object, properties: {message: {type: string}}}}}
";

    #[test]
    fn what_the_document_says_that_is_shown_is_no_leak() {
        let bench = Bench::of(PROCESSES);
        let path = "/usr/lib/ruby/serve.rb";
        let found = |status, body| bench.checks(&valid(json!({})), response(status, &body)).contains(&"leak");
        for meant in [json!([{"command": ["ruby", path]}]), json!([{"environment": {"SCRIPT": path}}])] {
            assert!(!found(200, meant.clone()), "{meant}");
        }
        for leaked in [json!([{"script": path}]), json!([{"details": {"script": path}}]), json!([path])] {
            assert!(found(200, leaked.clone()), "{leaked}");
        }
        assert!(found(500, json!({"message": path})), "an error");
    }

    #[test]
    fn paths_of_the_server_are_told_and_paths_of_the_api_are_not() {
        let bench = Bench::messages();
        let case = breaks(bench.clause("minLength", "text/minLength"));
        let found = |text: &str| bench.checks(&case, response(400, &json!({"error": {"code": text}})));
        assert_eq!(found("in /srv/app/models/message.py, line 3"), ["leak"]);
        for fine in ["see /docs/errors#400", "POST /app/messages", "put it in app.py", "https://host/opt/in.html"] {
            assert_eq!(found(fine), [""; 0], "{fine}");
        }
    }

    #[test]
    fn what_the_request_said_itself_is_no_leak() {
        let bench = Bench::messages();
        let text = "UNIQUE constraint failed: x";
        let same = response(201, &json!({"data": {"id": "m1", "text": text}}));
        assert_eq!(bench.checks(&valid(json!({"text": text})), same), [""; 0]);
    }

    #[test]
    fn the_credentials_do_not_come_back() {
        let bench = Bench::messages();
        let case = breaks(bench.clause("minLength", "text/minLength"));
        let findings = bench.judge(&case, Ok(response(400, &json!({"error": {"code": "token-of-the-caller"}}))));
        assert_eq!((findings[0].rule.id, findings[0].severity), ("leak", Severity::Warning));
        assert!(findings[0].message.contains("API_TOKEN") && !findings[0].message.contains("token-of-the-caller"));
    }

    const LOGIN: &str = "\
openapi: 3.0.3
info: {title: Login, version: '1'}
security: [{session: []}]
paths:
  /login:
    post:
      responses:
        '200':
          description: logged in
          headers: {X-Token: {schema: {type: string}}}
          content:
            application/json:
              schema:
                type: object
                properties:
                  token: {type: string}
                  note: {type: string}
                  tokens: {type: array, items: {type: object, properties: {value: {type: string}}}}
components:
  securitySchemes:
    session: {type: apiKey, in: cookie, name: sid}
    bearer: {type: http, scheme: bearer}
";

    #[test]
    fn the_token_that_a_login_returns_is_no_leak() {
        let bench = Bench::of(LOGIN);
        let case = valid(json!({}));
        for body in [
            json!({"token": "token-of-the-caller"}),
            json!({"token": "Bearer token-of-the-caller"}),
            json!({"tokens": [{"value": "token-of-the-caller"}]}),
        ] {
            assert_eq!(bench.checks(&case, response(200, &body)), [""; 0], "{body}");
        }
        let header = |name, value| with_header(response(200, &json!({})), name, Some(value));
        assert_eq!(bench.checks(&case, header("x-token", "token-of-the-caller")), [""; 0]);
    }

    #[test]
    fn a_credential_that_nobody_asked_for_is_a_leak_even_of_a_login() {
        let mut bench = Bench::of(LOGIN);
        let secret = |value: &str| Secret { value: value.to_owned(), variable: "OTHER".to_owned() };
        bench.fixtures.credentials.insert("basic".to_owned(), secret("caller:correct-horse"));
        let case = valid(json!({}));
        for body in [
            json!({"token": "t", "password": "caller:correct-horse"}),
            json!({"token": "t", "debug": {"token": "token-of-the-caller"}}),
            json!({"note": "your token is token-of-the-caller"}),
            json!({"token": {"token-of-the-caller": 1}}),
        ] {
            assert_eq!(bench.checks(&case, response(200, &body)).last(), Some(&"leak"), "{body}");
        }
        let header = with_header(response(200, &json!({})), "x-debug", Some("token-of-the-caller"));
        assert_eq!(bench.checks(&case, header), ["leak"]);
    }

    #[test]
    fn a_session_cookie_may_be_set_anew() {
        let mut bench = Bench::of(LOGIN);
        let session = bench.fixtures.credentials["bearer"].clone();
        bench.fixtures.credentials = [("session".to_owned(), session)].into_iter().collect();
        let set = |cookie| with_header(response(200, &json!({})), "set-cookie", Some(cookie));
        let case = valid(json!({}));
        assert_eq!(bench.checks(&case, set("sid=token-of-the-caller; Path=/")), [""; 0]);
        assert_eq!(bench.checks(&case, set("other=token-of-the-caller")), ["leak"]);
    }
}
