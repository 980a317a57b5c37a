//! An exchange as text: the request, `=>`, the response, with placeholders for all that varies.

use serde_json::Value;

use super::Mode;
use super::brief::brief;
use super::placeholder;
use super::redactor::Redactor;
use super::sent_values::SentValues;
use crate::case::Case;
use crate::contract::{Contract, MediaRange, Operation, ParameterLocation, PayloadKind, SchemeKind};
use crate::execute::{Exchange, Response, SentRequest};
use crate::fixtures::{Fixtures, RedactionPlace};
use crate::text::hidden::escape_lines;
use crate::wire::Payload;

/// Response header fields that are shown, documented or not.
const SHOWN_FIELDS: [&str; 5] = ["allow", "content-type", "location", "retry-after", "www-authenticate"];
/// Longer bodies are cut, and their length shown, in bytes.
const LONGEST_BODY: usize = 8 * 1024;
/// Longer bodies of responses are not for reading, in bytes.
const LONGEST_RESPONSE: usize = 64 * 1024;

/// One exchange with all that is needed to show it.
pub(super) struct ExchangeText<'a> {
    pub contract: &'a Contract,
    pub operation: &'a Operation,
    pub fixtures: &'a Fixtures,
    pub case: &'a Case,
    /// Secrets as variables.
    pub exchange: &'a Exchange,
    /// The target's address, without a slash at its end.
    pub target: &'a str,
    pub mode: Mode,
}

