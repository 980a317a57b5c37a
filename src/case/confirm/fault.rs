//! Confirms that an invalid request violates its clause in every interpretation.

use serde_json::Value;

use super::{Fault, Gate, Part, Unsure};
use crate::case::RequestValues;
use crate::contract::{
    Clause, ClauseId, ClauseTarget, Direction, Isolation, Parameter, ParameterLocation, PayloadKind, SchemaId, Style,
    Types, isolation,
};
use crate::wire::{self, Doubt, style, xml};

impl Gate<'_> {
    /// How the values break a clause, if they surely do.
    pub(super) fn fault(&self, values: &RequestValues, id: ClauseId) -> Result<Fault, Unsure> {
        let clause = self.operation.clauses().get(id);
        match clause.place {
            ClauseTarget::Parameter(index) => self.parameter_fault(values, id, index),
            ClauseTarget::Body(index) => self.body_fault(values, id, index),
            ClauseTarget::Request if clause.keyword == "required" && values.body.is_none() => {
                Ok(Fault::alone(Part::Body))
            }
            ClauseTarget::Request | ClauseTarget::Response(_) => Err(self.kept(clause)),
        }
    }

    fn parameter_fault(&self, values: &RequestValues, id: ClauseId, index: usize) -> Result<Fault, Unsure> {
        let clause = self.operation.clauses().get(id);
        let parameter = self.operation.parameters.get(index).ok_or_else(|| self.kept(clause))?;
        let value = values.parameters.get(index).and_then(Option::as_ref);
        let (schema, value) = match (clause.site, parameter.schema, value) {
            (None, _, None) => return Ok(Fault::alone(Part::Parameter(index))),
            (Some(_), Some(schema), Some(value)) => (schema, value),
            _ => return Err(self.kept(clause)),
        };
        let fault = self.breach(id, Part::Parameter(index), schema, value)?;
        match self.surely_invalid_parameter(clause, parameter, schema, value) {
            Ok(()) => Ok(fault),
            Err(doubt) => Err(self.may_be_valid(clause, doubt)),
        }
    }

    fn body_fault(&self, values: &RequestValues, id: ClauseId, index: usize) -> Result<Fault, Unsure> {
        let clause = self.operation.clauses().get(id);
        let sent = values.body.as_ref().filter(|(sent, _)| *sent == index);
        let media = values.media(self.operation).map(|(media, _)| media);
        let (Some((_, value)), Some((media, Some(schema)))) = (sent, media.map(|media| (media, media.schema))) else {
            return Err(self.kept(clause));
        };
        let fault = self.breach(id, Part::Body, schema, value)?;
        match wire::surely_invalid(self.validators, media, schema, value) {
            Ok(()) => Ok(fault),
            Err(Doubt::ReadAs(_))
                if media.kind() == PayloadKind::Xml
                    && xml::may_be_missed(&self.contract.schemas, schema, value, &clause.instance) =>
            {
                Err(self.may_be_valid(clause, Doubt::Elsewhere))
            }
            Err(doubt) => Err(self.may_be_valid(clause, doubt)),
        }
    }

    /// How the violations of a value break a clause, with the others that break beside it.
    fn breach(&self, id: ClauseId, part: Part, schema: SchemaId, value: &Value) -> Result<Fault, Unsure> {
        let clause = self.operation.clauses().get(id);
        let violations = self.validators.breaches(schema, Direction::Request, value);
        let isolation = isolation(clause, &violations);
        let mut also_broken = Vec::new();
        match isolation {
            Isolation::Missed => return Err(self.kept(clause)),
            Isolation::Alone => {}
            Isolation::WithOthers => {
                let found = self.operation.clauses().all_broken_by(&clause.place, &violations);
                also_broken.extend(found.into_iter().filter(|other| *other != id));
                also_broken.dedup();
            }
        }
        Ok(Fault { part, isolation, also_broken })
    }

    fn kept(&self, clause: &Clause) -> Unsure {
        Unsure::Kept(clause.describe(self.operation))
    }

    /// That what breaks a clause may come to nothing once it is sent.
    pub(crate) fn may_be_valid(&self, clause: &Clause, doubt: Doubt) -> Unsure {
        Unsure::MayBeValid { clause: clause.describe(self.operation), doubt: doubt.at(&clause.instance) }
    }

    /// Whether a value of a parameter stays a fault whatever a server takes its text for.
    fn surely_invalid_parameter(
        &self,
        clause: &Clause,
        parameter: &Parameter,
        schema: SchemaId,
        value: &Value,
    ) -> Result<(), Doubt> {
        let types = wire::expected_types(&self.contract.schemas, schema);
        // A server may take an empty string for none at all, and `allowEmptyValue` has it taken for a value.
        // A list of one that is empty is written in the same way, as is a list of nothing.
        let only = value.as_array().and_then(|items| items.first().filter(|_| items.len() == 1)).unwrap_or(value);
        let is_nothing = style::scalar(only).is_some_and(|text| text.trim().is_empty());
        if (!parameter.required || parameter.allow_empty) && is_nothing {
            return Err(Doubt::Nothing);
        }
        let none = Value::Array(Vec::new());
        if is_nothing && value.is_array() && self.validators.is_valid(schema, Direction::Request, &none) {
            return Err(Doubt::ReadAs(none));
        }
        style::sendable(parameter, value)?;
        if self.is_spread(parameter, types, value) {
            self.attributed(parameter, schema, value)?;
        }
        if parameter.is_json() {
            return match self.validators.is_valid(schema, Direction::Request, value) {
                true => Err(Doubt::ReadAs(value.clone())),
                false => Ok(()),
            };
        }
        // An interpretation of the types asked for is the fault of another clause, if of any.
        let is_fault = |read: &Value| {
            let violations = self.validators.breaches(schema, Direction::Request, read);
            let is_other = clause.keyword == "type"
                && types.intersects(Types::of(read))
                && isolation(clause, &violations) == Isolation::Missed;
            !violations.is_empty() && !is_other
        };
        let all = wire::interpretations_of(parameter, value, types).ok_or(Doubt::TooMany)?;
        match all.into_iter().find(|read| !is_fault(read)) {
            Some(read) => Err(Doubt::ReadAs(read)),
            None => Ok(()),
        }
    }

    /// Whether each property of an object is a parameter of its own.
    fn is_spread(&self, parameter: &Parameter, types: Types, value: &Value) -> bool {
        let each_is_a_parameter =
            parameter.style == Style::Form && parameter.explode && parameter.place != ParameterLocation::Header;
        // What is not an object has no properties that a server would look for.
        let only_object = types.intersects(Types::OBJECT) && !types.intersects(Types::ANY.without(Types::OBJECT));
        match value.is_object() {
            true => each_is_a_parameter,
            false => only_object && (each_is_a_parameter || parameter.style == Style::DeepObject),
        }
    }

    /// Whether what a server finds of an object is invalid: it knows only the properties that the schema declares, and
    /// without any of them there is no object.
    fn attributed(&self, parameter: &Parameter, schema: SchemaId, value: &Value) -> Result<(), Doubt> {
        let schemas = &self.contract.schemas;
        let known: Vec<SchemaId> = schemas.with_branches(&[schema]).collect();
        let declares = |name: &String| known.iter().any(|id| schemas.get(*id).properties.contains_key(name));
        let mut properties = value.as_object().cloned().unwrap_or_default();
        properties.retain(|name, _| declares(name));
        if properties.is_empty() {
            return if parameter.required { Ok(()) } else { Err(Doubt::Nothing) };
        }
        let all = wire::interpretations(&Value::Object(properties), Types::NONE).ok_or(Doubt::TooMany)?;
        match all.into_iter().find(|read| self.validators.is_valid(schema, Direction::Request, read)) {
            Some(read) => Err(Doubt::ReadAs(read)),
            None => Ok(()),
        }
    }
}
