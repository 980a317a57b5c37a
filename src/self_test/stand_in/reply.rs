//! The answers of the stand-in: for each documented status a value of its schema.

use std::collections::HashMap;

use axum::http::StatusCode;
use futures_util::StreamExt as _;
use serde_json::Value;

use super::request::Refusal;
use crate::contract::{Contract, Direction, MediaType, Operation, PayloadKind, SchemaId, StatusRange, Validators};
use crate::generate::Generator;
use crate::wire::{Carrier, Channel, accept, xml};

/// An answer before it is sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub media_type: Option<String>,
    /// The schema of the body, and the body as the value that it is.
    pub schema: Option<SchemaId>,
    pub value: Option<Value>,
    /// What is sent.
    pub body: Vec<u8>,
    /// Whether the connection ends before the body does.
    pub is_cut: bool,
}

/// The answers of all operations, made beforehand: one of each media type that a status has.
pub(super) struct Replies(HashMap<(usize, u16), Vec<Reply>>);

impl Replies {
    pub fn new(contract: &Contract, validators: &Validators) -> Self {
        let payload = Generator::new(validators, Direction::Response, Channel::PAYLOAD);
        let in_header = Channel::new(Carrier::Header, "");
        let header = Generator::new(validators, Direction::Response, in_header);
        let mut replies = HashMap::new();
        for (index, operation) in contract.operations.iter().enumerate() {
            for status in statuses(operation) {
                replies.insert((index, status), replies_of(contract, operation, status, &payload, &header));
            }
        }
        Self(replies)
    }

    /// The answer of an operation with a status, of the most welcome media type; the first where none is.
    pub fn get(&self, operation: usize, status: u16, accept: &str) -> Reply {
        let all = self.0.get(&(operation, status)).map_or(&[][..], Vec::as_slice);
        let weight = |reply: &&Reply| reply.media_type.as_deref().and_then(|name| accept::weight(accept, name));
        // The last of the highest is taken, so that the first comes last.
        let best = all.iter().rev().max_by_key(weight);
        best.cloned().unwrap_or_else(|| Reply { status, ..Reply::default() })
    }

    /// The status of a success, or 406 where the operation has that and nothing is acceptable.
    pub fn acceptable(&self, operation: &Operation, index: usize, status: u16, accept: &str) -> u16 {
        let refuses = operation.responses.iter().any(|response| response.status == StatusRange::Code(406));
        let name = self.get(index, status, accept).media_type;
        let is_welcome = name.is_none_or(|name| accept::takes(accept, &name));
        if refuses && !is_welcome { 406 } else { status }
    }
}

/// The status of a success: the first that the operation names.
pub(super) fn success(operation: &Operation) -> u16 {
    let named = operation.responses.iter().find_map(|response| match response.status {
        StatusRange::Code(code @ 200..400) => Some(code),
        StatusRange::Class(2) => Some(200),
        _ => None,
    });
    named.unwrap_or(200)
}

/// The status that refuses a request: of those that are right, the first that the operation names.
pub(super) fn refusal(operation: &Operation, refusal: Refusal) -> u16 {
    let right: &[u16] = match refusal {
        Refusal::MissingResource => &[404],
        Refusal::WrongMethod => &[405],
        Refusal::Unauthorized => &[401, 403],
        Refusal::WrongMediaType => &[415, 400, 422],
        Refusal::TooLarge => &[413],
        Refusal::Invalid => &[400, 422],
    };
    let is_named = |status: &&u16| {
        operation.responses.iter().any(|r| r.status != StatusRange::Default && r.status.contains(**status))
    };
    right.iter().find(is_named).copied().unwrap_or(right[0])
}

fn statuses(operation: &Operation) -> Vec<u16> {
    let refusals =
        [Refusal::MissingResource, Refusal::Unauthorized, Refusal::WrongMediaType, Refusal::TooLarge, Refusal::Invalid];
    let mut statuses: Vec<u16> = refusals.into_iter().map(|kind| refusal(operation, kind)).collect();
    statuses.extend([success(operation), 406]);
    statuses
}

