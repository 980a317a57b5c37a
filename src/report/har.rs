//! HAR 1.2: the exchanges of a run, as browsers and proxies read them.
//!
//! <http://www.softwareishard.com/blog/har-12-spec/>

use std::io::{self, Write};
use std::time::SystemTime;

use base64::Engine as _;
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use super::json::printable;
use super::{Output, Setting};
use crate::engine::{Event, Listener, ListenerError, Results};
use crate::execute::{Exchange, Response, SentRequest};

/// Exchanges that are kept, the first ones.
const MOST: usize = 20_000;
/// Octets of all bodies together that are kept; of later ones only the size is told.
const MOST_OCTETS: usize = 64 << 20;
/// Of longer bodies only this many octets are kept.
const LONGEST_BODY: usize = 64 << 10;

/// The output in HAR.
pub(super) struct Har<W> {
    out: Output<W>,
    setting: Setting,
    /// With the times at which they began.
    entries: Vec<(SystemTime, String)>,
    /// Octets of bodies that may still be kept.
    room: usize,
    /// Octets of all else that may still be kept.
    heads: usize,
    left_out: usize,
}

impl<W: Write> Har<W> {
    /// Writes the exchanges to `writer` when the run is over.
    pub fn new(writer: W, setting: Setting) -> Self {
        let out = Output::new(writer, setting.secrets.clone());
        Self { out, setting, entries: Vec::new(), room: MOST_OCTETS, heads: MOST_OCTETS, left_out: 0 }
    }

    fn keep(&mut self, began: SystemTime, exchange: &Exchange) -> io::Result<()> {
        let head = head(exchange);
        if self.entries.len() == MOST || head > self.heads {
            self.left_out += 1;
            return Ok(());
        }
        self.heads -= head;
        let shown = self.setting.secrets.exchange(exchange);
        let entry = entry(began, &shown, &mut self.room);
        self.entries.push((began, printable(&serde_json::to_string(&entry)?)));
        Ok(())
    }

    fn write(&mut self) {
        let creator = json!({"name": "conform", "version": env!("CARGO_PKG_VERSION")});
        let comment = match self.left_out {
            0 => String::new(),
            left_out => format!(", \"comment\": \"{left_out} further exchanges are left out\""),
        };
        self.out.line(format!("{{\"log\": {{\"version\": \"1.2\", \"creator\": {creator}{comment}, \"entries\": ["));
        self.entries.sort_by_key(|(began, _)| *began);
        let last = self.entries.len().saturating_sub(1);
        for (index, (_, entry)) in std::mem::take(&mut self.entries).into_iter().enumerate() {
            self.out.line(format!("{entry}{}", if index < last { "," } else { "" }));
        }
        self.out.line("]}}");
    }
}

impl<W: Write> Listener for Har<W> {
    fn on(&mut self, event: &Event, _: &Results) -> Result<(), ListenerError> {
        let logged = self.setting.exchanges.take();
        self.left_out += logged.left_out;
        for (began, exchange) in &logged.all {
            if let Err(error) = self.keep(*began, exchange) {
                self.out.fail(error);
            }
        }
        if matches!(event, Event::RunFinished { .. }) {
            self.write();
            self.out.finish()?;
        }
        Ok(self.out.result()?)
    }
}

/// The octets of an exchange that are none of a body.
fn head(exchange: &Exchange) -> usize {
    let octets =
        |fields: &[(String, String)]| fields.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
    let received = exchange.result.as_ref().map_or(0, |response| octets(&response.headers));
    exchange.request.url.len() + octets(&exchange.request.headers) + received
}

fn entry(began: SystemTime, exchange: &Exchange, room: &mut usize) -> Value {
    let time = exchange.elapsed.as_secs_f64() * 1_000.0;
    // A request that nobody answered was begun in the usual one.
    let version = exchange.result.as_ref().map_or(http::Version::HTTP_11, |response| response.version);
    let response = match &exchange.result {
        Ok(received) => response(received, room),
        // As browsers write what was never answered.
        Err(failure) => with_comment(response(&Response::default(), room), &failure.to_string()),
    };
    json!({
        "startedDateTime": Timestamp::try_from(began).unwrap_or_default().to_string(),
        "time": time,
        "request": request(&exchange.request, version, room),
        "response": response,
        "cache": {},
        "timings": {"send": 0, "wait": time, "receive": 0},
    })
}

