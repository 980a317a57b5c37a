//! Invalid cases: each breaks one clause of a parameter or of the body.

use std::iter;

use serde_json::Value;

use super::budget::Share;
use super::case_builder::CaseBuilder;
use super::is_of_request;
use super::planner::PlanBuilder;
use super::why_not::{Refusals, never_sure, why_not};
use crate::case::{Confirmed, Fault, Intent, Origin, RequestValues, Unsure};
use crate::contract::{
    Clause, ClauseId, ClauseTarget, Isolation, Operation, Parameter, ParameterLocation, SchemaId, Types,
};
use crate::generate::InvalidValue;
use crate::wire::{self, Doubt, style};

/// A clause that is to be broken, and the class of its fault.
#[derive(Clone, Copy, Debug)]
pub(super) struct Aim<'c> {
    pub id: ClauseId,
    pub clause: &'c Clause,
    pub fault: Fault,
}

/// A fault that was confirmed, with what was done.
pub(super) type Found = (String, Confirmed);

/// Why a clause is not broken although the gate let values through.
const PLANNED_ALREADY: &str = "the request that would break it is planned already, for something else";

/// Why a clause is not broken although a way may be known.
const NO_ROOM: &str = "the requests of this operation are so large, or take so long to make, that no more are planned";

/// Why a clause of which the document leaves open what breaks it is not tested.
const LEFT_OPEN: &str = "the document leaves open what is allowed here: a reference or keyword cannot be read";

/// Values that are meant to break a clause, with what was done.
struct Proposal {
    label: String,
    values: RequestValues,
    /// The string in place of the value that was meant.
    instead: Option<Value>,
}

pub(super) fn add(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    let clauses: Vec<(ClauseId, Clause)> = planner.clauses.iter().map(|(id, clause)| (id, clause.clone())).collect();
    for (id, clause) in &clauses {
        if clause.is_unknown {
            planner.explain(*id, LEFT_OPEN);
            continue;
        }
        let aim = Aim { id: *id, clause, fault: fault_of(planner.operation, clause) };
        if is_of_request(&clause.place) && !planner.has_room(Share::Fault) {
            planner.explain(*id, NO_ROOM);
            continue;
        }
        match &clause.place {
            ClauseTarget::Parameter(index) => parameter(planner, baseline, aim, *index),
            ClauseTarget::Body(index) => body(planner, baseline, aim, *index),
            ClauseTarget::Request | ClauseTarget::Response(_) => {}
        }
    }
}

fn parameter(planner: &mut PlanBuilder<'_>, baseline: &RequestValues, aim: Aim<'_>, index: usize) {
    let Aim { id, clause, .. } = aim;
    let parameter = &planner.operation.parameters[index];
    if planner.operation.carries_credential(parameter) {
        return planner.explain(id, "the parameter carries a credential, which is tested as such");
    }
    if parameter.place == ParameterLocation::Header && parameter.name.eq_ignore_ascii_case("prefer") {
        return planner.explain(id, "servers ignore a preference that they do not know (RFC 7240, section 2)");
    }
    let of = of_parameter(parameter);
    let beside = planner.every.clone().map(|every| (every, ", beside every other parameter"));
    if clause.site.is_none() {
        for (mut values, beside) in iter::once((baseline.clone(), "")).chain(beside) {
            values.parameters[index] = None;
            let mut case = case(aim, format!("without the {of}{beside}"));
            case.is_surrounded = !beside.is_empty();
            planner.add(case, values);
        }
        return;
    }
    let Some(schema) = parameter.schema else { return };
    let near = near_existing(planner, clause, index).into_iter();
    let found = near.chain(nothing(planner, clause, parameter)).chain(planner.parameter_generator(index).faults(
        planner.clauses,
        clause,
        schema,
    ));
    let most = planner.budget.ways;
    let confirmed = match confirm_parameter(planner, baseline, aim, index, schema, found, most) {
        Ok(confirmed) => confirmed,
        Err(refusals) => {
            let reason = never_sure(planner, parameter, schema);
            return planner.explain(id, reason.unwrap_or_else(|| why_not(planner, clause, refusals)));
        }
    };
    // A server may look at a parameter only where another one is missing.
    let first = confirmed.first().map(|(label, first)| (label.clone(), first.values().parameters[index].clone()));
    let beside = beside.zip(first).and_then(|((mut values, beside), (label, value))| {
        values.parameters[index] = value;
        let confirmed = planner.gate().confirm(values, Intent::Invalid(aim.fault), Some(id)).ok()?;
        (confirmed.isolation() == Isolation::Alone).then(|| (format!("{label}{beside}"), confirmed))
    });
    let alone = confirmed.into_iter().map(|found| (found, false));
    for ((label, confirmed), is_surrounded) in alone.chain(beside.map(|found| (found, true))) {
        let mut case = case(aim, format!("{of}: {label}"));
        case.is_surrounded = is_surrounded;
        let value = confirmed.values().parameters[index].as_ref();
        case.generated = value.and_then(|value| planner.generated(schema, value));
        planner.add_confirmed(case, confirmed);
    }
    planner.explain(id, PLANNED_ALREADY);
}

