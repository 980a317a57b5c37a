//! Why no case breaks a clause, in words.

use super::planner::Planner;
use crate::contract::{Clause, MediaType, Parameter, ParameterLocation, PayloadKind, SchemaId, Style, Types};
use crate::generate::is_swallowed;
use crate::wire::xml;

/// How a value travels, which decides what can be sent in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Travels {
    /// As JSON, with its types.
    Typed,
    /// As text.
    AsText,
    /// As texts of a list or an object, of which only the outermost level is defined.
    AsTexts,
}

impl Travels {
    pub fn of(parameter: &Parameter) -> Self {
        if parameter.is_json() { Self::Typed } else { Self::AsTexts }
    }

    pub fn in_payload(kind: PayloadKind) -> Self {
        if kind == PayloadKind::Json { Self::Typed } else { Self::AsText }
    }
}

/// Why no value of a parameter can be sent for sure, whatever it is.
pub(super) fn never_sure(planner: &Planner<'_>, parameter: &Parameter, schema: SchemaId) -> Option<String> {
    if let Some(reason) = unwritable_parameter(parameter) {
        return Some(reason);
    }
    let types = crate::wire::expected_types(&planner.contract.schemas, schema);
    let is_several = types.intersects(Types::ARRAY.or(Types::OBJECT));
    (parameter.place == ParameterLocation::Cookie && parameter.style != Style::Content && is_several)
        .then(|| "OpenAPI does not say how the comma between several values is written in a cookie".to_owned())
}

pub(super) fn why_not(planner: &Planner<'_>, clause: &Clause, travels: Travels) -> String {
    let is_text = travels != Travels::Typed;
    let is_empty_text =
        clause.keyword == "minLength" && planner.schema_of(clause).is_some_and(|s| s.min_length == Some(1));
    let is_empty_list =
        clause.keyword == "minItems" && planner.schema_of(clause).is_some_and(|s| s.min_items == Some(1));
    let format = planner.schema_of(clause).and_then(|schema| schema.format.as_deref()).unwrap_or("");
    match clause.keyword {
        "format" if matches!(format, "int32" | "int64" | "float" | "double") => {
            format!("`{format}` says how a number is stored, not which numbers are allowed")
        }
        "format" if matches!(format, "password" | "binary") => format!("every text is a {format}"),
        "format" if !crate::generate::constrains_text(format) => {
            format!("`{format}` is no format that OpenAPI or JSON Schema defines")
        }
        _ if travels == Travels::AsTexts && clause.instance.tokens().count() > 1 => {
            "OpenAPI does not say how values within values become text".to_owned()
        }
        _ if travels == Travels::AsTexts && is_empty_text => {
            "an empty text is no text there: a server may take it for none at all".to_owned()
        }
        _ if is_text && is_empty_list => "an empty list has no text".to_owned(),
        "type" if is_text => {
            let types = planner.schema_of(clause).and_then(|schema| schema.types).unwrap_or(Types::ANY);
            let reason = if types.intersects(Types::STRING) {
                "it travels as text, and a text is what is asked for"
            } else if types.intersects(Types::ARRAY) {
                "any text is a list of one text"
            } else if types.intersects(Types::OBJECT) {
                "what is no object has no members, and without members it is not there at all"
            } else {
                "no text was found that no server could read as one of these types"
            };
            reason.to_owned()
        }
        _ if is_swallowed(&planner.contract.schemas, planner.clauses, clause) => {
            "another branch of the `anyOf` around it allows anything there".to_owned()
        }
        "type" => "every value has one of these types".to_owned(),
        _ if is_text => "no text was found that breaks it in every way that a server may read it".to_owned(),
        _ => "no value was found that breaks it: the rest of the schema leaves none, or breaks first".to_owned(),
    }
}

/// What the way in which XML is written has to do with it that a clause is not broken.
pub(super) fn why_not_xml(
    planner: &mut Planner<'_>,
    clause: &Clause,
    media: &MediaType,
    schema: SchemaId,
) -> Option<String> {
    const ENOUGH: usize = 20;
    let generator = planner.body_generator(media);
    let mut found = generator.faults(planner.clauses, clause, schema).take(ENOUGH);
    let schemas = &planner.contract.schemas;
    let may_be_missed = found.any(|broken| xml::may_be_missed(schemas, schema, &broken.value, &clause.instance));
    let elsewhere = "readers may look for it under another name: the document gives it two in XML";
    planner.no_xml(media).or_else(|| may_be_missed.then(|| elsewhere.to_owned()))
}

/// Why no value of a parameter can be sent: what is written here as its `content` is JSON or a text.
pub(super) fn unwritable_parameter(parameter: &Parameter) -> Option<String> {
    let is_written = matches!(parameter.content_kind(), None | Some(PayloadKind::Json | PayloadKind::Text));
    let media_type = parameter.media_type.as_deref().filter(|_| !is_written)?;
    Some(format!("no value of the {} parameter `{}` is written as `{media_type}`", parameter.place, parameter.name))
}

/// Why a broken value of a body that is no JSON cannot be sent.
pub(super) fn unwritable(media: &MediaType) -> String {
    match media.kind() {
        PayloadKind::Form | PayloadKind::Multipart => "a form is an object of texts, whatever is in it".to_owned(),
        _ => format!("what breaks it cannot be written as `{}`", media.name),
    }
}
