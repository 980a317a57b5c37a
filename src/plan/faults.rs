//! Invalid cases: each breaks one clause of a parameter or of the body.

use serde_json::Value;

use super::case::{Fault, Intent, Origin};
use super::draft::Draft;
use super::parameter;
use super::planner::{Entry, Planner};
use super::xml;
use crate::contract::{
    Clause, ClauseId, ClausePlace, Direction, MediaType, Parameter, ParameterPlace, PayloadKind, Schema, SchemaId,
    Style, Types, Validators, Violation,
};
use crate::generate::{Broken, Hit, hit, is_swallowed};

/// A fault that is confirmed.
pub(super) struct Confirmed {
    pub label: String,
    pub value: Value,
    pub also_broken: Vec<ClauseId>,
}

pub(super) fn add(planner: &mut Planner<'_>, base: &Draft) {
    let clauses: Vec<(ClauseId, Clause)> = planner.clauses.iter().map(|(id, clause)| (id, clause.clone())).collect();
    let most = planner.budget.ways;
    for (id, clause) in clauses {
        match &clause.place {
            ClausePlace::Parameter(index) => parameter(planner, base, id, &clause, *index, most),
            ClausePlace::Body(index) => body(planner, base, id, &clause, *index, most),
            ClausePlace::Request | ClausePlace::Response(_) => {}
        }
    }
}

fn parameter(planner: &mut Planner<'_>, base: &Draft, id: ClauseId, clause: &Clause, index: usize, most: usize) {
    let parameter = &planner.operation.parameters[index];
    if planner.is_credential(parameter) {
        return planner.explain(id, "the parameter carries a credential, which is tested as such");
    }
    let fault = match parameter.place {
        ParameterPlace::Path => Fault::PathParameter,
        _ => Fault::Validation,
    };
    let of = format!("{} parameter `{}`", parameter.place, parameter.name);
    if clause.site.is_none() {
        let mut draft = base.clone();
        draft.parameters[index] = None;
        let entry = Entry::new(format!("without the {of}"), Origin::Fault, Intent::Invalid(fault)).about(Some(id));
        planner.add(entry, &draft);
        return;
    }
    let Some(schema) = parameter.schema else { return };
    let near = near_existing(planner, clause, index).into_iter();
    let found = near.chain(planner.parameter_generator(index).faults(planner.clauses, clause, schema));
    let confirmed = confirm_parameter(planner, id, clause, index, schema, found, most);
    if confirmed.is_empty() {
        planner.explain(id, why_not(planner, clause, Travels::of(parameter)));
    }
    for Confirmed { label, value, also_broken } in confirmed {
        let mut entry = Entry::new(format!("{of}: {label}"), Origin::Fault, Intent::Invalid(fault)).about(Some(id));
        entry.also_broken = also_broken;
        let mut draft = base.clone();
        entry.generated = planner.generated(schema, &value);
        draft.parameters[index] = Some(value);
        planner.add(entry, &draft);
    }
}

/// Ids that exist, changed a little: a server that looks them up loosely finds them all the same.
fn near_existing(planner: &Planner<'_>, clause: &Clause, index: usize) -> Vec<Broken> {
    const ENOUGH: usize = 8;
    let existing = planner.resource(index).and_then(|resource| resource.existing.first());
    let Some(id) = existing.and_then(Value::as_str) else { return Vec::new() };
    if !matches!(clause.keyword, "pattern" | "format" | "minLength" | "maxLength") {
        return Vec::new();
    }
    let parameter = &planner.operation.parameters[index];
    // A pattern that is only looked for, and a `$` that stops before a line break, let these pass. A format may be
    // read with blanks around it, a pattern may not.
    let around = if clause.keyword == "pattern" && parameter.place == ParameterPlace::Path {
        vec![format!("{id} "), format!(" {id}"), format!("{id}\n")]
    } else {
        Vec::new()
    };
    let charset = parameter::charset(parameter);
    let edits = crate::generate::edits(id).into_iter().filter(|text| charset.carries(text)).take(ENOUGH);
    let broken = |text| Broken { label: "an id that exists, changed".to_owned(), value: Value::String(text) };
    edits.chain(around).map(broken).collect()
}