/// The class of the faults of a clause.
pub(super) fn fault_of(operation: &Operation, clause: &Clause) -> Fault {
    match clause.place {
        ClauseTarget::Parameter(index) if operation.parameters[index].place == ParameterLocation::Path => {
            Fault::PathParameter
        }
        _ => Fault::Validation,
    }
}

/// What people call a parameter.
pub(super) fn of_parameter(parameter: &Parameter) -> String {
    format!("{} parameter `{}`", parameter.place, parameter.name)
}

fn case(aim: Aim<'_>, name: String) -> CaseBuilder {
    CaseBuilder::new(name, Origin::Fault, Intent::Invalid(aim.fault)).about(Some(aim.id))
}

/// Ids that exist, changed a little: a server that looks them up loosely finds them all the same.
fn near_existing(planner: &PlanBuilder<'_>, clause: &Clause, index: usize) -> Vec<InvalidValue> {
    const ENOUGH: usize = 8;
    let existing = planner.resource(index).and_then(|resource| resource.existing.first());
    let Some(id) = existing.and_then(Value::as_str) else { return Vec::new() };
    if !matches!(clause.keyword, "pattern" | "format" | "minLength" | "maxLength") {
        return Vec::new();
    }
    let parameter = &planner.operation.parameters[index];
    // A pattern that is only looked for, and a `$` that stops before a line break, let these pass. A format may be
    // read with blanks around it, a pattern may not.
    let around = if clause.keyword == "pattern" && parameter.place == ParameterLocation::Path {
        vec![format!("{id} "), format!(" {id}"), format!("{id}\n")]
    } else {
        Vec::new()
    };
    let channel = wire::channel(parameter);
    let edits = crate::generate::edits(id).into_iter().filter(|text| channel.carries(text)).take(ENOUGH);
    let broken = |text| InvalidValue { label: "an id that exists, changed".to_owned(), value: Value::String(text) };
    edits.chain(around).map(broken).collect()
}

/// Nothing as the value of a query parameter, where that is no list: `?page=`.
fn nothing(planner: &PlanBuilder<'_>, clause: &Clause, parameter: &Parameter) -> Option<InvalidValue> {
    let types = parameter.schema.map(|schema| wire::expected_types(&planner.contract.schemas, schema))?;
    let is_one = parameter.place == ParameterLocation::Query && !types.intersects(Types::ARRAY.or(Types::OBJECT));
    let label = "nothing".to_owned();
    (is_one && clause.instance.as_str().is_empty()).then(|| InvalidValue { label, value: Value::String(String::new()) })
}

/// Faults of a parameter that stay faults whatever a server takes the string for; without any, why there is none.
pub(super) fn confirm_parameter(
    planner: &PlanBuilder<'_>,
    baseline: &RequestValues,
    aim: Aim<'_>,
    index: usize,
    schema: SchemaId,
    found: impl Iterator<Item = InvalidValue>,
    most: usize,
) -> Result<Vec<Found>, Refusals> {
    let parameter = &planner.operation.parameters[index];
    let types = wire::expected_types(&planner.contract.schemas, schema);
    let proposed = found.map(|InvalidValue { label, value }| {
        if let Err(doubt) = style::sendable(parameter, &value) {
            return Err(planner.gate().may_be_valid(aim.clause, doubt));
        }
        let instead = as_string(parameter, types, &value);
        let mut values = baseline.clone();
        values.parameters[index] = Some(instead.clone().unwrap_or(value));
        Ok(Proposal { label, values, instead })
    });
    confirm(planner, aim, proposed, most)
}

