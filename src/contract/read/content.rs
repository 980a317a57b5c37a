//! Reads what is sent and what comes back: request bodies, responses and their header fields.

use indexmap::IndexMap;
use serde_json::Value;

use super::parameters::style_named;
use super::reader::{Node, Reader};
use super::size::readings;
use crate::contract::media_type::{MediaRange, PayloadKind};
use crate::contract::model::{Encoding, Header, MediaType, RequestBody, ResponseSpec, SizeLimit};
use crate::contract::rule;
use crate::contract::schema::{Dialect, SchemaId, Types};
use crate::contract::status::StatusRange;

impl Reader {
    pub(super) fn request_body(&mut self, operation: &Node) -> Option<RequestBody> {
        if !operation.1.contains_key("requestBody") {
            return None;
        }
        let at = operation.0.join("requestBody");
        let Some(node) = self.object(&at) else {
            self.leave_open("requestBody", at);
            return None;
        };
        let mut content = self.content(&node);
        self.fit_schemas(&mut content);
        let max_size = self.size_limit(&node);
        let required = self.is_required(&node);
        Some(RequestBody { required, content, max_size, location: node.0 })
    }

    /// `x-max-request-size` on the request body: the one fact of many documents that OpenAPI has no word for.
    pub(super) fn size_limit(&mut self, (at, members): &Node) -> Option<SizeLimit> {
        let location = at.join("x-max-request-size");
        let text = match members.get("x-max-request-size")? {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        match readings(&text) {
            Some((accepted, rejected_above)) => Some(SizeLimit { accepted, rejected_above, location }),
            None => {
                let message =
                    format!("`{text}` is not a size; write a number of bytes, or a number with KB, MB, MiB ...");
                self.note(&rule::SIZE_LIMIT, &location, message);
                None
            }
        }
    }

    /// The media types below `content`.
    fn content(&mut self, node: &Node) -> Vec<MediaType> {
        let mut content = Vec::new();
        for (name, location) in self.members(node, "content") {
            let Some(media) = self.object(&location) else { continue };
            let schema = media.1.contains_key("schema").then(|| self.schema(&media.0.join("schema")));
            let examples = self.examples(&media);
            let mut encoding = self.encoding(&media);
            // Before 3.1, styles are ignored but for `application/x-www-form-urlencoded` (OpenAPI 3.0, section 4.7.15.1).
            if self.dialect == Dialect::OpenApi30 && MediaRange::parse(&name).kind() == PayloadKind::Multipart {
                encoding.values_mut().for_each(|encoding| (encoding.style, encoding.explode) = (None, None));
            }
            content.push(MediaType { name, schema, examples, encoding, location: media.0 });
        }
        content
    }

    fn encoding(&mut self, media: &Node) -> IndexMap<String, Encoding> {
        let mut encodings = IndexMap::new();
        for (name, location) in self.members(media, "encoding") {
            let Some((_, members)) = self.object(&location) else { continue };
            let text = |key: &str| members.get(key).and_then(Value::as_str);
            encodings.insert(
                name,
                Encoding {
                    content_type: text("contentType").map(str::to_owned),
                    style: text("style").and_then(style_named),
                    explode: members.get("explode").and_then(Value::as_bool),
                    file: false,
                },
            );
        }
        encodings
    }

    /// Leaves out schemas of objects and lists where the payload is a text or bytes, which are neither; and finds
    /// the files among the parts of forms.
    pub(super) fn fit_schemas(&mut self, content: &mut [MediaType]) {
        for media in content {
            let Some(schema) = media.schema else { continue };
            match media.kind() {
                PayloadKind::Text | PayloadKind::Binary if self.is_structured(schema) => {
                    let message = format!("`{}` has no objects and arrays, so this schema is left out", media.name);
                    self.note(&rule::SCHEMA_MISFIT, &media.location, message);
                    media.schema = None;
                }
                PayloadKind::Multipart => {
                    for (name, member) in self.members_of(schema) {
                        let file = self.is_file(member);
                        media.encoding.entry(name).or_default().file |= file;
                    }
                }
                _ => {}
            }
        }
    }

    fn is_structured(&self, schema: SchemaId) -> bool {
        let scalars = Types::STRING.or(Types::NUMBER).or(Types::BOOLEAN);
        self.schemas.schemas.conjunction(&[schema]).any(|id| {
            let schema = self.schemas.schemas.get(id);
            match schema.types {
                Some(types) => !types.intersects(scalars),
                None => !schema.properties.is_empty() || schema.items.is_some(),
            }
        })
    }

    fn members_of(&self, schema: SchemaId) -> Vec<(String, SchemaId)> {
        let each = self.schemas.schemas.conjunction(&[schema]).map(|id| &self.schemas.schemas.get(id).properties);
        each.flatten().map(|(name, member)| (name.clone(), *member)).collect()
    }

    /// `format: binary` before 3.1, `contentMediaType` without an encoding since; a list of files is files, too.
    fn is_file(&self, schema: SchemaId) -> bool {
        self.schemas.schemas.conjunction(&[schema]).any(|id| {
            let schema = self.schemas.schemas.get(id);
            schema.format.as_deref() == Some("binary")
                || (schema.content_media_type.is_some() && schema.content_encoding.is_none())
                || schema.items.is_some_and(|item| {
                    item != id && self.schemas.schemas.get(item).format.as_deref() == Some("binary")
                })
        })
    }

    pub(super) fn responses(&mut self, root: &Node, operation: &Node) -> Vec<ResponseSpec> {
        let mut responses = Vec::new();
        for (status, location) in self.members(operation, "responses") {
            let Some(range) = StatusRange::parse(&status) else {
                let message =
                    format!("`{status}` is not a status, a range such as `2XX`, or `default`; it is left out");
                self.note(&rule::STATUS_NAME, &location, message);
                continue;
            };
            let Some(node) = self.object(&location) else {
                // The status is documented all the same, though nothing is known of the answer.
                responses.push(ResponseSpec { status: range, headers: Vec::new(), content: None, location });
                continue;
            };
            let content = match self.dialect {
                Dialect::Swagger2 => self.swagger_content(root, operation, &node),
                // An empty `content` says as little as none: it names no media type to hold a body to.
                _ => Some(self.content(&node)).filter(|content| !content.is_empty()),
            };
            let headers = self.headers(&node);
            // Placed where the operation names it, not where a shared component stands.
            responses.push(ResponseSpec { status: range, headers, content, location });
        }
        responses
    }

    fn headers(&mut self, response: &Node) -> Vec<Header> {
        let mut headers = Vec::new();
        for (name, location) in self.members(response, "headers") {
            // OpenAPI 3.1, section 4.8.17: a documented Content-Type is ignored.
            if name.eq_ignore_ascii_case("content-type") {
                continue;
            }
            let Some((at, members)) = self.object(&location) else { continue };
            let schema = match self.dialect {
                Dialect::Swagger2 => members.contains_key("type").then(|| self.schema(&at)),
                _ => members.contains_key("schema").then(|| self.schema(&at.join("schema"))),
            };
            headers.push(Header {
                required: members.get("required") == Some(&Value::Bool(true)),
                name,
                schema,
                location: at,
            });
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::contract::Contract;
    use crate::spec::{Document, LoadOptions};

    #[test]
    fn names_that_look_like_extensions_are_names_where_there_are_none() {
        let text = "
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  x-path: {get: {}}
  /a:
    post:
      requestBody:
        content:
          multipart/form-data:
            schema: {type: object, properties: {x-part: {type: string}}}
            encoding: {x-part: {contentType: text/csv}}
            examples: {x-example: {value: {x-part: a}}}
      responses:
        x-response: {description: none}
        '200':
          description: done
          headers: {x-request-id: {required: true, schema: {type: string}}}
";
        let document = Document::from_text(Path::new("t.yaml"), text.into(), LoadOptions::default());
        let contract = Contract::compile(document.expect("YAML")).expect("a contract");
        let [operation] = contract.operations.as_slice() else { panic!("one operation") };
        let media = &operation.body.as_ref().expect("a body").content[0];
        assert_eq!(media.encoding["x-part"].content_type.as_deref(), Some("text/csv"));
        assert_eq!(media.examples.len(), 1);
        let [response] = operation.responses.as_slice() else { panic!("one response") };
        assert_eq!(response.headers[0].name, "x-request-id");
    }
}
