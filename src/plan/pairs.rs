//! Valid requests in which every two choices of different parts meet: parameters, there or not and of each kind, and the body.

use serde_json::Value;

use super::budget::Share;
use super::case_builder::CaseBuilder;
use super::planner::PlanBuilder;
use crate::case::{Intent, Origin, RequestValues};
use crate::generate::covering;
use crate::spec::nodes;

/// Parts whose choices are combined; a handler with more of them seldom takes a decision by two of the last.
const PARTS: usize = 10;
/// Boundary values that are looked at for the largest body.
const LOOKED_AT: usize = 40;
/// Bodies with other choices in each.
const VARIED: usize = 3;
/// Requests of that kind at most.
const ROWS: usize = 24;

/// A part of a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Parameter(usize),
    Body,
}

/// What a part may be.
#[derive(Clone)]
enum Choice {
    Parameter(Option<Value>),
    Body(Option<(usize, Value)>),
}

pub(super) fn add(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    if !planner.has_room(Share::Boundary) {
        return;
    }
    let mut parts: Vec<(Part, Vec<Choice>)> = Vec::new();
    for index in 0..planner.operation.parameters.len() {
        if parts.len() >= PARTS {
            break;
        }
        let choices = of_parameter(planner, baseline, index).into_iter().map(Choice::Parameter).collect();
        parts.push((Part::Parameter(index), choices));
    }
    parts.push((Part::Body, of_body(planner, baseline)));
    parts.retain(|(_, choices)| choices.len() > 1);
    if parts.len() < 2 {
        return;
    }
    let counts: Vec<usize> = parts.iter().map(|(_, choices)| choices.len()).collect();
    for row in covering(&counts, ROWS) {
        if !planner.has_room(Share::Boundary) {
            break;
        }
        let mut values = baseline.clone();
        for ((part, choices), chosen) in parts.iter().zip(row) {
            match (part, choices[chosen].clone()) {
                (Part::Parameter(index), Choice::Parameter(value)) => values.parameters[*index] = value,
                (_, Choice::Body(body)) => values.body = body,
                _ => {}
            }
        }
        if !planner.is_needlessly_long(baseline, &values) {
            planner.add(CaseBuilder::new("several parts together", Origin::Boundary, Intent::Valid), values);
        }
    }
}

/// What a parameter may be; nothing where it is not to be varied.
pub(super) fn of_parameter(
    planner: &mut PlanBuilder<'_>,
    baseline: &RequestValues,
    index: usize,
) -> Vec<Option<Value>> {
    let operation = planner.operation;
    let parameter = &operation.parameters[index];
    let Some(schema) = parameter.schema.filter(|_| !planner.is_fixed(index)) else { return Vec::new() };
    let choices = planner.parameter_generator(index).choices(schema);
    let valid = choices.iter().filter(|value| planner.gate().is_valid_parameter(parameter, value)).cloned();
    let absent = baseline.parameters[index].is_none().then_some(None);
    absent.into_iter().chain(valid.map(Some)).collect()
}

/// No body, the plainest of each media type, the largest of the baseline's, and a few with other choices.
fn of_body(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) -> Vec<Choice> {
    let (Some(body), Some((plain_index, plain))) = (&planner.operation.body, &baseline.body) else { return Vec::new() };
    let mut bodies = vec![Some((*plain_index, plain.clone()))];
    for (index, media) in planner.media().iter().enumerate() {
        let Some(schema) = media.schema else { continue };
        let generator = planner.body_generator(media);
        if index == *plain_index {
            let most = LOOKED_AT.min(planner.budget.boundary_values);
            let all = generator.boundary_values_within(schema, most).into_iter();
            let sure = all.filter(|boundary| !boundary.doubtful).map(|boundary| boundary.value);
            bodies.extend(sure.max_by_key(nodes).map(|value| Some((index, value))));
            let varied = (0..VARIED).filter_map(|row| generator.varied(schema, row));
            bodies.extend(varied.map(|value| Some((index, value))));
        } else {
            bodies.extend(generator.minimal(schema).map(|value| Some((index, value))));
        }
    }
    if !body.required {
        bodies.push(None);
    }
    for (_, value) in bodies.iter_mut().flatten() {
        planner.pin(value, None);
    }
    bodies.into_iter().map(Choice::Body).collect()
}