impl ExchangeText<'_> {
    /// The text; `None` where no complete response was received, which is another finding's affair.
    pub fn text(&self) -> Option<String> {
        let response = self.exchange.result.as_ref().ok()?;
        let values = SentValues::new(&self.case.request, self.fixtures);
        let mut lines = self.request(&self.exchange.request, &values);
        lines.push(String::new());
        lines.extend(self.response(response, &values));
        Some(escape_lines(&lines.join("\n")))
    }

    fn request(&self, request: &SentRequest, values: &SentValues<'_>) -> Vec<String> {
        let mut lines = vec![format!("{} {}", request.method, self.path(&request.url, values))];
        for (name, value) in request.headers.iter().filter(|(name, _)| self.is_planned(name)) {
            let value = if values.names_resource(name) { values.redact(value) } else { value.clone() };
            lines.push(format!("{name}: {}", brief(&value)));
        }
        let Some(body) = &request.body else { return lines };
        lines.push(String::new());
        match self.case.request.body.as_ref().map(|body| &body.payload) {
            Some(Payload::Padded { value, .. }) => {
                lines.push(pretty(&values.body(value)));
                lines.push(format!("[and white space, {} bytes in all]", body.len()));
            }
            _ => lines.push(match serde_json::from_slice::<Value>(body) {
                Ok(value) if body.len() <= LONGEST_BODY => pretty(&values.body(&value)),
                _ => raw(body, values),
            }),
        }
        lines
    }

    /// Whether a header field belongs to the case: what every request carries, and what `--header` adds, does not.
    fn is_planned(&self, name: &str) -> bool {
        let is_credential = self.operation.security.iter().flatten().any(|used| match &used.kind {
            SchemeKind::ApiKey(ParameterLocation::Header, known) => known.eq_ignore_ascii_case(name),
            _ => name == "authorization",
        });
        is_credential || matches!(name, "content-type" | "cookie") || self.case.request.header(name).is_some()
    }

    /// The path and query as the document has them, whatever the target's own address is.
    fn path(&self, url: &str, values: &SentValues<'_>) -> String {
        let rest = url.strip_prefix(self.target).unwrap_or(url);
        let base = self.operation.base_path.as_str();
        let rest = rest.strip_prefix(base).filter(|rest| rest.starts_with('/')).unwrap_or(rest);
        let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
        let mut template = self.operation.path.split('/');
        let segments = path.split('/').map(|segment| {
            let is_resource = template.next().is_some_and(|template| {
                self.case
                    .request
                    .path_params
                    .iter()
                    .any(|(name, _)| template.contains(&format!("{{{name}}}")) && values.names_resource(name))
            });
            brief(&if is_resource { values.redact(segment) } else { segment.to_owned() })
        });
        let path = segments.collect::<Vec<_>>().join("/");
        let pairs = query.into_iter().flat_map(|query| query.split('&')).map(|pair| match pair.split_once('=') {
            Some((name, value)) if values.names_resource(name) => format!("{name}={}", values.redact(value)),
            _ => brief(pair),
        });
        let query = query.map_or_else(String::new, |_| format!("?{}", pairs.collect::<Vec<_>>().join("&")));
        format!("{base}{path}{query}")
    }

    fn response(&self, response: &Response, values: &SentValues<'_>) -> Vec<String> {
        let reason = http::StatusCode::from_u16(response.status).ok().and_then(|status| status.canonical_reason());
        let mut lines = vec![format!("=> {} {}", response.status, reason.unwrap_or("")).trim_end().to_owned()];
        let documented = self.operation.response(response.status);
        let is_documented = |name: &str| {
            documented
                .is_some_and(|response| response.headers.iter().any(|header| header.name.eq_ignore_ascii_case(name)))
        };
        let mut fields: Vec<&(String, String)> = response
            .headers
            .iter()
            .filter(|(name, _)| SHOWN_FIELDS.contains(&name.as_str()) || is_documented(name))
            .collect();
        fields.sort();
        lines.extend(fields.into_iter().map(|(name, value)| format!("{name}: {}", self.field(name, value, values))));
        if response.body.is_empty() {
            return lines;
        }
        lines.push(String::new());
        if response.body.len() > LONGEST_RESPONSE {
            lines.push(format!("[more than {LONGEST_RESPONSE} bytes]"));
            return lines;
        }
        let content_type = response.header("content-type");
        let content = documented.and_then(|response| response.content.as_deref()).unwrap_or_default();
        let is_error = response.status >= 400;
        let json = serde_json::from_slice::<Value>(&response.body)
            .ok()
            .filter(|_| content_type.is_none_or(|name| MediaRange::parse(name).kind() == PayloadKind::Json));
        lines.push(match json {
            Some(value) => {
                let schema = crate::check::matching(content, content_type).and_then(|media| media.schema);
                let redactor = Redactor {
                    sent: values,
                    schemas: &self.contract.schemas,
                    redactions: &self.fixtures.redactions,
                    mode: self.mode,
                    status: response.status,
                };
                pretty(&redactor.body(&value, schema))
            }
            None if is_error && self.mode == Mode::Shape => "[text]".to_owned(),
            None => raw(&response.body, values),
        });
        lines
    }

    fn field(&self, name: &str, value: &str, values: &SentValues<'_>) -> String {
        let redacted = self.fixtures.redactions.iter().find(
            |redaction| matches!(&redaction.at, RedactionPlace::Header(known) if known.eq_ignore_ascii_case(name)),
        );
        if let Some(redaction) = redacted {
            return format!("[{}]", redaction.placeholder);
        }
        let value = value.replace(self.target, "[target]");
        match name {
            "www-authenticate" if self.mode == Mode::Shape => without_wording(&value),
            "location" => {
                let segment = |segment: &str| {
                    values
                        .returned(segment, None)
                        .or_else(|| placeholder::of(segment, None))
                        .unwrap_or_else(|| segment.to_owned())
                };
                value.split('/').map(segment).collect::<Vec<_>>().join("/")
            }
            _ => values
                .returned(&value, Some(name))
                .or_else(|| placeholder::of(&value, None))
                .unwrap_or_else(|| brief(&value)),
        }
    }
}

