//! Valid cases at the edges of what the contract allows.

use serde_json::Value;

use super::planner::{Entry, Planner};
use crate::case::RequestValues;
use crate::case::{Intent, Origin};
use crate::contract::{ClausePlace, ParameterPlace};

pub(super) fn add(planner: &mut Planner<'_>, base: &RequestValues) {
    planner.add_plainest(entry("the plainest request"), base);
    parameters(planner, base);
    bodies(planner, base);
    // Each other way to authenticate is as good as the first.
    for alternative in 1..planner.operation.security.len() {
        let schemes = &planner.operation.security[alternative];
        if schemes.iter().all(|used| planner.secret(&used.scheme).is_some()) {
            let mut draft = base.clone();
            draft.credentials.alternative = alternative;
            let names: Vec<&str> = schemes.iter().map(|used| used.scheme.as_str()).collect();
            planner.add(entry(format!("credentials of {}", names.join(" and "))), &draft);
        }
    }
}

fn entry(name: impl Into<String>) -> Entry {
    Entry::new(name, Origin::Edge, Intent::Valid)
}

fn parameters(planner: &mut Planner<'_>, base: &RequestValues) {
    let operation = planner.operation;
    let mut every = base.clone();
    for (index, parameter) in operation.parameters.iter().enumerate() {
        if planner.is_credential(parameter) {
            continue;
        }
        let of = format!("{} parameter `{}`", parameter.place, parameter.name);
        if let Some(resource) = planner.resource(index) {
            for existing in &resource.existing {
                let mut draft = base.clone();
                draft.parameters[index] = Some(existing.clone());
                every.parameters[index] = Some(existing.clone());
                planner.add(entry(format!("{of}: a resource that exists")), &draft);
            }
            continue;
        }
        let Some(schema) = parameter.schema else { continue };
        for edge in planner.parameter_generator(index).edges_within(schema, planner.budget.edges) {
            if !planner.is_valid_parameter(parameter, &edge.value) {
                continue;
            }
            let clause =
                edge.about.and_then(|about| planner.clause_of(&ClausePlace::Parameter(index), about, &edge.at));
            let generated = planner.generated(schema, &edge.value);
            let mut draft = base.clone();
            draft.parameters[index] = Some(edge.value.clone());
            if every.parameters[index].is_none() {
                every.parameters[index] = Some(edge.value);
            }
            planner.add(entry(format!("{of}: {}", edge.label)).about(clause).with_value(generated), &draft);
        }
        if !parameter.required && parameter.place != ParameterPlace::Path && base.parameters[index].is_some() {
            let mut draft = base.clone();
            draft.parameters[index] = None;
            planner.add(entry(format!("without the {of}")), &draft);
        }
    }
    planner.add(entry("every parameter"), &every);
}

fn bodies(planner: &mut Planner<'_>, base: &RequestValues) {
    let Some(body) = &planner.operation.body else { return };
    if !body.required {
        let mut draft = base.clone();
        draft.body = None;
        planner.add(entry("no body"), &draft);
    }
    for (index, media) in planner.media().iter().enumerate() {
        let Some(schema) = media.schema else { continue };
        for edge in planner.body_generator(media).edges_within(schema, planner.budget.edges) {
            // Where the fixtures know no id that exists, any is sent: a refusal says nothing then.
            let unknown = planner.names_unknown(&edge.at);
            let mut value: Value = edge.value;
            planner.pin(&mut value, unknown.then_some(&edge.at));
            if !planner.is_valid(schema, &value) {
                continue;
            }
            let place = ClausePlace::Body(index);
            let clause = edge.about.and_then(|about| planner.clause_of(&place, about, &edge.at));
            let clause = clause.or_else(|| planner.clause_of_node(&place, &edge.at));
            let generated = planner.generated(schema, &value);
            let at = if edge.at.as_str().is_empty() { String::new() } else { format!("`{}`: ", edge.at) };
            let mut draft = base.clone();
            draft.body = Some((index, value));
            let mut entry = entry(format!("{at}{}", edge.label)).about(clause).with_value(generated);
            entry.doubtful = edge.doubtful || unknown;
            planner.add(entry, &draft);
        }
    }
}