/// Faults that stay faults whatever a server takes the text for.
pub(super) fn confirm_parameter(
    planner: &Planner<'_>,
    id: ClauseId,
    clause: &Clause,
    index: usize,
    schema: SchemaId,
    found: impl Iterator<Item = Broken>,
    most: usize,
) -> Vec<Confirmed> {
    let parameter = &planner.operation.parameters[index];
    let types = expected_types(planner, schema);
    let members_are_parameters =
        parameter.style == Style::Form && parameter.explode && parameter.place != ParameterPlace::Header;
    // What is no object has no members that a server would look for.
    let only_object = types.intersects(Types::OBJECT) && !types.intersects(Types::ANY.without(Types::OBJECT));
    let must_be_attributed = |value: &Value| match value.is_object() {
        true => members_are_parameters,
        false => only_object && (members_are_parameters || parameter.style == Style::DeepObject),
    };
    let is_attributed = |value: &Value| match attributed(planner, schema, value) {
        Some(rest) => are_all_invalid(planner, schema, parameter::readings(&rest, Types::NONE)),
        None => parameter.required,
    };
    // A reading that is of the types asked for is the fault of another clause, if of any.
    let is_fault = |reading: &Value| {
        let violations = planner.validators.violations(schema, Direction::Request, reading);
        let is_other =
            clause.keyword == "type" && types.intersects(Types::of(reading)) && hit(clause, &violations) == Hit::Missed;
        !violations.is_empty() && !is_other
    };
    let is_sure = |value: &Value| {
        // A server may take an empty text for none at all.
        let may_be_none = !parameter.required && parameter::scalar(value).is_some_and(|text| text.trim().is_empty());
        parameter::carry(parameter, value).is_some()
            && !may_be_none
            && (!must_be_attributed(value) || is_attributed(value))
            && !parameter::is_undefined(parameter, value)
            && match parameter.style {
                Style::Content => !planner.is_valid(schema, value),
                _ => {
                    let readings = parameter::readings_of(parameter, value, types);
                    readings.is_some_and(|readings| readings.iter().all(is_fault))
                }
            }
    };
    // Where a text is allowed, a text is what a server sees.
    let seen = |broken: Broken| match parameter::text(parameter, &broken.value) {
        Some(text) if types.contains(Types::STRING) && parameter.style != Style::Content => {
            Broken { value: Value::String(text), ..broken }
        }
        _ => broken,
    };
    let sure = found.filter(|broken| is_sure(&broken.value)).map(seen);
    confirm(planner, id, clause, schema, sure, most)
}

/// Whether a server cannot take what is sent for something valid.
fn are_all_invalid(planner: &Planner<'_>, schema: SchemaId, readings: Option<Vec<Value>>) -> bool {
    readings.is_some_and(|readings| readings.iter().all(|reading| !planner.is_valid(schema, reading)))
}

/// Whether a server may take the fields of a form for something valid: each for whatever suits the schema best.
fn may_be_valid_form(validators: &Validators, schema: SchemaId, value: &Value) -> bool {
    const MOST: usize = 256;
    let Value::Object(members) = value else { return true };
    let fields: Vec<(&String, Vec<Value>)> =
        members.iter().map(|(name, member)| (name, parameter::field_readings(member))).collect();
    let product = fields.iter().try_fold(1usize, |product, (_, readings)| product.checked_mul(readings.len()));
    if let Some(product) = product.filter(|product| *product <= MOST) {
        return (0..product).any(|mut choice| {
            let reading = fields.iter().map(|(name, readings)| {
                let chosen = readings[choice % readings.len()].clone();
                choice /= readings.len();
                ((*name).clone(), chosen)
            });
            validators.is_valid(schema, Direction::Request, &reading.collect())
        });
    }
    // Too many for all of them: field by field, what leaves the least to complain about.
    let complaints = |value: &Value| validators.violations(schema, Direction::Request, value).len();
    let mut best = value.clone();
    let mut least = complaints(&best);
    for (name, readings) in fields {
        for reading in readings {
            let mut other = best.clone();
            other[name] = reading;
            let count = complaints(&other);
            if count < least {
                (best, least) = (other, count);
            }
        }
    }
    least == 0
}

