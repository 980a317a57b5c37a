//! Confirms what must be valid: all of a valid request, and all but the fault of an invalid one.

use serde_json::Value;

use super::{Gate, Part, Unsure};
use crate::case::RequestValues;
use crate::contract::{Direction, Parameter};
use crate::wire::{self, Request, style};

impl Gate<'_> {
    /// Whether `value` is valid, and stays so in all that a server which knows its schema may read out of its text.
    pub(crate) fn is_valid_parameter(&self, parameter: &Parameter, value: &Value) -> bool {
        let is_valid = |schema, value: &Value| self.validators.is_valid(schema, Direction::Request, value);
        let readings = |schema| wire::other_readings(&self.contract.schemas, &[schema], value);
        style::is_carried(parameter, value)
            && parameter.schema.is_none_or(|schema| {
                let is_sure = || wire::is_readable(value) && readings(schema).iter().all(|read| is_valid(schema, read));
                is_valid(schema, value) && (parameter.is_json() || is_sure())
            })
    }

    /// Whether all beside the part at fault is valid.
    pub(super) fn is_valid_beside(&self, fault: Part, values: &RequestValues) -> Result<(), Unsure> {
        for (index, parameter) in self.operation.parameters.iter().enumerate() {
            if fault != Part::Parameter(index) {
                self.parameter(parameter, values.parameters.get(index).and_then(Option::as_ref))?;
            }
        }
        if fault == Part::Body { Ok(()) } else { self.body(values) }
    }

    fn parameter(&self, parameter: &Parameter, value: Option<&Value>) -> Result<(), Unsure> {
        let named = || format!("{} parameter `{}`", parameter.place, parameter.name);
        let Some(value) = value else {
            let is_needed = parameter.required && !self.operation.carries_credential(parameter);
            return if is_needed { Err(Unsure::NotValid(format!("the {} is missing", named()))) } else { Ok(()) };
        };
        let resource = self.fixtures.resource(parameter);
        let is_known = resource.is_some_and(|known| known.existing.contains(value) || known.missing.contains(value));
        if is_known || self.is_valid_parameter(parameter, value) {
            return Ok(());
        }
        let schema = parameter.schema.filter(|_| style::is_carried(parameter, value));
        let violations = schema.map(|schema| self.validators.violations(schema, Direction::Request, value));
        Err(match violations.as_ref().map(|violations| violations.first()) {
            None => Unsure::Unwritable,
            Some(None) => Unsure::MayBeInvalid(format!("the {}", named())),
            Some(Some(violation)) => Unsure::NotValid(format!("the {}: {}", named(), violation.message)),
        })
    }

    fn body(&self, values: &RequestValues) -> Result<(), Unsure> {
        let Some(body) = &self.operation.body else { return Ok(()) };
        let Some((media, value)) = values.media(self.operation) else {
            let is_missing = body.required && values.body.is_none();
            return if is_missing { Err(Unsure::NotValid("the body is missing".to_owned())) } else { Ok(()) };
        };
        let Some(schema) = media.schema else { return Ok(()) };
        if wire::is_surely_valid(self.validators, media, schema, value) {
            return Ok(());
        }
        Err(match self.validators.violations(schema, Direction::Request, value).first() {
            None => Unsure::MayBeInvalid("the body".to_owned()),
            Some(violation) => Unsure::NotValid(violation.message.clone()),
        })
    }

    /// Whether a body without a byte is what it is meant to be although a server cannot tell it from no body.
    pub(super) fn body_of_nothing(&self, values: &RequestValues, request: &Request, fault: Part) -> Result<(), Unsure> {
        let is_nothing = request.body.as_ref().is_some_and(|body| body.payload.is_empty());
        let is_required = self.operation.body.as_ref().is_some_and(|body| body.required);
        match fault {
            _ if !is_nothing || values.mutation.is_some() => Ok(()),
            Part::Body if !is_required => Err(Unsure::NoFault("no body is required".to_owned())),
            Part::Nothing | Part::Parameter(_) if is_required => Err(Unsure::MayBeInvalid("the body".to_owned())),
            _ => Ok(()),
        }
    }

    /// Whether a part of the request is known to name nothing.
    pub(super) fn names_nothing(&self, values: &RequestValues) -> Result<(), Unsure> {
        let parameter = self.operation.parameters.iter().zip(&values.parameters).any(|(parameter, value)| {
            let missing = self.fixtures.resource(parameter).map_or(&[][..], |resource| &resource.missing);
            value.as_ref().is_some_and(|value| missing.contains(value))
        });
        let body = values.body.as_ref().is_some_and(|(_, body)| {
            let is_named = |at: &str, missing: &[Value]| body.pointer(at).is_some_and(|value| missing.contains(value));
            self.fixtures.body_resources().any(|(at, resource)| is_named(at.as_str(), &resource.missing))
        });
        match parameter || body {
            true => Ok(()),
            false => Err(Unsure::NoFault("the fixtures do not say that it names nothing".to_owned())),
        }
    }
}
