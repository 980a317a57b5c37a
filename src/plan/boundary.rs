//! Valid cases with boundary values.

use serde_json::Value;

use super::budget::Share;
use super::case_builder::CaseBuilder;
use super::planner::PlanBuilder;
use crate::case::{Intent, Mutation, Origin, RequestValues};
use crate::contract::{ClauseTarget, ParameterLocation, quoted};
use crate::wire::{self, multipart};

pub(super) fn add(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    planner.add_minimal(case("the plainest request"), baseline);
    parameters(planner, baseline);
    bodies(planner, baseline);
    // Each other way to authenticate is as good as the first.
    for alternative in 1..planner.operation.security.len() {
        let schemes = &planner.operation.security[alternative];
        if schemes.iter().all(|used| planner.secret(&used.scheme).is_some()) {
            let mut values = baseline.clone();
            values.credentials.alternative = alternative;
            let names: Vec<&str> = schemes.iter().map(|used| used.scheme.as_str()).collect();
            planner.add(case(format!("credentials of {}", names.join(" and "))), values);
        }
    }
}

/// Keywords by which a document asks for a length itself.
const LENGTHS: [&str; 6] = ["minLength", "maxLength", "minItems", "maxItems", "enum", "const"];

fn case(name: impl Into<String>) -> CaseBuilder {
    CaseBuilder::new(name, Origin::Boundary, Intent::Valid)
}

fn parameters(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    let operation = planner.operation;
    let mut every = baseline.clone();
    for (index, parameter) in operation.parameters.iter().enumerate() {
        if planner.operation.carries_credential(parameter) {
            continue;
        }
        let of = format!("{} parameter `{}`", parameter.place, parameter.name);
        if let Some(resource) = planner.resource(index) {
            for existing in &resource.existing {
                let mut values = baseline.clone();
                values.parameters[index] = Some(existing.clone());
                every.parameters[index] = Some(existing.clone());
                planner.add(case(format!("{of}: a resource that exists")), values);
            }
            if let Some((label, number)) = beyond_format(planner, index) {
                let mut values = baseline.clone();
                values.parameters[index] = Some(number);
                planner.add(case(format!("{of}: {label}")), values);
            }
            continue;
        }
        if operation.may_be_empty(parameter.place, &parameter.name) {
            let (place, name, encoded) = (parameter.place, parameter.name.clone(), String::new());
            let mutation = Some(Mutation::Text { place, name, encoded });
            let values = RequestValues { mutation, ..baseline.clone() };
            planner.add(case(format!("{of}: nothing, which it may have")), values);
        }
        let Some(schema) = parameter.schema else { continue };
        if planner.contract.schemas.leaves_values_open(schema) && baseline.parameters[index].is_none() {
            continue;
        }
        for boundary in
            planner.parameter_generator(index).boundary_values_within(schema, planner.budget.boundary_values)
        {
            if !planner.has_room(Share::Boundary) {
                break;
            }
            if !planner.gate().is_valid_parameter(parameter, &boundary.value) {
                continue;
            }
            let mut values = baseline.clone();
            values.parameters[index] = Some(boundary.value.clone());
            let is_asked_for = boundary.about.is_some_and(|(_, keyword)| LENGTHS.contains(&keyword));
            if !is_asked_for && planner.is_needlessly_long(baseline, &values) {
                continue;
            }
            let clause = boundary
                .about
                .and_then(|about| planner.clause_of(&ClauseTarget::Parameter(index), about, &boundary.at));
            let generated = planner.generated(schema, &boundary.value);
            if every.parameters[index].is_none() {
                every.parameters[index] = Some(boundary.value);
            }
            let mut case = case(format!("{of}: {}", boundary.label)).about(clause).with_value(generated);
            case.doubtful = boundary.doubtful;
            planner.add(case, values);
        }
        for value in planner.contract.schemas.given_for(&parameter.name) {
            let channel = wire::channel(parameter);
            let is_carried = value.as_str().is_none_or(|text| channel.is_plain(text));
            if is_carried && planner.gate().is_valid_parameter(parameter, value) {
                let mut values = baseline.clone();
                values.parameters[index] = Some(value.clone());
                planner.add(case(format!("{of}: {value}, which the document gives elsewhere")), values);
            }
        }
        for word in parameter.description.as_deref().map(quoted).unwrap_or_default() {
            let value = Value::String(word);
            if wire::channel(parameter).is_plain(value.as_str().unwrap_or_default())
                && planner.gate().is_valid_parameter(parameter, &value)
            {
                let mut values = baseline.clone();
                values.parameters[index] = Some(value.clone());
                let mut case = case(format!("{of}: {value}, which its description quotes"));
                // What it means is said in prose alone.
                case.doubtful = true;
                planner.add(case, values);
            }
        }
        if !parameter.required && parameter.place != ParameterLocation::Path && baseline.parameters[index].is_some() {
            let mut values = baseline.clone();
            values.parameters[index] = None;
            planner.add(case(format!("without the {of}")), values);
        }
    }
    planner.add(case("every parameter"), every.clone());
    planner.every = Some(every);
}