/// Whether no server can take a body that breaks its schema for a valid one, whatever it reads its texts as.
pub(crate) fn is_surely_invalid(validators: &Validators, media: &MediaType, schema: SchemaId, value: &Value) -> bool {
    match media.kind() {
        PayloadKind::Form | PayloadKind::Multipart => {
            // A list of nothing has no field, and a server may take an empty field for none at all.
            let filled = value.as_object().map(|members| {
                let mut filled = members.clone();
                filled.retain(|_, member| match member {
                    Value::Array(items) => !items.is_empty(),
                    _ => parameter::scalar(member).is_none_or(|text| !text.trim().is_empty()),
                });
                Value::Object(filled)
            });
            [Some(value), filled.as_ref()]
                .into_iter()
                .flatten()
                .all(|value| !may_be_valid_form(validators, schema, value))
        }
        // A text or bytes can only be a string.
        PayloadKind::Text | PayloadKind::Binary => value.is_string(),
        PayloadKind::Xml => !xml::may_be_valid(validators, schema, Direction::Request, value),
        PayloadKind::Json => true,
    }
}

fn body(planner: &mut Planner<'_>, base: &Draft, id: ClauseId, clause: &Clause, index: usize, most: usize) {
    let media = &planner.media()[index];
    let Some(schema) = media.schema else { return };
    let generator = planner.body_generator(media);
    let found = generator.faults(planner.clauses, clause, schema);
    let confirmed = confirm_body(planner, id, clause, index, found, most);
    if confirmed.is_empty() {
        let reason = match media.kind() {
            PayloadKind::Xml => why_not_xml(planner, clause, media, schema),
            _ => None,
        };
        planner.explain(id, reason.unwrap_or_else(|| why_not(planner, clause, Travels::in_payload(media.kind()))));
    }
    for Confirmed { label, value, also_broken } in confirmed {
        let at = if clause.instance.as_str().is_empty() { String::new() } else { format!("`{}`: ", clause.instance) };
        let mut entry =
            Entry::new(format!("{at}{label}"), Origin::Fault, Intent::Invalid(Fault::Validation)).about(Some(id));
        entry.also_broken = also_broken;
        entry.generated = planner.generated(schema, &value);
        let mut draft = base.clone();
        draft.body = Some((index, value));
        planner.add(entry, &draft);
    }
    if media.kind() != PayloadKind::Json {
        // Kept only where nothing was added: the reason of a clause that is broken is not asked for.
        planner.explain(id, unwritable(media));
    }
}

/// What the way in which XML is written has to do with it that a clause is not broken.
fn why_not_xml(planner: &mut Planner<'_>, clause: &Clause, media: &MediaType, schema: SchemaId) -> Option<String> {
    const ENOUGH: usize = 20;
    let generator = planner.body_generator(media);
    let mut found = generator.faults(planner.clauses, clause, schema).take(ENOUGH);
    let schemas = &planner.contract.schemas;
    let may_be_missed = found.any(|broken| xml::may_be_missed(schemas, schema, &broken.value, &clause.instance));
    let elsewhere = "readers may look for it under another name: the document gives it two in XML";
    planner.no_xml(media).or_else(|| may_be_missed.then(|| elsewhere.to_owned()))
}

/// Why a broken value of a body that is no JSON cannot be sent.
fn unwritable(media: &MediaType) -> String {
    match media.kind() {
        PayloadKind::Form | PayloadKind::Multipart => "a form is an object of texts, whatever is in it".to_owned(),
        _ => format!("what breaks it cannot be written as `{}`", media.name),
    }
}

/// Faults of a body, with existing ids in the places that are not meant to be at fault.
pub(super) fn confirm_body(
    planner: &Planner<'_>,
    id: ClauseId,
    clause: &Clause,
    index: usize,
    found: impl Iterator<Item = Broken>,
    most: usize,
) -> Vec<Confirmed> {
    let media = &planner.media()[index];
    let Some(schema) = media.schema else { return Vec::new() };
    let pinned = found.map(|mut broken| {
        planner.pin(&mut broken.value, Some(&clause.instance));
        broken
    });
    let sure = pinned.filter(|broken| is_surely_invalid(planner.validators, media, schema, &broken.value));
    confirm(planner, id, clause, schema, sure, most)
}

