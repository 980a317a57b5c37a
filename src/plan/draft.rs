//! Drafts: a request as values, before they become text.

use serde_json::Value;

use super::case::{Body, Credentials, Payload, Request};
use super::form;
use super::parameter::{self, Carried};
use super::xml;
use crate::contract::{MediaRange, MediaType, Operation, ParameterPlace, PayloadKind, Schemas};

/// A request as values.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The value of each parameter of the operation; `None` leaves it out.
    pub parameters: Vec<Option<Value>>,
    /// The media type, by its position, and the value of the body.
    pub body: Option<(usize, Value)>,
    /// What is sent in place of each credential.
    pub credentials: Credentials,
}

impl Draft {
    /// The request; `None` where a value cannot be written at its place.
    pub fn request(&self, operation: &Operation, schemas: &Schemas) -> Option<Request> {
        let mut request = Request {
            method: operation.method.clone(),
            path_params: Vec::new(),
            path: operation.path.clone(),
            query: Vec::new(),
            headers: Vec::new(),
            cookies: Vec::new(),
            credentials: self.credentials.clone(),
            body: None,
        };
        for (parameter, value) in operation.parameters.iter().zip(&self.parameters) {
            let Some(value) = value else { continue };
            match parameter::carry(parameter, value)? {
                Carried::Path { encoded, plain } => {
                    request.path = request.path.replace(&format!("{{{}}}", parameter.name), &encoded);
                    request.path_params.push((parameter.name.clone(), plain));
                }
                Carried::Query(pairs) => request.query.extend(pairs),
                Carried::Header(name, text) => request.headers.push((name, text)),
                Carried::Cookie(name, text) => request.cookies.push((name, text)),
            }
        }
        if request.path.contains(['{', '}']) {
            return None;
        }
        if let (Some((index, value)), Some(body)) = (&self.body, &operation.body) {
            request.body = Some(write(schemas, body.content.get(*index)?, value)?);
        }
        Some(request)
    }

    /// Whether a server may refuse this draft for more than the contract says: a value whose text OpenAPI leaves
    /// undefined, a path segment that many servers take for two, a text whose pattern cannot be judged, or a payload of
    /// which no schema tells the format.
    pub fn is_doubtful(&self, operation: &Operation, schemas: &Schemas) -> bool {
        let parameters = operation.parameters.iter().zip(&self.parameters);
        let parameter =
            parameters.filter_map(|(parameter, value)| Some((parameter, value.as_ref()?))).any(|(parameter, value)| {
                let text = parameter::scalar(value);
                let is_split = parameter.place == ParameterPlace::Path
                    && text.is_some_and(|text| !parameter::charset(parameter).carries(&text));
                let is_unjudged = parameter.schema.is_some_and(|schema| schemas.is_unjudged(schema, value));
                is_split || is_unjudged || parameter::is_undefined(parameter, value)
            });
        parameter
            || self.media(operation).is_some_and(|(media, value)| {
                let is_unjudged = media.schema.is_some_and(|schema| schemas.is_unjudged(schema, value));
                is_unjudged || is_vague(schemas, media, value)
            })
    }

    /// The media type and the value of the body.
    pub(super) fn media<'a>(&'a self, operation: &'a Operation) -> Option<(&'a MediaType, &'a Value)> {
        let (index, value) = self.body.as_ref()?;
        Some((operation.body.as_ref()?.content.get(*index)?, value))
    }
}

/// Whether a payload must have a form that no schema tells, such as that of an image.
fn is_vague(schemas: &Schemas, media: &MediaType, value: &Value) -> bool {
    match media.kind() {
        PayloadKind::Json | PayloadKind::Form => media.schema.is_none(),
        PayloadKind::Multipart => {
            let sent = |name: &String| value.get(name).is_some();
            media.schema.is_none() || media.encoding.iter().any(|(name, encoding)| encoding.file && sent(name))
        }
        PayloadKind::Text => media.schema.is_none() || !media.name.starts_with("text/plain"),
        PayloadKind::Xml => media.schema.is_none_or(|schema| xml::is_open(schemas, schema, value)),
        PayloadKind::Binary => true,
    }
}

/// A value as the payload of a media type; `None` where the media type has no such text.
pub(super) fn write(schemas: &Schemas, media: &MediaType, value: &Value) -> Option<Body> {
    let (media_type, payload) = match media.kind() {
        PayloadKind::Json => (concrete(&media.name), Payload::Json(value.clone())),
        PayloadKind::Form => (media.name.clone(), Payload::Bytes(form::urlencoded(media, value)?)),
        PayloadKind::Multipart => form::multipart(media, value).map(|(name, bytes)| (name, Payload::Bytes(bytes)))?,
        PayloadKind::Text => (concrete(&media.name), Payload::Bytes(parameter::scalar(value)?.into_bytes())),
        PayloadKind::Binary => (concrete(&media.name), Payload::Bytes(value.as_str()?.as_bytes().to_vec())),
        PayloadKind::Xml => (xml::media_type(&media.name), Payload::Bytes(xml::body(schemas, media, value)?)),
    };
    Some(Body { media_type: Some(media_type), payload })
}

/// A media type that a range such as `text/*` holds.
fn concrete(name: &str) -> String {
    match MediaRange::parse(name).essence() {
        "*/*" | "application/*" => "application/json".to_owned(),
        "text/*" => "text/plain".to_owned(),
        range if range.ends_with("/*") => "application/octet-stream".to_owned(),
        _ => name.to_owned(),
    }
}
