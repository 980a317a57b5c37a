//! Confirms requests whose method or body bytes are not those of their values.

use serde_json::Value;

use super::{Gate, Unsure};
use crate::case::{Fault, Intent, Mutation, RequestValues};
use crate::contract::{MediaRange, MediaType, Operation, PayloadKind};
use crate::wire::{Body, Payload, Request, accept, covers, multipart, xml};

impl Gate<'_> {
    /// Whether the mutation of a request is the fault that its case says, or none if it says so.
    pub(super) fn mutation(&self, values: &RequestValues, request: &Request, intent: Intent) -> Result<(), Unsure> {
        let body = match (&values.mutation, intent) {
            (
                None,
                Intent::WrongMethod
                | Intent::Robustness
                | Intent::Invalid(Fault::MediaType | Fault::Malformed | Fault::TooLarge | Fault::NotAcceptable),
            ) => {
                return Err(Unsure::NoFault("nothing of it is wrong".to_owned()));
            }
            (None, _) => return Ok(()),
            (Some(Mutation::Method(_)), intent) if intent != Intent::WrongMethod => {
                return Err(Unsure::NoFault("it has another method than its operation".to_owned()));
            }
            (Some(Mutation::Body(_) | Mutation::Text { .. } | Mutation::Accept(_)), Intent::WrongMethod) => {
                return Err(Unsure::NoFault("it has the method of its operation".to_owned()));
            }
            (Some(mutation), Intent::Robustness) => return self.is_odd(mutation),
            (Some(Mutation::Accept(accept)), intent) => return self.accepts(accept, intent),
            (Some(Mutation::Text { place, name, encoded }), Intent::Valid)
                if encoded.is_empty() && self.operation.may_be_empty(*place, name) =>
            {
                return Ok(());
            }
            (Some(Mutation::Text { .. }), _) => {
                return Err(Unsure::NoFault("it has another text in place of a value".to_owned()));
            }
            (Some(Mutation::Method(method)), _) => {
                // Another path template may match the same path and have the method.
                return match self.contract.methods_on(&request.path).contains(method.as_str()) {
                    true => Err(Unsure::NoFault(format!("the path has the method {method}"))),
                    false => Ok(()),
                };
            }
            (Some(Mutation::Body(body)), _) => body,
        };
        if size(&body.payload) > Payload::LARGEST {
            return Err(Unsure::NoFault("no body of more than 64 MiB is sent".to_owned()));
        }
        // Nothing at all has no media type that could be wrong, and is no body rather than a broken one.
        let is_required = self.operation.body.as_ref().is_some_and(|body| body.required);
        let needs_bytes = match intent {
            Intent::Invalid(Fault::MediaType) => true,
            Intent::Invalid(Fault::Malformed) => !is_required,
            _ => false,
        };
        if needs_bytes && body.payload.is_empty() {
            return Err(Unsure::NoFault("its body is empty, which is no body".to_owned()));
        }
        let media_type = body.media_type.as_deref().unwrap_or("");
        let is_so = match intent {
            Intent::Invalid(Fault::MediaType) => {
                !understands(self.operation, media_type) || self.has_unlisted_part(values, body)
            }
            Intent::Invalid(Fault::Malformed) => is_malformed(body),
            Intent::Invalid(Fault::TooLarge) => {
                let limit = self.operation.body.as_ref().and_then(|body| body.max_size.as_ref());
                limit.is_some_and(|limit| size(&body.payload) > limit.rejected_above)
            }
            _ => self.says_the_same(values, body),
        };
        let reason = match intent {
            _ if is_so => return Ok(()),
            Intent::Invalid(Fault::MediaType) => format!("the operation takes `{media_type}`"),
            Intent::Invalid(Fault::Malformed) => format!("its body is well-formed as `{media_type}`"),
            Intent::Invalid(Fault::TooLarge) => "its body is not larger than what is accepted".to_owned(),
            _ => return Err(Unsure::NotValid("its body does not say what its values say".to_owned())),
        };
        Err(Unsure::NoFault(reason))
    }

    /// Whether a request accepts what its case says: a media type of a success, or none of any response.
    fn accepts(&self, accept: &str, intent: Intent) -> Result<(), Unsure> {
        let taken = |is_success: bool| {
            let responses = self.operation.responses.iter();
            let meant = responses.filter(move |response| !is_success || response.status.is_success());
            meant.flat_map(|response| response.content.iter().flatten()).any(|media| accept::takes(accept, &media.name))
        };
        match intent {
            Intent::Valid if taken(true) => Ok(()),
            Intent::Invalid(Fault::NotAcceptable) if !taken(false) => Ok(()),
            _ => Err(Unsure::NoFault("it does not accept what its case says".to_owned())),
        }
    }

    /// Whether one part of a multipart body is a file of a media type that its `encoding` does not list.
    fn has_unlisted_part(&self, values: &RequestValues, body: &Body) -> bool {
        let Some((media, value)) = values.media(self.operation) else { return false };
        media.kind() == PayloadKind::Multipart
            && multipart::unlisted_types(media, value).iter().any(|(_, _, known)| known == body)
    }

    /// Whether the document asks nothing of bytes but how many they are: a schema does so of the text of [`as_text`].
    fn are_free(&self, media: &MediaType) -> bool {
        let schemas = &self.contract.schemas;
        let is_free = |id| {
            let schema = schemas.get(id);
            schema.content_encoding.is_none()
                && schema.content_media_type.is_none()
                && schema.format.as_deref().is_none_or(|format| format == "binary")
        };
        media.name.starts_with("application/octet-stream")
            && media.schema.is_none_or(|schema| schemas.conjunction(&[schema]).all(is_free))
    }

    /// Whether a body that is written in another way has the value that it should have.
    fn says_the_same(&self, values: &RequestValues, body: &Body) -> bool {
        let Some((media, value)) = values.media(self.operation) else { return false };
        let limit = self.operation.body.as_ref().and_then(|body| body.max_size.as_ref());
        if limit.is_some_and(|limit| size(&body.payload) > limit.accepted) {
            return false;
        }
        match (&body.payload, media.kind()) {
            (Payload::Json(sent) | Payload::Padded { value: sent, .. }, _) => sent == value,
            (Payload::Bytes(bytes), PayloadKind::Xml) => {
                let written = xml::body(&self.contract.schemas, media, value);
                written.is_some_and(
                    |known| matches!((xml::parse(bytes), xml::parse(&known)), (Ok(sent), Ok(known)) if sent == known),
                )
            }
            (Payload::Bytes(_), PayloadKind::Multipart) => {
                multipart::other_types(media, value).iter().any(|(_, _, known)| known == body)
            }
            (Payload::Bytes(bytes), PayloadKind::Binary) => {
                self.are_free(media) && value.as_str() == Some(&*as_text(bytes))
            }
            (Payload::Bytes(bytes), _) => serde_json::from_slice::<Value>(bytes).is_ok_and(|sent| sent == *value),
        }
    }
}