/// Those values that the validator holds against `clause`; values that break nothing else come first, and
/// others are kept only where there are none of those.
fn confirm(
    planner: &Planner<'_>,
    id: ClauseId,
    clause: &Clause,
    schema: SchemaId,
    found: impl Iterator<Item = Broken>,
    most: usize,
) -> Vec<Confirmed> {
    let mut alone = Vec::new();
    let mut with_others = Vec::new();
    for Broken { label, value } in found {
        let violations = planner.validators.violations(schema, Direction::Request, &value);
        match hit(clause, &violations) {
            Hit::Alone if alone.len() < most => alone.push(Confirmed { label, value, also_broken: Vec::new() }),
            Hit::WithOthers if with_others.len() < most => {
                let also_broken = others(planner, id, clause, &violations);
                with_others.push(Confirmed { label, value, also_broken });
            }
            _ => {}
        }
        // What breaks others, too, is of use only to a clause of a list.
        if alone.len() >= most && clause.subject.is_none() {
            break;
        }
    }
    if !alone.is_empty() {
        with_others.retain(|fault| breaks_one_keyword(planner, clause, fault));
        with_others.truncate(1);
    }
    alone.extend(with_others);
    alone
}

/// Whether all that a fault breaks is one list, such as every item of `required`.
fn breaks_one_keyword(planner: &Planner<'_>, clause: &Clause, fault: &Confirmed) -> bool {
    clause.subject.is_some()
        && fault.also_broken.iter().all(|other| {
            let other = planner.clauses.get(*other);
            other.keyword == clause.keyword && other.site == clause.site
        })
}

fn others(planner: &Planner<'_>, id: ClauseId, clause: &Clause, violations: &[Violation]) -> Vec<ClauseId> {
    let found = violations.iter().filter_map(|violation| planner.clause_broken(&clause.place, violation));
    let mut others: Vec<ClauseId> = found.filter(|other| *other != id).collect();
    others.dedup();
    others
}

/// The types that a schema may ask for, branches of unions included.
fn expected_types(planner: &Planner<'_>, schema: SchemaId) -> Types {
    let schemas = planner.contract.schemas.with_branches(&[schema]).map(|id| planner.contract.schemas.get(id));
    schemas.fold(Types::NONE, |types, schema| types.or(schema.types.unwrap_or(Types::NONE)))
}

/// What is left of an object whose members travel as parameters of their own: a server knows only those that
/// the schema declares, and without any of them there is no object.
fn attributed(planner: &Planner<'_>, schema: SchemaId, value: &Value) -> Option<Value> {
    let mut members = value.as_object()?.clone();
    let known: Vec<SchemaId> = planner.contract.schemas.with_branches(&[schema]).collect();
    let declares =
        |name: &String| known.iter().any(|id| planner.contract.schemas.get(*id).properties.contains_key(name));
    members.retain(|name, _| declares(name));
    (!members.is_empty()).then_some(Value::Object(members))
}

/// How a value travels, which decides what can be sent in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Travels {
    /// As JSON, with its types.
    Typed,
    /// As text.
    AsText,
    /// As texts of a list or an object, of which only the outermost level is defined.
    AsTexts,
}

impl Travels {
    fn of(parameter: &Parameter) -> Self {
        if parameter.style == Style::Content { Self::Typed } else { Self::AsTexts }
    }

    fn in_payload(kind: PayloadKind) -> Self {
        if kind == PayloadKind::Json { Self::Typed } else { Self::AsText }
    }
}

fn site_of<'a>(planner: &'a Planner<'_>, clause: &Clause) -> Option<&'a Schema> {
    clause.site.map(|site| planner.contract.schemas.get(planner.clauses.site(site).schema))
}

fn why_not(planner: &Planner<'_>, clause: &Clause, travels: Travels) -> String {
    let is_text = travels != Travels::Typed;
    let is_empty_text =
        clause.keyword == "minLength" && site_of(planner, clause).is_some_and(|s| s.min_length == Some(1));
    let is_empty_list =
        clause.keyword == "minItems" && site_of(planner, clause).is_some_and(|s| s.min_items == Some(1));
    let format = site_of(planner, clause).and_then(|schema| schema.format.as_deref()).unwrap_or("");
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
            let types = site_of(planner, clause).and_then(|schema| schema.types).unwrap_or(Types::ANY);
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
