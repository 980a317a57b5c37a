//! The body of a request, by its media type.

use serde_json::Value;

use super::parameter::{object, property};
use super::{Arrived, Best, Problem, ProblemKind, Server, pairs};
use crate::contract::{ClauseTarget, MediaType, PayloadKind, SchemaId, Style};
use crate::wire::{form, multipart, style, xml};

impl Server<'_> {
    /// The media type and the value of the body; adds what is wrong with it.
    pub(super) fn body(&self, arrived: &Arrived<'_>, problems: &mut Vec<Problem>) -> Option<(usize, Value)> {
        let body = self.operation.body.as_ref()?;
        let bytes = arrived.request.body();
        let mut wrong = |kind: ProblemKind, keyword: &str| {
            problems.push(Problem { kind, clauses: self.clause(keyword, &ClauseTarget::Request) });
            None
        };
        if body.max_size.as_ref().is_some_and(|limit| bytes.len() as u64 > limit.accepted) {
            return wrong(ProblemKind::TooLarge, "x-max-request-size");
        }
        let Some(media_type) = arrived.header("content-type") else {
            return match (bytes.is_empty(), body.required) {
                (true, false) => None,
                (true, true) => wrong(ProblemKind::Invalid, "required"),
                (false, _) => wrong(ProblemKind::Invalid, "content"),
            };
        };
        let Some(index) = MediaType::documenting(&body.content, &media_type) else {
            return wrong(ProblemKind::MediaType, "content");
        };
        let media = &body.content[index];
        let interpretations = self.interpretations(media, &media_type, bytes);
        let place = ClauseTarget::Body(index);
        match self.best(&place, media.schema, interpretations) {
            None => wrong(ProblemKind::Malformed, "content"),
            Some(Best::Valid(value)) => Some((index, value)),
            Some(Best::Invalid(value, clauses)) => {
                problems.push(Problem { kind: ProblemKind::Invalid, clauses });
                Some((index, value))
            }
        }
    }

    /// The interpretations of a body; none where it is malformed for its media type.
    fn interpretations(&self, media: &MediaType, media_type: &str, body: &[u8]) -> Vec<Value> {
        let form = |pairs: &[(String, String)]| match media.schema {
            Some(schema) => self.form(media, schema, pairs),
            None => pairs.iter().map(|(name, string)| (name.clone(), Value::from(string.as_str()))).collect(),
        };
        match media.kind() {
            PayloadKind::Json => serde_json::from_slice(body).into_iter().collect(),
            PayloadKind::Form => vec![form(&pairs(body))],
            PayloadKind::Multipart => {
                multipart::parts(media_type, body).map(|parts| form(&parts)).into_iter().collect()
            }
            PayloadKind::Xml => self.xml(media, body).into_iter().collect(),
            PayloadKind::Text | PayloadKind::Binary => {
                vec![Value::String(String::from_utf8_lossy(body).into_owned())]
            }
        }
    }

    /// The fields of a form as an object, those of a `deepObject` put together.
    fn form(&self, media: &MediaType, schema: SchemaId, pairs: &[(String, String)]) -> Value {
        let delimiter = |name: &str| {
            let styled = form::as_parameter(media, name).filter(|parameter| !parameter.explode);
            styled.map(|parameter| style::delimiter(parameter.style))
        };
        let mut flat = pairs.to_vec();
        let mut deep = Vec::new();
        for (name, _) in media.encoding.iter().filter(|(_, encoding)| encoding.style == Some(Style::DeepObject)) {
            let prefix = format!("{name}[");
            let key = |field: &str| Some(field.strip_prefix(&prefix)?.strip_suffix(']')?.to_owned());
            let members: Vec<(String, String)> =
                flat.iter().filter_map(|(field, string)| Some((key(field)?, string.clone()))).collect();
            flat.retain(|(field, _)| key(field).is_none());
            if !members.is_empty() {
                let property = property(self.validators, schema, name).unwrap_or(schema);
                deep.push((name, object(self.validators, property, &members, &|_| None)));
            }
        }
        let mut form = object(self.validators, schema, &flat, &delimiter);
        deep.into_iter().for_each(|(name, value)| form[name] = value);
        form
    }

    fn xml(&self, media: &MediaType, body: &[u8]) -> Option<Value> {
        let root = xml::parse(body).ok()?;
        match media.schema {
            Some(schema) => xml::read(self.validators.schemas(), schema, &root).map(|read| read.value),
            None => Some(Value::String(String::from_utf8_lossy(body).into_owned())),
        }
    }
}