fn request(request: &SentRequest, version: http::Version, room: &mut usize) -> Value {
    let query: Vec<Value> = Url::parse(&request.url)
        .map(|url| url.query_pairs().map(|(name, value)| json!({"name": name, "value": value})).collect())
        .unwrap_or_default();
    let mut written = json!({
        "method": request.method,
        "url": request.url,
        "httpVersion": format!("{version:?}"),
        "cookies": [],
        "headers": fields(&request.headers),
        "queryString": query,
        "headersSize": -1,
        "bodySize": request.body.as_ref().map_or(0, Vec::len),
    });
    if let Some(body) = &request.body {
        let (text, comment) = kept(body, room);
        let mut data = json!({"mimeType": media_type(&request.headers), "text": String::from_utf8_lossy(text)});
        if !comment.is_empty() {
            data["comment"] = comment.into();
        }
        written["postData"] = data;
    }
    written
}

fn response(response: &Response, room: &mut usize) -> Value {
    let (body, comment) = kept(&response.body, room);
    let mut content = json!({"size": response.body.len(), "mimeType": media_type(&response.headers)});
    match std::str::from_utf8(body) {
        Ok(text) => content["text"] = text.into(),
        Err(_) => {
            content["text"] = base64::engine::general_purpose::STANDARD.encode(body).into();
            content["encoding"] = "base64".into();
        }
    }
    if !comment.is_empty() {
        content["comment"] = comment.into();
    }
    let reason = http::StatusCode::from_u16(response.status).ok().and_then(|status| status.canonical_reason());
    json!({
        "status": response.status,
        "statusText": reason.unwrap_or_default(),
        "httpVersion": format!("{:?}", response.version),
        "cookies": [],
        "headers": fields(&response.headers),
        "content": content,
        "redirectURL": response.header("location").unwrap_or_default(),
        "headersSize": -1,
        "bodySize": response.body.len(),
    })
}

fn with_comment(mut value: Value, comment: &str) -> Value {
    value["comment"] = comment.into();
    value
}

/// What is kept of a body, and what to say where that is not all.
fn kept<'b>(body: &'b [u8], room: &mut usize) -> (&'b [u8], String) {
    let length = body.len().min(LONGEST_BODY).min(*room);
    *room -= length;
    let comment =
        if length < body.len() { format!("the first {length} of {} octets", body.len()) } else { String::new() };
    (&body[..length], comment)
}

fn media_type(headers: &[(String, String)]) -> &str {
    let field = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    field.map_or("", |(_, value)| value)
}

fn fields(headers: &[(String, String)]) -> Vec<Value> {
    headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::execute::Failure;
    use crate::report::testing;

    #[test]
    fn every_exchange_is_there_from_the_oldest_on_and_without_secrets() {
        let (mut text, setting) = (Vec::new(), testing::setting());
        let mut har = Har::new(&mut text, setting.clone());
        let fields = r#"{"secret": "hunter2-secret"}"#;
        let gone = Failure::Closed("the target closed the connection".into());
        for (ended, result) in [Ok((200, "{}")), Err(gone), Ok((201, fields))].into_iter().enumerate() {
            let began = SystemTime::UNIX_EPOCH + Duration::from_secs(10 - ended as u64);
            setting.exchanges.note(began, &testing::exchange(fields, result));
        }
        // Events tell of none.
        testing::failing_run(&mut har);
        drop(har);
        let text = String::from_utf8(text).expect("UTF-8");
        testing::assert_clean(&text);
        let har: Value = serde_json::from_str(&text).expect("JSON");
        let entries = har["log"]["entries"].as_array().expect("entries");
        let statuses: Vec<_> = entries.iter().map(|entry| entry["response"]["status"].as_u64()).collect();
        assert_eq!((har["log"]["version"].as_str(), statuses), (Some("1.2"), [201, 0, 200].map(Some).to_vec()));
        assert_eq!(entries[0]["startedDateTime"], "1970-01-01T00:00:08Z");
    }

    #[test]
    fn what_is_kept_of_bodies_is_bounded() {
        let mut room = 10;
        assert_eq!(kept(b"12345678", &mut room), (&b"12345678"[..], String::new()));
        assert_eq!(kept(b"12345678", &mut room), (&b"12"[..], "the first 2 of 8 octets".to_owned()));
        assert_eq!(kept(b"", &mut room), (&b""[..], String::new()));
    }
}