/// An integer that names nothing, and that not every database can look for. Nobody knows what one that cuts it short
/// would delete.
fn beyond_format(planner: &mut PlanBuilder<'_>, index: usize) -> Option<(String, Value)> {
    let schema = planner.operation.parameters[index].schema.filter(|_| planner.operation.method != "DELETE")?;
    let boundaries = planner.parameter_generator(index).boundary_values_within(schema, planner.budget.boundary_values);
    let beyond = boundaries.into_iter().find(|boundary| boundary.doubtful && boundary.value.is_number())?;
    Some((beyond.label, beyond.value))
}

/// Each value that the fixtures have for a place of the body, beside the first one.
fn known(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    let fixtures = planner.fixtures;
    for (at, resource) in fixtures.body_resources().filter(|(_, resource)| resource.always) {
        for value in resource.existing.iter().skip(1) {
            let mut values = baseline.clone();
            let is_put = values.body.as_mut().is_some_and(|(_, body)| at.assign(body, value.clone()));
            if is_put && planner.has_room(Share::Boundary) {
                planner.add(case(format!("`{at}`: another value of the fixtures")), values);
            }
        }
    }
}

fn bodies(planner: &mut PlanBuilder<'_>, baseline: &RequestValues) {
    let Some(body) = &planner.operation.body else { return };
    if !body.required {
        let mut values = baseline.clone();
        values.body = None;
        planner.add(case("no body"), values);
    }
    known(planner, baseline);
    for (index, media) in planner.media().iter().enumerate() {
        let Some(schema) = media.schema else { continue };
        for boundary in planner.body_generator(media).boundary_values_within(schema, planner.budget.boundary_values) {
            if !planner.has_room(Share::Boundary) {
                break;
            }
            // Where the fixtures know no id that exists, any is sent: a refusal says nothing then.
            let unknown = planner.names_unknown(&boundary.at);
            let mut value: Value = boundary.value;
            planner.pin(&mut value, unknown.then_some(&boundary.at));
            let place = ClauseTarget::Body(index);
            let clause = boundary.about.and_then(|about| planner.clause_of(&place, about, &boundary.at));
            let clause = clause.or_else(|| planner.clause_of_node(&place, &boundary.at));
            let generated = planner.generated(schema, &value);
            let at = if boundary.at.as_str().is_empty() { String::new() } else { format!("`{}`: ", boundary.at) };
            let mut values = baseline.clone();
            values.body = Some((index, value));
            let mut case = case(format!("{at}{}", boundary.label)).about(clause).with_value(generated);
            case.doubtful = boundary.doubtful || unknown;
            let others =
                multipart::other_types(media, &values.body.as_ref().map_or(Value::Null, |(_, sent)| sent.clone()));
            planner.add(case, values.clone());
            // One part in a media type that is as good as the one that is sent.
            for (name, other, body) in
                others.into_iter().filter(|(name, ..)| boundary.at.tokens().next().is_none_or(|at| at != *name))
            {
                let mut case = self::case(format!("{at}{}, and `{name}` as `{other}`", boundary.label));
                // The bytes are the same: whoever reads them as what they are called may refuse them.
                case.doubtful = true;
                planner.add(case, RequestValues { mutation: Some(Mutation::Body(body)), ..values.clone() });
            }
        }
    }
}
