//! The XML bodies that a plan starts from.

use serde_json::Value;

use super::planner::Planner;
use crate::case::RequestValues;
use crate::contract::{MediaType, PayloadKind, SchemaId};
use crate::wire::xml::{self, is_surely_valid};

impl Planner<'_> {
    /// A value that is surely valid as XML: the simplest one, or one at an edge.
    pub(super) fn plain_xml(&mut self, media: &MediaType, schema: SchemaId) -> Option<Value> {
        let generator = self.body_generator(media);
        let is_sure = |value: &Value| is_surely_valid(self.validators, schema, value);
        let plain = generator.plain(schema).filter(is_sure);
        plain.or_else(|| {
            generator.edges_within(schema, self.budget.edges).into_iter().map(|edge| edge.value).find(is_sure)
        })
    }

    /// Why nothing can be sent as this media type, if it is XML and nothing can.
    pub(super) fn no_xml(&mut self, media: &MediaType) -> Option<String> {
        if media.kind() != PayloadKind::Xml {
            return None;
        }
        let Some(schema) = media.schema else {
            return Some("no schema and no example says what its XML is".to_owned());
        };
        let plain = self.body_generator(media).plain(schema)?;
        xml::write(&self.contract.schemas, schema, &plain).err().map(|reason| reason.to_string())
    }

    /// Whether the body of a draft is valid in all that a server may read it as.
    pub(super) fn is_surely_valid(&self, draft: &RequestValues) -> bool {
        let body = draft.media(self.operation).filter(|(media, _)| media.kind() == PayloadKind::Xml);
        let schema = body.and_then(|(media, value)| Some((media.schema?, value)));
        schema.is_none_or(|(schema, value)| is_surely_valid(self.validators, schema, value))
    }
}
