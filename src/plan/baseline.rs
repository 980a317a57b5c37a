//! The baseline request: the minimal valid one, which an operation's other cases vary.

use serde_json::Value;

use super::planner::PlanBuilder;
use super::why_not::unwritable_parameter;
use crate::case::RequestValues;
use crate::contract::{MediaType, Parameter, ParameterLocation, PayloadKind, SchemaId};
use crate::generate;
use crate::wire::{self, Carrier, Channel, Credentials, xml};

impl PlanBuilder<'_> {
    /// The baseline, or why there is none.
    pub fn baseline(&mut self) -> Result<RequestValues, String> {
        let schemas = &self.contract.schemas;
        let may_be_required =
            |parameter: &Parameter| parameter.schema.is_some_and(|schema| schemas.may_be_required(schema));
        let mut parameters = Vec::new();
        for (index, parameter) in self.operation.parameters.iter().enumerate() {
            let is_known = self.resource(index).is_some_and(|resource| resource.always);
            let needed = parameter.required
                || is_known
                || parameter.place == ParameterLocation::Path
                || may_be_required(parameter);
            let value = match needed && !self.operation.carries_credential(parameter) {
                true => Some(self.minimal_parameter(index).ok_or_else(|| {
                    let unwritable = unwritable_parameter(parameter);
                    if self.names_by_guess(index) {
                        return format!(
                            "any value of the path parameter `{}` may name something that a request would change: name one that it may under `resources` in the fixtures, or use `--destructive`",
                            parameter.name
                        );
                    }
                    unwritable.unwrap_or_else(|| {
                        format!("no valid value of the {} parameter `{}` was found", parameter.place, parameter.name)
                    })
                })?),
                false => None,
            };
            parameters.push(value);
        }
        let mut baseline =
            RequestValues { parameters, body: None, credentials: Credentials::default(), mutation: None };
        if let Some(body) = &self.operation.body {
            baseline.body = self.minimal_body();
            if baseline.body.is_none() && body.required {
                return Err(self.no_body(&body.content));
            }
        }
        if baseline.request(self.operation, &self.contract.schemas).is_none() {
            let media = baseline.body.as_ref().map_or("its media type", |(index, _)| &self.media()[*index].name);
            return Err(format!("no valid body can be written as `{media}`"));
        }
        Ok(baseline)
    }

    /// Why there is no valid body.
    fn no_body(&mut self, content: &[MediaType]) -> String {
        let names: Vec<String> = content.iter().map(|media| format!("`{}`", media.name)).collect();
        content.iter().find_map(|media| self.no_xml(media)).unwrap_or_else(|| match names.as_slice() {
            [] => "the required body has no media type".to_owned(),
            _ => format!("no valid body of {} was found", names.join(", ")),
        })
    }

    /// A valid value of a parameter: an id that exists, the document's example, or a minimal one.
    fn minimal_parameter(&mut self, index: usize) -> Option<Value> {
        if let Some(existing) = self.resource(index).and_then(|resource| resource.existing.first()) {
            return Some(existing.clone());
        }
        if self.names_by_guess(index) {
            let improbable = self.improbable(index);
            if improbable.is_some() || !self.may_guess {
                return improbable;
            }
            self.is_template = true;
        }
        let parameter = &self.operation.parameters[index];
        let channel = wire::channel(parameter);
        let example = parameter.examples.iter().map(|(value, _)| value).find(|value| {
            let carried = value.as_str().is_none_or(|string| channel.is_plain(string));
            carried && self.gate().is_valid_parameter(parameter, value)
        });
        if let Some(example) = example {
            return Some(example.clone());
        }
        let Some(schema) = parameter.schema else { return Some(Value::String("value".to_owned())) };
        let mut channels = vec![channel];
        if parameter.place == ParameterLocation::Path {
            channels.push(Channel::new(Carrier::PathAsWritten, ""));
        }
        channels.into_iter().find_map(|channel| {
            let generator = self.generator(channel);
            let is_valid = |value: &Value| self.gate().is_valid_parameter(parameter, value);
            let minimal = generator.minimal(schema).filter(is_valid);
            let soon_after = |value: &Value| generate::soon_after(&parameter.name, value).filter(is_valid);
            minimal
                .map(|value| soon_after(&value).unwrap_or(value))
                .or_else(|| generator.boundary_values(schema).into_iter().map(|boundary| boundary.value).find(is_valid))
        })
    }

    fn minimal_body(&mut self) -> Option<(usize, Value)> {
        let media = self.media();
        let rank = |kind: PayloadKind| match kind {
            PayloadKind::Json => 0,
            PayloadKind::Form => 1,
            PayloadKind::Multipart => 2,
            PayloadKind::Xml => 3,
            PayloadKind::Text => 4,
            PayloadKind::Binary => 5,
        };
        let mut order: Vec<usize> = (0..media.len()).collect();
        order.sort_by_key(|index| rank(media[*index].kind()));
        order.into_iter().find_map(|index| {
            let media = &media[index];
            let mut value = match media.schema {
                Some(schema) => self.minimal_of(media, schema)?,
                None if media.kind() == PayloadKind::Xml => xml::example(&self.contract.schemas, media)?,
                None => media.examples.first().map_or_else(|| any(media.kind()), |(value, _)| value.clone()),
            };
            let is_valid = |value: &Value| {
                media.schema.is_none_or(|schema| wire::is_surely_valid(self.validators, media, schema, value))
            };
            let original = value.clone();
            self.pin(&mut value, None);
            if !is_valid(&value) {
                // One that the schema forbids takes none of the others along.
                value = original;
                self.pin_each(&mut value, is_valid);
            }
            Some((index, value))
        })
    }

    /// A value that is surely valid as this media type: the minimal one, or one at a boundary.
    fn minimal_of(&mut self, media: &MediaType, schema: SchemaId) -> Option<Value> {
        let generator = self.body_generator(media);
        if media.kind() == PayloadKind::Json {
            return generator.minimal(schema);
        }
        let schemas = &self.contract.schemas;
        let is_required = self.operation.body.as_ref().is_some_and(|body| body.required);
        let is_there =
            |value: &Value| !is_required || wire::write(schemas, media, value).is_some_and(|b| !b.payload.is_empty());
        let is_sure = |value: &Value| wire::is_surely_valid(self.validators, media, schema, value) && is_there(value);
        let minimal = generator.minimal(schema).filter(is_sure);
        minimal.or_else(|| {
            generator
                .boundary_values_within(schema, self.budget.boundary_values)
                .into_iter()
                .map(|boundary| boundary.value)
                .find(is_sure)
        })
    }

    /// Why nothing can be sent as this media type, if it is XML and nothing can.
    pub fn no_xml(&mut self, media: &MediaType) -> Option<String> {
        if media.kind() != PayloadKind::Xml {
            return None;
        }
        let Some(schema) = media.schema else {
            return Some("no schema and no example says what its XML is".to_owned());
        };
        let minimal = self.body_generator(media).minimal(schema)?;
        xml::write(&self.contract.schemas, schema, &minimal).err().map(|reason| reason.to_string())
    }
}

/// A payload of which nothing is known.
fn any(kind: PayloadKind) -> Value {
    match kind {
        PayloadKind::Text | PayloadKind::Binary => Value::String("text".to_owned()),
        _ => Value::Object(serde_json::Map::new()),
    }
}