/// Whether the operation documents a media type. `text/xml` and `application/xml` are one (RFC 7303, section 9.2).
fn understands(operation: &Operation, media_type: &str) -> bool {
    let content = operation.body.as_ref().map_or(&[][..], |body| &body.content);
    let is_alias = |media: &MediaType| media.kind() == PayloadKind::Xml && media_type == "application/xml";
    content.iter().any(|media| covers(&media.name, media_type) || is_alias(media))
}

/// Whether no parser of its media type takes the body.
fn is_malformed(body: &Body) -> bool {
    let bytes = body.payload.bytes();
    match MediaRange::parse(body.media_type.as_deref().unwrap_or("")).kind() {
        PayloadKind::Json => serde_json::from_slice::<Value>(&bytes).is_err(),
        PayloadKind::Xml => matches!(xml::parse(&bytes), Err(xml::Unread::Malformed(_))),
        PayloadKind::Form | PayloadKind::Multipart | PayloadKind::Text | PayloadKind::Binary => false,
    }
}

/// The text that stands for bytes in values: a character for each, so that it is as long as they are.
pub fn as_text(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// The size of a payload in bytes.
fn size(payload: &Payload) -> u64 {
    match payload {
        Payload::Padded { size, .. } => *size,
        Payload::Json(value) => value.to_string().len() as u64,
        Payload::Bytes(bytes) => bytes.len() as u64,
    }
}
