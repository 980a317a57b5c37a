//! Why no case breaks a clause, in words.

use super::planner::PlanBuilder;
use crate::case::Unsure;
use crate::contract::{Clause, Parameter, ParameterLocation, PayloadKind, SchemaId, Style, Types};
use crate::generate::{constrains_strings, is_swallowed};
use crate::wire::Doubt;

/// The most telling reason for which the gate refused a value that was proposed; the first of several.
#[derive(Debug, Default)]
pub(super) struct Refusals(Option<Unsure>);

/// Why no value of a parameter can be sent for sure, whatever it is.
pub(super) fn never_sure(planner: &PlanBuilder<'_>, parameter: &Parameter, schema: SchemaId) -> Option<String> {
    if let Some(reason) = unwritable_parameter(parameter) {
        return Some(reason);
    }
    let types = crate::wire::expected_types(&planner.contract.schemas, schema);
    let is_several = types.intersects(Types::ARRAY.or(Types::OBJECT));
    (parameter.place == ParameterLocation::Cookie && parameter.style != Style::Content && is_several)
        .then(|| "OpenAPI does not say how the comma between several values is written in a cookie".to_owned())
}

impl Refusals {
    pub fn note(&mut self, unsure: Unsure) {
        if self.0.as_ref().is_none_or(|known| telling(known) < telling(&unsure)) {
            self.0 = Some(unsure);
        }
    }
}

/// How much a reason tells: what holds for every value tells more than what may hold for this value alone.
fn telling(unsure: &Unsure) -> u8 {
    match unsure {
        Unsure::Kept(_) | Unsure::NoFault(_) => 0,
        Unsure::NotValid(_) | Unsure::MayBeInvalid(_) | Unsure::Unwritable => 1,
        Unsure::MayBeValid { doubt, .. } => match doubt {
            Doubt::Unsendable(_) | Doubt::NoXml(_) | Doubt::TooMany => 2,
            Doubt::Undefined => 3,
            Doubt::Nothing => 4,
            Doubt::ReadAs(_) => 5,
            Doubt::NoForm | Doubt::Elsewhere => 6,
        },
    }
}

/// Why no case breaks a clause: what the gate says of the values that were proposed, or else why there are none.
pub(super) fn why_not(planner: &PlanBuilder<'_>, clause: &Clause, refusals: Refusals) -> String {
    match refusals.0 {
        Some(Unsure::MayBeValid { doubt, .. }) => doubt.to_string(),
        Some(Unsure::Unwritable) => "what breaks it cannot be written as a request".to_owned(),
        Some(Unsure::NotValid(reason)) => format!("the rest of the request is not valid: {reason}"),
        Some(unsure @ Unsure::MayBeInvalid(_)) => unsure.to_string(),
        Some(Unsure::Kept(_) | Unsure::NoFault(_)) | None => why_unbreakable(planner, clause),
    }
}

/// Why there is no value that breaks a clause.
fn why_unbreakable(planner: &PlanBuilder<'_>, clause: &Clause) -> String {
    let schema = planner.schema_of(clause);
    let format = schema.and_then(|schema| schema.format.as_deref()).unwrap_or("");
    match clause.keyword {
        "format" if matches!(format, "int32" | "int64" | "float" | "double") => {
            format!("`{format}` says how a number is stored, not which numbers are allowed")
        }
        "format" if matches!(format, "password" | "binary") => format!("every string is of the format `{format}`"),
        "format" if !constrains_strings(format) => {
            format!("`{format}` is no format that OpenAPI or JSON Schema defines")
        }
        _ if is_swallowed(&planner.contract.schemas, planner.clauses, clause) => {
            "another branch of the `anyOf` around it allows anything there".to_owned()
        }
        "type" if schema.is_some_and(|schema| schema.types.is_none_or(|types| types.contains(Types::ANY))) => {
            "every value has one of these types".to_owned()
        }
        _ => "no value was found that breaks it".to_owned(),
    }
}

/// Why no value of a parameter can be sent: what is written here as its `content` is JSON or a text.
pub(super) fn unwritable_parameter(parameter: &Parameter) -> Option<String> {
    let is_written = matches!(parameter.content_kind(), None | Some(PayloadKind::Json | PayloadKind::Text));
    let media_type = parameter.media_type.as_deref().filter(|_| !is_written)?;
    Some(format!("no value of the {} parameter `{}` is written as `{media_type}`", parameter.place, parameter.name))
}