/// A challenge without the text for people that it may hold (RFC 6750, section 3).
fn without_wording(challenge: &str) -> String {
    const START: &str = "error_description=\"";
    let Some((before, text)) = challenge.split_once(START) else { return challenge.to_owned() };
    let after = text.split_once('"').map_or("", |(_, after)| after);
    format!("{before}{START}[text]\"{after}")
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// A body that is no JSON, or too long to be shown.
fn raw(body: &[u8], values: &SentValues<'_>) -> String {
    let size = body.len();
    match std::str::from_utf8(body) {
        _ if body.is_empty() => "[nothing]".to_owned(),
        Ok(text) if size <= LONGEST_BODY => values.redact(text),
        Ok(text) => {
            let head: String = text.trim_end().chars().take(200).collect();
            format!("{}… [{size} bytes]", values.redact(&head))
        }
        Err(_) => format!("[{size} bytes that are no text]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn contract() -> Contract {
        let yaml = "openapi: 3.1.0
info: {title: T, version: '1'}
servers: [{url: 'https://api.test/v1'}]
paths:
  /things/{id}:
    post:
      operationId: make
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: page, in: query, schema: {type: string}}
      responses:
        '200': {description: fine, headers: {X-Left: {schema: {type: integer}}}}
";
        let file = crate::spec::Document::from_text("t.yaml".as_ref(), yaml.into(), Default::default());
        Contract::compile(file.expect("parses")).expect("compiles")
    }

    fn fixtures() -> Fixtures {
        let text = "resources: [{at: path.id, existing: [thing-17]}]\nredactions: [{at: header.x-left, as: number}]\n";
        let file = crate::spec::SourceFile::parse("f.yaml".into(), "f.yaml".into(), text.into()).expect("YAML");
        Fixtures::read(file, &|_| None).expect("reads")
    }

    fn text(target: &str, url: &str, response: (u16, &[(&str, &str)], &[u8]), mode: Mode) -> String {
        let (contract, fixtures) = (contract(), fixtures());
        let mut case = crate::check::testing::valid(serde_json::json!({"at": "thing-17"}));
        case.request.path_params = vec![("id".into(), "thing-17".into())];
        let fields = |fields: &[(&str, &str)]| fields.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let exchange = Exchange {
            request: SentRequest {
                curl: String::new(),
                is_amended: false,
                method: "POST".into(),
                url: url.into(),
                headers: fields(&[("user-agent", "conform/1"), ("x-trace", "1"), ("content-type", "application/json")]),
                body: Some(case.request.body.as_ref().expect("a body").payload.bytes()),
                variables: Vec::new(),
            },
            result: Ok(Response {
                status: response.0,
                headers: fields(response.1),
                body: response.2.to_vec(),
                ..Response::default()
            }),
            elapsed: Duration::ZERO,
            attempts: Default::default(),
        };
        let operation = &contract.operations[0];
        let text = ExchangeText {
            contract: &contract,
            operation,
            fixtures: &fixtures,
            case: &case,
            exchange: &exchange,
            target,
            mode,
        };
        text.text().expect("an answer came")
    }

    #[test]
    fn neither_the_target_nor_what_every_request_carries_is_told() {
        let fields = [
            ("date", "Sat, 21 Nov 2026 07:00:00 GMT"),
            ("x-left", "41"),
            ("location", "http://a.test:1/v1/things/8e033668-9f1a-11ec-b909-0242ac120002"),
            ("content-type", "application/json"),
        ];
        let response = (200, &fields[..], &br#"{"id": "thing-17", "other": "thing-17"}"#[..]);
        let own = text("http://a.test:1", "http://a.test:1/v1/things/thing-17?page=a&b", response, Mode::Shape);
        let expected = "POST /v1/things/[existing id]?page=a&b
content-type: application/json

{
  \"at\": \"thing-17\"
}

=> 200 OK
content-type: application/json
location: [target]/v1/things/[uuid]
x-left: [number]

{
  \"id\": \"[existing id]\",
  \"other\": \"thing-17\"
}";
        assert_eq!(own, expected);
        let other = text("http://b.test/x", "http://b.test/x/things/thing-17?page=a&b", response, Mode::Shape);
        assert_eq!(other, expected.replace("[target]/v1", "http://a.test:1/v1"));
    }

    #[test]
    fn nothing_that_a_terminal_obeys_gets_through() {
        let hostile = "\u{1b}[2Jcleared\r\n<<<<<<< ours\n\u{202e}x".as_bytes();
        let fields = [("content-type", "text/plain"), ("location", "/\u{9b}2J")];
        let text = |status, mode| text("http://a.test", "http://a.test/v1/things/1", (status, &fields, hostile), mode);
        let shown = text(200, Mode::Shape);
        assert!(!shown.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\r']), "{shown}");
        assert!(shown.contains("\\u001b[2Jcleared\\r\n<<<<<<< ours\n"), "{shown}");
        assert!(text(500, Mode::Shape).ends_with("\n\n[text]"));
        assert!(text(500, Mode::Exact).contains("cleared"));
    }
}