/// The string that a server sees in place of another value: where a string is allowed, that is what it sees.
fn as_string(parameter: &Parameter, types: Types, value: &Value) -> Option<Value> {
    let may_be = types.contains(Types::STRING) && !parameter.is_json() && !value.is_string();
    style::text(parameter, value).filter(|_| may_be).map(Value::String)
}

fn body(planner: &mut PlanBuilder<'_>, baseline: &RequestValues, aim: Aim<'_>, index: usize) {
    let Aim { id, clause, .. } = aim;
    let media = &planner.media()[index];
    let Some(schema) = media.schema else { return };
    let generator = planner.body_generator(media);
    let found = generator.faults(planner.clauses, clause, schema);
    let confirmed = match confirm_body(planner, baseline, aim, index, found, planner.budget.ways) {
        Ok(confirmed) => confirmed,
        Err(refusals) => return planner.explain(id, why_not(planner, clause, refusals)),
    };
    for (label, confirmed) in confirmed {
        let at = if clause.instance.as_str().is_empty() { String::new() } else { format!("`{}`: ", clause.instance) };
        let mut case = case(aim, format!("{at}{label}"));
        let value = confirmed.values().body.as_ref();
        case.generated = value.and_then(|(_, value)| planner.generated(schema, value));
        planner.add_confirmed(case, confirmed);
    }
    planner.explain(id, PLANNED_ALREADY);
}

/// Faults of a body, with existing ids in the places that are not meant to be at fault; without any, why the gate let
/// none of them through.
pub(super) fn confirm_body(
    planner: &PlanBuilder<'_>,
    baseline: &RequestValues,
    aim: Aim<'_>,
    index: usize,
    found: impl Iterator<Item = InvalidValue>,
    most: usize,
) -> Result<Vec<Found>, Refusals> {
    let proposed = found.map(|InvalidValue { label, mut value }| {
        planner.pin(&mut value, Some(&aim.clause.instance));
        let values = RequestValues { body: Some((index, value)), ..baseline.without_body() };
        Ok(Proposal { label, values, instead: None })
    });
    confirm(planner, aim, proposed, most)
}

/// The requests that break the clause; those that break nothing else come first, and others are kept only where there
/// are none of those. Without any, why not.
fn confirm(
    planner: &PlanBuilder<'_>,
    aim: Aim<'_>,
    proposed: impl Iterator<Item = Result<Proposal, Unsure>>,
    most: usize,
) -> Result<Vec<Found>, Refusals> {
    let gate = planner.gate();
    let mut refusals = Refusals::default();
    let mut alone: Vec<Found> = Vec::new();
    let mut with_others: Vec<Found> = Vec::new();
    for proposal in proposed {
        let confirmed = proposal.and_then(|Proposal { label, values, instead }| {
            planner.count_confirmed(&values);
            let confirmed = gate.confirm(values, Intent::Invalid(aim.fault), Some(aim.id));
            let confirmed = confirmed.map_err(|unsure| match (unsure, instead) {
                (Unsure::Kept(_), Some(string)) => gate.may_be_valid(aim.clause, Doubt::ReadAs(string)),
                (unsure, _) => unsure,
            })?;
            Ok((label, confirmed))
        });
        let (label, confirmed) = match confirmed {
            Ok(confirmed) => confirmed,
            Err(unsure) => {
                refusals.note(unsure);
                continue;
            }
        };
        let list = if confirmed.isolation() == Isolation::Alone { &mut alone } else { &mut with_others };
        if list.len() < most {
            list.push((label, confirmed));
        }
        // What breaks others, too, is of use only to a clause of an array.
        if alone.len() >= most && aim.clause.subject.is_none() {
            break;
        }
    }
    if !alone.is_empty() {
        with_others.retain(|(_, confirmed)| breaks_one_keyword(planner, aim.clause, confirmed));
        with_others.truncate(1);
    }
    alone.extend(with_others);
    if alone.is_empty() { Err(refusals) } else { Ok(alone) }
}

/// Whether all that a fault breaks is one array, such as every item of `required`.
fn breaks_one_keyword(planner: &PlanBuilder<'_>, clause: &Clause, confirmed: &Confirmed) -> bool {
    clause.subject.is_some()
        && confirmed.also_broken().iter().all(|other| {
            let other = planner.clauses.get(*other);
            other.keyword == clause.keyword && other.site == clause.site
        })
}