fn replies_of(
    contract: &Contract,
    operation: &Operation,
    status: u16,
    payload: &Generator,
    header: &Generator,
) -> Vec<Reply> {
    let mut reply = Reply { status, ..Reply::default() };
    let Some(response) = operation.response(status) else { return vec![reply] };
    for documented in response.headers.iter().filter(|header| header.required) {
        let value = documented.schema.and_then(|schema| header.minimal(schema));
        let text = match value {
            Some(Value::String(text)) => text,
            Some(Value::Array(items)) => items.iter().map(text).collect::<Vec<_>>().join(","),
            Some(other) => other.to_string(),
            None => "value".to_owned(),
        };
        reply.headers.push((documented.name.clone(), text));
    }
    let may_have_body = !matches!(status, 204 | 304) && status >= 200;
    let content = response.content.iter().flatten().filter(|_| may_have_body);
    let of_each = content.map(|media| with_body(contract, reply.clone(), media, payload));
    let mut replies: Vec<Reply> = of_each.collect();
    if replies.is_empty() {
        replies.push(reply);
    }
    replies
}

/// A reply with a body of a media type.
fn with_body(contract: &Contract, mut reply: Reply, media: &MediaType, payload: &Generator) -> Reply {
    reply.media_type = Some(concrete(media));
    match media.kind() {
        PayloadKind::Json => {
            let value =
                media.schema.map_or_else(|| Some(Value::Object(serde_json::Map::new())), |s| payload.minimal(s));
            reply.schema = media.schema;
            reply.body = value.as_ref().map(|value| value.to_string().into_bytes()).unwrap_or_default();
            reply.value = value;
        }
        PayloadKind::Xml => {
            let value = media.schema.and_then(|schema| Some((schema, payload.minimal(schema)?)));
            let written = value.and_then(|(schema, value)| xml::write(&contract.schemas, schema, &value).ok());
            reply.body = written.map_or_else(|| "<value/>".to_owned(), |written| written.root.to_xml()).into_bytes();
        }
        _ => {
            let value = media.schema.and_then(|schema| payload.minimal(schema));
            reply.body = value.as_ref().map_or_else(|| b"text".to_vec(), |value| text(value).into_bytes());
        }
    }
    reply
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A media type that a range holds.
fn concrete(media: &MediaType) -> String {
    match media.kind() {
        PayloadKind::Json if media.name.contains('*') => "application/json".to_owned(),
        PayloadKind::Text => media.name.replace("text/*", "text/plain"),
        _ => media.name.replace('*', "octet-stream"),
    }
}

impl Reply {
    /// Puts another value in the place of the body, if the schema forbids it.
    pub fn replace(&mut self, validators: &Validators, value: Value) -> bool {
        let is_wrong = self.schema.is_some_and(|schema| !validators.is_valid(schema, Direction::Response, &value));
        if is_wrong {
            self.body = value.to_string().into_bytes();
        }
        is_wrong
    }

    /// The response as axum sends it.
    pub fn into_response(self) -> axum::response::Response {
        let body = match self.is_cut {
            true => {
                let start = self.body.first().copied().into_iter().collect::<Vec<u8>>();
                let start = futures_util::stream::iter([Ok(start)]);
                let end = futures_util::stream::once(async {
                    // What was written so far leaves while the server waits for more.
                    tokio::task::yield_now().await;
                    Err(std::io::Error::other("cut off"))
                });
                axum::body::Body::from_stream(start.chain(end))
            }
            false => axum::body::Body::from(self.body),
        };
        let mut response = axum::http::Response::builder().status(self.status);
        for (name, value) in self.headers.iter().chain(self.media_type.map(|t| ("content-type".to_owned(), t)).iter()) {
            response = response.header(name, value);
        }
        response.body(body).unwrap_or_else(|_| {
            let mut response = axum::response::Response::new(axum::body::Body::empty());
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        })
    }
}
